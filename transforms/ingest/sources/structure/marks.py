"""What the beginning of a line says: marks of lists, numbers of headings, captions."""

import re
from unicodedata import normalize

_BULLET = re.compile(r"[•‣▪▫■□●○◦◆◇※▶►▸➢➤✓✔☐–—\-*·∙⁃∗⋅‐−]{1,2}")
_NUMBER = re.compile(
    r"\d{1,3}[.)]|\(\d{1,3}\)|[a-zA-Z][.)]|\([a-zA-Z]\)|[ivx]{1,4}[.)]|\([ivx]{1,4}\)"
    r"|[가나다라마바사아자차카타파하][.)]|\([가나다라마바사아자차카타파하]\)|[①-⑳㉮-㉻ⓐ-ⓩ]|[ㄱ-ㅎ][.)]"
)
_ORDINAL = re.compile(r"\(?(\d{1,2}|[①-⑳])[.)]?")
_SECTION = re.compile(r"((?:\d{1,3}|[A-Z])(?:\.\d{1,3})*)\.?")
_CHAPTER = re.compile(
    r"(?:제\s*\d{1,3}\s*[장편부])|(?:(?:chapter|part|appendix)\s+(?:\d{1,3}|[ivxlc]+|[a-z])\b)",
    re.I,
)
_CLAUSE = re.compile(r"제\s*\d{1,3}\s*절")
_CAPTION = re.compile(
    r"(?:figure|fig\.?|table|chart|listing|그림|표|사진|도표|부표)\s*"
    r"[<\[(]?(?:[A-Z][.\-]?)?\d{1,3}(?:[.\-]\d{1,3})*[>\])]?(?P<end>\s*[.:)\]-](?!\d)|$|\s)",
    re.I,
)
_LABEL = re.compile(
    r"(?:note|tip|hint|warning|caution|important|attention|danger|참고|주의|중요|경고|팁|알림|도움말)s?[:.!]?",
    re.I,
)


_LEADER = re.compile(r"(?:[.·․‥…] ?){4,}")
_ENTRY = re.compile(r"\S.*\s(?:\d{1,4}|[ivxlc]{1,7})")


def is_led(text: str) -> bool:
    """Whether a line has a leader, the dots from an entry of a table of contents to its page."""
    return _LEADER.search(text) is not None


def is_entry(text: str) -> bool:
    """Whether a line ends in the number of a page, as entries of contents do without leaders."""
    return _ENTRY.fullmatch(text) is not None


def is_bullet(word: str) -> bool:
    """Whether a word is the mark of an item."""
    return _BULLET.fullmatch(word) is not None


def is_number(word: str) -> bool:
    """Whether a word is the number of an item: 3., (b), 다., ④."""
    return _NUMBER.fullmatch(word) is not None


def ordinal_of(word: str) -> int:
    """Which item a number in digits or in a circle says that this is; 0 where it says nothing.

    >>> [ordinal_of(word) for word in ("④", "(12)", "3.", "1.5", "x")]
    [4, 12, 3, 0, 0]
    """
    found = _ORDINAL.fullmatch(word)
    return int(normalize("NFKC", found[1])) if found else 0


def depth_of(text: str) -> int:
    """How deep a heading's number is; 0 without one.

    >>> [depth_of(t) for t in ("2.1.3 Names", "제 2 장 총칙", "Appendix B", "Names")]
    [3, 1, 1, 0]
    """
    if _CHAPTER.match(text):
        return 1
    if _CLAUSE.match(text):
        return 2
    number = _SECTION.fullmatch(text.split(maxsplit=1)[0]) if " " in text else None
    if number is None or not any(char.isdigit() for char in number[1]):
        return 0
    return number[1].count(".") + 1


def is_label(text: str) -> bool:
    """Whether a line is the label of a note that is set apart, and heads no section."""
    return _LABEL.fullmatch(text) is not None


def is_caption(text: str) -> str:
    """What a line says that begins as a caption does: "sure" where its number ends as one's does,
    "maybe" where a sentence may begin so, "" else."""
    found = _CAPTION.match(text)
    if found is None:
        return ""
    return "sure" if found["end"].strip() else "maybe"
