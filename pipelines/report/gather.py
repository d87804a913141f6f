"""Read the figures of a report out of a run's tables, column by column.

Cost: one reading of a few columns of each table, and of at most 2,000 samples a stage for prompts.
"""

from collections import Counter
from collections.abc import Iterator

from gyogwa.pipelines.ledger import check_ledger, parts_of, published_ledger
from gyogwa.pipelines.report.figures import Figures, Personal, Rejected, Seen, binned
from gyogwa.pipelines.report.prompts import prompt_use, questions_of
from gyogwa.pipelines.review.rates import Review
from gyogwa.pipelines.run_folder.marker import read_marker
from gyogwa.pipelines.summary import stage_manifests
from gyogwa.pipelines.unread import unread_in
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject, Suspect
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.schemas.personal import PersonalData
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.quality import OcrQuality, QualityReport
from gyogwa.schemas.records import Annotation, Image
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE, is_by
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, read_columns, read_folder

_SIDES: list[float] = [0, 320, 640, 960, 1280, 1600, 2000, 2600, 3500, 5000]
_LENGTHS: list[float] = [0, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000]
_SURE = [n / 20 for n in range(21)]
_BITS: list[float] = [0, 1, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 64]


def figures_of(
    layout: RunLayout,
    built: RunLayout,
    run: CurriculumManifest,
    times: bool,
    review: Review | None = None,
) -> Figures:
    """The figures of a run; what ingest and annotate told is in `layout`, the stages in `built`.

    `times`: tell how long it took as well, which differs from one run to the next of the same data.
    """
    manifests = stage_manifests(built, run)
    suspects = read_folder(Suspect, built.suspects)
    return Figures(
        run=run,
        manifests=manifests,
        plan=parse_json(read_bytes(built.plan), built.plan, Plan),
        ledger=published_ledger(layout) if built == layout else check_ledger(layout, built),
        rejected=_rejected(layout, built),
        unread=[str(kind) for kind in unread_in(layout)],
        suspects=sorted(suspects, key=lambda s: (-s.choices - s.share, s.source, s.uri)),
        prompts=prompt_use(questions_of(built, run)),
        quality=_quality(layout, run),
        seen=_seen(layout, built, run, manifests),
        personal=_personal(built),
        marker=read_marker(layout) if times else None,
        review=review,
    )


def _rejected(layout: RunLayout, built: RunLayout) -> Rejected:
    counts: Rejected = Counter()
    for path in parts_of(layout.rejects, built.rejects):
        columns = read_columns(Reject, path, ["step", "unit", "rule"])
        counts.update(zip(columns["step"], columns["unit"], columns["rule"], strict=True))
    return counts


def _personal(built: RunLayout) -> Personal:
    counts: Personal = Counter()
    for path in list_parts(built.personal):
        columns = read_columns(PersonalData, path, ["kind", "action", "count"])
        for kind, action, count in zip(*columns.values(), strict=True):
            counts[kind, action] += count
    return counts


def _quality(layout: RunLayout, run: CurriculumManifest) -> list[OcrQuality]:
    try:
        text = read_bytes(layout.ocr_quality)
    except FileNotFoundError:
        return []
    report = parse_json(text, layout.ocr_quality, QualityReport)
    return report.groups if report.engine == run.engine else []


def _seen(
    layout: RunLayout,
    built: RunLayout,
    run: CurriculumManifest,
    manifests: list[StageManifest],
) -> Seen:
    kinds: Counter[str] = Counter()
    sides: list[float] = []
    for path in list_parts(layout.catalog):
        columns = read_columns(Image, path, ["kind", "width", "height"])
        kinds.update(columns["kind"])
        sides += map(max, columns["width"], columns["height"])
    languages: Counter[str] = Counter()
    lengths: list[float] = []
    shown = 0
    for language, length, images in _samples(built, manifests):
        languages[language or "none"] += 1
        lengths.append(length)
        shown += images
    read: dict[str, Counter[str]] = {"language": Counter(), "origin": Counter()}
    sure: list[float] = []
    for path in list_parts(layout.annotations):
        columns = read_columns(Annotation, path, ["engine", "origin", "language", "confidence"])
        for engine, origin, language, confidence in zip(*columns.values(), strict=True):
            if not (is_by(engine, run.engine) or engine.startswith(TRUTH_ENGINE)):
                continue  # of another engine, kept as a cache
            read["language"][language or "none"] += 1
            read["origin"][origin] += 1
            if origin == "ocr" and language:
                sure.append(confidence)
    verdicts: Counter[str] = Counter()
    distances: list[float] = []
    for path in list_parts(built.duplicates):
        columns = read_columns(Duplicate, path, ["verdict", "distance"])
        verdicts.update(columns["verdict"])
        pairs = zip(columns["verdict"], columns["distance"], strict=True)
        distances += [bits for verdict, bits in pairs if verdict in ("near", "alike")]
    licences: Counter[tuple[str, str]] = Counter()
    for manifest in manifests:
        for share in manifest.sources:
            licences[share.source, share.licence] += share.samples
    return Seen(
        kinds, read["language"], read["origin"], languages, licences, verdicts,
        binned(sides, _SIDES), binned(lengths, _LENGTHS), binned(sure, _SURE),
        binned(distances, _BITS), shown,
    )  # fmt: skip


def _samples(built: RunLayout, manifests: list[StageManifest]) -> Iterator[tuple[str, float, int]]:
    """(language, characters, images) of every sample, replays left out."""
    for manifest in manifests:
        folder = built.stage(manifest.number, manifest.name, manifest.split)
        wanted = ["shard", "language", "text_length", "images"]
        columns = read_columns(IndexRow, f"{folder}/index.parquet", wanted)
        for shard, language, length, images in zip(*columns.values(), strict=True):
            if not shard.startswith("../"):
                yield language, float(length), images
