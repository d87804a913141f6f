"""Schemas: rows survive Arrow, exported JSON Schemas are current, mistakes are explained."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gyogwa.schemas import SCHEMA_VERSION, arrow, page, records
from gyogwa.schemas.arrow import arrow_schema, read_table, rows_of, table_of
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.export import FOLDER, ROWS, schemas
from gyogwa.schemas.loading import load_yaml, parse_json
from gyogwa.schemas.manifest import StageManifest

PRESETS = sorted((Path(__file__).parents[2] / "stage_manifests").glob("*.yaml"))


def annotation() -> records.Annotation:
    word = page.Word("가나", [0.1, 0.2, 0.3, 0.4], 0.5)
    cell = page.Cell(0, 1, 1, 2, True, "값", [0.0, 0.0, 0.5, 0.5])
    return records.Annotation(
        "0" * 32, 10, 20, "dataset", "truth-1", [word],
        [page.Line(0, 1, word.box, "ko")], [page.Block("heading", 0, 1, word.box)],
        [page.Table([0.0, 0.0, 1.0, 1.0], [cell])],
        [page.Chart("bar", "t", "원", ["a"], [page.Series("s", [1.5])], word.box)],
        "ko", 1.0, 0.5,
    )  # fmt: skip


def test_rows_survive_arrow(tmp_path: Path) -> None:
    ref = records.ImageRef("/a.png", 0, 3)
    truth = page.Truth("dataset", annotation().words)
    image = records.Image(
        "1" * 32, ref, "s", "a.png", "CC0-1.0", "image", "d", 1, 10, 20, "PNG", "", "f" * 64,
        "0" * 64, records.Signals(0.5, 0.9, 0.1), truth,
    )  # fmt: skip
    path = tmp_path / "a.parquet"
    for record, row in ((records.Annotation, annotation()), (records.Image, image)):
        pq.write_table(table_of(record, [row]), path)
        assert list(rows_of(record, read_table(record, path))) == [row]


def test_every_row_type_has_an_arrow_schema_with_a_version() -> None:
    for record in ROWS.values():
        version = arrow.VERSIONS.get(record, SCHEMA_VERSION)
        assert arrow_schema(record).metadata == {b"gyogwa.schema": str(version).encode()}


def test_exported_json_schemas_are_current() -> None:
    for name, text in schemas().items():
        written = (FOLDER / name).read_text(encoding="utf-8")
        assert written == text, f"{name} is stale: run python -m gyogwa.schemas.export"


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_presets_are_valid(path: Path) -> None:
    curriculum = load_yaml(path, Curriculum)
    assert curriculum.name == path.stem
    assert len(curriculum.stages) == 4 or "ocr" in path.stem


def test_unknown_field_names_file_place_and_the_likely_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\nseed: 1\nstages:\n- name: a\n  trains: [projector]\n  share: 1\n"
        "  taks: {ocr: {weight: 1}}\n  tasks: {ocr: {weight: 1}}\n"
    )
    with pytest.raises(GyogwaError) as caught:
        load_yaml(path, Curriculum)
    assert str(path) in str(caught.value)
    assert "stages[0].taks: unknown field 'taks'; did you mean 'tasks'?" in str(caught.value)


def test_a_field_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\nseed: 1\nbudget: 100\nmax_repeats: 2\nstages:\n- name: a\n"
        "  trains: [projector]\n  share: 1\n  seed: 2\n  tasks: {ocr: {weight: 1}}\n"
    )
    with pytest.raises(GyogwaError) as caught:
        load_yaml(path, Curriculum)
    text = str(caught.value)
    assert "budget: unknown field 'budget'; it belongs under 'tokens'" in text
    assert "max_repeats: unknown field 'max_repeats'; it belongs under 'stages'" in text
    assert "stages[0].seed: unknown field 'seed'; it belongs at the top" in text


def test_wrong_value_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nseed: -3\nstages: []\n")
    with pytest.raises(GyogwaError, match=r"seed: .*greater than or equal to 0 \(found -3\)"):
        load_yaml(path, Curriculum)


def test_newer_schema_version_is_refused() -> None:
    with pytest.raises(GyogwaError, match="schema_version 2, this release reads 1"):
        parse_json(b'{"schema_version": 2}', "manifest.json", StageManifest)
