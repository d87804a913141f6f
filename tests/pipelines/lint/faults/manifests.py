"""Faults in `curriculum.json`, in the manifests, and in what lies beside them."""

import shutil
from functools import partial
from typing import Any

from gyogwa.schemas.samples import IndexRow
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.forgery import Forgery
from tests.pipelines.lint.sealing import Json, rehash_run, write

CURRICULUM = "curriculum.json"


@fault("manifest_unreadable")
def manifest_gone(run: Forgery) -> str:
    run.path("stages/1-align/manifest.json").unlink()
    return "stages/1-align/manifest.json"


@fault("manifest_unreadable")
def manifest_with_an_unknown_field(run: Forgery) -> str:
    return run.edit_manifest("1-align", lambda manifest: manifest.update(colour="red"))


@fault("manifest_unreadable")
def validation_manifest_gone(run: Forgery) -> str:
    run.path("stages/2-sft/validation/manifest.json").unlink()
    return "stages/2-sft/validation/manifest.json"


@fault("stage_list")
def stages_in_another_order(run: Forgery) -> str:
    run.edit_json(CURRICULUM, lambda found: found["stages"].reverse())
    rehash_run(run.run)
    return CURRICULUM


@fault("stage_list")
def stage_gone(run: Forgery) -> str:
    run.edit_json(CURRICULUM, lambda found: found["stages"].pop())
    rehash_run(run.run)
    return CURRICULUM


@fault("run_fingerprint")
def fingerprint_of_another_run(run: Forgery) -> str:
    return run.edit_json(CURRICULUM, lambda found: found.update(fingerprint="0" * 32))


@fault("run_fingerprint")
def seed_changed_afterwards(run: Forgery) -> str:
    return run.edit_json(CURRICULUM, lambda found: found["curriculum"].update(seed=4))


def _entry(run: Forgery, **values: Any) -> str:
    run.edit_json(CURRICULUM, lambda found: found["stages"][1].update(values))
    rehash_run(run.run, entries=False)
    return CURRICULUM


faults(
    "stage_entry",
    samples_of_the_entry=partial(_entry, samples=7),
    fingerprint_of_the_entry=partial(_entry, fingerprint="0" * 32),
)


@fault("stage_fingerprint")
def fingerprint_of_another_stage(run: Forgery) -> str:
    name = run.edit_manifest(
        "3-advanced", lambda manifest: manifest.update(fingerprint="0" * 32), sealed=False
    )
    rehash_run(run.run)
    return name


@fault("stage_fingerprint")
def fingerprint_of_another_validation(run: Forgery) -> str:
    return run.edit_manifest(
        "2-sft/validation", lambda manifest: manifest.update(fingerprint="0" * 32), sealed=False
    )


def _setting(run: Forgery, **values: Any) -> str:
    return run.edit_manifest("1-align", lambda manifest: manifest.update(values))


faults(
    "stage_settings",
    name=partial(_setting, name="aligned"),
    number=partial(_setting, number=2),
    split=partial(_setting, split="validation"),
    objective=partial(_setting, objective="preference"),
    trains=partial(_setting, trains=["language_model"]),
    token_count=partial(_setting, token_count="bytes"),
    tiles=partial(_setting, tiles="anyres_max_4"),
    tile_side=partial(_setting, tile_side=448),
)


def _without_samples(run: Forgery, stage: str) -> str:
    for path in run.path(f"stages/{stage}").glob("*.tar"):
        path.unlink()
    run.write_rows(IndexRow, f"stages/{stage}/index.parquet", [])
    run.seal(stage)
    return f"stages/{stage}/manifest.json"


faults("empty_stage", empty_stage=partial(_without_samples, stage="4-preference"))


@fault("validation_missing")
def validation_not_listed(run: Forgery) -> str:
    return run.edit_json(CURRICULUM, lambda found: found["stages"][3].update(validation=None))


@fault("validation_missing")
def validation_of_another_stage(run: Forgery) -> str:
    other = "stages/2-sft/validation/manifest.json"
    return run.edit_json(CURRICULUM, lambda found: found["stages"][3].update(validation=other))


@fault("shard_listed_twice")
def shard_listed_twice(run: Forgery) -> str:
    return run.edit_manifest(
        "4-preference", lambda manifest: manifest["shards"].append(manifest["shards"][0])
    )


def _another_file(run: Forgery, name: str) -> str:
    write(run.path(name), b"left behind")
    return name


faults(
    "leftover_file",
    unfinished_file=partial(_another_file, name="catalog/.incomplete-abcd1234"),
    unfinished_shard=partial(_another_file, name="stages/2-sft/.incomplete-abcd1234"),
    pending_manifest=partial(_another_file, name="stages/2-sft/manifest.pending.json"),
)
faults(
    "unlisted_file",
    stage_of_another_curriculum=partial(_another_file, name="stages/9-old/old-00000.tar"),
)


@fault("unlisted_file")
def shard_that_no_manifest_lists(run: Forgery) -> str:
    first = next(run.path("stages/2-sft").glob("*.tar"))
    shutil.copy(first, first.with_name("sft-single-jpg-00007.tar"))
    return "stages/2-sft/sft-single-jpg-00007.tar"


def _number(run: Forgery, split: str = "2-sft", **values: Any) -> str:
    return run.edit_manifest(split, lambda manifest: manifest.update(values))


def _index_rows(run: Forgery) -> str:
    return run.edit_manifest("2-sft", lambda manifest: manifest["index"].update(rows=3))


def _share(run: Forgery, **values: Any) -> str:
    return run.edit_manifest("2-sft", lambda manifest: manifest["mixture"][0].update(values))


def _task_more(run: Forgery) -> str:
    def change(manifest: Json) -> None:
        more = {"task": "doc_qa", "asked": 0.0, "draws": 0, "share": 0.0}
        manifest["mixture"].append(more)

    return run.edit_manifest("2-sft", change)


def _source(run: Forgery, split: str, **values: Any) -> str:
    return run.edit_manifest(split, lambda manifest: manifest["sources"][0].update(values))


faults("index_rows", samples=partial(_number, samples=3), rows_of_the_index=_index_rows)
faults("draws", draws=partial(_number, draws=3))
faults("tokens", tokens=partial(_number, tokens=3))
faults("questions", questions=partial(_number, questions=3))
faults("stage_bytes", bytes_of_the_stage=partial(_number, bytes=3))
faults(
    "mixture",
    share_asked=partial(_share, asked=0.5),
    share_drawn=partial(_share, draws=1),
    share=partial(_share, share=0.5),
    task_more=_task_more,
    task_less=partial(_number, mixture=[]),
)
faults(
    "sources",
    licence_of_a_source=partial(_source, split="2-sft", licence="MIT"),
    samples_of_a_source=partial(_source, split="3-advanced", samples=1),
    sources_of_the_validation=partial(_number, split="2-sft/validation", sources=[]),
)
faults(
    "replay_count",
    replays=partial(_number, split="3-advanced", replays={"sft": 1}),
    replays_in_validation=partial(_number, split="3-advanced/validation", replays={"sft": 0}),
)


@fault("tokens_unchecked")
def tokenizer_gone(run: Forgery) -> str:
    path = "/no/such/tokenizer.json"
    run.edit_stage(1, tokens={"count": "tokenizer", "tokenizer": path})
    for split in ("1-align", "1-align/validation"):
        run.edit_manifest(split, lambda manifest: manifest.update(token_count=path))
    return "stages/1-align/manifest.json"


def _asked(run: Forgery, number: int, **settings: Any) -> str:
    return run.edit_stage(number, **settings)


faults("max_samples", more_than_asked=partial(_asked, number=3, max_samples=2))
faults(
    "token_budget",
    more_tokens_than_asked=partial(_asked, number=2, tokens={"budget": 100}),
)


@fault("sample_too_long")
def longer_than_asked(run: Forgery) -> str:
    run.edit_stage(4, tokens={"max_per_sample": 10})
    return "stages/4-preference/index.parquet: "


faults("stage_settings", trains_more_than_asked=partial(_asked, number=4, trains=["projector"]))


@fault("description")
def card_written_in(run: Forgery) -> str:
    """A data card that somebody went on writing in."""
    path = run.path("README.md")
    text = path.read_text(encoding="utf-8")
    path.unlink()  # it is a link to the good run's
    path.write_text(text + "Ours.\n", encoding="utf-8")
    return "README.md"


@fault("description")
def croissant_missing(run: Forgery) -> str:
    run.path("croissant.json").unlink()
    return "croissant.json"
