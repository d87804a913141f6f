"""The tasks by name. To add one: a function from a page and its settings to drafts, and a line here
(and its name in `schemas.curriculum.Task`). `converse` comes from the sources' own records."""

from collections.abc import Callable, Iterator

from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.chains import chain
from gyogwa.transforms.tasks.charts import chart_qa, chart_table, compare_charts
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
