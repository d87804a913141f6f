"""Bad and odd files: each is used correctly or rejected with its reason, and the run goes on."""

import io
import struct
import tarfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Annotation
from gyogwa.schemas.records import Image as CatalogRow
from gyogwa.transforms.files.tables import read_folder
from tests.conftest import Build
from tests.sharing import Share


def page(text: str, size: tuple[int, int] = (700, 300)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    font = ImageFont.truetype("DejaVuSans.ttf", 40)
    ImageDraw.Draw(image).text((40, 60), text, fill="black", font=font)
    return image


def bomb() -> bytes:
    """A PNG of 30,000 x 30,000 pixels in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    side = 30_000
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (side // 8 + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    return png + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def write_files(folder: Path) -> None:
    folder.mkdir()
    (folder / "empty.png").write_bytes(b"")
    jpeg = io.BytesIO()
    page("This one breaks off here").save(jpeg, "JPEG")
    (folder / "truncated.jpg").write_bytes(jpeg.getvalue()[: len(jpeg.getvalue()) // 2])
    (folder / "text.jpg").write_text("I am not an image")
    (folder / "bomb.png").write_bytes(bomb())
    page("Four colour separation sheet").convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    grey = np.asarray(page("Sixteen bits in a channel").convert("L")).astype(np.uint16) * 257
    Image.fromarray(grey).save(folder / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = page("The camera was held upright").transpose(Image.Transpose.ROTATE_90)
    turned.save(folder / "turned.jpg", exif=exif, quality=95)
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")


@pytest.fixture(scope="session")
def run(build: Build, share: Share) -> Path:
    def make(folder: Path) -> None:
        write_files(folder / "in")
        build(folder / "out", f"in={folder / 'in'}", options=("--curriculum", "ocr-only"))

    return share("hostile", make) / "out"


def test_each_bad_file_is_rejected_with_its_reason(run: Path) -> None:
    rules = {r.uri: r.rule for r in read_folder(Reject, str(run / "rejects")) if r.step == "ingest"}
    assert rules == {
        "empty.png": "empty_file",
        "truncated.jpg": "broken_image",
        "text.jpg": "not_an_image",
        "bomb.png": "too_many_pixels",
        "notes.docx": "broken_document",
        "broken.pdf": "broken_pdf",
    }


def test_each_odd_file_is_read_as_a_viewer_shows_it(run: Path) -> None:
    rows = {row.uri: row for row in read_folder(CatalogRow, str(run / "catalog"))}
    assert {uri: row.changes for uri, row in rows.items()} == {
        "cmyk.jpg": "mode_cmyk",
        "deep.png": "16_bit",
        "turned.jpg": "exif_orientation",
    }
    assert (rows["turned.jpg"].width, rows["turned.jpg"].height) == (300, 700)[::-1]
    texts = {
        found.image_id: " ".join(word.text for word in found.words)
        for found in read_folder(Annotation, str(run / "annotations"))
    }
    assert texts[rows["cmyk.jpg"].image_id] == "Four colour separation sheet"
    assert texts[rows["deep.png"].image_id] == "Sixteen bits in a channel"
    assert texts[rows["turned.jpg"].image_id] == "The camera was held upright"


def test_changed_images_open_as_plain_eight_bit_ones(run: Path) -> None:
    seen = 0
    for path in (run / "stages").rglob("*.tar"):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith((".jpg", ".png")):
                    content = tar.extractfile(member)
                    assert content is not None
                    image = Image.open(content)
                    assert image.mode in ("RGB", "L")
                    assert image.size == (700, 300)
                    assert image.getexif().get(0x0112, 1) == 1
                    seen += 1
    assert seen
