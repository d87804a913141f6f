"""What there is to do: counted from the listing of inputs, or from a run's catalog."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image as Picture

from gyogwa.pipelines.estimate.rates import Rates
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, FailedReading, Image
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE, is_by
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, read_columns, read_lengths
from gyogwa.transforms.ingest.raw import LABELS, METADATA, ListedFile
from gyogwa.transforms.ingest.sources.registry import FORMATS

_SAMPLED = 32
"""Image files whose size in pixels is looked up where only a listing is there."""


@dataclass(frozen=True)
class Work:
    """`ingest`: images and pages still to be ingested, `megapixels` of them, `rendered` pages among
    them; `known` and `read`: images to be annotated from labels and by OCR, with `read_megapixels`
    and megapixels of `ink`; `images`: all that assemble gets, of `image_bytes`, with `looks` not
    yet made, `masked` ones with `masks` regions to be read again; `samples` that it writes, which
    show images of `shown` bytes and `shown_words` words, each as often as it is shown. Words:
    `words` of all images, `told` by sources and `unwritten` ones of images that are still to be
    annotated."""

    ingest: float = 0.0
    megapixels: float = 0.0
    rendered: float = 0.0
    known: float = 0.0
    read: float = 0.0
    read_megapixels: float = 0.0
    ink: float = 0.0
    images: float = 0.0
    image_bytes: float = 0.0
    looks: float = 0.0
    samples: float = 0.0
    shown: float = 0.0
    shown_words: float = 0.0
    masked: float = 0.0
    masks: float = 0.0
    words: float = 0.0
    told: float = 0.0
    unwritten: float = 0.0
    assumed: tuple[str, ...] = ()


def work_of_listing(files: Iterable[ListedFile], dpi: int, rates: Rates) -> Work:
    """The work that files are which nobody has read yet. What they don't say is assumed, and told.

    Whether an image has labels can't be known before: an input with files of labels counts as
    labelled, one without as unread, and pages of documents as having their own text.
    """
    listed = [file for file in files if not file.rule]
    labelled = _labelled(listed)
    single: list[ListedFile] = []
    pages = tables = table_bytes = 0
    for file in listed:
        form = FORMATS.get(file.kind)
        if form is None:
            continue
        if form.together:
            single.append(file)
        elif form.pages:
            pages += file.pages
        else:
            tables, table_bytes = tables + 1, table_bytes + file.size
    assumed = []
    rows = table_bytes / rates.image_bytes
    if tables:
        assumed.append(f"{rows:,.0f} images in {tables:,} tables and tars, by their bytes")
    if pages:
        assumed.append(f"{pages:,} pages of documents have their own text (else OCR reads them)")
    if labelled:
        assumed.append(f"images of {', '.join(sorted(labelled))} have labels (else OCR reads them)")
    each = _megapixels(single, rates)
    page_megapixels = 8.27 * 11.69 * dpi * dpi / 1e6
    unread = sum(file.source not in labelled for file in single)
    images = len(single) + pages + rows
    megapixels = each * len(single) + page_megapixels * pages + rates.megapixels * rows
    words = megapixels * rates.words
    assumed.append(f"{words / max(images, 1):,.0f} words an image")
    size = sum(file.size for file in single) + pages * rates.image_bytes + table_bytes
    return Work(
        ingest=images,
        megapixels=megapixels,
        rendered=pages,
        known=images - unread,
        read=unread,
        read_megapixels=unread * each,
        ink=unread * each * rates.ink,
        images=images,
        image_bytes=size,
        looks=images * rates.looks_an_image,
        samples=images * rates.samples_an_image,
        shown=size * rates.samples_an_image,
        shown_words=words * rates.samples_an_image,
        words=words,
        told=words - unread * each * rates.words,
        unwritten=words,
        assumed=tuple(assumed),
    )


def unread_files(files: Iterable[ListedFile]) -> list[ListedFile]:
    """The image files that OCR is to read, as far as a listing tells."""
    listed = [file for file in files if not file.rule]
    labelled = _labelled(listed)
    forms = [(file, FORMATS.get(file.kind)) for file in listed if file.source not in labelled]
    return [file for file, form in forms if form is not None and form.together]


def _labelled(files: list[ListedFile]) -> set[str]:
    """The sources that have files of labels."""
    return {file.source for file in files if file.kind in (METADATA, LABELS) or file.form}


def _megapixels(files: list[ListedFile], rates: Rates) -> float:
    """Of an image file on average, by the headers of some of them."""
    chosen = random.Random(1).sample(files, min(_SAMPLED, len(files)))
    sizes = []
    for file in chosen:
        try:
            with Picture.open(BytesIO(read_bytes(file.path))) as picture:
                sizes.append(picture.width * picture.height / 1e6)
        except (OSError, ValueError, Picture.DecompressionBombError):  # ingest will say why
            continue
    return sum(sizes) / len(sizes) if sizes else rates.megapixels


def work_of_catalog(layout: RunLayout, engine: str, rates: Rates) -> Work:
    """What is left to do of a run that was ingested: annotate what isn't yet, and assemble."""
    done = settled(layout, engine)
    seen: set[str] = set()
    known = read = 0
    bytes_ = read_megapixels = ink = written = told = 0.0
    names = ["image_id", "width", "height", "signals", "ref"]
    for path in list_parts(layout.catalog):
        columns = read_columns(Image, path, names)
        truths = read_lengths(Image, path, "truth.words")
        for image, width, height, signals, ref, truth in zip(
            *(columns[name] for name in names), truths, strict=True
        ):
            if image in seen:
                continue
            seen.add(image)
            bytes_ += ref["length"]
            if image in done:
                written += done[image]
            elif truth is not None:
                known, told = known + 1, told + truth
            else:
                read += 1
                read_megapixels += width * height / 1e6
                ink += width * height / 1e6 * signals["ink"]
    unwritten = told + read_megapixels * rates.words
    words = written + unwritten
    return Work(
        known=known, read=read, read_megapixels=read_megapixels, ink=ink, images=len(seen),
        image_bytes=bytes_, looks=len(seen) * rates.looks_an_image,
        samples=len(seen) * rates.samples_an_image, shown=bytes_ * rates.samples_an_image,
        shown_words=words * rates.samples_an_image,
        words=words, told=told, unwritten=unwritten,
    )  # fmt: skip


def settled(layout: RunLayout, engine: str) -> dict[str, int]:
    """How many words stand on each image that is annotated, by this engine or from labels; none
    where it could not be read."""
    found: dict[str, int] = {}
    for folder, record in ((layout.annotations, Annotation), (layout.failures, FailedReading)):
        for path in list_parts(folder):
            columns = read_columns(record, path, ["image_id", "engine"])
            images, engines = columns["image_id"], columns["engine"]
            words: list[int | None] = [0] * len(images)
            if record is Annotation:
                words = read_lengths(record, path, "words")
            for image, by, count in zip(images, engines, words, strict=True):
                if is_by(by, engine) or by.startswith(TRUTH_ENGINE):
                    found[image] = count or 0
    return found
