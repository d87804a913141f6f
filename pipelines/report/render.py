"""`report.html`: one file, no script, drawings inline, each with its numbers as a table.

The page lets no browser load or run anything: its policy allows its own style, by hash, and nothing
else. All that comes from data is escaped.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from gyogwa.pipelines.report.compare import changes
from gyogwa.pipelines.report.figures import Figures
from gyogwa.pipelines.report.flow import flows
from gyogwa.pipelines.report.svg import Drawing, bars, calibration, distribution, pairs

_HERE = Path(__file__).parent


def rendered(figures: Figures, against: Figures | None = None) -> str:
    """The page about a run. `against`: another, which it is compared with."""
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            f=figures,
            run=figures.run,
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            flows=flows(figures.ledger, figures.rejected),
            mixtures=_mixtures(figures),
            drawn=_drawings(figures),
            quality=_quality(figures),
            personal=_personal(figures),
            found=[
                (kind.replace("_", " "), action, f"{count:,}")
                for (kind, action), count in sorted(figures.personal.items())
            ],
            against=against.run if against else None,
            changes=changes(against, figures) if against else [],
            cpu_hours=_cpu_hours(figures),
        )
    )


def _mixtures(figures: Figures) -> dict[int, Drawing]:
    return {
        manifest.number: pairs(
            f"{manifest.number}-{manifest.name}: share of questions by task",
            [(share.task, share.asked, share.share) for share in manifest.mixture],
        )
        for manifest in figures.manifests
        if manifest.split == "train" and manifest.mixture
    }


def _drawings(figures: Figures) -> list[Drawing]:
    seen = figures.seen
    drawn = [
        bars("Languages of samples", list(seen.languages.items()), "samples"),
        bars("Languages of images", list(seen.image_languages.items()), "images"),
        bars("Kinds of images", list(seen.kinds.items()), "images"),
        bars("Where words are from", list(seen.origins.items()), "images"),
        distribution("Size of images", seen.sides, "longer side, pixels"),
        distribution("Text of samples", seen.lengths, "characters"),
    ]
    if seen.confidence.total:
        drawn.append(distribution("Confidence of OCR", seen.confidence, "mean of an image"))
    return drawn


def _quality(figures: Figures) -> Drawing | None:
    if not figures.quality or not figures.quality[0].calibration:
        return None
    return calibration("Calibration of OCR", figures.quality[0].calibration)


def _personal(figures: Figures) -> list[tuple[str, str, int]]:
    """What was rejected because of personal data: (step, rule, count)."""
    return [
        (step, rule, count)
        for (step, _, rule), count in sorted(figures.rejected.items())
        if "personal" in rule
    ]


def _cpu_hours(figures: Figures) -> float:
    if figures.marker is None:
        return 0.0
    return sum(phase.cpu_seconds for phase in figures.marker.phases.values()) / 3600


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
