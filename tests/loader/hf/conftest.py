"""A stage with pages of boxes, pairs and plain talk, as the collators meet them."""

import json
from pathlib import Path
from typing import Any

import pytest

from gyogwa.loader import Batch, StageLoader
from tests.loader.conftest import Made, MadeStage, encoded, write_stage

PAGE = "\n".join(
    f"<char>줄 {number} line</char><bbox>0.1, 0.{number:02}, 0.9, 0.{number + 1:02}</bbox>"
    for number in range(10, 30)
)


def turns(*contents: str) -> dict[str, Any]:
    roles = ["user", "assistant"] * len(contents)
    return {
        "conversations": [
            {"role": role, "content": content}
            for role, content in zip(roles, contents, strict=False)
        ]
    }


def write(folder: Path, **more: Any) -> MadeStage:
    jpeg, png = encoded("JPEG", 40, 60), encoded("PNG", 50, 30)
    several = turns("<image>\n무엇인가요?", "답 하나", "And in English?", "One answer <now>")
    pair = turns("<image>\n<image>\nCompare 둘.", "같다.")
    shards = [
        ("single-jpg", [Made("0-page", {"jpg": jpeg}, turns("<image>\n<ocr>", PAGE))]),
        ("single-jpg", [Made("1-turns", {"jpg": jpeg}, several)]),
        ("text", [Made("2-text", {}, turns("안녕?", "네, 안녕하세요."))]),
        ("pair-jpg-png", [Made("3-pair", {"0.jpg": jpeg, "1.png": png}, pair)]),
        ("single-png", [Made("4-wide", {"png": png}, turns("<image>\n<gro>모두", "<obj>a</obj>"))]),
    ]
    return write_stage(folder, shards)


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    return write(tmp_path_factory.mktemp("mixed"))


@pytest.fixture(scope="session")
def batch(mixed: MadeStage) -> Batch:
    """All five samples, in order."""
    return next(iter(StageLoader(mixed.manifest, batch_size=5, shuffle=False)))


@pytest.fixture(scope="session")
def pairs_stage(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    """Preference data: one image, none, two."""
    jpeg = encoded("JPEG", 40, 60)
    told = {"chosen": "맞다\nyes", "rejected": "아니다"}
    images: list[dict[str, bytes]] = [{"jpg": jpeg}, {}, {"0.jpg": jpeg, "1.jpg": jpeg}]
    shards = []
    for number, of in enumerate(images):
        asked = turns("<image>" * len(of) + "<ocr>")
        made = Made(f"{number}-pair", of, json.loads(json.dumps(asked | told)))
        shards.append((f"series-{number}", [made]))
    return write_stage(tmp_path_factory.mktemp("pairs"), shards)


@pytest.fixture(scope="session")
def pairs(pairs_stage: MadeStage) -> Batch:
    """All three of them, in order."""
    return next(iter(StageLoader(pairs_stage.manifest, batch_size=3, shuffle=False)))
