"""What is forgotten is nowhere in the run, all else is as it was, and nothing brings it back."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from gyogwa.loader import StageLoader
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.lint.run import lint_run
from gyogwa.schemas.forgotten import Forgotten, Receipt, Tombstones, place_hash
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, Conversation, Image
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.forgotten import read_forgotten
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_folder, read_rows
from tests.pipelines.forgetting.traces import hashes, holding
from tests.pipelines.lint.conftest import good as good

STAGE = "stages/2-sft"


@pytest.fixture
def run(good: Path, tmp_path: Path) -> Path:
    """A copy of the run."""
    return shutil.copytree(good, tmp_path / "run")


def shown(run: Path, stage: str) -> list[str]:
    """The ids of images in the stage's own shards that are trained on, most shown first."""
    counts: Counter[str] = Counter()
    for row in read_rows(IndexRow, str(run / stage / "index.parquet")):
        if not row.shard.startswith("../"):
            data = read_exactly(str(run / stage / row.shard), row.offset, row.length)
            text = data[data.rindex(b'{"schema"') :].decode("utf-8", "replace")
            entry, _ = json.JSONDecoder().raw_decode(text)
            counts.update(image["id"] for image in entry["images"])
    return [image for image, _ in counts.most_common()]


def own_words(run: Path, image_id: str) -> list[bytes]:
    """The longest words that stand on this image alone, and neither in a longer word elsewhere, in
    a conversation nor in what every run has."""
    own: set[str] = set()
    elsewhere = [(run / "AI-BASIC-ACT.md").read_text()]
    elsewhere += [path.read_text() for path in (run / "cards/app").iterdir()]
    talks = read_folder(Conversation, str(run / "records"))
    elsewhere += [str(talk.conversation) for talk in talks]
    for found in read_folder(Annotation, str(run / "annotations")):
        texts = {word.text for word in found.words}
        if found.image_id == image_id:
            own |= texts
        else:
            elsewhere += texts
    rest = "\n".join(elsewhere)
    own = {text for text in own if len(text) >= 4 and not text.endswith("니다.")}  # as answers end
    own = {text for text in own if not re.fullmatch("[0-9,.]+", text)}  # as coordinates are
    longest = sorted((text for text in own if text not in rest), key=len)[-8:]
    assert longest
    return [text.encode() for text in longest]


def traces(run: Path, image: Image) -> list[bytes]:
    """A stretch of its bytes, and words that only it has."""
    data = read_exactly(image.ref.path, image.ref.offset, image.ref.length)
    middle = len(data) // 2
    return [data[middle : middle + 48], *own_words(run, image.image_id)]


def test_an_image_is_gone_and_all_else_is_there(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = {image.image_id: image for image in read_folder(Image, str(run / "catalog"))}
    pages = (images[identity] for identity in shown(run, STAGE))
    image = next(image for image in pages if image.source == "pages")
    marks = traces(run, image)
    before, shards = holding(run, {image.sha256}, marks), hashes(run, "stages/**/*.tar")
    loader = StageLoader(run / STAGE, batch_size=2, seed=3, drop_last=False)
    batches = iter(loader)
    for _ in range(3):
        next(batches)
    state = loader.state_dict()
    rest = [key for batch in batches for key in batch.keys]

    assert main(["forget", str(run), "--image", image.image_id]) == 0
    assert "1 images" in capsys.readouterr().out
    assert len(before) > 4
    names = [image.image_id.encode(), image.uri.encode()]
    assert holding(run, {image.sha256}, [*marks, *names]) == ["forgotten.json"]
    assert names[1] not in (run / "forgotten.json").read_bytes()
    assert list(lint_run(RunLayout(str(run)))) == []

    (receipt,) = read_forgotten(RunLayout(str(run))).receipts
    touched = {f"{STAGE}/{s.shard}" for s in receipt.samples if s.stage == "sft"}
    now = hashes(run, "stages/**/*.tar")
    changed = {name for name, hash_ in shards.items() if now.get(name) != hash_}
    assert receipt.done
    assert touched <= changed < shards.keys()
    stages = {s.stage for s in receipt.samples}
    assert "sft" in stages
    assert all(name.split("/")[1].partition("-")[2] in stages for name in changed)
    assert {file.file: (file.before, file.after) for file in receipt.files}.items() >= {
        name: (shards[name], now.get(name, "")) for name in changed
    }.items()

    gone = {sample.key for sample in receipt.samples}
    resumed = StageLoader(run / STAGE, batch_size=1, seed=3)
    resumed.load_state_dict(state)
    assert [key for batch in resumed for key in batch.keys] == [k for k in rest if k not in gone]
    assert resumed.state_dict()["manifest"] == resumed.manifest.fingerprint  # the next epoch's


def test_a_source_is_gone_with_its_packs_and_stays_away(run: Path) -> None:
    layout = RunLayout(str(run))
    images = [i for i in read_folder(Image, layout.catalog) if i.source == "pairs"]
    digests = {image.sha256 for image in images}
    middles = [read_exactly(i.ref.path, i.ref.offset + i.ref.length // 2, 48) for i in images]
    marks = [*middles, "번 쌍은 둘 다 잡음입니다".encode()]
    assert any(name.startswith("packs/") for name in holding(run, digests, marks))
    assert main(["forget", str(run), "--source", "pairs"]) == 0
    ids = [image.image_id.encode() for image in images]
    assert holding(run, digests, [*marks, *ids]) == ["forgotten.json"]
    assert list(lint_run(layout)) == []
    sources = ds.dataset(layout.catalog).to_table(columns=["source"])["source"].to_pylist()
    assert set(sources) == {"pages", "scans"}
    assert not holding(run, set(), [b"CC-BY-4.0"])
    named = holding(
        run, set(), [b"pairs.parquet", b'"pairs"', b"pairs:", b"=pairs", b'row">pairs<']
    )
    assert [name for name in named if not name.startswith("cards/app/")] == []  # words of the page
    stones = Tombstones(read_forgotten(layout))
    assert stones.holds_place("pairs", "anything.png")
    assert stones.holds_bytes(images[0].image_id)
    assert not stones.holds_place("pages", "anything.png")


def test_a_pdf_is_gone_with_all_its_pages(run: Path) -> None:
    """By its name, also from the listing and from the table of what each part was made of."""
    layout = RunLayout(str(run))
    images = [i for i in read_folder(Image, layout.catalog) if i.uri.startswith("minutes.pdf")]
    assert len(images) == 2
    digests = {image.sha256 for image in images}
    marks = [
        b"minutes.pdf",
        *(image.image_id.encode() for image in images),
        *(read_exactly(i.ref.path, i.ref.offset + i.ref.length // 2, 48) for i in images),
    ]
    shards = hashes(run, "stages/**/*.tar")
    before = {name.partition("/")[0] for name in holding(run, digests, marks)}
    assert before >= {"catalog", "packs", "annotations", "stages"}
    assert main(["forget", str(run), "--uri", "minutes.pdf", "--of", "scans"]) == 0
    receipt = read_forgotten(layout).receipts[-1]
    assert holding(run, digests, marks) == ["forgotten.json"]  # ids and hashes, and no names:
    assert b"minutes" not in (run / "forgotten.json").read_bytes()
    assert list(lint_run(layout)) == []
    now = hashes(run, "stages/**/*.tar")
    touched = {file.file for file in receipt.files}
    assert receipt.samples
    assert {name for name in shards if now.get(name) != shards[name]} <= touched
    assert any(now.get(name) == shards[name] for name in shards)


def test_nothing_meant_is_an_error_and_changes_nothing(run: Path) -> None:
    before = hashes(run, "stages/**/*.*")
    assert main(["forget", str(run), "--uri", "no-such-file.png"]) == 1
    assert hashes(run, "stages/**/*.*") == before
    assert not (run / "forgotten.json").exists()


def test_a_file_is_known_by_its_pages() -> None:
    receipt = Receipt(
        asked="uri", place=place_hash("a", "x.pdf"), images=["1" * 32], sha256=["2" * 64],
        places=[place_hash("a", "x.pdf#page=1")], conversations=[],
    )  # fmt: skip
    stones = Tombstones(Forgotten(receipts=[receipt]))
    assert stones.holds_place("a", "x.pdf#page=7")
    assert not stones.holds_place("b", "x.pdf#page=7")
    by_image = receipt.model_copy(update={"asked": "image", "place": "1" * 32})
    assert not Tombstones(Forgotten(receipts=[by_image])).holds_place("a", "x.pdf#page=1")
