"""How well an engine read pages whose text is known: error rates, boxes and calibration.

- CER: edits (insert, delete, replace) that turn what was read into the truth, in characters, / true
  characters; the words of each in reading order with one space between. Without spaces beside it,
  as Korean spacing is the first thing that engines get wrong. WER: the same in words.
- Word-box recall: true words that some read word covers at an intersection over union of at least
  0.5; and those of them that also have the right text.
- Calibration: read words by confidence in ten bins, with the share that stands where it should and
  says what it should; the expected calibration error is the mean gap between the two (Naeini,
  Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015).

All rates are of sums over pages: a page counts by its length.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from gyogwa.schemas.page import Word
from gyogwa.schemas.quality import CalibrationBin, OcrQuality

OVERLAP = 0.5
BINS = 10


@dataclass(frozen=True)
class PageScore:
    """The sums of one page or of many; `confidences` and `right` are parallel, one a read word."""

    characters: int = 0
    edits: int = 0
    bare_characters: int = 0
    bare_edits: int = 0
    true_words: int = 0
    word_edits: int = 0
    read_words: int = 0
    found: int = 0
    found_right: int = 0
    confidences: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)


def score(truth: Sequence[Word], read: Sequence[Word]) -> PageScore:
    """Compare what was read with the truth; both in reading order, boxes on the same image."""
    true_text, read_text = _text(truth), _text(read)
    true_bare, read_bare = true_text.replace(" ", ""), read_text.replace(" ", "")
    overlap = overlaps(truth, read)
    same = np.array([[t.text == r.text for r in read] for t in truth], dtype=bool)
    covered = overlap >= OVERLAP
    correct = covered & same.reshape(covered.shape)
    return PageScore(
        characters=len(true_text),
        edits=Levenshtein.distance(true_text, read_text),
        bare_characters=len(true_bare),
        bare_edits=Levenshtein.distance(true_bare, read_bare),
        true_words=len(truth),
        word_edits=Levenshtein.distance([w.text for w in truth], [w.text for w in read]),
        read_words=len(read),
        found=int(covered.any(axis=1).sum()),
        found_right=int(correct.any(axis=1).sum()),
        confidences=[word.confidence for word in read],
        right=[bool(value) for value in correct.any(axis=0)],
    )


def overlaps(first: Sequence[Word], second: Sequence[Word]) -> NDArray[np.float64]:
    """Intersection over union of every box with every other, shape [first, second]."""
    a = np.array([word.box for word in first], dtype=np.float64).reshape(-1, 1, 4)
    b = np.array([word.box for word in second], dtype=np.float64).reshape(1, -1, 4)
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.clip(sides, 0, None).prod(axis=-1)
    areas = (a[..., 2:] - a[..., :2]).prod(axis=-1) + (b[..., 2:] - b[..., :2]).prod(axis=-1)
    union = areas - both
    shares: NDArray[np.float64] = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
    return shares


def summed(scores: Iterable[PageScore]) -> PageScore:
    """The sums over pages."""
    total = PageScore()
    for page in scores:
        values = {name: getattr(total, name) + getattr(page, name) for name in vars(page)}
        total = PageScore(**values)
    return total


def quality_of(language: str, kind: str, pages: Sequence[PageScore], failed: int = 0) -> OcrQuality:
    """The rates over some pages; `failed` counts those that the engine could not read at all."""
    total = summed(pages)
    bins = calibration(total.confidences, total.right)
    return OcrQuality(
        language=language,
        kind=kind,
        images=len(pages),
        failed=failed,
        characters=total.characters,
        words=total.true_words,
        cer=_rate(total.edits, total.characters),
        cer_without_spaces=_rate(total.bare_edits, total.bare_characters),
        wer=_rate(total.word_edits, total.true_words),
        word_box_recall=_rate(total.found, total.true_words),
        word_recall=_rate(total.found_right, total.true_words),
        words_read=_rate(total.read_words, total.true_words),
        calibration_error=_rate(
            sum(b.words * abs(b.confidence - b.right) for b in bins), total.read_words
        ),
        calibration=bins,
    )


def calibration(confidences: Sequence[float], right: Sequence[bool]) -> list[CalibrationBin]:
    """The bins that hold any word, from unsure to sure."""
    bins = []
    places = [min(int(value * BINS), BINS - 1) for value in confidences]
    for place in sorted(set(places)):
        members = [n for n, at in enumerate(places) if at == place]
        bins.append(
            CalibrationBin(
                words=len(members),
                confidence=_rate(sum(confidences[n] for n in members), len(members)),
                right=_rate(sum(right[n] for n in members), len(members)),
            )
        )
    return bins


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _rate(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
