"""What left the flow and why, and the counts of every step.

A run's ledger balances when, for every step and unit, what came in is what was kept and what was
rejected, each thing rejected has a row of its own, and a step gets what the one before it kept.
"""

from typing import Literal

from msgspec import field

from gyogwa.schemas.row import Row

Step = Literal[
    "ingest",
    "annotate",
    "exact_duplicates",
    "filters",
    "near_duplicates",
    "personal_data",
    "stages",
    "conversations",
    "samples",
    "turns",
    "shards",
    "forget",
]
"""In the order in which things pass them."""
Unit = Literal[
    "files", "rows", "fields", "images", "labels", "conversations", "samples", "questions"
]
"""What is counted: files of an input, rows of its tables (or members of a tar that share a key),
names under which rows say something (each once a part), occurrences of images, what a source says
stands on an image, conversations, samples, and the questions that are turns of samples."""
FileRule = Literal[
    "bad_file_name",
    "bad_metadata",
    "broken_arrow",
    "broken_document",
    "broken_parquet",
    "broken_pdf",
    "broken_tar",
    "broken_zip",
    "encrypted_document",
    "encrypted_pdf",
    "missing_file",
    "too_large",
    "unsupported_file",
]
RowRule = Literal["bad_row", "duplicate_row", "empty_row", "unsupported_row"]
FieldRule = Literal["dropped", "noted", "unread"]
"""For what is said under a name: some of it could not be used, nothing reads it, or it
was read and is worth knowing, such as a font that another stands for."""
ImageRule = Literal[
    "broken_image",
    "broken_page",
    "empty_file",
    "image_not_embedded",
    "needs_extra",
    "not_an_image",
    "too_many_pixels",
    "unsupported_depth",
]
DecodingRule = Literal["decoding_crash", "decoding_memory", "decoding_timeout"]
LabelRule = Literal[
    "bad_labels", "contradicting_labels", "empty_labels", "image_dropped", "other_licence",
    "refused_layer", "unplaced_labels",
]  # fmt: skip
ConversationRule = Literal[
    "bad_conversation", "both_splits", "image_dropped", "image_placeholders", "image_rejected"
]
ReadingRule = Literal["ocr_crash", "ocr_error", "ocr_memory", "ocr_timeout"]
FilterRule = Literal[
    "directions",
    "kinds",
    "languages",
    "max_aspect",
    "max_characters",
    "max_ink",
    "max_side",
    "max_skew",
    "min_characters",
    "min_confidence",
    "min_contrast",
    "min_coverage",
    "min_ink",
    "min_language_share",
    "min_sharpness",
    "min_side",
    "min_text_height",
    "upright",
]
LicenceRule = Literal["licence_denied", "licence_terms", "licence_unknown"]
ChoiceRule = Literal[
    "contamination",
    "exact_duplicate",
    "max_blank_share",
    "max_per_sample",
    "mixture",
    "near_duplicate",
    "forgotten",
    "mask_leaks",
    "no_stage",
    "no_task",
    "personal_data",
]
Rule = (
    FileRule
    | RowRule
    | FieldRule
    | ImageRule
    | DecodingRule
    | LabelRule
    | ConversationRule
    | ReadingRule
    | FilterRule
    | LicenceRule
    | ChoiceRule
)
Verdict = Literal["exact", "near", "alike", "different"]
Scope = Literal["within", "across"]


class Reject(Row, frozen=True, kw_only=True):
    """Something that left the flow: what, at which step, by which rule, and why in a sentence.

    `id`: an image's id, a sample's key, a conversation's id, or the URI of what never got one.
    `value` broke the rule whose bound is `threshold`, both as text, "" where there is none.
    """

    id: str
    step: Step
    unit: Unit
    rule: Rule
    value: str = ""
    threshold: str = ""
    message: str
    source: str
    uri: str


class Duplicate(Row, frozen=True):
    """A pair that was looked at. `verdict`: exact, near (the member was dropped for the one kept),
    alike (as near, but settled by another pair) or different. `distance` is that of the nearest of
    the hashes, in bits; `difference` that of the pixels, at most 99, -1 where the words settled
    it. `scope`: within (one source) or across (two, or a source and an evaluation set). `look`
    names the comparison of pixels behind `difference`, so that it needn't be made again.
    `alignment`: where a place of the member lies on the image kept (see `dedup.alignment`); []
    where none was asked or boxes don't stay boxes."""

    cluster: str
    member: str
    kept: str
    distance: int
    similarity: float
    verdict: Verdict
    difference: float = -1.0
    scope: Scope = "within"
    look: str = ""
    alignment: list[float] = field(default_factory=list)


class Searched(Row, frozen=True):
    """A page that was searched for evaluation images that are a part of it. `search` names the
    images and the rules, so that it needn't be searched by these again. `held`: the image found,
    "" for none, with the `distance` of its hash in bits and the `difference` of the pixels."""

    image_id: str
    search: str
    held: str = ""
    distance: int = 0
    difference: float = -1.0


class Suspect(Row, frozen=True):
    """A conversation that was kept though it may ask what an evaluation set asks: mostly a
    paraphrase. `share` of the question's letters, by rarity, and of its `choices` were found."""

    conversation_id: str
    source: str
    uri: str
    benchmark: str
    row: str
    share: float
    choices: float


VERSION_SIMILARITY = 0.8
"""Of a pair's texts: pages at least this alike are versions of one, on one side of the split."""


class LedgerRow(Row, frozen=True):
    """What came in at a step, what was kept and what was rejected; in = kept + rejected.

    `part` is the unit of work that counted: a part of ingest, or "all".
    """

    step: Step
    part: str
    unit: Unit
    incoming: int
    kept: int
    rejected: int
