"""Buffers of Beam's output streams, given back when a step is done.

Each step writes its output to a stream of its own, whose buffer grows to twice what it holds, up to
some 20 MB. Beam keeps steps until the pipeline ends, and their buffers with them: of the memory
that an assemble took, 80 kB an image were that.
"""

from apache_beam.runners.worker.bundle_processor import DataOutputOperation

_finish = DataOutputOperation.finish


def _finish_and_let_go(step: DataOutputOperation) -> None:
    _finish(step)
    step.output_stream = None  # every bundle is given another


def release_streams() -> None:
    """Have the workers of this process give their buffers back."""
    DataOutputOperation.finish = _finish_and_let_go
