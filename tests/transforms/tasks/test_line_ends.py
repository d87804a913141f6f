"""What runs over the end of a line is quoted only where it is known how it goes on."""

from msgspec.structs import replace

from gyogwa.schemas.page import Block, Line, Word
from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.line_ends import CUT, LineEnds
from gyogwa.transforms.tasks.sentences import passages, sentences, title_of
from tests.transforms.tasks.pages import documents

BROKEN = [
    "배포판의 버그 수가 허용할 만큼 낮아지면 안정판으로 선",
    "언되고 번호를 받습니다. 그 뒤로는 보안 문제만 고칩니",
    "다. 새 판은 이태마다 나옵니다. 그 밖의 것은 아래에 있",
]
KEPT = [
    "배포판의 버그 수가 허용할 만큼",
    "낮아지면 안정판으로 선언되고 번호를 받습니다. 그 뒤로는",
    "보안 문제만 고칩니다. 새 판은 이태마다",
    "나옵니다. 그 밖의 것은 아래에 있습니다.",
]


def page_with(lines: list[str], kind: str = "paragraph") -> Page:
    """A page of one block: a syllable is 10 pixels wide, lines are 12 high."""
    words: list[Word] = []
    found: list[Line] = []
    for at, text in enumerate(lines):
        x, y, first = 0.1, 0.1 + 0.02 * at, len(words)
        for word in text.split(" "):
            words.append(Word(word, [x, y, x + 0.01 * len(word), y + 0.012]))
            x += 0.01 * (len(word) + 0.4)
        found.append(Line(first, len(words), [0.1, y, x - 0.004, y + 0.012], "ko"))
    box = [0.1, 0.1, max(line.box[2] for line in found), found[-1].box[3]]
    page = documents()[0]
    annotation = replace(
        page.annotation,
        words=words,
        lines=found,
        blocks=[Block(kind, 0, len(found), box)],
        tables=[],
        charts=[],
        language="ko",
    )
    image = replace(page.image, width=1000, height=1000, page=1)
    return Page(image, annotation)


def test_a_page_broken_anywhere_is_quoted_only_within_its_lines() -> None:
    page = page_with(BROKEN)
    assert CUT in LineEnds(page).join(BROKEN[:2])
    assert [part.text for part in passages(page)] == ["새 판은 이태마다 나옵니다."]


def test_a_page_that_leaves_room_at_its_edge_is_broken_between_words() -> None:
    page = page_with(KEPT)
    assert LineEnds(page).join(KEPT) == " ".join(KEPT)
    assert [part.text for part in passages(page)] == sentences(" ".join(KEPT))


def test_a_hyphen_goes_where_the_page_has_the_word_without_it() -> None:
    lines = ["many useful applications were de-", "veloped by them.", "All was developed by them."]
    page = page_with(lines)
    assert LineEnds(page).join(lines[:2]) == "many useful applications were developed by them."
    assert CUT in LineEnds(page_with(lines[:2])).join(lines[:2])


def test_a_title_that_may_be_cut_within_a_word_is_none() -> None:
    body = replace(documents()[0].annotation.blocks[0], kind="heading")
    page = page_with(["데비안 아카이브의 모든 디렉터리는 무엇인", "가요"], "heading")
    assert body.kind == "heading"
    assert title_of(page) == ""


def test_the_number_of_a_section_before_its_title_ends_no_sentence() -> None:
    text = "자세한 것은 6.10절. “무엇이 들어 있나요?” 참조하십시오. 다음은 이렇다."
    assert sentences(text)[0].startswith("자세한 것은 6.10절. “무엇이")


def test_the_rest_of_a_bracket_is_no_label() -> None:
    lines = ["- 설치한다 (아직 풀지 않", "함): 이 명령을 쓴다.", "- 지운다: 저 명령을 쓴다."]
    labels = [part.label for part in passages(page_with(lines, "list")) if part.form == "label"]
    assert "함)" not in labels
