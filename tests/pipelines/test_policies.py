"""A build whose curriculum masks personal data and asks something of licences."""

import json
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from benchmarks.personal_data import KINDS, bare
from benchmarks.personal_pages import draw_page
from gyogwa.pipelines.commands.settings import PRESETS
from gyogwa.pipelines.lint.run import lint_run
from gyogwa.pipelines.run_folder.marker import read_marker
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.personal import PersonalData
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.privacy.page import find_on_page
from tests.conftest import Build
from tests.pipelines.forgetting.traces import pieces
from tests.pipelines.lint.faults.images import repainted
from tests.pipelines.lint.forgery import Forgery


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Path, list[str]]:
    """A folder of three pages, the last under a licence that forbids commerce, and the personal
    data on the first two."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows, values = [], []
    for number in range(3):
        page = draw_page(Random(f"policy-{number}"))
        page.image.save(folder / f"{number}.png")
        found = find_on_page(page.annotation, frozenset(KINDS)).found
        values += [value for _, value in found] if number < 2 else []
        rows.append(
            {
                "file_name": f"{number}.png",
                "kind": "document",
                "licence": "cc by-nc 4.0" if number == 2 else "공공누리 제1유형",
                "words": [word.text for word in page.annotation.words],
                "bboxes": [word.box for word in page.annotation.words],
                "conversations": [
                    {"from": "human", "value": "<image>\n무엇이 적혀 있나요?"},
                    {"from": "gpt", "value": f"{found[0][1]} 등입니다."},
                ],
            }
        )
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "metadata.jsonl").write_text(lines, encoding="utf-8")
    return folder, values


def test_policies_hold_in_all_that_is_published(
    build: Build, pages: tuple[Path, list[str]], tmp_path: Path
) -> None:
    folder, values = pages
    text = (PRESETS / "ocr-only.yaml").read_text(encoding="utf-8")
    curriculum = tmp_path / "policies.yaml"
    policies = "licences: {commercial: true}\npersonal_data: {action: mask}\n"
    curriculum.write_text(
        policies + text.replace("    tasks:\n", "    tasks:\n      converse: {}\n")
    )
    options = ("--boxes", "in=fractions", "--curriculum", str(curriculum))
    run = build(tmp_path / "run", f"in={folder}", options=options)
    layout = RunLayout(str(run))
    assert list(lint_run(layout)) == []
    assert len(values) > 10
    published = ("stages/", "cards/", "personal/", "README.md", "report.html", "rejects/")
    texts = [
        bare(data.decode("utf-8", "ignore")) for n, data in pieces(run) if n.startswith(published)
    ]
    assert any("masked" in text for text in texts)
    assert not [value for value in values if any(bare(value) in text for text in texts)]
    assert {row.action for row in read_folder(PersonalData, layout.personal)} == {"mask"}
    refused = [r for r in read_folder(Reject, layout.rejects) if r.rule == "licence_terms"]
    assert sorted((r.unit, r.value, r.threshold, r.source) for r in refused) == [
        ("conversations", "CC-BY-NC-4.0", "commercial", "in"),
        ("images", "CC-BY-NC-4.0", "commercial", "in"),
    ]
    reread = read_marker(layout)
    assert reread is not None
    counters = reread.phases["assemble"].counters
    assert counters["masks/read_again"] == counters["plan/masked"] == 2
    assert counters["plan/masks"] > 10
    forged = Forgery.of(run, tmp_path / "forged")
    white = repainted(lambda image: Image.new("RGB", image.size, "white"))
    place = forged.edit("1-ocr", lambda sample: bool(sample.images), white)
    rules = {problem.rule for problem in lint_run(RunLayout(str(tmp_path / "forged")))}
    assert rules == {"mask_missing"}, place
    assert "| in | KOGL-1 |" in (run / "ATTRIBUTION.md").read_text(encoding="utf-8")
