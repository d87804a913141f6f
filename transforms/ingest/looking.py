"""What a file of an input is: its kind by its name, and what is seen when it is looked into, its
hash and its pages or the form of its labels.
"""

import codecs
import hashlib

from msgspec.structs import replace

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.form import HEAD, Head
from gyogwa.transforms.ingest.labels.registry import VERSION as LABELS_VERSION
from gyogwa.transforms.ingest.labels.registry import form_of
from gyogwa.transforms.ingest.labels.unread_forms import (
    BLANK,
    LIKE,
    instead_of,
    is_blank,
    looks_like,
)
from gyogwa.transforms.ingest.limits import MAX_BYTES
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import IGNORED, LABELS, METADATA, TEXT, ListedFile
from gyogwa.transforms.ingest.sources import text_tables, texts
from gyogwa.transforms.ingest.sources.registry import FORMATS, kind_by_content, kind_of
from gyogwa.transforms.ingest.zips import is_member, why_broken

_CHUNK = 1 << 20


def with_kind(file: ListedFile, form: str = "", columns: str = "") -> ListedFile:
    """The file with its kind by its name, unusable if nothing reads such files; `form` is what the
    user says of the input's labels, `columns` those that he maps by hand."""
    kind = kind_of(file.uri)
    if form == TEXT and kind != IGNORED:
        if file.uri.lower().endswith(texts.ENDINGS):
            return replace(file, kind=texts.FORMAT.name)
        what = f"no text: --text takes {', '.join(texts.ENDINGS)}"
        return replace(file, kind="", rule="unsupported_file", message=what)
    if kind:
        labels = kind in (LABELS, METADATA)
        return replace(
            file,
            kind=kind,
            form=form if kind == LABELS else "",
            columns=columns if labels else "",
        )
    return replace(file, rule="unsupported_file", message="no source reads files of this name")


def version_of(file: ListedFile) -> str:
    """By what a file was looked into whose name says its kind; of labels that nobody has looked
    into, with the form they are said to have."""
    if file.kind == LABELS:
        return f"{LABELS} {LABELS_VERSION} {file.form} {file.columns}".rstrip()
    if file.kind == METADATA:
        return f"{METADATA} {LABELS_VERSION}"
    form = FORMATS.get(file.kind)
    return f"{file.kind} {form.version}".rstrip() if form else ""


def look(file: ListedFile) -> ListedFile:
    """The file with the hash of its bytes and its pages or the form of its labels, or why it can't
    be used.

    Memory: 1 MiB, and a whole document while its pages are counted. Lines of
    metadata in UTF-16 are of another form.
    """
    if file.kind in FORMATS and (message := _too_large(file)):
        return replace(file, kind="", rule="too_large", message=message)
    digest = hashlib.sha256()
    start = b""
    try:
        with LISTED.open(file.path) as stream:
            while chunk := stream.read(_CHUNK):
                start = start or chunk[:HEAD]
                digest.update(chunk)
    except GyogwaError as error:
        if is_member(file.path) and (why := why_broken(error)):
            return replace(file, kind="", rule="broken_zip", message=why)
        raise
    seen = replace(file, content=digest.hexdigest(), looked_by=version_of(file))
    if file.kind == LABELS and not file.form and text_tables.holds_images(file.uri, start):
        return replace(seen, kind=text_tables.FORMAT.name)
    if file.kind == METADATA:
        is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return replace(seen, form="json_rows") if is_utf16 else seen
    if file.kind == LABELS:
        return _with_form(seen, Head(file.uri, start, file.columns))
    kind = kind_by_content(file.kind, start, file.path, file.size)
    form, seen = FORMATS[kind], replace(seen, kind=kind)
    if form.pages is None:
        return seen
    try:
        return replace(seen, pages=form.pages(file.path))
    except BadImage as bad:
        return replace(seen, rule=bad.rule, message=bad.message)


def _with_form(file: ListedFile, head: Head) -> ListedFile:
    if form := form_of(head, file.form):
        return replace(file, form=form)
    like = f"; it begins {head.beginning[:60]!r}" if head.beginning else ""
    if known := looks_like(head):
        like = f"; {LIKE}{known}: {instead_of(known)}"
    if is_blank(head):
        like = f"; {BLANK}"
    message = f"no form of labels that is known{like}"
    return replace(file, form="", rule="unsupported_file", message=message)


def _too_large(file: ListedFile) -> str:
    """Why a file isn't read that would have to be held whole; "" for all others."""
    if not FORMATS[file.kind].together or file.size <= MAX_BYTES:
        return ""
    with LISTED.open(file.path) as stream:
        if kind_by_content(file.kind, stream.read(HEAD), file.path, file.size) != file.kind:
            return ""
    return f"an image file of {file.size} bytes is too large to be read: {MAX_BYTES} at most"
