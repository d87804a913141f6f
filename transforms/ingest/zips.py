"""Members of ZIP archives as files of their own: `a.zip` is read as a folder of that name would be.

A member's path is fsspec's address of it, `zip://MEMBER::ARCHIVE`, by which every reader here finds
it; its bytes stay in the archive. Names that Korean Windows wrote are cp949 and come out right
(APPNOTE.TXT 4.4.4 knows UTF-8 by bit 11; all else is whatever the writer's system had).
"""

import zipfile
import zlib
from collections.abc import Iterator

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.limits import check_ratio, check_size
from gyogwa.transforms.ingest.listing import LISTED, Problem
from gyogwa.transforms.ingest.raw import ListedFile
from gyogwa.transforms.ingest.sources.registry import FORMATS, kind_of

_UTF8, _ENCRYPTED = 0x800, 0x1
_MOST_WHOLE = 100 << 20
"""Bytes of a member that isn't read in one piece: every further piece unpacks it from its start."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def is_archive(file: ListedFile) -> bool:
    """Whether a file is read as a folder."""
    return file.uri.lower().endswith(".zip") and not is_member(file.path)


def is_member(path: str) -> bool:
    """Whether a path is that of a member."""
    return path.startswith("zip://")


def members_of(file: ListedFile) -> Iterator[ListedFile | Problem]:
    """The files in an archive, as they stand there; what can't be read, with the reason.

    Memory: the archive's directory, some 500 bytes a member.
    """
    try:
        with LISTED.open(file.path) as stream, zipfile.ZipFile(stream) as archive:
            found = archive.infolist()
    except _BROKEN as error:
        yield file.uri, BadImage("broken_zip", f"the ZIP can't be read: {error}")
        return
    if "::" in file.path.partition("://")[2] or ("://" not in file.path and "::" in file.path):
        yield file.uri, BadImage("bad_file_name", "a path with :: is taken for two; rename it")
        return
    seen: set[str] = set()
    for member in found:
        if member.is_dir():
            continue
        uri = f"{file.uri}/{_name_of(member)}"
        try:
            _check(member, uri)
            if member.filename in seen:
                raise BadImage("broken_zip", "the archive holds another member of this name")
        except BadImage as problem:
            yield uri, problem
            continue
        seen.add(member.filename)
        path = f"zip://{member.filename}::{file.path}"
        stamp = f"{file.stamp}:{member.CRC:08x}"
        yield ListedFile(file.source, "", path, uri, member.file_size, stamp, "")


def why_broken(error: GyogwaError) -> str:
    """What is wrong with a member that can't be unpacked; "" for failures that say nothing about
    it."""
    cause = error.__cause__
    return f"the member can't be unpacked: {cause}" if isinstance(cause, _BROKEN) else ""


def _name_of(member: zipfile.ZipInfo) -> str:
    name = member.filename
    if not member.flag_bits & _UTF8:
        data = name.encode("cp437", "surrogateescape")
        for encoding in ("utf-8", "cp949"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def _check(member: zipfile.ZipInfo, uri: str) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise BadImage("broken_zip", "the member has a password; unpack it")
    if member.filename.startswith("/") or "::" in member.filename or "://" in member.filename:
        raise BadImage("bad_file_name", "no name of a file in a folder; unpack the archive")
    check_ratio(member.file_size, member.compress_size)
    check_size("the member", member.file_size)
    form = FORMATS.get(kind_of(uri))
    if form is not None and not form.together and form.pages is None:
        check_size("the member, as long as it is inside a ZIP,", member.file_size, _MOST_WHOLE)
