"""How well personal data is found on pages that also hold what looks like it, and whether anything
can still be read once it is masked.

    python -m benchmarks.personal_data [--quick] [--seed 7] [--pages 300] [--read 24]
        [--held_out] [--paddle DIR] [--json FILE]

Pages are drawn with labelled fields, sentences, forms with wide gaps, tables, digits in boxes of
their own and values broken over two lines; among them dates, prices, part and order numbers, ISBN,
versions. Recall and precision are of values by kind: a value counts as found when what was found of
its kind on the page holds all of it, and what was found and overlaps no value of its kind counts as
false. `--read`: so many pages are masked and read again by each engine; a masked value that is
still read counts as left. `--held_out`: forms, tables and letters of another generator
(`personal_forms`), which nothing was tuned on.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.personal_forms import draw_form
from benchmarks.personal_pages import DrawnPage, draw_page
from gyogwa.schemas.personal import PersonalKind
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.files.masks import filled
from gyogwa.transforms.privacy.mask import mask_page
from gyogwa.transforms.privacy.page import find_on_page

KINDS: tuple[PersonalKind, ...] = (
    "address", "bank_account", "business_number", "card", "corporate_number", "driving_licence",
    "email", "foreigner_number", "name", "passport", "phone", "resident_number",
)  # fmt: skip


def bare(text: str) -> str:
    """Letters and digits alone: how a value is broken or spaced doesn't matter."""
    return "".join(char for char in text.lower() if char.isalnum())


def measure(pages: list[DrawnPage]) -> dict[str, Any]:
    """Recall and precision by kind, and what was missed or falsely found, the first few."""
    there: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    claimed: Counter[str] = Counter()
    right: Counter[str] = Counter()
    missed, false = [], []
    for page in pages:
        found = find_on_page(page.annotation, frozenset(KINDS)).found
        for kind, value in page.values:
            there[kind] += 1
            if any(kind == other and bare(value) in bare(text) for other, text in found):
                hit[kind] += 1
            else:
                missed.append((kind, value, page.layout_of[value]))
        for kind, text in found:
            claimed[kind] += 1
            mine = [bare(value) for other, value in page.values if other == kind]
            if any(bare(text) in value or value in bare(text) for value in mine):
                right[kind] += 1
            else:
                false.append((kind, text))
    rows = {
        kind: {
            "values": there[kind],
            "recall": round(hit[kind] / max(1, there[kind]), 4),
            "found": claimed[kind],
            "precision": round(right[kind] / max(1, claimed[kind]), 4),
        }
        for kind in KINDS
    }
    return {"kinds": rows, "missed": missed[:40], "false": false[:40]}


def left_after_masking(pages: list[DrawnPage], engine: Any) -> dict[str, Any]:
    """How many values an engine still reads, before and after they are masked, also by kind (an
    engine whose weights know no Hangul reads no name before either). `words_in_masks`: what it
    reads at all where something was filled, of whatever script."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    missed = in_masks = 0
    left = []
    for page in pages:
        on_page = find_on_page(page.annotation, frozenset(KINDS))
        boxes = mask_page(page.annotation, on_page, "[masked]").boxes
        words = [engine.read(image) for image in (page.image, filled(page.image, boxes))]
        in_masks += sum(_centre_in(word.box, boxes) for word in words[1])
        read = [bare(" ".join(word.text for word in found)) for found in words]
        hidden = [bare(text) for _, text in on_page.found]
        for kind, value in page.values:
            if not any(bare(value) in text for text in hidden):
                missed += 1  # `recall` tells of it
                continue
            masked[kind] += 1
            before[kind] += bare(value) in read[0]
            if bare(value) in read[1]:
                after[kind] += 1
                left.append((kind, value))
    return {
        "pages": len(pages),
        "masked": masked.total(),
        "missed": missed,
        "read_before": before.total(),
        "read_after": after.total(),
        "words_in_masks": in_masks,
        "kinds": {kind: [masked[kind], before[kind], after[kind]] for kind in sorted(masked)},
        "left": left,
    }


def _centre_in(box: Sequence[float], boxes: Sequence[Sequence[float]]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--read", type=int, default=24)
    parser.add_argument("--held_out", action="store_true", help="pages of the other generator")
    parser.add_argument("--paddle", type=Path, help="PaddleOCR's models (see tests)")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    count, reread = (40, 4) if args.quick else (args.pages, args.read)
    draw = draw_form if args.held_out else draw_page
    pages = [draw(Random(f"{args.seed}-{number}")) for number in range(count)]
    found = measure(pages)
    for kind, row in found["kinds"].items():
        print(f"{kind:18} {row}")
    print("missed", *found["missed"], sep="\n  ")
    print("false", *found["false"], sep="\n  ")
    if reread:
        from gyogwa.transforms.annotate.engines.tesseract import Tesseract

        engines: dict[str, Any] = {"tesseract": Tesseract(EngineSettings("tesseract"))}
        if args.paddle:
            from gyogwa.transforms.annotate.engines.paddle import Paddle
            from tests.transforms.annotate.engines.paddle_weights import OPTIONS

            options = {**OPTIONS, "model_dir": str(args.paddle)}
            engines["paddle"] = Paddle(EngineSettings("paddle", options))
        for name, engine in engines.items():
            found[name] = left_after_masking(pages[:reread], engine)
            print(name, found[name])
    if args.json:
        args.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
