"""Running heads, footers and page numbers are told by the pages of a document, and no task reads
them as text."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from gyogwa.schemas.page import Truth, Word
from gyogwa.schemas.records import Page
from gyogwa.transforms.ingest.joining import Vocabulary
from gyogwa.transforms.tasks.furniture import furniture_of, without_furniture
from gyogwa.transforms.tasks.sentences import text_blocks
from gyogwa.transforms.tasks.several_pages import continue_text, sentence_over_break, which_page
from tests.transforms.tasks.pages import SETTING
from tests.transforms.tasks.synthetic import page_of

TREES = ["alder", "birch", "cedar", "dogwood"]
HEADS = ["CHAPTER 2. GETTING DEBIAN", "CHAPTER 2. GETTING DEBIAN", "CHAPTER 3. CHOOSING", "4. MORE"]


def sheet(number: int, head: str, foot: str, body: list[str]) -> Page:
    """A page with a head, a body of lines and a foot."""
    lines = [(head, 0.045), *((text, 0.1 + 0.013 * n) for n, text in enumerate(body)), (foot, 0.95)]
    words = [
        Word(text, [0.1 + 0.01 * at, y, 0.1 + 0.01 * (at + len(text)) - 0.002, y + 0.01])
        for line, y in lines
        for at, text in _placed(line)
    ]
    page = page_of(Truth("text_layer", words), f"sheet {number} {head}", 1000, 1400)
    image = replace(page.image, document="d", page=number)
    return replace(page, image=image)


def _placed(line: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for text in line.split():
        found.append((at, text))
        at += len(text) + 1
    return found


def body(tree: str) -> list[str]:
    """A page's text, whose last sentence goes on and whose first has begun before."""
    return [
        f"and of its {tree} too. Then the {tree} was set apart from all the other trees here.",
        f"Nobody knows why the {tree} grows so slowly, and why it is so seldom seen in town.",
        f"It may be that the {tree} likes company, or that nobody ever planted any of them.",
        f"Each of these years is told by the {tree}, and by the rings of its wood that say so",
    ]


def pages() -> list[Page]:
    return [
        sheet(n, head, f"{n + 4}", body(tree))
        for n, (head, tree) in enumerate(zip(HEADS, TREES, strict=True), 1)
    ]


def said(page: Page, lines: frozenset[int]) -> list[str]:
    texts = page.line_texts()
    return [texts[number] for number in sorted(lines)]


def test_heads_and_numbers_are_furniture_and_nothing_else() -> None:
    shown = pages()
    for page, lines, head in zip(shown, furniture_of(shown), HEADS, strict=True):
        assert said(page, lines) == [head, str(page.image.page + 4)]


def test_a_page_alone_has_only_its_number() -> None:
    (alone,) = furniture_of(pages()[:1])
    assert said(pages()[0], alone) == ["5"]


def test_documents_are_kept_apart() -> None:
    one, two = pages()[:2]
    other = replace(two, image=replace(two.image, document="another"))
    assert [len(lines) for lines in furniture_of([one, other])] == [1, 1]


def test_text_at_the_edge_stays() -> None:
    close = [sheet(n, "9", "9", body(tree)) for n, tree in enumerate(TREES)]
    for page, lines in zip(close, furniture_of(close), strict=True):
        assert said(page, lines) == ["9", "9"]


def test_a_sentence_over_the_break_has_no_head_in_it() -> None:
    shown = pages()
    known = Vocabulary([])
    assert any("CHAPTER" in sentence_over_break(a, b, known) for a, b in pairwise(shown))
    drafts = [draft for _, draft in continue_text(shown, SETTING)]
    assert len(drafts) == len(shown) - 1
    for draft in drafts:
        answer = draft.conversation[1].content
        assert answer.startswith("Each of these years is told by")
        assert "CHAPTER" not in answer
        assert answer.endswith("too.")


def test_no_page_is_looked_for_by_its_head() -> None:
    asked = [draft.detail for _, draft in which_page(pages(), SETTING)]
    assert asked
    assert not set(asked) & set(HEADS)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_words_stay_as_they_are(count: int) -> None:
    shown = pages()[:count]
    for page, body in zip(shown, without_furniture(shown), strict=True):
        assert body.annotation.words == page.annotation.words
        assert body.annotation.lines == page.annotation.lines


def test_what_a_source_calls_a_head_is_none_of_the_text() -> None:
    page = pages()[0]
    first, *others = page.annotation.blocks
    named = [replace(first, kind="page-header"), *others]
    told = replace(page, annotation=replace(page.annotation, blocks=named))
    assert any(HEADS[0] in lines for _, lines in text_blocks(page))
    assert not any(HEADS[0] in lines for _, lines in text_blocks(told))


def test_a_list_on_the_next_page_does_not_go_on_with_the_sentence() -> None:
    above = sheet(1, "HEAD", "1", body("alder"))
    below = sheet(2, "HEAD", "2", ["• Execute the command", *body("birch")[1:]])
    assert not list(continue_text([above, below], SETTING))


def with_last(page: Page, text: str, width: float) -> Page:
    """The page, the last line of its text another one of this width."""
    annotation = page.annotation
    at = next(n for n, line in enumerate(page.line_texts()) if line.startswith("Each of these"))
    line = annotation.lines[at]
    x0, y0, _, y1 = line.box
    words = [replace(word, text="") for word in annotation.words[line.first : line.last]]
    words[0] = replace(words[0], text=text)
    changed = [*annotation.words[: line.first], *words, *annotation.words[line.last :]]
    lines = [replace(n, box=[x0, y0, x0 + width, y1]) if n is line else n for n in annotation.lines]
    return replace(page, annotation=replace(annotation, words=changed, lines=lines))


def test_no_sentence_begins_with_a_listing_or_in_its_middle() -> None:
    """A line of code before text that says what it does; text that goes on from a formula."""
    above, below, *_ = pages()
    width = max(n.box[2] - n.box[0] for n in above.annotation.lines)
    begun = "Each of these years is told by the trees, and by"
    for text, share, count in ((begun, 1.0, 1), (begun, 0.4, 0), (".dc temp 25 of", 1.0, 0)):
        shown = [with_last(above, text, width * share), below]
        assert len(list(continue_text(shown, SETTING))) == count, (text, share)
