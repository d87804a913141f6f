"""Work dealt to several workers, a piece to whichever is free.

Dealt beforehand, a piece each, the last of them would keep the others waiting: parts of an input
differ by twice and more in what they take.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def dealt(pieces: Iterator[T], hands: Sequence[Callable[[T], R]]) -> Iterator[R]:
    """What the hands make of the pieces, in no particular order.

    With one hand all is done in this thread, otherwise each works in one of its own, and pieces are
    taken by one at a time. The first error is raised when the hands have put down what they hold;
    nothing is taken after it.
    """
    if len(hands) == 1:
        yield from map(hands[0], pieces)
        return
    taking, failed = threading.Lock(), threading.Event()

    def work(hand: Callable[[T], R]) -> list[R]:
        made = []
        try:
            while not failed.is_set():
                with taking:
                    piece = next(pieces, None)
                if piece is None:
                    break
                made.append(hand(piece))
        except BaseException:
            failed.set()
            raise
        return made

    with ThreadPoolExecutor(len(hands)) as threads:
        for made in threads.map(work, hands):
            yield from made
