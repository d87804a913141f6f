"""What converters of documents write is told by name, and by no form of labels."""

import json
from typing import Any

import pytest

from gyogwa.transforms.ingest.labels.registry import form_of
from gyogwa.transforms.ingest.labels.unread_forms import looks_like
from tests.transforms.ingest.labels.examples import EXAMPLES
from tests.transforms.ingest.labels.reading import head

_BOX = {"l": 70.1, "t": 720.0, "r": 300.2, "b": 700.5, "coord_origin": "BOTTOMLEFT"}
_TEXT = {"self_ref": "#/texts/0", "label": "text", "text": "주민 설명회", "orig": "주민 설명회"}
WRITTEN: list[tuple[str, str, Any]] = [
    (
        "Docling's JSON",
        "a.json",
        {
            "schema_name": "DoclingDocument",
            "version": "1.3.0",
            "name": "a",
            "origin": {"mimetype": "application/pdf", "filename": "a.pdf"},
            "texts": [{**_TEXT, "prov": [{"page_no": 1, "bbox": _BOX, "charspan": [0, 6]}]}],
            "pages": {"1": {"size": {"width": 595, "height": 842}, "page_no": 1}},
        },
    ),
    (
        "MinerU's JSON",
        "a_content_list.json",
        [{"type": "text", "text": "안내문", "text_level": 1, "page_idx": 0, "bbox": [1, 2, 3, 4]}],
    ),
    (
        "MinerU's JSON",
        "a_middle.json",
        {
            "pdf_info": [{"para_blocks": [{"type": "text", "bbox": [1, 2, 3, 4]}], "page_idx": 0}],
            "_backend": "pipeline",
        },
    ),
    (
        "MinerU's JSON",
        "a_model.json",
        [
            {
                "layout_dets": [{"category_id": 1, "poly": [1, 2, 9, 2, 9, 4, 1, 4], "score": 0.9}],
                "page_info": {"page_no": 0, "height": 2339, "width": 1654},
            }
        ],
    ),
    (
        "Marker's JSON",
        "a.json",
        {
            "children": [
                {
                    "id": "/page/0/Page/3",
                    "block_type": "Page",
                    "html": "<p>안내문</p>",
                    "polygon": [[0, 0], [612, 0], [612, 792], [0, 792]],
                    "bbox": [0, 0, 612, 792],
                    "children": [],
                }
            ],
            "block_type": "Document",
            "metadata": {},
        },
    ),
    (
        "Marker's JSON",
        "a_meta.json",
        {"table_of_contents": [{"title": "안내문", "page_id": 0}], "page_stats": [{"page_id": 0}]},
    ),
    (
        "Supervisely's",
        "ann/a.jpg.json",
        {"tags": [], "size": {"height": 8}, "objects": [{"classTitle": "word", "points": {}}]},
    ),
    ("VoTT's", "0a-asset.json", {"asset": {"name": "a.jpg"}, "regions": [], "version": "2.1.0"}),
    (
        "CreateML's",
        "_annotations.createml.json",
        [{"image": "a.jpg", "annotations": [{"label": "x", "coordinates": {"x": 1}}]}],
    ),
    ("one half of VQA's", "q.json", {"questions": [{"image_id": 1, "question_id": 2}]}),
    ("one half of VQA's", "a.json", {"annotations": [{"image_id": 1, "question_id": 2}]}),
    ("boxes without texts", "labels.json", {"a.jpg": {"polygons": [[[1, 2]]]}}),
    ("texts by file name", "labels.json", {"a.jpg": "주민", "b.jpg": "끝"}),
    ("texts by file name", "captions.json", {"a.jpg": ["one", "other"]}),
]


@pytest.mark.parametrize(("made_by", "uri", "value"), WRITTEN)
def test_what_converters_write_is_told(made_by: str, uri: str, value: Any) -> None:
    start = head(uri, json.dumps(value, ensure_ascii=False).encode())
    assert looks_like(start) == made_by
    assert form_of(start) == ""


def test_labels_are_not_taken_for_it() -> None:
    assert not any(looks_like(head(e.uri, e.data)) for e in EXAMPLES)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b'{\n  "samples": [\n    {"filepath": 1}', '{ "samples": [ {"filepath": 1}'),
        (b'<?xml version="1.0"?>\n<!DOCTYPE DjVuXML>\n<!-- a -->\n<DjVuXML>\n', "<DjVuXML>"),
        (b"PK\x03\x04\0\0", ""),
        (b"", ""),
    ],
)
def test_the_beginning_of_a_file_is_told_in_a_line(data: bytes, shown: str) -> None:
    assert head("a.json", data).beginning == shown
