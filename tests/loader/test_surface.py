"""What people take from `gyogwa.loader`, and what they hear when they give something else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gyogwa.loader
from gyogwa.loader import Budget, CurriculumLoader, StageLoader, Weights
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import MadeStage
from tests.loader.runs import write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("run")).parent


def test_everything_that_is_promised_is_there() -> None:
    for name in gyogwa.loader.__all__:
        assert getattr(gyogwa.loader, name).__name__ == name
    assert set(gyogwa.loader.__all__) == set(gyogwa.loader._HOMES) <= set(dir(gyogwa.loader))
    with pytest.raises(AttributeError, match="no attribute 'StageLoade'"):
        _ = gyogwa.loader.StageLoade


LIGHT = """
import sys
import gyogwa.loader
assert not {"torch", "pyarrow", "transformers", "datasets"} & set(sys.modules), "heavy"
sys.modules["torchvision"] = None
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "simplejpeg"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
importlib.util.find_spec, found = (lambda name: None), importlib.util.find_spec
gyogwa.loader.find_spec = importlib.util.find_spec
try:
    gyogwa.loader.StageLoader
except ModuleNotFoundError as error:
    print(error)
"""


def test_importing_it_is_light_and_missing_extras_are_named() -> None:
    found = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "gyogwa.loader.StageLoader needs torch, which isn't installed" in found.stdout
    assert "pip install 'gyogwa[loader]'" in found.stdout


def test_folders_open_what_they_hold(run: Path, stage: MadeStage) -> None:
    folder = stage.manifest.parent
    assert StageLoader(folder, batch_size=4).manifest.samples == len(stage.keys)
    assert len(CurriculumLoader(run, batch_size=4)) == 3 + 6 + 2
    for given in (run, str(run), run / "curriculum.json", f"file://{run}/"):
        with pytest.raises(GyogwaError) as caught:
            StageLoader(given, batch_size=4)
        said = str(caught.value)
        assert "a run of 3 stages with samples; give one of " in said
        assert f"{run}/stages/2-basic-sft/manifest.json" in said
        assert "3-empty" not in said
        assert "\n" not in said
    with pytest.raises(GyogwaError, match="a single stage; open it with StageLoader"):
        CurriculumLoader(stage.manifest, batch_size=4)
    with pytest.raises(GyogwaError, match=r"neither manifest\.json nor curriculum\.json is in"):
        StageLoader(run / "stages", batch_size=4)


def test_a_remote_folder_opens_too(stage: MadeStage) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(f"{stage.manifest.parent}/", "/surface/", recursive=True)
    loader = StageLoader("memory://surface", batch_size=4)
    expected = StageLoader(stage.manifest, batch_size=4)
    assert next(iter(loader)).keys == next(iter(expected)).keys


def test_unknown_arguments_are_told(run: Path) -> None:
    with pytest.raises(GyogwaError, match=r"no argument 'imagesize'; did you mean 'image_size'\?"):
        CurriculumLoader(run, batch_size=4, imagesize=3)
    with pytest.raises(GyogwaError, match="no argument 'xyz'; there are batch_size, "):
        CurriculumLoader(run, batch_size=4, xyz=3)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"batch_size": "4"}, "batch_size is '4'; it must be a whole number of at least 1"),
        ({"batch_size": 4.0}, "batch_size is 4.0; it must be a whole number"),
        ({"num_workers": "2"}, "num_workers is '2'; it must be a whole number of at least 0"),
        ({"batch_size": True}, "batch_size is True; it must be a whole number"),
        ({"seed": "0"}, "seed is '0'; it must be a whole number"),
        ({"seed": 0.5}, "seed is 0.5; it must be a whole number"),
        ({"shuffle": "no"}, "shuffle is 'no'; it must be True or False"),
        ({"drop_last": None}, "drop_last is None; it must be True or False"),
        ({"rank": "0", "world_size": "2"}, "rank is '0'; it must be a whole number"),
        ({"image_size": "448"}, "image_size is '448'; it must be a whole number of at least 1"),
        ({"image_size": 448.5}, "image_size is 448.5; it must be a whole number"),
        ({"tiles": 9}, "tiles is 9 of 384 pixels; give"),
        ({"tiles": "anyres_max_9", "tile_side": "384"}, "tile_side is '384'; it must be"),
        ({"max_bad_rate": "1%"}, "max_bad_rate is '1%'; it must be a number"),
        ({"temperature": "1"}, "temperature is '1'; it must be a number"),
        ({"weights": {"ocr": 2}}, "weights is .*; give Weights"),
        ({"dialect": ["varco"]}, "no dialect"),
        ({"storage_options": [1]}, "storage_options is .*; it must be a mapping by name"),
        ({"verify": "none"}, 'verify is \'none\'; choose "sha256" or "size"'),
        ({"cache_bytes": "2GB"}, "cache_bytes is '2GB'; it must be"),
        ({"start_method": "threads"}, "start_method is 'threads'; choose one of fork, spawn"),
    ]
    for settings, said in wrong:
        with pytest.raises(GyogwaError, match=said):
            StageLoader(run / "stages/2-basic-sft", **({"batch_size": 4} | settings))
    for name in ("epochs", "max_batches"):
        text: dict[str, Any] = {name: "2"}
        with pytest.raises(GyogwaError, match=f"stage .*: {name} is '2'; it must be a whole"):
            CurriculumLoader(run, batch_size=4, **text)
    with pytest.raises(GyogwaError, match=r"budget's limit is 1000\.0; it must be a whole number"):
        Budget(1000.0)  # type: ignore[arg-type]
    with pytest.raises(GyogwaError, match="the weight of ocr is '2'; it must be a number"):
        Weights(tasks={"ocr": "2"})  # type: ignore[dict-item]
    with pytest.raises(GyogwaError, match=r"tasks is \['ocr'\]; it must be a mapping by name"):
        Weights(tasks=["ocr"])  # type: ignore[arg-type]
    with pytest.raises(GyogwaError, match="epoch is -1; it must be a whole number of at least 0"):
        StageLoader(run / "stages/2-basic-sft", batch_size=4).set_epoch(-1)
    loader = CurriculumLoader(run, batch_size=4, shuffle=True, drop_last=True)
    validation = loader.validation_loader("basic-sft")
    assert validation is not None
    assert sum(len(batch) for batch in validation) == 7


def test_numbers_of_numpy_are_numbers(run: Path) -> None:
    stage = run / "stages/2-basic-sft"
    settings: dict[str, Any] = {"seed": np.int64(3), "shuffle": np.bool_(True)}
    loader = StageLoader(stage, batch_size=np.int64(4), **settings)  # type: ignore[arg-type]
    state = json.loads(json.dumps(loader.state_dict()))
    StageLoader(stage, batch_size=4, seed=3).load_state_dict(state)


def test_a_stage_of_no_batch_is_told_with_its_name(run: Path) -> None:
    nothing = run / "stages/3-empty"
    for size in (4, Budget(100)):
        with pytest.raises(GyogwaError, match=r"3-empty/manifest\.json: no sample to train on"):
            StageLoader(nothing, batch_size=size)
    assert list(StageLoader(nothing, batch_size=4, drop_last=False)) == []
    with pytest.raises(GyogwaError, match=r"1-feature-.*: the stage has 13 samples, fewer than"):
        CurriculumLoader(run, batch_size=64)
    with pytest.raises(GyogwaError, match=r"1-feature-.*: .* 13 samples, fewer than the budget's"):
        CurriculumLoader(run, batch_size=Budget(100, least=64))
