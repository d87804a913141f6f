"""Pages of HWPX and HWP: are their words and tables those of the document, their boxes on the ink.

    python -m benchmarks.office_pages [--quick] [--json FILE] [--files FOLDER] [--sheet PNG]

Of 100 documents that the tests' code writes (merged cells, Hanja, two columns, headers, footers,
footnotes, pictures; `--quick`: ten) the words of all pages are compared with those of the XML,
which another reader reads, and the tables cell by cell with spans. A box lies on ink where a dark
pixel is in it. `--files`:
what becomes of real documents in a folder. `--sheet`: eight pages with their boxes drawn.
"""

import argparse
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources import hwp
from tests.transforms.ingest.hwpx import document, read_by_layout, said_by

_DPI, _DARK, _TILES = 100, 160, 8


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    tiles: list[Image.Image] = []
    found: dict[str, Any] = {"generated": generated(10 if given.quick else 100, tiles)}
    if given.files:
        found["files"] = files(given.files, tiles)
    if given.sheet:
        _sheet(tiles).save(given.sheet)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=2))


def generated(count: int, tiles: list[Image.Image]) -> dict[str, Any]:
    """What of the documents comes out as their XML says."""
    all_of: Counter[str] = Counter()
    for seed in range(count):
        data = document(seed)
        said, pages = said_by(data), read_by_layout(data)
        words = Counter(word.text for page in pages for word in page.words)
        tables = [
            [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
            for page in pages
            for table in page.tables
        ]
        right = sum(table in tables for table in said.tables)
        all_of += Counter(
            {
                "documents": 1,
                "pages": len(pages),
                "documents whose words are those of the XML": words
                == Counter(said.words(len(pages))),
                "tables": len(said.tables),
                "tables as in the XML": right,
                "documents with pictures": bool(said.pictures),
            }
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / "a.hwpx"
            path.write_bytes(data)
            for row, page in zip(_rows(path), pages, strict=True):
                assert isinstance(row, RawRow)
                picture = Image.open(io.BytesIO(row.images[0].data))
                boxes = [word.box for word in page.words]
                all_of += Counter({"boxes": len(boxes), "boxes on ink": _on_ink(picture, boxes)})
                all_of["pages known in full"] += _known(row) is not None
                if seed % 12 == 1 and len(tiles) < _TILES // 2 and _known(row):
                    tiles.append(_drawn(picture, boxes))
    return dict(all_of)


def files(folder: Path, tiles: list[Image.Image]) -> dict[str, Any]:
    """What becomes of the documents in a folder."""
    all_of: Counter[str] = Counter()
    refused = []
    for path in sorted(folder.iterdir()):
        rows = list(_rows(path))
        read = [row for row in rows if isinstance(row, RawRow)]
        refused += [f"{path.name}: {row.message}" for row in rows if isinstance(row, Reject)]
        all_of += Counter({"files": 1, "files read": bool(read), "pages": len(read)})
        for row in read:
            known = _known(row)
            picture = Image.open(io.BytesIO(row.images[0].data))
            all_of["pages known in full"] += known is not None
            if known:
                all_of += Counter({"boxes": len(known), "boxes on ink": _on_ink(picture, known)})
                if len(known) > 60 and len(tiles) < _TILES:
                    tiles.append(_drawn(picture, known))
    return {**all_of, "refused": refused}


def _rows(path: Path) -> Iterator[RawRow | Reject]:
    entry = SourceFile(str(path), path.name, sha256_hex(path.read_bytes()))
    yield from hwp.read_pages(SourcePart("p", "hwp", "s", "unknown", [entry], _DPI))


def _known(row: RawRow) -> list[list[float]] | None:
    """The boxes of a page's words, None where it is left to OCR."""
    truth = row.images[0].truth
    assert truth is not None
    try:
        labels = truth(None)  # type: ignore[arg-type]
    except BadImage:
        return None
    return [word.box for word in labels.truth.words] if labels.truth else []


def _on_ink(picture: Image.Image, boxes: list[list[float]]) -> int:
    dark = np.asarray(picture.convert("L")) < _DARK
    height, width = dark.shape
    return sum(
        bool(
            dark[
                int(y0 * height) : int(y1 * height) + 1, int(x0 * width) : int(x1 * width) + 1
            ].any()
        )
        for x0, y0, x1, y1 in boxes
    )


def _drawn(picture: Image.Image, boxes: list[list[float]]) -> Image.Image:
    page = picture.convert("RGB")
    draw = ImageDraw.Draw(page)
    for x0, y0, x1, y1 in boxes:
        at = (x0 * page.width, y0 * page.height, x1 * page.width, y1 * page.height)
        draw.rectangle(at, outline=(214, 51, 108))
    return page


def _sheet(tiles: list[Image.Image]) -> Image.Image:
    across = 4
    width, height = max(t.width for t in tiles), max(t.height for t in tiles)
    sheet = Image.new("RGB", (across * width, -(-len(tiles) // across) * height), "grey")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % across * width, number // across * height))
    return sheet


if __name__ == "__main__":
    main()
