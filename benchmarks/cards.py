"""How fast pages of many cards open and search in headless Chromium, and how large they are.

    python -m benchmarks.cards [--quick] [--json FILE]

Needs `make setup-browser`. Pages are opened from disk. First paint is the browser's own figure
(first contentful paint); the list is ready when its first rows and all facets are shown. A search
is timed from the key to the rows of what was found, the first being the one that reads the list of
words; the wait for further keys, 60 ms, is in it.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from gyogwa.pipelines.cards.output import Output
from gyogwa.pipelines.cards.write import write_site
from tests.browser.chromium import opened
from tests.browser.made_up import TOLD, cards

QUERIES = ("관리비", "ㄱㄹㅂ", "heating", "납", "1,234", "ㄱㅈㅅ 수도", "은")


def main(argv: list[str] | None = None) -> int:
    """Print the figures; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="2,000 cards instead of 20,000")
    parser.add_argument("--count", type=int, help="cards")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    count = arguments.count or (2000 if arguments.quick else 20_000)
    with tempfile.TemporaryDirectory(prefix="gyogwa-cards-") as folder:
        begun = time.perf_counter()
        write_site(Output(folder), cards(count), TOLD)
        found = {"cards": float(count), "writing_s": time.perf_counter() - begun}
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        found["bytes_per_card"] = size / count
        with opened(Path(folder)) as page:
            found |= _opening(page)
            found |= _searching(page)
    for name, value in found.items():
        print(f"{name:>24} {value:,.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def _opening(page) -> dict[str, float]:  # type: ignore[no-untyped-def]
    paints, ready = [], []
    for _ in range(5):
        page.reload()
        page.wait_for_selector("body[data-ready]")
        paint, now = page.evaluate(
            "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
            " performance.now()]"
        )
        paints.append(paint)
        ready.append(now)
    return {"first_paint_ms": median(paints), "list_ready_ms": median(ready)}


def _searching(page) -> dict[str, float]:  # type: ignore[no-untyped-def]
    found = {}
    for query in QUERIES:
        found[f"search {query} ms"] = page.evaluate(
            """async (query) => {
              const input = document.getElementById("query");
              const count = document.getElementById("count");
              const before = performance.now();
              const shown = new Promise((resolve) => {
                new MutationObserver((_, self) => { self.disconnect();
                  requestAnimationFrame(() => resolve(performance.now())); })
                  .observe(count, { childList: true });
              });
              input.value = query;
              input.dispatchEvent(new Event("input"));
              return await shown - before;
            }""",
            query,
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
