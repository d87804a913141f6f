"""One shard: its bytes, its tar, and that each sample lies where the index says."""

import re
from collections.abc import Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.sample import lint_sample
from gyogwa.pipelines.lint.tar import BrokenTar, Tar
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import Shard
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import open_file

_NAME = re.compile(r"[0-9a-f]{24}\.(?:(?:[0-9]+\.)?(?:jpg|png|webp)|json)")


def lint_shard(context: Context, shard: Shard, rows: list[IndexRow]) -> Iterator[Problem]:
    """Everything wrong with a shard; nothing of its samples where it isn't the file listed."""
    path = f"{context.split.folder}/{shard.file}"
    named = re.escape(f"{context.split.stage.name}-{shard.series}")
    if not re.fullmatch(rf"{named}-[0-9]{{5}}\.tar", shard.file):
        what = f"isn't named by its stage, its series {shard.series!r} and a number of five digits"
        yield Problem("shard_name", path, what)
    try:
        with open_file(path) as file:
            tar = Tar(file)
            problems = list(_lint_samples(context, shard, path, tar, rows))
            found = tar.sha256()
    except (GyogwaError, OSError) as error:
        context.complete = False
        yield Problem("shard_unreadable", path, str(error))
        return
    if found != shard.sha256:
        context.complete = False
        yield Problem("shard_hash", path, f"SHA-256 is {found}, the manifest says {shard.sha256}")
        return
    yield from problems
    if tar.bytes != shard.bytes:
        what = f"{tar.bytes} bytes, the manifest says {shard.bytes}"
        yield Problem("shard_size", path, what)


def _lint_samples(
    context: Context, shard: Shard, path: str, tar: Tar, rows: list[IndexRow]
) -> Iterator[Problem]:
    by_key = {row.key: row for row in rows}
    last = ""
    try:
        for sample in tar.samples():
            where = f"{path}: {sample.key}"
            if sample.key <= last:
                yield Problem("key_order", where, f"stands after {last}")
            last = sample.key
            row = by_key.pop(sample.key, None)
            if row is None:
                yield Problem("sample_without_row", where, "isn't in the index")
                continue
            found = (sample.offset, sample.length, sample.crc32)
            if found != (row.offset, row.length, row.crc32):
                what = (
                    f"bytes {sample.offset} to {sample.offset + sample.length}, CRC-32 "
                    f"{sample.crc32}; the index says {row.offset} to {row.offset + row.length}, "
                    f"{row.crc32}"
                )
                yield Problem("sample_place", where, what)
            if sample.odd:
                what = f"{sample.odd}: headers or padding aren't as the writer makes them"
                yield Problem("tar_header", where, what)
            names = [f"{sample.key}.{suffix}" for suffix in sample.members]
            odd = [name for name in names if not _NAME.fullmatch(name)] + sample.again
            if odd:
                context.complete = False
                what = f"members {odd}, expected 24 hex digits and a suffix, each once"
                yield Problem("member_name", where, what)
            else:
                yield from lint_sample(context, shard.series, sample, row, where)
    except BrokenTar as error:
        context.complete = False
        yield Problem("tar_broken", path, str(error))
        return
    for key in by_key:
        yield Problem("row_without_sample", f"{path}: {key}", "the index lists it")
