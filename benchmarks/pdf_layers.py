"""Text layers of PDFs that are sound and that aren't: which are believed, which are refused.

    python -m benchmarks.pdf_layers [--quick] [--json FILE]

Each page is drawn by the tests' code in Korean and in English: sound layers set in many ways, and
layers with a fault each. What becomes of a page is settled as `ingest` and `annotate` do, in doubt
by reading it with Tesseract. A sound layer is refused where its words aren't those of the page,
from the layer. An unsound one is believed where a word of it is kept that a reader doesn't see, or
where it is taken for all that stands on a page that shows more. `--quick`: a third of them.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from tests.transforms.ingest import pdf_faults as faults
from tests.transforms.ingest.pdf_faults import and_body
from tests.transforms.ingest.pdf_outcomes import settled, spoken
from tests.transforms.ingest.pdf_pages import Draw, Sheet, pdf_of


class Layer(NamedTuple):
    """A page: how it is drawn, how it is turned, and what its map to Unicode says. `added`: what
    may be read of it beside its text; `kept`: its text has to come from the layer."""

    draw: Draw
    rotation: int = 0
    says: Callable[[int], int] = lambda code: code
    added: tuple[str, ...] = ()
    kept: bool = False


SOUND: dict[str, Layer] = {
    draw.__name__: Layer(draw)
    for draw in (
        Sheet.body, faults.twice, faults.upwards, faults.light_on_dark, faults.ruled,
        faults.word_by_word, faults.small, faults.grey, faults.highlighted, faults.struck_through,
        faults.framed, faults.with_logo, faults.cropped, faults.on_a_tint,
    )
} | {f"turned by {turn}": Layer(Sheet.body, turn) for turn in (90, 180, 270)}  # fmt: skip

HIDDEN = (
    faults.white, faults.faint, faults.invisible, faults.transparent, faults.specks,
    faults.over_other_words, faults.off_the_page,
)  # fmt: skip
COVERS = (
    faults.bar_over, faults.bar_that_is_not_quite_black_over, faults.white_bar_over,
    faults.thick_rules_over, faults.bar_with_words_on_it, faults.picture_over,
    faults.annotation_over,
)  # fmt: skip
SCANS = (
    faults.layer_in_front, faults.layer_behind, faults.layer_of_another_page,
    faults.layer_off_by_a_line, faults.upside_down_scan, faults.white_layer,
    faults.stamp_on_a_scan, faults.header_on_a_scan, faults.half_a_scan,
)  # fmt: skip
STAMPS = (faults.STAMP, "2024-05-13", "09:00", "XXXXXXXX")
UNSOUND: dict[str, Layer] = {
    **{draw.__name__: Layer(and_body(draw), kept=True) for draw in HIDDEN},
    "white, drawn first": Layer(and_body(faults.white_below_other_words, first=True), kept=True),
    **{draw.__name__: Layer(and_body(draw, name=True), added=STAMPS, kept=True) for draw in COVERS},
    **{draw.__name__: Layer(draw, added=STAMPS) for draw in SCANS},
    **{
        f"{says.__name__} map": Layer(Sheet.body, says=says)
        for says in (faults.next_one, faults.shuffled, faults.private)
    },
}


def outcome(layer: Layer, language: str, engine: Engine) -> str:
    """What became of a layer: "kept", "settled" (what is wrong with it went nowhere), "lost" (what
    is right with it did too), or "believed" though it is wrong."""
    shown = Counter(spoken(language))
    found = settled(engine, pdf_of(layer.draw, language, layer.rotation, layer.says))
    if found is None:
        return "lost" if layer.kept or layer in SOUND.values() else "settled"
    whole = found.origin == "text_layer"
    own = Counter(word.text for word in found.words if (word.origin or found.origin) != "ocr")
    for text in layer.added:
        own.pop(text, None)
    repeated = Counter(spoken(language)) if layer.added and not layer.kept else Counter()
    if own - shown - repeated or (whole and shown - own):
        return "believed" if layer not in SOUND.values() else "lost"
    if layer in SOUND.values():
        return "kept" if own == shown else "lost"
    return "lost" if layer.kept and shown - own else "settled"


def measure(quick: bool = False) -> dict[str, dict[str, str]]:
    """The outcome of each layer, by "sound" and "unsound"."""
    engine = make_engine(EngineSettings("tesseract"))
    return {
        side: {
            f"{name}, {language}": outcome(layer, language, engine)
            for name, layer in list(layers.items())[:: 3 if quick else 1]
            for language in ("ko", "en")
        }
        for side, layers in (("sound", SOUND), ("unsound", UNSOUND))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.quick)
    refused = [name for name, told in found["sound"].items() if told != "kept"]
    believed = [name for name, told in found["unsound"].items() if told == "believed"]
    lost = [name for name, told in found["unsound"].items() if told == "lost"]
    print(f"sound layers refused    {len(refused)} of {len(found['sound'])}  {refused}")
    print(f"unsound layers believed {len(believed)} of {len(found['unsound'])}  {believed}")
    print(f"what was right with them lost: {len(lost)}  {lost}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
