"""Tasks between text and place: grounding (where is it?) and referring (what is there?).

One grounding request in eight asks for a text that isn't on the page, and is told so.
"""

from collections.abc import Iterator

from schemas.ids import fraction_of
from transforms.prompts import prompt_for
from transforms.targets.dialect import Item
from transforms.tasks.page import Draft, Page, Setting, ask, chosen_by_hash, items_of

_SHORT, _LONG = 2, 80  # characters of a text worth pointing at
_ABSENT = 1 / 8
_OTHER_WORDS = {
    "ko": "감사패 나침반 단풍잎 도자기 등대 무지개 바둑판 배낭 백과사전 분수대 사다리 색연필 "
    "소나기 손전등 수족관 온도계 우체통 자물쇠 장구 저울 지하상가 천문대 컨테이너 케이블카 "
    "탁구대 풍경화 피아노 한약방 해바라기 화석",
    "en": "accordion acorn anchor backpack bagpipe barometer canoe compass dolphin fountain "
    "giraffe hammock kettle lantern lighthouse marble mosaic orchid padlock parachute pebble "
    "piano pyramid rainbow saddle sundial telescope thermos volcano walnut",
}


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
    spec, image_id, language = setting.spec, page.image.image_id, page.annotation.language
    missed: set[str] = set()  # asked for in vain, once each
    for item in chosen_by_hash(list(places.values()), spec.per_image, image_id):
        absent = absent_text(page, item.text)
        if absent in missed:
            absent = ""
        missed.add(absent)
        text = dialect.escape(absent or item.text)
        key = f"{image_id}/{item.text}"
        prompt = prompt_for("ground", language, key, text=text)
        if dialect.grounding_prompt:
            prompt = f"{dialect.grounding_prompt}\n{prompt}"
        if absent:
            answer = prompt_for("ground", language, key, "answer_absent", text=text)
            yield Draft(ask(prompt, answer), detail=f"not there: {absent}")
        else:
            yield Draft(ask(prompt, dialect.ground(item, setting.size(page))), detail=item.text)


def absent_text(page: Page, text: str) -> str:
    """Something to ask for in place of `text` that isn't on the page; mostly "".

    A number is changed in one digit, anything else gives way to a word. Never where OCR may have
    missed words.
    """
    key = f"{page.image.image_id}/{text}"
    if page.annotation.origin == "ocr" or fraction_of("absent", key) >= _ABSENT:
        return ""
    there = _squeezed(" ".join(word.text for word in page.annotation.words))
    words = _OTHER_WORDS["ko" if page.annotation.language == "ko" else "en"].split()
    start = int(fraction_of("other", key) * len(words))
    others = _other_digits(text) + words[start:] + words[:start]
    return next((other for other in others if _squeezed(other) not in there), "")


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def _other_digits(text: str) -> list[str]:
    """The text with its last digit changed, in nine ways; none without a number of two digits."""
    places = [index for index, char in enumerate(text) if char in "0123456789"]
    if len(places) < 2:
        return []
    place = places[-1]
    digits = [str((int(text[place]) + step) % 10) for step in (3, 5, 7, 1, 9, 2, 4, 6, 8)]
    return [text[:place] + digit + text[place + 1 :] for digit in digits]


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
