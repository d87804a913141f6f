"""Text of data in Markdown that says just that text.

Names and licences come from data, and a page that shows Markdown takes HTML as well: whatever would
be either is escaped.
"""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_MARKUP = re.compile(r"[\\`*_\[\]|~!#]")


def plain(text: str) -> str:
    """A text that Markdown shows as it is, in one line.

    >>> plain("a|b <img src=x onerror=alert(1)> [c](javascript:d)")
    'a\\\\|b &lt;img src=x onerror=alert(1)&gt; \\\\[c\\\\](javascript:d)'
    """
    flat = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(lambda match: "\\" + match[0], flat)


@cache
def environment() -> Environment:
    """Templates of this folder, with the filter `md` for what comes from data."""
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    found.filters |= {"md": plain, "n": lambda number: f"{number:,}"}
    return found
