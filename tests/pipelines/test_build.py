"""The main job: raw files to four stages that lint, that foreign readers and our loader read."""

import json
import os
import shutil
import tarfile
from collections import Counter
from pathlib import Path

import datasets
import pytest
import webdataset

from gyogwa.loader.stage import StageLoader
from gyogwa.pipelines import assemble
from gyogwa.pipelines.assemble_graph import AssembleConfig
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.runner import beam_options
from gyogwa.pipelines.summary import read_run
from gyogwa.pipelines.weight import weight_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, LedgerRow, Reject
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_folder, read_rows
from tests.browser.reading import cards_of
from tests.conftest import Build, manifest_of
from tests.pipelines.lint.conftest import good as good
from tests.pipelines.lint.conftest import inputs_of, options_of

STAGES = ["1-feature-alignment", "2-basic-sft", "3-advanced-sft", "4-preference"]
IMAGES = ("jpg", "png", "webp")


def stages(run: Path) -> list[Path]:
    return sorted((run / "stages").iterdir())


def images_in(tars: list[Path]) -> dict[str, bytes]:
    found = {}
    for path in tars:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(IMAGES):
                    content = tar.extractfile(member)
                    assert content is not None
                    found[member.name] = content.read()
    return found


def test_four_stages_hold_samples_and_lint_is_clean(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [path.name for path in stages(built)] == STAGES
    assert all(int(str(manifest_of(path)["samples"])) > 0 for path in stages(built))
    assert main(["lint", str(built)]) == 0
    assert capsys.readouterr().out.strip() == "clean"


def test_lint_names_an_altered_shard(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(built, run)
    shard = next((run / "stages" / STAGES[1]).glob("*.tar"))
    data = bytearray(shard.read_bytes())
    data[2000] ^= 1
    shard.write_bytes(data)
    assert main(["lint", str(run)]) == 1
    assert shard.name in capsys.readouterr().out


def test_shapes_of_all_kinds_are_there(built: Path) -> None:
    series = {path.name.rsplit("-", 1)[0] for path in built.rglob("*.tar")}
    assert any("single-png" in name for name in series)
    assert any("single-jpg" in name for name in series)
    assert any("-text" in name for name in series)
    assert any("pair-" in name for name in series)
    assert any("pair-jpg-png" in name for name in series)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # webdataset leaves tars open
@pytest.mark.parametrize("stage", STAGES)
def test_foreign_readers_see_every_sample_image_and_column(built: Path, stage: str) -> None:
    folder = built / "stages" / stage
    listed = manifest_of(folder)["shards"]
    assert isinstance(listed, list)
    listed = [shard for shard in listed if not shard["file"].startswith("../")]
    total = 0
    for series in sorted({shard["series"] for shard in listed}):
        tars = [folder / shard["file"] for shard in listed if shard["series"] == series]
        images = images_in(tars)
        samples = sum(shard["samples"] for shard in listed if shard["series"] == series)
        total += samples
        by_webdataset = list(webdataset.WebDataset([str(t) for t in tars], shardshuffle=False))
        assert len(by_webdataset) == samples
        seen = {
            f"{s['__key__']}.{name}": value
            for s in by_webdataset
            for name, value in s.items()
            if name.endswith(IMAGES)
        }
        assert seen == images
        table = datasets.load_dataset(
            "webdataset", data_files=[str(t) for t in tars], split="train", streaming=True
        )
        table = table.cast_column_images() if hasattr(table, "cast_column_images") else table
        names = [name for name in table.features if name.endswith(IMAGES)]
        for name in names:
            table = table.cast_column(name, datasets.Image(decode=False))
        rows = list(table)
        assert len(rows) == samples
        assert {
            f"{r['__key__']}.{name}": r[name]["bytes"] for r in rows for name in names
        } == images
        for row, sample in zip(rows, by_webdataset, strict=True):
            assert row["json"] == json.loads(sample["json"])
    replays = manifest_of(folder)["replays"]
    assert isinstance(replays, dict)
    assert total == int(str(manifest_of(folder)["samples"])) - sum(replays.values())


def test_loader_reads_every_stage(built: Path) -> None:
    for folder in stages(built):
        loader = StageLoader(
            folder / "manifest.json", batch_size=4, shuffle=False, drop_last=False, num_workers=2
        )
        keys = [key for batch in loader for key in batch.keys]
        assert len(set(keys)) == manifest_of(folder)["samples"]
        assert len(keys) == manifest_of(folder)["draws"]


def test_every_image_is_accounted_for(built: Path) -> None:
    ledger = list(read_folder(LedgerRow, str(built / "ledger")))
    assert all(row.incoming == row.kept + row.rejected for row in ledger if row.incoming)
    rejects = list(read_folder(Reject, str(built / "rejects")))
    assert all(reject.rule and reject.message for reject in rejects)


def test_copies_are_found(built: Path) -> None:
    verdicts = {d.verdict for d in read_folder(Duplicate, str(built / "duplicates"))}
    assert {"exact", "near"} <= verdicts


def test_cards_escape_and_show(built: Path) -> None:
    cards = cards_of(built / "cards")
    text = "".join(path.read_text(encoding="utf-8") for path in (built / "cards/data").iterdir())
    assert "\\u003cchar\\u003e" in text
    assert "<" not in text
    assert {card["kind"] for card in cards} == {"sample", "reject", "pair"}
    files = [picture["file"] for card in cards for picture in card.get("images", [])]
    assert files
    assert all((built / "cards" / file).exists() for file in files)
    assert any(card.get("compared", {}).get("heat") for card in cards)


def shards_of(run: Path) -> dict[str, bytes]:
    paths = [*run.rglob("*.tar"), *run.rglob("manifest.json"), *run.rglob("index.parquet")]
    stage_files = [path for path in paths if "stages" in path.parts]
    files = [*stage_files, run / "curriculum.json"]
    return {str(path.relative_to(run)): path.read_bytes() for path in files}


def test_same_bytes_for_another_order_and_other_workers(
    good: Path, build: Build, tmp_path: Path
) -> None:
    renamed = tmp_path / "elsewhere"
    shutil.copytree(good.parent / "pages", renamed)
    lines = (renamed / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    (renamed / "metadata.jsonl").write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    pages, *others = inputs_of(good.parent)
    inputs = [*reversed(others), pages.replace(str(good.parent / "pages"), str(renamed))]
    workers = ("--direct_num_workers", "3", "--direct_running_mode", "multi_threading")
    options = (*options_of(good.parent), "--ocr_processes", "1", *workers)
    again = build(tmp_path / "again", *inputs, options=options)
    assert shards_of(again) == shards_of(good)


def test_a_second_build_reads_nothing_again(
    build: Build, few: Path, finished: Path, tmp_path: Path
) -> None:
    output = shutil.copytree(finished, tmp_path / "out")
    before = {
        path: path.stat().st_mtime_ns
        for name in ("catalog", "annotations")
        for path in (output / name).iterdir()
    }
    first = shards_of(output)
    build(output, str(few))
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert shards_of(output) == first


def test_wrong_options_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    common = ["build", "--input", str(tmp_path), "--output", str(tmp_path / "o")]
    assert main([*common, "--curriculum", "nope"]) == 1
    assert "no preset among" in capsys.readouterr().err
    assert main([*common, "--ocr_engine", "nope"]) == 1
    assert main([*common, "--no_such_beam_option"]) == 1
    assert "unknown option '--no_such_beam_option'" in capsys.readouterr().err
    assert main(["build", "--input", "/no/such/place", "--output", str(tmp_path / "o")]) == 1
    assert "no such file or folder" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_the_plan_is_what_the_build_then_does(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = json.loads((built / "plan.json").read_text())
    layout = RunLayout(str(built))
    run = read_run(layout)
    planned, weight = assemble.plan(
        layout, AssembleConfig(run.curriculum, run.engine), beam_options([])
    )
    counted = json.loads((built / "run.json").read_text())["phases"]["assemble"]["counters"]
    assert weight
    assert weight._replace(looks=0) == weight_of(counted)._replace(looks=0)
    assert weight.looks == 0  # the build has made them all
    assert weight.samples == counted["shards/samples_kept"]
    assert json.loads(planned.model_dump_json()) == written
    for folder, stage in zip(stages(built), planned.stages, strict=True):
        manifest = manifest_of(folder)
        # Replayed are whole samples, the last of which may ask more than is left to ask.
        over = int(str(manifest["questions"])) - stage.draws - stage.replayed
        assert 0 <= over < (16 if stage.replayed else 1)
        drawn: Counter[str] = Counter()
        for stratum in stage.strata:
            drawn[stratum.task] += stratum.draws
        mixture = manifest["mixture"]
        assert isinstance(mixture, list)
        assert {row["task"]: row["draws"] for row in mixture if row["draws"]} == +drawn
        held_out = manifest_of(folder / "validation")
        assert held_out["questions"] == stage.validation
    assert main(["plan", "--output", str(built)]) == 0
    assert "draws of" in capsys.readouterr().out


def test_no_document_stands_on_both_sides_of_the_split(built: Path) -> None:
    sides: dict[str, set[str]] = {"train": set(), "validation": set()}
    for path in (built / "stages").rglob("index.parquet"):
        side = "validation" if path.parent.name == "validation" else "train"
        sides[side] |= {row.document for row in read_rows(IndexRow, str(path))}
    assert not sides["train"] & sides["validation"]
    assert sides["validation"]


def test_replayed_samples_lie_in_the_earlier_stage(built: Path) -> None:
    folder = built / "stages" / STAGES[2]
    rows = list(read_rows(IndexRow, str(folder / "index.parquet")))
    replayed = [row for row in rows if row.shard.startswith("../2-basic-sft/")]
    assert manifest_of(folder)["replays"] == {"basic-sft": len(replayed)}
    assert replayed
    assert all((folder / row.shard).exists() for row in replayed)


def test_report_says_how_prompts_are_used(built: Path) -> None:
    page = (built / "report.html").read_text(encoding="utf-8")
    assert '<th scope="row">refer</th><td>ko</td>' in page
