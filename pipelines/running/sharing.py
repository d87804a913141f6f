"""A local run of many images is shared out among worker processes, one a core.

Starting a worker takes some 5 CPU seconds, what travels is encoded for it, and the parent shuffles
alone. Assembling 2,000 small images took 15.7 CPU seconds in one process; with two workers the
parent took 8.4 and each worker 7.6, start-up included; 114 drawn pages took 19.1, or 10.0 and 9.8.
So a smaller run stays in one process. What a run writes is the same either way, and what waits
between its steps lies on disk (`slices`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions

from gyogwa.pipelines.running.options import is_local

PAYS_FROM = 2_000
"""Images to work on."""
_MOST = 8
"""Workers: beyond that the parent, which shuffles for all, is what they wait for."""
_CHOSEN = ("--direct_running_mode", "--direct_num_workers", "--direct_runner_bundle_repeat")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(options: PipelineOptions, images: int, there: int) -> int:
    """How many worker processes a run over so many images gets where so many cores are there; 1:
    none, it stays in this one. 0: what the options say, or another machine decides."""
    if not is_local(options) or any(flag.startswith(_CHOSEN) for flag in options._flags):
        return 0
    return min(there, _MOST) if images >= PAYS_FROM else 1


@contextmanager
def shared_out(options: PipelineOptions, images: int) -> Iterator[None]:
    """While the block runs, options that share a run over so many images out if that pays."""
    direct = options.view_as(DirectOptions)
    before = direct.direct_running_mode, direct.direct_num_workers
    workers = workers_for(options, images, cores())
    if workers > 1:
        direct.direct_running_mode, direct.direct_num_workers = "multi_processing", workers
    try:
        yield
    finally:
        direct.direct_running_mode, direct.direct_num_workers = before
