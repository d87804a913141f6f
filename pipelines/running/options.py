"""Beam's options from the command line, and which of them are refused."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TypeVar, cast

from apache_beam.options.pipeline_options import DebugOptions, PipelineOptions, StandardOptions
from apache_beam.runners.runner import create_runner

from gyogwa.pipelines.running.dataflow import with_workers
from gyogwa.pipelines.running.portable import with_defaults
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import is_url

_Group = TypeVar("_Group", bound=PipelineOptions)
_LOCAL = ("", "direct", "directrunner", "fnapi", "fnapirunner")
_REFUSED = {
    "dask": "silently skips writing",
    "switchingdirect": "tries to download another runner first",
    "bundlebaseddirect": "isn't what gyogwa is tested on",
    "pythonrpcdirect": "isn't what gyogwa is tested on",
    "testdirect": "is for Beam's own tests",
    "interactive": "is for notebooks",
    "eager": "isn't what gyogwa is tested on",
}


class _Options(PipelineOptions):
    """Beam's options, each group of them parsed once. Beam asks for a group at every step that it
    draws, and parses all flags anew each time: a third of the time that drawing takes. Views share
    their values either way."""

    def view_as(self, cls: type[_Group]) -> _Group:
        views = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return cast(_Group, views[cls])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GyogwaError(f"{message}; see gyogwa --help and Beam's options")


def _unknown(word: str) -> str:
    if word.startswith("-"):
        return f"unknown option {word!r}; see gyogwa --help and Beam's options"
    return (
        f"{word!r} belongs to no option; a run is named by --output DIR, an input by "
        "--input NAME=PATH"
    )


def beam_options(flags: list[str]) -> PipelineOptions:
    """Beam's options from command-line flags. Raises GyogwaError for flags that nobody knows and
    for those with which a run could lose or mix up rows."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    for group in sorted(PipelineOptions.__subclasses__(), key=lambda g: g.__name__):
        if "_add_argparse_args" in vars(group):
            with _tolerating_doubles():
                group._add_argparse_args(parser)
    _, unknown = parser.parse_known_args(flags)
    if unknown:
        raise GyogwaError(_unknown(unknown[0]))
    options = _Options(flags)
    name = _runner(options)
    reason = _REFUSED.get(name.removesuffix("runner"))
    if reason:
        said = options.view_as(StandardOptions).runner
        raise GyogwaError(
            f"--runner={said}: it {reason}; use DirectRunner, FlinkRunner or DataflowRunner"
        )
    if name not in _LOCAL:
        _try_runner(str(options.view_as(StandardOptions).runner))
        with_defaults(options, flags)
    if is_dataflow(options):
        with_workers(options)
    for experiment in options.view_as(DebugOptions).experiments or []:
        if experiment.startswith("data_buffer_time_limit_ms"):
            raise GyogwaError(
                f"--experiments={experiment}: workers that flush by the clock cut elements in two "
                "and lose some; leave it out"
            )
    return options


def _try_runner(name: str) -> None:
    try:
        create_runner(name)
    except ValueError:
        raise GyogwaError(
            f"--runner={name}: no such runner; use DirectRunner, FlinkRunner or DataflowRunner"
        ) from None
    except (ImportError, AttributeError) as error:
        raise GyogwaError(f"--runner={name}: it isn't installed ({error})") from None


def is_local(options: PipelineOptions) -> bool:
    """Whether the pipeline runs on this machine, in this process and its workers."""
    return _runner(options) in _LOCAL


def is_dataflow(options: PipelineOptions) -> bool:
    """Whether Google's Dataflow runs the pipeline."""
    return _runner(options).removesuffix("runner") == "dataflow"


def ocr_processes(options: PipelineOptions, given: int, cores: int) -> int:
    """How many OCR processes each of Beam's has: what is given, else one a core of this machine, or
    one where Beam runs a process a core elsewhere."""
    return given or (cores if is_local(options) else 1)


def refuse_local_paths(options: PipelineOptions, option: str, paths: Iterable[str]) -> None:
    """Raise GyogwaError when workers of Dataflow would look for a path of this machine. Workers of
    other runners may share a disk with it."""
    if not is_dataflow(options):
        return
    for path in paths:
        if not is_url(path):
            raise GyogwaError(
                f"{option} {path}: is on this machine, which workers of Dataflow don't see; give "
                "an address (gs://BUCKET/FOLDER)"
            )


def _runner(options: PipelineOptions) -> str:
    """The runner's name as Beam understands it: in any case, with or without its module."""
    name = options.view_as(StandardOptions).runner or ""
    return str(name).rsplit(".", 1)[-1].lower()


@contextmanager
def _tolerating_doubles() -> Iterator[None]:
    with suppress(argparse.ArgumentError):  # two of Beam's groups define the same flag
        yield
