"""Preference pairs: the true reading against a plausible failure of OCR models, made by rule."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from schemas.ids import fraction_of
from schemas.records import Turn
from transforms.sources.conversations import IMAGE
from transforms.targets.dialect import Item
from transforms.tasks.page import Draft, Page, Setting, items_of

Corruption = Callable[[list[Item], str], list[Item]]


def drop_item(items: list[Item], key: str) -> list[Item]:
    """One item left out."""
    gone = _pick(len(items), "drop", key)
    return items[:gone] + items[gone + 1 :]


def repeat_item(items: list[Item], key: str) -> list[Item]:
    """One item said three times over, as decoders do that fall into a loop."""
    place = _pick(len(items), "repeat", key)
    return items[:place] + [items[place]] * 3 + items[place + 1 :]


def swap_boxes(items: list[Item], key: str) -> list[Item]:
    """Two neighbouring texts with each other's boxes."""
    place = _pick(len(items) - 1, "swap", key)
    first, second = items[place], items[place + 1]
    return [
        *items[:place],
        replace(first, boxes=second.boxes),
        replace(second, boxes=first.boxes),
        *items[place + 2 :],
    ]


def shift_boxes(items: list[Item], key: str) -> list[Item]:
    """Every box moved down by most of its height."""
    return [
        replace(
            item,
            boxes=[
                [x0, min(y0 + 0.8 * (y1 - y0), 1), x1, min(y1 + 0.8 * (y1 - y0), 1)]
                for x0, y0, x1, y1 in item.boxes
            ],
        )
        for item in items
    ]


CORRUPTIONS: dict[str, Corruption] = {
    "drop_item": drop_item,
    "repeat_item": repeat_item,
    "shift_boxes": shift_boxes,
    "swap_boxes": swap_boxes,
}


def _pick(count: int, *key: object) -> int:
    return int(fraction_of(*key) * count)


def prefer(page: Page, setting: Setting) -> Iterator[Draft]:
    """OCR with boxes: as it is, and corrupted in a way that is named in `detail`."""
    spec, dialect = setting.spec, setting.dialect
    items = items_of(page, spec.granularity)
    if len(items) < 2:
        return
    names = sorted(CORRUPTIONS)
    start = _pick(len(names), "corruption", page.image.image_id)
    size = setting.size(page)
    chosen = dialect.serialise(items, size)
    for offset in range(min(spec.per_image, len(names))):
        name = names[(start + offset) % len(names)]
        rejected = dialect.serialise(CORRUPTIONS[name](items, page.image.image_id), size)
        if rejected != chosen:
            turns = [Turn("user", f"{IMAGE}\n{dialect.ocr_prompt}")]
            yield Draft(turns, name, chosen, rejected)
