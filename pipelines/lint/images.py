"""The images of a sample: their bytes, their pixels, and what the tables say of them.

Bytes are checked where the shard holds the source's own. Of an image that was changed the size, the
reasons and the look are checked: a forgery that looks the same at 64 x 64 pixels would pass.
"""

import hashlib
import re
from collections.abc import Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.looks import look_at
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import content_of
from gyogwa.schemas.ids import ID_DIGITS, hash_of
from gyogwa.schemas.sample_json import ImageEntry, SampleEntry
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.masks import MASKED, is_filled
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.tasks.page import stored_size

_OURS = ("", "resized", MASKED)
"""Changes that a stage makes, and not what the source's bytes ask for."""
_PAGE = re.compile(r"\.[a-z0-9]+(\.gz)?#page=[0-9]+$", re.IGNORECASE)


def lint_images(
    context: Context, entry: SampleEntry, members: dict[str, bytes], where: str
) -> Iterator[Problem]:
    """What is wrong with the images of a sample, whose members are there."""
    facts, origin = context.known.facts, entry.provenance
    for image in entry.images:
        yield from _lint_masks(context, entry, image, members[image.file], where)
        yield from _lint_pixels(context, image, members[image.file], where)
        yield from context.sides.lint_image(context.split.split, image.id, where)
        if facts.holds("dropped", image.id):
            yield Problem("image_dropped", where, f"rejects/ say that image {image.id} was dropped")
        if facts.holds("benchmark", image.id):
            yield Problem("benchmark_shown", where, f"an evaluation set shows image {image.id}")
        occurrence = ("image", image.id, image.source, image.uri, image.licence)
        if context.known.catalogued and not facts.holds(*occurrence):
            what = f"the catalog has no image {' · '.join(occurrence[1:])}"
            yield Problem("image_unknown", where, what)
    if entry.images:
        claim = ("document", entry.images[0].id, origin.document)
        sound = facts.holds(*claim) or not context.known.catalogued
    elif entry.task == "prose":
        sound = _is_of_its_text(context, entry)
    else:
        turns = (f"{turn.role}: {turn.content}" for turn in entry.conversations)
        sound = origin.document == hash_of(*turns)[:ID_DIGITS]
    if not sound:
        yield Problem("document_unknown", where, f"isn't of the document {origin.document}")


def _is_of_its_text(context: Context, entry: SampleEntry) -> bool:
    """Whether what is asked about text alone is of the document of its page, or of its own row."""
    origin = entry.provenance
    ident = [*origin.detail.split(), "", ""][1]
    if ident == hash_of(origin.source, origin.uri)[:ID_DIGITS]:
        return origin.document == ident
    known = context.known.facts.holds("document", ident, origin.document)
    return known or not context.known.catalogued


def _lint_pixels(context: Context, image: ImageEntry, data: bytes, where: str) -> Iterator[Problem]:
    digest = hashlib.sha256(data).hexdigest()
    if not image.changes and not _is_own(context, image, digest):
        what = f"{image.file}: SHA-256 is {digest}, so the bytes aren't those of image {image.id}"
        yield Problem("image_bytes", where, what)
    look = look_at(data, digest)
    if isinstance(look, BadImage):
        yield Problem("image_broken", where, f"{image.file}: {look.message}")
        return
    suffix = image.file.rpartition(".")[2]
    if look.changes or look.suffix != suffix:
        what = f"{image.file}: {look.suffix} {', '.join(look.changes)}: not every reader shows it"
        yield Problem("image_form", where, what)
    if look.size != (image.width, image.height):
        what = f"{image.file}: {look.size} pixels, the JSON says {(image.width, image.height)}"
        yield Problem("image_size", where, what)
    yield from _lint_changes(context, image, where)
    hash_ = context.known.looks.hash(image.id)
    plain = image.changes and MASKED not in image.changes.split(",")
    if plain and hash_ is not None and not look.is_of(hash_):
        yield Problem("image_looks", where, f"{image.file}: doesn't look like image {image.id}")


def _lint_masks(
    context: Context, entry: SampleEntry, image: ImageEntry, data: bytes, where: str
) -> Iterator[Problem]:
    """What was to be masked on an image is filled, and nothing is said to be masked that wasn't."""
    position = entry.images.index(image)
    known = context.known.masks.get(image.id, {})
    if entry.annotation and len(entry.annotation) == len(entry.images):
        boxes = known.get(content_of(entry.annotation[position]), [])
    else:
        boxes = next(iter(known.values()), [])
    what = ""
    if bool(boxes) != (MASKED in image.changes.split(",")):
        what = f"{len(boxes)} regions to be masked, changes {image.changes!r}"
    elif boxes and not is_filled(data, boxes):
        what = "a region to be masked isn't filled"
    if what:
        yield Problem("mask_missing", where, f"{image.file}: {what}")


def _is_own(context: Context, image: ImageEntry, digest: str) -> bool:
    """Whether bytes with this hash are the image's: a document's page goes by the catalog alone."""
    if not _PAGE.search(image.uri) and not digest.startswith(image.id):
        return False
    known = context.known
    return known.looks.size(image.id) is None or known.facts.holds("bytes", image.id, digest)


def _lint_changes(context: Context, image: ImageEntry, where: str) -> Iterator[Problem]:
    """An image is stored in its own size, or shrunk to the stage's, and says why it was changed."""
    size = context.known.looks.size(image.id)
    if size is None:
        return
    stored = stored_size(Size(*size), context.split.stage.resolution.stored_max_side)
    reasons = [reason for reason in image.changes.split(",") if reason not in _OURS]
    resized = "resized" in image.changes.split(",")
    own = context.known.facts.holds("changes", image.id, ",".join(reasons))
    if (image.width, image.height) != stored or resized != (stored != size) or not own:
        what = (
            f"{image.file}: {image.width} x {image.height}, changes {image.changes!r}; the catalog "
            f"and the stage ask for {stored.width} x {stored.height}"
        )
        yield Problem("image_changes", where, what)
