"""The data files of pages, read back as what they hold."""

import json
from pathlib import Path
from typing import Any


def piece_of(path: Path) -> Any:
    """The value that a data file hands over."""
    text = path.read_text(encoding="utf-8")
    start = f'gyogwa.put("{path.stem}",'
    assert text.startswith(start)
    assert text.endswith(");\n")
    return json.loads(text[len(start) : -3])


def cards_of(folder: Path) -> list[dict[str, Any]]:
    """All cards of some pages, by number."""
    found: dict[int, dict[str, Any]] = {}
    for path in (folder / "data").glob("cards-*.js"):
        found |= {int(number): card for number, card in piece_of(path).items()}
    return [found[number] for number in sorted(found)]
