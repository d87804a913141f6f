"""What every record type is: a frozen struct that travels as MessagePack and lies in tables.

Rows are `msgspec.Struct`s: immutable, compared by value, hashable where their fields are, and
encoded by position (an array, not a map), so that a row's bytes hold no names. Adding a field
therefore changes what travels; tables name their columns and have versions of their own
(`schemas.arrow`).
"""

from typing import Any

import msgspec


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False, forbid_unknown_fields=True):
    """A record. Its fields are text, numbers, booleans, other rows, lists of these, or None."""


def as_dict(row: Any) -> Any:
    """A row and the rows in it as plain dicts and lists, by field name; other values as they are.

    >>> from gyogwa.schemas.page import Line
    >>> as_dict([Line(0, 2, [0.0, 0.0, 1.0, 0.5])])
    [{'first': 0, 'last': 2, 'box': [0.0, 0.0, 1.0, 0.5], 'language': ''}]
    """
    if isinstance(row, Row):
        return {name: as_dict(getattr(row, name)) for name in row.__struct_fields__}
    if isinstance(row, list):
        return [as_dict(item) for item in row]
    return row
