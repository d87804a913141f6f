"""Rates that were measured, and prices that somebody gives: the two files behind an estimate."""

from pathlib import Path

from pydantic import Field

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import load_yaml
from gyogwa.schemas.manifest import Written

RATES = Path(__file__).with_name("rates.yaml")
"""Written by `python -m benchmarks.rates`, which says in it how it measured."""


class Rates(Written):
    """Processor seconds and bytes a unit. Seconds hold on a core of the machine named in `how`."""

    how: str
    pace: float = Field(description="seconds that `pace.pace` took on that core")
    start: dict[str, float] = Field(description="seconds of ingest, annotate, assemble by itself")
    ingest_image: float = Field(description="seconds an image, page or row")
    ingest_megapixel: float
    render_page: float = Field(description="seconds a page of a PDF, beside the image it becomes")
    known_image: float = Field(description="annotating an image whose text is known")
    read_image: float = Field(description="OCR: seconds an image")
    read_megapixel: float
    read_ink: float = Field(description="OCR: seconds a megapixel of ink")
    assemble_page: float
    look: float = Field(description="seconds a pair of images")
    mask_page: float = Field(description="reading masked regions again: seconds a page")
    mask: float = Field(description="and a region")
    looks_an_image: float
    shown_word: float = Field(description="making and writing samples: seconds a word they show")
    shown_byte: float = Field(description="and a byte of the images they show")
    samples_an_image: float = Field(description="where no plan says it")
    megapixels: float = Field(description="of an image, where nothing says it")
    ink: float = Field(description="the share of ink, where nothing says it")
    words: float = Field(description="a megapixel, where nothing says it")
    image_bytes: float = Field(description="of a rendered page")
    table_bytes: float = Field(description="of the tables of a run, however small")
    table_bytes_an_image: float = Field(description="in catalog, annotations and their ledger")
    table_bytes_a_word: float
    sample_bytes: float = Field(description="in a shard, beside its images and words")
    sample_bytes_a_word: float = Field(description="of those that its annotations hold")
    sample_images: float = Field(description="bytes in shards for each byte of the images shown")
    shuffle_an_image: dict[str, float] = Field(description="bytes grouped, by phase")
    shuffle_a_word: dict[str, float] = Field(description="that a source tells; in assemble, of all")
    shuffle_a_sample: float
    shuffle_a_shown_word: float
    worker_memory: float = Field(description="bytes: a worker and an engine's process")


SECONDS = (
    "start", "ingest_image", "ingest_megapixel", "render_page", "known_image", "read_image",
    "read_megapixel", "read_ink", "assemble_page", "look", "mask_page", "mask",
    "shown_word", "shown_byte",
)  # fmt: skip
"""The rates that depend on the machine."""


class Prices(Written):
    """`--price_file`: what things cost, in `currency`. What isn't given costs nothing."""

    currency: str = "USD"
    core_hour: float = Field(0.0, ge=0)
    memory_gb_hour: float = Field(0.0, ge=0, description="of the memory of all workers")
    shuffle_gb: float = Field(0.0, ge=0)
    storage_gb_month: float = Field(0.0, ge=0)
    months: float = Field(1.0, ge=0, description="that what is written is kept")


def measured_rates() -> Rates:
    """The rates that this release carries."""
    return load_yaml(RATES, Rates)


def prices_of(path: str) -> Prices:
    """The prices in a file. Raises GyogwaError when it can't be read or has other fields."""
    found = Path(path).expanduser()
    if not found.is_file():
        raise GyogwaError(f"--price_file {path}: no such file; see docs/operations.md for its form")
    return load_yaml(found, Prices)
