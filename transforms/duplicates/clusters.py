"""From pairs found to be the same to what is kept and what is dropped, without chains.

Each dropped image was itself compared with the one that stays for it. Time and memory grow with the
number of pairs; the outcome depends neither on their order nor on who found them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable


def _any(first: str, second: str) -> bool:
    return True


def kept_instead(
    pairs: Iterable[tuple[str, str]], same: Callable[[str, str], bool] = _any
) -> dict[str, str]:
    """From pairs of ranks found near to each dropped rank and the kept one that it is near to.

    `same(kept, other)` says whether a pair is one; it is asked only about images that are kept,
    which is about once a copy, and must not depend on what it was asked before.

    In order of rank, an image is dropped when it is near one that is kept already. So whatever is
    dropped was itself compared with what stays, and no chain of likenesses swallows others. The
    order of the pairs doesn't matter.
    """
    near: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        near[max(first, second)].add(min(first, second))
    dropped: dict[str, str] = {}
    for rank in sorted(near):
        kept = sorted(other for other in near[rank] if other not in dropped)
        found = next((other for other in kept if same(other, rank)), None)
        if found is not None:
            dropped[rank] = found
    return dropped


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """From pairs of names to each name's smallest connected one, whatever the order of pairs."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {node: root(node) for node in list(parent)}
