"""`README.md`: a data card, whose head lets `datasets.load_dataset(OUT, STAGE)` read a stage.

The head has one config a stage, with a split for training and one for what is held out. Replayed
samples lie in the stage that they are of; which ones a stage shows again stands in its index, which
only our loader follows.

Sources: the metadata of data cards as huggingface_hub documents it (languages, sizes, licences,
tasks); a licence that isn't on its list is `other`.
"""

from typing import Any

import yaml

from gyogwa.pipelines.describe import statements
from gyogwa.pipelines.describe.facts import Facts, Part, names_in
from gyogwa.pipelines.describe.features import features_of
from gyogwa.pipelines.describe.markdown import environment

_LICENCES = {
    "apache-2.0", "mit", "openrail", "bigscience-openrail-m", "cc0-1.0", "cc-by-2.0",
    "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0",
    "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0",
    "cdla-permissive-1.0", "cdla-permissive-2.0", "odc-by", "pddl", "odbl", "etalab-2.0",
    "gfdl", "bsd-2-clause", "bsd-3-clause", "isc", "unlicense", "agpl-3.0", "gpl-2.0",
    "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "mpl-2.0", "unknown",
}  # fmt: skip
_RENAMED = {"odc-by-1.0": "odc-by", "pddl-1.0": "pddl", "odbl-1.0": "odbl"}
_SIZES = [
    (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"), (10**12, "100B<n<1T"),
]  # fmt: skip
_CREATORS = {"ocr": "machine-generated", "text_layer": "found", "dataset": "found"}
_CATEGORIES = {
    "image-text-to-text": {"doc_qa", "table_qa", "chart_qa", "choice", "converse", "which_page",
                           "what_changed", "compare_charts", "continue_text", "chain", "prefer"},
    "image-to-text": {"ocr", "read", "caption", "ground_caption", "table_html", "table_otsl",
                      "chart_table", "layout"},
    "visual-question-answering": {"doc_qa", "chart_qa", "table_qa", "choice", "converse"},
    "document-question-answering": {"doc_qa", "table_qa", "which_page", "what_changed"},
    "table-question-answering": {"table_qa"},
    "object-detection": {"ground", "refer", "layout", "ground_caption"},
    "text-generation": {"text_only", "prose"},
}  # fmt: skip
"""Hub's names for what our tasks are."""


def card(facts: Facts) -> str:
    """The card's text."""
    head = yaml.safe_dump(header(facts), sort_keys=False, allow_unicode=True, width=100)
    body = environment().get_template("card.md.j2").render(
        facts=facts,
        run=facts.figures.run,
        manifests=facts.figures.manifests,
        collection=statements.collection(facts),
        preprocessing=statements.preprocessing(facts),
        annotation=statements.annotation(facts),
        personal=statements.personal(facts),
        limitations=statements.limitations(facts),
        use=statements.use(facts),
        unknown=statements.UNKNOWN,
    )  # fmt: skip
    return f"---\n{head}---\n{body}"


def header(facts: Facts) -> dict[str, Any]:
    """The card's head. Fields that no machine can know aren't there."""
    origins = facts.figures.seen.origins
    return {
        "pretty_name": facts.name,
        **_licence(facts.licences),
        "language": list(facts.languages),
        "multilinguality": ["multilingual" if len(facts.languages) > 1 else "monolingual"],
        "size_categories": [next((n for most, n in _SIZES if facts.samples < most), "n>1T")],
        "task_categories": [
            name for name, tasks in _CATEGORIES.items() if not tasks.isdisjoint(facts.tasks)
        ],
        "annotations_creators": sorted({_CREATORS.get(name, "other") for name in origins}),
        "language_creators": ["found", "machine-generated"],
        "tags": ["document-understanding", "ocr", "curriculum", "webdataset", "gyogwa"],
        "configs": [_config(name, parts) for name, parts in _stages(facts).items()],
        "dataset_info": [_info(name, parts) for name, parts in _stages(facts).items()],
    }


def _licence(licences: list[str]) -> dict[str, Any]:
    known = [_hub_name(name) for licence in licences for name in names_in(licence)]
    names = sorted({name or "other" for name in known}) or ["unknown"]
    found: dict[str, Any] = {"license": names[0] if len(names) == 1 else names}
    if "other" in names:
        found["license_name"] = "see-attribution"
        found["license_details"] = "ATTRIBUTION.md names the licence of every source"
    return found


def _hub_name(name: str) -> str:
    low = _RENAMED.get(name.lower(), name.lower())
    low = low.removesuffix("-only").removesuffix("-or-later")
    return low if low in _LICENCES else ""


def _stages(facts: Facts) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in facts.parts:
        found.setdefault(part.name, []).append(part)
    return found


def _config(name: str, parts: list[Part]) -> dict[str, Any]:
    files = [{"split": p.manifest.split, "path": f"{p.folder}/*.tar"} for p in parts]
    return {"config_name": name, "data_files": files}


def _info(name: str, parts: list[Part]) -> dict[str, Any]:
    members = {member for part in parts for member in part.members}
    splits = [
        {"name": part.manifest.split, "num_bytes": part.bytes, "num_examples": part.samples}
        for part in parts
    ]
    total = sum(part.bytes for part in parts)
    return {
        "config_name": name,
        "features": features_of(sorted(members, key=lambda m: (len(m), m))),
        "splits": splits,
        "download_size": total,
        "dataset_size": total,
    }
