"""Tasks between text and place: grounding (where is it?) and referring (what is there?)."""

from collections.abc import Iterator

from schemas.curriculum import TaskSpec
from transforms.prompts import prompt_for
from transforms.targets.varco import GROUNDING, Item, Params, bbox, escape, serialise_item
from transforms.tasks.page import Draft, Page, ask, chosen_by_hash, items_of

_SHORT, _LONG = 2, 80  # characters of a text worth pointing at


def _candidates(page: Page) -> list[Item]:
    return [
        item
        for granularity in ("word", "line")
        for item in items_of(page, granularity)
        if _SHORT <= len(item.text) <= _LONG and any(char.isalnum() for char in item.text)
    ]


def ground(page: Page, spec: TaskSpec) -> Iterator[Draft]:
    """A text, answered by every place where it stands as a word or a whole line."""
    places: dict[str, Item] = {}
    for item in _candidates(page):
        seen = places.setdefault(item.text, Item(item.text, []))
        if item.boxes[0] not in seen.boxes:
            seen.boxes.append(item.boxes[0])
    for item in chosen_by_hash(list(places.values()), spec.per_image, page.image.image_id):
        key = f"{page.image.image_id}/{item.text}"
        prompt = prompt_for("ground", page.annotation.language, key, text=escape(item.text))
        yield Draft(ask(f"{GROUNDING}\n{prompt}", serialise_item(item, "obj")), detail=item.text)


def refer(page: Page, spec: TaskSpec) -> Iterator[Draft]:
    """A box, answered by the text in it."""
    noun = "이 부분" if page.annotation.language == "ko" else "this region"
    for item in chosen_by_hash(items_of(page, "line"), spec.per_image, page.image.image_id):
        region = f"<obj>{noun}</obj>{bbox(item.boxes, Params())}"
        key = f"{page.image.image_id}/{region}"
        prompt = prompt_for("refer", page.annotation.language, key, region=region)
        yield Draft(ask(prompt, item.text), detail=region)
