"""A page without what stands on it: what travels between the steps of assemble."""

from gyogwa.schemas.records import Image
from gyogwa.schemas.row import Row


class RowAt(Row, frozen=True):
    """A row of a table of the run: its file, and its number there, from 0."""

    path: str
    row: int


class PageSummary(Row, frozen=True):
    """An image and what is decided by of its annotation, which stays at `at`.

    `words` are counted, `charts` whether there are any. `stages` are those whose filters it passes,
    in the curriculum's order; `failed` says why not the others. The image is without truth, layer
    and hashes.
    """

    image: Image
    at: RowAt
    language: str
    words: int
    charts: bool
    stages: list[str]
    failed: str = ""
