"""What the `<bbox>` of a conversation stand for: from a row's labels to fractions of images.

The size of an image is known once it was opened. A row about images that have entries of their own
doesn't open them: then pixels stay pixels until samples are made.
"""

from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.records import BOX, Place, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.placeholders import IN_MARKUP, NAME, PLACEHOLDER

Size = tuple[int, int] | None
"""Width and height of a displayed image in pixels, None where they aren't known."""


def places_in(row: dict[str, Any], turns: list[Turn], images: int) -> tuple[Place, ...]:
    """The places that the row gives for the turns' placeholders. Raises BadImage where one would
    be left in what a model learns."""
    said = "\n".join(turn.content for turn in turns)
    if named := said.count(NAME):
        message = f"{NAME} stands {named} times, and `objects` doesn't give as many names"
        raise BadImage("bad_conversation", message, str(named))
    places = tuple(
        Place(str(p["name"]), [list(map(float, box)) for box in p["boxes"]], p["image"], p["unit"])
        for p in row.get("places") or []
    )
    marks = len(PLACEHOLDER.findall(said))
    if marks != len(places):
        message = f"{BOX} stands {marks} times; `objects` gives {len(places)} such places"
        raise BadImage("bad_conversation", message, str(marks), str(len(places)))
    if markup := IN_MARKUP.search(said):
        message = f"{BOX} stands within the markup of one model: {markup[0]}"
        raise BadImage("bad_conversation", message)
    shown = next((place for place in places if not 0 <= place.image < images), None)
    if shown is not None:
        message = f"a box on image {shown.image} (from 0) of {images} images"
        raise BadImage("bad_conversation", message, str(shown.image), str(images))
    return places


def in_fractions(place: Place, size: Size) -> Place:
    """The place in fractions, at most to the image's edges; as it is while the size isn't known.
    Raises BadImage for a box that has no area there."""
    if place.unit == "pixels" and size is None:
        return place
    width, height = size if size is not None and place.unit == "pixels" else (1, 1)
    boxes = [fractions(box, width, height) for box in place.boxes]
    for box, given in zip(boxes, place.boxes, strict=True):
        if not (box[0] < box[2] and box[1] < box[3]):
            message = f"box {given} in {place.unit} has no area on its image"
            raise BadImage("bad_conversation", message)
    return replace(place, boxes=boxes, unit="fractions")
