"""Parts and rows of a run that no input stands for any more."""

from gyogwa.pipelines.listed import LISTING, ROWS
from gyogwa.schemas.layout import RunLayout, is_part
from gyogwa.transforms.files.folders import remove_files
from gyogwa.transforms.files.tables import read_columns
from gyogwa.transforms.flow.tables import tables_in
from gyogwa.transforms.ingest.contents import FILES
from gyogwa.transforms.ingest.label_rows import rows_file
from gyogwa.transforms.ingest.raw import ListedFile


def drop_parts(layout: RunLayout, current: set[str]) -> None:
    """Delete parts that no input stands for any more, and nothing of another name."""
    for folder, prefix in (
        (layout.catalog, ""),
        (layout.records, ""),
        (layout.packs, ""),
        (layout.sources, ""),
        (layout.rejects, "ingest-"),
        (layout.ledger, "ingest-"),
    ):
        remove_files(
            folder,
            "",
            lambda name, folder=folder, prefix=prefix: (  # type: ignore[misc]
                is_part(folder, name)
                and name.startswith(prefix)
                and not name.startswith((f"{LISTING}-", f"{ROWS}-"))
                and name.removeprefix(prefix).split(".")[0] not in current
            ),
        )


def drop_rows(layout: RunLayout) -> None:
    """Delete rows that were written of label files which are no longer there."""
    current = set()
    for path in tables_in(layout.listing, f"{FILES}-"):
        columns = read_columns(ListedFile, path, ["form", "content", "uri", "columns"])
        for form, content, uri, mapped in zip(*columns.values(), strict=True):
            if form:
                current.add(rows_file(form, content, uri, mapped))
    remove_files(
        layout.listing,
        ".jsonl",
        lambda name: is_part(layout.listing, name) and name not in current,
    )
