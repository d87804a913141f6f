"""The tasks by name. To add one: a function from a page and its settings to drafts, and a line here
(and its name in `schemas.curriculum.Task`). `converse` comes from the sources' own records."""

from collections.abc import Callable, Iterator

from schemas.curriculum import TaskSpec
from transforms.tasks.page import Draft, Page
from transforms.tasks.pointing import ground, refer
from transforms.tasks.preference import prefer
from transforms.tasks.reading import ocr, read

PageTask = Callable[[Page, TaskSpec], Iterator[Draft]]

PAGE_TASKS: dict[str, PageTask] = {
    "ocr": ocr,
    "read": read,
    "ground": ground,
    "refer": refer,
    "prefer": prefer,
}
