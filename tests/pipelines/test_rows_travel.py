"""What travels between workers: rows in one coder, each itself again in any process."""

import os
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import apache_beam as beam
import msgspec
import pytest
from apache_beam.coders import Coder
from apache_beam.runners.pipeline_context import PipelineContext

from gyogwa.schemas.arrow import hints_of, literal_values
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.tables import list_parts
from gyogwa.transforms.flow.coders import MessagePackCoder
from gyogwa.transforms.flow.steps import Spread
from tests.pipelines.graphs import PIPELINES, Proto, coders_of, protos_of

STANDARD = {
    "beam:coder:bytes:v1",
    "beam:coder:iterable:v1",
    "beam:coder:kv:v1",
    "beam:coder:string_utf8:v1",
    "beam:coder:tuple:v1",
    "beam:coder:varint:v1",
}
OURS = "beam:coder:pickled_python:v1"  # the coder is pickled, not the rows
DECODE = """
import sys
from pathlib import Path
from apache_beam.portability.api import beam_runner_api_pb2 as api
from apache_beam.runners.pipeline_context import PipelineContext

for folder in map(Path, sys.argv[1:]):
    context = PipelineContext(api.Components.FromString((folder / "components.pb").read_bytes()))
    for path in sorted(folder.glob("*.row")):
        value = context.coders.get_by_id(path.stem).decode(path.read_bytes())
        print(folder.name, type(value).__module__, type(value).__qualname__, repr(value))
"""


@pytest.fixture(scope="module")
def protos(built: Path, corpus: Path) -> dict[str, Proto]:
    return protos_of(built, corpus)


def misfits(proto: Proto) -> set[tuple[str, str]]:
    """(step, coder) of what is neither standard nor ours."""
    found = set()
    context = PipelineContext(proto.components)
    for step, coder in coders_of(proto):
        if coder.spec.urn in STANDARD:
            continue
        if coder.spec.urn != OURS or not isinstance(decoded(coder, context), MessagePackCoder):
            found.add((step, coder.spec.urn))
    return found


def decoded(coder: Any, context: PipelineContext) -> Coder:
    return Coder.from_runner_api(coder, context)


def test_a_graph_is_as_large_for_any_run(
    protos: dict[str, Proto], built: Path, corpus: Path, tmp_path: Path
) -> None:
    """See `test_listing` for inputs of any size."""
    run = tmp_path / "run"
    shutil.copytree(built, run, ignore=shutil.ignore_patterns("*.tar", "cards"))
    for table in ("catalog", "annotations", "duplicates"):
        part = list_parts(str(run / table))[0]
        for number in range(100, 1000):
            name = f"duplicates-{number}" if table == "duplicates" else f"{number:016}"
            os.link(part, run / table / f"{name}.parquet")
        assert len(list_parts(str(run / table))) > 900
    for name, proto in protos_of(run, corpus).items():
        # the folders have names of another length; 900 files would be some 90,000
        assert proto.ByteSize() == pytest.approx(protos[name].ByteSize(), abs=5000), name


def test_nothing_travels_but_rows_text_numbers_and_bytes(protos: dict[str, Proto]) -> None:
    assert {name: misfits(proto) for name, proto in protos.items()} == {
        name: set() for name in PIPELINES
    }


class Odd:
    """No row: Beam would pickle it."""


@pytest.mark.parametrize("hint", [Odd, Any, dict[str, int], str | None])
def test_another_coder_would_be_seen(hint: Any) -> None:
    pipeline = beam.Pipeline()
    _ = (
        pipeline
        | beam.Create([1], reshuffle=False)
        | "Odd" >> beam.Map(str).with_output_types(hint)
        | Spread()
    )
    assert misfits(pipeline.to_runner_api())


def example(hint: Any) -> Any:
    """A value of a type, every list filled and nothing left out."""
    if literal_values(hint):
        return literal_values(hint)[-1]
    if get_origin(hint) is list:
        return [example(get_args(hint)[0])] * 2
    if get_origin(hint) is tuple:
        inner = [part for part in get_args(hint) if part is not ...]
        return tuple(example(part) for part in inner)
    if get_origin(hint) in (Union, types.UnionType):
        return example(next(part for part in get_args(hint) if part is not type(None)))
    if isinstance(hint, type) and issubclass(hint, Row):
        return hint(**{name: example(of) for name, of in hints_of(hint).items()})
    return {str: "교과", int: 7, float: 0.25, bool: True, bytes: b"\x00"}[hint]


def test_a_row_is_itself_in_another_process(protos: dict[str, Proto], tmp_path: Path) -> None:
    expected = []
    for name, proto in protos.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "components.pb").write_bytes(proto.components.SerializeToString())
        context = PipelineContext(proto.components)
        for coder_id in sorted(proto.components.coders):
            coder = context.coders.get_by_id(coder_id)
            if isinstance(coder, MessagePackCoder):
                value = example(coder.hint)
                assert coder.decode(coder.encode(value)) == value
                (folder / f"{coder_id}.row").write_bytes(coder.encode(value))
                kind = type(value)
                expected.append(f"{name} {kind.__module__} {kind.__qualname__} {value!r}")
    command = [sys.executable, "-P", "-c", DECODE, *(str(tmp_path / name) for name in protos)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == expected
    assert len({line.split()[2] for line in expected}) > 8


def test_bytes_of_a_row_hold_no_names() -> None:
    coder = MessagePackCoder(tuple[str, int])
    assert coder.encode(("교과", 7)) == msgspec.msgpack.encode(("교과", 7))
