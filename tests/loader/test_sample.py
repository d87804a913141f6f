"""Tar members, JSON and pixels of single samples."""

import io
import tarfile

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gyogwa.loader import decode
from gyogwa.loader.batch import collate
from gyogwa.loader.decode import BadPixels, decode_image, fitted
from gyogwa.loader.sample import BadMembers, members, parse_sample
from gyogwa.loader.view import viewer_of
from tests.loader.conftest import WORDS, Made, encoded


def tar_of(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        end = tar.offset
    return buffer.getvalue()[:end]


NAMES = st.text("abc가/", min_size=1, max_size=60).filter(
    lambda name: name == name.strip("/") and "//" not in name
)


@given(files=st.lists(st.tuples(NAMES, st.binary(max_size=1100)), max_size=4))
def test_members_are_those_that_tarfile_wrote(files: list[tuple[str, bytes]]) -> None:
    assert [(name, bytes(content)) for name, content in members(tar_of(files))] == files


def test_a_long_name_uses_the_prefix() -> None:
    files = [("a" * 90 + "/" + "b" * 90 + ".json", b"{}")]
    assert [(name, bytes(content)) for name, content in members(tar_of(files))] == files


def test_members_that_are_not_plain_files_are_refused() -> None:
    link = tarfile.TarInfo("a.json")
    link.type = tarfile.SYMTYPE
    with pytest.raises(BadMembers, match="expected a plain file"):
        list(members(link.tobuf(tarfile.USTAR_FORMAT)))
    with pytest.raises(BadMembers, match="no tar header 0 bytes"):
        list(members(b"\1" * 512))
    with pytest.raises(BadMembers, match=r"ends after 88 of 100 bytes"):
        list(members(tar_of([("a.json", b"x" * 100)])[:600]))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ([("a.jpg", b""), ("b.json", b"{}")], "members of 2 samples"),
        ([("a.jpg", b"")], r"no member \.json"),
        ([("a.json", b"{")], "not valid JSON"),
        ([("a.json", b'{"schema": 2}')], "schema"),
        (Made("a", {"jpg": b""}).members[1:], r"no member \.jpg"),
        (Made("a", {"jpg": b""}, {"annotation": 3}).members, "annotation is neither"),
    ],
)
def test_broken_samples_say_what_is_broken(made: list[tuple[str, bytes]], message: str) -> None:
    with pytest.raises(BadMembers, match=message):
        parse_sample(tar_of(made), viewer_of())


def pillow(data: bytes) -> torch.Tensor:
    return torch.from_numpy(np.array(Image.open(io.BytesIO(data)).convert("RGB"))).permute(2, 0, 1)


IMAGES = {
    "jpeg": encoded("JPEG", 61, 40, quality=95),
    "grey jpeg": encoded("JPEG", 61, 40, "L"),
    "progressive jpeg": encoded("JPEG", 61, 40, progressive=True),
    "cmyk jpeg": encoded("JPEG", 61, 40, "CMYK"),
    "png": encoded("PNG", 61, 40),
    "palette png": encoded("PNG", 61, 40, "P"),
    "webp": encoded("WEBP", 61, 40, lossless=True),
}


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("fast", [True, False])
def test_pixels_are_those_of_pillow(name: str, fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not fast:
        monkeypatch.setattr(decode, "simplejpeg", None)
    pixels = decode_image(IMAGES[name])
    assert pixels.shape == (3, 40, 61)
    assert pixels.dtype == torch.uint8
    difference = (pixels.int() - pillow(IMAGES[name]).int()).abs().max()
    assert difference <= (3 if "jpeg" in name else 0)


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("image_size", [500, 200, 64])
def test_larger_images_are_shrunk(
    format_: str, fast: bool, image_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not fast:
        monkeypatch.setattr(decode, "simplejpeg", None)
    data = encoded(format_, 400, 600)
    size = fitted(400, 600, image_size)
    expected = np.array(
        Image.open(io.BytesIO(data)).convert("RGB").resize(size, Image.Resampling.BICUBIC)
    )
    pixels = decode_image(data, image_size)
    assert pixels.shape == (3, size[1], size[0])
    assert max(pixels.shape) == image_size
    difference = pixels.permute(1, 2, 0).int() - torch.from_numpy(expected).int()
    assert difference.abs().float().mean() < 1
    assert difference.abs().max() <= 6


@given(width=st.integers(1, 9000), height=st.integers(1, 9000), image_size=st.integers(1, 3000))
def test_fitting_only_shrinks(width: int, height: int, image_size: int) -> None:
    fit_width, fit_height = fitted(width, height, image_size)
    assert 1 <= fit_width <= width
    assert 1 <= fit_height <= height
    assert max(fit_width, fit_height) == min(max(width, height), image_size)


@pytest.mark.parametrize("data", [b"", b"no image", IMAGES["jpeg"][:300], IMAGES["png"][:80]])
def test_broken_images_are_refused(data: bytes) -> None:
    with pytest.raises(BadPixels, match="can't be decoded"):
        decode_image(data)


def test_a_batch_of_every_shape_of_sample() -> None:
    jpeg, png = IMAGES["jpeg"], encoded("PNG", 10, 20)
    made = [
        Made("single", {"jpg": jpeg}),
        Made("text"),
        Made("pair", {"0.jpg": jpeg, "1.png": png}),
        Made("wordless", {"png": png}, {"annotation": None}),
        Made("prefer", {"png": png}, {"chosen": "예", "rejected": "no"}),
    ]
    batch = collate([parse_sample(tar_of(sample.members), viewer_of()) for sample in made])
    assert len(batch) == 5
    assert batch.keys == ["single", "text", "pair", "wordless", "prefer"]
    assert batch.tasks == ["ocr", "converse", "ocr", "ocr", "ocr"]
    assert batch.conversations[2] == [
        {"role": "user", "content": "<image><image><ocr>"},
        {"role": "assistant", "content": "답 pair"},
    ]
    assert batch.chosen == [None] * 4 + ["예"]
    assert batch.rejected == [None] * 4 + ["no"]

    expected = [[jpeg], [], [jpeg, png], [png], [png]]
    for images, encoded_images in zip(batch.images, expected, strict=True):
        for image, data in zip(images, encoded_images, strict=True):
            assert torch.equal(image, decode_image(data))
            assert image.permute(1, 2, 0).is_contiguous()

    texts, boxes = [text for text, _ in WORDS], torch.tensor([box for _, box in WORDS])
    assert batch.words == [[texts], [], [texts, texts], [[]], [texts]]
    assert [[box.shape[0] for box in images] for images in batch.boxes] == [
        [2], [], [2, 2], [0], [2],
    ]  # fmt: skip
    assert torch.equal(batch.boxes[2][1], boxes)
    assert batch.annotations[1] is None
    assert batch.annotations[3] is None
    annotation = batch.annotations[0]
    assert annotation is not None
    assert annotation[0].words[0].text == "백범로"


def test_an_empty_batch_has_no_samples() -> None:
    batch = collate([])
    assert len(batch) == 0
    assert batch.images == []
    assert batch.boxes == []


def test_moving_a_batch_moves_its_images_and_boxes() -> None:
    batch = collate([parse_sample(tar_of(Made("a", {"png": IMAGES["png"]}).members), viewer_of())])
    moved = batch.to("meta", non_blocking=True)
    assert moved.images[0][0].device.type == "meta"
    assert moved.boxes[0][0].device.type == "meta"
    assert moved.words == batch.words


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_pinned_batch_moves_to_the_gpu() -> None:
    batch = collate([parse_sample(tar_of(Made("a", {"png": IMAGES["png"]}).members), viewer_of())])
    pinned = batch.pin_memory()
    assert pinned.images[0][0].is_pinned()
    moved = pinned.to("cuda", non_blocking=True)
    torch.cuda.synchronize()
    assert torch.equal(moved.images[0][0].cpu(), batch.images[0][0])
