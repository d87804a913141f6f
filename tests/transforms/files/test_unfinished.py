"""What a process has begun is undone when it is ended, whatever its threads do meanwhile."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, sys, threading, time
from gyogwa.transforms.files.unfinished import give_up, unfinished
from gyogwa.transforms.files.writing import writing

folder = sys.argv[1]
over = threading.Event()

def write(name, until):
    with writing(f"{folder}/{name}") as file:
        file.write(b"half")
        until.wait()

def other():
    with unfinished(lambda: "a lock", lambda name: print("undone", name, flush=True)):
        time.sleep(1e9)

threading.excepthook = lambda _: None
threads = [threading.Thread(target=write, args=(name, over), daemon=True) for name in "ab"]
threads.append(threading.Thread(target=other, daemon=True))
for thread in threads:
    thread.start()
while len(os.listdir(folder)) < 2:
    time.sleep(0.01)
with unfinished(lambda: "what was finished", print):
    pass
give_up(60)
print(os.listdir(folder), flush=True)
over.set()  # the two now finish, and another begins
threading.Thread(target=write, args=("c", over), daemon=True).start()
time.sleep(0.5)
print(os.listdir(folder), flush=True)
os._exit(0)
"""


def test_nothing_is_left_or_published_once_the_process_gives_up(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert ended.stdout.splitlines() == ["undone a lock", "[]", "[]"]
    assert list(tmp_path.iterdir()) == []
