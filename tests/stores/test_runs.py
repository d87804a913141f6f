"""Runs on object stores: built while the network fails, the same bytes as on local disk."""

import re
from pathlib import Path
from typing import Any

import pytest

from gyogwa.loader import StageLoader
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.lint.run import lint_run
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.forgotten import read_forgotten
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.program import Program
from tests.sharing import Share
from tests.stores.proxy import FAULTS
from tests.stores.servers import Store

PLACES = re.compile(r"run\.json|(catalog|listing|sources)/.*")
"""Files that hold addresses, stamps and times."""
STAGE = "stages/1-ocr"


@pytest.fixture(scope="module")
def local(few: Path, share: Share) -> Path:
    """The run on local disk."""
    return share("local", lambda folder: built(str(few), str(folder / "run"))) / "run"


def built(pages: str, run: str) -> str:
    options = ["--curriculum", "ocr-only", "--output", run]
    assert main(["build", "--input", f"d={pages}", *options]) == 0
    return run


@pytest.fixture(scope="module")  # after `_impatient`
def run(store: Store, few: Path, share: Share) -> str:
    """The run on a store, built from pages there, one request in fifty meeting a mishap. It is
    built once a session; other workers' stores get its objects."""
    place = f"{store.root}/run"
    store.system.put(f"{few}/", f"{store.root}/in/", recursive=True)

    def make(folder: Path) -> None:
        store.mishaps.begin(*FAULTS, every=50)
        built(f"{store.root}/in", place)
        met = dict(store.mishaps.met)
        store.mishaps.begin()
        assert met.keys() == set(FAULTS)
        assert min(met.values()) >= 3
        store.system.get(f"{place}/", f"{folder}/", recursive=True)

    objects = share(f"on-{store.scheme}", make)
    if not exists(f"{place}/run.json"):
        store.system.put(f"{objects}/", f"{place}/", recursive=True)
    return place


@pytest.fixture
def own_run(store: Store, run: str, tmp_path: Path) -> str:
    """A copy of the run, to be changed."""
    place = f"{store.root}/{tmp_path.name}"
    store.system.copy(f"{run}/", f"{place}/", recursive=True)
    return place


def test_every_byte_is_that_of_a_local_run(store: Store, run: str, local: Path) -> None:
    found = store.objects(run)
    files = [path for path in local.rglob("*") if path.is_file()]
    expected = {str(path.relative_to(local)): path.read_bytes() for path in files}
    assert found.keys() == expected.keys()
    assert sum(name.endswith(".tar") for name in found) >= 1
    assert [n for n in found if found[n] != expected[n] and not PLACES.fullmatch(n)] == []


def test_a_program_finds_it_in_order_and_says_nothing_else(run: str, tmp_path: Path) -> None:
    """Such as what clients say of requests that are under way when a process ends."""
    with Program(tmp_path, "lint", run) as lint:
        assert lint.end() == (0, ["clean"])


def test_what_it_holds_is_told_as_of_a_local_run(
    run: str, local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for place in (run, str(local)):
        assert main(["stats", place]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != ""


def contents(manifest: str | Path, **settings: Any) -> list[tuple[list[str], list[Any]]]:
    loader = StageLoader(manifest, batch_size=4, window=2, **settings)
    return [
        (batch.keys, [image.sum().item() for images in batch.images for image in images])
        for batch in loader
    ]


@pytest.mark.parametrize("cached", [False, True])
def test_the_loader_gives_what_the_disk_gives(
    store: Store, run: str, local: Path, tmp_path: Path, cached: bool
) -> None:
    expected = contents(local / STAGE / "manifest.json")
    settings: dict[str, Any] = {"cache_dir": tmp_path} if cached else {"num_workers": 1}
    store.mishaps.begin("busy", "reset", "cut", every=4)
    assert contents(f"{run}/{STAGE}/manifest.json", **settings) == expected
    assert store.mishaps.met


def read_images(store: Store) -> list[str]:
    asked = [re.search(r"(\d{6}\.\w+)", name) for name in store.mishaps.requests]
    return sorted({name[1] for name in asked if name})


def test_what_is_done_is_not_done_again_but_for_what_was_overwritten(
    store: Store, own_run: str, few: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest = ["ingest", "--input", f"d={store.root}/in", "--output", own_run]
    before = ids_of(own_run)
    store.mishaps.begin()
    assert main(ingest) == 0
    assert main(["annotate", "--output", own_run]) == 0
    assert read_images(store) == []
    assert "annotate  0 done" in capsys.readouterr().err

    changed = "000000.jpg"
    data = bytearray((few / "images" / changed).read_bytes())
    data[len(data) // 2] ^= 1  # in the picture itself: another one, as large
    place = f"{store.root}/in/images/{changed}".partition("://")[2]
    store.system.pipe_file(place, bytes(data))
    try:
        store.mishaps.begin()
        assert main(ingest) == 0
        assert "parts     1 made" in capsys.readouterr().err
        after = ids_of(own_run)
        assert {uri for uri in before if before[uri] != after[uri]} == {
            uri for uri in before if uri.endswith(changed)
        }
        assert main(["annotate", "--output", own_run]) == 0
        assert "annotate  1 done" in capsys.readouterr().err
    finally:
        store.system.put_file(str(few / "images" / changed), place)


def ids_of(run: str) -> dict[str, str]:
    return {image.uri: image.image_id for image in read_folder(Image, RunLayout(run).catalog)}


def test_what_is_forgotten_is_in_no_object(store: Store, own_run: str) -> None:
    layout = RunLayout(own_run)
    before = store.objects(own_run)
    names = [name for name in before if name.endswith(".tar") and name.startswith("stages/")]
    images = {image.image_id: image for image in read_folder(Image, layout.catalog)}
    image = next(i for i in images.values() if any(i.image_id.encode() in before[n] for n in names))
    data = read_exactly(image.ref.path, image.ref.offset, image.ref.length)
    trace = data[len(data) // 2 :][:48]
    assert main(["forget", own_run, "--image", image.image_id]) == 0
    after = store.objects(own_run)
    assert any(trace in before[name] or image.image_id.encode() in before[name] for name in names)
    assert not [name for name, found in after.items() if trace in found]
    assert not [name for name in after if name in names and image.image_id.encode() in after[name]]
    touched = {file.file for file in read_forgotten(layout).receipts[-1].files}
    published = [name for name in before if name.startswith("stages/")]
    assert {name for name in published if after.get(name) != before[name]} <= touched
    assert list(lint_run(layout)) == []
