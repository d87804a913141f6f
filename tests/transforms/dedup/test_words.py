"""Pages that say the same are proposed whatever their hashes; not templates, nor short texts."""

import random

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.words import SHARED, shingles_of
from gyogwa.transforms.ingest.hashes import Hashes

FOUND: list[tuple[str, str]] = []


def text(seed: int, words: int = 120) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("가나다라마바사아자차", k=3)) for _ in range(words))


def misread(said: str, share: float) -> str:
    rng = random.Random(1)
    return " ".join("틀림" if rng.random() < share else word for word in said.split())


def print_of(rank: str, said: str, value: str = "") -> Fingerprint:
    whole = value or random.Random(rank).randbytes(32).hex()
    return Fingerprint(rank, "", Hashes(whole, "", ""), said, False, rank, ImageRef("", 0, 0), "")


def proposed(prints: list[Fingerprint]) -> tuple[set[tuple[str, str]], dict[str, int]]:
    FOUND.clear()

    def graph(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create(prints, reshuffle=False).with_output_types(Fingerprint)
            | ProposePairs(40)
            | beam.Map(kept).with_output_types(int)
        )

    counts = run_pipeline(graph, PipelineOptions(["--runner", "DirectRunner"]))
    return set(FOUND), counts


def kept(pair: tuple[tuple[str, str], int]) -> int:
    FOUND.append(pair[0])
    return 0


def test_the_same_words_propose_a_pair() -> None:
    said = text(1)
    template = text(9, 60)
    forms = [print_of(f"form {n}", f"{template} {text(100 + n, 6)}") for n in range(20)]
    others = [
        print_of("other", text(2)),
        print_of("short", "예 아니오"),
        print_of("too", "예 아니오"),
    ]
    pages = [print_of("a", said), print_of("b", misread(said, 0.08)), *others]
    assert proposed(forms + pages)[0] == {("a", "b")}


def test_spacing_case_and_marks_do_not_count() -> None:
    assert shingles_of("One, two THREE " + text(3)) == shingles_of("one two\n  three. " + text(3))
    assert len(set(shingles_of(text(3))) & set(shingles_of(text(4)))) < SHARED
    assert shingles_of("one two three four") == []


def test_of_equal_hashes_a_few_stand_for_all() -> None:
    pairs, counts = proposed([print_of(f"{n:02d}", "", "0f" * 32) for n in range(20)])
    assert {("00", f"{n:02d}") for n in range(1, 20)} <= pairs
    assert len(pairs) == 20 * 19 // 2 - counts["duplicates/skipped"]
    assert (counts["duplicates/crowds"], counts["duplicates/skipped"]) == (1, 6)
