"""What a block of lines is, by its tag, font, size, weight, place and first word."""

import re
from collections.abc import Sequence

from gyogwa.transforms.ingest.sources.structure.flowing import Flowing, Part, starts_item
from gyogwa.transforms.ingest.sources.structure.marks import depth_of, is_caption, is_label, is_led
from gyogwa.transforms.ingest.sources.structure.setting import Setting

_SENTENCES = re.compile(r"[a-z가-힣]\.$|[a-z][.!?] +[A-Z]|[가-힣][.!?] ")
"""A full stop at the end, or more than one sentence: text that is set large."""
MOST_HEADING = 4  # lines
NOTE = 0.93  # times the body's size: notes at the foot are smaller
_FOOT = 0.55  # of the page's height: notes stand below


def part_of(group: list[Flowing], setting: Setting, height: float, no_heading: bool) -> Part:
    """The block that lines make; `height`: of the page; `no_heading`: it is none."""
    tag = group[0].tag
    if tag is not None and tag.kind in (
        "heading",
        "list",
        "caption",
        "footnote",
        "code",
        "formula",
    ):
        level = tag.level or (_level(group, setting) if tag.kind == "heading" else 0)
        return Part(tag.kind, group, level)
    text = " ".join(line.strip.text for line in group)
    strips = [line.strip for line in group]
    letters = sum(char.isalpha() for char in text)
    if any(is_led(strip.text) for strip in strips):
        return Part("contents", group)
    if all(strip.formula for strip in strips):
        return Part("formula", group)
    if all(strip.mono for strip in strips) and not setting.is_larger(strips[0]):
        return Part("code", group)
    if not no_heading and _is_heading(group, text, letters, setting):
        return Part("heading", group, _level(group, setting))
    if is_caption(text) == "sure" and len(group) <= 6:
        return Part("caption", group)
    if _is_note(group, setting, height):
        return Part("footnote", group)
    if starts_item(group[0]):
        return Part("list", group)
    return Part("paragraph", group)


def _is_heading(group: Sequence[Flowing], text: str, letters: int, setting: Setting) -> bool:
    strips = [line.strip for line in group]
    if len(group) > MOST_HEADING or letters < 2 or text.endswith((",", ";")) or "…" in text:
        return False
    if " . . ." in text or "....." in text or is_label(text) or text[0] == "•":
        return False
    if all(setting.is_larger(strip) for strip in strips):
        return bool(depth_of(text)) or not _SENTENCES.search(text)
    bold = all(strip.bold for strip in strips) and not setting.bold_body
    near = all(strip.size >= 0.95 * setting.body for strip in strips)
    return (
        bold and near and len(group) <= 2 and not text.endswith((".", ":")) and not group[0].marked
    )


def _level(group: Sequence[Flowing], setting: Setting) -> int:
    text = " ".join(line.strip.text for line in group)
    return depth_of(text) or setting.level(group[0].strip)


def _is_note(group: Sequence[Flowing], setting: Setting, height: float) -> bool:
    strips = [line.strip for line in group]
    first = strips[0].pieces[0].text
    return (
        all(strip.size <= NOTE * setting.body for strip in strips)
        and strips[0].top > _FOOT * height
        and (first.rstrip(".)").isdigit() or first[0] in "*†‡※" or first[0].isdigit())
    )
