"""Runs pipelines: which runner, with which options, and a progress bar while it lasts."""

import argparse
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from schemas.errors import GyogwaError
from transforms import progress

console = Console(stderr=True)
LOCAL = ("DirectRunner", "FnApiRunner", "")


def beam_options(flags: list[str]) -> PipelineOptions:
    """Beam's options from command-line flags. Raises GyogwaError for flags nobody knows."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for group in sorted(PipelineOptions.__subclasses__(), key=lambda g: g.__name__):
        if "_add_argparse_args" in vars(group):
            with _tolerating_doubles():
                group._add_argparse_args(parser)
    _, unknown = parser.parse_known_args(flags)
    if unknown:
        raise GyogwaError(f"unknown option {unknown[0]!r}; see gyogwa --help and Beam's options")
    options = PipelineOptions(flags)
    runner = options.view_as(StandardOptions).runner or ""
    if "dask" in runner.lower():
        raise GyogwaError(
            "--runner=DaskRunner: Beam's Dask runner silently skips writing; use DirectRunner, "
            "FlinkRunner or DataflowRunner"
        )
    return options


@contextmanager
def _tolerating_doubles() -> Iterator[None]:
    with suppress(argparse.ArgumentError):  # two of Beam's groups define the same flag
        yield


_OURS = re.compile(r"schemas\.errors\.GyogwaError: (.*?)(?: \[while running|\n|$)")


def is_local(options: PipelineOptions) -> bool:
    """Whether the pipeline runs in this process."""
    return (options.view_as(StandardOptions).runner or "") in LOCAL


def run_pipeline(
    build: Callable[[beam.Pipeline], None], options: PipelineOptions
) -> dict[str, int]:
    """Build and run a pipeline until it is finished; its counters as "namespace/name". Raises what
    made it fail."""
    if is_local(options):
        pipeline = beam.Pipeline(runner=_in_process(options), options=options)
    else:
        pipeline = beam.Pipeline(options=options)
    build(pipeline)
    try:
        result = pipeline.run()
        state = result.wait_until_finish()
    except RuntimeError as error:  # a worker's error comes with its traceback as text
        ours = _OURS.search(str(error))
        if ours:
            raise GyogwaError(ours[1]) from error
        raise
    if str(state) not in ("DONE", "PipelineState.DONE"):
        raise GyogwaError(f"the pipeline ended as {state}")
    counters: dict[str, int] = {}
    for found in result.metrics().query()["counters"]:  # one for each step
        name = f"{found.key.metric.namespace}/{found.key.metric.name}"
        counters[name] = counters.get(name, 0) + int(found.result or 0)
    return counters


def _in_process(options: PipelineOptions) -> beam.runners.runner.PipelineRunner:
    """The in-process portable runner: the stock DirectRunner tries to download another first.

    Workers in other processes see the options only through the provision info.
    """
    from apache_beam.portability.api import beam_provision_api_pb2
    from apache_beam.runners.portability.fn_api_runner import fn_runner
    from apache_beam.runners.portability.portable_runner import JobServiceHandle

    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    info = beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded)
    return fn_runner.FnApiRunner(provision_info=fn_runner.ExtendedProvisionInfo(info))


@contextmanager
def showing(what: str, total: int) -> Iterator[None]:
    """A progress bar of `transforms.progress` while the block runs."""
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    progress.restart(what)
    started = time.monotonic()
    bar = Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(0.2):
            bar.update(task, completed=progress.done(what))

    with bar:
        task = bar.add_task(what, total=total or None)
        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
    seconds = time.monotonic() - started
    console.print(f"{what:<9} {progress.done(what):,} done in {seconds:.1f} s")
