"""Licences of Korean sources: 공공누리 (KOGL) by type, and AI-Hub's terms of use.

Sources: the types and their marks at kogl.or.kr, type 0 and the AI type as announced in January
2026. What a text names besides, such as a licence of Creative Commons, counts too: the stricter
holds, and so it does where several types are named.
"""

import re

from gyogwa.transforms.licences.spellings import spelled

_KOGL = re.compile(
    r"KOGL|공공\s?누리|공공저작물\s?자유\s?이용\s?허락|Korea\s?Open\s?Government\s?Licen[cs]e", re.I
)
_TYPE = re.compile(
    r"(?<!\d)(?:제\s?)?([0-4])\s?유?형|(?<![0-4])(?<![0-4]\s)유형\s?([0-4])(?!\d)|type[\s_-]*([0-4]|IV|I{1,3})(?![\dA-Za-z])"
    r"|(?:KOGL|공공\s?누리)[\s_-]*([0-4])(?!\d)",
    re.I,
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_PAGES = re.compile(r"kogl\.or\.kr/\S*license_info/(by(?:-nc)?(?:-nd)?)\.do", re.I)
_OF_PAGES = {"by": "1", "by-nc": "2", "by-nd": "3", "by-nc-nd": "4"}
_AI = re.compile(
    r"(?:AI|인공지능)\s?(?:학습)?\s?유?형|type[\s_-]*AI(?![A-Za-z])"
    r"|(?:KOGL|공공\s?누리)[\s_-]*AI(?![A-Za-z]|[\s_-]*(?:hub|허브))|\+\s?AI\s*\)?$",
    re.I,
)
"""The AI type by name: that something is data for AI says nothing of its licence."""
_AIHUB = re.compile(r"(?<![A-Za-z])AI[\s_-]?Hub(?![A-Za-z])|AI\s?허브", re.I)
_LESS = re.compile(r"비\s?상업|비영리|연구\s?용|non[\s-]?commercial|research[\s-]only", re.I)
_NO_TRADE = re.compile(r"KOGL-[24](?! OR)|AI-Hub")
"""What a type of 공공누리 doesn't say is a person's to weigh."""
_CREATIVE = re.compile(
    r"(?:CC|creative\s?commons)[\s_-]*BY(?:[\s_-]*(?:NC|SA|ND))*(?:[\s_-]*v?\d\.\d)?", re.I
)


def korean(text: str) -> str:
    """The name of what is said, an expression where that is several; "" where none is Korean.

    >>> korean("공공누리 제4유형, AI 학습용 데이터"), korean("KOGL 3 + AI")
    ('KOGL-4', 'KOGL-3 OR KOGL-AI')
    """
    names = [_kogl(text)] if _KOGL.search(text) or _AI.fullmatch(text) else []
    names += ["AI-Hub"] if _AIHUB.search(text) else []
    if not names or "" in names or (_LESS.search(text) and not _NO_TRADE.search(names[0])):
        return ""
    names += sorted({spelled(found[0]) for found in _CREATIVE.finditer(text)})
    if len(names) == 1:
        return names[0]
    return " AND ".join(f"({name})" if " OR " in name else name for name in names)


def _kogl(text: str) -> str:
    """Of 공공누리; "" where no type is said, nor what its marks are."""
    found = {next(filter(None, match.groups())).upper() for match in _TYPE.finditer(text)}
    kinds = {_ROMAN.get(kind, kind) for kind in found}
    kinds |= {_OF_PAGES[match[1].lower()] for match in _PAGES.finditer(text)}
    if not kinds and re.search(r"출처\s?표시", text):
        kinds = {_by_marks(text)}
    name = " AND ".join(f"KOGL-{kind}" for kind in sorted(kinds))
    ai = "KOGL-AI" if _AI.search(text) else ""
    # the AI type stands beside another and permits training whatever that one asks for
    if name and ai and len(kinds) > 1:
        name = f"({name})"
    return " OR ".join(part for part in (name, ai) if part)


def _by_marks(text: str) -> str:
    trade = re.search(r"상업적?\s?(?:이용\s?)?(?:금지|불가)|비\s?상업|비영리", text)
    change = re.search(r"변경\s?(?:이용\s?)?(?:금지|불가)", text)
    return {(False, False): "1", (True, False): "2", (False, True): "3", (True, True): "4"}[
        trade is not None, change is not None
    ]
