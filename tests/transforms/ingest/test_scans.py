"""TIFFs of several pages, images above the limit, and labels on what was made smaller or square."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageDraw, ImageOps

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.outcomes import ingest_part
from gyogwa.transforms.ingest.parts import part_of
from gyogwa.transforms.ingest.sources.registry import FORMATS
from tests.transforms.ingest.planning import planned, planned_in


def page(text: str, mode: str = "1", size: tuple[int, int] = (400, 300)) -> Picture.Image:
    image = Picture.new("L", size, 255)
    ImageDraw.Draw(image).text((40, 40), text, fill=0, font_size=60)
    return image.convert(mode)


def save(path: Path, frames: list[Picture.Image], **options: Any) -> None:
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)


def catalogued(root: Path, out: Path, max_pixels: int = 0) -> list[Image]:
    layout = RunLayout(str(out))
    for part in planned(str(root)).parts:
        if max_pixels:
            form = FORMATS[part.kind]
            part = part_of(form, part.entries, part.source, part.licence, 0, max_pixels)
        ingest_part([part], layout)
    for row in read_folder(LedgerRow, layout.ledger):
        assert row.incoming == row.kept + row.rejected
    return sorted(read_folder(Image, layout.catalog), key=lambda image: (image.uri, image.page))


def test_each_page_of_a_tiff_is_an_image_of_one_document(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    modes = {0: "RGB", 1: "1", 2: "L"}
    pages = [page(f"no {n}", modes[n % 3]) for n in range(150)]
    pages[1] = page("no 1").resize((410, 300))
    save(tmp_path / "in/a.tif", pages, compression="tiff_deflate")
    save(tmp_path / "in/b.tif", [page("one")], compression="group4")
    images = catalogued(tmp_path / "in", tmp_path / "out")
    assert len(images) == 151
    *scans, single = sorted(images, key=lambda image: (image.uri == "b.tif", image.page))
    assert [image.page for image in scans] == list(range(1, 151))
    assert {image.uri for image in scans} == {f"a.tif#page={n}" for n in range(1, 151)}
    assert len({image.document for image in scans}) == 1
    assert len({image.image_id for image in scans}) == 150
    assert {(image.format, image.changes, image.kind) for image in scans} == {
        ("PNG", "", "document")
    }
    for image, expected in zip(scans, pages, strict=True):
        shown = Picture.open(io.BytesIO(read_verified(image.ref, image.sha256)))
        assert shown.mode == ("1" if image.page % 3 == 2 else "L")  # as small as it goes
        assert shown.convert("L").tobytes() == expected.convert("L").tobytes()
    assert (single.format, single.changes, single.kind) == ("TIFF", "format_tiff", "image")
    assert single.ref.path == str(tmp_path / "in/b.tif")


def test_grey_and_coloured_pages_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    rng = np.random.default_rng(4)
    pages = [Picture.fromarray(rng.integers(0, 256, (50, 60, 3), np.uint8)) for _ in range(2)]
    pages.append(pages[0].convert("L"))
    save(tmp_path / "in/a.tiff", pages)
    for image, expected in zip(catalogued(tmp_path / "in", tmp_path / "out"), pages, strict=True):
        shown = Picture.open(io.BytesIO(read_verified(image.ref, image.sha256)))
        assert (shown.mode, shown.tobytes()) == (expected.mode, expected.tobytes())


def test_a_tiff_is_known_by_its_content_and_known_again(tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    save(root / "a.tif", [page("1"), page("2")])
    (root / "a.tif").rename(root / "called.jpg")
    run = tmp_path / "run"
    (part,) = planned_in(run, str(root)).parts
    assert (part.kind, part.entries[0].last) == ("scan", 2)
    assert planned_in(run, str(root)).parts == [part]
    (root / "called.jpg").rename(root / "moved.tif")
    (moved,) = planned_in(run, str(root)).parts
    assert (moved.kind, moved.entries[0].last) == ("scan", 2)


def test_a_broken_frame_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in/a.tif"
    save(path, [page(str(n), "L") for n in range(3)], compression="tiff_deflate")
    data = bytearray(path.read_bytes())
    with Picture.open(path) as image:
        image.seek(1)
        (start, *_) = image.tag_v2[273]  # type: ignore[attr-defined]
    data[start : start + 40] = bytes(40)
    path.write_bytes(data)
    images = catalogued(tmp_path / "in", tmp_path / "out")
    assert [image.page for image in images] == [1, 3]
    (reject,) = read_folder(Reject, RunLayout(str(tmp_path / "out")).rejects)
    assert (reject.uri, reject.rule, reject.unit) == ("a.tif#page=2", "broken_image", "images")


def test_a_tiff_that_changes_after_planning_ends_the_run(tmp_path: Path) -> None:
    save(tmp_path / "a.tif", [page("1"), page("2")])
    (part,) = planned(str(tmp_path)).parts
    save(tmp_path / "a.tif", [page("1"), page("3")])
    with pytest.raises(GyogwaError, match=r"a\.tif: changed while it was being ingested"):
        ingest_part([part], RunLayout(str(tmp_path / "out")))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_labels_lie_right_on_an_image_that_was_reduced(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    drawn = page("a", "L", (1600, 1200))
    drawn.save(tmp_path / f"in/{name}")
    box = ImageOps.invert(drawn).getbbox()
    row = {"file_name": name, "words": [{"text": "a", "box": box}]}
    (tmp_path / "in/metadata.jsonl").write_text(json.dumps(row))
    (whole,) = catalogued(tmp_path / "in", tmp_path / "whole")
    (image,) = catalogued(tmp_path / "in", tmp_path / "out", max_pixels=500_000)
    assert image.width * image.height <= 500_000
    assert image.width < whole.width == 1600
    assert "reduced" in image.changes
    assert image.image_id == whole.image_id
    assert image.truth == whole.truth
    shown = Picture.open(io.BytesIO(read_verified(image.ref, image.sha256)))
    assert shown.size == (image.width, image.height)


def test_labels_lie_right_on_a_fax_that_was_made_square(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    page("fax", "1", (816, 400)).save(tmp_path / "in/a.tif", compression="group3", dpi=(204, 98))
    row = {"file_name": "a.tif", "words": [{"text": "fax", "box": [0, 0, 408, 100]}]}
    (tmp_path / "in/metadata.jsonl").write_text(json.dumps(row))
    (image,) = catalogued(tmp_path / "in", tmp_path / "out")
    assert (image.width, image.height) == (816, 833)
    assert image.truth is not None
    assert image.truth.words[0].box == pytest.approx((0, 0, 0.5, 0.25))
