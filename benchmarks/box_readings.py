"""How often the unit and form of boxes are told right from their numbers and the ink of one page.

    python -m benchmarks.box_readings [--pages 12] [--dpi 66 86 150] [--json FILE]

Pages of the Debian FAQ in both languages, whose words a text layer places, are rendered and their
boxes written down in every way that data sets have; these pages chose none of the limits in
`labels.infer`. A page alone decides, the hardest case: a folder's labels share six. Of each
way: right (boxes within half a hundredth of the page), refused (an error that shows both readings:
what a form that nobody declared deserves), or wrong in silence, with the greatest error of a page.
`loose` boxes are 3 pixels too large on all sides, as by hand; `few` are 3 words of a page. 86 dpi
gives pages of about 1,000 pixels, on which pixels and thousandths are nearly the same.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.ocr_quality import rendered
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.believe import Seen, believed

Pixels = list[float]
_NEAR = 0.005


def _fractions(box: Pixels, width: int, height: int) -> Pixels:
    return [round(v / s, 4) for v, s in zip(box, (width, height) * 2, strict=True)]


def _thousandths(box: Pixels, width: int, height: int) -> Pixels:
    return [round(1000 * v / s) for v, s in zip(box, (width, height) * 2, strict=True)]


WAYS: dict[str, Callable[[Pixels, int, int], Pixels]] = {
    "pixels": lambda b, w, h: b,
    "fractions": _fractions,
    "thousandths": _thousandths,
    "sizes": lambda b, w, h: [b[0], b[1], b[2] - b[0], b[3] - b[1]],
    "rows first": lambda b, w, h: [b[1], b[0], b[3], b[2]],
    "loose pixels": lambda b, w, h: [b[0] - 3, b[1] - 3, b[2] + 3, b[3] + 3],
}


def outcome(boxes: list[Pixels], given: list[Pixels], seen: Seen) -> tuple[str, float]:
    """What became of the boxes of a page: right, refused or wrong, and the greatest error."""
    row = {"words": [{"text": str(n), "box": box} for n, box in enumerate(given)]}
    try:
        truth = believed(row, seen).truth
    except BadImage:
        return "refused", 0.0
    words = truth.words if truth else []
    errors = [
        abs(found - pixel / side)
        for word in words
        for found, pixel, side in zip(
            word.box, boxes[int(word.text)], (seen.width, seen.height) * 2, strict=True
        )
    ]
    worst = max(errors, default=1.0)
    slack = _NEAR + 3 / min(seen.width, seen.height)
    return ("right" if worst <= slack and len(words) == len(boxes) else "wrong"), worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12, help="of each language")
    parser.add_argument("--dpi", type=int, nargs="+", default=[66, 86, 150])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    worst: dict[str, float] = defaultdict(float)
    for dpi in arguments.dpi:
        for folder in write_pdfs(CACHE).values():
            truths, refs, _ = rendered(folder, dpi, arguments.pages)
            for words, ref in zip(truths, refs, strict=True):
                grey = np.asarray(Image.open(ref.path).convert("L"))
                height, width = grey.shape
                seen = Seen(width, height, 1, grey)
                boxes = [
                    [round(v * s) for v, s in zip(word.box, (width, height) * 2, strict=True)]
                    for word in words
                ]
                boxes = [b for b in boxes if b[0] + 2 < b[2] and b[1] + 2 < b[3]]
                for some, chosen in (("all", boxes), ("few", boxes[:: max(1, len(boxes) // 3)])):
                    for way, change in WAYS.items():
                        given = [change(box, width, height) for box in chosen]
                        said, error = outcome(chosen, given, seen)
                        name = f"{way}, {some}, {dpi} dpi"
                        counts[name][said] += 1
                        if said == "wrong":
                            worst[name] = max(worst[name], error)
    rows = {name: {**found, "worst": round(worst[name], 3)} for name, found in counts.items()}
    for name, row in rows.items():
        print(f"{name:<28} {row}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
