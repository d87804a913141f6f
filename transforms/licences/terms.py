"""What licences permit, as far as their texts say; for everything else a person has to decide.

Sources: the legal codes of Creative Commons 4.0; the licences' own texts on spdx.org; 공공누리's
conditions by type, with types 0 and AI as announced on 28 January 2026 by the Ministry of Culture;
AI-Hub's terms of use (training is their purpose, passing data on is not allowed; what commercial
use needs differs by data set, so that it isn't told).
"""

import re
from typing import NamedTuple

CONDITIONS = ("training", "commercial", "derivatives", "redistribution")


class Terms(NamedTuple):
    """Whether something is permitted; None: the licence alone doesn't say. `attribution`,
    `share_alike`: what is asked for in return. `link`: to its text."""

    training: bool | None
    commercial: bool | None
    derivatives: bool | None
    redistribution: bool | None
    attribution: bool
    share_alike: bool
    link: str


_FREE = {
    "0BSD": False, "Apache-2.0": True, "BSD-2-Clause": True, "BSD-3-Clause": True,
    "CC0-1.0": False, "CDLA-Permissive-1.0": True, "CDLA-Permissive-2.0": True, "ISC": True,
    "MIT": True, "MIT-0": False, "ODC-By-1.0": True, "OGL-UK-3.0": True, "PDDL-1.0": False,
    "Unlicense": False, "etalab-2.0": True, "CC-PDM-1.0": False,
}  # fmt: skip
"""Licences that permit everything, and whether they ask for attribution."""
_COPYLEFT = re.compile(r"(?:GPL|LGPL|AGPL|GFDL)-\d[a-z0-9.-]*|ODbL-1\.0|CDLA-Sharing-1\.0|MPL-2\.0")
_CC = re.compile(r"CC-BY((?:-(?:NC|SA|ND))*)(?:-\d\.\d(?:-[A-Z]{2,3})?)?")
_KOGL = "https://www.kogl.or.kr/info/license.do"
_FREE_WORKS = "https://creativecommons.org/public-domain/"
_OTHERS = {
    "KOGL-0": Terms(True, True, True, True, False, False, _KOGL),
    "KOGL-1": Terms(True, True, True, True, True, False, _KOGL),
    "KOGL-2": Terms(True, False, True, True, True, False, _KOGL),
    "KOGL-3": Terms(True, True, False, True, True, False, _KOGL),
    "KOGL-4": Terms(True, False, False, True, True, False, _KOGL),
    # of training alone: passing pages on stays as the type beside it says
    "KOGL-AI": Terms(True, True, True, None, False, False, _KOGL),
    "public-domain": Terms(True, True, True, True, False, False, _FREE_WORKS),
    "AI-Hub": Terms(True, None, True, False, True, False, "https://aihub.or.kr"),
}


def terms_of(name: str) -> Terms | None:
    """What one licence permits, by its name as `names.normal` gives it; None where that isn't
    known here."""
    # an exception permits more, and "+" a later version as well
    name = name.partition(" WITH ")[0].removesuffix("+")
    if name in _OTHERS:
        return _OTHERS[name]
    link = f"https://spdx.org/licenses/{name}.html"
    if name in _FREE:
        return Terms(True, True, True, True, _FREE[name], False, link)
    if _COPYLEFT.fullmatch(name):
        return Terms(True, True, True, True, True, True, link)
    found = _CC.fullmatch(name)
    if found is None:
        return None
    parts = set(found[1].split("-"))
    return Terms(True, "NC" not in parts, "ND" not in parts, True, True, "SA" in parts, link)
