"""What a run says of itself, read by those whom it is for: `datasets`, `mlcroissant`, SPDX's own
model."""

import io
import json
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from gyogwa.pipelines.describe.attribution import attribution_of
from gyogwa.pipelines.describe.card import card, header
from gyogwa.pipelines.describe.croissant import croissant
from gyogwa.pipelines.describe.facts import Facts
from gyogwa.pipelines.describe.features import features_of
from gyogwa.pipelines.describe.korean import ACTIONS, KINDS, TASKS
from gyogwa.pipelines.describe.regulators import basic_act, training_content
from gyogwa.pipelines.describe.spdx import spdx
from gyogwa.pipelines.describe.statements import UNKNOWN
from gyogwa.pipelines.report.gather import figures_of
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.curriculum import Task
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.personal import Action, PersonalKind

EVIL = '</script><script>alert("1")</script> [x](javascript:alert(1)) | `a`\n# b\n---\n'


@pytest.fixture(scope="module")
def facts(built: Path) -> Facts:
    layout = RunLayout(str(built))
    return Facts(figures_of(layout, layout, read_run(layout), times=False))


@pytest.fixture(scope="module")
def hostile(facts: Facts) -> Facts:
    """The same, but that names and licences of sources are what nobody would want."""
    licences = Counter({(EVIL, EVIL): 3, ("b", "unknown"): 1, ("c", "MIT OR KOGL-1"): 2})
    figures = facts.figures
    seen = replace(figures.seen, licences=licences, languages=Counter({"ko": 5, EVIL: 1}))
    return Facts(replace(figures, seen=seen))


def test_a_build_writes_what_its_figures_say(built: Path, facts: Facts) -> None:
    written = {
        "README.md": card(facts),
        "ATTRIBUTION.md": attribution_of(facts.figures.seen.licences),
        "croissant.json": croissant(facts),
        "dataset.spdx3.json": spdx(facts),
        "TRAINING-CONTENT.md": training_content(facts),
        "AI-BASIC-ACT.md": basic_act(facts),
    }
    for name, text in written.items():
        assert (built / name).read_text(encoding="utf-8") == text, name


def test_datasets_loads_every_stage_whole_by_its_name(
    built: Path, facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    names = datasets.get_dataset_config_names(str(built))
    assert names == list(dict.fromkeys(part.name for part in facts.parts))
    for part in facts.parts:
        split = part.manifest.split
        loaded = datasets.load_dataset(str(built), part.name, split=split, cache_dir=str(tmp_path))
        assert loaded.num_rows == part.samples
        shown = sum(len(row["images"]) for row in loaded["json"])
        filled = sum(len(loaded) - loaded.data[name].null_count for name in part.members)
        assert filled == shown


def test_columns_are_said_as_datasets_says_them() -> None:
    from datasets import Features

    said = features_of(["jpg", "0.png"])
    assert Features._from_yaml_list(said)._to_yaml_list() == said


def test_croissant_is_valid_and_all_its_records_can_be_read(
    built: Path, facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlcroissant
    from etils import epath
    from mlcroissant._src.core import constants
    from mlcroissant._src.operation_graph.operations import extract

    monkeypatch.setattr(extract, "EXTRACT_PATH", epath.Path(tmp_path))
    monkeypatch.setattr(constants, "EXTRACT_PATH", epath.Path(tmp_path))
    described = mlcroissant.Dataset(jsonld=str(built / "croissant.json"))
    assert not described.metadata.ctx.issues.errors
    counted = {
        records.uuid: sum(1 for _ in described.records(records.uuid))
        for records in described.metadata.record_sets
    }
    expected = {}
    for part in facts.parts:
        of = f"{part.name}/{part.manifest.split}"
        expected[f"{of}/samples"] = part.manifest.samples
        expected[f"{of}/texts"] = part.samples
        if images := images_in(built / part.folder):
            expected[f"{of}/images"] = images
    assert counted == expected


def images_in(folder: Path) -> int:
    """How many images the shards of a folder hold."""
    total = 0
    for path in folder.glob("*.tar"):
        with tarfile.open(path) as tar:
            total += sum(not name.endswith(".json") for name in tar.getnames())
    return total


def spdx_objects(text: str) -> Any:
    """The package as SPDX's model reads it: types, links and numbers of values checked."""
    from spdx_python_model import v3_0_1

    found = v3_0_1.SHACLObjectSet()
    v3_0_1.JSONLDDeserializer().read(io.BytesIO(text.encode()), found)
    assert not found.link()
    v3_0_1.JSONLDSerializer().write(found, io.BytesIO())
    return found


def test_the_spdx_package_lists_every_file_with_its_hash(facts: Facts) -> None:
    found = spdx_objects(spdx(facts))
    files = {
        file.name: file.verifiedUsing[0].hashValue for file in found.foreach_type("software_File")
    }
    assert files == {
        f"{part.folder}/{name}": sha256
        for part in facts.parts
        for name, sha256 in [
            *((shard.file, shard.sha256) for shard in part.shards),
            (part.manifest.index.file, part.manifest.index.sha256),
        ]
    }


def test_nothing_of_a_hostile_name_is_markup_anywhere(hostile: Facts, tmp_path: Path) -> None:
    import mlcroissant

    head, _, body = card(hostile).removeprefix("---\n").partition("\n---\n")
    assert yaml.safe_load(head)["license"] == ["mit", "other", "unknown"]
    texts = [body, training_content(hostile), basic_act(hostile)]
    texts.append(attribution_of(hostile.figures.seen.licences))
    for text in texts:
        assert "<script" not in text
        assert "](javascript" not in text.replace("\\]", "")
        assert "\n# b" not in text
    assert EVIL in json.dumps(json.loads(croissant(hostile)), ensure_ascii=False).replace(
        "\\n", "\n"
    ).replace('\\"', '"')
    path = tmp_path / "croissant.json"
    path.write_text(croissant(hostile), encoding="utf-8")
    assert not mlcroissant.Dataset(jsonld=str(path)).metadata.ctx.issues.errors
    found = spdx_objects(spdx(hostile))
    expressions = {
        licence.simplelicensing_licenseExpression
        for licence in found.foreach_type("simplelicensing_LicenseExpression")
    }
    assert "MIT OR LicenseRef-KOGL-1" in expressions
    assert len(expressions) == 2
    assert all(character not in text for text in expressions for character in "<>\"'`\n")


def test_what_only_a_person_knows_is_said_to_be_so(facts: Facts) -> None:
    said = json.loads(croissant(facts))
    assert said["rai:annotatorDemographics"] == [UNKNOWN]
    assert not {"url", "creator", "datePublished"} & said.keys()
    assert {"url", "creator", "datePublished"} <= set(said["gyogwa:toFillIn"])
    assert training_content(facts).count(UNKNOWN) > 10
    assert basic_act(facts).count("[작성 필요]") > 10
    assert "license" in header(facts)


def test_the_korean_page_has_a_word_for_everything() -> None:
    assert TASKS.keys() == set(get_args(Task))
    assert KINDS.keys() == set(get_args(PersonalKind))
    assert ACTIONS.keys() == set(get_args(Action))
