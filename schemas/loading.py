"""Read YAML and JSON into the models, with errors that say file, field, value and a way out."""

import difflib
import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gyogwa.schemas.errors import GyogwaError

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
        homes = _homes(model)
        close = difflib.get_close_matches(name, sorted(homes), n=1)
        hint = f"did you mean {close[0]!r}?" if close else "remove it"
        if name in homes:
            hint = f"it belongs {' or '.join(sorted(homes[name]))}"
        return f"{where}: {place}: unknown field {name!r}; {hint}"
    return f"{where}: {place or 'file'}: {detail['msg']} (found {_short(detail['input'])})"


def _homes(model: type[BaseModel]) -> dict[str, set[str]]:
    """For every field of the model and those nested in it: "under 'parent'", or "at the top"."""
    schema = model.model_json_schema()
    parts: dict[str, Any] = {
        f"#/$defs/{name}": part for name, part in schema.get("$defs", {}).items()
    }
    homes: dict[str, set[str]] = {name: {"at the top"} for name in schema.get("properties", {})}
    for owner in [schema, *parts.values()]:
        for name, field in owner.get("properties", {}).items():
            for reference in _references(field):
                for inner in parts[reference].get("properties", {}):
                    homes.setdefault(inner, set()).add(f"under {name!r}")
    return homes


def _references(node: Any) -> list[str]:
    """Every $ref in a piece of JSON Schema."""
    if isinstance(node, list):
        return [found for item in node for found in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if "$ref" in node else []
    return own + [found for value in node.values() for found in _references(value)]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
