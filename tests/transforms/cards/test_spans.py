from gyogwa.schemas.curriculum import Pixels
from gyogwa.transforms.cards.spans import difference, spans_of, units
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.registry import dialect_named

VARCO = dialect_named("varco", Pixels())
SIZE = Size(1000, 1000)


def test_marked_text_is_linked_to_its_boxes() -> None:
    items = [Item("요금", [[0.1, 0.2, 0.3, 0.4]]), Item("a <b>", [[0.5, 0.5, 0.75, 0.6]])]
    text = VARCO.serialise(items, SIZE)
    spans = spans_of(text, VARCO, SIZE, [])
    assert [span.boxes for span in spans] == [[1000, 2000, 3000, 4000], [5000, 5000, 7500, 6000]]
    assert text[spans[0].first : spans[0].last] == "요금"
    assert text[spans[1].first : spans[1].last] == VARCO.escape("a <b>")


def test_a_transcription_is_linked_to_words() -> None:
    words = ["수도", "요금", "9월", "요금"]
    text = "수도 요금\n9월 요금"
    spans = spans_of(text, VARCO, SIZE, words)
    assert [(text[s.first : s.last], s.word) for s in spans] == [
        ("수도", 0), ("요금", 1), ("9월", 2), ("요금", 3),
    ]  # fmt: skip
    assert spans_of("전혀 다른 글입니다", VARCO, SIZE, words) == []


def test_positions_are_those_of_javascript() -> None:
    assert units("요금") is None
    assert units("😀a") == [0, 2, 3]
    (span,) = spans_of("😀" + VARCO.serialise([Item("값", [[0, 0, 1, 1]])], SIZE), VARCO, SIZE, [])
    assert span.first == 2 + len("<char>")


def test_what_only_one_answer_has() -> None:
    chosen, rejected = "합계 12,300원 납부", "합계 12,800원 바로 납부"
    kept, lost = difference(chosen, rejected)
    assert [chosen[a:b] for a, b in zip(kept[::2], kept[1::2], strict=True)] == ["300원"]
    gone = [rejected[a:b] for a, b in zip(lost[::2], lost[1::2], strict=True)]
    assert "".join(gone).split() == ["800원", "바로"]
    assert difference(chosen, chosen) == ([], [])
