"""One sample: its JSON, its members, its key, and its row of the index."""

from collections.abc import Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.images import lint_images
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tar import Scanned
from gyogwa.pipelines.lint.targets import lint_targets
from gyogwa.pipelines.lint.text import BROUGHT, lint_text
from gyogwa.pipelines.lint.words import lint_annotations
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import ID_DIGITS, hash_of
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow, Question
from gyogwa.schemas.samples import key_of as sample_key
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE, is_by
from gyogwa.transforms.curriculum.length import length_of

_COUNTS = {0: "text", 1: "single", 2: "pair", 3: "triple"}


def lint_sample(
    context: Context, series: str, sample: Scanned, row: IndexRow, where: str
) -> Iterator[Problem]:
    """What is wrong with one sample; nothing more than its JSON where that can't be read."""
    try:
        entry = parse_json(sample.members["json"], "its JSON", SampleEntry)
    except (GyogwaError, KeyError, RecursionError) as error:
        context.complete = False
        yield Problem("sample_json", where, f"no readable .json member: {error}")
        return
    if entry.model_dump_json(by_alias=True).encode() != sample.members["json"]:
        yield Problem("json_form", where, "its JSON isn't in the form that the writer gives it")
    files = [image.file for image in entry.images]
    if [*files, "json"] != list(sample.members):
        context.complete = False
        yield Problem("members", where, f"members {list(sample.members)}, the JSON names {files}")
        return
    named = "+".join(sorted({question.task for question in entry.questions}))
    detail = entry.questions[0].detail if len(entry.questions) == 1 else ""
    if (entry.task, entry.provenance.detail) != (named, detail):
        what = f"task {entry.task!r}, detail {entry.provenance.detail!r}: expected {named!r}, "
        yield Problem("question_names", where, f"{what}{detail!r}")
    if series_of(entry) != series:
        what = f"has the shape {series_of(entry)!r} in a shard of the series {series!r}"
        yield Problem("series", where, what)
    yield from _lint_row(context, entry, row, where)
    if sample.key != key_of(entry):
        what = f"its stage, task, detail and images give the key {key_of(entry)}"
        yield Problem("key", where, what)
    yield from _lint_provenance(context, entry, where)
    yield from lint_images(context, entry, sample.members, where)
    yield from lint_annotations(context, entry, where)
    yield from lint_text(context, entry, where)
    try:
        questions = entry.apart()
    except ValueError as error:
        yield Problem("question_turns", where, str(error))
        questions = []
    for question in questions:
        yield from lint_targets(context, question, where)
    origin = entry.provenance
    shares = {(image.source, image.licence) for image in entry.images}
    context.sources.update(shares | {(origin.source, origin.licence)})


def series_of(entry: SampleEntry) -> str:
    """The series that a sample of this shape lies in."""
    suffixes = [image.file.rpartition(".")[2] for image in entry.images]
    parts = [_COUNTS.get(len(suffixes), f"multi{len(suffixes)}")]
    parts += suffixes[:1] if len(set(suffixes)) == 1 else suffixes
    if suffixes and entry.annotation is None:
        parts.append("bare")
    if entry.chosen is not None:
        parts.append("preference")
    return "-".join(parts)


def key_of(entry: SampleEntry) -> str:
    """The key of a sample: a hash of what it is."""
    origin, ids = entry.provenance, [image.id for image in entry.images]
    questions = [Question(q.task, q.detail, q.turns) for q in entry.questions]
    if entry.task == "text_only":  # by its conversation, which has no image to be told by
        questions = [Question("text_only", hash_of(origin.source, origin.uri)[:ID_DIGITS], 0)]
    return sample_key(origin.stage, questions, ids)


def _lint_row(context: Context, entry: SampleEntry, row: IndexRow, where: str) -> Iterator[Problem]:
    origin, rule = entry.provenance, context.split.stage.tokens
    texts = [turn.content for turn in entry.conversations]
    texts += [entry.chosen or "", entry.rejected or ""]
    expected: dict[str, object] = {
        "task": entry.task,
        "source": origin.source,
        "licence": origin.licence,
        "language": origin.language,
        "document": origin.document,
        "images": len(entry.images),
        "questions": [question.task for question in entry.questions],
        "width": max((image.width for image in entry.images), default=0),
        "height": max((image.height for image in entry.images), default=0),
        "text_length": sum(len(text) for text in texts),
    }
    if context.countable:
        expected["tokens"] = sum(length_of(text, rule) for text in texts)
    for field, value in expected.items():
        if getattr(row, field) != value:
            what = f"{field} is {value!r}, the index says {getattr(row, field)!r}"
            yield Problem("row_differs", where, what)


def _lint_provenance(context: Context, entry: SampleEntry, where: str) -> Iterator[Problem]:
    split, origin = context.split, entry.provenance
    expected: dict[str, object] = {
        "stage": split.stage.name,
        "split": split.split,
        "dialect": split.stage.dialect,
        "pixels": [split.stage.resolution.pixels.least, split.stage.resolution.pixels.most],
    }
    if entry.task not in BROUGHT and entry.images:
        first = entry.images[0]
        expected |= {"source": first.source, "uri": first.uri, "licence": first.licence}
    if entry.annotation:
        languages = {found.language for found in entry.annotation}
        expected["language"] = languages.pop() if len(languages) == 1 else "mixed"
    for field, value in expected.items():
        if getattr(origin, field) != value:
            what = f"{field} is {getattr(origin, field)!r}, expected {value!r}"
            yield Problem("provenance", where, what)
    for engine in filter(None, origin.engine.split(",")):
        if not is_by(engine, context.engine) and not engine.startswith(TRUTH_ENGINE):
            what = f"read by {engine}, this run reads with {context.engine}"
            yield Problem("engine", where, what)
    licences = [origin.licence, *(image.licence for image in entry.images)]
    if not all(licence.strip() for licence in licences):
        yield Problem("licence_missing", where, "names no licence")
