"""Questions about two charts together, answered from their numbers."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.ids import fraction_of
from transforms.tasks.numbers import Quantity, write_like
from transforms.tasks.questions_base import Question, quoted, value_answers
from transforms.tasks.questions_charts import ChartFacts

_CLEAR = Decimal("1.1")
_NONE_SHARED = 0.25  # most pairs share nothing: asked always, "none" would be all that is learnt


def compared(one: ChartFacts, two: ChartFacts, korean: bool, key: str) -> Iterator[Question]:
    """All that can be asked. Values are compared only where both charts print them and their unit,
    or where one is larger by a tenth at least, since two axes are read here.
    """
    n, m = len(one.categories), len(two.categories)
    if n != m:
        yield Question("more_categories", "more_categories", {}, _which(n > m, korean))
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
    yield Question("total_difference", "total_difference", {}, value_answers(gap, korean))
    if totals[0] != totals[1]:
        answers = _which(totals[0] > totals[1], korean)
        yield Question("larger_total", "larger_total", {}, answers)


def _shared(names: list[str], korean: bool) -> Question:
    if not names:
        none = ["없습니다.", "두 차트에 함께 나오는 항목은 없습니다."]
        none_english = ["None.", "No category is in both charts."]
        return Question("shared", "shared", {}, none if korean else none_english)
    listed, marked = ", ".join(names), ", ".join(map(quoted, names))
    if korean:
        return Question("shared", "shared", {}, [listed, f"{marked}입니다.", f"{listed}입니다."])
    return Question("shared", "shared", {}, [listed, f"{marked}.", f"Both have {listed}."])


def _which(first: bool, korean: bool) -> list[str]:
    if korean:
        word = "첫 번째" if first else "두 번째"
        return [f"{word} 차트", f"{word} 차트입니다.", f"{word} 차트 쪽입니다."]
    word = "first" if first else "second"
    return [f"The {word} chart.", f"The {word} one.", f"It is the {word} chart."]
