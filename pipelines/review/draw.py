"""Draw a stratified sample for review: the same for the same run, number and seed.

A stratum is a stage and a task. A sample of several tasks stands with the one of them that fewest
samples of its stage have, so that strata don't overlap and rare tasks have their own. Every stratum
gets as many as every other, as far as it has them: rates of rare tasks come out as sure as those of
common ones, and the rate of the whole is weighed by the strata's sizes (see `rates`).
"""

from collections import Counter
from collections.abc import Iterable

from gyogwa.pipelines.cards.choose import Chosen
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.review import Draw, Drawn, Stratum


def draw(there: Iterable[Chosen], run: CurriculumManifest, asked: int, seed: int) -> Draw:
    """`asked` of these samples, or all of them where there are fewer."""
    samples = list(there)
    tasks = Counter((each.stage.name, task) for each in samples for task in set(each.row.questions))
    groups: dict[tuple[str, str], list[Chosen]] = {}
    for each in samples:
        stage = each.stage.name
        rarest = min(set(each.row.questions), key=lambda task: (tasks[stage, task], task))
        groups.setdefault((stage, rarest), []).append(each)
    order = [stage.name for stage in run.curriculum.stages]
    keys = sorted(groups, key=lambda key: (order.index(key[0]), key[1]))
    numbers = shares([len(groups[key]) for key in keys], asked)
    drawn = []
    for stratum, (key, number) in enumerate(zip(keys, numbers, strict=True)):
        ranked = sorted(groups[key], key=lambda each: hash_of("review", seed, each.row.key))
        drawn += [Drawn(key=e.row.key, crc32=e.row.crc32, stratum=stratum) for e in ranked[:number]]
    return Draw(
        fingerprint=run.fingerprint,
        asked=asked,
        seed=seed,
        strata=[Stratum(stage=s, task=t, samples=len(groups[s, t])) for s, t in keys],
        samples=drawn,
    )


def shares(sizes: list[int], asked: int) -> list[int]:
    """How many to draw of strata of these sizes: alike, but no more than there are, the first ones
    one more where that doesn't come out even.

    >>> shares([100, 2, 50], 13)
    [6, 2, 5]
    """
    given = [0] * len(sizes)
    left = min(asked, sum(sizes))
    while left:
        open_ = [at for at, size in enumerate(sizes) if given[at] < size]
        each = max(1, left // len(open_))
        for at in open_:
            more = min(each, sizes[at] - given[at], left)
            given[at] += more
            left -= more
    return given
