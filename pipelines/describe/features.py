"""The columns of a stage as `datasets` writes them in a card's head.

With them one config can hold every series of a stage: without, `datasets` fixes columns and types
on the first samples and stops at a sample of another shape. What a sample hasn't got is null.

Source of the form: `Features._to_yaml_list` of the datasets library, which a test compares with.
"""

from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from gyogwa.schemas.sample_json import SampleEntry

_TYPES = {str: "string", int: "int64", float: "float64", bool: "bool"}


def features_of(members: list[str]) -> list[dict[str, Any]]:
    """Columns of samples with images of these suffixes, such as "jpg" or "0.png"."""
    columns: list[dict[str, Any]] = [{"name": name, "dtype": "image"} for name in members]
    columns.append({"name": "json", **_column(SampleEntry)})
    return [*columns, *({"name": name, "dtype": "string"} for name in ("__key__", "__url__"))]


def _column(kind: Any) -> dict[str, Any]:
    """What stands beside a column's name, by the type of its values."""
    if get_origin(kind) is list:
        (inside,) = get_args(kind)
        column = _column(inside)
        return {"list": column.get("dtype") or column.get("struct") or [column]}
    if get_origin(kind) is Literal:
        return {"dtype": _TYPES[type(get_args(kind)[0])]}
    if alternatives := [found for found in get_args(kind) if found is not NoneType]:
        (only,) = alternatives
        return _column(only)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields.items()
        return {"struct": [{"name": f.alias or n, **_column(f.annotation)} for n, f in fields]}
    return {"dtype": _TYPES[kind]}
