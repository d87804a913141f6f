"""Conversations without any image, so that a model in training keeps its language.

Each answer is worked out here: from the facts that went into a notice, the calendar or arithmetic.
"""

import calendar
import datetime
import random
from collections.abc import Callable

from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.questions import Exchange, Turns, turns_of
from gyogwa.transforms.synthesis.writing import Writer

_WEEKDAYS = "월화수목금토일"


def chat(rng: random.Random, language: str) -> Turns:
    """One or two exchanges in `language`."""
    writer = Writer(rng, language)
    makers: list[Callable[[Writer], list[Exchange]]] = [_notice, _weekday, _sum, _order, _share]
    if language == "ko":
        makers.append(_particle)
    return turns_of(rng.choice(makers)(writer), 0)


def _notice(writer: Writer) -> list[Exchange]:
    project, room = writer.pick("project"), writer.pick("room")
    date, time, phone = writer.times.coming(), writer.time(), writer.phone()
    fee, who = writer.price(), writer.person()
    if writer.language == "ko":
        text = (
            f"{with_particle(project, '을')} 알립니다. {date} {time}에 {room}에서 열리며, "
            f"참가비는 {fee}입니다. 신청은 {who} 담당자({phone})에게 하십시오."
        )
        return [
            (
                f"다음 안내문을 읽고 언제 어디에서 열리는지 답하세요.\n\n{text}",
                f"{date} {time}에 {room}에서 열립니다.",
            ),
            (
                "참가비와 신청할 곳은요?",
                f"참가비는 {fee}이고, {who} 담당자({phone})에게 신청합니다.",
            ),
        ]
    text = (
        f"Announcing the {project}: {date}, {time}, in {room}. The fee is {fee}. "
        f"To take part, call {who} on {phone}."
    )
    return [
        (
            f"Read this notice and say when and where it takes place.\n\n{text}",
            f"It takes place on {date} at {time} in {room}.",
        ),
        ("What is the fee, and whom do I call?", f"The fee is {fee}; call {who} on {phone}."),
    ]


def _weekday(writer: Writer) -> list[Exchange]:
    rng = writer.rng
    day = datetime.date(rng.randint(2020, 2029), rng.randint(1, 12), rng.randint(1, 28))
    days = rng.randint(3, 60)
    later = day + datetime.timedelta(days)
    if writer.language == "ko":
        question = (
            f"{day.year}년 {day.month}월 {day.day}일에서 {days}일 뒤는 며칠이고 무슨 요일인가요?"
        )
        weekday = _WEEKDAYS[later.weekday()]
        return [(question, f"{later.year}년 {later.month}월 {later.day}일 {weekday}요일입니다.")]
    start = f"{day.day} {calendar.month_name[day.month]} {day.year}"
    question = f"What date and weekday is {days} days after {start}?"
    weekday = calendar.day_name[later.weekday()]
    return [(question, f"{weekday}, {later.day} {calendar.month_name[later.month]} {later.year}.")]


def _sum(writer: Writer) -> list[Exchange]:
    rng = writer.rng
    items = writer.several("item", 2)
    counts = [rng.randint(2, 30), rng.randint(2, 30)]
    scale = 100 if writer.language == "ko" else 1
    prices = [rng.randint(5, 90) * scale, rng.randint(5, 90) * scale]
    costs = [count * price for count, price in zip(counts, prices, strict=True)]
    total = sum(costs)
    if writer.language == "ko":
        question = (
            f"{items[0]}에 {prices[0]:,}원씩 {counts[0]}번, {items[1]}에 {prices[1]:,}원씩 "
            f"{counts[1]}번 지출했습니다. 모두 얼마인가요?"
        )
        return [(question, f"{costs[0]:,}원과 {costs[1]:,}원을 더해 모두 {total:,}원입니다.")]
    question = (
        f"The accounts show {counts[0]} payments of £{prices[0]} under '{items[0]}' and "
        f"{counts[1]} of £{prices[1]} under '{items[1]}'. What is the total?"
    )
    return [(question, f"£{costs[0]:,} and £{costs[1]:,} make £{total:,} in all.")]


def _order(writer: Writer) -> list[Exchange]:
    rng = writer.rng
    places = writer.several("place", 4)
    counts = rng.sample(range(20, 900), 4)
    listed = ", ".join(f"{place} {count}" for place, count in zip(places, counts, strict=True))
    order = sorted(range(4), key=lambda i: -counts[i])
    ranked = ", ".join(places[i] for i in order)
    if writer.language == "ko":
        return [(f"참가 인원이 많은 순서로 늘어놓으세요: {listed}", f"{ranked} 순서입니다.")]
    return [(f"Sort these by number of visitors, most first: {listed}", f"{ranked}.")]


def _share(writer: Writer) -> list[Exchange]:
    rng = writer.rng
    whole = rng.randint(3, 90) * 20
    percent = rng.randint(1, 19) * 5
    part = whole * percent // 100
    project = writer.pick("project")
    if writer.language == "ko":
        question = (
            f"{project} 설문에 {whole:,}명이 답했고 그중 {part:,}명이 만족했습니다. "
            "만족한 비율은 몇 %인가요?"
        )
        return [(question, f"{part:,} ÷ {whole:,} = {percent / 100:g}이므로 {percent}%입니다.")]
    question = (
        f"{whole:,} people answered a survey on the {project} and {part:,} were satisfied. "
        "What share is that?"
    )
    return [(question, f"{part:,} / {whole:,} = {percent / 100:g}, so {percent}%.")]


def _particle(writer: Writer) -> list[Exchange]:
    word = writer.pick("item")
    fitting = with_particle(word, "을")
    question = (
        f"'{word}' 뒤에는 조사 '을'과 '를' 가운데 어느 것이 옵니까? 짧은 예문도 하나 지어 주십시오."
    )
    # 을 and 를 both end in a consonant, so either takes 이.
    return [(question, f"'{fitting[-1]}'이 옵니다. 예: {fitting} 새로 준비하였다.")]
