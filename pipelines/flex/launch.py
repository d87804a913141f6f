"""A Flex Template's launcher: parameters to the command line that they mean.

Dataflow starts it in the same image as the workers, with the template's parameters and its own
options (project, region, temp_location, job_name …), all as `--NAME=VALUE`.
"""

import os
import shlex

from gyogwa.pipelines.flex.metadata import COMMANDS, is_repeated, is_switch, options_of
from gyogwa.schemas.errors import GyogwaError

_YES, _NO = ("true", "1", "yes"), ("false", "0", "no", "")


def main(flags: list[str]) -> int:
    """Run the command that the parameters name."""
    from gyogwa.pipelines.cli import main as command_line
    from gyogwa.pipelines.running.ending import say

    try:
        arguments = arguments_of(flags, os.environ.get("SDK_CONTAINER_IMAGE", ""))
    except GyogwaError as error:
        say(str(error))
        return 1
    return command_line(arguments)


def arguments_of(flags: list[str], image: str = "") -> list[str]:
    """The command line. `image`: of the workers, where no option names it. Raises GyogwaError for
    parameters that can't be meant."""
    given = [flag.removeprefix("--").partition("=") for flag in flags]
    command = next((value for name, _, value in given if name == "command"), "")
    if command not in COMMANDS:
        raise GyogwaError(f"command {command!r}: expected one of {', '.join(COMMANDS)}")
    options, found = options_of(command), [command, "--log_format=json"]
    for name, _, value in given:
        if name == "command":
            continue
        action = options.get(name)
        if action is None:
            found.append(f"--{name}={value}" if value else f"--{name}")  # Beam's
        elif is_switch(action):
            found += _switch(name, value)
        elif is_repeated(action):
            found += [flag for each in _several(name, value) for flag in (f"--{name}", each)]
        elif value:
            found.append(f"--{name}={value}")
    names = {name for name, _, _ in given}
    if "runner" not in names:
        found.append("--runner=DataflowRunner")
    if image and not {"sdk_container_image", "worker_harness_container_image"} & names:
        found.append(f"--sdk_container_image={image}")
    return found


def _switch(name: str, value: str) -> list[str]:
    if value.lower() not in (*_YES, *_NO):
        raise GyogwaError(f"{name} {value!r}: expected true or false")
    return [f"--{name}"] if value.lower() in _YES else []


def _several(name: str, value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise GyogwaError(f"{name} {value!r}: {error}; quote it as in a shell") from error
