"""JSON that notes which of its keys are read, so that the others can be told without any form of
labels having to know them.

Keys are named by their path, lists passed over: `annotations.attributes`. What is null or empty
holds nothing. Cost: about as much again as parsing.
"""

from collections.abc import Iterator
from typing import Any

_MOST = 40
"""Names that are told of one file: beyond that its keys are data."""


class Keys:
    """The names of keys that hold something in a file, and those that were read."""

    def __init__(self) -> None:
        self.there: dict[str, None] = {}
        self.read: set[str] = set()

    def watched(self, value: Any, path: str = "") -> Any:
        """The value, its objects noting here what is read of them."""
        if isinstance(value, list):
            return [self.watched(item, path) for item in value]
        if not isinstance(value, dict):
            return value
        found = {}
        for key, item in value.items():
            name = f"{path}.{key}" if path else str(key)
            if item not in (None, "", [], {}) and len(self.there) < 10 * _MOST:
                self.there.setdefault(name)
            found[key] = self.watched(item, name)
        return Watched(found, self, path)

    def unread(self) -> list[str]:
        """The names of what nobody has read; of an object of which nothing was, only its own."""
        left = [name for name in self.there if name not in self.read]
        known = set(left)
        outer = [name for name in left if not any(parent in known for parent in _above(name))]
        return outer[:_MOST]


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def keys_of(value: dict[str, Any]) -> list[str]:
    """The keys of an object, which are not read by that."""
    return list(dict.__iter__(value))


class Watched(dict[str, Any]):
    """A JSON object that notes which of its keys are asked for; whoever goes through it all has
    read them all."""

    def __init__(self, value: dict[str, Any], keys: Keys, path: str) -> None:
        super().__init__(value)
        self._keys, self._path = keys, path

    def _note(self, key: Any) -> None:
        self._keys.read.add(f"{self._path}.{key}" if self._path else str(key))

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As of any dict."""
        self._note(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        """As of any dict."""
        self._note(key)
        return super().pop(key, *default)

    def __iter__(self) -> Iterator[str]:
        for key in super().__iter__():
            self._note(key)
            yield key

    def keys(self) -> Any:
        """As of any dict."""
        return list(self)

    def values(self) -> Any:
        """As of any dict."""
        return [super(Watched, self).__getitem__(key) for key in self]

    def items(self) -> Any:
        """As of any dict."""
        return [(key, super(Watched, self).__getitem__(key)) for key in self]
