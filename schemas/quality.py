"""`annotations/quality.json`: how well OCR read the images whose text is known."""

from gyogwa.schemas.manifest import Written


class CalibrationBin(Written):
    """Read words of about one confidence: their mean confidence, and the share that is right."""

    words: int
    confidence: float
    right: float


class OcrQuality(Written):
    """Rates over the images of one language and kind, or of all ("" for both).

    `cer`, `wer`: edits / true characters or words, so they may exceed 1. `word_box_recall`: true
    words whose place was found; `word_recall`: with the right text too. `words_read`: read words /
    true words. See `transforms.annotate.quality` for the definitions.
    """

    language: str
    kind: str
    images: int
    failed: int
    characters: int
    words: int
    cer: float
    cer_without_spaces: float
    wer: float
    word_box_recall: float
    word_recall: float
    words_read: float
    calibration_error: float
    calibration: list[CalibrationBin]


class QualityReport(Written):
    """The whole file: the engine, and rates over all images first, then by language and kind."""

    engine: str
    groups: list[OcrQuality]
