"""The pool of engine processes: answers go where they belong, one image's fault stays its own."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from schemas.errors import GyogwaError
from schemas.records import ImageRef
from transforms.engines.pool import EnginePool, Failure, Limits
from transforms.engines.protocol import EngineSettings


def page(folder: Path, text: str, lines: int = 1) -> ImageRef:
    image = Image.new("RGB", (500, 60 + 60 * lines), "white")
    font = ImageFont.truetype("DejaVuSans.ttf", 48)
    for line in range(lines):
        ImageDraw.Draw(image).text((30, 30 + 60 * line), text, fill="black", font=font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    path = folder / f"{text}.png"
    path.write_bytes(buffer.getvalue())
    return ImageRef(str(path), 0, len(buffer.getvalue()))


@pytest.fixture
def pool() -> Iterator[EnginePool]:
    made = EnginePool(EngineSettings("tesseract"), 2, Limits(seconds=60))
    yield made
    made.close()


def texts(pool: EnginePool, refs: list[ImageRef]) -> dict[int, str]:
    found = {}
    for index, read in pool.read_all(refs):
        assert not isinstance(read, Failure), read
        found[index] = " ".join(word.text for word in read.words)
    return found


def test_answers_go_to_their_images(pool: EnginePool, tmp_path: Path) -> None:
    names = ["first", "second", "third", "fourth"]
    assert texts(pool, [page(tmp_path, name) for name in names]) == dict(enumerate(names))


def test_an_interrupted_read_leaves_no_answers_behind(pool: EnginePool, tmp_path: Path) -> None:
    reading = pool.read_all([page(tmp_path, "first"), page(tmp_path, "second")])
    next(reading)
    del reading
    third = page(tmp_path, "third")
    assert texts(pool, [third, third]) == {0: "third", 1: "third"}


def test_a_killed_process_costs_one_image(pool: EnginePool, tmp_path: Path) -> None:
    refs = [page(tmp_path, f"word{n}", lines=20) for n in range(6)]
    reading = pool.read_all(refs)
    outcomes = dict([next(reading)])
    busy = next(child for child in pool._children if child.busy)
    os.kill(busy.process.pid, signal.SIGKILL)
    outcomes |= dict(reading)
    assert sorted(outcomes) == list(range(6))
    failures = [outcome for outcome in outcomes.values() if isinstance(outcome, Failure)]
    assert [failure.rule for failure in failures] == ["ocr_crash"]


def test_too_slow_is_a_failure_with_the_limit(tmp_path: Path) -> None:
    pool = EnginePool(EngineSettings("tesseract"), 1, Limits(seconds=0.001))
    try:
        (_, outcome), *_ = pool.read_all([page(tmp_path, "slow", lines=60)])
        assert isinstance(outcome, Failure)
        assert (outcome.rule, outcome.threshold) == ("ocr_timeout", "0.001")
    finally:
        pool.close()


def test_too_much_memory_is_a_failure(tmp_path: Path) -> None:
    pool = EnginePool(EngineSettings("tesseract"), 1, Limits(memory=1_000_000))
    try:
        (_, outcome), *_ = pool.read_all([page(tmp_path, "large", lines=60)])
        assert isinstance(outcome, Failure)
        assert (outcome.rule, outcome.threshold) == ("ocr_memory", "1000000")
    finally:
        pool.close()


def test_an_engine_without_its_data_says_what_to_do() -> None:
    with pytest.raises(GyogwaError, match="tesseract-ocr-kor"):
        EnginePool(EngineSettings("tesseract", {"languages": "xxx"}), 1, Limits())
