"""Places that a conversation writes in the markup of one model's family, as boxes of the image.

A conversation made for one model teaches no other, so that what can be read becomes `<bbox>` and a
place, written in a stage's own dialect later, and what can't is a reason not to use it.

| family | markup | unit |
|---|---|---|
| Qwen-VL, Qwen2-VL | `<ref>`, `<|object_ref_start|>`; `<box>`, `<|box_start|>`, quads | 1000 |
| InternVL, DeepSeek-VL2 | `<ref>`, `<|ref|>`; `<box>[[…]]</box>`, `<|det|>` | 1000, 999 |
| VARCO | `<obj>`, `<char>`; `<bbox>` | fractions |
| Kosmos-2 | `<phrase>`; `<object>` of patches | 32 x 32 |
| Florence-2 | a text and four or eight `<loc_…>` | 1000 bins |
| PaliGemma | four `<loc…>`, y first, and a text | 1023 |
| MiniGPT-v2 | `<p>`; `{<…><…><…><…>}` | 100 |
| LLaVA, Shikra | `[0.1, 0.2, 0.3, 0.4]` as text | as declared |

Numbers in `<box>` and its like are fractions where all are 1 at most and one isn't whole. Numbers
in brackets mean nothing by themselves: LLaVA's own are of a square that the image was padded to.
They are read where `boxes` says the unit. Pixels, points, polygons and boxes in JSON are not read.
Sources: those of the modules of `transforms.targets`; README of Vision-CAIR/MiniGPT-4; README of
OpenGVLab/InternVL (grounding); README of deepseek-ai/DeepSeek-VL2; docs/Data.md of
haotian-liu/LLaVA.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.records import BOX, IMAGE, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.believe import FOUND
from gyogwa.transforms.ingest.labels.values import around_points

_N = r"\s*-?[0-9]+(?:\.[0-9]+)?\s*"
_NUMBERS = r"(?:[0-9\s.,;()\[\]-]|<delim>)+"
_NAMES = "|".join(
    rf"{start}(?P<name{number}>[^<>]*){end}"
    for number, (start, end) in enumerate(
        [
            (r"<\|object_ref_start\|>", r"<\|object_ref_end\|>"), (r"<\|ref\|>", r"<\|/ref\|>"),
            *((rf"<{tag}>", rf"</{tag}>") for tag in ("ref", "phrase", "obj", "char")),
            (r"<p>", r"</p>(?=\s*\{<)"),
        ]
    )
)  # fmt: skip
_TAGGED = "|".join(
    rf"{start}{_NUMBERS}{end}"
    for start, end in (
        (r"<\|box_start\|>", r"<\|box_end\|>"), (r"<\|quad_start\|>", r"<\|quad_end\|>"),
        (r"<\|det\|>", r"<\|/det\|>"),
        *((rf"<{tag}>", rf"</{tag}>") for tag in ("box", "quad", "bbox")),
    )
)  # fmt: skip
_PATCHES = r"<object>(?:(?:<patch_index_[0-9]{4}>){2}(?:</delimiter_of_multi_objects/>)?)+</object>"
_HUNDREDTHS = r"\{(?:<[0-9]{1,3}>){4}(?:<delim>(?:<[0-9]{1,3}>){4})*\}"
_ONE = f"(?:{_TAGGED}|{_PATCHES}|{_HUNDREDTHS})"
_MARKED = re.compile(rf"(?:(?:{_NAMES})\s*)?(?P<boxes>{_ONE}(?:[ ,;]*{_ONE})*)")
_FLORENCE = re.compile(
    r"(?P<name>[^<>\n]*)(?P<boxes>(?:(?:<loc_[0-9]{1,3}>){8}(?![<]loc_)|(?:<loc_[0-9]{1,3}>){4})+)"
)
_PALIGEMMA = re.compile(r"(?P<boxes>(?:<loc[0-9]{4}>){4})[ ]*(?P<name>[^<>;\n]*)")
_LISTED = re.compile(rf"\[\[?{_N},{_N},{_N},{_N}\]?\]|\({_N},{_N},{_N},{_N}\)")
_ALONE = re.compile(rf"{_NAMES}|</?grounding>|<\|grounding\|>")
"""A name without a place, as in a request, and what says that places are wanted."""
_DOCTAGS = r"<doctag>|<(?!loc_)[a-z_0-9]+>(?:<loc_[0-9]+>){4}"
_LEFT = re.compile(
    r"<\|/?(?:object_ref|box|quad|point|ref|det)(?:_start|_end)?\|>|</?(?:box|quad)>|<\|LOC_[0-9]+\|>"
    r"|<loc_?[0-9]+>|<patch_index_[0-9]+>|</?points?\b|\{(?:<[0-9]{1,3}>){2,}|</bbox>"
    r"""|["'](?:bbox|box|point|quad)_2d["']"""
)
"""What none of the forms above is, and no other model reads."""
_SPEAKS = re.compile(
    r"bounding|\bb?box(?:es)?\b|coordinate|좌표|경계|박스|영역|위치", re.IGNORECASE
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_SHARES = {"fractions": 1, "percent": 100, "thousandths": 1000}
_SIDE = 32


class Spoken(NamedTuple):
    """Turns with a `<bbox>` for each place, and the places, as rows have them."""

    turns: list[Turn]
    places: list[dict[str, Any]]


def read_markup(turns: list[Turn], images: int, declared: dict[str, Any] | None = None) -> Spoken:
    """The turns about images, their places read. `declared`: how boxes are meant, by `unit` and
    `form`. Raises BadImage("bad_conversation") for markup that can't be read."""
    said = "\n".join(turn.content for turn in turns).replace(IMAGE, "")
    if not images or not set("<[({\"'") & set(said):
        return Spoken(turns, [])
    if tags := re.search(_DOCTAGS, said):
        raise _unread(tags[0])
    reader = _Reader(declared or {})
    asked = any(_SPEAKS.search(turn.content) for turn in turns if turn.role == "user")
    found = [Turn(turn.role, reader.read(turn, asked)) for turn in turns]
    refuse_markup(found)
    if reader.places and images > 1:
        message = f"boxes on one of {images} images, and nothing says on which"
        raise BadImage("bad_conversation", message, str(images))
    if reader.places and all(turn.role == "assistant" for turn in turns):
        raise BadImage("bad_conversation", "boxes in a caption, which nobody asked for")
    return Spoken(found, reader.places)


def refuse_markup(turns: list[Turn]) -> None:
    """Raises BadImage("bad_conversation") where one model's markup of places is left in turns."""
    for turn in turns:
        if left := _LEFT.search(turn.content):
            raise _unread(left[0])


def _unread(markup: str) -> BadImage:
    message = f"speaks of places in the markup of one model, which isn't read: {markup}"
    return BadImage("bad_conversation", message)


class _Reader:
    """Reads one conversation's turns, in order."""

    def __init__(self, declared: dict[str, Any]) -> None:
        form = declared.get("form") or "corners"
        plain = not declared.get("size") and declared.get("of") != "stored"
        known = plain and form in ("corners", "sizes") and not declared.get(FOUND)
        self.unit = declared.get("unit") if known else None
        self.sizes = form == "sizes"
        self.places: list[dict[str, Any]] = []

    def read(self, turn: Turn, asked: bool) -> str:
        """The text of a turn with its places as `<bbox>`. Raises BadImage."""
        named = turn.role == "assistant"  # a question's words are no name
        text = _MARKED.sub(lambda m: self._place(_name(m), self._marked(m["boxes"])), turn.content)
        text = _FLORENCE.sub(lambda m: self._beside(m, self._bins(m["boxes"]), named), text)
        text = _PALIGEMMA.sub(lambda m: self._beside(m, self._rows_first(m["boxes"]), named), text)
        text = _LISTED.sub(lambda m: self._listed(m[0], asked), text)
        return _ALONE.sub(_name, text)

    def _beside(self, found: re.Match[str], boxes: list[Box], named: bool) -> str:
        """A place whose name stands beside it without any mark."""
        if named:
            return self._place(found["name"], boxes)
        return found[0].replace(found["boxes"], self._place("", boxes))

    def _place(self, name: str, boxes: list[Box]) -> str:
        unit = "pixels" if self.unit == "pixels" else "fractions"
        self.places.append({"name": name.strip(), "boxes": boxes, "image": 0, "unit": unit})
        return BOX

    def _marked(self, run: str) -> list[Box]:
        boxes: list[Box] = []
        for found in re.findall(_ONE, run):
            numbers = [float(n) for n in _NUMBER.findall(found.replace("patch_index_", ""))]
            if "<object>" in found:
                boxes += [_of_patches(*map(int, pair)) for pair in _by(numbers, 2)]
            elif found.startswith("{"):
                boxes += [self._box(four, found, 100) for four in _by(numbers, 4)]
            else:
                size = 8 if "quad" in found else 4
                boxes += [
                    self._box(each, found, self._whole(found, numbers))
                    for each in _by(numbers, size)
                ]
        return boxes

    def _whole(self, markup: str, numbers: list[float]) -> float:
        """What stands for the whole side, 0 where the numbers are pixels."""
        if self.unit is not None:
            return _SHARES.get(self.unit, 0)
        if markup.startswith("<bbox>") or (max(numbers) <= 1 and any(n % 1 for n in numbers)):
            return 1
        return 999 if markup.startswith("<|det") else 1000

    def _box(self, numbers: list[float], markup: str, whole: float) -> Box:
        if len(numbers) == 8:
            numbers = around_points([numbers[at : at + 2] for at in range(0, 8, 2)])
        if len(numbers) != 4:
            raise BadImage("bad_conversation", f"{markup} is no box")
        x0, y0, x1, y1 = numbers
        if self.sizes:
            x1, y1 = x0 + x1, y0 + y1
        if whole and (min(numbers) < 0 or max(x1, y1) > whole):
            message = f"{markup} reaches over {whole:g}: say what the numbers are with --boxes"
            raise BadImage("bad_conversation", message)
        if not (x0 < x1 and y0 < y1):
            raise BadImage("bad_conversation", f"{markup} has no area")
        return [value / (whole or 1) for value in (x0, y0, x1, y1)]

    def _bins(self, run: str) -> list[Box]:
        tokens = [int(n) for n in _NUMBER.findall(run)]
        size = 8 if len(tokens) == 8 and not _is_box(tokens[:4]) else 4
        centres = [(token + 0.5) for token in tokens]
        return [self._box(each, run, 1000) for each in _by(centres, size)]

    def _rows_first(self, run: str) -> list[Box]:
        y0, x0, y1, x1 = (float(n) for n in _NUMBER.findall(run))
        return [self._box([x0, y0, x1, y1], run, 1023)]

    def _listed(self, listed: str, asked: bool) -> str:
        """A list of four numbers; as it is where it can't be meant as a box."""
        numbers = [float(n) for n in _NUMBER.findall(listed)]
        likely = max(numbers) <= 1 and sum(n % 1 > 0 for n in numbers) > 1 and _is_box(numbers)
        if not (likely or asked):
            return listed
        if self.unit is None:
            message = f"{listed} looks like a box: say with --boxes what its numbers are of"
            raise BadImage("bad_conversation", message)
        return self._place("", [self._box(numbers, listed, _SHARES.get(self.unit, 0))])


def _name(found: re.Match[str]) -> str:
    return next((said for key, said in found.groupdict().items() if key != "boxes" and said), "")


def _by(numbers: list[float], size: int) -> Iterator[list[float]]:
    for at in range(0, len(numbers), size):
        yield numbers[at : at + size]


def _is_box(numbers: list[Any]) -> bool:
    return bool(numbers[0] < numbers[2] and numbers[1] < numbers[3])


def _of_patches(first: int, last: int) -> Box:
    """The box between the centres of two patches; of one row or column its outer edges count."""
    (y0, x0), (y1, x1) = divmod(first, _SIDE), divmod(last, _SIDE)
    if x0 > x1 or y0 > y1 or y1 >= _SIDE:
        raise BadImage("bad_conversation", f"patches {first} and {last} are no box")
    inner = 0.5 if x0 < x1 and y0 < y1 else 0.0
    edges = (x0 + inner, y0 + inner, x1 + 1 - inner, y1 + 1 - inner)
    return [edge / _SIDE for edge in edges]
