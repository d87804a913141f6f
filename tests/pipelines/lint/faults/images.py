"""Faults in images: whose bytes they are, what they show, and what the tables say of them."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace
from PIL import Image as Pillow

from gyogwa.schemas.ids import fingerprint_of, hash_of, sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import BenchmarkRow, Conversation, Image
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.faults.samples import STAGE, of
from tests.pipelines.lint.forgery import Forged, Forgery

Pixels = Callable[[Pillow.Image], Pillow.Image]


def own(sample: Forged) -> bool:
    """One image, in its source's own bytes."""
    return len(sample.images) == 1 and not sample.images[0]["changes"]


def changed(sample: Forged) -> bool:
    """One image that was changed for the shard."""
    return len(sample.images) == 1 and bool(sample.images[0]["changes"])


def drawn(data: bytes, change: Pixels, format_: str | None = None) -> bytes:
    """The image with other pixels, in its own format or another, and never coded as it was."""
    image = Pillow.open(io.BytesIO(data))
    out = io.BytesIO()
    change(image).save(out, format_ or image.format, compress_level=2, quality=74)
    return out.getvalue()


def repainted(
    change: Pixels, format_: str | None = None, number: int = 0
) -> Callable[[Forged], None]:
    def changed(sample: Forged) -> None:
        file = sample.images[number]["file"]
        sample.members[file] = drawn(sample.members[file], change, format_)

    return changed


def _dotted(image: Pillow.Image) -> Pillow.Image:
    image = image.copy()
    image.putpixel((3, 3), 0)
    return image


def _swapped(sample: Forged) -> None:
    one, other = (image["file"] for image in sample.images)
    members = sample.members
    members[one], members[other] = members[other], members[one]


faults(
    "image_bytes",
    one_pixel_changed=lambda run: run.edit(STAGE, own, repainted(_dotted)),
    coded_again=lambda run: run.edit(STAGE, own, repainted(lambda image: image.copy())),
    images_swapped=lambda run: run.edit("3-advanced", of("what_changed"), _swapped),
    page_of_a_pdf_changed=lambda run: run.edit(
        "4-preference", lambda sample: "#page=" in sample.images[0]["uri"],
        repainted(_dotted),
    ),
)  # fmt: skip


@fault("image_bytes")
def hash_of_the_catalog(run: Forgery) -> str:
    """Sample and id agree, but the catalog says other bytes."""
    sample = run.find("4-preference", own)
    image_id = sample.images[0]["id"]
    run.edit_table(Image, "catalog", lambda row: row.image_id == image_id, sha256="0" * 64)
    return f"stages/4-preference/{sample.shard}: {sample.key}"


@fault("image_bytes")
def catalog_forged_too(run: Forgery) -> str:
    """The catalog says the other bytes' hash, but the id is still that of the image's own."""

    def change(sample: Forged) -> None:
        image = sample.images[0]
        repainted(_dotted)(sample)
        digest = sha256_hex(sample.members[image["file"]])
        run.edit_table(Image, "catalog", lambda row: row.image_id == image["id"], sha256=digest)

    run.edit_every(lambda sample: own(sample) and sample.task == "chart_table", change)
    return ".tar: "


def _cut(sample: Forged) -> None:
    file = sample.images[0]["file"]
    sample.members[file] = sample.members[file][:-2000]


faults("image_broken", image_cut_short=lambda run: run.edit(STAGE, changed, _cut))
faults(
    "image_form",
    png_named_jpg=lambda run: run.edit(
        STAGE, lambda s: changed(s) and s.images[0]["file"] == "jpg",
        repainted(lambda image: image, "PNG"),
    ),
    in_four_colours=lambda run: run.edit(
        STAGE, lambda s: changed(s) and s.images[0]["file"] == "jpg",
        repainted(lambda image: image.convert("CMYK")),
    ),
)  # fmt: skip
faults(
    "image_size",
    smaller_than_the_json_says=lambda run: run.edit(
        STAGE, changed, repainted(lambda image: image.resize((image.width // 2, image.height // 2)))
    ),
)
faults(
    "image_looks",
    another_picture=lambda run: run.edit(
        STAGE, changed,
        repainted(lambda image: image.transpose(Pillow.Transpose.FLIP_TOP_BOTTOM)),
    ),
)  # fmt: skip


def _says(**values: Any) -> Callable[[Forged], None]:
    return lambda sample: sample.images[0].update(values)


faults(
    "mask_missing",
    nothing_was_to_be_masked=lambda run: run.edit(STAGE, own, _says(changes="masked")),
)


def _halved(sample: Forged) -> None:
    image = sample.images[0]
    size = image["width"] // 2, image["height"] // 2
    image["width"], image["height"] = size
    repainted(lambda pixels: pixels.resize(size))(sample)


faults(
    "image_changes",
    changed_for_no_reason=lambda run: run.edit(STAGE, own, _says(changes="resized")),
    changed_for_another_reason=lambda run: run.edit(STAGE, changed, _says(changes="alpha,resized")),
    smaller_than_asked=lambda run: run.edit(STAGE, changed, _halved),
)


def _elsewhere(run: Forgery, **values: Any) -> str:
    def change(sample: Forged) -> None:
        sample.images[0].update(values)
        sample.entry["provenance"].update(values)

    return run.edit(STAGE, of("caption"), change)


faults(
    "image_unknown",
    of_another_source=partial(_elsewhere, source="scans"),
    of_another_uri=partial(_elsewhere, uri="images/999999.jpg"),
    of_another_licence=partial(_elsewhere, licence="MIT"),
)


@fault("image_unknown")
def image_from_elsewhere(run: Forgery) -> str:
    """An image that was never ingested, though the source's conversation is said to name it."""

    def change(sample: Forged) -> None:
        image = sample.images[1]
        repainted(_dotted, number=1)(sample)
        image["id"] = sha256_hex(sample.members[image["file"]])[:32]
        sample.rekey()
        uri, ids = sample.entry["provenance"]["uri"], [each["id"] for each in sample.images]
        run.edit_table(Conversation, "records", lambda row: row.uri == uri, image_ids=ids)

    return run.edit(STAGE, lambda sample: len(sample.images) == 2, change)


def _in_another_document(run: Forgery, task: str) -> str:
    document = hash_of("other")[:32]
    return run.edit(
        STAGE, of(task), lambda sample: sample.entry["provenance"].update(document=document)
    )


faults(
    "document_unknown",
    page_of_another_document=partial(_in_another_document, task="caption"),
    text_of_another_document=partial(_in_another_document, task="text_only"),
    prose_of_another_document=partial(_in_another_document, task="prose"),
)


@fault("image_dropped")
def shown_though_a_filter_dropped_it(run: Forgery) -> str:
    sample = run.find("4-preference", own)
    run.edit_table(Reject, "rejects", lambda row: row.step == "filters", id=sample.images[0]["id"])
    return f": {sample.key}"


@fault("benchmark_shown")
def shown_by_an_evaluation_set(run: Forgery) -> str:
    """The set holds an image of a stage, and every manifest says that it was compared with it."""
    sample = run.find("4-preference", own)
    (name,) = run.parts("benchmarks")
    (row,) = run.rows(BenchmarkRow, name)
    image = replace(row.images[0], image_id=sample.images[0]["id"])
    run.write_rows(BenchmarkRow, name, [replace(row, images=[image])])
    print_ = fingerprint_of([[row.row, row.question, row.choices, [image.image_id]]])
    for split in run.splits():
        run.edit_manifest(
            split, lambda manifest: manifest["benchmarks_checked"][0].update(fingerprint=print_)
        )
    return f": {sample.key}"
