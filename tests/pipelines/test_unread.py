"""What is told of inputs that weren't read or used as a whole."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from gyogwa.pipelines.unread import tell_unread, unread_in
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import write_rows


def _run(folder: Path, rejects: Iterable[tuple[Any, Any, str, str]]) -> RunLayout:
    layout = RunLayout(str(folder))
    rows = [
        Reject(id=uri, step="ingest", unit=unit, rule=rule, message=why, source="a", uri=uri)
        for unit, rule, uri, why in rejects
    ]
    write_rows(Reject, f"{layout.rejects}/ingest-0123456789abcdef.parquet", rows)
    return layout


def test_labels_that_are_refused_are_told_once_a_reason_and_an_error_when_strict(
    tmp_path: Path,
) -> None:
    outside = "{} of {} boxes lie outside 80 x 60 pixels: they are in another unit; say which"
    run = _run(
        tmp_path,
        [
            *(("labels", "bad_labels", f"{n}.jpg", outside.format(n, n + 3)) for n in range(2, 5)),
            ("labels", "bad_labels", "9.jpg", "boxes look like pixels sizes (0.98 of 1), not"),
            ("conversations", "bad_conversation", "7.jpg", "the last turn is the user's"),
            ("images", "broken_image", "8.jpg", "cut off"),
        ],
    )
    said = [str(kind) for kind in unread_in(run)]
    assert (
        "a: 3 images' labels not used: bad_labels (first: 2.jpg: 2 of 5 boxes lie outside 80 x 60 "
        "pixels: they are in another unit; say which)" in said
    )
    assert any(
        line.startswith("a: 1 image's labels not used: bad_labels (first: 9.jpg: boxes look like")
        for line in said
    )
    assert (
        "a: 1 conversation not used: bad_conversation (first: 7.jpg: the last turn is the user's)"
        in said
    )
    assert "a: 1 image not used: broken_image (first: 8.jpg: cut off)" in said
    with pytest.raises(GyogwaError, match="--strict") as error:
        tell_unread(run, strict=True)
    assert "9.jpg" in str(error.value)
    assert "8.jpg" not in str(error.value)  # no label is lost by it


def test_a_text_layer_that_is_not_believed_is_told_and_no_error(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path, [("labels", "refused_layer", "a.pdf#page=1", "its text layer isn't")])
    tell_unread(run, strict=True)
    assert "refused_layer" in str(*unread_in(run))


def test_rare_reasons_are_told_as_one(tmp_path: Path) -> None:
    reasons = [f"{'abcdefghij'[n]}: never {n}" for n in range(10)]
    rejects = [("rows", "bad_row", f"{n}.jpg", why) for n, why in enumerate([*reasons, reasons[9]])]
    first, *_, last = sorted(unread_in(_run(tmp_path, rejects)), key=lambda kind: kind.name)
    assert sum(kind.times for kind in unread_in(RunLayout(str(tmp_path)))) == 11
    assert (last.name, last.times, last.why) == ("others", 4, "for 4 other reasons, see rejects/")
    assert first.name == "a"


def test_files_that_nothing_reads_are_told_with_what_to_do(tmp_path: Path) -> None:
    names = ["a.7z", "b.7z", "c.xlsx", "d.svg", "e.pkl", "f.mat", "g.eml", "h.foo"]
    rejects = [("files", "unsupported_file", name, "no format") for name in names]
    said = [str(kind) for kind in unread_in(_run(tmp_path, rejects))]
    archives = "a: 2 .7z files not read (first: a.7z); unpack what is in them"
    assert any(line.startswith(archives) for line in said)
    sheets = "a: 1 .xlsx file not read (first: c.xlsx); save their sheets as CSV"
    assert any(line.startswith(sheets) for line in said)
    assert any("others not read" in line and line.endswith(".foo: see rejects/") for line in said)


def test_of_labels_of_no_known_form_it_is_told_how_they_begin_and_what_to_do(
    tmp_path: Path,
) -> None:
    begins = "no form of labels that is known; it begins '{\"a\": [1'"
    like = "no form of labels that is known; it looks like VoTT's: export the project as CSV"
    rejects = [
        ("files", "unsupported_file", name, why)
        for name, why in (
            *(("a.json", begins), ("b.txt", begins), ("c-asset.json", like)),
            *(("g.txt", "no form of labels that is known; it is blank"),),
            *(("d.mat", "no source"), ("e.zip/f.zip", "no source")),
        )
    ]
    said = sorted(str(kind) for kind in unread_in(_run(tmp_path, rejects)))
    assert said == [
        "a: 1 .json file not read (first: a.json: it begins '{\"a\": [1'); --format a=FORM says "
        "what form they have, --map a:KEY=FIELD what its keys hold",
        "a: 1 .json file that looks like VoTT's not read (first: c-asset.json); export the project "
        "as CSV",
        "a: 1 .mat file not read (first: d.mat); write what they hold as files, or as tars of "
        "WebDataset or Parquet",
        "a: 1 .txt file not read (first: b.txt: it begins '{\"a\": [1'); if they are captions, or "
        "all that the image of their name shows: --format a=caption_text, or page_text",
        "a: 1 .zip file not read (first: e.zip/f.zip); unpack what is in them: of archives ZIP and "
        "tar are read",
        "a: 1 blank .txt file not read (first: g.txt)",
    ]
    assert [kind.is_lost for kind in unread_in(RunLayout(str(tmp_path)))].count(False) == 1
