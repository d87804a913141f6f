"""Questions about two charts together, answered from their numbers."""

from collections.abc import Iterator
from decimal import Decimal

from gyogwa.schemas.ids import fraction_of
from gyogwa.transforms.tasks.numbers import Quantity, write_like
from gyogwa.transforms.tasks.questions_base import Answers, Question, quoted, value_answers
from gyogwa.transforms.tasks.questions_charts import ChartFacts

_CLEAR = Decimal("1.1")
_NONE_SHARED = 0.25  # most pairs share nothing: asked always, "none" would be all that is learnt


def compared(one: ChartFacts, two: ChartFacts, korean: bool, key: str) -> Iterator[Question]:
    """All that can be asked. Values are compared only where both charts print them and their unit,
    or where one is larger by a tenth at least, since two axes are read here.
    """
    n, m = len(one.categories), len(two.categories)
    if n != m:
        counted = (f"{n}개", f"{m}개") if korean else (str(n), str(m))
        why = _because(("항목 수는", "the number of categories"), counted, korean)
        yield Question(
            "more_categories", "more_categories", {}, _which(n > m, korean, _sentence(why))
        )
    names = [name for name in one.categories if name in two.categories]
    if names or fraction_of("none shared", key) < _NONE_SHARED:
        yield _shared(names, korean)
    if not one.unit or one.unit != two.unit:
        return
    tops = [max(map(max, facts.values.values())) for facts in (one, two)]
    low, high = sorted(tops)
    seen = one.exact and two.exact
    if low != high and (seen or (low > 0 and high >= _CLEAR * low)):
        yield Question("larger_maximum", "larger_maximum", {}, _which(tops[0] > tops[1], korean))
    if seen and one.additive and two.additive:
        totals = [
            sum((value for values in facts.values.values() for value in values), Decimal(0))
            for facts in (one, two)
        ]
        like = [q for facts in (one, two) for row in facts.like.values() for q in row if q]
        yield from _totals(totals, like, korean)


def _totals(totals: list[Decimal], like: list[Quantity], korean: bool) -> Iterator[Question]:
    gap = write_like(abs(totals[0] - totals[1]), like)
    one, two = (write_like(total, like) for total in totals)
    why = _because(("값의 합은", "the total"), (one, two), korean)
    ends = f"이므로 차이는 {gap}입니다." if korean else f", so the difference is {gap}."
    answers = value_answers(gap, korean, f"{_sentence(why)}{ends}")
    yield Question("total_difference", "total_difference", {}, answers)
    if totals[0] != totals[1]:
        answers = _which(totals[0] > totals[1], korean, _sentence(why))
        yield Question("larger_total", "larger_total", {}, answers)


def _shared(names: list[str], korean: bool) -> Question:
    listed, marked = ", ".join(names), ", ".join(map(quoted, names))
    if not names:
        answers = Answers("없음", "두 차트에 함께 나오는 항목은 없습니다.")
        if not korean:
            answers = Answers("none", "No category is in both charts.")
    elif korean:
        answers = Answers(listed, f"두 차트에 함께 나오는 항목은 {marked}입니다.")
    else:
        answers = Answers(listed, f"Both charts have {marked}.")
    return Question("shared", "shared", {}, answers)


def _which(first: bool, korean: bool, why: str = "") -> Answers:
    """The first chart or the second; `why` is a clause that comes before it."""
    if korean:
        name = "첫 번째 차트" if first else "두 번째 차트"
        return Answers(name, f"{name}입니다.", f"{why}이므로 {name}입니다." if why else "")
    name = "first chart" if first else "second chart"
    ends = f"it is the {name}."
    return Answers(f"the {name}", f"I{ends[1:]}", f"{why}, so {ends}" if why else "")


def _because(what: tuple[str, str], values: tuple[str, str], korean: bool) -> str:
    """What both charts have, in a clause."""
    if korean:
        return f"{what[0]} 첫 번째 차트가 {values[0]}, 두 번째 차트가 {values[1]}"
    return f"{what[1]} is {values[0]} in the first chart and {values[1]} in the second"


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
