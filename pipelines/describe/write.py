"""Writes what a run says of itself beside its stages."""

from gyogwa.pipelines.describe.attribution import attribution_of
from gyogwa.pipelines.describe.card import card
from gyogwa.pipelines.describe.croissant import croissant
from gyogwa.pipelines.describe.facts import Facts
from gyogwa.pipelines.describe.regulators import basic_act, training_content
from gyogwa.pipelines.describe.spdx import spdx
from gyogwa.pipelines.report.figures import Figures
from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.files.writing import write_bytes


def write_descriptions(target: RunLayout, figures: Figures) -> None:
    """Write all of them for the stages that lie in `target`, whose figures these are."""
    facts = Facts(figures)
    for path, text in (
        (target.readme, card(facts)),
        (target.attribution, attribution_of(figures.seen.licences)),
        (target.croissant, croissant(facts)),
        (target.spdx, spdx(facts)),
        (target.training_content, training_content(facts)),
        (target.basic_act, basic_act(facts)),
    ):
        write_bytes(path, text.encode())
