"""OCR where it is hard: errors, order, boxes, and whether what was missed is known, kind by kind.

    python -m benchmarks.ocr_hard [--kinds KIND ...] [--languages en ko] [--pages 3] [--quick]
        [--documents FOLDER] [--fonts FOLDER] [--only now|plain] [--pictures FOLDER]
        [--raw] [--processes 2] [--json FILE]

`plain` is what Tesseract (kor+eng) makes of the whole page in its own order, `now` is annotate's
own way. Errors (CER) count without words that have no letter or digit, such as dot leaders. Order:
the words that were found, with their true text, in the order read against the true order, as a CER,
so that only order counts. Recall: true words with a read box at an IoU of .5. A page is flagged
where its coverage or its confidence is below the bounds of `stage_manifests/varco2-14b.yaml`.
`--documents`: a folder with en/ and ko/ of PDFs with a text layer, else the Debian FAQ. `--fonts`:
a folder with the files of fonts-nanum-extra and fonts-unfonts-core, for the faces. `--raw`: what
the engine itself says of its confidence. `--quick`: the upper two fifths of one page a kind.
"""

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from PIL import Image as Pictures
from PIL import ImageDraw
from rapidfuzz.distance import Levenshtein

from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.hard_pages import KINDS, HardPage, pages
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import Annotation, Image, ImageRef, Signals
from gyogwa.transforms.annotate.annotation import annotate_reading
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.annotate.quality import score
from gyogwa.transforms.ingest.coverage import coverage_of

_BOUNDS = Path(__file__).parent.parent / "stage_manifests" / "varco2-14b.yaml"


@dataclass(frozen=True)
class Read:
    """One page, read in one way. `words`: of each word read whether it is Korean, its height in
    pixels, its confidence, whether it is right, and its characters; `reading`:
    the way of a second opinion; `seconds` of one core."""

    kind: str
    language: str
    number: int
    way: str
    cer: float
    order: float
    recall: float
    coverage: float
    confidence: float
    seconds: float
    words: list[tuple[bool, float, float, bool, int]]
    reading: str = ""


@cache
def _engine(mode: str, raw: bool = False) -> Engine:
    confidence = "raw" if raw else "calibrated"
    return make_engine(EngineSettings("tesseract", {"mode": mode, "confidence": confidence}))


def read(page: HardPage, way: str, pictures: Path | None = None, raw: bool = False) -> Read:
    """Read a page: `plain` or `now`."""
    engine = _engine("plain" if way == "plain" else "lines", raw)
    started, reading = time.process_time(), ""
    if way == "plain":
        words = engine.read(page.image)
        covered = coverage_of(np.asarray(page.image), [word.box for word in words]).share
        weights = [len(word.text) for word in words]
        sure = float(np.average([w.confidence for w in words], weights=weights)) if words else 0.0
    else:
        found = annotated(engine, page)
        words, covered, sure = found.words, found.coverage, found.confidence
        reading = found.reading
        if pictures is not None:
            _draw(page, found).save(pictures / f"{page.kind}-{page.language}-{page.number}.png")
    seconds = time.process_time() - started
    truth, told = _told(page.truth), _told(words)
    scored = score(truth, told)
    return Read(
        page.kind, page.language, page.number, way,
        round(scored.edits / max(scored.characters, 1), 4),
        round(order_errors(truth, told), 4),
        round(scored.found / max(scored.true_words, 1), 4),
        round(covered, 4), round(sure, 4), round(seconds, 2),
        [
            (
                is_korean(w.text), round(_height(w) * page.image.height, 1), w.confidence, right,
                len(w.text),
            )
            for w, right in zip(told, scored.right, strict=True)
        ],
        reading,
    )  # fmt: skip


def annotated(engine: Engine, page: HardPage) -> Annotation:
    """The annotation that a run would hold."""
    image = Image(
        image_id=f"{page.kind}-{page.language}-{page.number}", ref=ImageRef("", 0, 0),
        source="hard", uri="", licence="", kind="document", document="", page=1,
        width=page.image.width, height=page.image.height, format="PNG", changes="", sha256="",
        phash="", signals=Signals(0.0, 0.0, 0.0),
    )  # fmt: skip
    return annotate_reading(image, read_upright(engine, page.image), engine.fingerprint)


def order_errors(truth: list[Word], told: list[Word]) -> float:
    """Edits between the true words that were found in the order read and in the true order, in
    characters of them; a word read in pieces is found once."""
    if not told or not truth:
        return 0.0
    boxes = np.array([word.box for word in truth])
    found: dict[int, None] = {}
    for word in told:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        inside = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
        if inside.any():  # boxes of words askew overlap: the one whose middle is nearest
            away = np.abs(boxes[:, :2] + boxes[:, 2:] - (2 * x, 2 * y)).sum(axis=1)
            found.setdefault(int(np.where(inside, away, np.inf).argmin()))
    wanted = " ".join(truth[place].text for place in sorted(found))
    got = " ".join(truth[place].text for place in found)
    return Levenshtein.distance(wanted, got) / max(len(wanted), 1)


def _told(words: list[Word]) -> list[Word]:
    """Words that say something, without leaders and rules."""
    return [word for word in words if any(char.isalnum() for char in word.text)]


def is_korean(text: str) -> bool:
    """Whether it has a syllable of Hangul."""
    return any("가" <= char <= "힣" for char in text)


def _height(word: Word) -> float:
    """Along its sides where it stands askew, as a share of the image's height."""
    if word.quad:
        return abs(word.quad[7] - word.quad[1])
    return word.box[3] - word.box[1]


def _draw(page: HardPage, found: Annotation) -> Pictures.Image:
    picture = page.image.convert("RGB")
    draw, (width, height) = ImageDraw.Draw(picture), picture.size
    for line in found.lines:
        x0, y0, x1, y1 = line.box
        draw.rectangle((x0 * width, y0 * height, x1 * width, y1 * height), outline="#9ecae1")
    for number, word in enumerate(found.words):
        x0, y0, x1, y1 = word.box
        quad = word.quad or [x0, y0, x1, y0, x1, y1, x0, y1]
        corners = [(x * width, y * height) for x, y in zip(quad[::2], quad[1::2], strict=True)]
        draw.polygon(corners, outline="#d62728" if word.confidence < 0.5 else "#2ca02c")
        if number % 10 == 0:
            draw.text(corners[0], str(number), "#1f3fff", anchor="lb")
    return picture


def _rows(results: list[Read]) -> Iterator[dict[str, object]]:
    bounds = yaml.safe_load(_BOUNDS.read_text())["filters"]
    groups: dict[tuple[str, str, str], list[Read]] = {}
    for result in results:
        groups.setdefault((result.kind, result.language, result.way), []).append(result)
    for (kind, language, way), group in groups.items():
        means = {
            name: round(float(np.mean([getattr(result, name) for result in group])), 4)
            for name in ("cer", "order", "recall", "coverage", "confidence", "seconds")
        }
        flagged = sum(
            result.coverage < bounds["min_coverage"] or result.confidence < bounds["min_confidence"]
            for result in group
        )
        yield {"kind": kind, "language": language, "way": way, "pages": len(group), **means} | (
            {"flagged": flagged} if way == "now" else {}
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    parser.add_argument("--languages", nargs="+", default=["en", "ko"])
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--fonts", type=Path)
    parser.add_argument("--only", choices=("now", "plain"))
    parser.add_argument("--raw", action="store_true")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path, help="every page's figures")
    arguments = parser.parse_args()
    documents = arguments.documents
    folders = {n: documents / n for n in ("en", "ko")} if documents else write_pdfs(CACHE)
    folders = {name: folders[name] for name in arguments.languages}
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    most = 1 if arguments.quick else arguments.pages
    ways = [arguments.only] if arguments.only else ["plain", "now"]
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        made = pages(folders, arguments.kinds, most, arguments.quick, arguments.fonts)
        asked = [(page, way, arguments.pictures, arguments.raw) for page in made for way in ways]
        results = pool.starmap(read, asked, chunksize=1)
    for row in _rows(results):
        print(row)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(result) for result in results]))


if __name__ == "__main__":
    main()
