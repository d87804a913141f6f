"""Where things lie in a run's output folder (local path or URL)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RunLayout:
    """The folders and files below the output root, as strings without a trailing slash."""

    root: str

    def _at(self, *parts: str) -> str:
        return "/".join([self.root.rstrip("/"), *parts])

    @property
    def curriculum(self) -> str:
        return self._at("curriculum.json")

    @property
    def catalog(self) -> str:
        return self._at("catalog")

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
    def ocr_quality(self) -> str:
        """How well OCR read images whose text is known; there when it was measured."""
        return self._at("annotations", "quality.json")

    @property
    def benchmarks(self) -> str:
        """What evaluation sets ask and show, for comparison; nothing of it goes into a stage."""
        return self._at("benchmarks")

    @property
    def duplicates(self) -> str:
        return self._at("duplicates")

    @property
    def rejects(self) -> str:
        return self._at("rejects")

    @property
    def books(self) -> str:
        """How many came in, were kept and were rejected, step by step."""
        return self._at("books")

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
    def readme(self) -> str:
        return self._at("README.md")
