"""A crash, a hang or a swelling in a decoder costs the image, page or table that caused it."""

import os
import signal
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Picture

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest import apart
from gyogwa.transforms.ingest.apart import Limits
from gyogwa.transforms.ingest.outcomes import ingest_part
from gyogwa.transforms.ingest.raw import SourceFile, SourcePart
from tests.transforms.ingest.planning import planned
from tests.transforms.ingest.test_sources import png


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    apart.close_readers()


def pdf(*contents: bytes) -> bytes:
    """A PDF whose pages draw this."""
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(count))
    made = b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    made += b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n" % (count, kids)
    for n, content in enumerate(contents):
        packed = zlib.compress(content, 9)
        made += b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]" % (3 + 2 * n)
        made += b"/Contents %d 0 R>>endobj\n%d 0 obj<</Filter/FlateDecode" % (4 + 2 * n, 4 + 2 * n)
        made += b"/Length %d>>stream\n%s\nendstream endobj\n" % (len(packed), packed)
    return made + b"trailer<</Root 1 0 R>>\n%%EOF"


def read_within(root: Path, out: Path, limits: Limits) -> tuple[list[str], set[tuple[str, str]]]:
    """URIs of images, and URIs and rules of rejects."""
    layout = RunLayout(str(out))
    for part in planned(str(root)).parts:
        ingest_part([part], layout, limits)
    for row in read_folder(LedgerRow, layout.ledger):
        assert row.incoming == row.kept + row.rejected
    rejects: set[tuple[str, str]] = {
        (reject.uri, reject.rule) for reject in read_folder(Reject, layout.rejects)
    }
    return sorted(image.uri for image in read_folder(Image, layout.catalog)), rejects


def test_what_is_read_apart_is_the_same(tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    for n in range(3):
        (root / f"{n}.png").write_bytes(png(n))
    (root / "a.pdf").write_bytes(pdf(b"0 0 9 9 re f", b"9 9 9 9 re f"))
    tables = []
    for limits in (None, Limits()):
        layout = RunLayout(str(tmp_path / "run"))
        for part in planned(str(root)).parts:
            apart_from = RunLayout(str(tmp_path / "run"))
            assert ingest_part([part], apart_from, limits) == "made"
        tables.append(sorted(read_folder(Image, layout.catalog), key=lambda image: image.uri))
        for path in Path(layout.sources).glob("*"):
            path.unlink()
    assert tables[0] == tables[1]
    assert len(tables[0]) == 5


def test_a_page_that_swells_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    fine, swelling = b"0 0 9 9 re f", b"0 0 9 9 re f " * 4_000_000
    (tmp_path / "in/a.pdf").write_bytes(pdf(fine, swelling, fine))
    (tmp_path / "in/b.png").write_bytes(png())
    images, rejects = read_within(tmp_path / "in", tmp_path / "out", Limits(600, 200_000_000))
    assert images == ["a.pdf#page=1", "a.pdf#page=3", "b.png"]
    assert rejects == {("a.pdf#page=2", "decoding_memory")}


def test_an_image_that_takes_too_long_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(png())
    Picture.new("1", (10_900, 10_900)).save(tmp_path / "in/b.png")  # four times the limit here
    (tmp_path / "in/c.png").write_bytes(png(1))
    images, rejects = read_within(tmp_path / "in", tmp_path / "out", Limits(0.2, 4 << 30))
    assert images == ["a.png", "c.png"]
    assert rejects == {("b.png", "decoding_timeout")}


@pytest.mark.parametrize(("number", "fault"), [(signal.SIGSEGV, True), (signal.SIGKILL, False)])
def test_a_killed_process_is_no_fault_of_the_file_but_a_crash_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: bool
) -> None:
    (tmp_path / "a.png").write_bytes(png())
    (part,) = planned(str(tmp_path)).parts
    send = apart._Reader.memory

    def ended(reader: apart._Reader) -> int:
        if reader.base:
            os.kill(reader._process.pid, number)
        return send(reader)

    monkeypatch.setattr(apart._Reader, "memory", ended)
    layout = RunLayout(str(tmp_path / "out"))
    if fault:
        outcome = apart.read_apart(part, layout, Limits())
        assert [reject.rule for reject in outcome.rejects] == ["decoding_crash"]
        return
    with pytest.raises(GyogwaError, match="killed 3 times"):
        apart.read_apart(part, layout, Limits())


def test_a_document_that_fails_again_and_again_is_given_up() -> None:
    part = SourcePart("", "pdf", "s", "l", [SourceFile("/a", "a.pdf", "0", (), 0, 64)], 100)
    bad = BadImage("decoding_timeout", "x")
    entries, reject = apart._without(part, 5, bad, give_up=False)
    assert [(entry.first, entry.last) for entry in entries] == [(0, 5), (6, 64)]
    assert (reject.uri, reject.unit) == ("a.pdf#page=6", "images")
    assert apart._without(part, 5, bad, give_up=True)[0] == []


def test_a_file_that_is_gone_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    (part,) = planned(str(tmp_path)).parts
    (tmp_path / "a.png").write_bytes(b"other")
    with pytest.raises(GyogwaError, match="changed while it was being ingested"):
        ingest_part([part], RunLayout(str(tmp_path / "out")), Limits())
