"""Conversations about several images: two charts or tables compared, or the pages of a document."""

import random

from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.questions import Exchange, Facts, Turns, extreme, turns_of

_ORDINALS = ("첫", "두", "세")


def compare(one: Facts, two: Facts, rng: random.Random) -> Turns:
    """Two charts or tables of one language: entries counted, largest entries named; [] if none."""
    korean = one.language == "ko"
    exchanges: list[Exchange] = []
    n, m = len(one.names), len(two.names)
    if korean:
        question = "두 그림 가운데 항목이 더 많은 것은 어느 쪽입니까?"
        which = f"{'첫째' if n > m else '둘째'} 그림입니다."
        answer = which if n != m else "두 그림의 항목 수가 같습니다."
        exchanges.append((question, f"{answer} 첫째는 {n}개, 둘째는 {m}개입니다."))
    else:
        question = "Which of the two pictures has more entries?"
        which = f"The {'first' if n > m else 'second'} one."
        answer = which if n != m else "Both have the same number."
        exchanges.append((question, f"{answer} The first has {n} and the second has {m}."))
    columns = [next(iter(facts.columns)) for facts in (one, two)]
    tops = [extreme(facts, column, True) for facts, column in zip((one, two), columns, strict=True)]
    if all(tops):
        asked = [
            "" if facts.plain else f" ('{column}')"
            for facts, column in zip((one, two), columns, strict=True)
        ]
        if korean:
            question = (
                f"첫째 그림{asked[0]}에서 값이 가장 큰 항목과 둘째 그림{asked[1]}에서 값이 가장 큰 "
                "항목은 각각 무엇입니까?"
            )
            answer = f"첫째는 '{tops[0]}', 둘째는 '{tops[1]}'입니다."
        else:
            question = (
                f"Which entry is largest in the first picture{asked[0]}, and which in the second"
                f"{asked[1]}?"
            )
            answer = f"'{tops[0]}' in the first and '{tops[1]}' in the second."
        exchanges.append((question, answer))
    if rng.random() < 0.5:
        exchanges.reverse()
    return turns_of(exchanges, 2)


def which_page(headings: list[list[str]], language: str, rng: random.Random) -> Turns:
    """On which page a heading stands, from the headings of every page; [] if none is unique."""
    every = [text for page in headings for text in page]
    unique = [text for text in every if every.count(text) == 1]
    if not unique:
        return []
    exchanges: list[Exchange] = []
    for text in rng.sample(unique, min(2, len(unique))):
        page = next(i for i, texts in enumerate(headings, 1) if text in texts)
        if language == "ko":
            particle = with_particle(text, "은")[len(text) :]
            question = f"제목 '{text}'{particle} 몇 번째 쪽에 있습니까?"
            exchanges.append((question, f"{_ORDINALS[page - 1]} 번째 쪽에 있습니다."))
        else:
            question = f"On which of these pages does the heading '{text}' stand?"
            exchanges.append((question, f"It stands on page {page}."))
    return turns_of(exchanges, len(headings))
