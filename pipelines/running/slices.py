"""Beam's local runner, with what waits between steps on disk, and steps done a slice at a time.

Beam's own hands a step all of its input at once, to each worker its share, and holds all that it
gives, which takes memory by the corpus. Here a step takes a slice of its input after another: in
the calling thread, or by whichever worker is free. A slice starts small and grows up to `_MOST`
bytes in or `_MOST_GIVEN` out, and with several workers no further than leaves work for the others
(guided self-scheduling: Polychronopoulos and Kuck, 1987). A step that only hands bytes on, as
before each grouping of several collections, does so from one file to another.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apache_beam.metrics import monitoring_infos
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner import execution, fn_runner
from apache_beam.runners.portability.fn_api_runner.translations import split_buffer_id
from apache_beam.runners.worker import bundle_processor

from gyogwa.pipelines.running.dealing import dealt
from gyogwa.pipelines.running.waiting import Groups, List

_FIRST = 16 << 10
_GROWTH = 8
_MOST, _MOST_GIVEN = 4 << 20, 16 << 20
_AT_ONCE = 16  # results that are put together at once
_OF_THE_REST = 2  # slices for each worker that what is left would make
_OF_ALL = 8  # slices for each worker that all would make, at most


class Runner(fn_runner.FnApiRunner):
    """`shuffled`: bytes that were brought together by key, by the pipeline's own steps."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.shuffled: Counter[str] = Counter()

    def run_stages(self, stage_context: Any, stages: Any) -> Any:
        """Beam's seam: run with buffers of ours."""
        beams = execution.ListBuffer, execution.GroupingBuffer
        execution.ListBuffer, execution.GroupingBuffer = List, Groups
        try:
            return super().run_stages(stage_context, stages)
        finally:
            execution.ListBuffer, execution.GroupingBuffer = beams

    def _get_bundle_manager(self, bundle_context_manager: Any) -> fn_runner.BundleManager:
        if bundle_context_manager.stage.is_stateful():  # none of ours is
            return super()._get_bundle_manager(bundle_context_manager)
        return _Stage(bundle_context_manager, self._progress_frequency, self.shuffled)


class _OneWorker:
    """What Beam knows of some steps, as if one worker were all there are."""

    def __init__(self, context: Any, worker: Any) -> None:
        self._context, self.worker_handlers = context, [worker]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


class _Stage(fn_runner.BundleManager):
    """Steps that Beam does as one, over all of their input."""

    def __init__(self, context: Any, frequency: Any, shuffled: Counter[str]) -> None:
        super().__init__(context, frequency)
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
        results = _Results()
        if not self._hands_on(inputs, expected_outputs, dry_run):
            hands = [self._by(worker, expected_outputs, dry_run) for worker in self._workers()]
            for result in dealt(self._slices(inputs, expected_outputs, len(hands)), hands):
                results.add(result)
        if not dry_run:
            self._weigh(expected_outputs)
        return results.all(), []

    def _workers(self) -> list[Any]:
        return list(self.bundle_context_manager.worker_handlers)

    def _by(self, worker: Any, outputs: dict[str, bytes], dry: bool) -> Callable[[Any], Any]:
        """How a worker does a slice."""
        context = _OneWorker(self.bundle_context_manager, worker)
        tokens = fn_runner.FnApiRunner.get_cache_token_generator(static=False)
        bundles = fn_runner.BundleManager(context, self._progress_frequency, tokens)
        return lambda some: bundles.process_bundle(some, outputs, {}, {}, dry)[0]

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

    def _slices(
        self, inputs: Mapping[str, Any], outputs: dict[str, bytes], workers: int
    ) -> Iterator[dict[str, list[bytes]]]:
        """Some of one of the inputs, and none of the others, until all are taken."""
        size, given = _FIRST, self._held(outputs)
        for name, buffer in inputs.items():
            collection = _collection(buffer)
            reader, left = collection.reader(), collection.size
            size = min(size, _fair(left, left, workers))
            while some := reader.take(size):
                yield {**{other: [] for other in inputs}, name: some}
                taken, before, given = sum(map(len, some)), given, self._held(outputs)
                left -= taken
                wanted = [_GROWTH * size, _MOST, _fair(left, collection.size, workers)]
                if given > before:
                    wanted.append(taken * _MOST_GIVEN // (given - before))
                size = max(1, min(wanted))

    def _held(self, outputs: dict[str, bytes]) -> int:
        """Bytes that the steps have given so far."""
        there = self.bundle_context_manager.execution_context.pcoll_buffers
        return sum(there[buffer].size for buffer in set(outputs.values()) if buffer in there)

    def _weigh(self, outputs: dict[str, bytes]) -> None:
        """Count what goes to groupings."""
        there = self.bundle_context_manager.execution_context.pcoll_buffers
        steps = self.bundle_context_manager.execution_context.pipeline_components.transforms
        for buffer_id in set(outputs.values()):
            kind, name = split_buffer_id(buffer_id)
            if kind == "group" and buffer_id in there:
                step = steps[name].unique_name.partition("/")[0]
                self._shuffled[step] += there[buffer_id].size


def _fair(left: int, total: int, workers: int) -> int:
    """Bytes that one of the workers may take while so many of all are left."""
    if workers == 1:
        return _MOST
    return max(1, left // (_OF_THE_REST * workers), total // (_OF_ALL * workers))


def _collection(buffer: Any) -> List | Groups:
    if isinstance(buffer, List | Groups):
        return buffer
    kept = List(buffer._coder_impl)  # Beam's own, of a few elements
    for data in buffer:
        kept.append(data)
    return kept


class _Results:
    """What is said of the slices, put together."""

    def __init__(self) -> None:
        self._told: list[Any] = []
        self._left: list[Any] = []  # by steps that put work off

    def add(self, result: Any) -> None:
        """Another slice's."""
        self._left.extend(result.process_bundle.residual_roots)
        self._told.append(result.process_bundle.monitoring_infos)
        if len(self._told) == _AT_ONCE:
            self._told = [self._consolidated()]

    def all(self) -> Any:
        """As that of one bundle."""
        return beam_fn_api_pb2.InstructionResponse(
            process_bundle=beam_fn_api_pb2.ProcessBundleResponse(
                residual_roots=self._left, monitoring_infos=self._consolidated()
            )
        )

    def _consolidated(self) -> list[Any]:
        if len(self._told) == 1:
            return list(self._told[0])
        every = (info for infos in self._told for info in infos)
        return list(monitoring_infos.consolidate(every))
