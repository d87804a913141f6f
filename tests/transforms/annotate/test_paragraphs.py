"""Running text: paragraphs joined over lines, columns and pages."""

from collections.abc import Sequence

import pytest

from gyogwa.schemas.page import Block, Line, Word
from gyogwa.schemas.records import Annotation, Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.paragraphs import PageText, paragraphs_of, text_of
from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines

Said = Sequence[tuple[str, Sequence[str]]]


def page(number: int, said: Said, known: bool = True) -> Page:
    """A page with these blocks, lines below one another."""
    words: list[Word] = []
    lines: list[Line] = []
    blocks: list[Block] = []
    for kind, texts in said:
        first = len(lines)
        for text in texts:
            top = 0.05 + 0.03 * len(lines)
            start = len(words)
            words += [
                Word(word, [0.1 + 0.02 * at, top, 0.11 + 0.02 * at, top + 0.02])
                for at, word in enumerate(text.split())
            ]
            lines.append(Line(start, len(words), [0.1, top, 0.9, top + 0.02]))
        box = [0.1, lines[first].box[1], 0.9, lines[-1].box[3]]
        blocks.append(Block(kind, first, len(lines), box, known))
    name = f"{number:032x}"
    image = Image(
        *(name, ImageRef("", 0, 0), "", "", "", "document", "d", number, 800, 1000, "PNG"),
        *("", "", ""),
        signals=Signals(1.0, 1.0, 0.1),
    )
    found = Annotation(
        *(name, 800, 1000, "text_layer", "by", words, lines, blocks, [], [], "en", 1.0, 1.0)
    )
    return Page(image, found)


def texts(*pages: Page) -> list[PageText]:
    found = (text_of(page.image.page, page.annotation) for page in pages)
    return [text for text in found if text is not None]


def test_a_paragraph_goes_on_over_a_page_past_furniture_and_notes() -> None:
    first: Said = [
        ("page-header", ["Rules of the house"]),
        ("heading", ["1 Purpose"]),
        ("paragraph", ["Members who come late have to ask the warden of", "the house, who may"]),
        ("footnote", ["1 Since last year."]),
        ("page-number", ["3"]),
    ]
    second: Said = [
        ("page-header", ["Rules of the house"]),
        ("paragraph", ["let them in.", "Guests are welcome."]),
        ("list", ["- one is old", "- two is", "new"]),
    ]
    found = paragraphs_of("d", texts(page(4, second), page(3, first)))
    assert [(p.kind, p.text) for p in found] == [
        ("heading", "1 Purpose"),
        (
            "paragraph",
            "Members who come late have to ask the warden of the house, who may let them in. "
            "Guests are welcome.",
        ),
        ("list", "- one is old"),
        ("list", "- two is new"),
    ]
    assert [place.page for place in found[1].places] == [3, 4]
    assert [p.number for p in found] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("last", "first", "number"),
    [
        ("It ends here.", "and so on", 4),
        ("It goes on and", "1. A new item", 4),
        ("It goes on and", "on", 5),  # a page between is missing
    ],
)
def test_what_is_finished_or_far_stays_apart(last: str, first: str, number: int) -> None:
    found = paragraphs_of(
        "d", texts(page(3, [("paragraph", [last])]), page(number, [("paragraph", [first])]))
    )
    assert [p.text for p in found] == [last, first]


def test_pages_whose_blocks_are_guessed_give_no_text() -> None:
    assert texts(page(1, [("paragraph", ["Some words here."])], known=False)) == []


@pytest.mark.parametrize(
    ("lines", "elsewhere", "text"),
    [
        (["an exam-", "ple"], "", "an example"),
        (["a well-", "known one"], "the well-known way", "a well-known one"),
        (["the soft\u00ad", "ware"], "", "the software"),
        (["from Seoul-", "Busan"], "", "from Seoul-Busan"),
        (["see https://example.", "org/a/b now"], "", "see https://example.org/a/b now"),
        (["run /etc/init.d/", "inetd now"], "", "run /etc/init.d/inetd now"),
        (["소프트", "웨어를 쓴다"], "이 소프트웨어는 새롭다", "소프트웨어를 쓴다"),
        (["설치하십", "시오."], "", "설치하십시오."),
        (["목록을 제", "공합니다"], "", "목록을 제공합니다"),
        (["설치할", "수 있다"], "더 설치할 수 있다", "설치할 수 있다"),
        (["여러 가지", "방법"], "다른 방법 하나", "여러 가지 방법"),
    ],
)
def test_lines_are_joined_as_the_document_writes_its_words(
    lines: list[str], elsewhere: str, text: str
) -> None:
    assert join_lines(lines, Vocabulary([f". {elsewhere} ."])) == text


def test_code_between_two_paragraphs_parts_them() -> None:
    first: Said = [("paragraph", ["The program then looks in"]), ("code", ["/etc/rules"])]
    found = paragraphs_of("d", texts(page(3, first), page(4, [("paragraph", ["and goes on"])])))
    assert [p.text for p in found] == ["The program then looks in", "and goes on"]


def test_the_end_of_a_sentence_is_no_mark_of_a_list() -> None:
    first: Said = [("list", ["- 덜 중단됩니"])]
    found = paragraphs_of("d", texts(page(3, first), page(4, [("list", ["다. 하지만 깨진다"])])))
    assert [p.text for p in found] == ["- 덜 중단됩니다. 하지만 깨진다"]


@pytest.mark.parametrize(
    ("lines", "elsewhere", "sure"),
    [
        (["소프트", "웨어를 쓴다"], "이 소프트웨어를 쓴다", True),
        (["설치할", "수 있다"], "더 설치할 수 있다", True),
        (["망가뜨", "린 소년"], "", False),
        (["a well-", "known one"], "the well-known way", True),
        (["an exam-", "ple"], "", False),
        (["run /etc/init.d/", "inetd now"], "", False),
        (["plain", "words"], "", True),
    ],
)
def test_what_the_document_does_not_say_is_not_sure(
    lines: list[str], elsewhere: str, sure: bool
) -> None:
    assert is_sure(lines, Vocabulary([f". {elsewhere} ."])) is sure


def test_lines_that_end_between_words_throughout_are_sure() -> None:
    lines = ["오늘은 비가 온다고 한", "사람이 우산을 들고 나갔", "학교에서 돌아온 동생"] * 8
    assert is_sure(["처음 보는", "낱말들 사이"], Vocabulary(lines))
    assert not is_sure(["처음 보는", "낱말들 사이"], Vocabulary([*lines, "나갔", "다"]))
