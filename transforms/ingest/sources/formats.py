"""What a format says of itself, so that ingest can plan its files without knowing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.ingest.raw import RawRow, SourcePart


@dataclass(frozen=True)
class Format:
    """A form in which files come.

    `endings`: of the names of its files, lower case. `read`: the rows of a part's entries, lazily.
    `pages`: how many pages the file at a path has, for documents that are read in runs of
    `pages_a_part`; raises BadImage for one that can't be used. `version`: of the software that
    reads them; when it changes, files are looked at and read anew. `rendered`: its rows depend on
    `--pdf_dpi`. `together`: its files are small, so that many go into a part, and rows of
    `metadata.jsonl` are theirs. `tabular`: its rows say things under names, which may be mapped.
    """

    name: str
    endings: tuple[str, ...]
    read: Callable[[SourcePart], Iterator[RawRow | Reject]]
    pages: Callable[[str], int] | None = None
    pages_a_part: int = 64
    version: str = ""
    rendered: bool = False
    together: bool = False
    tabular: bool = False

    @property
    def paged(self) -> bool:
        """Whether its files are documents, of which rows of labels may name a page."""
        return self.pages is not None or self.rendered
