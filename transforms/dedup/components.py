"""The connected components of a graph too large for one worker's rows, but not for its numbers.

Nodes are hashes of names, edges pairs of them. Each block of edges is reduced to the edges from a
component's least node to its others, and these once more all together: what meets at one worker is
16 bytes an edge of a spanning forest, however long the names and the texts behind them. Should two
names share a hash, their components become one, so whoever groups by component looks at the names
in it once more.

Cost: 2 us an edge.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gyogwa.transforms.flow.steps import Composite

_BLOCKS = 64
Edges = NDArray[np.int64]
"""(least node of a component, another node of it), a row each, sorted by the second."""


def node_of(name: str) -> int:
    """The node of a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


def reduced(edges: Edges) -> Edges:
    """The edges of the same components from the least node of each; those of a node to itself go
    along with it."""
    if not len(edges):
        return edges.reshape(0, 2)
    nodes, at = np.unique(edges, return_inverse=True)
    first, second = at.reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(first), np.bool_), (first, second)), [len(nodes)] * 2)
    labels = connected_components(graph, directed=False)[1]
    least = np.unique(labels, return_index=True)[1]  # nodes are sorted
    return np.stack([nodes[least[labels]], nodes], axis=1)


def component_of(name: str, found: list[bytes]) -> int:
    """The component of a name, given what `Components` found."""
    (data,) = found
    edges = np.frombuffer(data, np.int64).reshape(-1, 2)
    return int(edges[np.searchsorted(edges[:, 1], node_of(name)), 0])


class Components(Composite):
    """Pairs of names to one element, the components' edges; to none where there is no pair."""

    def expand(self, pairs: Any) -> Any:
        return (
            pairs
            | "Edge" >> beam.Map(_edge).with_output_types(tuple[int, tuple[int, int]])
            | "GroupBlock" >> beam.GroupByKey()
            | "ReduceBlock" >> beam.FlatMap(_block).with_output_types(tuple[int, bytes])
            | "GroupAll" >> beam.GroupByKey()
            | "ReduceAll" >> beam.FlatMap(_all).with_output_types(bytes)
        )


def _edge(pair: tuple[str, str]) -> tuple[int, tuple[int, int]]:
    first, second = node_of(pair[0]), node_of(pair[1])
    return first % _BLOCKS, (first, second)


def _block(element: tuple[int, Iterable[tuple[int, int]]]) -> Iterator[tuple[int, bytes]]:
    edges = np.array(list(element[1]), np.int64)
    yield 0, reduced(edges).tobytes()


def _all(element: tuple[int, Iterable[bytes]]) -> Iterator[bytes]:
    edges = np.frombuffer(b"".join(element[1]), np.int64).reshape(-1, 2)
    yield reduced(edges).tobytes()
