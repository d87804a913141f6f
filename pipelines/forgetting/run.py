"""`gyogwa forget`: an image, a file or a source leaves a run, and can't come back.

In this order, so that what was cut off is finished by the same command again: the receipt, as a
tombstone; what is known of the inputs, and the tables of ingest and annotate, in place; then
everything that assemble wrote, made aside and put in place as a whole. `benchmarks/` stays: nothing
of it is in training.
"""

import os
from pathlib import Path

from gyogwa.pipelines.build import write_pages
from gyogwa.pipelines.forgetting.asked import By, Wanted, find_wanted
from gyogwa.pipelines.forgetting.listing import forget_in_listing, without_inputs
from gyogwa.pipelines.forgetting.stages import Changes, rewrite_stage
from gyogwa.pipelines.forgetting.tables import forget_in_ingest, forget_in_table, told
from gyogwa.pipelines.publish import run_fingerprint
from gyogwa.pipelines.run_folder.claim import ClaimedRun, claimed
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.forgotten import Forgotten, Receipt, RewrittenFile
from gyogwa.schemas.layout import ROOT_FILES, RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.schemas.plan import Plan, StagePlan
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.forgotten import read_forgotten, write_forgotten
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import read_rows, write_rows
from gyogwa.transforms.files.writing import write_bytes

_PAGES = ("cards/", *(name for name in ROOT_FILES if name != "plan.json"))
"""What is made anew from the stages as they are then."""


def forget(layout: RunLayout, by: By, value: str, source: str = "") -> Receipt:
    """Take it out of a run and give the receipt, which also lies in `forgotten.json`. Doing it
    again does nothing. Raises GyogwaError when nothing of the run is meant."""
    read_run(layout)  # is finished
    with claimed(layout, "forget") as claim:
        before = read_forgotten(layout)
        cut_off = next((r for r in before.receipts if not r.done), None)
        wanted = find_wanted(layout, by, value, source, cut_off)
        others = [r for r in before.receipts if r is not cut_off]
        receipt = wanted.receipt()
        write_forgotten(layout, Forgotten(receipts=[*others, receipt]))
        with claim.phase("forget", {"asked": by}):
            forget_in_listing(layout, wanted)
            if claim.marking:
                told = without_inputs(claim.marking.settings("ingest"), wanted)
                claim.marking.restate("ingest", told)
            forget_in_ingest(layout, wanted)
            changes = _republish(layout, claim, wanted)
        receipt = receipt.model_copy(update={**changes, "done": True})
        write_forgotten(layout, Forgotten(receipts=[*others, receipt]))
    return receipt


def _republish(layout: RunLayout, claim: ClaimedRun, wanted: Wanted) -> dict[str, object]:
    """Everything that assemble wrote, without it; gives what the receipt says of that."""
    listed = read_listed(layout.root).published
    changes = Changes()
    with claim.aside() as target:
        run = _without_source(read_run(layout), wanted.source)
        manifests = {
            path: rewrite_stage(layout, target, path.rpartition("/")[0], wanted, changes)
            for entry in run.stages
            for path in (entry.manifest, entry.validation)
            if path
        }
        run = _resealed(run, manifests)
        write_bytes(
            f"{target.root}/curriculum.json", (run.model_dump_json(indent=2) + "\n").encode()
        )
        if changes.samples or wanted.source:
            _plan(layout, target, run, wanted.source)
            changes.written.add("plan.json")
        if changes.samples:
            _tell(layout, target, wanted, changes)
        for path in listed.files:
            table, _, name = path.partition("/")
            if path in changes.written or path.startswith(_PAGES):
                continue
            old, new = f"{layout.root}/{path}", f"{target.root}/{path}"
            if name and forget_in_table(old, new, table, wanted):
                changes.written.add(path)
            else:
                _same(old, new)
        write_pages(layout, target, run)
        claim.publish(listed.settings)
    after = read_listed(layout.root).published.files
    files = [
        RewrittenFile(
            file=path,
            before=listed.files[path].sha256 if path in listed.files else "",
            after=after[path].sha256 if path in after else "",
        )
        for path in sorted(listed.files.keys() | after.keys())
    ]
    changed = [file for file in files if file.before != file.after]
    return {"samples": changes.samples, "files": changed}


def _same(old: str, new: str) -> None:
    """The same bytes under another name; on a local disk the same file."""
    if is_url(old):
        write_bytes(new, read_bytes(old))
        return
    Path(new).parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        write_bytes(new, read_bytes(old))


def _without_source(run: CurriculumManifest, source: str) -> CurriculumManifest:
    """The same with a curriculum that asks nothing of a source."""
    stages = [
        stage.model_copy(
            update={"sources": {k: v for k, v in stage.sources.items() if k != source}}
        )
        for stage in run.curriculum.stages
    ]
    return run.model_copy(
        update={"curriculum": run.curriculum.model_copy(update={"stages": stages})}
    )


def _resealed(run: CurriculumManifest, manifests: dict[str, StageManifest]) -> CurriculumManifest:
    entries = [
        entry.model_copy(
            update={
                "samples": manifests[entry.manifest].samples,
                "fingerprint": manifests[entry.manifest].fingerprint,
            }
        )
        for entry in run.stages
    ]
    fingerprint = run_fingerprint(run.curriculum, run.engine, entries)
    earlier = run.earlier if fingerprint == run.fingerprint else [*run.earlier, run.fingerprint]
    update = {"stages": entries, "fingerprint": fingerprint, "earlier": earlier}
    return run.model_copy(update=update)


def _plan(layout: RunLayout, target: RunLayout, run: CurriculumManifest, source: str) -> None:
    """`plan.json` with the numbers of what is left; what was there stays as it was, but for a
    `source` that is forgotten."""
    plan = parse_json(read_bytes(layout.plan), layout.plan, Plan)
    stages = []
    for stage, entry in zip(plan.stages, run.stages, strict=True):
        rows = _rows_of(layout, target, entry.manifest)
        held_out = _rows_of(layout, target, entry.validation) if entry.validation else []
        stages.append(_unnamed(_left(stage, rows, held_out), source))
    text = plan.model_copy(update={"stages": stages}).model_dump_json(indent=2) + "\n"
    write_bytes(target.plan, text.encode())


def _rows_of(layout: RunLayout, target: RunLayout, manifest: str) -> list[IndexRow]:
    path = f"{manifest.rpartition('/')[0]}/index.parquet"
    root = target.root if exists(f"{target.root}/{path}") else layout.root
    return list(read_rows(IndexRow, f"{root}/{path}"))


def _left(stage: StagePlan, rows: list[IndexRow], held_out: list[IndexRow]) -> StagePlan:
    own = [row for row in rows if not row.shard.startswith("../")]
    again = [row for row in rows if row.shard.startswith("../")]
    draws: dict[tuple[str, str, str], int] = {}
    for row in own:
        for task in row.questions:
            key = (task, row.language, row.source)
            draws[key] = draws.get(key, 0) + row.repeats
    strata = [
        s.model_copy(update={"draws": draws.get((s.task, s.language, s.source), 0)})
        for s in stage.strata
    ]
    return stage.model_copy(
        update={
            "strata": strata,
            "draws": sum(draws.values()),
            "samples": sum(len(row.questions) for row in own),
            "replayed": min(stage.replayed, sum(len(row.questions) for row in again)),
            "validation": sum(len(row.questions) for row in held_out),
        }
    )


def _unnamed(stage: StagePlan, source: str) -> StagePlan:
    """A stage's plan without the strata of a source, nor what it has too little or too much of."""
    strata = [s for s in stage.strata if s.source != source]
    named = (f"source {source}", f"source {source} (cap)")
    shortages = [s for s in stage.shortages if s.what not in named]
    return stage.model_copy(update={"strata": strata, "shortages": shortages})


def _tell(layout: RunLayout, target: RunLayout, wanted: Wanted, changes: Changes) -> None:
    """The step "forget" in the ledger and among the rejects, in parts of its own, which the next
    assemble replaces like the others."""
    rows, rejects = told(changes.told, wanted)
    ledger = f"{target.root}/ledger/assemble-{_FORGET}.parquet"
    reasons = f"{target.root}/rejects/assemble-{_FORGET}.parquet"
    before_rows, before_rejects = (
        f"{layout.root}/ledger/assemble-{_FORGET}.parquet",
        f"{layout.root}/rejects/assemble-{_FORGET}.parquet",
    )
    if exists(before_rows):  # an earlier act of forgetting
        rows = [*read_rows(LedgerRow, before_rows), *rows]
        rejects = [*read_rows(Reject, before_rejects), *rejects]
    write_rows(LedgerRow, ledger, rows)
    write_rows(Reject, reasons, sorted(rejects, key=lambda r: (r.unit, r.id)))
    changes.written |= {p.removeprefix(f"{target.root}/") for p in (ledger, reasons)}


_FORGET = "999999"
"""The number of the parts that forgetting adds; assemble counts from 00 and never gets there."""
