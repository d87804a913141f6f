"""The tasks by name. To add one: a function from a page and its settings to drafts, and a line here
(and its name in `schemas.curriculum.Task`). `converse` comes from the sources' own records, `prose`
from running text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from gyogwa.schemas.records import Page, Turn
from gyogwa.transforms.targets.neutral import Neutral
from gyogwa.transforms.targets.protocols import protocol_of
from gyogwa.transforms.targets.saying import Saying
from gyogwa.transforms.targets.target import Target
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.chains import chain
from gyogwa.transforms.tasks.charts import chart_qa, chart_table, compare_charts
from gyogwa.transforms.tasks.choices import choice
from gyogwa.transforms.tasks.documents import doc_qa
from gyogwa.transforms.tasks.grounded_captions import ground_caption
from gyogwa.transforms.tasks.layout import layout
from gyogwa.transforms.tasks.page import Draft, Setting, items_of
from gyogwa.transforms.tasks.pointing import ground, refer
from gyogwa.transforms.tasks.preference import prefer
from gyogwa.transforms.tasks.prose import prose
from gyogwa.transforms.tasks.prose_text import Section
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
    items = partial(items_of, page)
    saying = Saying(setting.dialect, [setting.size(page)], items, page.annotation.language)
    level = setting.spec.granularity
    known = items(level) if task in ("ocr", "prefer") else []
    neutral = Neutral(setting.dialect, saying.text, level, known)
    for draft in PAGE_TASKS[task](page, replace(setting, dialect=neutral)):
        asked = said(draft, task, neutral, saying)
        if asked is not None:
            yield asked


def group_drafts_of(
    task: str, pages: list[Page], setting: Setting
) -> Iterator[tuple[list[Page], Draft]]:
    """The same for a task on several pages, which no dialect of fixed requests has."""
    if protocol_of(setting.dialect).only:
        return
    saying = Saying(setting.dialect, [], lambda level: [], "")
    neutral = Neutral(setting.dialect, saying.text)
    for shown, draft in GROUP_TASKS[task](pages, replace(setting, dialect=neutral)):
        sizes = [setting.size(page) for page in shown]
        asked = said(draft, task, neutral, replace(saying, sizes=sizes))
        if asked is not None:
            yield shown, asked


def prose_drafts_of(
    sections: Sequence[Section], language: str, ident: str, setting: Setting
) -> Iterator[Draft]:
    """The same for `prose`, which is about text alone."""
    if protocol_of(setting.dialect).only:
        return
    saying = Saying(setting.dialect, [], lambda level: [], language)
    neutral = Neutral(setting.dialect, saying.text)
    for draft in prose(sections, language, ident, replace(setting, dialect=neutral)):
        asked = said(draft, "prose", neutral, saying)
        if asked is not None:
            yield asked


def said(draft: Draft, task: str, neutral: Neutral, saying: Saying) -> Draft | None:
    """A draft written in `neutral`, said in a dialect; None where that can't ask it."""
    target = target_of(draft, neutral)
    found = saying.question(target, task, [""] * len(draft.conversation))
    if found is None:
        return None
    turns = [
        Turn(turn.role, text) for turn, text in zip(draft.conversation, found.turns, strict=True)
    ]
    return Draft(turns, found.detail, found.chosen, found.rejected, draft.variant, target=target)


def target_of(draft: Draft, neutral: Neutral) -> Target:
    """A draft written in `neutral`, taken apart."""
    parts = neutral.parts
    return Target(
        turns=[parts(turn.content) for turn in draft.conversation],
        variant=draft.variant,
        subject=parts(draft.subject),
        region=parts(draft.region),
        chosen=None if draft.chosen is None else parts(draft.chosen),
        rejected=None if draft.rejected is None else parts(draft.rejected),
        detail=parts(draft.detail),
        otherwise=None if draft.instead is None else target_of(draft.instead, neutral),
    )
