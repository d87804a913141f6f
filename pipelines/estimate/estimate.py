"""Work times rates: what each phase takes, and what that costs."""

from dataclasses import dataclass

from gyogwa.pipelines.estimate.rates import Prices, Rates
from gyogwa.pipelines.estimate.work import Work

GB = 1e9


@dataclass(frozen=True)
class Phase:
    """`seconds` of processors, bytes that go through a shuffle, and bytes that stay."""

    name: str
    seconds: float
    shuffle: float
    storage: float


@dataclass(frozen=True)
class Estimate:
    """`hours` of wall time on `cores`; `cost` in `currency`, None without prices."""

    phases: list[Phase]
    cores: int
    hours: float
    core_hours: float
    shuffle: float
    storage: float
    cost: float | None
    currency: str
    assumed: tuple[str, ...]


def phases_of(work: Work, rates: Rates) -> list[Phase]:
    """Processor seconds and bytes of each phase that has something to do."""
    found = []
    by_image, by_word = rates.shuffle_an_image, rates.shuffle_a_word
    if work.ingest:
        seconds = (
            work.ingest * rates.ingest_image
            + work.megapixels * rates.ingest_megapixel
            + work.rendered * rates.render_page
        )
        shuffle = work.ingest * by_image["ingest"] + work.told * by_word["ingest"]
        found.append(Phase("ingest", seconds, shuffle, work.rendered * rates.image_bytes))
    if work.known or work.read:
        seconds = (
            work.known * rates.known_image
            + work.read * rates.read_image
            + work.read_megapixels * rates.read_megapixel
            + work.ink * rates.read_ink
        )
        images = work.known + work.read
        stored = images * rates.table_bytes_an_image + work.unwritten * rates.table_bytes_a_word
        stored += rates.table_bytes
        shuffle = images * by_image["annotate"] + work.told * by_word["annotate"]
        found.append(Phase("annotate", seconds, shuffle, stored))
    seconds = (
        work.images * rates.assemble_page
        + work.looks * rates.look
        + work.shown_words * rates.shown_word
        + work.shown * rates.shown_byte
        + work.masked * rates.mask_page
        + work.masks * rates.mask
    )
    found.append(
        Phase(
            "assemble",
            seconds,
            work.images * by_image["assemble"]
            + work.words * by_word["assemble"]
            + work.samples * rates.shuffle_a_sample
            + work.shown_words * rates.shuffle_a_shown_word,
            work.shown * rates.sample_images
            + work.samples * rates.sample_bytes
            + work.shown_words * rates.sample_bytes_a_word,
        )
    )
    return found


def estimate(work: Work, rates: Rates, cores: int, prices: Prices | None) -> Estimate:
    """What all of it takes on so many cores, as long as each has a part of the work to do."""
    phases = phases_of(work, rates)
    starts = [rates.start[phase.name] for phase in phases]
    seconds = sum(phase.seconds for phase in phases)
    core_hours = (seconds + sum(starts)) / 3600
    hours = (seconds / cores + sum(starts)) / 3600
    shuffle = sum(phase.shuffle for phase in phases)
    storage = sum(phase.storage for phase in phases)
    cost = None
    if prices:
        cost = (
            core_hours * prices.core_hour
            + core_hours * rates.worker_memory / GB * prices.memory_gb_hour
            + shuffle / GB * prices.shuffle_gb
            + storage / GB * prices.storage_gb_month * prices.months
        )
    started = [
        Phase(phase.name, phase.seconds + start, phase.shuffle, phase.storage)
        for phase, start in zip(phases, starts, strict=True)
    ]
    currency = prices.currency if prices else ""
    return Estimate(
        started, cores, hours, core_hours, shuffle, storage, cost, currency, work.assumed
    )
