"""Where things lie in a run's output folder (local path or URL), and what they are called.

A run deletes and overwrites what it wrote and nothing else. Parts of tables and packs it knows by
their names, which nobody else gives; what has a name that others give too, such as `README.md`, is
in the list `published.json`.
"""

import re
from dataclasses import dataclass

_PART = "[0-9a-f]{16}"
_COUNTED = rf"ingest-{_PART}\.parquet|(?:ingest-listing|ingest-rows|assemble)-[0-9]{{2,}}\.parquet"
_PARTS: dict[str, re.Pattern[str]] = {
    folder: re.compile(pattern)
    for folder, pattern in {
        "catalog": rf"{_PART}\.parquet",
        "records": rf"{_PART}\.parquet",
        "packs": rf"{_PART}\.tar",
        "listing": r"(?:files|parts)-[0-9]{2}\.parquet"
        r"|(?:inputs|skipped|readings|classes)-00\.parquet"
        rf"|labels-{_PART}\.jsonl|state\.json",
        "sources": rf"{_PART}\.parquet",
        "annotations": rf"{_PART}\.parquet|quality\.json",
        "annotations/failures": rf".+-[0-9a-f]{{8}}-{_PART}\.parquet",
        "texts": r"texts-[0-9]{2,}\.parquet",
        "benchmarks": rf".+-{_PART}\.(?:json|parquet|tar)",
        "duplicates": r"(?:duplicates|assemble)-[0-9]{2,}\.parquet",
        "moved": r"moved-[0-9]{2}\.parquet",
        "personal": r"personal-[0-9]{2,}\.parquet",
        "suspects": r"suspects-[0-9]{2}\.parquet",
        "searched": r"searched-[0-9]{2,}\.parquet",
        "rejects": _COUNTED,
        "ledger": _COUNTED,
    }.items()
}
TABLES = tuple(_PARTS)
"""Folders in which a run knows its files by their names."""
LISTED = ("stages", "cards")
"""Folders whose files of the run are listed in `published.json`."""
DESCRIPTIONS = (
    "README.md", "ATTRIBUTION.md", "croissant.json", "dataset.spdx3.json", "TRAINING-CONTENT.md",
    "AI-BASIC-ACT.md", "report.html",
)  # fmt: skip
"""What a run says of itself, made anew with the stages."""
ROOT_FILES = ("curriculum.json", "plan.json", *DESCRIPTIONS)
"""What stands beside the folders and is listed there too."""

_STAGE_FILE = re.compile(
    r"stages/[0-9]+-[^/]+/(?:validation/)?"
    r"(?:manifest\.json|manifest\.pending\.json|index\.parquet|[^/]+-[0-9]{5,}\.tar)"
)
CARD_PAGE = (
    r"cards/(?:index\.html|curriculum\.yaml|app/[a-z]+\.(?:js|css)|data/[a-z]+(?:-[0-9a-f]+)?\.js)"
)
"""What a page of cards consists of beside its images, which bear names of their own."""
_CARD_FILE = re.compile(rf"{CARD_PAGE}|cards/images/[^/]+")


def is_part(folder: str, name: str) -> bool:
    """Whether a file of this name in `folder` (a path that ends in one of `TABLES`) is a run's."""
    (pattern,) = (_PARTS[table] for table in TABLES if f"/{folder}".endswith(f"/{table}"))
    return pattern.fullmatch(name) is not None


def is_run_name(path: str) -> bool:
    """Whether a run could have written `path`, which is relative to its root."""
    folder, _, name = path.rpartition("/")
    if not folder:
        return name in (*ROOT_FILES, "published.json")
    if folder in _PARTS:
        return is_part(folder, name)
    return bool(_STAGE_FILE.fullmatch(path) or _CARD_FILE.fullmatch(path))


@dataclass(frozen=True)
class RunLayout:
    """The folders and files below the output root, as strings without a trailing slash."""

    root: str

    def _at(self, *parts: str) -> str:
        return "/".join([self.root.rstrip("/"), *parts])

    @property
    def marker(self) -> str:
        """Says that the folder is a run's: see `schemas.run`."""
        return self._at("run.json")

    @property
    def lock(self) -> str:
        """There while a command writes into the folder."""
        return self._at("run.lock")

    @property
    def published(self) -> str:
        """The list of what the last assembly put in place, with sizes and hashes."""
        return self._at("published.json")

    @property
    def building(self) -> str:
        """Where stages are made until they take the place of the old ones; else not there."""
        return self._at(".building")

    @property
    def curriculum(self) -> str:
        return self._at("curriculum.json")

    @property
    def catalog(self) -> str:
        return self._at("catalog")

    @property
    def listing(self) -> str:
        """What the inputs held when they were last listed, file by file, and what it became."""
        return self._at("listing")

    @property
    def listed_state(self) -> str:
        """The listing and settings that the catalog stands for; not there while it is made."""
        return self._at("listing", "state.json")

    @property
    def sources(self) -> str:
        """Which files each part of the catalog was made of."""
        return self._at("sources")

    @property
    def records(self) -> str:
        """Conversations that sources brought with their images, or without any."""
        return self._at("records")

    @property
    def packs(self) -> str:
        return self._at("packs")

    @property
    def annotations(self) -> str:
        return self._at("annotations")

    @property
    def failures(self) -> str:
        """Which images an engine could not read, and why; as much a cache as the annotations."""
        return self._at("annotations", "failures")

    @property
    def ocr_quality(self) -> str:
        """How well OCR read images whose text is known; there when it was measured."""
        return self._at("annotations", "quality.json")

    @property
    def texts(self) -> str:
        """The running text of documents whose blocks are known, joined over lines and pages."""
        return self._at("texts")

    @property
    def benchmarks(self) -> str:
        """What evaluation sets ask and show, for comparison; nothing of it goes into a stage."""
        return self._at("benchmarks")

    @property
    def duplicates(self) -> str:
        return self._at("duplicates")

    @property
    def moved(self) -> str:
        """What images were given by copies of them that were dropped."""
        return self._at("moved")

    @property
    def personal(self) -> str:
        """Where personal data was found, of which kind, and what was done; never what it is."""
        return self._at("personal")

    @property
    def suspects(self) -> str:
        """Conversations that were kept but may ask what an evaluation set asks."""
        return self._at("suspects")

    @property
    def searched(self) -> str:
        """Which pages were searched for parts that are evaluation images; a cache."""
        return self._at("searched")

    @property
    def rejects(self) -> str:
        return self._at("rejects")

    @property
    def ledger(self) -> str:
        """How many came in, were kept and were rejected, step by step."""
        return self._at("ledger")

    @property
    def stages(self) -> str:
        return self._at("stages")

    def stage(self, number: int, name: str, split: str = "train") -> str:
        """A stage's folder; what is held out of training lies in a folder inside it."""
        folder = self._at("stages", f"{number}-{name}")
        return folder if split == "train" else f"{folder}/{split}"

    @property
    def plan(self) -> str:
        """What every stage takes and what is short, in numbers."""
        return self._at("plan.json")

    @property
    def cards(self) -> str:
        return self._at("cards")

    @property
    def report(self) -> str:
        return self._at("report.html")

    @property
    def forgotten(self) -> str:
        """What was taken out of the run for good, and keeps it out: see `schemas.forgotten`."""
        return self._at("forgotten.json")

    @property
    def attribution(self) -> str:
        return self._at("ATTRIBUTION.md")

    @property
    def readme(self) -> str:
        return self._at("README.md")

    @property
    def croissant(self) -> str:
        """Files, record sets and provenance as Croissant 1.1 says them."""
        return self._at("croissant.json")

    @property
    def spdx(self) -> str:
        """The data set as a package of SPDX 3.0.1."""
        return self._at("dataset.spdx3.json")

    @property
    def training_content(self) -> str:
        """What the EU's summary of training content asks, as far as a run knows."""
        return self._at("TRAINING-CONTENT.md")

    @property
    def basic_act(self) -> str:
        """A checklist for Korea's AI Basic Act, in Korean."""
        return self._at("AI-BASIC-ACT.md")
