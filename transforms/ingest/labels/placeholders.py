"""`<ref-object>` and `<bbox>` in a conversation, and the `objects` that they stand for.

ms-swift's grounding rows: `objects: {"ref": [name, …], "bbox": [[x0, y0, x1, y1], …], "bbox_type":
"real" | "norm1" | "norm1000", "image_id": [n, …]}`, pixels of the image unless it says norm; the
n-th placeholder of a kind stands for the n-th entry. A box of two numbers is a point, for which
there is no place here.
Source: docs/source_en/Customization/Custom-dataset.md of modelscope/ms-swift, which also shows
placeholders within one model's own markup, such as `{"bbox_2d": <bbox>}`: no other dialect could be
written there, so that these aren't read.

Names are filled in at once. Boxes can't be written before a stage has chosen a dialect, so a
`<bbox>` stays where it stood, one for each run of them, and `places` says what each stands for.
"""

import re
from typing import Any

from gyogwa.transforms.ingest.labels.published import Published, texts_of, unpacked

NAME, BOX = "<ref-object>", "<bbox>"
PLACEHOLDER = re.compile(r"<bbox>(?![^<]*</bbox>)")
"""A box that is yet to be written; in the markup of some models a `<bbox>` holds the numbers."""
IN_MARKUP = re.compile(rf"""(?:"\s*:\s*|\|>|<box>\s*|['"=]){PLACEHOLDER.pattern}""")
"""A box within other markup, be it JSON, special tokens or arguments of a call."""
_RUN = re.compile(rf"({NAME}\s*)?((?:{PLACEHOLDER.pattern}[ ,]*)*{PLACEHOLDER.pattern})|{NAME}")
_UNITS = {"real": ("pixels", 1), "norm1": ("fractions", 1), "norm1000": ("fractions", 1000)}
_READ = ("ref", "bbox", "bbox_type", "image_id")


def fill_placeholders(row: Published) -> None:
    """The turns with names in place of `<ref-object>`, and `places`, one a `<bbox>` that is left:
    `{"name", "boxes", "image", "unit"}`. Where they don't fit the objects both stay as they are,
    and such a conversation isn't usable."""
    objects, turns = unpacked(row.left.get("objects")), row.row.get("conversations")
    if not (isinstance(objects, dict) and isinstance(turns, list)):
        return
    contents = [_content(turn) for turn in turns]
    text = "".join(content or "" for content in contents)
    names = texts_of(objects.get("ref") or [])
    boxes = objects.get("bbox") or []
    if names is None or not isinstance(boxes, list):
        return
    images = objects.get("image_id") or [0] * len(boxes)
    unit, whole = _UNITS.get(str(objects.get("bbox_type") or "real"), ("", 1))
    fits = (
        unit
        and isinstance(images, list)
        and all(type(image) is int for image in images)
        and len(names) == text.count(NAME)
        and all(_is_box(box) for box in boxes)
        and len(boxes) == len(images) == len(PLACEHOLDER.findall(text))
    )
    if not fits or not (names or boxes):
        return
    row.take("objects")
    row.skip("objects", (key for key in objects if key not in _READ))
    filler = _Filler(names, [[value / whole for value in box] for box in boxes], images, unit)
    row.row["conversations"] = [
        turn if content is None else _with_content(turn, _RUN.sub(filler.fill, content))
        for turn, content in zip(turns, contents, strict=True)
    ]
    if filler.places:
        row.row["places"] = filler.places


class _Filler:
    """Hands out names and boxes in order; a run of boxes is one place."""

    def __init__(self, names: list[str], boxes: list[Any], images: list[Any], unit: str) -> None:
        self._names, self._boxes = iter(names), iter(zip(boxes, images, strict=True))
        self._last, self._unit = "", unit
        self.places: list[dict[str, Any]] = []

    def fill(self, found: re.Match[str]) -> str:
        if found[0] == NAME:
            self._last = next(self._names)
            return self._last
        if found[1]:
            self._last = next(self._names)
        taken = [next(self._boxes) for _ in PLACEHOLDER.findall(found[2])]
        written = ""
        for box, image in taken:
            if written and image == self.places[-1]["image"]:
                self.places[-1]["boxes"].append(list(box))
                continue
            self.places.append(
                {"name": self._last, "boxes": [list(box)], "image": image, "unit": self._unit}
            )
            written += BOX
        return written


def _is_box(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 4
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
    )


def _content(turn: Any) -> str | None:
    content = turn.get("content", turn.get("value")) if isinstance(turn, dict) else None
    return content if isinstance(content, str) else None


def _with_content(turn: dict[str, Any], content: str) -> dict[str, Any]:
    return turn | {("content" if "content" in turn else "value"): content}
