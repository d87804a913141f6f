"""Evaluation images among the pages: they look for copies of themselves and always win."""

from collections.abc import Iterator

from gyogwa.schemas.records import BenchmarkRow
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.ingest.hashes import Hashes

_MARK = "benchmark:"


def fingerprints_of(row: BenchmarkRow) -> Iterator[Fingerprint]:
    """The fingerprint of each image of an evaluation row; it ranks before any page."""
    for number, image in enumerate(row.images):
        name = f"{_MARK}{row.benchmark}: {row.row}" + (f" image {number}" if number else "")
        hashes = Hashes(image.phash, image.boxed, image.centred, image.sketch)
        yield Fingerprint(name, "", hashes, "", False, f"!{name}", image.ref, image.sha256)


def is_evaluation(image_id: str) -> bool:
    """Whether an id names an evaluation image."""
    return image_id.startswith(_MARK)


def display_name(image_id: str) -> str:
    """The set and row of an evaluation image, for people."""
    return image_id.removeprefix(_MARK)
