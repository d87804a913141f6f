"""The tasks by name. To add one: a function from a page and its settings to drafts, and a line here
(and its name in `schemas.curriculum.Task`). `converse` comes from the sources' own records."""

from collections.abc import Callable, Iterator

from transforms.tasks.page import Draft, Page, Setting
from transforms.tasks.pointing import ground, refer
from transforms.tasks.preference import prefer
from transforms.tasks.reading import ocr, read

PageTask = Callable[[Page, Setting], Iterator[Draft]]

GroupTask = Callable[[list[Page], Setting], Iterator[tuple[list[Page], Draft]]]
"""From pages that belong together to the pages that a sample shows, and its draft."""

PAGE_TASKS: dict[str, PageTask] = {
    "ocr": ocr,
    "read": read,
    "ground": ground,
    "refer": refer,
    "prefer": prefer,
}

GROUP_TASKS: dict[str, GroupTask] = {}
