"""Files that would take gigabytes: a reject each or a reduced page, in bounded memory and time."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from PIL import Image as Picture

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.tables import read_folder
from tests.transforms.ingest.test_limits import header

_PIECE = 64 << 20


@contextmanager
def watched() -> Iterator[list[int]]:
    """The greatest resident bytes of this process and its children above those at the start, in
    the list's first place at the end; seconds of computing in the second."""
    found, over = [0, 0], threading.Event()
    own = psutil.Process()

    def resident() -> int:
        total = 0
        for process in (own, *own.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        return total

    def watch() -> None:
        while not over.wait(0.05):
            found[0] = max(found[0], resident() - base)

    base, since = resident(), time.process_time()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found[1] = round(time.process_time() - since)


def test_bombs_and_a_huge_row_cost_little(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    zeros = gzip.compress(bytes(_PIECE), 9)
    tar = gzip.compress(header("a.png", 8 << 30), 9) + zeros * 20  # 1.3 GB in 1.3 MB
    (folder / "a.tar.gz").write_bytes(tar)
    (folder / "b.pdf.gz").write_bytes(gzip.compress(b"%PDF-1.4\n", 9) + zeros * 20)
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]>>endobj\n"
    (folder / "c.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n" + page + b"trailer<</Root 1 0 R>>\n"
        b"%%EOF"
    )
    Picture.new("L", (900, 900), 250).save(folder / "d.png")
    words = [
        {"text": f"낱말{n}", "box": [3 * (n % 300), n // 300, 3 * (n % 300) + 2, n // 300 + 1]}
        for n in range(60_000)
    ]
    rows = [
        {"file_name": "d.png", "words": words},
        {"file_name": "d.png", "text": "가" * (12 << 20)},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "metadata.jsonl").write_text(text)
    with watched() as found:
        assert main(["ingest", "--input", str(folder), "--output", str(tmp_path / "run")]) == 0
    rejects = {row.uri: row.rule for row in read_folder(Reject, str(tmp_path / "run/rejects"))}
    assert rejects["a.tar.gz"] == rejects["b.pdf.gz"] == "too_large"
    assert rejects["metadata.jsonl#line=2"] == "bad_metadata"
    images = {row.uri: row for row in read_folder(Image, str(tmp_path / "run/catalog"))}
    assert images["c.pdf#page=1"].changes == "reduced"
    assert rejects["d.png"] == "bad_labels"  # sixty thousand words on one image
    assert images["d.png"].truth is None
    check_ledger(RunLayout(str(tmp_path / "run")))
    memory, seconds = found
    assert memory < 1_500_000_000, memory  # two processes' base, and 1 GB for a file
    assert seconds < 60
