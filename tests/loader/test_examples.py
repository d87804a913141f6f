"""The example training loops run, learn, share samples over ranks, and go on after a kill."""

import copy
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from gyogwa.loader import CurriculumLoader
from gyogwa.loader.examples import train_tiny
from gyogwa.loader.examples.tiny_loss import dpo_loss, sft_loss
from gyogwa.loader.examples.tiny_model import TinyModel
from tests.loader.runs import write_run

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small run."""
    return write_run(tmp_path_factory.mktemp("run")).parent


def test_only_what_a_stage_trains_gets_gradients(run: Path) -> None:
    model = TinyModel()
    for stage, batch in CurriculumLoader(run / "curriculum.json", batch_size=5):
        model.zero_grad()
        model.train_only(stage.trains)
        preference = stage.objective == "preference"
        loss = (
            dpo_loss(model, copy.deepcopy(model), batch) if preference else sft_loss(model, batch)
        )
        if preference:
            assert loss.item() == pytest.approx(math.log(2), abs=1e-4)
        loss.backward()  # type: ignore[no-untyped-call]
        trained = {
            name
            for name, module in model.named_children()
            if any(p.grad is not None and p.grad.abs().sum() > 0 for p in module.parameters())
        }
        assert trained == set(stage.trains)


def test_a_model_that_knows_nothing_finds_all_bytes_as_likely(run: Path) -> None:
    model = TinyModel()
    with torch.no_grad():
        model.language_model.head.weight.zero_()
    _, batch = next(iter(CurriculumLoader(run / "curriculum.json", batch_size=5)))
    assert sft_loss(model, batch).item() == pytest.approx(math.log(258), abs=1e-4)


def test_ranks_of_a_process_group_share_the_samples(run: Path) -> None:
    # the system picks a port for the store that the ranks meet in, which no other process can have
    distributed: Any = torch.distributed
    store = distributed.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(store.port)}
    # as for ranks that torchrun starts, which has the store itself
    shared = ENVIRONMENT | meeting | {"WORLD_SIZE": "2", "GLOO_SOCKET_IFNAME": "lo"}
    shared |= {"TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "0"}
    command = [sys.executable, "-m", "gyogwa.loader.examples.ddp", str(run)]
    ranks = [
        subprocess.Popen(
            command, cwd=ROOT, env=shared | {"RANK": str(rank)}, stdout=subprocess.PIPE, text=True
        )
        for rank in range(2)
    ]
    lines = [read(process.communicate(timeout=600)[0]) for process in ranks]
    assert [process.returncode for process in ranks] == [0, 0]
    assert [line["weights"] for line in lines[0]] == [line["weights"] for line in lines[1]]
    keys = [key for rank in lines for line in rank for key in line["keys"]]
    assert len(keys) == len(set(keys)) == 12 + 24


def trained(
    capsys: pytest.CaptureFixture[str], folder: Path, *options: str
) -> list[dict[str, Any]]:
    """What a training in this process says."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            assert train_tiny.main([str(folder), *options]) == 0
    finally:
        torch.set_num_threads(threads)
    return read(capsys.readouterr().out)


def train(folder: Path, checkpoint: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gyogwa.loader.examples.train_tiny", str(folder)]
    command += ["--checkpoint", str(checkpoint), *options]
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_killed_training_goes_on_exactly_and_learns(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--batch_size", "4", "--save_every", "7", "--max_batches", "30")
    expected = trained(capsys, built, "--checkpoint", str(tmp_path / "whole.pt"), *options)

    killed = train(built, tmp_path / "killed.pt", *options)
    assert killed.stdout is not None
    found: dict[int, dict[str, Any]] = {}
    for line in killed.stdout:  # to its end: it goes on until the kill reaches it
        entry = json.loads(line)
        found[entry["step"]] = entry
        if entry["step"] == 24:
            killed.kill()
    killed.wait()
    killed.stdout.close()
    goes_on = ("--checkpoint", str(tmp_path / "killed.pt"), *options)
    for entry in trained(capsys, built, *goes_on, "--stop_after", "31"):
        assert entry["step"] > 14
        found[entry["step"]] = entry
    for entry in trained(capsys, built, *goes_on):
        found[entry["step"]] = entry

    assert [(e["stage"], e["keys"]) for _, e in sorted(found.items())] == [
        (e["stage"], e["keys"]) for e in expected
    ]
    losses = [entry["loss"] for entry in expected if entry["stage"].endswith("sft")]
    resumed = [found[entry["step"]]["loss"] for entry in expected]
    assert resumed == pytest.approx([entry["loss"] for entry in expected], rel=1e-3)
    assert statistics.mean(losses[-10:]) < 0.6 * statistics.mean(losses[:10])


@pytest.mark.filterwarnings("ignore")  # Lightning has much to advise
def test_lightning_goes_on_after_its_checkpoint(run: Path, tmp_path: Path) -> None:
    lightning = pytest.importorskip("lightning", exc_type=ImportError)
    save = lightning.pytorch.callbacks.ModelCheckpoint(tmp_path, every_n_train_steps=5)
    from gyogwa.loader.examples.lightning_module import CurriculumModule

    def fit(steps: int, checkpoint: Path | None) -> list[list[str]]:
        data = CurriculumLoader(run / "curriculum.json", batch_size=4, max_batches=4)
        module = CurriculumModule(data)
        trainer = lightning.Trainer(
            max_epochs=-1, max_steps=steps, accelerator="cpu", logger=False,
            callbacks=[] if checkpoint else [save],
            enable_checkpointing=not checkpoint, enable_progress_bar=False,
            enable_model_summary=False, default_root_dir=tmp_path,
        )  # fmt: skip
        trainer.fit(module, ckpt_path=checkpoint, weights_only=False)
        return module.keys

    whole = fit(8, None)
    (checkpoint,) = tmp_path.glob("*.ckpt")
    assert len(whole) == 8
    assert whole[:5] + fit(8, checkpoint) == whole


def test_hugging_face_trainer_goes_on_after_its_checkpoint(run: Path, tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    transformers = pytest.importorskip("transformers")
    from gyogwa.loader.examples.hf_trainer import CurriculumTrainer

    def fit(steps: int, resume: bool) -> list[list[str]]:
        data = CurriculumLoader(run / "curriculum.json", batch_size=4, max_batches=4)
        arguments = transformers.TrainingArguments(
            str(tmp_path / "saved"), max_steps=steps, ignore_data_skip=True, save_steps=5,
            remove_unused_columns=False, report_to=[], use_cpu=True, disable_tqdm=True,
        )  # fmt: skip
        trainer = CurriculumTrainer(data, model=TinyModel(), args=arguments)
        trainer.train(resume_from_checkpoint=resume)
        return trainer.keys

    whole = fit(8, resume=False)
    shutil.rmtree(tmp_path / "saved")
    first = fit(5, resume=False)
    assert len(first) == 5
    assert first + fit(8, resume=True) == whole
