"""The JSON that a file begins with, from its first bytes alone."""

import re
from typing import Any

import ijson
from ijson.common import ObjectBuilder

_NO_NUMBER = re.compile(r"([:,\[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])")
"""What Python writes where there is no number."""


def json_head(text: str) -> Any:
    """The value that begins there, with what of it has come by the end of the text; None where no
    JSON object or list begins.

    >>> json_head('{"images": [{"id": 1, "file')
    {'images': [{'id': 1}]}
    """
    builder = ObjectBuilder()
    try:
        for event, value in ijson.basic_parse(
            _NO_NUMBER.sub(r"\1null", text.lstrip("\ufeff \r\n\t")).encode(), use_float=True
        ):
            builder.event(event, value)
    except (ijson.JSONError, UnicodeError, ValueError, RecursionError):
        pass  # it ends in the middle, or it never was JSON
    value = getattr(builder, "value", None)
    return value if isinstance(value, dict | list) else None
