"""Sentences about a run that Croissant, SPDX and the summaries for regulators share.

Each says what follows from the run's tables. What doesn't is `UNKNOWN`, word for word, so that
whoever publishes the data finds every place that he has to fill in.
"""

from gyogwa.pipelines.describe.facts import Facts

UNKNOWN = "Not known to gyogwa: to be stated by whoever publishes this data set."

_ORIGINS = {
    "text_layer": "the text layer of the document",
    "dataset": "labels that the source brought",
    "ocr": "OCR",
}


def collection(facts: Facts) -> str:
    """How the data was collected, as far as a run knows."""
    names = len({source for source, _, _ in facts.sources})
    return (
        "Images, documents and conversations that were given to gyogwa, which crawls nothing "
        f"({names:,} {'source' if names == 1 else 'sources'}). Each sample names its source, the "
        f"address in it and the licence. How the sources collected them: {UNKNOWN}"
    )


def preprocessing(facts: Facts) -> list[str]:
    """What was done to what came in, with numbers."""
    rejected = facts.figures.rejected
    copies = facts.rejected("exact_duplicate", "near_duplicate")
    steps = [
        "Images stand in the shards byte for byte, unless a stage asks for a smaller size, the "
        "format is one that not every decoder opens, or an orientation would move boxes; what was "
        "changed stands beside each image.",
        "Text is in Unicode NFC; words have boxes in fractions of the displayed image.",
        f"Copies of images were left out: {copies:,}.",
        f"Everything that left has a row in rejects/ with step, rule, value and threshold: "
        f"{rejected.total():,} images, labels, conversations and samples.",
    ]
    if facts.benchmarks:
        found = facts.rejected("contamination")
        steps.append(
            f"Compared with the evaluation sets {', '.join(facts.benchmarks)}: {found:,} images, "
            "labels and conversations that they hold were left out."
        )
    else:
        steps.append("Compared with no evaluation set.")
    return steps


def annotation(facts: Facts) -> list[str]:
    """Where words and boxes, questions and answers are from."""
    origins = facts.figures.seen.origins
    return [
        f"{_ORIGINS.get(name, name)}: words and boxes of {count:,} images."
        for name, count in sorted(origins.items())
    ] + [synthetic(facts)]


def synthetic(facts: Facts) -> str:
    """The share of what a machine made."""
    total = facts.tasks.total()
    share = f"{100 * facts.made / total:.1f} %" if total else "none"
    return (
        f"Questions and answers: {facts.made:,} of {total:,} ({share}) are made by rules from what "
        "stands on the page, in sentences that people wrote; the rest is what the sources brought. "
        "No generative model takes part. Whether images or texts of the sources are synthetic: "
        f"{UNKNOWN}"
    )


def personal(facts: Facts) -> str:
    """What was found of personal data, and what was done."""
    policy = facts.figures.run.curriculum.personal_data
    found = facts.figures.personal
    rows = [
        f"{kind.replace('_', ' ')} {count:,} ({action})"
        for (kind, action), count in sorted(found.items())
    ]
    told = "; ".join(rows) if rows else "none"
    return (
        "Looked for by pattern, check digit and field label, in Korean and English. Found, with "
        f"what was done: {told}. What the curriculum asks for: {policy.action}. Not looked for: "
        "faces, signatures, stamps, and names without a label."
    )


def limitations(facts: Facts) -> list[str]:
    """What the data is not, as far as a run knows."""
    read = facts.figures.seen.origins["ocr"]
    said = [
        "Questions are made from templates, so that their wording varies less than people's.",
        "What labels of the sources say is taken as they say it.",
    ]
    if read:
        said.append(f"Words of {read:,} images were read by OCR and hold its errors.")
    if short := _short(facts):
        said.append(f"Of what was asked for there is less than half of: {'; '.join(short)}.")
    return said


def _short(facts: Facts) -> list[str]:
    """What a stage got less than half of."""
    return [
        f"{stage.name}, {short.what} ({short.given:,} of {short.asked:,})"
        for stage in facts.figures.plan.stages
        for short in stage.shortages
        if 2 * short.given < short.asked and short.what.startswith(("task ", "language "))
    ]


def use(facts: Facts) -> str:
    """What it is made for."""
    return (
        "Training a vision-language model to read, locate and answer about Korean and English "
        f"documents, charts and tables, in {len(facts.figures.run.stages)} stages in order. "
        "Held-out splits are for watching the training, not for comparing models."
    )
