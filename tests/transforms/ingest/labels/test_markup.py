"""Odd files of XML and HTML: older versions, other units, what is missing, entities."""

import pytest

from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.markup import alto, hocr, page_xml
from tests.transforms.ingest.labels.page import LINE_PAIRS, WORDS
from tests.transforms.ingest.labels.reading import items, row, texts, told

ENTITIES = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>'


def on_ink(form: str, data: str) -> bool:
    found = row(form, "page.xml", data)
    return page.covered([page.pixels(e["box"], found["boxes"]) for e in page.entries_of(found)])


def test_points_as_elements_are_read() -> None:
    found = row("page_xml", "page.xml", page_xml(points=False))
    assert found == row("page_xml", "page.xml", page_xml())
    assert on_ink("page_xml", page_xml(points=False))


def test_regions_come_in_reading_order_with_their_kinds() -> None:
    found = row("page_xml", "page.xml", page_xml())
    assert [region["kind"] for region in found["regions"]] == ["heading", "paragraph"]
    assert texts(found) == WORDS
    unordered = page_xml().replace("RegionRefIndexed", "Other")
    assert texts(row("page_xml", "page.xml", unordered)) == [*WORDS[2:], *WORDS[:2]]


def test_a_line_without_words_is_a_line_of_text() -> None:
    start, end = page_xml().index("<Word>"), page_xml().index("</Word><TextEquiv>") + len("</Word>")
    found = row("page_xml", "page.xml", page_xml()[:start] + page_xml()[end:])
    assert texts(found) == WORDS[:2]
    assert found["lines"] == [[0, 2]]
    assert texts(found, "lines_of_text") == [LINE_PAIRS[1][0]]


def test_a_full_stop_that_is_boxed_apart_belongs_to_its_word() -> None:
    whole = "<TextEquiv><Unicode>설명회</Unicode></TextEquiv></Word>"
    stop = whole.replace("설명회", ".")
    apart = page_xml().replace(whole, f'{whole}<Word><Coords points="190,40 195,52"/>{stop}')
    found = row("page_xml", "page.xml", apart.replace("주민 설명회", "주민 설명회."))
    assert texts(found) == ["주민", "설명회.", *WORDS[2:]]
    assert found["words"][1]["box"][2:] == [195, page.drawn().boxes[1][3]]


def test_the_text_of_the_lowest_index_counts() -> None:
    said = "<TextEquiv><Unicode>주민</Unicode></TextEquiv>"
    other = '<TextEquiv index="1"><Unicode>다른</Unicode></TextEquiv>'
    first = said.replace("<TextEquiv>", '<TextEquiv index="0">')
    found = row("page_xml", "page.xml", page_xml().replace(said, other + first))
    assert texts(found) == WORDS


def test_words_without_shape_or_text_cost_themselves() -> None:
    broken = page_xml().replace("<Unicode>주민<", "<Unicode><", 1)
    broken = broken.replace("<Word><Coords", "<Word><Other", 1)
    found = row("page_xml", "page.xml", broken)
    assert texts(found) == ["설명회", *WORDS[3:]]
    assert found["lines"] == [[0, 1], [1, 3]]
    assert found["unread"] == ["words without text", "words without a box"]


def test_another_image_is_named() -> None:
    other = page_xml().replace("page.tif", "scans\\0001.tif")
    assert row("page_xml", "page.xml", other)["file_name"] == "scans/0001.tif"


@pytest.mark.parametrize(
    ("unit", "scale"), [("pixel", 1), ("mm10", 0.8467), ("inch1200", 4), (" pixel ", 2)]
)
def test_alto_in_any_unit_lies_on_the_ink(unit: str, scale: float) -> None:
    found = row("alto", "page.xml", alto(unit, scale))
    assert found["boxes"]["size"] == pytest.approx([page.WIDTH * scale, page.HEIGHT * scale])
    assert on_ink("alto", alto(unit, scale))


def test_alto_of_all_versions_is_told() -> None:
    for name in ("ns-v2", "ns-v3", "ns-v4"):
        assert told("a.xml", alto().replace("ns-v3", name)) == "alto"
    assert told("a.xml", alto().replace(' xmlns="http://www.loc.gov/standards/alto/ns-v3#"', ""))
    prefixed = alto().replace("<alto xmlns=", "<a:alto xmlns:a=").replace("</alto>", "</a:alto>")
    assert told("a.xml", prefixed) == "alto"


def test_alto_says_how_sure_its_words_are() -> None:
    assert {w["confidence"] for w in row("alto", "a.xml", alto())["words"]} == {0.75}
    assert "confidence" not in row("alto", "a.xml", alto().replace("0.75", "7"))["words"][0]


def test_alto_without_a_size_is_read_in_pixels_only() -> None:
    size = f'WIDTH="{page.WIDTH}" HEIGHT="{page.HEIGHT}"'
    bare = alto().replace(size, "")
    assert row("alto", "a.xml", bare)["boxes"] == {"unit": "pixels", "form": "sizes"}
    (error,) = items("alto", "a.xml", bare.replace("pixel", "mm10"))
    assert isinstance(error, ValueError)
    assert "mm10" in str(error)


def test_a_string_of_several_words_makes_its_line_one_of_text() -> None:
    found = row("alto", "a.xml", alto().replace('"주민"', '"주 민"'))
    assert texts(found, "lines_of_text") == ["주 민 설명회"]
    assert texts(found) == WORDS[2:]
    assert found["lines"] == [[0, 3]]


def test_a_word_without_content_leaves_its_line() -> None:
    found = row("alto", "a.xml", alto().replace('CONTENT="주민"', ""))
    assert found["lines"] == [[0, 1], [1, 4]]
    assert found["unread"] == ["words without text"]


def test_hocr_gives_words_lines_and_how_sure_they_are() -> None:
    found = row("hocr", "page.hocr", hocr())
    assert {word["confidence"] for word in found["words"]} == {0.96}
    assert found["regions"] == [{"kind": "paragraph", "box": [20, 30, 380, 130]}]
    assert found["boxes"]["size"] == [page.WIDTH, page.HEIGHT]


def test_hocr_words_without_lines_and_lines_without_words() -> None:
    no_lines = hocr().replace("ocr_line", "line")
    assert "lines" not in row("hocr", "page.hocr", no_lines)
    no_words = hocr().replace("ocrx_word", "word")
    found = row("hocr", "page.hocr", no_words)
    assert texts(found, "lines_of_text") == [text for text, _ in LINE_PAIRS]


def test_hocr_of_several_pages_names_their_images() -> None:
    two = hocr() + hocr().replace("page.tif", "b.tif")
    first, second = items("hocr", "book.html", two)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["file_name"], second["file_name"]) == ("page.tif", "b.tif")
    _, nameless = items("hocr", "book.html", two.replace("b.tif", "unknown"))
    assert isinstance(nameless, dict)
    assert (nameless["stem"], nameless["page"]) == ("book", 2)
    assert row("hocr", "a.html", hocr().replace("/home/a b/page.tif", "unknown"))["stem"] == "a"


def test_pages_of_hocr_that_name_one_file_are_its_pages() -> None:
    third = hocr().replace("bbox 0 0", "ppageno 4; bbox 0 0", 1)
    assert "ppageno" in third
    found = items("hocr", "book.hocr", hocr() + hocr() + third)
    assert [isinstance(f, dict) and (f["file_name"], f["page"]) for f in found] == [
        ("page.tif", 1),
        ("page.tif", 2),
        ("page.tif", 5),
    ]


def test_html_that_is_not_closed_or_escaped_is_read() -> None:
    odd = hocr().replace("</strong>", "").replace("3,450,000원", "3,450&nbsp;000원 &amp;")
    found = row("hocr", "page.html", odd)
    assert "3,450\xa0000원 &" in " ".join(texts(found, "lines_of_text"))
    assert told("page.html", "<html><p class='page'>ocr_page</p></html>") == ""


@pytest.mark.parametrize("form", ["page_xml", "alto"])
def test_entities_are_refused(form: str) -> None:
    data = {"page_xml": page_xml(), "alto": alto()}[form]
    bomb = data.replace("?>", "?>" + ENTITIES, 1).replace("주민", "&y;")
    assert told("a.xml", bomb) == form
    with pytest.raises(ValueError, match="entities"):
        items(form, "a.xml", bomb)
    with pytest.raises(ValueError, match="entities"):
        items(form, "a.xml", bomb.encode("utf-16"))


def twice(data: str, *changes: tuple[str, str]) -> str:
    """A file's page, and behind it the same with some of it changed."""
    page_of = data[data.index("<Page ") : data.index("</Page>") + len("</Page>")]
    other = page_of
    for old, new in changes:
        assert old in other
        other = other.replace(old, new)
    return data.replace(page_of, page_of + other)


def named(form: str, data: str) -> list[tuple[object, object]]:
    """What the pages of a file `book.xml` are of, and their numbers there."""
    found = [f for f in items(form, "book.xml", data) if isinstance(f, dict)]
    assert all(texts(f) for f in found)
    return [(f.get("file_name", f.get("stem")), f.get("page")) for f in found]


def test_pages_of_one_file_are_of_the_images_that_they_name() -> None:
    two = twice(page_xml(), ("page.tif", "b.tif"), ("주민", "다른"))
    assert named("page_xml", two) == [("page.tif", None), ("b.tif", None)]
    other = items("page_xml", "book.xml", two)[1]
    assert isinstance(other, dict)
    assert texts(other)[0] == "다른"
    assert named("page_xml", twice(page_xml())) == [("page.tif", 1), ("page.tif", 2)]


def test_pages_of_one_alto_are_those_of_its_document() -> None:
    assert named("alto", twice(alto())) == [("book", 1), ("book", 2)]
    source = "<sourceImageInformation><fileName>{}</fileName></sourceImageInformation>"
    one = twice(alto()).replace("<Description>", f"<Description>{source.format('scan.tif')}")
    assert named("alto", one) == [("scan.tif", 1), ("scan.tif", 2)]
    each = one.replace("<Description>", f"<Description>{source.format('cover.tif')}")
    assert named("alto", each) == [("cover.tif", None), ("scan.tif", None)]


@pytest.mark.parametrize(
    ("first", "second", "pages"), [(0, 2, (1, 3)), (1, 3, (1, 3)), (1, 1, (1, 2))]
)
def test_alto_numbers_its_pages(first: int, second: int, pages: tuple[int, int]) -> None:
    numbered = alto().replace("<Page ", f'<Page PHYSICAL_IMG_NR="{first}" ')
    both = twice(numbered, (f'NR="{first}"', f'NR="{second}"'))
    assert named("alto", both) == [("book", page) for page in pages]


def test_a_broken_page_costs_no_other() -> None:
    both = twice(alto("mm10"), (' WIDTH="', ' OTHER="'))
    first, second = items("alto", "book.xml", both)
    assert isinstance(first, dict)
    assert isinstance(second, ValueError)
