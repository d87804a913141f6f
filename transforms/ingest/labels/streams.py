"""Label files as lines, as JSON and as XML; large ones piece by piece."""

import codecs
import io
import json
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import IO, Any
from xml.etree import ElementTree

import ijson

from gyogwa.transforms.ingest.labels.form import LabelFile

MOST_LINE = 32 << 20
"""Characters of a line at most: a row in Python takes ten times as much."""
_IDS = {"id", "schemalocation", "regionrefid"}
"""Attributes that name things, or the schema."""
_CHUNK = 1 << 20
_HEAD = 1 << 16
_MOST_NOTED = 400


def encoding_of(file: LabelFile) -> str:
    """The name of the file's encoding for Python. Raises ValueError when it is none that is known.

    Cost: reads the file; memory: 1 MiB. The name is told where it is not UTF-8.
    """
    with file.open() as stream:
        marked = stream.read(3)
    if marked.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file.told.append("labels in utf-16")
        return "utf-16"
    if _is(file, "utf-8-sig"):
        return "utf-8-sig"
    if _is(file, "cp949"):
        file.told.append("labels in cp949")
        return "cp949"
    raise ValueError("the text is neither UTF-8 nor UTF-16 nor cp949")


def _is(file: LabelFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def lines_in(file: LabelFile) -> Iterator[tuple[int, str]]:
    """The lines that aren't blank, with their numbers from 1. Memory: one line. Raises ValueError
    at one that is too long to be read."""
    encoding = encoding_of(file)
    with file.open() as stream, io.TextIOWrapper(stream, encoding) as text:
        try:
            for number, line in enumerate(iter(partial(text.readline, MOST_LINE), ""), start=1):
                if len(line) == MOST_LINE:
                    raise ValueError(f"line {number} has more than {MOST_LINE:,} characters")
                if line.strip():
                    yield number, line.rstrip("\r\n")
        except UnicodeError as error:
            raise ValueError(f"the text is no {encoding}: {error}") from error


class JsonLists:
    """The lists in the JSON object, or the JSON list, that a file holds."""

    def __init__(self, file: LabelFile) -> None:
        self.file = file
        self.encoding = encoding_of(file)

    def items(self, place: str) -> Iterator[Any]:
        """The items at a place such as `images.item`, or the objects in an object, `imgs.*`; what
        is read of them is noted. Raises ValueError at broken JSON. Cost: reads the file; memory:
        one item."""
        path = place.removesuffix("item").removesuffix("*").strip(".")
        for item in self.plain_items(place):
            yield self.file.keys.watched(item, path)

    def plain_items(self, place: str) -> Iterator[Any]:
        """The same, of which nothing is noted."""
        with self.file.open() as stream:
            try:
                text = _Utf8(stream, self.encoding)
                if place.endswith("*"):
                    yield from self._objects(text, place.removesuffix(".*"))
                else:
                    yield from ijson.items(text, place, use_float=True)
            except (ijson.JSONError, UnicodeError) as error:
                raise ValueError(f"broken JSON: {' '.join(str(error).split())}") from error

    def _objects(self, text: "_Utf8", place: str) -> Iterator[Any]:
        """The values of the object there that are objects too; others are noted as unread."""
        for key, value in ijson.kvitems(text, place, use_float=True):
            if isinstance(value, dict):
                yield value
            elif len(self.file.keys.there) < _MOST_NOTED:
                self.file.keys.there.setdefault(f"{place}.{key}")

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """The keys and values of the object that the file is; what is read of the values is noted.
        Raises ValueError at broken JSON. Cost: reads the file; memory: one value."""
        with self.file.open() as stream:
            try:
                for key, value in ijson.kvitems(_Utf8(stream, self.encoding), "", use_float=True):
                    yield key, self.file.keys.watched(value)
            except (ijson.JSONError, UnicodeError) as error:
                raise ValueError(f"broken JSON: {' '.join(str(error).split())}") from error

    def note_keys(self, *read: str) -> None:
        """Note which keys the object around the lists has beside those that are `read`. Raises
        ValueError at broken JSON. Cost: reads the file."""
        key, opened = "", 0
        with self.file.open() as stream:
            try:
                for event, value in ijson.basic_parse(_Utf8(stream, self.encoding)):
                    if event in ("start_map", "start_array"):
                        opened += 1
                    elif event in ("end_map", "end_array"):
                        opened -= 1
                        continue
                    if opened == 1 and event == "map_key":
                        key = value
                    elif key and event not in ("null", "start_map", "start_array"):
                        if key not in read:
                            self.file.keys.there.setdefault(key)
                        key = ""
            except (ijson.JSONError, UnicodeError) as error:
                raise ValueError(f"broken JSON: {' '.join(str(error).split())}") from error


class _Utf8:
    """A stream of bytes in any encoding, as UTF-8 without its mark."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes, about as many as asked for; b"" at the end, and for a size of 0."""
        while size and (chunk := self.stream.read(max(size, _HEAD))):
            if text := self.decoder.decode(chunk):
                return text.encode()
        return b""


def json_of(file: LabelFile) -> Any:
    """The JSON value that the file is. Raises ValueError when it is none. Memory: all of it."""
    try:
        return file.keys.watched(json.loads(file.text()))
    except RecursionError as error:
        raise ValueError("JSON that is nested too deep") from error


def elements_in(file: LabelFile, name: str) -> Iterator[ElementTree.Element]:
    """The elements of a name below the root of the XML that the file is, one after the other.
    Raises ValueError as `tree_of` does. Memory: one of them."""
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    encoding, before = encoding_of(file), ""
    root: Any = None
    with file.open() as stream, io.TextIOWrapper(stream, encoding) as text:
        try:
            while chunk := text.read(_CHUNK):
                if "<!ENTITY" in before[-len("<!ENTITY") :] + chunk:
                    raise ValueError("XML that defines entities is not read")
                parser.feed(chunk)
                before = chunk
                for event, element in parser.read_events():
                    root = element if root is None else root
                    if event == "end" and local(element) == name:
                        yield element
                        root.clear()
            parser.close()
        except (ElementTree.ParseError, UnicodeError) as error:
            raise ValueError(f"broken XML: {error}") from error


def note_elements(
    file: LabelFile, root: ElementTree.Element, known: Mapping[str, Collection[str]]
) -> None:
    """Note which elements and attributes an XML has that nothing reads: `known` are those that are
    read, an element's name with the names of its attributes. Names of things are no labels."""
    left = [root]
    while left:
        element = left.pop()
        name = local(element)
        if name not in known:
            if name and (len(element) or element.attrib or (element.text or "").strip()):
                file.keys.there.setdefault(name)
            continue
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition("}")[2]
            if value and plain not in known[name] and plain.lower() not in _IDS:
                file.keys.there.setdefault(f"{name}@{plain}")
        left += list(element)[::-1]


def local(element: ElementTree.Element) -> str:
    """An XML element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def tree_of(file: LabelFile) -> ElementTree.Element:
    """The root of the XML that the file is. Raises ValueError when it is none, and for entities of
    its own, which can make a small file a huge one. Memory: all of it."""
    text = file.text()
    if "<!ENTITY" in text:
        raise ValueError("XML that defines entities is not read")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"broken XML: {error}") from error
