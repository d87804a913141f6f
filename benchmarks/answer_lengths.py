"""How long answers are, by what their question asks for: a word, a sentence, an explanation, a
letter, or whatever else the task gives.

Every question of the SFT stages of a run counts once, replayed ones left out, and of preference
stages both answers. Printed: characters of the answers, how many, and shares in bins.

    python -m benchmarks.answer_lengths OUT [--json FILE]
"""

import argparse
import io
import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.shards.reader import samples_in

BINS = (1, 2, 10, 30, 100, 300, 1000, 3000)
_FREE = ("converse", "text_only")


def kind_of(task: str, question: str) -> str:
    """What a question asks for: the length that it names, else the task."""
    if task == "choice":
        return "letter"
    last = [said for said in asked() if question.endswith(said)]
    return asked()[max(last, key=len)] if last else task


@cache
def asked() -> dict[str, str]:
    """What a question says about its answer's length, to that length."""
    return {
        said: kind.partition("_")[0]
        for kind, languages in phrasings("lengths").items()
        for texts in languages.values()
        for said in texts
    }


def answers_of(out: str) -> dict[str, list[int]]:
    """Characters of each answer, by kind of question."""
    layout = RunLayout(out)
    run = CurriculumManifest.model_validate_json(Path(layout.curriculum).read_text())
    found: dict[str, list[int]] = defaultdict(list)
    for number, stage in enumerate(run.curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        for row in read_rows(IndexRow, f"{folder}/index.parquet"):
            if row.shard.startswith("../") or row.task in _FREE:
                continue
            data = read_exactly(f"{folder}/{row.shard}", row.offset, row.length)
            (sample,) = samples_in(io.BytesIO(data))
            for question in sample.entry(row.shard).apart():
                if question.chosen:
                    found["chosen"].append(len(question.chosen))
                    found["rejected"].append(len(question.rejected or ""))
                    continue
                turns = question.conversations
                for said, answer in zip(turns[::2], turns[1::2], strict=True):
                    kind = kind_of(question.task, said.content)
                    found[kind].append(len(answer.content))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", help="a run's folder")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    told = {}
    for kind, lengths in sorted(answers_of(arguments.out).items()):
        edges = [*BINS, max(lengths) + 1 if max(lengths) >= BINS[-1] else BINS[-1] + 1]
        counts, _ = np.histogram(lengths, edges)
        told[kind] = {
            "answers": len(lengths),
            "median": int(np.median(lengths)),
            "tenth": int(np.quantile(lengths, 0.1)),
            "ninetieth": int(np.quantile(lengths, 0.9)),
            "bins": counts.tolist(),
        }
    text = json.dumps({"edges": BINS, "kinds": told}, ensure_ascii=False)
    print(text.replace('}, "', '},\n"'))
    if arguments.json:
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
