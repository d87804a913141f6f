"""The commands by name: functions of the parsed arguments and Beam's flags to the exit code.

A module is imported when one of its commands runs, and what only that command needs in the command:
nobody needs the packages of the commands that he doesn't use.
"""

import argparse
from collections.abc import Callable
from importlib import import_module

Command = Callable[[argparse.Namespace, list[str]], int]

_MODULES = {
    "making": ("build", "ingest", "annotate", "assemble", "plan", "synthesize"),
    "looking": ("inspect", "lint", "stats", "cards", "report", "preview", "bench-loader"),
    "giving": ("export", "exam", "tests", "judge", "forget"),
}


def command(name: str) -> Command:
    """The command of a name that the parser knows."""
    module = next(module for module, names in _MODULES.items() if name in names)
    found: Command = getattr(import_module(f"{__name__}.{module}"), name.replace("-", "_"))
    return found
