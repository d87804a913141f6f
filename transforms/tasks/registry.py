"""The tasks by name. To add one: a function from a page and its settings to drafts, and a line here
(and its name in `schemas.curriculum.Task`). `converse` comes from the sources' own records."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gyogwa.schemas.records import IMAGE, Page, Turn
from gyogwa.transforms.targets.protocols import Protocol, protocol_of, requested
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.chains import chain
from gyogwa.transforms.tasks.charts import chart_qa, chart_table, compare_charts
from gyogwa.transforms.tasks.choices import choice
from gyogwa.transforms.tasks.documents import doc_qa
from gyogwa.transforms.tasks.grounded_captions import ground_caption
from gyogwa.transforms.tasks.layout import layout
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.pointing import ground, refer
from gyogwa.transforms.tasks.preference import prefer
from gyogwa.transforms.tasks.reading import ocr, read
from gyogwa.transforms.tasks.several_pages import continue_text, what_changed, which_page
from gyogwa.transforms.tasks.tables import table_html, table_otsl, table_qa

PageTask = Callable[[Page, Setting], Iterator[Draft]]

GroupTask = Callable[[list[Page], Setting], Iterator[tuple[list[Page], Draft]]]
"""From pages that belong together to the pages that a sample shows, and its draft."""

PAGE_TASKS: dict[str, PageTask] = {
    "ocr": ocr,
    "read": read,
    "ground": ground,
    "refer": refer,
    "layout": layout,
    "caption": caption,
    "ground_caption": ground_caption,
    "chain": chain,
    "choice": choice,
    "doc_qa": doc_qa,
    "prefer": prefer,
    "table_html": table_html,
    "table_otsl": table_otsl,
    "table_qa": table_qa,
    "chart_table": chart_table,
    "chart_qa": chart_qa,
}

GROUP_TASKS: dict[str, GroupTask] = {
    "compare_charts": compare_charts,
    "which_page": which_page,
    "continue_text": continue_text,
    "what_changed": what_changed,
}


def drafts_of(task: str, page: Page, setting: Setting) -> Iterator[Draft]:
    """What a task makes of a page, asked as the dialect's models are; nothing they can't be."""
    for draft in PAGE_TASKS[task](page, setting):
        asked = _as_asked(draft, task, page.annotation.language, protocol_of(setting.dialect))
        if asked is not None:
            yield asked


def group_drafts_of(
    task: str, pages: list[Page], setting: Setting
) -> Iterator[tuple[list[Page], Draft]]:
    """The same for a task on several pages, which no dialect of fixed requests has."""
    if not protocol_of(setting.dialect).only:
        yield from GROUP_TASKS[task](pages, setting)


def _as_asked(draft: Draft, task: str, language: str, protocol: Protocol) -> Draft | None:
    """The draft in the words of the protocol; None where it has none and allows no others."""
    key = f"{task}/{draft.variant}" if draft.variant else task
    if key not in protocol.requests:
        return None if protocol.only else draft
    first, *others = draft.conversation
    request = requested(
        protocol.requests[key],
        subject=draft.subject,
        region=draft.region,
        question=first.content.removeprefix(f"{IMAGE}\n"),
        language=language,
    )
    return replace(draft, conversation=[Turn(first.role, f"{IMAGE}\n{request}"), *others])
