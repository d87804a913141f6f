"""How well a classifier that sees no image tells chosen from rejected answers.

Pairs are made of synthetic documents, charts and tables, of each kind as many as its share; half of
the pages train a logistic regression on hashed character n-grams (1 to 4) and lengths of the two
answers, the other half is judged: which of two texts is the rejected one? Where it can't tell two
texts apart at all, it is right half the time. What it gets right without the image, a model can
learn without looking. Printed: its share of right verdicts, over all and by kind of failure (.5:
it can't tell), and the n-grams that weigh most.

    python -m benchmarks.preference_giveaways [--pages N] [--seed N] [--json FILE]
"""

import argparse
import json
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import fraction_of
from gyogwa.transforms.synthesis.job import Job
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.preference import prefer, share_of
from tests.transforms.tasks.pages import pages_of

_WIDTH = 1 << 15
_ROUNDS, _RATE, _DECAY = 400, 0.5, 1e-4
_TIE = 1e-6
_SETTING = Setting(TaskSpec(granularity="line", per_image=40), Varco())

Vector = NDArray[np.float32]


def pairs_of(count: int, seed: int) -> list[tuple[str, Draft]]:
    """(page's id, pair) of pages of all kinds, in both languages alike."""
    jobs = [
        Job(seed, index, kind, language, 1)
        for index in range(count // 6)
        for kind in ("document", "chart", "table")
        for language in ("ko", "en")
    ]
    pages = [page for job in jobs for page in pages_of(job)]
    pairs = [(page.image.image_id, draft) for page in pages for draft in prefer(page, _SETTING)]
    return [
        (page, draft)
        for page, draft in pairs
        if fraction_of("drawn", page, draft.detail) < share_of(draft.detail.partition(":")[0])
    ]


def grams(text: str) -> list[str]:
    """The character n-grams of a text, 1 to 4 long, with its ends marked."""
    marked = f"\x02{text}\x03"
    return [marked[i : i + n] for n in (1, 2, 3, 4) for i in range(len(marked) - n + 1)]


def features(text: str) -> Vector:
    """Hashed counts of n-grams, damped, with length and lines in the last two places."""
    found = np.zeros(_WIDTH, np.float32)
    for gram in grams(text):
        found[zlib.crc32(gram.encode()) % (_WIDTH - 2)] += 1
    found = np.log1p(found)
    found[-2:] = np.log1p(len(text)), np.log1p(text.count("\n"))
    return found


def trained(differences: NDArray[np.float32]) -> Vector:
    """Weights under which chosen less rejected is positive, by gradient descent."""
    scale = np.linalg.norm(differences, axis=1, keepdims=True)
    rows = differences / np.maximum(scale, 1e-6)
    weights = np.zeros(_WIDTH, np.float32)
    for _ in range(_ROUNDS):
        wrong = 1 / (1 + np.exp(rows @ weights))
        weights += _RATE * (wrong @ rows / len(rows) * 10 - _DECAY * weights)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=240)
    parser.add_argument("--seed", type=int, default=77, help="of the pages that pairs are made of")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    pairs = pairs_of(arguments.pages, arguments.seed)
    differences = np.stack(
        [features(draft.chosen or "") - features(draft.rejected or "") for _, draft in pairs]
    )
    held_out = np.array([fraction_of("giveaways", page) < 0.5 for page, _ in pairs])
    weights = trained(differences[~held_out])
    scores = differences @ weights
    right = np.where(np.abs(scores) < _TIE, 0.5, (scores > 0).astype(float))  # two equal texts
    by_kind: dict[str, list[float]] = defaultdict(list)
    for (_, draft), verdict, out in zip(pairs, right, held_out, strict=True):
        if out:
            by_kind[draft.detail.partition(":")[0]].append(float(verdict))
    result = {
        "pairs": len(pairs),
        "held_out": int(held_out.sum()),
        "accuracy": round(float(right[held_out].mean()), 3),
        "held_out_by_kind": {kind: len(v) for kind, v in sorted(by_kind.items())},
        "by_kind": {kind: round(float(np.mean(v)), 3) for kind, v in sorted(by_kind.items())},
        "giveaways": _heaviest(pairs, weights),
    }
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n")


def _heaviest(pairs: list[tuple[str, Draft]], weights: Vector) -> dict[str, list[str]]:
    """The n-grams that say "chosen" and "rejected" loudest, of those in the pairs."""
    known: dict[int, str] = {}
    for _, draft in pairs:
        for gram in grams((draft.chosen or "") + (draft.rejected or "")):
            known.setdefault(zlib.crc32(gram.encode()) % (_WIDTH - 2), gram)
    order = np.argsort(weights[:-2])
    said = {"rejected": order[:12], "chosen": order[::-1][:12]}
    return {
        name: [known[int(i)] for i in places if int(i) in known] for name, places in said.items()
    }


if __name__ == "__main__":
    main()
