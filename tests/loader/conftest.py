"""Small real stages: tars by `tarfile`, images by Pillow, manifest and index from the schemas."""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gyogwa.schemas.arrow import table_of
from gyogwa.schemas.curriculum import Pixels
from gyogwa.schemas.manifest import IndexFile, Shard, StageManifest
from gyogwa.schemas.samples import IndexRow

WORDS = [("백범로", [0.1, 0.2, 0.3, 0.4]), ("Seoul", [0.5, 0.25, 0.75, 1.0])]


@dataclass(frozen=True)
class Made:
    """A sample to write: its images by member suffix, and what differs from the usual JSON."""

    key: str
    images: dict[str, bytes] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    repeats: int = 1

    @property
    def members(self) -> list[tuple[str, bytes]]:
        entry = {
            "schema": 1,
            "task": "ocr" if self.images else "converse",
            "images": [
                {"id": "0" * 32, "file": suffix, "width": 1, "height": 1, "source": "s"}
                | {"uri": "u", "licence": "CC0-1.0", "changes": ""}
                for suffix in self.images
            ],
            "conversations": [
                {"role": "user", "content": "<image>" * len(self.images) + "<ocr>"},
                {"role": "assistant", "content": f"답 {self.key}"},
            ],
            "questions": [{"task": "ocr", "detail": "", "turns": 2}],
            "annotation": [_annotation() for _ in self.images] or None,
            "chosen": None,
            "rejected": None,
            "provenance": {
                "stage": "basic-sft",
                "split": "train",
                "source": "s",
                "uri": "u",
                "licence": "CC0-1.0",
                "document": "d",
                "language": "ko",
            }
            | {"engine": "e", "dialect": "varco", "pixels": [3136, 12845056], "detail": ""},
        }
        text = json.dumps(entry | self.changes, ensure_ascii=False, separators=(",", ":")).encode()
        files = [*self.images.items(), ("json", text)]
        return [(f"{self.key}.{suffix}", data) for suffix, data in files]


def _annotation() -> dict[str, Any]:
    return {
        "origin": "dataset",
        "language": "ko",
        "words": [{"text": text, "box": box, "confidence": 1.0} for text, box in WORDS],
        "lines": [],
        "blocks": [],
    }


def encoded(format_: str, width: int, height: int, mode: str = "RGB", **options: Any) -> bytes:
    """A smooth picture, on which decoders differ by little, in an encoded format."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)]
    pixels = Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8)).convert(mode)
    buffer = io.BytesIO()
    pixels.save(buffer, format_, **options)
    return buffer.getvalue()


@dataclass(frozen=True)
class MadeStage:
    """A stage on disk. `keys` stand in index order."""

    manifest: Path
    keys: list[str]

    def shard(self, number: int) -> Path:
        model = StageManifest.model_validate_json(self.manifest.read_bytes())
        return self.manifest.parent / model.shards[number].file

    def rewrite(self, **changes: Any) -> None:
        """Change fields of the manifest."""
        data = json.loads(self.manifest.read_bytes())
        self.manifest.write_text(json.dumps(data | changes))

    def change_index(self, change: Callable[[IndexRow], IndexRow]) -> None:
        """Change the rows of the index, and its hash in the manifest along with them."""
        path = self.manifest.parent / "index.parquet"
        rows = [IndexRow(**row) for row in pq.read_table(path).to_pylist()]
        pq.write_table(table_of(IndexRow, [change(row) for row in rows]), path)
        data = json.loads(self.manifest.read_bytes())
        data["index"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        self.manifest.write_text(json.dumps(data))


def write_stage(folder: Path, shards: Sequence[tuple[str, Sequence[Made]]]) -> MadeStage:
    """Write `shards`, each (series, samples), with index and manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[Shard] = []
    rows: list[IndexRow] = []
    for number, (series, samples) in enumerate(shards):
        path = folder / f"basic-sft-{series}-{number:05d}.tar"
        placed: list[tuple[Made, int]] = []
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for sample in samples:
                placed.append((sample, tar.offset))
                for name, data in sample.members:
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
            end = tar.offset
        content = path.read_bytes()
        ends = [offset for _, offset in placed[1:]] + [end]
        for (sample, offset), stop in zip(placed, ends, strict=True):
            crc32 = zlib.crc32(content[offset:stop])
            rows.append(_index_row(sample, path.name, offset, stop - offset, crc32))
        digest = hashlib.sha256(content).hexdigest()
        entries.append(
            Shard(
                file=path.name,
                series=series,
                samples=len(samples),
                bytes=len(content),
                sha256=digest,
            )
        )
    # Tiny row groups, so that tests cross their borders.
    pq.write_table(table_of(IndexRow, rows), folder / "index.parquet", row_group_size=5)
    index_hash = hashlib.sha256((folder / "index.parquet").read_bytes()).hexdigest()
    manifest = StageManifest(
        name="basic-sft",
        number=2,
        split="train",
        objective="sft",
        trains=["projector"],
        samples=len(rows),
        draws=sum(row.repeats for row in rows),
        questions=sum(len(row.questions) * row.repeats for row in rows),
        dialect="varco",
        pixels=Pixels(),
        tiles=None,
        tile_side=384,
        replays={},
        bytes=sum(shard.bytes for shard in entries),
        tokens=0,
        token_count="characters",
        shards=entries,
        index=IndexFile(file="index.parquet", rows=len(rows), sha256=index_hash),
        sources=[],
        mixture=[],
        benchmarks_checked="none",
        fingerprint=hashlib.sha256("".join(s.sha256 for s in entries).encode()).hexdigest()[:32],
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    return MadeStage(folder / "manifest.json", [row.key for row in rows])


def _index_row(sample: Made, shard: str, offset: int, length: int, crc32: int) -> IndexRow:
    return IndexRow(
        key=sample.key,
        shard=shard,
        offset=offset,
        length=length,
        crc32=crc32,
        task="ocr",
        questions=["ocr"],
        source="s",
        licence="CC0-1.0",
        language="ko",
        images=len(sample.images),
        width=0,
        height=0,
        text_length=0,
        tokens=0,
        document="d",
        repeats=sample.repeats,
    )


def small_shards() -> list[tuple[str, list[Made]]]:
    """Seven shards of three series: single images, text only, and pairs; 47 samples."""
    jpeg, png = encoded("JPEG", 24, 16), encoded("PNG", 10, 20)
    shapes: dict[str, dict[str, bytes]] = {
        "single-jpg": {"jpg": jpeg},
        "text": {},
        "pair-jpg-png": {"0.jpg": jpeg, "1.png": png},
    }
    plan = [("single-jpg", 9), ("single-jpg", 8), ("single-jpg", 3)]
    plan += [("text", 12), ("text", 11), ("pair-jpg-png", 3), ("pair-jpg-png", 1)]
    return [
        (series, [Made(f"{number}-{sample:03d}", shapes[series]) for sample in range(count)])
        for number, (series, count) in enumerate(plan)
    ]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    """A stage to read only."""
    return write_stage(tmp_path_factory.mktemp("stage"), small_shards())


@pytest.fixture
def own_stage(tmp_path: Path) -> MadeStage:
    """A stage to damage."""
    return write_stage(tmp_path / "own", small_shards())


__all__ = ["WORDS", "Made", "MadeStage", "encoded", "small_shards", "write_stage"]
