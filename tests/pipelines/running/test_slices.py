"""What waits between steps lies on disk, and steps take it a slice at a time."""

import errno
import os
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam import coders
from apache_beam.runners.portability.fn_api_runner import execution, fn_runner
from apache_beam.transforms.core import Windowing
from apache_beam.transforms.window import GlobalWindows
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.pipelines.running import seams, slices, spools, waiting
from gyogwa.pipelines.running.failures import failure_of
from gyogwa.pipelines.running.options import beam_options
from gyogwa.pipelines.running.spools import Spool
from gyogwa.pipelines.running.waiting import Groups, List
from gyogwa.schemas.errors import GyogwaError

PAIR = coders.TupleCoder([coders.BytesCoder(), coders.BytesCoder()])
GROUP = coders.TupleCoder([coders.BytesCoder(), coders.IterableCoder(coders.BytesCoder())])
GLOBAL = GlobalWindows().get_window_coder()
pairs = st.lists(st.tuples(st.binary(max_size=3), st.binary(max_size=40)))


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes go to disk already."""
    monkeypatch.setattr(spools, "HELD", 64)
    monkeypatch.setattr(waiting, "HELD", 64)
    monkeypatch.setattr(waiting, "_BLOCK", 32)


def encoded(elements: Iterable[Any], coder: coders.Coder) -> bytes:
    impl = coders.WindowedValueCoder(coder, GLOBAL).get_impl()
    return b"".join(impl.encode_nested(GlobalWindows.windowed_value(e)) for e in elements)


def decoded(data: list[bytes], coder: coders.Coder) -> list[Any]:
    impl = coders.WindowedValueCoder(coder, GLOBAL).get_impl()
    return [found.value for found in impl.decode_all(b"".join(data))]


def groups() -> Groups:
    before, after = (coders.WindowedValueCoder(coder, GLOBAL) for coder in (PAIR, GROUP))
    return Groups(before, after, Windowing(GlobalWindows()))


def taken(reader: Any, size: int) -> Iterator[list[bytes]]:
    while some := reader.take(size):
        yield some


@given(st.lists(st.binary(max_size=50)))
def test_a_spool_gives_back_what_it_was_given(given_: list[bytes]) -> None:
    spool = Spool()
    pieces = [spool.add(data) for data in given_]
    assert [piece.read() for piece in pieces] == given_


def test_a_file_of_a_spool_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    piece = Spool().add(b"x" * 100)
    assert list(tmp_path.iterdir()) == []
    assert piece.read() == b"x" * 100


def test_a_full_disk_is_told_with_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb", 0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
        with pytest.raises(OSError, match=tempfile.gettempdir()) as raised:
            Spool().add(b"x" * 100)
    said = failure_of(raised.value).message
    assert said == f"{tempfile.gettempdir()}: {os.strerror(errno.ENOSPC)}"


@given(st.lists(pairs, max_size=4), st.integers(1, 200))
def test_groups_hold_the_values_of_each_key(parts: list[Any], size: int) -> None:
    kept, more = groups(), groups()
    for number, part in enumerate(parts):
        (more if number % 2 else kept).append(encoded(part, PAIR))
    kept.extend(more)
    expected: dict[bytes, list[bytes]] = {}
    for key, value in (pair for part in parts for pair in part):
        expected.setdefault(key, []).append(value)
    for _ in range(2):  # a bundle may be done again
        slices = list(taken(kept.reader(), size))
        found = [pair for some in slices for pair in decoded(some, GROUP)]
        assert len(found) == len(expected)  # each key once
        assert {k: sorted(v) for k, v in found} == {k: sorted(v) for k, v in expected.items()}
        assert all(sum(map(len, some[:-1])) < size for some in slices)


@given(st.lists(pairs, max_size=4), st.integers(1, 200))
def test_a_list_is_cut_between_elements(parts: list[Any], size: int) -> None:
    coder = coders.WindowedValueCoder(PAIR, GLOBAL).get_impl()
    kept, more = List(coder), List(coder)
    for number, part in enumerate(parts):
        (more if number % 2 else kept).append(encoded(part, PAIR))
    kept.extend(more)
    for reader in (kept.reader(), kept.copy().reader()):
        slices = [decoded(some, PAIR) for some in taken(reader, size)]
        assert sorted(p for some in slices for p in some) == sorted(
            p for part in parts for p in part
        )
        assert all(len(encoded(some[:-1], PAIR)) < size for some in slices)


def test_all_elements_pass_once(tmp_path: Path) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        many = (
            pipeline
            | beam.Create([0], reshuffle=False)
            | beam.FlatMap(lambda _: ((n, b"x" * 1000) for n in range(1000)))
        )
        twice = (many, many | "Again" >> beam.Map(lambda pair: pair)) | beam.Flatten()
        _ = (
            twice
            | beam.GroupByKey()
            | "Lengths" >> beam.FlatMap(lambda pair: [(0, len(value)) for value in pair[1]])
            | beam.CombinePerKey(sum)
            | "Write" >> beam.Map(lambda total: (tmp_path / "total").write_text(str(total[1])))
        )

    run_pipeline(build, beam_options([]))
    assert (tmp_path / "total").read_text() == "2000000"


class _Counted(beam.DoFn):  # type: ignore[misc]
    """Gives how many elements came at once."""

    def start_bundle(self) -> None:
        self.seen = 0

    def process(self, element: Any) -> Iterator[int]:
        self.seen += 1
        yield self.seen


def test_a_step_takes_its_input_in_slices(tmp_path: Path) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([0], reshuffle=False)
            | beam.FlatMap(lambda _: ((n, b"x" * 1000) for n in range(2000)))
            | beam.GroupByKey()
            | beam.ParDo(_Counted()).with_output_types(int)
            | beam.combiners.Top.Of(1)
            | beam.Map(lambda most: (tmp_path / "most").write_text(str(most[0])))
        )

    run_pipeline(build, beam_options([]))
    assert 10 < int((tmp_path / "most").read_text()) < 2000


@pytest.mark.parametrize("mode", ["multi_threading", "multi_processing"])
def test_workers_take_slices_as_they_are_free(tmp_path: Path, mode: str) -> None:
    """Each group is seen once, by whichever worker; none waits for the one that is slow."""

    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([0], reshuffle=False)
            | beam.FlatMap(lambda _: ((n, b"x" * 1000) for n in range(200)))
            | beam.GroupByKey()
            | beam.ParDo(_Slow(str(tmp_path)))
        )

    options = [f"--direct_running_mode={mode}", "--direct_num_workers=2"]
    run_pipeline(build, beam_options(options))
    bundles = [path.read_text().split() for path in tmp_path.iterdir()]
    assert sorted(int(n) for bundle in bundles for n in bundle) == list(range(200))
    assert 8 <= len(bundles) <= 32
    (slow,) = (bundle for bundle in bundles if "7" in bundle)
    assert len(slow) < 75  # dealt beforehand, each had a hundred


class _Slow(beam.DoFn):  # type: ignore[misc]
    """Leaves a file of the keys of each bundle, and is slow at one."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.seen: list[int] = []

    def start_bundle(self) -> None:
        self.seen = []

    def process(self, element: Any) -> None:
        self.seen.append(element[0])
        time.sleep(2 if element[0] == 7 else 0)

    def finish_bundle(self) -> None:
        if self.seen:
            (Path(self.folder) / uuid.uuid4().hex).write_text(" ".join(map(str, self.seen)))


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("total", [1, 100, 1 << 20, 1 << 30])
def test_what_is_left_is_enough_for_the_others(total: int, workers: int) -> None:
    """However long a worker is at its slice, what is left then is as much for each of the rest."""
    left, slices_ = total, 0
    while left > 0:
        share = slices._fair(left, total, workers)
        assert share <= max(1, left / 2, total / 8)
        left -= share
        slices_ += 1
    assert slices_ <= 8 * workers
    assert slices._fair(total, total, 1) == slices._MOST


def test_elements_pass_a_reshuffle_which_has_a_trigger_of_its_own(tmp_path: Path) -> None:
    out = str(tmp_path / "numbers")

    def graph(pipeline: beam.Pipeline) -> None:
        numbers = pipeline | beam.Create(range(50)).with_output_types(int)
        texts = numbers | beam.Reshuffle() | beam.Map(str)
        _ = texts | beam.io.WriteToText(out, shard_name_template="")

    run_pipeline(graph, beam_options([]))
    assert sorted(map(int, Path(out).read_text().split())) == list(range(50))


def test_a_full_disk_ends_a_run_with_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create([0, 1], reshuffle=False)
            | beam.FlatMap(lambda _: ((n, b"x" * 1000) for n in range(1000)))
            | beam.GroupByKey()
        )

    full = partial(Path("/dev/full").open, "wb", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full())
    with pytest.raises(OSError, match="No space left on device") as raised:
        run_pipeline(build, beam_options([]))
    assert raised.value.filename == tempfile.gettempdir()


def test_beam_has_its_own_buffers_again_after_a_run(tmp_path: Path) -> None:
    """Which runs with workers of their own use."""
    before = execution.ListBuffer, execution.GroupingBuffer

    def fail(_: int) -> None:
        raise GyogwaError("enough")

    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([1], reshuffle=False) | beam.Map(fail)

    with pytest.raises(GyogwaError, match="enough"):
        run_pipeline(build, beam_options([]))
    assert (execution.ListBuffer, execution.GroupingBuffer) == before


class _Another:
    """A manager of bundles as a later release might have it."""

    def process_bundle(self, inputs: Any, outputs: Any) -> None: ...


def test_a_beam_that_is_built_in_another_way_runs_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(pipeline: beam.Pipeline) -> None:
        written = beam.Map(lambda pair: (tmp_path / "key").write_text(str(pair[0])))
        _ = pipeline | beam.Create([(1, 2)], reshuffle=False) | beam.GroupByKey() | written

    with monkeypatch.context() as patched:
        patched.setattr(slices.Runner, "__init__", None)  # isn't made
        patched.setitem(seams._PLACES, (fn_runner, "BundleManager.process_bundle"), ["self"])
        run_pipeline(build, beam_options([]))
    assert (tmp_path / "key").read_text() == "1"
    assert "has another BundleManager.process_bundle, so memory grows" in capsys.readouterr().err


def test_a_place_that_is_gone_or_another_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seams.missing() is None
    with monkeypatch.context() as patched:
        patched.setattr(fn_runner, "BundleManager", _Another)
        assert seams.missing() == "BundleManager.process_bundle"
    monkeypatch.delattr(execution, "GroupingBuffer")
    assert seams.missing() == "GroupingBuffer.__init__"
