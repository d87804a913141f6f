"""What stands on a sample's images: ranges and boxes, and that it is what the tables hold."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import content_of
from gyogwa.schemas.sample_json import AnnotationEntry, BlockEntry, LineEntry, SampleEntry

T = TypeVar("T", LineEntry, BlockEntry)


def lint_annotations(context: Context, entry: SampleEntry, where: str) -> Iterator[Problem]:
    """What is wrong with the annotations of a sample, one an image."""
    if entry.annotation is None:
        return
    if len(entry.annotation) != len(entry.images):
        what = f"{len(entry.annotation)} annotations for {len(entry.images)} images"
        yield Problem("annotation_count", where, what)
        return
    facts, engines = context.known.facts, entry.provenance.engine.split(",")
    for image, found in zip(entry.images, entry.annotation, strict=True):
        content = content_of(found)
        held = any(facts.holds("annotation", image.id, name, content) for name in engines)
        if context.known.annotated and not held:
            what = f"isn't what annotations/ hold of image {image.id}"
            yield Problem("annotation", where, what)
        yield from _lint_annotation(found, where)


def _lint_annotation(found: AnnotationEntry, where: str) -> Iterator[Problem]:
    boxes = [word.box for word in found.words]
    boxes += [line.box for line in found.lines] + [block.box for block in found.blocks]
    for box in boxes:
        x0, y0, x1, y1 = box
        if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
            yield Problem("box", where, f"outside the image or without area: {box}")
    for word in found.words:
        if not word.text.strip() or not 0 <= word.confidence <= 1:
            what = f"a word of text {word.text!r}, confidence {word.confidence}"
            yield Problem("word", where, what)
    for line in _outside(found.lines, len(found.words)):
        what = f"a line of words {line.first} to {line.last}, there are {len(found.words)}"
        yield Problem("line_range", where, what)
    for block in _outside(found.blocks, len(found.lines)):
        what = f"a block of lines {block.first} to {block.last}, there are {len(found.lines)}"
        yield Problem("block_range", where, what)


def _outside(runs: Sequence[T], count: int) -> list[T]:
    """The runs that aren't runs of `count` things."""
    return [run for run in runs if not 0 <= run.first < run.last <= count]
