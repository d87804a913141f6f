"""Words with boxes in the columns of a table: LayoutLM's, structs of lists, detection's objects.

LayoutLM users keep `words` or `tokens` beside `bboxes`, in thousandths of the image's sides
(https://huggingface.co/docs/transformers/model_doc/layoutlm), unless the ink says otherwise: others
keep pixels so. `datasets` writes a list of objects
as an object of lists. `objects: {"bbox", "text"}` is the ImageFolder's convention for detection,
boxes x, y, width, height as in COCO (https://huggingface.co/docs/datasets/image_dataset).
"""

from typing import Any

from gyogwa.transforms.ingest.labels.published import (
    Published,
    as_text,
    is_absent,
    rows_of,
    unpacked,
)
from gyogwa.transforms.ingest.labels.units import GUESS

_WORDS = ("words", "tokens", "texts", "text")
_BOXES = ("bboxes", "boxes", "bbox", "normalized_bboxes")
_OCR = ("ocr", "ocr_text", "ocr_results")
"""Columns that may hold what an OCR engine read, as objects of a text and a box."""
_BY_LINE, _PAGE_SIZE = "bboxes_line", ("coco_width", "coco_height")
_TEXT = ("text", "word", "transcription", "texts", "transcriptions", "words")
_BOX = ("box", "bbox", "quad", "bounding_box", "polygon", "points")
_SURE = "confidence"
_PLAIN = {"text", "box"}
"""The keys of a word that is in the vocabulary already, as most are."""
_OBJECT_TEXTS = ("text", "texts", "transcription", "transcriptions", "words")
_OBJECT_BOXES = ("bbox", "bboxes", "box", "boxes")
_RUNS = ("lines", "blocks", "tables", "charts", "lines_of_text", "regions")
KEYS = (*_OCR, *_WORDS, *_BOXES, *_RUNS, "objects", _BY_LINE, *_PAGE_SIZE)


def take_words(row: Published) -> None:
    """`words`, and `boxes` where the form of the columns says how to read them; and the other
    labels of `labels.truth`, which may stand as JSON in a text."""
    for name in _RUNS:
        if name in row.left:
            row.row[name] = unpacked(row.take(name))
    if isinstance(row.left.get("boxes"), dict):
        row.row["boxes"] = row.take("boxes")
    _lines(row)
    read = "words" not in row.left and (name := row.first(_OCR)) and _are_words(row.left[name])
    if read:
        row.left["words"] = unpacked(row.take(name))
    if not _parallel(row) and "words" in row.left:
        found = unpacked(row.left["words"])
        words = rows_of(found) if isinstance(found, dict) else found
        if isinstance(words, list) and (not words or any(isinstance(word, dict) for word in words)):
            row.take("words")
            named = _named(row, words, "words")
            row.row |= _as_lines(named) if read else {"words": named}
    if not {"words", "lines_of_text"} & row.row.keys():
        _objects(row)


def _parallel(row: Published) -> bool:
    """Words and boxes in two columns of one length."""
    boxes = row.first(_BOXES)
    numbers = unpacked(row.left.get(boxes))
    for name in _WORDS:
        texts = unpacked(row.left.get(name))
        if not (isinstance(texts, list) and isinstance(numbers, list) and texts):
            continue
        if isinstance(texts[0], dict) or len(texts) != len(numbers):
            continue
        row.take(name)
        row.take(boxes)
        row.row |= _as_lines(_words(texts, numbers))
        if _are_thousandths(numbers):
            row.row.setdefault("boxes", {GUESS: "thousandths"})
        return True
    return False


def _lines(row: Published) -> None:
    """Lines of text in the columns of DocLayNet-base: `texts` beside `bboxes_line`, x, y, width and
    height in pixels of `coco_width` by `coco_height`."""
    texts, boxes = (unpacked(row.left.get(name)) for name in ("texts", _BY_LINE))
    if not (isinstance(texts, list) and isinstance(boxes, list) and len(texts) == len(boxes)):
        return
    row.take("texts")
    row.take(_BY_LINE)
    row.row["lines_of_text"] = _words(texts, boxes)
    size = [row.take(name) for name in _PAGE_SIZE]
    known = {"size": size} if all(isinstance(side, int | float) for side in size) else {}
    row.row.setdefault("boxes", {"unit": "pixels", "form": "sizes", **known})


def _as_lines(words: list[Any]) -> dict[str, list[Any]]:
    """The words; `lines_of_text` where some are several words in one box."""
    texts = [word.get("text") for word in words if isinstance(word, dict)]
    several = any(isinstance(text, str) and len(text.split()) > 1 for text in texts)
    return {"lines_of_text" if several else "words": words}


def _are_words(value: Any) -> bool:
    """Whether a value is a list of objects with a text and a box each, also as JSON."""
    found = unpacked(value)
    return (
        isinstance(found, list)
        and bool(found)
        and all(
            isinstance(word, dict)
            and any(k in word for k in _TEXT)
            and any(k in word for k in _BOX)
            for word in found
        )
    )


def _words(texts: list[Any], boxes: list[Any]) -> list[Any]:
    """Words of texts and boxes; what is null is no word."""
    return [
        {"text": text if as_text(text) is None else as_text(text), "box": box}
        for text, box in zip(texts, boxes, strict=True)
        if not is_absent(text)
    ]


def _are_thousandths(boxes: list[Any]) -> bool:
    flat = [n for box in boxes for n in (box if isinstance(box, list | tuple) else [])]
    numbers = [n for n in flat if isinstance(n, int | float)]
    whole = bool(numbers) and len(numbers) == len(flat)
    return whole and 1 < max(numbers) <= 1000 and min(numbers) >= 0


def _named(row: Published, words: list[Any], path: str) -> list[Any]:
    """Words as `{"text", "box"}`, other names for these read too; what isn't told as a word is
    left as it is, for the reader of labels to say what is wrong."""
    counted = row.row.get("lines") is not None  # by position, so that none may go
    found = []
    for word in words:
        if not isinstance(word, dict) or (
            word.keys() == _PLAIN
            and isinstance(word["text"], str)
            and isinstance(word["box"], list)
        ):
            found.append(word)
            continue
        text_key = next((key for key in _TEXT if key in word), "")
        box_key = next((key for key in _BOX if not is_absent(word.get(key))), "")
        text = word.get(text_key)
        if is_absent(text):
            if not counted:
                continue
            text = ""
        row.skip(path, (key for key in word if key not in (text_key, box_key, _SURE)))
        plain = as_text(text)
        found.append(
            {"text": text if plain is None else plain}
            | ({"box": box_of(word[box_key])} if box_key else {})
            | ({_SURE: word[_SURE]} if _SURE in word else {})
        )
    return found


def box_of(value: Any) -> Any:
    """A box as numbers in a list: from an object of named sides or corners, or as it is.

    >>> box_of({"x1": 1, "y1": 2, "x2": 9, "y2": 2, "x3": 9, "y3": 5, "x4": 1, "y4": 5})
    [1, 2, 9, 2, 9, 5, 1, 5]
    """
    if not isinstance(value, dict):
        return value
    for names in _SIDES:
        if all(name in value for name in names):
            return [value[name] for name in names]
    if all(name in value for name in _SIZES):
        x, y, width, height = (value[name] for name in _SIZES)
        return [x, y, x + width, y + height]
    return value


_SIDES = (
    tuple(f"{axis}{corner}" for corner in range(1, 5) for axis in "xy"),
    ("x0", "y0", "x1", "y1"),
    ("x1", "y1", "x2", "y2"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("left", "top", "right", "bottom"),
)
_SIZES = ("x", "y", "width", "height")


def _objects(row: Published) -> None:
    """Detected objects that have texts, as words; others are left."""
    value = unpacked(row.left.get("objects"))
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        keys = dict.fromkeys(key for item in value for key in item)
        value = {key: [item.get(key) for item in value] for key in keys}
    if not isinstance(value, dict):
        return
    texts = next((key for key in _OBJECT_TEXTS if isinstance(value.get(key), list)), "")
    boxes = next((key for key in _OBJECT_BOXES if isinstance(value.get(key), list)), "")
    if not (texts and boxes) or len(value[texts]) != len(value[boxes]):
        return
    row.take("objects")
    row.skip("objects", (key for key in value if key not in (texts, boxes)))
    row.row |= _as_lines(_words(value[texts], value[boxes]))
    row.row.setdefault("boxes", {"unit": "pixels", "form": "sizes"})
