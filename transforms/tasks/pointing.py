"""Tasks between text and place: grounding (where is it?) and referring (what is there?)."""

from collections.abc import Iterator

from transforms.prompts import prompt_for
from transforms.targets.dialect import Item
from transforms.tasks.page import Draft, Page, Setting, ask, chosen_by_hash, items_of

_SHORT, _LONG = 2, 80  # characters of a text worth pointing at


def _candidates(page: Page) -> list[Item]:
    return [
        item
        for granularity in ("word", "line")
        for item in items_of(page, granularity)
        if _SHORT <= len(item.text) <= _LONG and any(char.isalnum() for char in item.text)
    ]


def ground(page: Page, setting: Setting) -> Iterator[Draft]:
    """A text, answered by every place where it stands as a word or a whole line."""
    dialect = setting.dialect
    if not dialect.has_boxes:
        return
    places: dict[str, Item] = {}
    for item in _candidates(page):
        seen = places.setdefault(item.text, Item(item.text, []))
        if item.boxes[0] not in seen.boxes:
            seen.boxes.append(item.boxes[0])
    spec, image_id = setting.spec, page.image.image_id
    for item in chosen_by_hash(list(places.values()), spec.per_image, image_id):
        prompt = prompt_for(
            "ground",
            page.annotation.language,
            f"{image_id}/{item.text}",
            text=dialect.escape(item.text),
        )
        if dialect.grounding_prompt:
            prompt = f"{dialect.grounding_prompt}\n{prompt}"
        yield Draft(ask(prompt, dialect.ground(item, setting.size(page))), detail=item.text)


def refer(page: Page, setting: Setting) -> Iterator[Draft]:
    """A box, answered by the text in it."""
    dialect = setting.dialect
    if not dialect.has_boxes:
        return
    noun = "이 부분" if page.annotation.language == "ko" else "this region"
    image_id = page.image.image_id
    for item in chosen_by_hash(items_of(page, "line"), setting.spec.per_image, image_id):
        region = dialect.region(noun, item.boxes[0], setting.size(page))
        language = page.annotation.language
        prompt = prompt_for("refer", language, f"{image_id}/{region}", region=region)
        yield Draft(ask(prompt, dialect.escape(item.text)), detail=region)
