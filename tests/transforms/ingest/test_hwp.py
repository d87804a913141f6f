"""HWPX documents of known content: their words, tables and boxes; what makes a page unknown."""

import io
from collections import Counter
from pathlib import Path

import hwpforge
import numpy as np
import pytest
from PIL import Image

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.truth import Labels
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.sources import hwp
from gyogwa.transforms.ingest.sources.hwp_fonts import installed
from gyogwa.transforms.ingest.sources.hwp_svg import page_of
from gyogwa.transforms.ingest.sources.hwp_words import CUT, OVERLAP, Text, read
from gyogwa.transforms.ingest.sources.registry import kind_by_content
from tests.transforms.ingest.hwpx import document, read_by_layout, said_by


def pages_of(path: Path, dpi: int = 100) -> list[RawRow | Reject]:
    entry = SourceFile(str(path), path.name, sha256_hex(path.read_bytes()))
    return list(hwp.read_pages(SourcePart("p", "hwp", "s", "unknown", [entry], dpi)))


def labels_of(row: RawRow | Reject) -> Labels:
    assert isinstance(row, RawRow)
    (image,) = row.images
    assert image.truth is not None
    return image.truth(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_words_and_tables_are_those_of_the_xml(seed: int, tmp_path: Path) -> None:
    data = document(seed)
    said = said_by(data)
    (tmp_path / "a.hwpx").write_bytes(data)
    known = read_by_layout(data)
    assert not any(page.dropped for page in known)
    words = [word.text for page in known for word in page.words]
    assert Counter(words) == Counter(said.words(len(known)))
    assert said.tables == [
        [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        for page in known
        for table in page.tables
    ]
    rows = pages_of(tmp_path / "a.hwpx")
    assert len(rows) == len(known)
    for row, page in zip(rows, known, strict=True):
        assert isinstance(row, RawRow)
        assert any("(NanumGothic stands for it)" in name for name in row.noted)
        picture = Image.open(io.BytesIO(row.images[0].data)).convert("L")
        ink = np.asarray(picture) < 128
        assert all(_held(ink, word.box) > 0.02 for word in page.words)


def test_apart_from_words_only_rules_are_left(tmp_path: Path) -> None:
    seed = next(n for n in range(20) if not said_by(document(n)).pictures)
    (tmp_path / "a.hwpx").write_bytes(document(seed))
    for row in pages_of(tmp_path / "a.hwpx"):
        truth = labels_of(row).truth
        assert isinstance(row, RawRow)
        assert truth is not None
        ink = np.asarray(Image.open(io.BytesIO(row.images[0].data)).convert("L")) < 128
        around = ink.copy()
        for word in truth.words:
            x0, y0, x1, y1 = _pixels(word.box, ink.shape)
            around[y0:y1, x0:x1] = False
        for table in truth.tables:
            x0, y0, x1, y1 = _pixels(table.box, ink.shape)
            around[y0 - 12 : y1 + 12, :] = False
        assert around.sum() <= 0.02 * ink.sum()


def test_entities_and_middle_dots_are_laid_out_and_told(tmp_path: Path) -> None:
    paragraph = "R&D·기획 < 3% > 2% Ð"
    (tmp_path / "a.hwpx").write_bytes(hwpforge.convert_md(paragraph).document.to_bytes())
    (row,) = pages_of(tmp_path / "a.hwpx")
    labels = labels_of(row)
    assert labels.truth is not None
    assert [word.text for word in labels.truth.words] == paragraph.split()


def test_footnotes_are_words_of_the_page(tmp_path: Path) -> None:
    said = "본문에 각주가 있다[^1].\n\n[^1]: 각주의 내용이다.\n"
    (tmp_path / "a.hwpx").write_bytes(hwpforge.convert_md(said).document.to_bytes())
    (row,) = pages_of(tmp_path / "a.hwpx")
    labels = labels_of(row)
    assert labels.truth is not None
    words = [word.text for word in labels.truth.words]
    assert words == ["본문에", "각주가", "있다.", "1)", "1)", "각주의", "내용이다."]
    assert labels.truth.words[-1].box[1] > 0.5


def _pixels(box: list[float], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    height, width = shape
    x0, y0, x1, y1 = box
    return int(x0 * width), int(y0 * height), int(x1 * width) + 1, int(y1 * height) + 1


def _held(ink: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", box: list[float]) -> float:
    x0, y0, x1, y1 = _pixels(box, ink.shape)
    return float(ink[y0:y1, x0:x1].mean())


def test_a_page_comes_out_the_same_and_another_resolution_is_another_image(tmp_path: Path) -> None:
    (tmp_path / "a.hwpx").write_bytes(document(1))
    rows = [pages_of(tmp_path / "a.hwpx", dpi)[0] for dpi in (60, 60, 72)]
    images = [row.images[0] for row in rows if isinstance(row, RawRow)]
    assert images[0].data == images[1].data
    assert images[0].image_id == images[1].image_id != images[2].image_id


@pytest.mark.parametrize("data", [b"PK\x03\x04" + bytes(60), b"no document", b""])
def test_broken_documents(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.hwp").write_bytes(data)
    (reject,) = pages_of(tmp_path / "a.hwp")
    assert isinstance(reject, Reject)
    assert (reject.unit, reject.rule) == ("files", "broken_document")


def test_an_hwp_of_before_2000_is_for_an_office_suite() -> None:
    assert kind_by_content("hwp", b"HWP Document File V3.00"[:16], "a.hwp", 1 << 20) == "office"
    assert kind_by_content("hwp", b"\xd0\xcf\x11\xe0" + bytes(12), "a.hwp", 1 << 20) == "hwp"


def svg(inner: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><defs>'
        '<clipPath id="body-clip-1"><rect x="10" y="10" width="380" height="100"/></clipPath>'
        f'</defs><g clip-path="url(#body-clip-1)">{inner}</g></svg>'
    )


def glyphs(text: str, x: float, y: float, more: str = "") -> str:
    return "".join(
        f'<text x="{x + 20 * at}" y="{y}" font-family="바탕,serif" font-size="20"{more}>{c}</text>'
        for at, c in enumerate(text)
    )


def found(inner: str, said: str = "") -> tuple[list[str], dict[str, int]]:
    page = page_of(svg(inner), installed())
    words = read(page, Text([{"kind": "paragraph", "text": said}]), [])
    return [word.text for word in words.words], words.dropped


def test_the_text_says_where_words_end_and_gaps_where_it_does_not() -> None:
    spread = glyphs("보", 20, 50) + glyphs("고서", 60, 50)
    assert found(spread, "보고서")[0] == ["보고서"]
    assert found(spread, "다른 글")[0] == ["보", "고서"]
    assert found(glyphs("1.보고서", 20, 50), "머리 보고 서")[0] == ["1.", "보고", "서"]


def test_hancoms_own_bullets_quotes_and_numbers_are_known() -> None:
    said = "\uf06c\u00a0󰡔석보상절󰡕 \U000f02b1 \U000f02ef"
    shown = glyphs("\uf06c", 20, 50) + glyphs("󰡔석보상절󰡕", 60, 50)
    assert found(shown, said) == (["●", "《석보상절》"], {})
    # the layout has them already, the document's text doesn't
    assert found(glyphs("●《석보상절》①·", 20, 50), said)[0] == ["●", "《석보상절》", "①", "·"]


TURNED = ' transform="rotate(90,20,50)"'


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (glyphs("가나", 20, 150), CUT),
        (glyphs("가나", 20, 50) + glyphs("다라", 24, 52), OVERLAP),
        (glyphs("가\uf081", 20, 50), "words with private-use characters"),
        (glyphs("가", 20, 50, TURNED), "words that aren't set from left to right"),
        (glyphs("가\U00013000", 20, 50), "words that no font here can paint"),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_is_counted(inner: str, why: str) -> None:
    assert found(inner)[1][why] == 1


def test_a_shadow_is_the_same_word() -> None:
    assert found(glyphs("가나", 20, 50) * 2) == (["가나"], {})


def test_a_picture_is_as_large_as_it_is_shown() -> None:
    shown = '<svg x="20" y="40" width="200" height="50" viewBox="5 0 20 10">{}</svg>'
    inner = shown.format('<image width="30" height="10"/>')
    assert page_of(svg(inner), installed()).pictures == [(20, 40, 220, 90)]


def test_narrow_letters_have_narrow_boxes() -> None:
    wide = page_of(svg(glyphs("가", 20, 50)), installed()).glyphs[0].box
    inner = glyphs("가", 0, 0, ' transform="translate(20,50) scale(0.5,1)"')
    narrow = page_of(svg(inner), installed()).glyphs[0].box
    assert narrow[2] - narrow[0] == pytest.approx((wide[2] - wide[0]) / 2)
    assert narrow[3] - narrow[1] == pytest.approx(wide[3] - wide[1])


@pytest.mark.parametrize(("side", "known"), [(10, True), (40, False)])
def test_a_page_with_a_picture_that_may_hold_text_is_not_known(side: int, known: bool) -> None:
    inner = glyphs("가", 20, 50) + f'<image x="100" y="20" width="{side}" height="{side}"/>'
    page = page_of(svg(inner), installed())
    truth = hwp.truth_on(page, read(page, Text([]), []))
    if known:
        assert truth(None) is not None  # type: ignore[arg-type]
    else:
        with pytest.raises(BadImage, match="may hold text"):
            truth(None)  # type: ignore[arg-type]
