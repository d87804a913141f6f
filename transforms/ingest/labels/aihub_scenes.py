"""AI-Hub's signs, covers and goods: 야외 실제 촬영 한글 이미지 (data set 105), one JSON file an
image, and Text in the wild (81), one file for all.

`{"images": [{"id", "width", "height", "file_name", "type"}], "annotations": [{"image_id", "text",
"bbox": [x, y, width, height], "attributes": {"class"}}]}`, pixels from the upper left. Text in the
wild gives words and, again, their characters; those aren't read. `xxx` and null are text that can't
be read. 한국어 글자체 이미지 has images of a letter, a word or a sentence, whose text stands there
without a box. Files of any size are read in little memory.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.aihub_forms import ILLEGIBLE
from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.grouped import images_of
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import object_of, row_or_error, size_of, text_of

_SET = "text in the wild"


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict) or "categories" in head.json:
        return False
    about, said = head.json.get("info"), head.json.get("annotations")
    if isinstance(about, dict) and _SET in str(about.get("name")).lower():
        return True
    first = said[0] if isinstance(said, list) and said else None
    if not isinstance(first, dict) or not {"text", "image_id"} <= first.keys():
        return False
    if not {"bbox", "attributes"} & first.keys():
        return False
    return "category_id" not in first and "image.file.name" not in str(head.json.get("images"))


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    lists = JsonLists(file)
    lists.note_keys("images", "annotations")
    for number, (image, annotations) in enumerate(images_of(lists)):
        yield row_or_error(f"images[{number}]", _row, image, annotations)


def _row(value: Any, annotations: list[Any]) -> LabelRow:
    image = object_of(value, "the image")
    name = path_of(image.get("file_name"))
    if name is None:
        raise ValueError("file_name is missing")
    entries = Entries()
    alone = [each for each in annotations if isinstance(each, dict)]
    if alone and not any("bbox" in each for each in alone):
        texts = [text for each in alone if (text := text_of(each.get("text")))]
        return {"file_name": name, "transcription": "\n".join(texts)}
    for said in entries.objects(annotations, "annotations"):
        text, kind = text_of(said.get("text")), _class(said)
        if kind == "character":
            entries.unread.append("characters")
        elif kind == "ignored" or text is None or text.strip().lower() == ILLEGIBLE:
            entries.unread.append("illegible text")
        else:
            entries.add(text, said.get("bbox"))
    entries.mention([image], "images", "type")
    size = size_of(image.get("width"), image.get("height"))
    return entries.row({"unit": "pixels", "form": "sizes", "size": size}, file_name=name)


def _class(annotation: dict[str, Any]) -> str:
    more = annotation.get("attributes")
    return str(more.get("class")) if isinstance(more, dict) else ""


FORM = LabelForm(
    name="aihub_scenes",
    endings=(".json",),
    published="https://aihub.or.kr/aihubdata/data/view.do?dataSetSn=105 and dataSetSn=81",
    fits=_fits,
    rows=_rows,
)
