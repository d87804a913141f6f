"""The language of real lines, script counts and fastText together against fastText alone.

    python -m benchmarks.language_id [--quick] [--json FILE]

Lines are those of the Debian FAQ's text layers: English, Korean, and mixed (Korean lines with at
least as many Latin letters as Hangul syllables). A line's truth is the language of its paragraph:
Korean when a fifth of its letters are Hangul, as the Korean edition leaves some paragraphs in
English. Lines without letters aren't asked. Short: under 24 letters.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.debian_faq import CACHE, write_pdfs
from gyogwa.transforms.annotate.language import SHORT, languages_of, predict, scripts_of
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.ingest.sources.pdf_words import words_of

PARAGRAPH_SHARE = 0.2


def pages(folder: Path, most: int) -> Iterator[list[tuple[str, str]]]:
    """For each page, its lines, each with its paragraph."""
    count = 0
    for path in sorted(folder.glob("*.pdf")):
        for page in pdfium.PdfDocument(path):
            words, lines, blocks = arrange(words_of(page), page.get_height() / page.get_width())
            texts = [" ".join(w.text for w in words[x.first : x.last]) for x in lines]
            count += bool(texts)
            if texts and count <= most:
                yield [
                    (text, " ".join(texts[block.first : block.last]))
                    for block in blocks
                    for text in texts[block.first : block.last]
                ]


def truth_of(paragraph: str, edition: str) -> str:
    """The language of a paragraph."""
    found = scripts_of(paragraph)
    korean = found.hangul > PARAGRAPH_SHARE * max(found.letters, 1)
    return "ko" if edition == "ko" and korean else "en"


def group_of(line: str, truth: str) -> str:
    """English, Korean or mixed; short or not."""
    found = scripts_of(line)
    name = "mixed" if found.hangul and found.latin >= found.hangul else truth
    return f"{name}, {'short' if found.letters < SHORT else 'long'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten pages of each edition")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for edition, folder in write_pdfs(CACHE).items():
        for page in pages(folder, 10 if arguments.quick else 10_000):
            found = languages_of([line for line, _ in page]).lines
            for (line, paragraph), language in zip(page, found, strict=True):
                if not scripts_of(line).letters:
                    continue
                truth = truth_of(paragraph, edition)
                for name in (group_of(line, truth), "all"):
                    total[name] += 1
                    ours[name] += language == truth
                    alone[name] += predict(line)[0] == truth
    rows = {
        name: {
            "lines": count,
            "scripts and fastText": round(ours[name] / count, 4),
            "fastText alone": round(alone[name] / count, 4),
        }
        for name, count in sorted(total.items())
    }
    for name, row in rows.items():
        print(f"{name:<12} {row}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
