"""Everything that a run's folder holds, opened: whether some bytes or some text are anywhere."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq


def pieces(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, every member of every tar and every row of every table, with a name."""
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        data, name = path.read_bytes(), str(path.relative_to(root))
        yield name, data
        if path.suffix == ".tar":
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for member in tar:
                    content = tar.extractfile(member)
                    yield f"{name}:{member.name}", content.read() if content else b""
        if path.suffix == ".parquet":
            for row in pq.read_table(path).to_pylist():
                yield f"{name}: row", json.dumps(row, ensure_ascii=False).encode()


def holding(root: Path, digests: set[str], traces: list[bytes]) -> list[str]:
    """The pieces that have one of these SHA-256, or that hold one of these bytes."""
    return [
        name
        for name, data in pieces(root)
        if hashlib.sha256(data).hexdigest() in digests or any(trace in data for trace in traces)
    ]


def hashes(root: Path, pattern: str) -> dict[str, str]:
    """SHA-256 of files, by their path below the root."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.glob(pattern))
    }
