"""The books of a run: what came in at each step must have been kept or rejected."""

from schemas.errors import GyogwaError
from schemas.layout import RunLayout
from schemas.records import Book, Image, Reject
from transforms.storage import list_files
from transforms.tables import read_columns, read_folder


def check_books(layout: RunLayout, engine: str) -> list[Book]:
    """The run's books, summed by step. Raises GyogwaError when in isn't kept + rejected."""
    sums: dict[tuple[str, str], list[int]] = {}
    for book in read_folder(Book, layout.books):
        total = sums.setdefault((book.step, book.unit), [0, 0, 0])
        for place, number in enumerate((book.incoming, book.kept, book.rejected)):
            total[place] += number
    ids = [
        image_id
        for path in list_files(layout.catalog, ".parquet")
        for image_id in read_columns(Image, path, ["image_id"])["image_id"]
    ]
    unique = set(ids)
    failed = {
        reject_id
        for path in list_files(layout.rejects, ".parquet")
        if path.rsplit("/", 1)[-1].startswith(f"annotate-{engine}-")
        for reject_id in read_columns(Reject, path, ["id"])["id"]
    } & unique
    exact = sums.setdefault(("exact_duplicates", "images"), [0, 0, 0])
    sums[("annotate", "images")] = [len(unique), exact[1], len(failed)]
    lost = sum(1 for image_id in ids if image_id in failed) - len(failed)
    exact[0] = len(ids) - len(failed) - lost
    books = [Book(step, "all", unit, *total) for (step, unit), total in sorted(sums.items())]
    wrong = [book for book in books if book.incoming != book.kept + book.rejected]
    if wrong:
        lines = [
            f"{b.step}: {b.incoming} {b.unit} came in, {b.kept} kept + {b.rejected} rejected"
            for b in wrong
        ]
        raise GyogwaError(
            "the books don't balance, so no manifest was written:\n  " + "\n  ".join(lines)
        )
    return books
