"""Licences as sources call them, to one name each.

SPDX identifiers and expressions where there are some (`license-expression` has the list), `KOGL-0`
to `KOGL-4` and `KOGL-AI` for 공공누리, `AI-Hub` for its terms, `unknown` for nothing. Another text
stays as it was said: a name isn't guessed, and a version isn't added.
"""

import re
from functools import cache
from typing import Any

UNKNOWN = "unknown"
_NOTHING = re.compile(r"(?:unknown|none|n/?a|other|unlicensed\??|미상|없음|불명|모름|-|\?)?", re.I)
_KOGL = re.compile(r"KOGL|공공\s?누리", re.I)
_KOGL_TYPE = re.compile(
    r"(?:제\s?)?([0-4])\s?유형|type[\s_-]*([0-4])|KOGL[\s_-]*([0-4])(?!\d)", re.I
)
_KOGL_AI = re.compile(r"(?<![A-Za-z])AI(?![A-Za-z])|인공지능", re.I)
_AIHUB = re.compile(r"AI[\s_-]?Hub|aihub\.or\.kr|AI\s?허브", re.I)
_CC = re.compile(
    r"(?:CC|creative\s?commons)?[\s_-]*(BY(?:[\s_-]+(?:NC|SA|ND))*)[\s_-]*v?(\d\.\d)?"
    r"(?:[\s_-]*(KR|International|Unported|IGO))?",
    re.I,
)
_CC_URL = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)\S*",
    re.I,
)
_ALIASES = {
    "apache 2": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0", "mit license": "MIT", "cc0": "CC0-1.0",
    "cc 0": "CC0-1.0", "cc0 1.0": "CC0-1.0", "odc by": "ODC-By-1.0", "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0", "cdla permissive 2.0": "CDLA-Permissive-2.0",
}  # fmt: skip


@cache
def normal(said: str) -> str:
    """The one name of what a source says.

    >>> normal("cc by-sa 4.0"), normal("공공누리 제1유형"), normal("MIT and apache 2.0")
    ('CC-BY-SA-4.0', 'KOGL-1', 'MIT AND Apache-2.0')
    """
    text = " ".join(said.split())
    if _NOTHING.fullmatch(text):
        return UNKNOWN
    if _KOGL.search(text):
        return _kogl(text)
    if _AIHUB.search(text):
        return "AI-Hub"
    alone = _alone(text)
    if alone:
        return alone
    parts = re.split(r"(\s+(?:and|or)\s+|[()])", text, flags=re.I)
    names = "".join(_part(part) for part in parts)
    tree = parsed(names)
    return str(tree) if tree is not None and tree.literals != [tree] else text


def _part(part: str) -> str:
    word = part.strip()
    if word.lower() in ("and", "or"):
        return f" {word.upper()} "
    return part if word in ("", "(", ")") else part.replace(word, _alone(word) or word)


def _alone(text: str) -> str:
    """The name of one licence; "" when it is none that is known."""
    plain = re.sub(r"[\s_-]+", " ", text.lower())
    if plain in _ALIASES:
        return _ALIASES[plain]
    if found := _CC_URL.fullmatch(text):
        kind, name, version = found.groups()
        return f"CC0-{version}" if kind == "publicdomain" else f"CC-{name.upper()}-{version}"
    if found := _CC.fullmatch(text):
        name = re.sub(r"[\s_-]+", "-", found[1].upper())
        return "-".join(part for part in ("CC", name, found[2]) if part)
    known = _listed().get(text.lower())
    return known or ""


# The library is imported where it is used: the command line needn't wait for it, nor miss it.
@cache
def _listed() -> dict[str, str]:
    """SPDX identifiers by their lower-case form."""
    from license_expression import (
        get_spdx_licensing,
    )  # costs what the command line needn't wait for

    return {key.lower(): key for key in get_spdx_licensing().known_symbols if " " not in key}


def is_listed(name: str) -> bool:
    """Whether SPDX lists a licence of this name."""
    return _listed().get(name.lower()) == name and not name.startswith("LicenseRef-")


def _kogl(text: str) -> str:
    found = _KOGL_TYPE.search(text)
    kind = f"KOGL-{next(filter(None, found.groups()))}" if found else ""
    ai = "KOGL-AI" if _KOGL_AI.search(text) else ""
    # the AI type stands beside another and permits training whatever that one asks for
    return " OR ".join(name for name in (kind, ai) if name) or text


@cache
def parsed(expression: str) -> Any:
    """The tree of an expression of names, None for a text that is no expression."""
    from license_expression import ExpressionError, get_spdx_licensing

    try:
        return get_spdx_licensing().parse(expression, validate=False)
    except (ExpressionError, ValueError):
        return None
