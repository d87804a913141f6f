"""The pool of engine processes: answers go where they belong, and only an image's own fault is
held against it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.annotate.engines.pool import Asked, EnginePool, Limits, ReadFailure
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from tests.transforms.annotate.engines.hostile import WIDTH
from tests.transforms.files.disks import unreadable

HOSTILE = "tests.transforms.annotate.engines.hostile"
START = Callable[..., EnginePool]


def page(folder: Path, text: str, lines: int = 1, width: int = 500) -> Asked:
    image = Image.new("RGB", (width, 60 + 60 * lines), "white")
    font = ImageFont.truetype("DejaVuSans.ttf", 48)
    for line in range(lines):
        ImageDraw.Draw(image).text((30, 30 + 60 * line), text, fill="black", font=font)
    path = folder / f"{text}.png"
    image.save(path)
    data = path.read_bytes()
    return ImageRef(str(path), 0, len(data)), sha256_hex(data)


@pytest.fixture
def start() -> Iterator[START]:
    """Starts pools that end with the test; a machine is as busy as it likes."""
    made = []

    def begin(engine: str = "tesseract", processes: int = 1, **changes: object) -> EnginePool:
        limits = Limits(**({"seconds": 600, "start_seconds": 600} | changes.pop("limits", {})))  # type: ignore[operator]
        options = {name: str(value) for name, value in changes.items()}
        name = engine if engine == "tesseract" else f"{HOSTILE}:{engine}"
        made.append(EnginePool(EngineSettings(name, options), processes, limits))
        return made[-1]

    yield begin
    for pool in made:
        pool.close()


def texts(pool: EnginePool, asked: list[Asked]) -> dict[int, str]:
    found = {}
    for index, read in pool.read_all(asked):
        assert not isinstance(read, ReadFailure), read
        found[index] = " ".join(word.text for word in read.words)
    return found


def failures(pool: EnginePool, asked: list[Asked]) -> dict[int, str]:
    """The rules by which images failed; all others were read."""
    outcomes = dict(pool.read_all(asked))
    assert sorted(outcomes) == list(range(len(asked)))
    return {n: read.rule for n, read in outcomes.items() if isinstance(read, ReadFailure)}


def test_answers_go_to_their_images(start: START, tmp_path: Path) -> None:
    names = ["first", "second", "third", "fourth"]
    asked = [page(tmp_path, name) for name in names]
    assert texts(start(processes=2), asked) == dict(enumerate(names))


def test_an_interrupted_read_leaves_no_answers_behind(start: START, tmp_path: Path) -> None:
    pool = start(processes=2)
    reading = pool.read_all([page(tmp_path, "first"), page(tmp_path, "second")])
    next(reading)
    del reading
    third = page(tmp_path, "third")
    assert texts(pool, [third, third]) == {0: "third", 1: "third"}


def test_a_process_that_is_killed_once_costs_nothing(start: START, tmp_path: Path) -> None:
    pool = start(processes=2)
    names = ["first", "second", "third", "fourth", "fifth", "sixth"]
    asked = [page(tmp_path, name, lines=6) for name in names]
    reading = pool.read_all(asked)
    outcomes = dict([next(reading)])
    busy = next(child for child in pool._children if child.index is not None)
    os.kill(busy.pid, signal.SIGKILL)
    outcomes |= dict(reading)
    assert sorted(outcomes) == list(range(6))
    for index, read in outcomes.items():
        assert not isinstance(read, ReadFailure)
        assert {word.text for word in read.words} == {names[index]}


def test_a_process_that_is_killed_while_idle_costs_nothing(start: START, tmp_path: Path) -> None:
    pool = start(processes=2)
    for child in pool._children:
        os.kill(child.pid, signal.SIGKILL)
    assert texts(pool, [page(tmp_path, "first")]) == {0: "first"}


@pytest.mark.parametrize(
    ("engine", "how"), [("Killed", r"signal 9 \(SIGKILL\)"), ("Terminated", r"signal 15 \(SIG")]
)
def test_what_is_killed_over_and_over_ends_the_run(
    start: START, tmp_path: Path, engine: str, how: str
) -> None:
    asked = [page(tmp_path, "fine"), page(tmp_path, "unwell", width=WIDTH)]
    with pytest.raises(
        GyogwaError, match=rf"unwell\.png: the OCR process was killed by {how}.*3 tim"
    ):
        failures(start(engine), asked)
    assert texts(start(engine, once=tmp_path / "mark"), asked) == {0: "fine", 1: "unwell"}


@pytest.mark.parametrize(
    ("engine", "rule"), [("Segfault", "ocr_crash"), ("Leaving", "ocr_crash"), ("Raising", "ocr_er")]
)
def test_what_fails_twice_is_the_images_fault(
    start: START, tmp_path: Path, engine: str, rule: str
) -> None:
    asked = [page(tmp_path, "unwell", width=WIDTH), page(tmp_path, "fine")]
    found = failures(start(engine), asked)
    assert list(found) == [0]
    assert found[0].startswith(rule)
    assert texts(start(engine, once=tmp_path / "mark"), asked) == {0: "unwell", 1: "fine"}


def test_an_engine_that_failed_is_not_relied_upon(start: START, tmp_path: Path) -> None:
    asked = [page(tmp_path, "unwell", width=WIDTH), *(page(tmp_path, f"fine{n}") for n in range(3))]
    assert failures(start("Poisoned"), asked) == {0: "ocr_error"}


def test_a_system_that_fails_the_engine_ends_the_run(start: START, tmp_path: Path) -> None:
    asked = [page(tmp_path, "unwell", width=WIDTH)]
    with pytest.raises(
        GyogwaError, match=r"unwell\.png: the OCR engine failed with .*No space left"
    ):
        failures(start("Cramped"), asked)
    assert texts(start("Cramped", once=tmp_path / "mark"), asked) == {0: "unwell"}


def test_an_engine_that_cannot_start_again_ends_the_run(start: START, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.write_text("one")
    pool = start("Weights", weights=weights)
    asked = [page(tmp_path, "unwell", width=WIDTH), page(tmp_path, "fine")]
    reading = pool.read_all(asked)
    weights.unlink()
    with pytest.raises(GyogwaError, match=r"--ocr_engine .*No such file or directory.*weights"):
        list(reading)
    weights.write_text("two")  # what an image is read by is what the rows will say
    with pytest.raises(GyogwaError, match="software or weights changed while it was in use"):
        list(pool.read_all(asked))
    weights.write_text("one")
    assert texts(pool, asked[1:]) == {0: "one"}


def test_a_start_that_is_killed_is_tried_again(start: START, tmp_path: Path) -> None:
    assert texts(start("KilledAtStart", once=tmp_path / "mark"), [page(tmp_path, "fine")]) == {
        0: "fine"
    }
    with pytest.raises(GyogwaError, match=r"ended while loading, with signal 9.*--ocr_processes"):
        start("KilledAtStart")


def test_another_image_in_its_place_ends_the_run(start: START, tmp_path: Path) -> None:
    first, second = page(tmp_path, "first"), page(tmp_path, "second")
    Path(first[0].path).write_bytes(Path(second[0].path).read_bytes())
    with pytest.raises(GyogwaError, match=r"first\.png: changed since ingest"):
        failures(start(), [first, second])


def test_a_moved_image_is_waited_for(start: START, tmp_path: Path) -> None:
    asked = page(tmp_path, "first")
    away, path = tmp_path / "away", Path(asked[0].path)
    pool = start()
    path.rename(away)
    timer = threading.Timer(0.3, away.rename, [path])
    timer.start()
    assert texts(pool, [asked]) == {0: "first"}
    timer.join()
    path.unlink()
    with pytest.raises(GyogwaError, match=r"first\.png: no such file; it was there at ingest"):
        texts(pool, [asked])


def test_an_io_error_ends_the_run(start: START, tmp_path: Path) -> None:
    asked = (ImageRef(str(unreadable(tmp_path / "a.png")), 0, 9), "")
    with pytest.raises(GyogwaError, match=r"a\.png: can't be read after 4 .*Input/output error"):
        failures(start(), [asked])


def test_bytes_that_are_slow_to_come_are_not_the_engines_time(start: START, tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("read")
    ref, sha256 = page(tmp_path, "first")
    data, gate = Path(ref.path).read_bytes(), threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gate.wait(5)
            self.send_response(206)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    remote = ImageRef(f"http://127.0.0.1:{server.server_port}/a.png", 0, len(data))
    try:
        pool = start("Weights", weights=tmp_path / "weights", limits={"seconds": 4})
        assert texts(pool, [(remote, sha256)]) == {0: "read"}
        limits = {"fetch_seconds": 0.3}
        pool = start("Weights", weights=tmp_path / "weights", limits=limits)
        with pytest.raises(GyogwaError, match=r"a\.png: its bytes didn't come within 0\.3 s"):
            texts(pool, [(remote, sha256)])
    finally:
        gate.set()
        server.shutdown()
        server.server_close()


def test_too_slow_is_a_failure_with_the_limit(start: START, tmp_path: Path) -> None:
    pool = start(limits={"seconds": 0.001})
    (_, outcome), *_ = pool.read_all([page(tmp_path, "slow", lines=60)])
    assert isinstance(outcome, ReadFailure)
    assert (outcome.rule, outcome.threshold) == ("ocr_timeout", "0.001")


def test_too_much_memory_is_a_failure(start: START, tmp_path: Path) -> None:
    pool = start(limits={"memory": 1_000_000})
    (_, outcome), *_ = pool.read_all([page(tmp_path, "large", lines=60)])
    assert isinstance(outcome, ReadFailure)
    assert (outcome.rule, outcome.threshold) == ("ocr_memory", "1000000")


def test_an_engine_without_its_data_says_what_to_do() -> None:
    with pytest.raises(GyogwaError, match="tesseract-ocr-kor"):
        EnginePool(EngineSettings("tesseract", {"languages": "xxx"}), 1, Limits())


def test_files_of_the_working_directory_are_nobodys_modules(
    start: START, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIL", "psutil", "gyogwa", "schemas", "resource", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the user\\'s own')")
    monkeypatch.chdir(tmp_path)
    assert texts(start(), [page(tmp_path, "first")]) == {0: "first"}


def test_an_engine_may_lie_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_engine.py").write_text(
        "class Mine:\n"
        "    def __init__(self, settings): self.fingerprint = 'mine'\n"
        "    def read(self, image): return []\n"
    )
    (tmp_path / "numpy.py").write_text("raise SystemExit('the user\\'s own')")
    monkeypatch.chdir(tmp_path)
    pool = EnginePool(EngineSettings("my_engine:Mine"), 1, Limits())
    assert pool.fingerprint == "mine"
    pool.close()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 300
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_that_reads_ends_with_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    ref, sha256 = page(tmp_path, "unwell", width=WIDTH)
    code = (
        "from gyogwa.schemas.records import ImageRef\n"
        "from gyogwa.transforms.annotate.engines.pool import EnginePool, Limits\n"
        "from gyogwa.transforms.annotate.engines.protocol import EngineSettings\n"
        f"settings = EngineSettings('{HOSTILE}:Sleeper', {{'once': '{tmp_path}/asleep'}})\n"
        "pool = EnginePool(settings, 1, Limits(seconds=600))\n"
        "print(pool._children[0].pid, flush=True)\n"
        f"list(pool.read_all([(ImageRef('{ref.path}', 0, {ref.length}), '{sha256}')]))\n"
    )
    command = [sys.executable, "-P", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert eventually((tmp_path / "asleep").exists)
        parent.send_signal(number)
        parent.wait()
    assert eventually(lambda: gone(pid))


def test_children_outlive_the_thread_that_made_the_pool(start: START, tmp_path: Path) -> None:
    made: list[EnginePool] = []
    thread = threading.Thread(target=lambda: made.append(start()))
    thread.start()
    thread.join()
    pid = made[0]._children[0].pid
    assert texts(made[0], [page(tmp_path, "first")]) == {0: "first"}
    assert made[0]._children[0].pid == pid
