"""Characters of private use that Hancom's and symbol fonts have, as Unicode has them.

Korean offices' documents hold bullets, numbers in boxes and book quotes under code points that only
Hancom's fonts draw. Those whose look is documented are painted and told here as the characters that
look so: in U+F020 to U+F0FF the code chart of Wingdings, whatever the font is called; in plane 15
Hancom's own, as compared with what Hancom's program prints by the project rhwp
(https://github.com/edwardkim/rhwp: `map_pua_bullet_char`, and the reports on its issues 249, 509,
528, 588 and 826). All others stay private, and words with them are dropped and counted. rhwp lays
out most of these by itself, but its text keeps them as they were: both are read here alike.
"""

_WINGDINGS = {
    0x22: "✂", 0x36: "⌛", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4E: "☠",
    0x52: "☼", 0x54: "❄", 0x58: "✠", 0x59: "✡", 0x6C: "●", 0x6D: "●", 0x6E: "■", 0x6F: "□",
    0x70: "□", 0x71: "□", 0x72: "□", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥",
    0x9E: "·", 0x9F: "•", 0xA0: "·", 0xA1: "⚪", 0xA2: "○", 0xA3: "○", 0xA4: "◉", 0xA5: "◎",
    0xA7: "▪", 0xA8: "◻", 0xAA: "✦", 0xAB: "★", 0xAC: "✶", 0xAD: "✴", 0xAE: "✹", 0xE8: "➔",
    0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xFB: "✗", 0xFC: "✔", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_HANCOM = {
    0xF003B: "↓", 0xF0090: "✺", 0xF00DA: "▸", 0xF02EC: "◇", 0xF02EF: "·", 0xF02FB: "▸",
    0xF02FC: "►", 0xF03C5: "□", 0xF03DA: "□", 0xF03FF: "□", 0xF0806: "┌", 0xF0807: "┬",
    0xF0808: "┐", 0xF080C: "└", 0xF080E: "┘", 0xF080F: "━", 0xF0810: "│", 0xF0811: "┌",
    0xF0817: "└", 0xF081A: "─", 0xF0832: "═", 0xF0848: "━", 0xF0854: "《", 0xF0855: "》",
}  # fmt: skip
_TABLE = (
    {0xF000 + code: char for code, char in _WINGDINGS.items()}
    | _HANCOM
    | {0xF02B1 + n: chr(0x2460 + n) for n in range(20)}
    | {0xF02CE + n: str(1 + n) for n in range(20)}
    | {0xF0289 + n: chr(0x2460 + n) for n in range(9)}
)
"""Numbers in boxes as numbers in circles, which fonts have; in black ones as plain numbers."""


def public(text: str) -> str:
    """The text with characters of private use that are known as those that look so.

    >>> public("\\U000f0854한글\\U000f0855"), public("\\uf06c 붙임"), public("\\uf53a")
    ('《한글》', '● 붙임', '\\uf53a')
    """
    return text.translate(_TABLE)


def is_private(char: str) -> bool:
    """Whether a character is of private use, or the mark of one that was lost."""
    return 0xE000 <= ord(char) <= 0xF8FF or ord(char) >= 0xF0000 or char == "\ufffd"
