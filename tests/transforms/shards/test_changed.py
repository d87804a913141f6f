"""A resized image is encoded once, however many samples of a shard show it."""

import io
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.records import ImageRef
from gyogwa.schemas.samples import Sample, SampleImage
from gyogwa.transforms.files.decode import stored_bytes
from gyogwa.transforms.shards import changed
from gyogwa.transforms.shards.changed import ChangedImages
from gyogwa.transforms.shards.stages import bucket_of


def image_at(path: Path, shade: int) -> SampleImage:
    """An image of one shade, twice as large as it is stored."""
    Image.new("L", (80, 80), shade).save(path)
    data = path.read_bytes()
    digest, ref = sha256_hex(data), ImageRef(str(path), 0, len(data))
    return SampleImage(
        digest[:32], "png", ref, digest, 40, 40, "resized", "pages", path.name, "CC0-1.0"
    )


def sample_of(key: str, *images: SampleImage) -> Sample:
    """A sample that shows some images."""
    return Sample(
        key=key, stage="s", split="train", task="ocr", language="ko", source="x", uri="x",
        licence="x", document="x", tokens=1, images=list(images), conversation=[],
        annotated=True, words=1, questions=[],
    )  # fmt: skip


def test_each_image_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = [image_at(tmp_path / f"{n}.png", n) for n in range(100)]
    samples = [sample_of(f"{n}{m}", image) for m in range(3) for n, image in enumerate(images)]
    encoded = []

    def counted(*arguments: Any) -> bytes:
        encoded.append(1)
        return stored_bytes(*arguments)

    monkeypatch.setattr(changed, "stored_bytes", counted)
    with ChangedImages(samples) as found:
        given = [found.read(sample.images[0]) for sample in samples]
    assert len(encoded) == 100
    assert given[:100] == given[100:200] == given[200:]
    for shade, data in enumerate(given[:100]):
        with Image.open(io.BytesIO(data)) as stored:
            assert (stored.size, stored.getpixel((7, 7))) == ((40, 40), shade)


def test_another_size_or_format_is_another_image(tmp_path: Path) -> None:
    large = image_at(tmp_path / "a.png", 9)
    small, jpeg = replace(large, width=20, height=20), replace(large, file="0.jpg")
    samples = [sample_of(str(n), image) for n, image in enumerate([large, small, jpeg, large])]
    with ChangedImages(samples) as found:
        first, second, third, again = (found.read(sample.images[0]) for sample in samples)
    assert first == again
    assert len({first, second, third}) == 3


def test_samples_that_show_one_image_lie_together(tmp_path: Path) -> None:
    images = [image_at(tmp_path / f"{n}.png", n) for n in range(64)]
    keys = [f"{n:064x}" for n in (0, 16**63, 15 * 16**63)]
    places = [{bucket_of(sample_of(key, image), 8) for key in keys} for image in images]
    assert all(len(place) == 1 for place in places)
    assert set.union(*places) == set(range(8))
    assert len({bucket_of(sample_of(key), 8) for key in keys}) > 1
