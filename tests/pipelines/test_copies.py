"""Nothing is lost with a copy: what sources say of it is said of the image that was kept."""

import io
import json
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from benchmarks.questions import ENGLISH, KOREAN
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import ledger_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject, Suspect
from gyogwa.schemas.records import MovedLabels
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_folder, read_rows
from tests.conftest import Build
from tests.pipelines.test_duplicates import coded, page
from tests.sharing import Share

CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1,
   tasks: {converse: {weight: 1}, text_only: {weight: 1}}}
"""


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "one.yaml"
    path.write_text(CURRICULUM)
    return ("--curriculum", str(path))


def source(folder: Path, quality: int, asked: dict[str, str], word: str = "page") -> Path:
    """Pages by number, each with a word that stands on it and what is asked of it."""
    folder.mkdir()
    rows = []
    for name, question in asked.items():
        (folder / f"{name}.jpg").write_bytes(coded(page(int(name)), quality))
        turns = [
            {"role": "user", "content": f"<image>\n{question}"},
            {"role": "assistant", "content": f"{folder.name} says {name}"},
        ]
        words = [{"text": f"{word} {name}", "box": [30, 30, 390, 520]}]
        rows.append({"file_name": f"{name}.jpg", "words": words, "messages": turns})
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def index(run: Path) -> Iterator[IndexRow]:
    for path in (run / "stages").rglob("index.parquet"):
        yield from read_rows(IndexRow, str(path))


def conversations(run: Path) -> tuple[int, int, int]:
    (row,) = (r for r in ledger_of(RunLayout(str(run))) if r.step == "conversations")
    return row.incoming, row.kept, row.rejected


def rejects(run: Path) -> list[Reject]:
    return sorted(read_folder(Reject, str(run / "rejects")), key=lambda r: (r.step, r.uri))


def parquet(path: Path, **row: Any) -> Path:
    pq.write_table(pa.Table.from_pylist([row]), path)
    return path


@pytest.fixture(scope="session")
def run(build: Build, share: Share) -> Path:
    """A run of several sources, each of the tests below about its own, and two evaluation sets."""

    def make(folder: Path) -> None:
        verbatim, near = KOREAN[2], ENGLISH[2]
        plain = {"20": verbatim.text, "21": near.paraphrase, "22": "What is this page called?"}
        same = {"30": "What is this?", "31": "And this?"}
        sources = [
            source(folder / "one", 90, {f"{n}": f"What is {n} about?" for n in range(4)}),
            source(folder / "two", 40, {f"{n}": f"Who wrote {n}?" for n in range(2, 6)}),
            source(folder / "shown", 90, {f"{n}": f"What is {n} about?" for n in range(10, 13)}),
            source(folder / "asked", 90, plain),
            source(folder / "said", 90, same, "a whole page"),
            source(folder / "other", 90, same, "a whole page"),
        ]
        text = (folder / "other/metadata.jsonl").read_text()
        text = text.replace("a whole page 31", "a quite other one")
        (folder / "other/metadata.jsonl").write_text(text)
        buffer = io.BytesIO()
        page(11).resize((315, 420), Image.Resampling.LANCZOS).save(buffer, "PNG")
        image = {"bytes": buffer.getvalue(), "path": None}
        sets = folder / "evaluation"
        sets.mkdir()
        parquet(sets / "K-DTCBench.parquet", question="Quite another one?", image=image)
        parquet(sets / "K-SEED.parquet", question=KOREAN[0].text, image=None)
        rows = [{"question": q.text, "options": list(q.choices)} for q in (verbatim, near)]
        pq.write_table(pa.Table.from_pylist(rows), sets / "exam.parquet")
        (folder / "one.yaml").write_text(CURRICULUM)
        options = ("--curriculum", str(folder / "one.yaml"), "--benchmarks", str(sets))
        with redirect_stderr(io.StringIO()) as said:
            build(folder / "run", *map(str, sources), options=options)
        (folder / "said.txt").write_text(said.getvalue())

    return share("copies", make) / "run"


def test_two_sets_that_share_images_both_speak(run: Path) -> None:
    near = [r for r in rejects(run) if r.rule == "near_duplicate"]
    assert [reject.uri for reject in near] == ["2.jpg", "3.jpg"]
    assert conversations(run) == (18, 16, 2)
    spoke = Counter(row.source for row in index(run))
    assert spoke == {"one": 4, "two": 4, "shown": 2, "asked": 2, "said": 2, "other": 2}
    assert main(["lint", str(run)]) == 0


def test_an_evaluation_image_is_never_spoken_of(run: Path) -> None:
    (talk,) = (r for r in rejects(run) if (r.step, r.source) == ("conversations", "shown"))
    assert (talk.rule, talk.uri.startswith("11.jpg")) == ("contamination", True)
    assert "K-DTCBench: row=0" in talk.message
    manifest = json.loads((run / "stages/1-all/manifest.json").read_text())
    checked = [each["name"] for each in manifest["benchmarks_checked"]]
    assert checked == ["K-DTCBench", "K-SEED", "exam"]


def test_a_paraphrase_is_told_and_kept(run: Path, tmp_path: Path) -> None:
    (talk,) = (r for r in rejects(run) if (r.step, r.source) == ("conversations", "asked"))
    assert (talk.rule, talk.uri.startswith("20.jpg")) == ("contamination", True)
    (suspect,) = read_folder(Suspect, str(run / "suspects"))
    assert suspect.uri.startswith("21.jpg")
    assert (suspect.benchmark, suspect.row) == ("exam", "row=1")
    assert "1 suspect conversations kept" in run.with_name("said.txt").read_text()
    assert "conversations were kept that may ask" in (run / "report.html").read_text()
    assert suspect.uri in (run / "report.html").read_text()

    place = shutil.copytree(run, tmp_path / "run")
    again = ["assemble", "--output", str(place), "--curriculum", str(run.with_name("one.yaml"))]
    assert main(again) == 0  # without benchmarks nothing is suspect
    assert not list(read_folder(Suspect, str(place / "suspects")))


def test_contradicting_labels_of_one_image_are_told(run: Path) -> None:
    (labels,) = (r for r in rejects(run) if r.rule == "contradicting_labels")
    assert (labels.unit, labels.source, labels.uri) == ("labels", "said", "31.jpg")
    (row,) = (
        r
        for r in ledger_of(RunLayout(str(run)))
        if (r.step, r.unit) == ("exact_duplicates", "labels")
    )
    assert (row.incoming - row.kept, row.rejected) == (1, 1)


BARS = {
    "kind": "bar", "title": "Sales", "unit": "", "categories": ["May"],
    "series": [{"name": "Seoul", "values": [3.0]}], "box": [30, 30, 390, 520],
}  # fmt: skip


def labelled(folder: Path, coding: tuple[int, float], rows: dict[int, dict[str, Any]]) -> Path:
    """Pages by number with their labels, in JPEG of a quality and at a scale."""
    folder.mkdir()
    quality, scale = coding
    lines = []
    for number, row in rows.items():
        image = page(number)
        size = (round(image.width * scale), round(image.height * scale))
        (folder / f"{number}.jpg").write_bytes(coded(image.resize(size), quality))
        words = [
            {"text": text, "box": [scale * v for v in (30, 30 + 60 * at, 390, 60 + 60 * at)]}
            for at, text in enumerate(row.pop("text").split())
        ]
        charts = [chart | {"box": [scale * v for v in chart["box"]]} for chart in row.pop("charts")]
        lines.append({"file_name": f"{number}.jpg", "words": words, "charts": charts, **row})
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def test_labels_move_to_the_copy_that_is_kept(
    build: Build, options: tuple[str, ...], tmp_path: Path
) -> None:
    """Words of one set and the charts of another, of which each has a copy of the other's images;
    and of a third, which has the very bytes of the first."""
    words = labelled(
        tmp_path / "words",
        (92, 1.5),
        {0: {"text": "page zero of all", "charts": []}, 1: {"text": "page one", "charts": []}},
    )
    charts = labelled(
        tmp_path / "charts",
        (60, 1),
        {0: {"text": "page zero", "charts": [BARS]}, 1: {"text": "page uno", "charts": [BARS]}},
    )
    same = labelled(tmp_path / "same", (92, 1.5), {0: {"text": "zero", "charts": [], "kind": "a"}})
    curriculum = Path(options[1])
    curriculum.write_text(CURRICULUM.replace("converse: {weight: 1}", "read: {weight: 1}"))
    run = build(tmp_path / "run", str(words), str(charts), str(same), options=options)
    (moved,) = read_folder(MovedLabels, str(run / "moved"))
    assert (moved.parts, moved.source, moved.uri) == ("words", "words", "0.jpg")
    assert [word.text for word in moved.annotation.words] == ["page", "zero", "of", "all"]
    box = [30 / 420, 90 / 560, 390 / 420, 120 / 560]
    assert moved.annotation.words[1].box == pytest.approx(box, abs=1e-3)
    assert moved.annotation.charts[0].title == "Sales"
    (gone,) = (r for r in rejects(run) if (r.step, r.unit) == ("near_duplicates", "labels"))
    assert (gone.rule, gone.source, gone.uri) == ("contradicting_labels", "words", "1.jpg")
    ledger = {(r.step, r.unit): r for r in ledger_of(RunLayout(str(run)))}
    row = ledger["near_duplicates", "labels"]
    assert (row.incoming, row.kept, row.rejected) == (2, 1, 1)
    assert ledger["exact_duplicates", "labels"].rejected == 0
    assert main(["lint", str(run)]) == 0
    shown = [json.loads(text)["annotation"][0] for text in texts(run)]
    assert ["page", "zero", "of", "all"] in [[w["text"] for w in one["words"]] for one in shown]


def texts(run: Path) -> Iterator[str]:
    """The JSON of every sample."""
    for path in sorted((run / "stages").rglob("*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if member.name.endswith(".json") and file is not None:
                    yield file.read().decode()
