"""No task or language starves in silence: what a stage got less than half of is told, with what to
add."""

from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from gyogwa.pipelines.summary import print_summary
from gyogwa.schemas.curriculum import Task
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.plan import Plan
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.tasks.needs import NEEDS, what_to_add


def test_every_task_says_what_it_is_made_from() -> None:
    assert set(NEEDS) == set(get_args(Task))


def test_the_summary_lists_what_starves(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = RunLayout(str(finished))
    plan = parse_json(read_bytes(layout.plan), layout.plan, Plan)
    starved = [
        (stage.name, short)
        for stage in plan.stages
        for short in stage.shortages
        if short.what.startswith(("task ", "language ")) and 2 * short.given < short.asked
    ]
    assert starved
    print_summary(layout, Console(width=240))
    _, _, table = capsys.readouterr().out.partition("Less than half")
    lines = table.splitlines()
    for stage, short in starved:
        told = [line for line in lines if stage in line and f" {short.what} " in line]
        assert len(told) == 1
        assert f" {short.asked:,} " in told[0]
        assert f" {short.given:,} " in told[0]
        assert what_to_add(short.what, "would break" in short.why)[:20] in told[0]
    assert sum(" task " in line or " language " in line for line in lines) == len(starved)
