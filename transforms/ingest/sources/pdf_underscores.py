"""Underscores that are drawn as rules, as TeX draws them in fonts that have none: without them
`asn1_get_tag_der` reads as four words.

A rule counts as one where it fills the gap between two characters of a line at their baseline, as
high as a stroke. TeX's is .3 to .5 em wide, .04 to .1 em high, with .06 em before it (plain TeX).
Cost: the bounds of all paths of a page, some microseconds each.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.pdf_characters import Char
from gyogwa.transforms.ingest.sources.pdf_objects import box_of, drawn_on

_ROWS = 200
"""Of a page, by which rules are looked up."""
_HIGHEST, _WIDEST = 0.12, 0.75  # of the height of the characters' em box, in the page's pixels
_LEAST_FILLED = 0.6  # of the gap


def underscored(page: pdfium.PdfPage, chars: Sequence[Char | None]) -> list[Char | None]:
    """The characters with `_` for each such rule; of lines that stand upright on the page."""
    rules = _rules(page)
    if not rules:
        return list(chars)
    sides = page.get_size()
    found: list[Char | None] = []
    for char in chars:
        before = _last(found)
        rule = _between(before, char, rules, sides) if before and char else None
        if rule and before:
            while found and found[-1] is None:
                found.pop()
            em = [rule[0], before.em[1], rule[2], before.em[3]]
            found.append(replace(before, text="_", box=rule, em=em, ruled=True))
        found.append(char)
    return found


def _last(found: Sequence[Char | None]) -> Char | None:
    """The last character, one space at most behind it."""
    return next((char for char in reversed(found[-2:]) if char is not None), None)


def _rules(page: pdfium.PdfPage) -> dict[int, list[Box]]:
    """Flat paths that aren't as wide as a word, by the rows where they stand."""
    rules: dict[int, list[Box]] = defaultdict(list)
    width, height = page.get_size()
    for drawn in drawn_on(page):
        if pdfium_c.FPDFPageObj_GetType(drawn.handle) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        box = box_of(page, drawn)
        across, up = (box[2] - box[0]) * width, (box[3] - box[1]) * height
        if 1.0 < across < 24.0 and up < 0.5 * across:  # points
            rules[int(box[1] * _ROWS)].append(box)
    return rules


def _between(
    one: Char, other: Char, rules: dict[int, list[Box]], sides: tuple[float, float]
) -> Box | None:
    """The rule in the gap between two characters, if there is one."""
    if one.turn or other.turn or not (one.em and other.em) or other.box[0] <= one.box[2]:
        return None
    em = one.em[3] - one.em[1]
    if abs(one.em[3] - other.em[3]) > 0.3 * em:
        return None
    gap = other.box[0] - one.box[2]
    wide = em * sides[1] / sides[0]
    if gap > 1.5 * _WIDEST * wide:
        return None
    row = int(one.em[3] * _ROWS)
    for near in range(row - 4, row + 2):
        for rule in rules.get(near, ()):
            inside = rule[0] >= one.box[2] - 0.1 * wide and rule[2] <= other.box[0] + 0.1 * wide
            fills = rule[2] - rule[0] >= _LEAST_FILLED * gap
            flat = rule[3] - rule[1] <= _HIGHEST * em and rule[2] - rule[0] <= _WIDEST * wide
            low = one.em[3] - 0.45 * em <= rule[1] <= one.em[3] + 0.1 * em
            if inside and fills and flat and low:
                return rule
    return None
