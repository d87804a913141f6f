"""Crowds: images of one template, whose hashes are all near one another.

Among them a hash proposes everybody to everybody. So crowds are found before any pair is made: a
centre is a hash with more than `CROWD` others within `CORE` bits. Whoever is within `CORE` of a
centre is left to the search inside its crowd (`dedup.variation`) and out of the search by hash.
Whoever is within `REACH` = `CORE` + the largest radius takes part in that search as well: by the
triangle inequality no pair that the hashes would have found is lost between the two. Centres within
`REACH` of one another are one crowd.

Cost: 12 look-ups a hash in tables of bands, and one comparison of a hash with each centre. Memory:
32 bytes a hash.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.dedup.hash_index import BANDS, BITS, Places, Words, band_values

CROWD = 64
CORE = 48
REACH = CORE + 40
_CHUNK = 1 << 22


def centres_of(words: Words) -> Words:
    """The centres among hashes of one kind, equal ones repeated; whatever their order, the same."""
    ordered = words[np.lexsort(words.T[::-1])]
    open_ = np.ones(len(ordered), np.bool_)
    centres: list[Words] = []
    for band in range(BANDS):
        if np.count_nonzero(open_) <= CROWD:
            break
        for place, near in _dense(ordered, open_, band):
            if not open_[place]:
                continue
            near = near[open_[near]]
            if np.count_nonzero(distances(ordered[near], ordered[place]) <= CORE) > CROWD // 2:
                inside = np.flatnonzero(open_)
                inside = inside[distances(ordered[inside], ordered[place]) <= CORE]
                if len(inside) > CROWD:
                    open_[inside] = False
                    centres.append(ordered[place])
    return np.array(centres, np.uint64).reshape(-1, BITS // 64)


def _dense(words: Words, open_: NDArray[np.bool_], band: int) -> list[tuple[int, Places]]:
    """Places whose bucket of this band, with those one bit away, holds many; and who is in them."""
    width = len(range(band, BITS, BANDS))
    at = np.flatnonzero(open_)
    values = band_values(words[at], band)
    order = np.argsort(values, kind="stable")
    at, values = at[order], values[order]
    taken, starts, counts = np.unique(values, return_index=True, return_counts=True)
    facing = np.concatenate([taken[:, None], taken[:, None] ^ (1 << np.arange(width))], axis=1)
    found = np.minimum(np.searchsorted(taken, facing), len(taken) - 1)
    there = taken[found] == facing
    sizes = np.where(there, counts[found], 0).sum(axis=1)
    dense = np.flatnonzero(sizes > CROWD)
    dense = dense[np.argsort(-sizes[dense], kind="stable")]
    return [
        (
            int(at[starts[bucket]]),
            np.concatenate(
                [at[starts[b] : starts[b] + counts[b]] for b in found[bucket][there[bucket]]]
            ),
        )
        for bucket in dense
    ]


def distances(words: Words, centre: Words) -> NDArray[np.int64]:
    """In how many bits each row differs from the centre."""
    found: NDArray[np.int64] = np.bitwise_count(words ^ centre).sum(axis=-1, dtype=np.int64)
    return found


@dataclass(frozen=True)
class Crowds:
    """The crowds of one kind of hash: `names` has of each centre the place of the first of its
    crowd."""

    centres: Words
    names: Places

    @staticmethod
    def of(centres: Words) -> "Crowds":
        """Centres within `REACH` of one another are one crowd."""
        names = np.arange(len(centres))
        for place, centre in enumerate(centres):
            near = names[: place + 1][distances(centres[: place + 1], centre) <= REACH]
            names[np.isin(names, near)] = near.min()
        return Crowds(centres, names)

    def placed(self, words: Words) -> tuple[list[list[int]], NDArray[np.bool_]]:
        """Of each hash the crowds that it takes part in, by name, and whether it is in a core."""
        least = np.full((len(words), len(self.centres)), BITS)
        step = max(1, _CHUNK // max(1, len(self.centres)))
        for low in range(0, len(words) if len(self.centres) else 0, step):
            part = words[low : low + step, None, :]
            least[low : low + step] = distances(part, self.centres)
        crowds = [sorted(set(self.names[row <= REACH].tolist())) for row in least]
        core: NDArray[np.bool_] = np.any(least <= CORE, axis=1)
        return crowds, core
