"""Read YAML and JSON into the models, with errors that say file, field, value and a way out."""

import difflib
import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.errors import GyogwaError

M = TypeVar("M", bound=BaseModel)


def load_yaml(path: Path, model: type[M]) -> M:
    """Read a YAML file as `model`. Raises GyogwaError naming every mistake."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GyogwaError(f"{path}: no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise GyogwaError(f"{path}: not valid YAML: {error}") from error
    return parse(data, str(path), model)


def parse_json(text: bytes, where: str, model: type[M]) -> M:
    """Read JSON bytes as `model`; `where` names their origin in errors."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise GyogwaError(f"{where}: not valid JSON: {error}") from error
    return parse(data, where, model)


def parse(data: Any, where: str, model: type[M]) -> M:
    """Check plain data against `model`. Raises GyogwaError, one line a mistake."""
    if isinstance(data, dict) and data.get("schema_version", 1) != 1:
        raise GyogwaError(
            f"{where}: schema_version {data['schema_version']!r}, this release reads 1; "
            "use the release that wrote it, or build again"
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [_explain(detail, where, model) for detail in error.errors()]
        raise GyogwaError("\n".join(lines)) from error


def _explain(detail: ErrorDetails, where: str, model: type[BaseModel]) -> str:
    place = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).lstrip(".")
    if detail["type"] == "extra_forbidden":
        name = str(detail["loc"][-1])
        close = difflib.get_close_matches(name, sorted(_field_names(model)), n=1)
        hint = f"did you mean {close[0]!r}?" if close else "remove it"
        return f"{where}: {place}: unknown field {name!r}; {hint}"
    return f"{where}: {place or 'file'}: {detail['msg']} (found {_short(detail['input'])})"


def _field_names(model: type[BaseModel]) -> set[str]:
    """Every property name in the model's JSON Schema, nested ones included."""
    names: set[str] = set()
    stack: list[Any] = [model.model_json_schema()]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return names


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
