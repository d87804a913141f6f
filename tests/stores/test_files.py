"""Reading, writing and listing on real servers, in order and with mishaps."""

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from gyogwa.pipelines.run_folder.lock import Held, holding
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.folders import exists, list_files, remove, walk
from gyogwa.transforms.files.storage import Storage, open_file, read_bytes, read_exactly
from gyogwa.transforms.files.writing import write_bytes, writing
from tests.pipelines.program import wait_until
from tests.stores.proxy import FAULTS
from tests.stores.servers import Store

NAMES = [
    *("a b.jpg", "한글 문서.jpg", "e\u0301.jpg", "100%.jpg", "100%25.jpg", "a+b.jpg", "x#1.jpg"),
    *("q?.jpg", "s[1].jpg", "c{1,2}.jpg", "star*.jpg", "k&v=1.jpg", "t'q\"uote.jpg", "~.jpg"),
]


def test_names_of_any_kind(store: Store) -> None:
    root = f"{store.root}/names"
    for name in NAMES:
        write_bytes(f"{root}/{name}", name.encode())
        assert read_bytes(f"{root}/{name}") == name.encode()
        assert read_exactly(f"{root}/{name}", 1, 3) == name.encode()[1:4]
        assert open_file(f"{root}/{name}").read() == name.encode()
        assert exists(f"{root}/{name}")
    found = {path.removeprefix(f"{root}/"): size for path, size, _ in walk(root)}
    assert found == {name: len(name.encode()) for name in NAMES}
    assert list_files(root, ".jpg") == sorted(f"{root}/{name}" for name in NAMES)
    for name in NAMES:
        remove(f"{root}/{name}")
    assert walk(root) == []


def test_a_stamp_changes_with_the_content_and_not_with_the_time(store: Store) -> None:
    place = f"{store.root}/stamps/a"
    stamps = []
    for data in (b"one", b"one", b"two"):
        write_bytes(place, data)
        ((_, size, stamp),) = walk(place)
        assert size == 3
        stamps.append(stamp)
    assert stamps[0] == stamps[1] != stamps[2]


def test_what_a_writer_leaves_in_the_middle_is_not_there(store: Store) -> None:
    def fail() -> None:
        with writing(f"{store.root}/half/a.tar") as file:
            file.write(b"x" * (9 << 20))
            raise ValueError("the writer")

    with pytest.raises(ValueError, match="the writer"):
        fail()
    assert walk(f"{store.root}/half") == []


def test_what_is_sent_in_parts_arrives_whole_or_not_at_all(store: Store) -> None:
    """A part's answer is lost, so that its client sends it again."""
    data = os.urandom(1 << 20) * (51 if store.scheme == "s3" else 17)
    place = f"{store.root}/large/a.tar"
    store.mishaps.begin("unanswered", chosen=sending, every=3, most=1)
    write_bytes(place, data)
    assert store.mishaps.met == {"unanswered": 1}
    assert hashlib.sha256(read_bytes(place)).digest() == hashlib.sha256(data).digest()


def sending(method: str, _path: str) -> bool:
    return method in ("PUT", "POST")


def test_reads_come_whole_whatever_goes_wrong(store: Store) -> None:
    data = os.urandom(1 << 20)
    place = f"{store.root}/reads/a.tar"
    write_bytes(place, data)
    for fault in FAULTS:
        store.mishaps.begin(fault, every=2, chosen=lambda method, _: method == "GET", most=3)
        assert read_bytes(place) == data
        assert read_exactly(place, 5, 1000) == data[5:1005]
        file = io.BytesIO()
        assert Storage().download(place, file) == (len(data), hashlib.sha256(data).hexdigest())
        assert store.mishaps.met[fault]


def test_a_store_that_stays_away_ends_in_one_line_and_leaves_the_old(store: Store) -> None:
    place = f"{store.root}/away/a"
    write_bytes(place, b"old")
    store.mishaps.begin("busy")
    with pytest.raises(GyogwaError, match=rf"{place}: can't be written after 4 attempts"):
        write_bytes(place, b"new")
    with pytest.raises(GyogwaError, match=rf"{place}: can't be read after 4 attempts"):
        read_bytes(place)
    store.mishaps.begin()
    assert read_bytes(place) == b"old"


def test_a_bucket_that_is_not_there(store: Store) -> None:
    nowhere = f"{store.scheme}://nowhere/a"
    assert walk(nowhere) == []
    assert not exists(nowhere)
    for attempt in (lambda: read_bytes(nowhere), lambda: write_bytes(nowhere, b"")):
        with pytest.raises(GyogwaError, match=rf"{nowhere}: no such"):
            attempt()


def test_of_many_that_claim_a_run_one_has_it(store: Store) -> None:
    place = f"{store.root}/lock/run.lock"

    def claim(_: int) -> bool:
        try:
            with holding(place, "test", lambda _: None):
                claimed.append(1)
                wait_until(lambda: len(claimed) + len(refused) == 6, "what the others are told")
                return True
        except Held:
            refused.append(1)
            return False

    claimed: list[int] = []
    refused: list[int] = []
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(claim, range(6))) == 1
    assert not exists(place)


def test_a_claim_whose_answer_is_lost_is_known_again(store: Store) -> None:
    place = f"{store.root}/lost/run.lock"
    store.mishaps.begin("unanswered", chosen=sending, most=1)
    with holding(place, "test", lambda _: None):
        assert store.mishaps.met == {"unanswered": 1}
        with pytest.raises(Held), holding(place, "test", lambda _: None):
            pass
    assert not exists(place)


def test_missing_credentials_are_told_at_once(
    servers: dict[str, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    anew = Storage({"default_fill_cache": False})  # of a client that nobody has made yet
    with pytest.raises(GyogwaError, match=r"s3://pages/a: access is refused \(Unable to locate"):
        anew.read("s3://pages/a")
