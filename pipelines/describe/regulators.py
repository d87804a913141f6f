"""What regulators ask about training data, as far as a run knows, for people to complete.

`TRAINING-CONTENT.md` follows the sections of the template for the public summary of training
content (European Commission, 24 July 2025, under Article 53(1)(d) of Regulation (EU) 2024/1689);
`AI-BASIC-ACT.md` is a checklist beside Korea's AI Basic Act (Act No. 20676, in force since 22
January 2026). Neither is legal advice, and neither says anything of the model, of which a run knows
nothing.
"""

from typing import get_args

from gyogwa.pipelines.describe.facts import BROUGHT, Facts
from gyogwa.pipelines.describe.korean import (
    ACTIONS,
    ANSWERS,
    KINDS,
    LANGUAGES,
    TASKS,
    TO_FILL_IN,
)
from gyogwa.pipelines.describe.markdown import environment
from gyogwa.pipelines.describe.statements import UNKNOWN, personal, preprocessing, synthetic
from gyogwa.schemas.curriculum import LicencePolicy
from gyogwa.schemas.personal import PersonalKind
from gyogwa.transforms.licences.policy import refusal

_IMAGES = ((10**6, "less than 1 million images"), (10**9, "1 million to 1 billion images"))
_TOKENS = ((10**9, "less than 1 billion tokens"), (10**13, "1 billion to 10 trillion tokens"))
"""The template's ranges of size; what reaches the last of them is more."""
_POLICIES = {
    "training": LicencePolicy(unknown="deny"),
    "commercial": LicencePolicy(commercial=True, unknown="deny"),
    "redistribution": LicencePolicy(use="redistribution", unknown="deny"),
}


def training_content(facts: Facts) -> str:
    """The derivable sections of the EU's summary, as Markdown."""
    return environment().get_template("eu.md.j2").render(
        facts=facts,
        unknown=UNKNOWN,
        image_range=_range(facts.figures.seen.shown, _IMAGES, "more than 1 billion images"),
        token_range=_range(facts.tokens, _TOKENS, "more than 10 trillion tokens"),
        permitted=_permitted,
        preprocessing=preprocessing(facts),
        personal=personal(facts),
        synthetic=synthetic(facts),
    )  # fmt: skip


def basic_act(facts: Facts) -> str:
    """The checklist for Korea, as Markdown in Korean."""
    policy = facts.figures.run.curriculum.personal_data
    found = facts.figures.personal
    every: tuple[PersonalKind, ...] = get_args(PersonalKind)
    return environment().get_template("korea.md.j2").render(
        facts=facts,
        blank=TO_FILL_IN,
        languages=LANGUAGES,
        tasks=TASKS,
        brought=sum(facts.tasks[task] for task in BROUGHT),
        permitted=lambda licence, what: ANSWERS[_permitted(licence, what)],
        personal=[
            (
                KINDS[kind],
                sum(count for (name, _), count in found.items() if name == kind),
                ACTIONS[policy.kinds.get(kind, policy.action)],
            )
            for kind in every
        ],
        rejected=facts.rejected("personal_data"),
    )  # fmt: skip


def _range(size: int, ranges: tuple[tuple[int, str], ...], above: str) -> str:
    return next((name for most, name in ranges if size < most), above)


def _permitted(licence: str, what: str) -> str:
    """Whether a licence's own text permits something: yes, no, or a person has to decide."""
    refused = refusal(licence, _POLICIES[what])
    if refused is None:
        return "yes"
    return "no" if refused.rule == "licence_terms" else "a person has to decide"
