"""Frames of TIFFs: which are pages, and that each alone decodes to the same pixels."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from gyogwa.transforms.files.decode import BadImage, decode
from gyogwa.transforms.files.tiff import Tiff, is_tiff, pages_of


def pictures(mode: str, count: int = 4) -> list[Image.Image]:
    rng = np.random.default_rng(7)
    made = [Image.fromarray(rng.integers(0, 256, (70, 90 + n, 3), np.uint8)) for n in range(count)]
    if mode == "I;16B":
        return [Image.fromarray(np.asarray(p.convert("L")).astype(">u2") * 200) for p in made]
    return [picture.convert(mode) for picture in made]


def coded(frames: list[Image.Image], **options: object) -> bytes:
    buffer = io.BytesIO()
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGB", {}),
        ("RGB", {"compression": "tiff_lzw"}),
        ("RGB", {"compression": "jpeg"}),
        ("RGB", {"compression": "tiff_adobe_deflate", "big_tiff": True}),
        ("RGB", {"big_tiff": True}),
        ("1", {"compression": "group4"}),
        ("1", {"compression": "group3"}),
        ("P", {}),
        ("CMYK", {}),
        ("I;16B", {}),
    ],
)
def test_each_frame_alone_has_the_pixels_that_it_has_in_the_file(
    mode: str, options: dict[str, object]
) -> None:
    data = coded(pictures(mode), **options)
    assert is_tiff(data)
    tiff = Tiff(io.BytesIO(data))
    frames = tiff.frames()
    assert [frame.width for frame in frames] == [90, 91, 92, 93]
    assert pages_of(frames) == frames
    whole = Image.open(io.BytesIO(data))
    for index, frame in enumerate(frames):
        alone = tiff.alone(frame)
        assert len(alone) < len(data) / 2
        whole.seek(index)
        single = Image.open(io.BytesIO(alone))
        assert single.n_frames == 1  # type: ignore[attr-defined]
        assert single.mode == whole.mode
        assert single.tobytes() == whole.tobytes()


def with_tag(data: bytes, frame: int, tag: int, value: int) -> bytes:
    """The file with a tag of one frame (its ImageWidth's neighbour, PhotometricInterpretation's
    Software...) overwritten: the first entry, 256, becomes `tag`, which must come before it."""
    offset = Tiff(io.BytesIO(data)).frames()[frame].offset
    (count,) = struct.unpack_from("<H", data, offset)
    entry = struct.pack("<HHLL", tag, 4, 1, value)
    body = data[offset + 2 : offset + 2 + 12 * count]
    after = data[offset + 2 + 12 * count : offset + 6 + 12 * count]
    moved = struct.pack("<H", count + 1) + entry + body + after
    changed = data + bytes(len(data) % 2)
    pointed = struct.pack("<L", offset)
    at = changed.index(pointed, 4)
    return changed[:at] + struct.pack("<L", len(changed)) + changed[at + 4 :] + moved


def test_frames_that_say_they_are_thumbnails_or_masks_are_no_pages() -> None:
    data = coded(pictures("L"))
    for kind, aside in ((1, True), (4, True), (2, False)):
        frames = Tiff(io.BytesIO(with_tag(data, 0, 254, kind))).frames()
        assert len(frames) == 4
        assert len(pages_of(frames)) == (3 if aside else 4)


def test_a_frame_much_smaller_than_its_neighbour_of_one_shape_is_a_thumbnail() -> None:
    large, small = pictures("L", 1)[0].resize((900, 700)), pictures("L", 1)[0].resize((90, 70))
    for order in ([large, small], [small, large]):
        (page,) = pages_of(Tiff(io.BytesIO(coded(order))).frames())
        assert page.width == 900
    other = pictures("L", 1)[0].resize((90, 20))
    assert len(pages_of(Tiff(io.BytesIO(coded([large, other]))).frames())) == 2


def test_broken_chains_end_where_they_break() -> None:
    data = coded(pictures("L"))
    frames = Tiff(io.BytesIO(data)).frames()
    cut = Tiff(io.BytesIO(data[: frames[2].offset + 1])).frames()
    assert 0 < len(cut) <= 2
    circle = data.replace(struct.pack("<L", frames[3].offset), struct.pack("<L", frames[0].offset))
    assert len(Tiff(io.BytesIO(circle)).frames()) == 3
    assert decode(data[:-10] if frames[-1].offset < len(data) - 10 else data).changes
    with pytest.raises(BadImage):
        Tiff(io.BytesIO(b"II"))


def test_a_frame_whose_data_lies_elsewhere_or_is_too_large_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = coded(pictures("L", 1))
    tiff = Tiff(io.BytesIO(data))
    (frame,) = tiff.frames()
    monkeypatch.setattr("gyogwa.transforms.files.tiff.MAX_BYTES", 100)
    with pytest.raises(BadImage) as raised:
        tiff.alone(frame)
    assert raised.value.rule == "too_large"
