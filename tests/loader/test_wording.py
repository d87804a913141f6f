"""A stage built in one dialect is loaded in others: text for text as built in them."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from gyogwa.loader import StageLoader
from gyogwa.schemas.curriculum import Stage, TaskSpec
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import IMAGE
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.turns import put_together
from gyogwa.transforms.shards.writer import entry_of
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.targets.sayable import dialects_of
from gyogwa.transforms.targets.saying import items_on
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.registry import drafts_of
from tests.loader.conftest import MadeStage, encoded, write_stage
from tests.transforms.tasks.pages import JOBS, pages_of

TASKS = ("ocr", "read", "ground", "refer", "caption", "doc_qa", "chain", "prefer")
SPEC = TaskSpec(per_image=3)


@dataclass(frozen=True)
class Written:
    """A sample as the shard writer lays it down."""

    key: str
    images: dict[str, bytes]
    text: bytes
    dialects: list[str]
    repeats: int = 1

    @property
    def members(self) -> list[tuple[str, bytes]]:
        return [*((f"{self.key}.{n}", data) for n, data in self.images.items()),
                (f"{self.key}.json", self.text)]  # fmt: skip


def stage_in(folder: Path, dialect: str, turns: int, old: bool = False) -> MadeStage:
    """The pages' questions in a dialect, at most so many a sample."""
    described = {"name": "s", "trains": ["projector"], "share": 1, "dialect": dialect}
    tasks = {task: {"per_image": 3} for task in TASKS}
    stage = Stage.model_validate(described | {"tasks": tasks, "turns": {"most": turns}})
    series: dict[str, list[Written]] = {"single-jpg": [], "single-jpg-preference": []}
    for page in pages_of(JOBS[0])[:1]:
        setting = Setting(SPEC, DIALECTS[dialect])
        samples = [
            sample_of([page], draft, stage, "train", task)
            for task in TASKS
            for draft in drafts_of(task, page, setting)
        ]
        alone = [sample for sample in samples if sample.chosen is not None]
        asked = put_together([s for s in samples if s.chosen is None], stage)
        for name, listed in zip(series, (asked, alone), strict=True):
            series[name] += [_written(sample, stage, page.annotation) for sample in listed]
    made = write_stage(folder, list(series.items()))  # type: ignore[arg-type]
    dialects = {sample.key: sample.dialects for listed in series.values() for sample in listed}
    made.change_index(lambda row: replace(row, dialects=dialects[row.key]))
    made.rewrite(dialect=dialect)
    return made


def _written(sample: Sample, stage: Stage, annotation):  # type: ignore[no-untyped-def]
    (image,) = sample.images
    entry = entry_of(sample, stage, {image.image_id: annotation})
    picture = _picture(image.width, image.height)
    sizes = [Size(image.width, image.height)]
    return Written(
        sample.key,
        {image.file: picture},
        entry.model_dump_json(by_alias=True).encode(),
        dialects_of(sample.questions, sizes, partial(items_on, annotation)),
    )


@cache
def _picture(width: int, height: int) -> bytes:
    return encoded("JPEG", width, height)


def loaded(made: MadeStage, **options: object) -> set[tuple[str, ...]]:
    """Every question with its answers, as if asked alone."""
    loader = StageLoader(made.manifest, batch_size=1, shuffle=False, **options)  # type: ignore[arg-type]
    found = set()
    for batch in loader:
        (turns,), (chosen,), (rejected,) = batch.conversations, batch.chosen, batch.rejected
        texts = [turn["content"].removeprefix(f"{IMAGE}\n") for turn in turns]
        assert turns[0]["content"].startswith(f"{IMAGE}\n")
        assert sum(turn["content"].count(IMAGE) for turn in turns) == 1
        found.add((*texts, chosen or "", rejected or ""))
    return found


def built(name: str, max_side: int | None = None) -> set[tuple[str, ...]]:
    return {
        (
            *(turn.content.removeprefix(f"{IMAGE}\n") for turn in draft.conversation),
            draft.chosen or "",
            draft.rejected or "",
        )
        for page in pages_of(JOBS[0])[:1]
        for task in TASKS
        for draft in drafts_of(task, page, Setting(SPEC, DIALECTS[name], max_side))
    }


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    return stage_in(tmp_path_factory.mktemp("apart"), "varco", 1)


@pytest.mark.parametrize("name", DIALECTS)
def test_what_is_loaded_is_what_would_have_been_built(apart: MadeStage, name: str) -> None:
    found, there = loaded(apart, dialect=name), built(name)
    pairs = {question for question in there if question[-1]}
    assert found - pairs == there - pairs  # pairs alike in a dialect give way to others
    assert found & pairs or not pairs


def test_questions_of_one_sample_are_all_said(tmp_path: Path) -> None:
    made = stage_in(tmp_path / "together", "varco", 16)
    several = loaded(made, dialect="internvl")
    one = {text for question in built("internvl") for text in question if not question[-1]}
    assert {text for question in several if not question[-1] for text in question} == one


def test_one_question_is_shown_an_epoch_where_models_take_one(tmp_path: Path) -> None:
    made = stage_in(tmp_path / "together", "varco", 16)
    there = {question for question in built("florence-2") if not question[-1]}
    loader = StageLoader(made.manifest, batch_size=1, dialect="florence-2")
    shown = []
    for _ in range(2 * len(there)):
        for batch in loader:
            (turns,) = batch.conversations
            assert len(turns) == 2
            texts = [turn["content"].removeprefix(f"{IMAGE}\n") for turn in turns]
            shown.append((*texts, "", ""))
    assert set(shown) == there
    again = StageLoader(made.manifest, batch_size=1, dialect="florence-2")
    again.set_epoch(1)
    assert [turn["content"] for batch in again for turn in batch.conversations[0]][1] == shown[
        len(loader)
    ][1]


@pytest.mark.parametrize("native", ["varco", "qwen2.5-vl"])
@pytest.mark.parametrize("option", ["image_size", "scale_long_side"])
def test_pixels_are_those_of_the_loaded_image(
    tmp_path: Path, apart: MadeStage, native: str, option: str
) -> None:
    made = apart if native == "varco" else stage_in(tmp_path / "pixels", native, 1)
    dialect: dict[str, Any] = {} if native == "qwen2.5-vl" else {"dialect": "qwen2.5-vl"}
    found, there = loaded(made, **{option: 500}, **dialect), built("qwen2.5-vl", 500)
    pairs = {question for question in there | found if question[-1]}
    assert found - pairs == there - pairs
    assert found != loaded(made, **dialect)


def test_tiles_have_no_pixels_of_the_whole_image(tmp_path: Path, apart: MadeStage) -> None:
    made = stage_in(tmp_path / "pixels", "qwen2.5-vl", 1)
    cases: list[tuple[MadeStage, dict[str, Any]]] = [(made, {}), (apart, {"dialect": "qwen2.5-vl"})]
    for manifest, options in cases:
        with pytest.raises(GyogwaError, match="pixels of the whole image"):
            StageLoader(manifest.manifest, batch_size=1, tiles="anyres_max_4", **options)


def test_samples_that_cannot_be_asked_are_left_out_and_counted(apart: MadeStage) -> None:
    loader = StageLoader(apart.manifest, batch_size=1, dialect="donut")
    assert loader.left_out == len(apart.keys) - len(loader) > 0
    tasks = {task for batch in loader for task in batch.tasks}
    assert tasks == {"ocr", "doc_qa"}
    state = StageLoader(apart.manifest, batch_size=1).state_dict()
    with pytest.raises(GyogwaError, match="dialect"):
        loader.load_state_dict(state)


def test_what_is_not_there_is_told_in_a_line(stage: MadeStage, own_stage: MadeStage) -> None:
    with pytest.raises(GyogwaError, match="no dialect 'qwen'; there are varco, "):
        StageLoader(stage.manifest, batch_size=1, dialect="qwen")
    _forget(own_stage)
    assert len(StageLoader(own_stage.manifest, batch_size=1)) == len(own_stage.keys)
    with pytest.raises(GyogwaError, match="written in one dialect, 'varco'"):
        StageLoader(own_stage.manifest, batch_size=1, dialect="qwen3-vl")


def _forget(made: MadeStage) -> None:
    """The index as a release before dialects were told wrote it."""
    path = made.manifest.parent / "index.parquet"
    pq.write_table(pq.read_table(path).drop_columns("dialects"), path)
    data = json.loads(made.manifest.read_bytes())
    made.rewrite(index=data["index"] | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
