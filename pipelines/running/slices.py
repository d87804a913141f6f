"""Beam's local runner, with what waits between steps on disk and steps done a slice at a time.

Beam's own hands a step all of its input at once, in as many equal parts as there are workers, and
holds all that it gives. That takes memory by the corpus, and keeps a worker waiting for the other
where one part is dearer.

Here workers take slices of the input one after another. A slice starts small and grows until it
takes `_SECONDS`, or as much as `_MOST` bytes in or `_MOST_GIVEN` out: so a step whose elements are
dear is shared out among the workers one by one, and others in few pieces. A step that only hands
bytes on, as before each grouping of several collections, is done without a worker.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from apache_beam.metrics import monitoring_infos
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner import execution, fn_runner
from apache_beam.runners.portability.fn_api_runner.translations import split_buffer_id
from apache_beam.runners.worker import bundle_processor
from apache_beam.utils import thread_pool_executor

from gyogwa.pipelines.running.waiting import Groups, InWindows, List, Waiting
from gyogwa.schemas.errors import GyogwaError

_FIRST, _FIRST_ALONE = 1 << 10, 16 << 10
_GROWTH = 8
_MOST, _MOST_GIVEN = 4 << 20, 16 << 20
_SECONDS = 0.5
_AT_ONCE = 16  # results that are put together at once
_Slice = dict[str, list[bytes]]


def keep_on_disk() -> None:
    """Have Beam keep what waits so. Raises GyogwaError for a Beam that doesn't let it."""
    known = (hasattr(execution, "ListBuffer"), hasattr(execution, "GroupingBuffer"))
    if not all(known) or not hasattr(fn_runner.FnApiRunner, "_get_bundle_manager"):
        raise GyogwaError(
            "this release of Apache Beam isn't known to run in slices; install apache-beam 2.77"
        )
    execution.ListBuffer, execution.GroupingBuffer = List, Groups


class Runner(fn_runner.FnApiRunner):
    """`shuffled`: bytes that were brought together by key, by the pipeline's own steps."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.shuffled: Counter[str] = Counter()

    def _get_bundle_manager(self, bundle_context_manager: Any) -> "_Stage":
        tokens = self.get_cache_token_generator(static=False)
        return _Stage(bundle_context_manager, self._progress_frequency, tokens, self.shuffled)


class _Stage(fn_runner.BundleManager):
    """Steps that Beam does as one, over all of their input."""

    def __init__(self, context: Any, frequency: Any, tokens: Any, shuffled: Counter[str]) -> None:
        super().__init__(context, frequency, cache_token_generator=tokens)
        self._shuffled = shuffled

    def process_bundle(
        self,
        inputs: Mapping[str, Any],
        expected_outputs: dict[str, bytes],
        fired_timers: Mapping[Any, Any],
        expected_output_timers: Mapping[Any, Any],
        dry_run: bool = False,
    ) -> tuple[Any, list[Any]]:
        """Beam's seam: give the result, and no splits. `dry_run`: what is given isn't kept."""
        if expected_output_timers:
            raise NotImplementedError("no step has timers")
        if self._hands_on(inputs, expected_outputs, dry_run):
            result = beam_fn_api_pb2.InstructionResponse()
        else:
            result = self._work(_Slices(inputs), expected_outputs, dry_run)
        if not dry_run:
            self._weigh(expected_outputs)
        return result, []

    def _hands_on(self, inputs: Mapping[str, Any], outputs: dict[str, bytes], dry: bool) -> bool:
        """Pass the input on, where that is all that there is to do; whether it was."""
        context = self.bundle_context_manager
        steps = context.process_bundle_descriptor.transforms
        reads = {n: s for n, s in steps.items() if s.spec.urn == bundle_processor.DATA_INPUT_URN}
        if len(reads) + len(outputs) != len(steps) or len(reads) != 1:
            return False
        ((name, read),) = reads.items()
        # both say in which coder, and the same address
        if any(steps[output].spec.payload != read.spec.payload for output in outputs):
            return False
        for output, buffer_id in outputs.items():
            for data in () if dry else inputs[name]:
                context.get_buffer(buffer_id, output).append(data)
        return True

    def _work(self, slices: "_Slices", outputs: dict[str, bytes], dry: bool) -> Any:
        context, results = self.bundle_context_manager, _Results()
        workers = context.worker_handlers
        first = _FIRST if len(workers) > 1 else _FIRST_ALONE
        if len(workers) == 1 or slices.size <= first:
            self._take(slices, first, workers[0], outputs, dry, results)
        else:
            with thread_pool_executor.shared_unbounded_instance() as executor:
                at_work = [
                    executor.submit(self._take, slices, first, worker, outputs, dry, results)
                    for worker in workers
                ]
                try:
                    for one in at_work:
                        one.result()
                finally:
                    slices.end()
        return results.all()

    def _take(
        self,
        slices: "_Slices",
        size: int,
        worker: Any,
        outputs: dict[str, bytes],
        dry: bool,
        results: "_Results",
    ) -> None:
        """Have one worker take slices until there are none, or another one failed."""
        context = _OfOne(self.bundle_context_manager, worker)
        while (some := slices.take(size)) is not None:
            taken = sum(len(data) for parts in some.values() for data in parts)
            began = time.monotonic()
            manager = fn_runner.BundleManager(
                context, self._progress_frequency, self._cache_token_generator
            )
            try:
                result, _ = manager.process_bundle(some, outputs, {}, {}, dry)
            except BaseException:
                slices.end()
                raise
            results.add(result)
            seconds = max(time.monotonic() - began, 1e-6)
            wanted = [_GROWTH * size, _MOST, round(taken * _SECONDS / seconds)]
            if context.given:
                wanted.append(taken * _MOST_GIVEN // context.given)
            context.given = 0
            size = max(1, min(wanted))

    def _weigh(self, outputs: dict[str, bytes]) -> None:
        """Count what goes to groupings."""
        there = self.bundle_context_manager.execution_context.pcoll_buffers
        steps = self.bundle_context_manager.execution_context.pipeline_components.transforms
        for buffer_id in set(outputs.values()):
            kind, name = split_buffer_id(buffer_id)
            if kind == "group" and buffer_id in there:
                step = steps[name].unique_name.partition("/")[0]
                self._shuffled[step] += there[buffer_id].size


class _OfOne:
    """What a step knows of its surroundings, with one worker alone. `given`: the bytes that came
    out of it."""

    def __init__(self, context: Any, worker: Any) -> None:
        self._context, self.worker_handlers, self.given = context, [worker], 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def get_buffer(self, buffer_id: bytes, transform_id: str) -> Any:
        return _Counting(self._context.get_buffer(buffer_id, transform_id), self)


class _Counting:
    """Where a worker's output goes."""

    def __init__(self, buffer: Any, told: _OfOne) -> None:
        self._buffer, self._told = buffer, told

    def append(self, data: bytes) -> None:
        self._told.given += len(data)
        self._buffer.append(data)


class _Slices:
    """The input of some steps, to be taken by several threads. `size`: bytes."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self.size = sum(_sizes(inputs.values()))
        self._names = list(inputs)
        self._left = [(name, _reader(buffer)) for name, buffer in inputs.items()]
        self._lock = threading.Lock()

    def take(self, size: int) -> _Slice | None:
        """About so many bytes of one of the inputs, and none of the others."""
        with self._lock:
            while self._left:
                name, reader = self._left[0]
                if some := reader.take(size):
                    return {**{other: [] for other in self._names}, name: some}
                self._left.pop(0)
        return None

    def end(self) -> None:
        """Give no more."""
        with self._lock:
            self._left = []


def _sizes(buffers: Any) -> Iterator[int]:
    for buffer in buffers:
        yield (
            buffer.size if isinstance(buffer, List | Groups | InWindows) else sum(map(len, buffer))
        )


def _reader(buffer: Any) -> Waiting:
    if isinstance(buffer, List | Groups | InWindows):
        return buffer.reader()
    kept = List(buffer._coder_impl)  # Beam's own, of a few elements
    for data in buffer:
        kept.append(data)
    return kept.reader()


class _Results:
    """What the workers say of the slices, put together."""

    def __init__(self) -> None:
        self._told: list[Any] = []
        self._lock = threading.Lock()

    def add(self, result: Any) -> None:
        """Another slice's."""
        with self._lock:
            self._told.append(result.process_bundle.monitoring_infos)
            if len(self._told) == _AT_ONCE:
                self._told = [self._consolidated()]

    def all(self) -> Any:
        """As that of one bundle."""
        return beam_fn_api_pb2.InstructionResponse(
            process_bundle=beam_fn_api_pb2.ProcessBundleResponse(
                monitoring_infos=self._consolidated()
            )
        )

    def _consolidated(self) -> list[Any]:
        if len(self._told) == 1:
            return list(self._told[0])
        every = (info for infos in self._told for info in infos)
        return list(monitoring_infos.consolidate(every))
