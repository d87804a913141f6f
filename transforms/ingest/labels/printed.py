"""Lists and objects as Python and NumPy print them, which tables hold where a program wrote a cell
of a list by `str`: pandas' `to_csv`, MMMU's options, the answers of MP-DocVQA.

`['a', 'b']`, `{'x': 1}`, `('a', 0.9)`; NumPy's `['a' 'b']` and `[ 10  20]`, which part values by
blanks alone.
"""

import ast
import io
import re
import tokenize
from typing import Any

_LONGEST = 1 << 20
"""Characters of a text that is read so: a syntax tree takes a hundred times as much."""
_CUT = re.compile(r"\[.*['\"\d\])]\s\.\.\.\s['\"\d\[(-].*\]", re.DOTALL)
_ENDS, _STARTS = "])}", "[({"
_VALUES = (tokenize.STRING, tokenize.NUMBER, tokenize.NAME)
_BLANK = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def printed(text: str) -> Any:
    """The list or object that a text is the printed form of; None where it is none.

    >>> printed("['홍길동', None]"), printed("['a' 'b']\\n"), printed("[[ 1 2]\\n [-3 4.]]")
    (['홍길동', None], ['a', 'b'], [[1, 2], [-3, 4.0]])
    >>> printed("[지도] 안내"), printed("['a' ... 'b']"), printed("[see p. 3]")
    (None, None, None)
    """
    bare = text.strip()
    if bare[:1] not in _STARTS or bare[-1:] not in _ENDS or len(bare) > _LONGEST:
        return None
    try:
        found = ast.literal_eval(_with_commas(bare))
    except (ValueError, SyntaxError, TypeError, tokenize.TokenError, MemoryError, RecursionError):
        return None
    return _plain(found)


def is_cut(text: str) -> bool:
    """Whether a text is a list that NumPy printed short.

    >>> is_cut("['a' 'b' ... 'y' 'z']"), is_cut("[[1 2] ... [3 4]]"), is_cut("[음... 그래서]")
    (True, True, False)
    """
    return _CUT.fullmatch(text.strip()) is not None


def _with_commas(text: str) -> str:
    """The text with a comma between values that only blanks part."""
    found: list[str] = []
    ended, last = False, (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _BLANK:
            continue
        starts = token.type in _VALUES or token.string in _STARTS
        sign = token.string == "-" and token.line[token.end[1] :][:1].isdigit()
        if ended and token.start != last and (starts or sign):
            found.append(",")
        found.append(token.string)
        ended, last = token.type in _VALUES or token.string in _ENDS, token.end
    return " ".join(found)


def _plain(value: Any) -> Any:
    """The value with lists in place of tuples; None where it holds what JSON has not."""
    if isinstance(value, list | tuple):
        items = [_plain(item) for item in value]
        lost = any(
            plain is None and item is not None for plain, item in zip(items, value, strict=True)
        )
        return None if lost else items
    if isinstance(value, dict):
        plain = {key: _plain(inner) for key, inner in value.items() if isinstance(key, str)}
        lost = any(plain[key] is None and value[key] is not None for key in plain)
        return None if lost or len(plain) < len(value) else plain
    return value if value is None or isinstance(value, str | int | float) else None
