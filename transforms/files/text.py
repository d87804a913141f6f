"""Text as it stands in targets: Unicode NFC, one space between words, no control characters."""

import unicodedata

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """NFC, runs of white space to one space, controls, zero-width and private characters dropped.

    Zero-width joiners go too: they are invisible on a page and no reader can transcribe them.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if char.isspace() else char
        for char in composed
        if char.isspace() or unicodedata.category(char) not in _DROPPED
    )
    return " ".join(kept.split())
