"""The curriculum: what each training stage holds. Written in YAML, see `stage_manifests/`.

Unknown fields are errors, so that a misspelt one can't be silently ignored.
"""

from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.personal import Action, PersonalKind

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Module = Literal["vision_encoder", "projector", "language_model"]
DialectName = Literal[
    "varco",
    "qwen2.5-vl",
    "qwen3-vl",
    "internvl",
    "kosmos-2",
    "paligemma",
    "florence-2",
    "doctags",
    "paddleocr-vl",
    "donut",
]
Task = Literal[
    "ocr",
    "read",
    "ground",
    "refer",
    "layout",
    "caption",
    "ground_caption",
    "chain",
    "choice",
    "doc_qa",
    "table_html",
    "table_otsl",
    "table_qa",
    "chart_table",
    "chart_qa",
    "which_page",
    "continue_text",
    "what_changed",
    "compare_charts",
    "converse",
    "text_only",
    "prose",
    "prefer",
]


class Spec(BaseModel):
    """Base of everything that people write: strict about names, frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Filters(Spec):
    """What an image must be to pass; every bound is inclusive, null means no bound."""

    min_side: int = Field(default=32, ge=1, description="shorter side, pixels")
    max_side: int | None = Field(default=None, ge=1, description="longer side, pixels")
    max_aspect: float = Field(default=20.0, ge=1, description="longer side / shorter side")
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="mean over the OCR words")
    min_coverage: float = Field(
        default=0.0, ge=0, le=1, description="strokes in words' boxes; of documents and tables"
    )
    languages: list[str] | None = Field(default=None, description="codes; no words always passes")
    min_language_share: float = Field(default=0.0, ge=0, le=1)
    min_characters: int = Field(default=0, ge=0)
    max_characters: int | None = Field(default=None, ge=1)
    kinds: list[str] | None = Field(default=None, description="document, chart, table, image")
    min_sharpness: float = Field(default=0.0, ge=0, le=1, description="see schemas.records.Signals")
    min_contrast: float = Field(default=0.0, ge=0, le=1, description="darkest to lightest pixel")
    min_ink: float = Field(default=0.0, ge=0, le=1, description="share of pixels; 0: blank passes")
    max_ink: float = Field(default=1.0, ge=0, le=1, description="share of pixels")
    min_text_height: float = Field(
        default=0.0, ge=0, description="median line, pixels; no words always passes"
    )
    max_skew: float | None = Field(default=None, ge=0, description="degrees, either way")
    upright: bool = Field(default=False, description="only pages that stand upright as they are")
    directions: list[Literal["horizontal", "vertical"]] | None = Field(
        default=None, description="of the text; no words always passes"
    )


class Duplicates(Spec):
    """When two images count as copies: hashes propose, the pixels decide, unless two true texts
    differ in a digit."""

    max_distance: int = Field(default=40, ge=0, le=64, description="bits of 256 that may differ")
    min_similarity: float = Field(default=0.97, ge=0, le=1, description="of the texts, 0 to 1")
    max_difference: float = Field(
        default=0.72, ge=0, description="of the worst spot; see gyogwa.transforms.dedup.pixels"
    )
    max_blank_share: float = Field(
        default=0.01, ge=0, le=1, description="of the images, that may be blank; 0 drops them all"
    )


class LicencePolicy(Spec):
    """What licences have to permit. `deny` and `allow` name some whatever their terms; `unknown`
    is about those whose terms aren't known here, or don't say."""

    use: Literal["training", "redistribution"] = "training"
    commercial: bool = Field(default=False, description="what is trained may be sold")
    derivatives: bool = Field(default=False, description="what is made counts as a derivative")
    allow: list[str] = Field(default_factory=list)
    deny: list[str] = Field(default_factory=list)
    unknown: Literal["allow", "deny"] = "allow"

    @property
    def conditions(self) -> list[str]:
        """What has to be permitted."""
        found = ["training"] if self.use == "training" else ["training", "redistribution"]
        found += ["commercial"] if self.commercial else []
        return found + (["derivatives"] if self.derivatives else [])


class PersonalDataPolicy(Spec):
    """What is done about personal data; `kinds` makes exceptions. Of several kinds on one page the
    strictest action counts for the page, and only kinds that are to be masked are."""

    action: Action = "report"
    kinds: dict[PersonalKind, Action] = Field(default_factory=dict)
    token: str = Field(
        default="[masked]", min_length=1, max_length=40, description="what stands in its place"
    )

    def with_action(self, *actions: Action) -> frozenset[PersonalKind]:
        """The kinds for which one of these is done."""
        every: tuple[PersonalKind, ...] = get_args(PersonalKind)
        return frozenset(k for k in every if self.kinds.get(k, self.action) in actions)

    @model_validator(mode="after")
    def _token_is_one_word(self) -> Self:
        if self.token.split() != [self.token] or set("<>|") & set(self.token):
            raise ValueError("'token' has to be one word without <, > and |, which markup uses")
        return self


class TaskSpec(Spec):
    """How much of a stage a task makes up, and its settings."""

    weight: float = Field(default=1.0, gt=0)
    granularity: Literal["word", "line", "block", "cell"] = "word"
    per_image: int = Field(default=1, ge=1, description="at most so many samples from one image")


class Tokens(Spec):
    """How the length of a sample's text is counted, how long it may be, and how much a stage has.

    `tokenizer` is a `tokenizer.json` file of the tokenizers library, for `count: tokenizer`.
    """

    count: Literal["characters", "bytes", "tokenizer"] = "characters"
    tokenizer: str | None = None
    max_per_sample: int | None = Field(default=None, ge=1)
    budget: int | None = Field(default=None, ge=1, description="of the whole stage, repeats too")

    @model_validator(mode="after")
    def _tokenizer_is_named(self) -> Self:
        if (self.count == "tokenizer") != (self.tokenizer is not None):
            raise ValueError("'tokenizer' (a file) goes with 'count: tokenizer'")
        return self


class Turns(Spec):
    """How many questions about the same images become turns of one sample, so that the images and
    what stands on them are stored and encoded once. Preferences and what sources brought stay as
    they are, and so does all where the dialect's models take one question (`several_turns`)."""

    most: int = Field(default=1, ge=1, description="questions a sample")
    tokens: int | None = Field(
        default=None, ge=1, description="of a sample of several, as `tokens` counts them"
    )


class SourceMix(Spec):
    """How much of a stage a source may or shall make up; give one of the two."""

    share: float | None = Field(default=None, gt=0, le=1, description="asked for")
    cap: float | None = Field(default=None, gt=0, le=1, description="at most")


class Replay(Spec):
    """Samples of an earlier stage shown again, by reference, as a share of this stage."""

    stage: Name
    share: float = Field(gt=0, lt=1)


class Pixels(Spec):
    """Between how many pixels the model's processor resizes an image, for dialects that write boxes
    in pixels of what it sees (Qwen2.5-VL); as published. Train and serve with the same."""

    least: int = Field(default=56 * 56, ge=784, description="min_pixels")
    most: int = Field(default=28 * 28 * 16384, ge=784, description="max_pixels")


class Resolution(Spec):
    """Sizes of images. `tiles` tells the loader how many tiles of `tile_side` pixels at most."""

    stored_max_side: int | None = Field(
        default=None, ge=64, description="larger images are shrunk to this when written, pixels"
    )
    tiles: Annotated[str, Field(pattern=r"^anyres_max_[1-9][0-9]*$")] | None = None
    tile_side: int = Field(default=384, ge=32)
    pixels: Pixels = Pixels()


class Stage(Spec):
    """One training stage."""

    name: Name
    objective: Literal["sft", "preference"] = "sft"
    trains: list[Module] = Field(min_length=1)
    share: float = Field(gt=0, description="of the images, relative to the other stages")
    tasks: dict[Task, TaskSpec] = Field(min_length=1)
    languages: dict[str, float] = Field(
        default_factory=dict, description="asked shares by language, relative; empty: as it comes"
    )
    sources: dict[str, SourceMix] = Field(default_factory=dict)
    max_repeats: int = Field(
        default=1, ge=1, description="how often a sample may be shown an epoch"
    )
    replay: list[Replay] = Field(default_factory=list)
    filters: Filters = Filters()
    resolution: Resolution = Resolution()
    dialect: DialectName = "varco"
    tokens: Tokens = Tokens()
    turns: Turns = Turns()
    max_samples: int | None = Field(default=None, ge=1, description="questions, repeats too")
    may_be_empty: bool = Field(
        default=False, description="a build without a sample for it is no failure"
    )
    shard_bytes: int = Field(default=256_000_000, ge=20_480, description="aimed at, per tar")

    @model_validator(mode="after")
    def _preference_has_pairs(self) -> Self:
        if (self.objective == "preference") != (set(self.tasks) == {"prefer"}):
            raise ValueError("the task 'prefer', alone, goes with the objective 'preference'")
        return self


class Curriculum(Spec):
    """Stages in order, and what holds for all of them."""

    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
    description: str = ""
    seed: int = Field(ge=0)
    filters: Filters = Filters()
    duplicates: Duplicates = Duplicates()
    licences: LicencePolicy | None = Field(default=None, description="null: any licence passes")
    personal_data: PersonalDataPolicy = PersonalDataPolicy()
    validation_share: float = Field(
        default=0.0, ge=0, lt=1, description="of the documents, held out of training"
    )
    stages: list[Stage] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError(f"two stages have the same name: {', '.join(names)}")
        for place, stage in enumerate(self.stages):
            for replay in stage.replay:
                if replay.stage not in names[:place]:
                    raise ValueError(
                        f"stage {stage.name!r} replays {replay.stage!r}, which is no earlier stage"
                    )
            if sum(replay.share for replay in stage.replay) >= 1:
                raise ValueError(f"stage {stage.name!r}: the shares of its replays reach 1")
        return self

    def with_empty_stages(self) -> Self:
        """The same, but that any stage may be empty."""
        stages = [stage.model_copy(update={"may_be_empty": True}) for stage in self.stages]
        return self.model_copy(update={"stages": stages})
