"""The evaluation set: K-DTCBench's columns, one right choice, and nothing that training shows."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.transforms.shards.reader import samples_in

COLUMNS = ["index", "question", "choice_a", "choice_b", "choice_c", "choice_d", "answer", "image"]


def test_what_was_held_out_becomes_questions_with_one_right_choice(
    built: Path, tmp_path: Path
) -> None:
    output = tmp_path / "exam.parquet"
    output.write_bytes(b"of another run")
    assert main(["exam", str(built), "--output", str(output)]) == 0
    table = pq.read_table(output)
    assert table.column_names == COLUMNS
    rows = table.to_pylist()
    assert [row["index"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        choices = [row[name] for name in COLUMNS[2:6]]
        assert len({"".join(text.split()) for text in choices}) == 4
        assert row["answer"] in "ABCD"
        assert "\nA. " not in row["question"]
        assert row["image"]["bytes"][:3] in (b"\xff\xd8\xff", b"\x89PN")
    shown = set()
    for path in built.glob("stages/*/*.tar"):
        with path.open("rb") as file:
            entries = [
                SampleEntry.model_validate_json(sample.members["json"])
                for sample in samples_in(file)
            ]
        shown |= {image.id for entry in entries for image in entry.images}
    assert shown
    assert not shown & {row["image"]["path"].partition(".")[0] for row in rows}
    assert json.loads(table.schema.metadata[b"gyogwa.licences"])


def test_a_run_without_such_questions_says_what_to_do(
    tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "run"
    copy.mkdir()
    settings = json.loads((built / "curriculum.json").read_text())
    settings["curriculum"]["validation_share"] = 0
    (copy / "curriculum.json").write_text(json.dumps(settings))
    code = main(["exam", str(copy), "--output", str(tmp_path / "exam.parquet")])
    assert code == 1
    assert "validation_share" in capsys.readouterr().err
    assert not (tmp_path / "exam.parquet").exists()
