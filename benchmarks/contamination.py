"""Contamination by questions: what is found, what is suspect, what is taken for a hit and is none.

    python -m benchmarks.contamination [--json FILE]

The questions are of our own making (`benchmarks.questions`), twelve in Korean and twelve in
English. Those with even numbers were used to choose the thresholds; the odd ones are the report,
though `SHARE` was lowered once for one of them; six fresh ones were written when all stood. The
strange ones came last, and `SUSPECT_WITH_CHOICES` and the words of any page after them: of what is
anybody's half was written before these words, the other half beside them.
Each row: how many of the conversations of a kind are hits and how many suspect. Kinds of copies are
asked with their choices and without; none of the last rows is a copy.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.questions import ENGLISH, FRESH, GENERIC, KOREAN, Question
from benchmarks.strange_questions import ANYBODYS, STRANGE
from gyogwa.transforms.dedup.contamination.questions import Asked, QuestionIndex

Counts = dict[str, list[int]]


def with_choices(text: str, choices: tuple[str, ...], marker: str) -> str:
    """A question as data sets ask it: `marker` holds {} for a letter, numeral or sign."""
    signs = {"A": "ABCD", "1": "1234", "①": "①②③④", "가": "가나다라"}[marker.strip("().{} ")[:1]]
    form = marker.replace(marker.strip("(). "), "{}")
    return "\n".join([text, *(form.format(s) + c for s, c in zip(signs, choices, strict=True))])


COPIES: dict[str, Callable[[Question], str]] = {
    "verbatim": lambda q: with_choices(q.text, q.choices, "A. "),
    "other spacing": lambda q: with_choices(q.text, q.choices, "A.").replace(" ", ""),
    "other ending": lambda q: with_choices(q.ending, q.choices, "A. "),
    "other marker (A)": lambda q: with_choices(q.text, q.choices, "(A) "),
    "other marker 1)": lambda q: with_choices(q.text, q.choices, "1) "),
    "other marker ①": lambda q: with_choices(q.text, q.choices, "① "),
    "other marker 가.": lambda q: with_choices(q.text, q.choices, "가. "),
    "one word": lambda q: with_choices(q.word, q.choices, "A. "),
}
ALONE: dict[str, Callable[[Question], str]] = {
    "verbatim, alone": lambda q: q.text,
    "other spacing, alone": lambda q: q.text.replace(" ", ""),
    "other ending, alone": lambda q: q.ending,
    "one word, alone": lambda q: q.word,
}
PARAPHRASED: dict[str, Callable[[Question], str]] = {
    "paraphrase": lambda q: with_choices(q.paraphrase, q.choices, "A. "),
    "paraphrase, alone": lambda q: q.paraphrase,
}
OTHERS: dict[str, Callable[[Question], str]] = {
    "another of the form": lambda q: q.other,
    "answered at length": lambda q: f"이 문서를 요약해 주세요.\n{'. '.join(q.choices)}",
}


def indexed(questions: list[Question], anybodys: Sequence[str] = ()) -> QuestionIndex:
    """The questions and the generic ones as one evaluation set."""
    asked = [Asked("set", q.text, q.text, q.choices) for q in questions]
    generic = [Asked("set", text, text, choices) for text, choices in GENERIC.items()]
    generic += [Asked("set", text, text) for text in anybodys]
    return QuestionIndex(asked + generic)


def measure(index: QuestionIndex, questions: list[Question]) -> Counts:
    """[hits, suspects, conversations] by kind."""
    found: Counts = {}

    def count(kind: str, text: str, row: str | None = None) -> None:
        match = index.find(f"<image>\n{text}")
        right = match is not None and (row is None or match.question.row == row)
        counts = found.setdefault(kind, [0, 0, 0])
        counts[0] += right and match is not None and match.hit
        counts[1] += right and match is not None and not match.hit
        counts[2] += 1

    for kinds in (COPIES, ALONE, PARAPHRASED, OTHERS):
        for kind, written in kinds.items():
            for question in questions:
                row = question.text if kinds in (COPIES, ALONE, PARAPHRASED) else None
                count(kind, written(question), row)
    for text, choices in GENERIC.items():
        count("generic with its choices", with_choices(text, choices, "1) "), text)
        count("generic with others", with_choices(text, questions[0].choices, "1) "))
        count("generic alone", text)
    return found


def halves(questions: list[Question]) -> Iterator[tuple[str, list[Question]]]:
    """Those used to choose the thresholds, and those held out."""
    yield "chosen on", questions[::2]
    yield "held out", questions[1::2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = {}
    begun = time.process_time()
    index = indexed(KOREAN + ENGLISH + FRESH)
    for language, questions in (("Korean", KOREAN), ("English", ENGLISH)):
        for half, some in halves(questions):
            result[f"{language}, {half}"] = measure(index, some)
    result["fresh"] = measure(index, FRESH)
    strange = indexed(STRANGE, ANYBODYS)
    result["strange"] = measure(strange, STRANGE)
    for text in ANYBODYS:
        counts = result["strange"].setdefault("anybody's alone", [0, 0, 0])
        match = strange.find(f"<image>\n{text}")
        counts[0] += match is not None and match.hit
        counts[1] += match is not None and not match.hit
        counts[2] += 1
    seconds = time.process_time() - begun
    for name, rows in result.items():
        print(f"\n{name}\n{'kind':28s} hits suspect of")
        for kind, (hits, suspects, of) in rows.items():
            print(f"{kind:28s} {hits:4d} {suspects:7d} {of:2d}")
    asked = sum(of for rows in result.values() for _, _, of in rows.values())
    print(f"\n{1e3 * seconds / asked:.2f} ms a conversation")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
