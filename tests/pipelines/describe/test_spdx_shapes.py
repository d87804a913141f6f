"""The SPDX package by SPDX's own JSON Schema and SHACL shapes, where these are at hand.

They aren't part of any package that could be installed, so this runs where SPDX_SHAPES names a
folder with `spdx-json-schema.json`, `spdx-model.ttl` and `spdx-context.jsonld` of version 3.0.1, as
the SPDX project publishes them, and where `spdx3-validate` is installed. The model that the other
tests read it with is generated from the same shapes.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gyogwa.pipelines.describe.facts import Facts
from gyogwa.pipelines.describe.spdx import spdx
from tests.pipelines.describe.test_described import facts as facts
from tests.pipelines.describe.test_described import hostile as hostile

core = pytest.importorskip("spdx3_validate.core")
if "SPDX_SHAPES" not in os.environ:
    pytest.skip("SPDX_SHAPES names no folder", allow_module_level=True)
SHAPES = Path(os.environ.get("SPDX_SHAPES", ""))


def problems(text: str) -> list[str]:
    """What the schema and the shapes refuse."""
    import rdflib
    from spdx3_validate.spdx_versions import SPDX_VERSIONS

    schema, context = (
        json.loads((SHAPES / name).read_text(encoding="utf-8"))
        for name in ("spdx-json-schema.json", "spdx-context.jsonld")
    )
    said: Any = json.loads(text)
    found = [error.message for error in core.schema_validator(schema).iter_errors(said)]
    shapes = rdflib.Graph().parse(SHAPES / "spdx-model.ttl")
    local = json.dumps(said | {"@context": context["@context"]})  # nothing is fetched
    graph = rdflib.Graph().parse(data=local, format="json-ld")
    version = next(version for version in SPDX_VERSIONS if version.pretty == "3.0.1")
    return [*found, *core.check_graph(graph, shapes, version, False)]


@pytest.mark.parametrize("of", ["facts", "hostile"])
def test_schema_and_shapes_take_it(of: str, request: pytest.FixtureRequest) -> None:
    described: Facts = request.getfixturevalue(of)
    assert problems(spdx(described)) == []


def test_they_refuse_what_is_wrong(facts: Facts) -> None:
    said = json.loads(spdx(facts))
    link = next(each for each in said["@graph"] if each["type"] == "Relationship")
    link["relationshipType"] = "isFriendOf"
    assert len(problems(json.dumps(said))) > 1
