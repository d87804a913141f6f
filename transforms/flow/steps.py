"""Steps that Beam has too, but whose elements would be pickled in its own: spread, join, sums.

Each is built of `GroupByKey` or `CombinePerKey` alone, with a declared type at every seam, so that
nothing but text, numbers, bytes and rows (`flow.coders`) travels.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
import msgspec
from apache_beam import coders
from apache_beam.typehints import typehints
from apache_beam.typehints.decorators import IOTypeHints

_GREATEST = 2**62


class Composite(beam.PTransform):
    """A transform of transforms whose `expand` is typed for its readers.

    Beam would take the annotations of `expand` for types of elements, and warn of each.
    """

    def default_type_hints(self) -> None:
        return None


class Nothing(Composite):
    """Whatever it is to no elements of a type."""

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    def expand(self, elements: Any) -> Any:
        return elements | beam.FlatMap(lambda _: ()).with_output_types(self.of)


class Spread(Composite):
    """The same elements, dealt to the workers anew: steps before and after are not fused.

    The key is a checksum of the element, so that a bundle done twice deals alike.
    """

    def expand(self, elements: Any) -> Any:
        of = elements.element_type
        return (
            elements
            | "Key" >> beam.Map(_with_checksum).with_output_types(typehints.Tuple[int, of])
            | "Group" >> beam.GroupByKey()
            | "Values" >> beam.FlatMap(lambda pair: pair[1]).with_output_types(of)
        )


def _with_checksum(element: Any) -> tuple[int, Any]:
    return zlib.crc32(msgspec.msgpack.encode(element)), element


Found = dict[str, list[Any]]
"""The values of one key, by the name of the side that they come from, in no particular order."""


class Join(Composite):
    """Keyed collections, by name, to what `then(key, found, **arguments)` makes of each key.

    `sides`: the type of each collection's values; the collections themselves are the input, a dict
    of (key, value) by the same names. `gives`: the type of what `then` yields; `tagged`: the types
    of what it yields as `TaggedOutput`, which come back by tag, beside "main".
    """

    def __init__(
        self,
        then: Callable[..., Iterable[Any]],
        sides: dict[str, Any],
        gives: Any,
        tagged: dict[str, Any] | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__()
        self.then, self.sides, self.gives = then, sides, gives
        self.tagged, self.arguments = tagged or {}, arguments

    def expand(self, collections: dict[str, Any]) -> Any:
        keys = {side.element_type.tuple_types[0] for side in collections.values()}
        (key,) = keys
        kind = typehints.Tuple[key, typehints.Tuple[int, bytes]]
        encoded = [
            collections[name]
            | f"Encode{name.title()}"
            >> beam.MapTuple(
                lambda key, value, side=side: (key, (side, msgspec.msgpack.encode(value)))
            ).with_output_types(kind)
            for side, name in enumerate(self.sides)
        ]
        step = beam.ParDo(_Joined(self.then, self.sides), **self.arguments)
        step = step.with_output_types(self.gives, **self.tagged)
        if self.tagged:
            step = step.with_outputs(*self.tagged, main="main")
        return tuple(encoded) | beam.Flatten() | beam.GroupByKey() | "Then" >> step


class _Joined(beam.DoFn):
    """Decodes the sides of a key and hands them on."""

    def __init__(self, then: Callable[..., Iterable[Any]], sides: dict[str, Any]) -> None:
        super().__init__()
        self.then, self.sides = then, sides
        self.decoders: list[Any] = []

    def setup(self) -> None:
        self.decoders = [msgspec.msgpack.Decoder(hint) for hint in self.sides.values()]

    def process(
        self, element: tuple[Any, Iterable[tuple[int, bytes]]], **arguments: Any
    ) -> Iterator[Any]:
        key, values = element
        found: list[list[Any]] = [[] for _ in self.sides]
        for side, data in values:
            found[side].append(self.decoders[side].decode(data))
        yield from self.then(key, dict(zip(self.sides, found, strict=True)), **arguments)


class Sum(beam.CombineFn):
    """Tuples of `width` whole numbers, added up place by place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def create_accumulator(self) -> tuple[int, ...]:
        return (0,) * self.width

    def add_input(self, total: tuple[int, ...], numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(a + b for a, b in zip(total, numbers, strict=True))

    def merge_accumulators(self, totals: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(map(sum, zip(*totals, strict=True)))

    def extract_output(self, total: tuple[int, ...]) -> tuple[int, ...]:
        return total

    def get_accumulator_coder(self) -> coders.Coder:
        return coders.registry.get_coder(numbers_type(self.width))

    def default_type_hints(self) -> IOTypeHints:
        return _hints(numbers_type(self.width))


def numbers_type(width: int) -> Any:
    """The type of a tuple of `width` whole numbers."""
    return typehints.Tuple[(int,) * width]


def _hints(of: Any) -> IOTypeHints:
    """Of what takes and gives one type."""
    return IOTypeHints.empty().with_input_types(of).with_output_types(of)


class SumByKey(Composite):
    """(key, numbers) to (key, their sums place by place)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def expand(self, keyed: Any) -> Any:
        key = keyed.element_type.tuple_types[0]
        of = typehints.Tuple[key, numbers_type(self.width)]
        return keyed | beam.CombinePerKey(Sum(self.width)).with_output_types(of)


class Total(Composite):
    """Elements to how many there are, as ("all", (number,)), or nothing where there are none; see
    `total_of`."""

    def expand(self, elements: Any) -> Any:
        return (
            elements
            | "One"
            >> beam.Map(lambda _: ("all", (1,))).with_output_types(
                typehints.Tuple[str, numbers_type(1)]
            )
            | "Sum" >> SumByKey(1)
        )


def total_of(found: Iterable[tuple[str, tuple[int, ...]]]) -> int:
    """The number that `Total` gave, as a side input holds it."""
    return sum(number for _, (number,) in found)


class Least(beam.CombineFn):
    """The least of whole numbers."""

    def create_accumulator(self) -> int:
        return _GREATEST

    def add_input(self, least: int, number: int) -> int:
        return min(least, number)

    def merge_accumulators(self, found: Iterable[int]) -> int:
        return min(found)

    def extract_output(self, least: int) -> int:
        return least

    def get_accumulator_coder(self) -> coders.Coder:
        return coders.registry.get_coder(int)

    def default_type_hints(self) -> IOTypeHints:
        return _hints(int)


class LeastByKey(Composite):
    """(key, number) to (key, its least number)."""

    def expand(self, keyed: Any) -> Any:
        return keyed | beam.CombinePerKey(Least()).with_output_types(keyed.element_type)


class Most(Sum):
    """The greatest of tuples of `width` whole numbers, place by place."""

    def create_accumulator(self) -> tuple[int, ...]:
        return (-_GREATEST,) * self.width

    def add_input(self, most: tuple[int, ...], numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(map(max, most, numbers))

    def merge_accumulators(self, found: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(map(max, zip(*found, strict=True)))


class MostByKey(Composite):
    """(key, numbers) to (key, their greatest place by place)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def expand(self, keyed: Any) -> Any:
        key = keyed.element_type.tuple_types[0]
        of = typehints.Tuple[key, numbers_type(self.width)]
        return keyed | beam.CombinePerKey(Most(self.width)).with_output_types(of)
