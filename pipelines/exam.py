"""An evaluation set in the form of K-DTCBench, of documents, tables and charts that were held out.

Rows are the questions of the task `choice` in the validation splits of a run's stages: nothing of
their documents is in training. Columns: `index` (int64, from 1), `question`, `choice_a` to
`choice_d`, `answer` (A to D), `image` (`bytes`, `path`), as evaluation harnesses read them; the
sources' licences stand in the file's metadata under `gyogwa.licences`. Rows stand by kind of
question, then by key; a question about the same image in the same words comes once.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import IMAGE
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.files.writing import writing
from gyogwa.transforms.shards.reader import StoredSample, samples_in
from gyogwa.transforms.tasks.choices import LETTERS, parse_choice

_GROUP = 100
_KINDS = {"doc_qa": "document", "table_qa": "table", "chart_qa": "chart"}
_CHOICES = [f"choice_{letter.lower()}" for letter in LETTERS]

Row = dict[str, Any]


def write_exam(layout: RunLayout, output: str, most: int | None = None) -> dict[str, int]:
    """Write the set to a file, at most `most` questions a kind; gives the number of each kind.

    Raises GyogwaError where the run held nothing out, or nothing that can be asked so.
    """
    found: dict[str, tuple[str, Row, str]] = {}
    for kind, row, licence in _questions(layout):
        key = hash_of("exam", row["question"], row["image"]["path"])
        found.setdefault(key, (kind, row, licence))
    counts: Counter[str] = Counter()
    rows: list[Row] = []
    licences: set[str] = set()
    for key in sorted(found, key=lambda key: (found[key][0], key)):
        kind, row, licence = found[key]
        if most is None or counts[kind] < most:
            counts[kind] += 1
            licences.add(licence)
            rows.append({"index": len(rows) + 1, **row})
    if not rows:
        raise GyogwaError(
            f"{layout.root}: no question with choices was held out; build with a curriculum that "
            "has the task 'choice' and a validation_share"
        )
    with writing(output) as file:
        table = pa.Table.from_pylist(rows, schema=_schema(sorted(licences)))
        pq.write_table(table, file, row_group_size=_GROUP, compression="zstd")
    return dict(sorted(counts.items()))


def _questions(layout: RunLayout) -> Iterator[tuple[str, Row, str]]:
    """(kind, row without its number, source and licence) of every question held out."""
    run = read_run(layout)
    for number, stage in enumerate(run.curriculum.stages, 1):
        if not run.curriculum.validation_share or "choice" not in stage.tasks:
            continue
        folder = layout.stage(number, stage.name, "validation")
        for row in read_rows(IndexRow, f"{folder}/index.parquet"):
            if "choice" not in row.questions:
                continue
            data = read_exactly(f"{folder}/{row.shard}", row.offset, row.length)
            (sample,) = samples_in(io.BytesIO(data))
            for entry in sample.entry(row.shard).apart():
                if entry.task == "choice":
                    yield _row(sample, entry)


def _row(sample: StoredSample, entry: SampleEntry) -> tuple[str, Row, str]:
    asked, answered = (turn.content for turn in entry.conversations)
    chosen = parse_choice(asked.removeprefix(f"{IMAGE}\n"), answered)
    (image,) = entry.images
    row: Row = {"question": chosen.question}
    row |= dict(zip(_CHOICES, chosen.choices, strict=True))
    row |= {
        "answer": chosen.answer,
        "image": {"bytes": sample.members[image.file], "path": f"{image.id}.{image.file}"},
    }
    task = entry.provenance.detail.partition(":")[0]
    return _KINDS[task], row, f"{image.source}: {image.licence}"


def _schema(licences: list[str]) -> pa.Schema:
    text = ["question", *_CHOICES, "answer"]
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    fields = [("index", pa.int64()), *((name, pa.string()) for name in text), ("image", image)]
    features: Row = {"index": {"dtype": "int64", "_type": "Value"}}
    features |= {name: {"dtype": "string", "_type": "Value"} for name in text}
    features["image"] = {"_type": "Image"}
    about = {
        "huggingface": json.dumps({"info": {"features": features}}),
        "gyogwa.licences": json.dumps(licences, ensure_ascii=False),
    }
    return pa.schema(fields, metadata=about)
