"""Questions about the fields of a page: who, when, where, how much, is it so, which is more; and
about fields that aren't there.

What isn't there is asked for in the words in which a field that is there would be, and only where
nothing on the page could be taken for it and its text is known.
"""

from collections.abc import Iterator
from itertools import combinations

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts.particles import particle_for
from gyogwa.transforms.tasks.fields import Field, fields_of
from gyogwa.transforms.tasks.numbers import parse_quantity
from gyogwa.transforms.tasks.questions_base import Answers, Question, both, name_answers
from gyogwa.transforms.tasks.referents import other_numbers

_ENDS = ("다", "요", "음", "함", "됨", "임", ".", "!", "?")
_LEAST_TOLD = 2
# A field that pages often have, and what shows that it may be there after all.
_MAY_BE_ABSENT = {
    "ko": {
        "이메일": ("@", "메일", "mail"),
        "팩스 번호": ("팩스", "fax"),
        "홈페이지": ("www", "http", "홈페이지", "누리집", "사이트"),
        "계좌 번호": ("계좌", "은행", "입금", "예금"),
        "주차 요금": ("주차",),
        "우편번호": ("우편", "(우)"),
        "차량 번호": ("차량", "자동차"),
    },
    "en": {
        "E-mail": ("@", "mail"),
        "Fax": ("fax",),
        "Website": ("www", "http", "website", ".org", ".com", "online"),
        "Account number": ("account", "bank", "iban"),
        "Parking fee": ("parking", "car park"),
        "Postcode": ("postcode", "postal"),
        "Vehicle registration": ("vehicle", "car "),
    },
}


def field_questions(page: Page) -> Iterator[Question]:
    """All that can be asked about the fields of a page."""
    korean, fields = page.annotation.language == "ko", fields_of(page)
    for field in fields:
        kind = f"field_{field.sort}"
        others = tuple(one.value for one in fields if one.sort == field.sort)
        fill = {"label": field.label}
        yield Question(kind, field.label, fill, _stated(field, korean), others)
        yield from _confirmed(page, field, korean)
    yield from _compared(fields, korean)
    if _is_filled_in(page, fields) and page.annotation.origin != "ocr":
        yield from _absent(page, fields, korean)


def _is_filled_in(page: Page, fields: list[Field]) -> bool:
    """Whether the page is of a kind that asks for such things: some of its fields say who, when,
    where or how much."""
    return sum(field.sort != "what" for field in fields) >= _LEAST_TOLD


def _stated(field: Field, korean: bool) -> Answers:
    label, value = field.label, field.value
    if not korean:
        return Answers(value, f'It says "{value}".')
    if field.sort == "what" or value.endswith(_ENDS):
        said = f'"{value}"{particle_for(value, "이라고")} 적혀 있습니다.'
    else:
        said = f"{label}{particle_for(label, '은')} {value}입니다."
    return Answers(value, said)


def _confirmed(page: Page, field: Field, korean: bool) -> Iterator[Question]:
    """Whether a field says what it says, or something else in one digit."""
    label, true = field.label, field.value
    key = ("confirm", page.image.image_id, label)
    others = list(other_numbers(true))
    if not others:
        return
    right = fraction_of(*key) < 0.5
    asked = true if right else others[0]
    if korean:
        short, verdict = ("예", "맞습니다") if right else ("아니요", "아닙니다")
        begins = "네" if right else "아니요"
        said = f'{begins}, "{true}"{particle_for(true, "이라고")} 적혀 있습니다.'
        why = f'"{label}" 항목의 내용이 "{true}"이므로 {verdict}.'
    else:
        short = "Yes" if right else "No"
        said = f'That is {"right" if right else "wrong"}: it says "{true}".'
        why = f'"{label}" reads "{true}", so the answer is {short.lower()}.'
    yield Question("confirm", label, {"label": label, "value": asked}, Answers(short, said, why))


def _compared(fields: list[Field], korean: bool) -> Iterator[Question]:
    """Two fields that hold different sums."""
    sums = [
        (field, quantity)
        for field in fields
        if field.sort == "how_much" and (quantity := parse_quantity(field.value))
    ]
    for (one, first), (two, second) in combinations(sums, 2):
        if first.value == second.value or (first.unit, first.prefix) != (
            second.unit,
            second.prefix,
        ):
            continue
        best = one.label if first.value > second.value else two.label
        listed = f'"{one.label}" {one.value}, "{two.label}" {two.value}'
        if korean:
            why = f'{listed} 가운데 금액이 더 큰 것은 "{best}"입니다.'
        else:
            why = f'Of {listed}, "{best}" is the larger amount.'
        named = {"both": both(one.label, two.label, korean)}
        answers = name_answers(best, korean, why)
        yield Question("larger_field", f"{one.label}/{two.label}", named, answers)


def _absent(page: Page, fields: list[Field], korean: bool) -> Iterator[Question]:
    text = page.text(0, len(page.annotation.words)).casefold()
    missing = [
        name
        for name, signs in _MAY_BE_ABSENT["ko" if korean else "en"].items()
        if not any(sign in text for sign in (*signs, name.casefold()))
    ]
    ranked = sorted(missing, key=lambda name: hash_of("absent", page.image.image_id, name))
    for name in ranked[: max(1, len(fields) // 4)]:
        if korean:
            said = f"이 문서에는 {name}{particle_for(name, '이')} 나와 있지 않습니다."
            answers = Answers("나와 있지 않음", said)
        else:
            answers = Answers("Not given", f'There is no entry "{name}" in this document.')
        yield Question("field_what", f"not there: {name}", {"label": name}, answers)
