"""tensorflow.python.util.object_identity: sets and dicts that know their keys by identity, as tensors have no hash."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, MutableMapping, MutableSet
from typing import Any

from tfcompat._core.reference import Reference

__all__ = [
    "ObjectIdentityDictionary",
    "ObjectIdentitySet",
    "ObjectIdentityWeakKeyDictionary",
    "ObjectIdentityWeakSet",
    "Reference",
]


class ObjectIdentityDictionary(MutableMapping):
    """A dict whose keys are told apart by identity."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._items: dict[int, tuple[Any, Any]] = {}
        self.update(dict(*args, **kwargs))

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._items[id(key)][1]
        except KeyError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        self._items[id(key)] = key, value

    def __delitem__(self, key: Any) -> None:
        del self._items[id(key)]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return (key for key, _ in list(self._items.values()))

    def __repr__(self) -> str:
        return f"ObjectIdentityDictionary({list(self.items())!r})"


class ObjectIdentityWeakKeyDictionary(ObjectIdentityDictionary):
    """As `ObjectIdentityDictionary`, which forgets keys that nothing else holds."""

    def __setitem__(self, key: Any, value: Any) -> None:
        number, items = id(key), self._items
        items[number] = weakref.ref(key, lambda _: items.pop(number, None)), value

    def __iter__(self) -> Iterator[Any]:
        return (key for key in [reference() for reference, _ in list(self._items.values())] if key is not None)


class ObjectIdentitySet(MutableSet):
    """A set whose elements are told apart by identity."""

    _mapping: type[ObjectIdentityDictionary] = ObjectIdentityDictionary

    def __init__(self, iterable: Iterable[Any] = ()) -> None:
        self._elements = self._mapping()
        self.update(iterable)

    def add(self, value: Any) -> None:
        """Puts `value` in."""
        self._elements[value] = None

    def discard(self, value: Any) -> None:
        """Takes `value` out, where it is in."""
        self._elements.pop(value, None)

    def update(self, items: Iterable[Any]) -> None:
        """Puts each of `items` in."""
        for item in items:
            self.add(item)

    def __contains__(self, value: object) -> bool:
        return value in self._elements

    def __len__(self) -> int:
        return len(self._elements)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._elements)


class ObjectIdentityWeakSet(ObjectIdentitySet):
    """As `ObjectIdentitySet`, which forgets elements that nothing else holds."""

    _mapping = ObjectIdentityWeakKeyDictionary
