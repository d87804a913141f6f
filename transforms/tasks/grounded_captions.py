"""Captions in running text that place what they name, as in the VARCO-VISION model card:
`The image shows <obj>two cats</obj><bbox>…</bbox> lying on …`.

The sentences are those of `captions`; titles, headings and names that stand on the page, and charts
and tables whose box is known, are marked where they come first. A dialect must have a request for
it (`<gro>`, `<grounding>`) and be able to mark a phrase within a sentence.
"""

import re
from collections.abc import Iterator

from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.tasks.captions import Sentence, facts
from gyogwa.transforms.tasks.occurrences import places_of
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.referents import placed_words


def ground_caption(page: Page, setting: Setting) -> Iterator[Draft]:
    """One detailed caption with places; nothing where nothing that it names has one."""
    dialect, language = setting.dialect, page.annotation.language
    if not (dialect.inline_places and dialect.grounding_prompt and page.annotation.words):
        return
    size, image_id, named = setting.size(page), page.image.image_id, set[str]()
    said = []
    for sentence in facts(page):
        fields = sentence.fields
        text = prompt_for(
            "caption", language, f"{image_id}/{sentence.kind}", sentence.kind, **fields
        )
        items = [item for item in placed(page, sentence) if item.text not in named]
        found = {item.text: item for item in items if item.text in text}
        pattern = "|".join(re.escape(name) for name in sorted(found, key=len, reverse=True))
        pieces = re.split(f"({pattern})", text) if found else [text]
        for piece in pieces:
            if piece in found and piece not in named:
                named.add(piece)
                said.append(dialect.ground(found[piece], size))
            else:
                said.append(dialect.escape(piece))
        said.append(" ")
    if named:
        asked = prompt_for("caption", language, image_id)
        caption = "".join(said).strip()
        yield Draft(ask(f"{dialect.grounding_prompt}\n{asked}", caption), "places")


def placed(page: Page, sentence: Sentence) -> Iterator[Item]:
    """What a sentence names that has a place: a name that stands once, or a figure's box."""
    words = placed_words(page)
    for field, text in sentence.fields.items():
        if field == "noun":
            if sentence.figure:
                yield Item(text, [sentence.figure])
            continue
        for name in text.split(", ") if field == "names" else [text]:
            places = places_of(name, words) if len(name) > 1 else []
            if len(places) == 1:  # of a word that stands elsewhere too, one place is meant
                yield Item(name, places)
