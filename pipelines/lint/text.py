"""What is said in a sample: its turns, its answers, and a source's own words."""

import unicodedata
from collections.abc import Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import turns_of
from gyogwa.schemas.records import IMAGE
from gyogwa.schemas.sample_json import SampleEntry

BROUGHT = ("converse", "text_only")
"""Tasks whose conversations are a source's own."""
WITHOUT_IMAGES = ("text_only", "prose")
"""Tasks on text alone."""


def lint_text(context: Context, entry: SampleEntry, where: str) -> Iterator[Problem]:
    """What is wrong with turns and answers."""
    words = [word.text for found in entry.annotation or [] for word in found.words]
    said = [turn.content for turn in entry.conversations]
    answers = [entry.chosen, entry.rejected]
    for text in [*words, *said, *filter(None, answers)]:
        if not unicodedata.is_normalized("NFC", text):
            yield Problem("not_nfc", where, f"{text[:40]!r} isn't in Unicode NFC")
    if bool(entry.images) == (entry.task in WITHOUT_IMAGES):
        yield Problem("image_count", where, f"{len(entry.images)} images in a {entry.task} sample")
    marks = sum(text.count(IMAGE) for text in said)
    if marks != len(entry.images):
        what = f"{IMAGE} stands {marks} times for {len(entry.images)} images"
        yield Problem("image_marks", where, what)
    preference = context.split.stage.objective == "preference"
    if [bool((answer or "").strip()) for answer in answers] != [preference, preference]:
        what = f"chosen {entry.chosen!r}, rejected {entry.rejected!r}: expected "
        yield Problem("answers", where, what + ("two texts" if preference else "none"))
    elif preference and entry.chosen == entry.rejected:
        yield Problem("chosen_is_rejected", where, "chosen and rejected are the same")
    if entry.task in BROUGHT:
        yield from _lint_conversation(context, entry, where)
        return
    roles = [turn.role for turn in entry.conversations]
    asked = ["user"] if preference else ["user", "assistant"] * max(1, len(roles) // 2)
    if roles != asked or not all(text.strip() for text in said):
        yield Problem("turns", where, f"turns of {roles}, expected {asked}, each with text")


def _lint_conversation(context: Context, entry: SampleEntry, where: str) -> Iterator[Problem]:
    origin, ids = entry.provenance, [image.id for image in entry.images]
    told = (origin.source, origin.uri, origin.licence, ids, turns_of(entry.conversations))
    if not context.known.recorded or context.known.facts.holds("conversation", *told):
        return
    if not _moved(context, entry, ids):
        what = f"records/ hold no such conversation of {origin.source}: {origin.uri}"
        yield Problem("conversation", where, what)


def _moved(context: Context, entry: SampleEntry, ids: list[str]) -> bool:
    """Whether a source said this, its places left out, or said it of other images, of which those
    shown are the copies kept."""
    facts, origin = context.known.facts, entry.provenance
    turns, roles = turns_of(entry.conversations), [turn.role for turn in entry.conversations]
    told = (origin.source, origin.uri, origin.licence, len(ids))
    said = facts.holds("said", *told, turns) or facts.holds("pointed", *told, roles)
    return said and all(
        facts.holds("shown", origin.source, origin.uri, position, image_id)
        or facts.holds("instead", image_id)
        for position, image_id in enumerate(ids)
    )
