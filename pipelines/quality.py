"""`--measure_ocr N`: which images with known text are read as well, and how well that went."""

from collections import defaultdict

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.quality import QualityReport
from gyogwa.schemas.records import Annotation, Image
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.annotate.quality import PageScore, quality_of, score
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE
from gyogwa.transforms.files.tables import list_parts, read_columns, rows_with
from gyogwa.transforms.files.writing import write_bytes


def measured_images(layout: RunLayout, count: int) -> frozenset[str]:
    """At most `count` images whose text is known, chosen by the hash of their id."""
    ids: set[str] = set()
    for path in list_parts(layout.catalog):
        columns = read_columns(Image, path, ["image_id", "truth.origin"])
        for image_id, truth in zip(columns["image_id"], columns["truth"], strict=True):
            if truth is not None:
                ids.add(image_id)
    return frozenset(sorted(ids, key=lambda image_id: hash_of("measure", image_id))[:count])


def write_quality(layout: RunLayout, reading: Reading, measured: frozenset[str]) -> QualityReport:
    """Compare what was read of the measured images with their truth, and write the figures."""
    kinds = _kinds(layout, measured)
    truths: dict[str, Annotation] = {}
    reads: dict[str, Annotation] = {}
    for row in rows_with(Annotation, layout.annotations, "image_id", measured):
        if row.engine.startswith(TRUTH_ENGINE):
            truths[row.image_id] = row
        elif row.engine == reading.engine:
            reads[row.image_id] = row
    scores: dict[tuple[str, str], list[PageScore]] = defaultdict(list)
    failed: dict[tuple[str, str], int] = defaultdict(int)
    for image_id, truth in sorted(truths.items()):
        group = (truth.language, kinds[image_id])
        if image_id in reads:
            scores[group].append(score(truth.words, reads[image_id].words))
        else:
            failed[group] += 1
    groups = sorted(scores.keys() | failed.keys())
    pages = [page for group in groups for page in scores[group]]
    report = QualityReport(
        engine=reading.engine,
        groups=[
            quality_of("", "", pages, sum(failed.values())),
            *(quality_of(*group, scores[group], failed[group]) for group in groups),
        ],
    )
    write_bytes(layout.ocr_quality, (report.model_dump_json(indent=2) + "\n").encode())
    return report


def _kinds(layout: RunLayout, wanted: frozenset[str]) -> dict[str, str]:
    found = {}
    for path in list_parts(layout.catalog):
        columns = read_columns(Image, path, ["image_id", "kind"])
        for image_id, kind in zip(columns["image_id"], columns["kind"], strict=True):
            if image_id in wanted:
                found[image_id] = kind
    return found
