"""What an answer rests on, in a sentence that ends in the answer; "" where there is too much.

Names stand in quotation marks, values as they are written in the picture.
"""

from collections.abc import Sequence

from gyogwa.transforms.tasks.numbers import Quantity, write_like

_MOST = 8  # values that a sentence lists

Named = Sequence[tuple[str, Quantity]]
"""Names with their values."""


def of_sum(quantities: Sequence[Quantity], total: str, korean: bool) -> str:
    """The values added up."""
    if not _plain(quantities):
        return ""
    added = " + ".join(map(_written, quantities))
    return f"{added} = {total}이므로 합은 {total}입니다." if korean else (
        f"{added} = {total}, so the sum is {total}."
    )  # fmt: skip


def of_difference(pair: Named, gap: str, korean: bool) -> str:
    """Both values and how far apart they are."""
    if not _plain([value for _, value in pair]):
        return ""
    return f"{_listed(pair, korean)}이므로 차이는 {gap}입니다." if korean else (
        f"{_listed(pair, korean)}, so the difference is {gap}."
    )  # fmt: skip


def of_larger(pair: Named, name: str, korean: bool) -> str:
    """Both values and the name of the larger."""
    return f'{_listed(pair, korean)}이므로 값이 더 큰 것은 "{name}"입니다.' if korean else (
        f'{_listed(pair, korean)}, so the larger one is "{name}".'
    )  # fmt: skip


def of_extreme(named: Named, answer: str, largest: bool, is_value: bool, korean: bool) -> str:
    """All values, and which of them (or whose) is the largest or smallest."""
    if not 2 < len(named) <= _MOST:
        return ""
    listed = _listed(named, korean)
    if korean:
        how = "큰" if largest else "작은"
        end = f"가장 {how} 값은 {answer}입니다." if is_value else (
            f'값이 가장 {how} 것은 "{answer}"입니다.'
        )  # fmt: skip
        return f"{listed} 가운데 {end}"
    how = "largest" if largest else "smallest"
    end = f"the {how} value is {answer}." if is_value else f'the {how} is that of "{answer}".'
    return f"Of {listed}, {end}"


def of_count(names: Sequence[str], condition: str, korean: bool) -> str:
    """The rows that are counted."""
    if len(names) > _MOST:
        return ""
    listed, count = ", ".join(f'"{name}"' for name in names), len(names)
    if korean:
        return f"값이 {condition} 행은 {listed}, 모두 {count}개입니다."
    ends = f"so there {'is' if count == 1 else 'are'} {count}."
    return f"{'This row has' if count == 1 else 'These have'} a value {condition}: {listed}; {ends}"


def _written(quantity: Quantity) -> str:
    return write_like(quantity.value, [quantity])


def _plain(quantities: Sequence[Quantity]) -> bool:
    """Whether a sum of them reads well: few, none negative or with a sign."""
    return len(quantities) <= _MOST and not any(q.value < 0 or q.signed for q in quantities)


def _listed(named: Named, korean: bool) -> str:
    """Names with values: of two, a clause; of more, a list."""
    if len(named) == 2:
        (one, a), (two, b) = named
        if korean:
            return f'"{one}" 값은 {_written(a)}, "{two}" 값은 {_written(b)}'
        return f'"{one}" has {_written(a)} and "{two}" {_written(b)}'
    joint = " " if korean else ": "
    return ", ".join(f'"{name}"{joint}{_written(value)}' for name, value in named)
