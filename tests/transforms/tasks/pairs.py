"""Pages to make preference pairs of: written ones with masked and plain data, synthetic ones."""

import io
from functools import cache

from PIL import Image as Picture

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import hash_of, image_id_of
from gyogwa.schemas.page import Truth, Word
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.synthesis.job import Job, render
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.page import Setting
from tests.sharing import kept

KINDS = sorted(FAILURES)


class TextOnly(Varco):
    """A dialect without boxes."""

    has_boxes = False
    inline_places = False
    several_turns = False


def image_of(image_id: str, width: int, height: int, kind: str = "document") -> Image:
    ref = ImageRef("a.png", 0, 1)
    return Image(
        image_id, ref, "s", "a.png", "CC0-1.0", kind, "d", 1, width, height, "PNG", "", "", "",
        Signals(1.0, 1.0, 0.1),
    )  # fmt: skip


def page_of(lines: list[str], name: str = "page") -> Page:
    """A page with lines of words below one another, a gap after every third."""
    words = []
    for row, line in enumerate(lines):
        top = (row + row // 3 + 0.2) / (2 * len(lines))
        for column, text in enumerate(line.split()):
            left = 0.05 + column * 0.06
            words.append(Word(text, [left, top, left + 0.055, top + 0.35 / len(lines)]))
    image = image_of(hash_of(name)[:32], 900, 1200)
    return Page(image, annotate_truth(image, Truth("dataset", words)))


@cache
def synthetic_pages() -> list[Page]:
    """Documents, tables and charts in both languages."""
    return kept("pages-for-pairs", _synthetic_pages)


def _synthetic_pages() -> list[Page]:
    genres = ("letter", "report", "form", "notice")
    pages = []
    for index in range(12):
        language = ("ko", "en")[index // 3 % 2]
        kind, genre = ("document", "chart", "table")[index % 3], genres[index // 3]
        for made in render(Job(3, index, kind, language, genre=genre)):
            with Picture.open(io.BytesIO(made.data)) as picture:
                width, height = picture.size
            truth = truth_of(made.row, width, height)
            assert truth
            image = image_of(image_id_of(made.data), width, height, made.row["kind"])
            pages.append(Page(image, annotate_truth(image, truth)))
    return pages


MASKED = page_of(
    [
        "신청인 홍*동 연락처 010-****-1234",
        "주민등록번호 900101-*******",
        "카드 번호 1234-****-****-5678",
        "메일 ab**@example.org 대리인 김**",
        "○ 안내 사항은 아래 12쪽과 같습니다",
        "2024년 8월 31일까지 3,500원",
    ],
    "masked",
)


PLAIN = page_of(
    [
        "문의 02-123-4567 또는 info@example.org",
        "야간 02-765-4321 또는 night@example.org",
        "Desk 01632 960123 or desk@example.org",
        "Press 01632 960456 or press@example.org",
    ],
    "plain",
)


def pages() -> list[Page]:
    return [*synthetic_pages(), MASKED, PLAIN]


def setting(granularity: str = "line", per_image: int = 1, dialect: Varco | None = None) -> Setting:
    spec = TaskSpec.model_validate({"granularity": granularity, "per_image": per_image})
    return Setting(spec, dialect or Varco())
