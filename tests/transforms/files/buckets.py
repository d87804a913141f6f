"""An object store on local disk, as fsspec knows them: `bucket://NAME/KEY`.

It behaves as S3 and its like do: an object appears whole when its upload is completed, listings are
remembered, `cat_file` has a version as its second parameter, files have an `ETag`. Mishaps on
request.
"""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from fsspec import AbstractFileSystem, register_implementation
from fsspec.spec import AbstractBufferedFile

BLOCK = 1024


class Bucket(AbstractFileSystem):  # type: ignore[misc]
    """`folder` holds the objects. `failing_reads` of the next reads fail, and `failing_parts` of
    the next parts of an upload; `reachable`: whether anything is answered at all."""

    protocol = "bucket"
    cachable = False
    folder: ClassVar[Path]
    reachable: ClassVar[bool] = True
    failing_reads: ClassVar[int] = 0
    failing_parts: ClassVar[int] = 0
    aborted: ClassVar[int] = 0
    listings: ClassVar[dict[str, Any]] = {}

    @classmethod
    def begin(cls, folder: Path) -> None:
        """Serve an empty folder, without mishaps."""
        cls.folder, cls.reachable = folder, True
        cls.failing_reads = cls.failing_parts = cls.aborted = 0
        cls.listings = {}

    @classmethod
    def keys(cls) -> list[str]:
        return sorted(str(p.relative_to(cls.folder)) for p in cls.folder.rglob("*") if p.is_file())

    def _ask(self) -> None:
        if not Bucket.reachable:
            raise ConnectionError("no route to host")

    def _place(self, path: str) -> Path:
        return self.folder / str(self._strip_protocol(path))

    def _entry(self, place: Path) -> dict[str, Any]:
        name = str(place.relative_to(self.folder))
        if place.is_dir():
            return {"name": name, "size": 0, "type": "directory"}
        changed = datetime.fromtimestamp(place.stat().st_mtime, UTC)
        etag = hashlib.md5(place.read_bytes()).hexdigest()
        size = place.stat().st_size
        return {
            "name": name, "size": size, "type": "file", "ETag": etag, "LastModified": changed
        }  # fmt: skip

    def info(self, path: str, **kwargs: Any) -> dict[str, Any]:
        self._ask()
        place = self._place(path)
        if not place.exists():
            raise FileNotFoundError(path)
        return self._entry(place)

    def ls(self, path: str, detail: bool = True, **kwargs: Any) -> list[Any]:
        self._ask()
        place = self._place(path)
        if str(place) not in Bucket.listings:
            if not place.exists():
                raise FileNotFoundError(path)
            inside = [place] if place.is_file() else sorted(place.iterdir())
            Bucket.listings[str(place)] = [self._entry(item) for item in inside]
        entries: list[Any] = Bucket.listings[str(place)]
        return entries if detail else [entry["name"] for entry in entries]

    def invalidate_cache(self, path: str | None = None) -> None:
        Bucket.listings.clear()

    def cat_file(
        self,
        path: str,
        version_id: str | None = None,
        start: int | None = None,
        end: int | None = None,
        **kwargs: Any,
    ) -> bytes:
        self._ask()
        assert version_id is None
        if Bucket.failing_reads:
            Bucket.failing_reads -= 1
            raise OSError("503 Slow Down")
        return self._place(path).read_bytes()[start:end]

    def _rm(self, path: str) -> None:
        self._ask()
        self._place(path).unlink()

    def _open(self, path: str, mode: str = "rb", **kwargs: Any) -> "Upload":
        self._ask()
        assert mode == "wb"
        return Upload(self, path, mode, block_size=BLOCK)


class Upload(AbstractBufferedFile):  # type: ignore[misc]
    """An upload in parts, completed with the last one."""

    def _initiate_upload(self) -> None:
        self.parts = io.BytesIO()

    def _upload_chunk(self, final: bool = False) -> bool:
        if Bucket.failing_parts:
            Bucket.failing_parts -= 1
            raise ConnectionError("connection reset by peer")
        self.parts.write(self.buffer.getvalue())
        if final:
            place = self.fs._place(self.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.parts.getvalue())
        return True

    def discard(self) -> None:
        Bucket.aborted += 1


register_implementation("bucket", Bucket, clobber=True)
