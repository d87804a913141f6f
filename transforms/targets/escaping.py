"""Keeping a text apart from the markup around it, the same way in every dialect.

Text that holds a token of the markup comes with a backslash behind the token's first character, one
more than it had: `<bbox>` is written `<\\bbox>`, and a `<\\bbox>` `<\\\\bbox>`. All other text is
untouched. No source but JSON's says how such text is written; the backslash is ours.
"""

import re
from re import Match, Pattern

_OTHERS = "image>"  # stands for a picture in every conversation, whatever the dialect


class Escaping:
    """The tokens of one markup, as regular expressions of what follows their first character.

    `markup` holds the tokens that may stand nowhere but in an item; `others` those that a text must
    not hold either but a prompt may, such as the name of a task. `first` is the first character, as
    an expression of one.
    """

    def __init__(self, markup: str, others: str = "", first: str = "<") -> None:
        tokens = "|".join(part for part in (markup, others, _OTHERS) if part)
        self._bare = re.compile(rf"{first}(?:{markup})")
        # Looking ahead rather than matching, since the end of a token may begin the next one.
        self._escape = re.compile(rf"({first}\\*)(?={tokens})")
        self._unescape = re.compile(rf"({first}\\*)\\(?={tokens})")

    def escape(self, text: str) -> str:
        """Text that can't be taken for markup."""
        return self._escape.sub(r"\1\\", text)

    def unescape(self, text: str) -> str:
        """What `escape` was given. Raises ValueError for a token that it would have escaped."""
        self.check(text)
        return self._unescape.sub(r"\1", text)

    def find(self, pattern: Pattern[str], text: str) -> list[Match[str]]:
        """The matches in a running text. Raises ValueError for a token outside of them."""
        matches = list(pattern.finditer(text))
        self.check(pattern.sub(" ", text))
        return matches

    def check(self, text: str) -> None:
        """Raises ValueError for a token of the markup."""
        found = self._bare.search(text)
        if found:
            raise ValueError(f"a stray {found.group()}, part of no complete item")
