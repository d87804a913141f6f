"""The JSON Schema of a record type, as its rows lie in tables: an object with named fields."""

import inspect
import types
from typing import Any, Union, get_args, get_origin

from gyogwa.schemas.arrow import hints_of, literal_values
from gyogwa.schemas.row import Row

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def row_schema(record: type[Row]) -> dict[str, Any]:
    """A JSON Schema (2020-12) with the records it holds under `$defs`."""
    definitions: dict[str, Any] = {}
    schema = _object(record, definitions)
    if definitions:
        schema = {"$defs": dict(sorted(definitions.items())), **schema}
    return schema


def _object(record: type[Row], definitions: dict[str, Any]) -> dict[str, Any]:
    hints = hints_of(record)
    return {
        "title": record.__name__,
        "description": inspect.getdoc(record) or "",
        "type": "object",
        "properties": {name: _type(hint, definitions) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if literal_values(hint):
        return {"type": "string", "enum": sorted(literal_values(hint))}
    if get_origin(hint) is list:
        return {"type": "array", "items": _type(get_args(hint)[0], definitions)}
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = [part for part in get_args(hint) if part is not type(None)]
        return {"anyOf": [_type(inner, definitions), {"type": "null"}]}
    if hint.__name__ not in definitions:
        definitions[hint.__name__] = {}  # a record may not hold itself, but its parts may recur
        definitions[hint.__name__] = _object(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}
