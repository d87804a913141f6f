"""COCO's layout for documents: PubLayNet, DocLayNet, COCO-Text and what tools export so.

`{"images": [{"id", "file_name", "width", "height"}], "annotations": [{"image_id", "category_id",
"bbox": [x, y, width, height]}], "categories": [{"id", "name"}]}`, pixels from the upper left. An
annotation with a text of its own is a word or a line of text, one with a `caption` and no box that
of the whole image (of several the first), one with `question` and `answer` and no box a question
about it, any other a region of its category's kind, in the file's order, which is no reading order.
DocLayNet gives some pages several times; only those of precedence 0 are read. Files of any size are
read in little memory.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.grouped import images_of
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.talk import answer_of, pair_of
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, size_of, text_of

_NAMES = ("file_name", "image_name")
_TEXTS = ("text", "utf8_string", "transcription")
_Kinds = dict[str, Any]


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict):
        return False
    images, first = head.json.get("images"), None
    if isinstance(images, list):
        first = images[0] if images else None
        return isinstance(first, dict) and any(name in first for name in _NAMES)
    lists = (head.json.get("annotations"), head.json.get("categories"))
    return all(map(_are_objects, lists)) or _are_annotations(lists[0])


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _are_annotations(value: Any) -> bool:
    return (
        _are_objects(value)
        and "image_id" in value[0]
        and bool({"bbox", "caption", "question"} & {*value[0]})
    )


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("images", "annotations", "categories")
    kinds = {
        str(category.get("id")): category.get("name")
        for category in lists.items("categories.item")
        if isinstance(category, dict)
    }
    again = 0
    for number, (image, annotations) in enumerate(images_of(lists)):
        if isinstance(image, dict) and image.get("precedence"):
            again += 1
        else:
            yield row_or_error(f"images[{number}]", _row, image, annotations, kinds)
    if again:
        file.told.extend(["pages labelled again (precedence above 0), not read"] * again)


def _row(value: Any, annotations: list[Any], kinds: _Kinds) -> LabelRow:
    image = object_of(value, "the image")
    name = next((path for key in _NAMES if (path := path_of(image.get(key)))), None)
    if name is None:
        raise ValueError("file_name is missing")
    entries, captions, turns = Entries(), list[str](), list[dict[str, Any]]()
    for said in entries.objects(annotations, "annotations"):
        text, box = _text(said), said.get("bbox")
        if text is not None:
            entries.add(text, box)
        elif box is None and (caption := text_of(said.get("caption"))):
            captions.append(caption)
        elif box is None and (pair := _question(said)):
            turns += pair
        else:
            entries.region(kinds.get(str(said.get("category_id"))), box)
    size = size_of(image.get("width"), image.get("height"))
    entries.unread += ["captions beside the first of an image"] * len(captions[1:])
    caption = captions[0] if captions else None
    boxes = {"unit": "pixels", "form": "sizes", "size": size}
    return entries.row(boxes, file_name=name, text=caption, conversations=turns or None)


def _question(annotation: dict[str, Any]) -> list[dict[str, Any]]:
    """A question with its answer as turns; [] where it is none."""
    question, answer = text_of(annotation.get("question")), answer_of(annotation.get("answer"))
    return pair_of(question, answer) if question and answer else []


def _text(annotation: dict[str, Any]) -> str | None:
    more = annotation.get("attributes")
    for fields in (annotation, more if isinstance(more, dict) else {}):
        for name in _TEXTS:
            if text := text_of(fields.get(name)):
                return text
    return None


FORM = LabelForm(
    name="coco",
    endings=(".json",),
    published="https://cocodataset.org/#format-data (arXiv 1908.07836, 2206.01062)",
    fits=_fits,
    rows=_rows,
)
