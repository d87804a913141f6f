"""Labels of a copy that was dropped are those of the image that is kept, with their boxes."""

from collections import defaultdict
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.page import Block, Cell, Chart, Line, Region, Series, Table, Word
from gyogwa.schemas.records import Annotation, Image, ImageRef, Page, Scripts, Signals
from gyogwa.transforms.dedup.alignment import SAME
from gyogwa.transforms.dedup.labels import Labels, merged
from gyogwa.transforms.dedup.parting import AGREED, INSTEAD, REFUSED, REJECTED, part

BOX = [0.2, 0.2, 0.4, 0.3]
CHART = Chart("bar", "매출", "억", ["1월"], [Series("서울", [3.0])], BOX)
TABLE = Table(BOX, [Cell(0, 0, 1, 1, True, "합계", BOX)])
HALVED = [0.5, 0.0, 0.25, 0.0, 0.5, 0.25]


def page(name: str, *texts: str, **changes: Any) -> Page:
    words = [Word(text, BOX) for text in texts]
    image = Image(
        name, ImageRef("", 0, 1), name, f"{name}.jpg", changes.pop("licence", "CC0"),
        changes.pop("kind", "image"), name, 1, 200, 100, "PNG", "", name, "", Signals(1, 1, 1),
    )  # fmt: skip
    annotation = Annotation(
        name, image.width, image.height, "dataset", "truth", words,
        [Line(0, len(words), BOX)] if words else [], [], [], [], "ko" if words else "", 1.0, 1.0,
        Scripts(hangul=len(words)), 20.0,
    )  # fmt: skip
    return Page(image, replace(annotation, **changes))


def test_words_tables_charts_and_kinds_move_with_their_boxes() -> None:
    kept = page("a", charts=[CHART])
    words = page("b", "매출", "합계", kind="chart")
    table = page("c", tables=[TABLE])
    found = merged(kept, [Labels(table, SAME), Labels(words, HALVED)])
    told = found.page.annotation
    assert [word.text for word in told.words] == ["매출", "합계"]
    assert told.words[0].box == told.lines[0].box == [0.35, 0.35, 0.45, 0.4]
    assert (told.charts, told.tables) == ([CHART], [TABLE])
    assert (told.image_id, told.language, told.scripts.hangul) == ("a", "ko", 2)
    assert told.text_height == 10.0
    assert found.page.image == replace(kept.image, kind="chart")
    assert [(m.copy_id, m.parts) for m in found.moved] == [("c", "tables"), ("b", "words")]
    assert not found.rejects


def test_what_adds_nothing_moves_nothing() -> None:
    kept = page("a", "매출", "합계", tables=[TABLE])
    found = merged(kept, [Labels(page("b", "합계"), []), Labels(page("c"), SAME)])
    assert (found.page, found.moved, found.rejects) == (kept, [], [])


@pytest.mark.parametrize(
    ("copy", "alignment", "rule"),
    [
        (page("b", "매출", "9"), SAME, "contradicting_labels"),
        (page("b", charts=[replace(CHART, series=[Series("서울", [4.0])])]), SAME,
         "contradicting_labels"),
        (page("b", tables=[TABLE]), [], "unplaced_labels"),
        (page("b", tables=[TABLE]), [4.0, 0.0, -2.0, 0.0, 4.0, -2.0], "unplaced_labels"),
        (page("b", tables=[TABLE], licence="CC-BY-NC"), SAME, "other_licence"),
    ],
)  # fmt: skip
def test_what_cannot_move_is_told(copy: Page, alignment: list[float], rule: str) -> None:
    kept = page("a", "매출", "합계", charts=[CHART])
    found = merged(kept, [Labels(copy, alignment)])
    assert (found.page, found.moved) == (kept, [])
    (reject,) = found.rejects
    assert (reject.id, reject.rule, reject.unit) == ("b", rule, "labels")


def test_what_was_read_never_moves() -> None:
    read = page("b", "매출", "합계", origin="ocr", kind="table")
    found = merged(page("a", charts=[CHART]), [Labels(read, SAME)])
    assert found.page.image.kind == "table"
    assert not found.page.annotation.words


EMBEDDED = Duplicate("e", "a", "benchmark:set: 1", 18, 0.0, "near", 0.4, "across")
WHOLE = replace(EMBEDDED, distance=0, difference=0.1)
OTHER = replace(EMBEDDED, kept="benchmark:set: 0")
COPY = Duplicate("b", "a", "b", 0, 1.0, "near", 0.1)


def parted(dropped: list[Duplicate], labels: list[Labels]) -> dict[str, list[Any]]:
    """What becomes of the page "a", by the name of the output."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in part("a", {"pages": [page("a", "매출")], "dropped": dropped, "labels": labels}):
        found[row.tag].append(row.value)
    return found


@pytest.mark.parametrize("order", list(permutations([EMBEDDED, WHOLE, OTHER, COPY])))
def test_what_an_image_is_dropped_for_is_the_same_in_any_order(order: tuple[Duplicate]) -> None:
    found = parted(list(order), [])
    (reject,) = found[REJECTED]
    assert (reject.rule, reject.value) == ("contamination", "0")
    assert "set: 1" in reject.message
    assert [instead.kept for _, instead in found[INSTEAD]] == ["benchmark:set: 1"]


def test_labels_that_were_to_move_to_a_dropped_image_are_told() -> None:
    copies = [Labels(page("b", "매출"), SAME), Labels(page("c", origin="ocr"), SAME)]
    found = parted([EMBEDDED], copies)
    assert [(reject.id, reject.rule) for reject in found[REFUSED]] == [("b", "image_dropped")]
    assert not found[AGREED]


def test_parts_of_the_page_that_a_copy_names_are_the_blocks_of_the_words_kept() -> None:
    region = Region("heading", [0.0, 0.0, 0.8, 0.6])
    bare = page("b", "매술", origin="ocr")
    copy = replace(bare, image=replace(bare.image, regions=[region]))
    guess = Block("paragraph", 0, 1, BOX, known=False)
    kept = page("a", "매출", "합계", blocks=[guess], lines=[Line(0, 2, [0.3, 0.3, 0.5, 0.4])])
    found = merged(kept, [Labels(copy, HALVED)])
    (block,) = found.page.annotation.blocks
    assert (block.kind, block.known, block.box) == ("heading", True, [0.25, 0.25, 0.65, 0.55])
    assert [(m.copy_id, m.parts) for m in found.moved] == [("b", "regions")]
    known = page("a", "매출", blocks=[replace(guess, known=True)])
    assert merged(known, [Labels(copy, HALVED)]).page == known
    other = replace(copy, image=replace(copy.image, licence="CC-BY-NC"))
    assert merged(kept, [Labels(other, HALVED)]).rejects[0].rule == "other_licence"
    assert merged(kept, [Labels(copy, [])]).rejects[0].rule == "unplaced_labels"
