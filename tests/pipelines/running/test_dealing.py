"""Pieces of work for whichever worker is free."""

import threading
from collections.abc import Iterator

import pytest

from gyogwa.pipelines.running.dealing import dealt


@pytest.mark.parametrize("hands", [1, 3])
def test_each_piece_is_done_once(hands: int) -> None:
    assert sorted(dealt(iter(range(100)), [lambda n: n * n] * hands)) == [n * n for n in range(100)]
    assert list(dealt(iter(()), [lambda n: n] * hands)) == []


def test_who_is_slow_keeps_nobody() -> None:
    others = threading.Event()

    def slow(piece: int) -> tuple[str, int]:
        assert others.wait(60)  # the other hand does all the rest meanwhile
        return "slow", piece

    def quick(piece: int) -> tuple[str, int]:
        if piece == 9:
            others.set()
        return "quick", piece

    found = list(dealt(iter(range(10)), [slow, quick]))
    assert sorted(piece for _, piece in found) == list(range(10))
    assert sum(hand == "slow" for hand, _ in found) <= 1


def test_one_hand_works_in_the_calling_thread() -> None:
    (thread,) = set(dealt(iter(range(3)), [lambda _: threading.current_thread()]))
    assert thread is threading.current_thread()


def test_nothing_is_taken_after_an_error() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    def fails(piece: int) -> int:
        raise ValueError(piece)

    with pytest.raises(ValueError, match=r"[01]"):
        list(dealt(pieces(), [fails, fails]))
    assert len(taken) <= 2
