"""What Beam's local runner keeps between steps, ours in place of its own: on disk when it's much.

`List` holds elements as a step gave them; `Groups` brings those of one key together, in `_PLACES`
places by the key's checksum, of which one is in memory at a time. A collection is cut into slices
by its reader (see `slices`), so that no step ever has all of it at hand.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from apache_beam import coders
from apache_beam.coders.coder_impl import CoderImpl, create_InputStream, create_OutputStream
from apache_beam.runners.portability.fn_api_runner import execution
from apache_beam.transforms.core import Windowing
from apache_beam.transforms.trigger import create_trigger_driver
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.windowed_value import PaneInfo, PaneInfoTiming

from gyogwa.pipelines.running.spools import HELD, Piece, Spool

_PLACES = 128
_BLOCK = 16 << 10  # bytes of a place that are written at once
_ALL = GlobalWindows.windowed_value(
    None,
    timestamp=GlobalWindow().max_timestamp(),
    pane_info=PaneInfo(True, True, PaneInfoTiming.ON_TIME, 0, 0),
)


class Waiting:
    """A reader of a collection that takes slices of about so many bytes, each element once."""

    def take(self, size: int) -> list[bytes]:
        """Some elements, encoded one after another, at least one; none when all are taken."""
        raise NotImplementedError


class List(execution.ListBuffer):  # Beam asks for its own class
    """Elements in no particular order."""

    def __init__(self, coder_impl: CoderImpl | None) -> None:
        super().__init__(coder_impl)
        self._spool = Spool()
        self._pieces: list[Piece] = []
        self.size = 0

    def copy(self) -> "List":
        """The same elements, for another reader."""
        new = List(self._coder_impl)
        new._pieces, new.size = list(self._pieces), self.size
        return new

    def append(self, element: bytes) -> None:
        """Add elements, encoded one after another."""
        if self.cleared:
            raise RuntimeError("nothing is added to a collection that was cleared")
        if element:
            self._pieces.append(self._spool.add(element))
            self.size += len(element)

    def extend(self, extra: Any) -> None:
        """Add those of another list."""
        self._pieces.extend(extra._pieces)
        self.size += extra.size

    def __iter__(self) -> Iterator[bytes]:
        return (piece.read() for piece in self._pieces)

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._spool, self._pieces, self.size = Spool(), [], 0

    def reader(self) -> "Waiting":
        """Who takes slices."""
        return _OfList(self._pieces, self._coder_impl)


class _OfList(Waiting):
    def __init__(self, pieces: Iterable[Piece], coder: CoderImpl) -> None:
        self._pieces, self._coder = iter(pieces), coder
        self._data, self._at = b"", 0

    def take(self, size: int) -> list[bytes]:
        found: list[bytes] = []
        left = size
        while left > 0:
            if self._at == len(self._data):
                piece = next(self._pieces, None)
                if piece is None:
                    break
                self._data, self._at = piece.read(), 0
            found.append(self._some(left))
            left -= len(found[-1])
        return found

    def _some(self, size: int) -> bytes:
        """The next elements of what was read last."""
        start, end = self._at, len(self._data)
        if end - start > size:
            stream = create_InputStream(self._data[start:])
            rest = end - start
            while stream.size() and rest - stream.size() < size:
                self._coder.decode_from_stream(stream, True)
            end -= stream.size()
        self._at = end
        return self._data[start:end]


class Groups(execution.GroupingBuffer):  # Beam asks for its own class
    """(key, value) elements, to be read as (key, values)."""

    def __init__(
        self,
        pre_grouped_coder: coders.Coder,
        post_grouped_coder: coders.Coder,
        windowing: Windowing,
    ) -> None:
        super().__init__(pre_grouped_coder, post_grouped_coder, windowing)
        self.size = 0
        self._coder = pre_grouped_coder.get_impl()
        self._key = self._key_coder.get_impl()
        self._grouped = post_grouped_coder.get_impl()
        self._few: list[bytes] | None = []  # until it is more than HELD
        self._spool = Spool()
        self._places: list[list[Piece]] = []
        self._blocks: list[bytearray] = []

    def append(self, elements_data: bytes) -> None:
        """Add elements, encoded one after another."""
        self.size += len(elements_data)
        if self._few is not None:
            self._few.append(elements_data)
            if self.size <= HELD:
                return
            few, self._few = self._few, None
            self._places = [[] for _ in range(_PLACES)]
            self._blocks = [bytearray() for _ in range(_PLACES)]
            for data in few:
                self._deal(data)
            return
        self._deal(elements_data)

    def _deal(self, data: bytes) -> None:
        stream = create_InputStream(data)
        total, start = len(data), 0
        while start < total:
            key = self._coder.decode_from_stream(stream, True).value[0]
            end = total - stream.size()
            place = zlib.crc32(self._key.encode(key)) % _PLACES
            block = self._blocks[place]
            block += data[start:end]
            if len(block) >= _BLOCK:
                self._places[place].append(self._spool.add(block))
                block.clear()
            start = end

    def extend(self, input_buffer: Any) -> None:
        """Add those of another; an empty list of Beam's stands for none."""
        if isinstance(input_buffer, Groups):
            for data in (data for place in input_buffer._read() for data in place):
                self.append(data)

    def __iter__(self) -> Iterator[bytes]:
        """(key, values) elements, one at a time."""
        plain = self._windowing.is_default()  # a Reshuffle, for one, has a trigger of its own
        of_key: Callable[[Any, list[Any]], Iterable[Any]] = _in_one_pane
        if not plain:
            of_key = create_trigger_driver(self._windowing, True).process_entire_key
        for place in self._read():
            table: defaultdict[bytes, list[Any]] = defaultdict(list)
            for data in place:
                stream = create_InputStream(data)
                while stream.size() > 0:
                    element = self._coder.decode_from_stream(stream, True)
                    key, value = element.value
                    kept = value if plain else element.with_value(value)
                    table[self._key.encode(key)].append(kept)
            while table:
                encoded, values = table.popitem()
                for group in of_key(self._key.decode(encoded), values):
                    out = create_OutputStream()
                    self._grouped.encode_to_stream(group, out, True)
                    yield out.get()

    def _read(self) -> Iterator[Iterable[bytes]]:
        """What was added, place by place."""
        if self._few is not None:
            yield self._few
            return
        for pieces, block in zip(self._places, self._blocks, strict=True):
            yield [*(piece.read() for piece in pieces), bytes(block)]

    def reader(self) -> "Waiting":
        """Who takes slices."""
        return _OfGroups(iter(self))


def _in_one_pane(key: Any, values: list[Any]) -> Iterator[Any]:
    yield _ALL.with_value((key, values))


class _OfGroups(Waiting):
    def __init__(self, elements: Iterator[bytes]) -> None:
        self._elements = elements

    def take(self, size: int) -> list[bytes]:
        found: list[bytes] = []
        left = size
        while left > 0:
            element = next(self._elements, None)
            if element is None:
                break
            found.append(element)
            left -= len(element)
        return found
