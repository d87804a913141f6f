"""The parameters of the Flex Templates, as Dataflow reads them: one file a command.

    python -m gyogwa.pipelines.flex.metadata infra/dataflow/templates

They are made from the command line's options, so that the two can't differ. A parameter holds text:
an option that may be given several times is written as a shell would take it, values apart by
spaces ('scans=gs://b/scans "old=gs://b/of old"'), a switch as "true". Which command a template runs
is a parameter too, with one value. Format of the file:
https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates#metadata-parameters
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gyogwa.pipelines.arguments import parser

COMMANDS = ("ingest", "annotate", "assemble", "build")
_HERE_ONLY = {"help", "log_format", "metrics_file", "progress_seconds"}
"""Options that say nothing of the job: what the launcher prints, or where on its disk."""
_FOLDERS = {"output": "GCS_WRITE_FOLDER"}


def options_of(command: str) -> dict[str, argparse.Action]:
    """The options of a command that its template has, by name."""
    (commands,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    actions = commands.choices[command]._actions
    return {action.dest: action for action in actions if action.dest not in _HERE_ONLY}


def is_switch(action: argparse.Action) -> bool:
    """Whether an option has no value."""
    return action.nargs == 0


def is_repeated(action: argparse.Action) -> bool:
    """Whether an option may be given several times, or takes several values."""
    return isinstance(action, argparse._AppendAction | argparse._ExtendAction)


def metadata_of(command: str) -> dict[str, Any]:
    """The template of a command."""
    chosen = {
        "name": "command",
        "label": "Command",
        "helpText": "What is run.",
        "isOptional": False,
        "paramType": "ENUM",
        "enumOptions": [{"value": command}],
        "defaultValue": command,
    }
    (commands,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return {
        "name": f"gyogwa {command}",
        "description": str(commands.choices[command].description),
        "streaming": False,
        "parameters": [chosen, *map(_parameter, options_of(command).values())],
    }


def _parameter(action: argparse.Action) -> dict[str, Any]:
    text = str(action.help).replace("%%", "%")
    if is_repeated(action):
        text += "; several apart by spaces, quoted as in a shell"
    found: dict[str, Any] = {
        "name": action.dest,
        "label": action.dest.replace("_", " ").capitalize(),
        "helpText": f"{text[0].upper()}{text[1:]}.",
        "isOptional": not action.required,
        "paramType": _FOLDERS.get(action.dest, "TEXT"),
    }
    if is_switch(action):
        found |= {"paramType": "BOOLEAN", "defaultValue": "false"}
    elif action.choices:
        found |= {"paramType": "ENUM", "enumOptions": [{"value": c} for c in action.choices]}
        found["defaultValue"] = str(action.default)
    elif action.type in (int, float):
        number = "[0-9]+" if action.type is int else r"[0-9]+(\.[0-9]+)?"
        if action.default is None:  # not given is said with nothing
            found["regexes"] = [f"^({number})?$"]
        else:
            found |= {"regexes": [f"^{number}$"], "defaultValue": str(action.default)}
    return found


def text_of(command: str) -> str:
    """The file of a command."""
    return json.dumps(metadata_of(command), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for command in COMMANDS:
        (folder / f"{command}.json").write_text(text_of(command), "utf-8")


if __name__ == "__main__":
    main()
