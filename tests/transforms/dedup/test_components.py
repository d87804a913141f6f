"""Pairs are settled by connected component as they would be all together, in any order."""

import random
from typing import Any

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.dedup.components import component_of, node_of, reduced
from gyogwa.transforms.dedup.judge import Judged
from gyogwa.transforms.dedup.settle import SettlePairs, joined, settled

NAMES = st.sampled_from("abcdefghij")


@given(st.lists(st.tuples(NAMES, NAMES)), st.integers(1, 4))
def test_components_are_those_of_the_names(pairs: list[tuple[str, str]], blocks: int) -> None:
    edges = np.array([list(map(node_of, pair)) for pair in pairs], np.int64).reshape(-1, 2)
    parts = [reduced(edges[block::blocks]) for block in range(blocks)]
    found = [reduced(np.concatenate(parts)).tobytes()]
    expected = joined(pairs)
    for one in expected:
        for other in expected:
            together = component_of(one, found) == component_of(other, found)
            assert together == (expected[one] == expected[other])


def test_names_of_one_hash_are_one_component() -> None:
    edges = np.array([[1, 2], [2, 1], [7, 7], [3, 2]], np.int64)
    assert reduced(edges).tolist() == [[1, 1], [1, 2], [1, 3], [7, 7]]


def judged(kept: int, other: int, verdict: Any) -> Judged:
    pair = Duplicate("", f"i{other}", f"i{kept}", 1, 0.9 * (other % 3 == 0), verdict)
    return Judged(f"{kept:03d}", f"{other:03d}", f"d{kept // 2}", f"d{other // 2}", pair)


@pytest.mark.parametrize("seed", range(3))
def test_settled_as_if_all_were_one(seed: int) -> None:
    rng = random.Random(seed)
    edges = {(min(pair), max(pair)) for pair in (rng.sample(range(60), 2) for _ in range(50))}
    rows = [judged(*pair, rng.choice(["near", "near", "different"])) for pair in sorted(edges)]
    FOUND.clear()

    def graph(pipeline: beam.Pipeline) -> None:
        shuffled = rng.sample(rows, len(rows))
        created = pipeline | beam.Create(shuffled, reshuffle=False).with_output_types(Judged)
        outcome = created | SettlePairs()
        for name in ("pairs", "roots"):
            _ = getattr(outcome, name) | name >> beam.Map(_keep, name).with_output_types(int)

    run_pipeline(graph, PipelineOptions(["--runner", "DirectRunner"]))
    near = [row for row in rows if row.pair.verdict == "near"]
    different = [row.pair for row in rows if row.pair.verdict != "near"]
    expected = [*settled(near), *different]
    assert sorted(_of("pairs"), key=str) == sorted(expected, key=str)
    related = [row for row in rows if row.pair.verdict == "near" or row.pair.similarity >= 0.8]
    assert dict(_of("roots")) == joined((r.kept_document, r.other_document) for r in related)


FOUND: list[tuple[str, Any]] = []


def _keep(element: Any, name: str) -> int:
    FOUND.append((name, element))
    return 0


def _of(name: str) -> list[Any]:
    return [element for held, element in FOUND if held == name]
