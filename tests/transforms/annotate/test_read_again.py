"""Masks that hide what they are to hide, and one that stands beside it."""

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from benchmarks.personal_data import KINDS
from benchmarks.personal_pages import draw_page
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.engines.pool import Limits, pool_for
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.annotate.read_again import read_again, regions_of
from gyogwa.transforms.privacy.mask import mask_page
from gyogwa.transforms.privacy.page import find_on_page


@pytest.fixture(scope="module")
def reading() -> Reading:
    settings = EngineSettings("tesseract")
    with pool_for(settings, 1, Limits()) as pool:
        return Reading(settings, pool.fingerprint, 1, Limits())


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page with personal data, masked."""
    drawn = draw_page(Random("read again"))
    path = tmp_path_factory.mktemp("masked") / "page.png"
    drawn.image.save(path)
    data = path.read_bytes()
    found = find_on_page(drawn.annotation, frozenset(KINDS))
    masked = mask_page(drawn.annotation, found, "[masked]")
    sha256 = sha256_hex(data)
    image = Image(
        sha256[:32], ImageRef(str(path), 0, len(data)), "s", "page.png", "CC0-1.0", "document",
        "d", 1, *drawn.image.size, "PNG", "", sha256, "", Signals(1, 1, 0.1),
    )  # fmt: skip
    assert len(masked.boxes) > 4
    return Page(image, masked.annotation, masked.boxes, found.values)


def test_a_page_whose_masks_hide_all_passes(page: Page, reading: Reading) -> None:
    assert list(read_again(page, reading)) == [page]


def test_a_page_whose_masks_stand_beside_the_words_is_rejected_without_saying_them(
    page: Page, reading: Reading
) -> None:
    beside = [[x0, y0 - 1.6 * (y1 - y0), x1, y1 - 1.6 * (y1 - y0)] for x0, y0, x1, y1 in page.masks]
    (found,) = read_again(replace(page, masks=beside), reading)
    assert found.tag == "rejected"
    reject: Reject = found.value
    assert (reject.step, reject.unit, reject.rule) == ("personal_data", "images", "mask_leaks")
    assert not [value for value in page.masked if value in reject.message]


def test_nothing_is_read_where_nothing_is_masked(page: Page, reading: Reading) -> None:
    bare = replace(page, masks=[], image=replace(page.image, ref=ImageRef("nowhere", 0, 1)))
    assert list(read_again(bare, reading)) == [bare]


def test_regions_stand_under_each_other(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    image = Pillow.new("RGB", (200, 100), "red")
    picture = regions_of(image, [[0.4, 0.4, 0.6, 0.5], [0.0, 0.0, 1.0, 0.1]])
    assert picture.size == (200 + 48, 24 * 3 + 41 + 26)
