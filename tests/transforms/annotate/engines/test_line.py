"""From a recogniser's columns to words, and from a line's ink to their boxes."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.annotate.engines.ctc import Character, KeepColumns, decode, words_of
from gyogwa.transforms.annotate.engines.ink import ink_of, word_boxes
from gyogwa.transforms.annotate.engines.paddle import askew

NANUM = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"


def columns(*classes: int, classes_in_all: int = 4) -> np.ndarray:
    """Probabilities [columns, classes] whose best class is the given one."""
    rows = np.full((len(classes), classes_in_all), 0.1, np.float32)
    rows[np.arange(len(classes)), classes] = 0.7
    return rows


def test_repeats_merge_unless_a_blank_parts_them() -> None:
    read = decode(columns(1, 1, 0, 1, 2, 0), ["", "a", "b", " "])
    assert [(c.text, round(c.centre * 6, 1)) for c in read] == [("a", 1.0), ("a", 3.5), ("b", 4.5)]


def test_no_columns_and_only_blanks_read_as_nothing() -> None:
    assert decode(np.empty((0, 4), np.float32), ["", "a", "b", " "]) == []
    assert decode(columns(0, 0), ["", "a", "b", " "]) == []
    assert words_of([]) == []


def test_words_part_at_spaces_whatever_the_script() -> None:
    text = " 데비안은 GNU/리눅스만  OK"
    line = [Character(c, i / len(text), 0.5) for i, c in enumerate(text)]
    words = words_of(line)
    assert [word.text for word in words] == ["데비안은", "GNU/리눅스만", "OK"]
    assert (words[0].first, words[0].last) == (1 / len(text), 4 / len(text))


def test_a_words_confidence_is_that_of_its_own_characters() -> None:
    line = [Character("a", 0.1, 1.0), Character(" ", 0.2, 0.1), Character("b", 0.3, 0.4)]
    assert [word.confidence for word in words_of([*line, Character("c", 0.4, 0.6)])] == [1.0, 0.5]


def test_the_decoder_gives_a_line_for_each_picture() -> None:
    lines, means = KeepColumns(["", "a", "b", " "])([np.stack([columns(1, 0), columns(0, 0)])])
    assert [[c.text for c in line] for line in lines] == [["a"], []]
    assert means == [0.7, 0.0]


def drawn(words: list[str], underline: bool = False) -> tuple[Image.Image, list[Box], list[float]]:
    """A line of Hangul on a tinted paper, the true boxes, and the middle of every character."""
    image = Image.new("L", (900, 60), 220)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(NANUM, 32)
    boxes, middles, x = [], [], 20.0
    for word in words:
        at = (round(x), 42)
        draw.text(at, word, font=font, fill=30, anchor="ls")
        alone = Image.new("L", image.size)
        ImageDraw.Draw(alone).text(at, word, font=font, fill=255, anchor="ls")
        box = alone.point(lambda value: 255 * (value > 100)).getbbox()
        assert box is not None
        boxes.append([float(side) for side in box])
        for character in word:
            middles.append(x + font.getlength(character) / 2)
            x += font.getlength(character)
        x += font.getlength(" ")
    if underline:
        draw.line((20, 52, round(x), 52), fill=30, width=2)
    return image, boxes, middles


def spans_of(words: list[str], middles: list[float]) -> list[tuple[float, float]]:
    ends = np.cumsum([len(word) for word in words])
    return [
        (middles[end - len(word)], middles[end - 1]) for word, end in zip(words, ends, strict=True)
    ]


HANGUL = ["이", "문서는", "데비안", "GNU/리눅스를", "다룹니다."]


def test_boxes_of_hangul_words_are_those_drawn() -> None:
    image, truth, middles = drawn(HANGUL)
    found = word_boxes(ink_of(np.asarray(image)), spans_of(HANGUL, middles))
    np.testing.assert_allclose(found, truth, atol=2)


def test_a_peak_two_columns_off_moves_no_box() -> None:
    image, truth, middles = drawn(HANGUL)
    spans = [(first + 4, last - 4) for first, last in spans_of(HANGUL, middles)]
    np.testing.assert_allclose(word_boxes(ink_of(np.asarray(image)), spans), truth, atol=2)


def test_a_rule_under_the_line_joins_no_words() -> None:
    image, truth, middles = drawn(HANGUL, underline=True)
    found = np.array(word_boxes(ink_of(np.asarray(image)), spans_of(HANGUL, middles)))
    gaps = found[1:, 0] - found[:-1, 2]
    assert (gaps > 4).all()
    assert (np.abs(found[:, 0] - np.array(truth)[:, 0]) <= 4).all()


def test_a_neighbouring_line_at_the_edge_is_left_out() -> None:
    image, truth, middles = drawn(HANGUL)
    ImageDraw.Draw(image).rectangle((100, 0, 300, 2), fill=30)
    found = word_boxes(ink_of(np.asarray(image)), spans_of(HANGUL, middles))
    np.testing.assert_allclose(found, truth, atol=2)


def test_light_on_dark_is_ink_too() -> None:
    image, truth, middles = drawn(HANGUL)
    inverted = 255 - np.asarray(image)
    np.testing.assert_allclose(
        word_boxes(ink_of(inverted), spans_of(HANGUL, middles)), truth, atol=2
    )


def test_an_empty_picture_gives_boxes_where_the_characters_peaked() -> None:
    found = word_boxes(ink_of(np.full((20, 50), 255, np.uint8)), [(10.0, 20.0), (30.0, 40.0)])
    assert found == [[10.0, 0.0, 21.0, 20.0], [30.0, 0.0, 41.0, 20.0]]


def test_only_words_that_stand_askew_have_a_quad() -> None:
    box = np.array([(100.0, 100.0), (200.0, 100.0), (200.0, 120.0), (100.0, 120.0)])
    assert askew(box, (400, 300)) == []
    turned = box + np.array([(0, 0), (0, 8), (-2, 8), (-2, 0)])
    quad = askew(turned, (400, 300))
    assert quad[:4] == [0.25, round(100 / 300, 6), 0.5, 0.36]
