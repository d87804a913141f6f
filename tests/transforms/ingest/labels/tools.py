"""The drawn page's labels as tools for labelling write them."""

import csv
import io
import json
from typing import Any

from tests.transforms.ingest.labels.page import HEIGHT, LINES, PAIRS, WIDTH, quad, sizes


def label_studio() -> list[dict[str, Any]]:
    """A task whose shapes have a rectangle, a label and a text each; one is cancelled."""
    results: list[dict[str, Any]] = []
    for number, (text, box) in enumerate(PAIRS):
        x, y, width, height = sizes(box)
        value = {
            "x": 100 * x / WIDTH,
            "y": 100 * y / HEIGHT,
            "width": 100 * width / WIDTH,
            "height": 100 * height / HEIGHT,
            "rotation": 0,
        }
        about = {"id": f"r{number}", "to_name": "image", "original_width": WIDTH}
        about |= {"original_height": HEIGHT, "image_rotation": 0}
        results += [
            {**about, "from_name": "bbox", "type": "rectangle", "value": value},
            {
                **about,
                "from_name": "label",
                "type": "labels",
                "value": {**value, "labels": ["Text"]},
            },
            {
                **about,
                "from_name": "transcription",
                "type": "textarea",
                "value": {**value, "text": [text]},
            },
        ]
    done = {"id": 7, "was_cancelled": False, "ground_truth": False, "result": results}
    return [{"id": 1, "data": {"ocr": "/data/upload/1/page.jpg"}, "annotations": [done]}]


def via() -> dict[str, Any]:
    """A project of one image, rectangles and a polygon."""
    regions = []
    for number, (text, box) in enumerate(PAIRS):
        shape: dict[str, Any] = {"name": "rect"}
        shape |= dict(zip(("x", "y", "width", "height"), sizes(box), strict=True))
        if number == 0:
            xs, ys = zip(*quad(box), strict=True)
            shape = {"name": "polygon", "all_points_x": list(xs), "all_points_y": list(ys)}
        regions.append({"shape_attributes": shape, "region_attributes": {"text": text}})
    image = {"filename": "page.jpg", "size": 12345, "regions": regions, "file_attributes": {}}
    return {"_via_img_metadata": {"page.jpg12345": image}}


def via_csv() -> str:
    """The same project as the tool exports it as CSV, a line a shape."""
    out = io.StringIO()
    image = via()["_via_img_metadata"]["page.jpg12345"]
    lines = csv.writer(out)
    names = "filename,file_size,file_attributes,region_count,region_id"
    lines.writerow([*names.split(","), "region_shape_attributes", "region_attributes"])
    for number, region in enumerate(image["regions"]):
        said = (
            json.dumps(region[name], ensure_ascii=False)
            for name in ("shape_attributes", "region_attributes")
        )
        lines.writerow(["page.jpg", 12345, "{}", len(image["regions"]), number, *said])
    return out.getvalue()


def label_studio_csv() -> str:
    """The task as the tool exports it as CSV: shapes and their texts in the same order."""
    out = io.StringIO()
    lines = csv.writer(out)
    (done,) = label_studio()[0]["annotations"]
    size = {"original_width": WIDTH, "original_height": HEIGHT}
    shapes = [{**r["value"], **size} for r in done["result"] if r["type"] == "rectangle"]
    said = [json.dumps(value, ensure_ascii=False) for value in (shapes, [t for t, _ in PAIRS])]
    lines.writerow(["ocr", "id", "bbox", "transcription", "annotator"])
    lines.writerow(["/data/upload/1/page.jpg", 1, *said, 1])
    return out.getvalue()


def cvat() -> str:
    """A task of one image: boxes, and a polygon."""
    shapes = ""
    for number, (text, (x0, y0, x1, y1)) in enumerate(PAIRS):
        said = f'<attribute name="text">{text}</attribute>'
        if number:
            place = f'xtl="{x0}.00" ytl="{y0}.00" xbr="{x1}.00" ybr="{y1}.00"'
            shapes += f'<box label="word" occluded="0" {place} z_order="0">{said}</box>'
        else:
            points = ";".join(f"{x}.00,{y}.00" for x, y in quad(PAIRS[0][1]))
            shapes += f'<polygon label="word" points="{points}" z_order="0">{said}</polygon>'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version><meta/>'
        f'<image id="0" name="page.jpg" width="{WIDTH}" height="{HEIGHT}">{shapes}</image>'
        "</annotations>"
    )


def pascal_voc() -> str:
    """Boxes whose names are texts."""
    names = ("xmin", "ymin", "xmax", "ymax")
    objects = ""
    for text, box in PAIRS:
        sides = "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, box, strict=True))
        objects += f"<object><name>{text}</name><bndbox>{sides}</bndbox></object>"
    return (
        "<annotation><folder>images</folder><filename>page.jpg</filename>"
        f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
        f"{objects}</annotation>"
    )


def yolo() -> str:
    """The two lines, of one class."""
    rows = []
    for x0, y0, x1, y1 in LINES:
        middle = ((x0 + x1) / 2 / WIDTH, (y0 + y1) / 2 / HEIGHT)
        size = ((x1 - x0) / WIDTH, (y1 - y0) / HEIGHT)
        rows.append(f"0 {middle[0]:.6f} {middle[1]:.6f} {size[0]:.6f} {size[1]:.6f}")
    return "\n".join(rows) + "\n"
