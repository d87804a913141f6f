"""The example that reads lines: what it learns from, and that it goes on as if never stopped."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.loader import StageLoader
from gyogwa.loader.examples.reader_model import BINS, HEIGHT, Word, tokens_of, words_of
from gyogwa.loader.examples.train_reader import distance, lines_of, main
from tests.loader.conftest import MadeStage
from tests.loader.test_wording import stage_in
from tests.transforms.tasks.pages import JOBS, pages_of

PLACE = st.floats(0, 1)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    return stage_in(tmp_path_factory.mktemp("reader"), "varco", 16)


@given(st.lists(st.builds(Word, st.text(st.characters(exclude_categories=["Cs"])), PLACE, PLACE)))
def test_words_come_back(words: list[Word]) -> None:
    back = words_of(tokens_of(words)[1:])
    assert [word.text for word in back] == [word.text for word in words]
    for word, found in zip(words, back, strict=True):
        assert abs(word.start - found.start) <= 0.5 / BINS + 1e-9
        assert abs(word.end - found.end) <= 0.5 / BINS + 1e-9


def test_lines_are_those_of_the_pages(pages: MadeStage) -> None:
    batch = next(iter(StageLoader(pages.manifest, batch_size=1)))
    lines = list(lines_of(batch))
    page = pages_of(JOBS[0])[0].annotation
    assert [[word.text for word in line.words] for line in lines] == [
        [word.text for word in page.words[line.first : line.last]] for line in page.lines
    ]
    for line in lines:
        assert line.pixels.shape[:2] == (1, HEIGHT)
        assert all(0 <= word.start <= word.end <= 1 for word in line.words)


def test_edits_are_the_fewest() -> None:
    assert distance("", "가나") == 2
    assert distance("kitten", "sitting") == 3


def test_it_goes_on_as_if_never_stopped(
    pages: MadeStage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(name: str, steps: int) -> list[dict[str, Any]]:
        main([str(pages.manifest.parent), "--small", "--overfit", "2", "--read_every", "1",
              "--steps", str(steps), "--checkpoint", str(tmp_path / name)])  # fmt: skip
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    with torch.random.fork_rng():
        whole = told("whole.pt", 3)
        parts = told("parts.pt", 1) + told("parts.pt", 3)
    assert parts == whole
    assert whole[-1]["loss"] < whole[0]["loss"]
