"""Licences as sources call them, to one name each.

SPDX identifiers and expressions where there are some (`license-expression` has the list), `KOGL-0`
to `KOGL-4` and `KOGL-AI` for 공공누리, `AI-Hub` for its terms, `public-domain` for what is said to
be free, `unknown` for nothing. Another text stays as it was said: a name isn't guessed, and a
version isn't added. Of several that are named without a word between them all count.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from gyogwa.transforms.licences.korean import korean
from gyogwa.transforms.licences.spellings import listed, spelled

UNKNOWN = "unknown"
_NOTHING = re.compile(
    r"(?:unknown|none|null|nan|n/?a|other|unlicensed\??|noassertion|undefined|unspecified|tbd"
    r"|not (?:specified|provided|stated|known)|(?:unknown|no) licen[cs]e|licen[cs]e unknown"
    r"|미상|없음|불명|모름|미기재|미확인|알 수 없음|확인 ?불가|-|\?)?",
    re.I,
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^)\s]*)\)")
_BETWEEN = re.compile(r"(\s+(?:and|or(?! (?:any )?later)|및|그리고|또는|혹은)\s+|[()])", re.I)
_OPERATORS = {"and": "AND", "및": "AND", "그리고": "AND", "or": "OR", "또는": "OR", "혹은": "OR"}


@cache
def normal(said: str) -> str:
    """The one name of what a source says.

    >>> normal("cc by-sa 4.0"), normal("공공누리 제1유형"), normal("MIT and apache 2.0")
    ('CC-BY-SA-4.0', 'KOGL-1', 'MIT AND Apache-2.0')
    """
    as_said = " ".join(said.split())
    text = " ".join(unicodedata.normalize("NFKC", as_said).translate(_DASHES).split()).rstrip(".")
    text = re.sub(r"^\(([^()]*)\)$", r"\1", _LINK.sub(r"\1", text))
    if _NOTHING.fullmatch(text):
        return UNKNOWN
    if alone := _alone(text):
        return alone
    return _expression(text) or _listing(text) or korean(text) or as_said


def _alone(text: str) -> str:
    """The name of one licence, also said twice, "Attribution 4.0 (CC BY 4.0)"; "" for no known."""
    if _BETWEEN.search(text) is None and re.search(r"[,;/&]", text) is None:
        return spelled(text) or korean(text)
    if name := spelled(text):
        return name
    twice = re.fullmatch(r"([^()]+) \(([^()]+)\)", text)
    names = {_alone(part) for part in twice.groups()} if twice else set()
    return names.pop() if len(names) == 1 else ""


def _expression(text: str) -> str:
    """An expression of names of which some are known; "" where none is, or it doesn't parse."""
    parts = _BETWEEN.split(text)
    if not any(part.strip().lower() in _OPERATORS for part in parts):
        return _with_exception(text)
    names = [_part(part) for part in parts]
    if not any(_alone(part.strip()) or _with_exception(part.strip()) for part in parts):
        return ""
    tree = parsed("".join(names))
    return "" if tree is None else str(tree)


def _with_exception(text: str) -> str:
    found = re.fullmatch(r"(.+)\swith\s(.+)", text, re.I)
    name = _alone(found[1]) if found else ""
    exception = _exceptions().get(found[2].lower(), "") if found and name else ""
    return f"{name} WITH {exception}" if exception else ""


def _part(part: str) -> str:
    word = part.strip()
    if operator := _OPERATORS.get(word.lower()):
        return f" {operator} "
    if word in ("", "(", ")"):
        return part
    name = _alone(word) or _with_exception(word) or word
    return part.replace(word, f"({name})" if " OR " in name or " AND " in name else name)


def _listing(text: str) -> str:
    """Of "MIT, CC BY 4.0" and "KOGL 1 / MIT" both count; "" unless each is known."""
    names = [_alone(part.strip()) for part in re.split(r"[,;/&]", text)]
    if len(names) < 2 or not all(names):
        return ""
    tree = parsed(" AND ".join(f"({name})" for name in names))
    return "" if tree is None else str(tree.simplify())


def is_listed(name: str) -> bool:
    """Whether SPDX lists a licence of this name, also one with an exception that it lists."""
    licence, _, exception = name.partition(" WITH ")
    if listed().get(licence.lower()) != licence or licence.startswith("LicenseRef-"):
        return False
    return not exception or exception in _exceptions().values()


@cache
def _exceptions() -> dict[str, str]:
    """SPDX's exceptions by their lower-case form."""
    from license_expression import get_spdx_licensing

    known = get_spdx_licensing().known_symbols.items()
    return {key.lower(): key for key, of in known if of.is_exception and "LicenseRef" not in key}


@cache
def parsed(expression: str) -> Any:
    """The tree of an expression of names, None for a text that is no expression."""
    from license_expression import ExpressionError, get_spdx_licensing

    try:
        return get_spdx_licensing().parse(expression, validate=False)
    except (ExpressionError, ValueError):
        return None
