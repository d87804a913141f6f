"""PDF files opened: unpacked where they are gzipped, read from where they lie where they are large.

PDFium isn't thread-safe, so one lock guards it in each process.
"""

import gzip
import hashlib
import io
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.limits import unpacked
from gyogwa.transforms.ingest.listing import LISTED, changed

LOCK = threading.Lock()
_IN_MEMORY = 64 << 20
"""Bytes of a PDF that are read at once; PDFium seeks in a larger one as it needs."""
_CHUNK = 1 << 20


@contextmanager
def opened(path: str, content: str = "") -> Iterator[tuple[pdfium.PdfDocument, str]]:
    """The document at `path`, and the SHA-256 of its bytes, unpacked where its name ends in .gz;
    the latter only where `content` is given, the SHA-256 of the file as it was listed.

    Raises BadImage for what is no PDF or would unpack to too much, and GyogwaError, at the latest
    when it is left, where the file has other content by now.
    """
    with LISTED.open(path) as stream:
        source, digest = _source(path, stream, content)
        document = _document(source)
        try:
            yield document, digest
        finally:
            with LOCK:
                document.close()
        if source is stream and content:
            _check(path, stream, content)


def _source(path: str, stream: BinaryIO, content: str) -> tuple[BinaryIO | bytes, str]:
    """What PDFium is to read, and its SHA-256."""
    size = LISTED.size(path)
    if path.lower().endswith(".gz"):
        if content:
            _check(path, stream, content)
            stream.seek(0)
        data = _unpacked(stream, size)
        return data, hashlib.sha256(data).hexdigest() if content else ""
    if size > _IN_MEMORY:
        return stream, content
    data = stream.read()
    digest = hashlib.sha256(data).hexdigest() if content else ""
    if digest != content:
        raise changed(path)
    return data, digest


def _unpacked(stream: BinaryIO, size: int) -> bytes:
    buffer = io.BytesIO()
    try:
        for piece in unpacked(stream, size):
            buffer.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadImage("broken_pdf", str(error)) from error
    return buffer.getvalue()


def _document(source: BinaryIO | bytes) -> pdfium.PdfDocument:
    try:
        with LOCK:
            return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise BadImage("encrypted_pdf", "it opens with a password only") from error
        raise BadImage("broken_pdf", str(error)) from error


def _check(path: str, stream: BinaryIO, content: str) -> None:
    """Raise GyogwaError when the file isn't what it was when it was listed."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != content:
        raise changed(path)
