"""Finding the variables, layers and metrics that an object holds in its attributes, and in lists and dicts of them."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable
from typing import Any

from tfcompat._core.data_structures import NoDependency

Store = tuple[Callable[[Any], bool], list[Any]]


class Of:
    """Tells whether a value is of a class and, where that is asked, trainable or not; it can be pickled."""

    def __init__(self, kind: type, trainable: bool | None = None) -> None:
        self.kind, self.trainable = kind, trainable

    def __call__(self, x: Any) -> bool:
        return isinstance(x, self.kind) and (self.trainable is None or x.trainable is self.trainable)  # type: ignore


class Tracker:
    """Sorts what it is shown into lists, each object once, by the first predicate that holds.

    stores: {name: (predicate, list)}. adopt: what a value becomes before it is looked at. Once locked, something new
    is a ValueError.
    """

    def __init__(self, stores: dict[str, Store], adopt: Callable[[Any], Any] | None = None) -> None:
        self.stores, self.adopt = stores, adopt
        self._ids: dict[str, set[int]] = {name: set() for name in stores}
        self.locked = False
        self._message = ""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)  # in a copy the objects have other ids
        self._ids = {name: {id(x) for x in found} for name, (_, found) in self.stores.items()}

    def lock(self, message: str = "") -> None:
        """Refuses new objects from now on."""
        self.locked = True
        self._message = message or self._message

    def unlock(self) -> None:
        """Takes new objects again."""
        self.locked = False

    def track(self, value: Any) -> Any:
        """`value`, noted where a predicate holds for it; a list, dict or set becomes one that tracks what it is
        given.
        """
        if type(value) is NoDependency:
            return value.value
        if self.adopt is not None:
            value = self.adopt(value)
        for name, (belongs, _) in self.stores.items():
            if belongs(value):
                if self.locked and name == "_foreign":
                    return value  # not state to Keras: a module that a call makes is just kept
                if not any(id(value) in ids for ids in self._ids.values()):
                    self.add(name, value)
                return value
        if isinstance(value, tuple):
            items = [self.track(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        if type(value) is list:
            return TrackedList(value, self)
        if type(value) is dict:
            return TrackedDict(value, self)
        if type(value) is collections.OrderedDict:
            return TrackedOrderedDict(value, self)
        if type(value) is set:
            return TrackedSet(value, self)
        return value

    def add(self, name: str, value: Any) -> None:
        """Notes `value` in the list called `name`."""
        if self.locked:
            raise ValueError(self._message)
        self.stores[name][1].append(value)
        self._ids[name].add(id(value))

    def untrack(self, value: Any) -> None:
        """Forgets `value`."""
        for name, (_, found) in self.stores.items():
            if id(value) in self._ids[name]:
                self._ids[name].discard(id(value))
                found[:] = [item for item in found if item is not value]


class TrackedList(list):
    """A list whose elements a Tracker knows."""

    tracker: Tracker | None = None  # while it is unpickled

    def __init__(self, values: Iterable[Any] = (), tracker: Tracker | None = None) -> None:
        self.tracker = tracker
        super().__init__(values if tracker is None else [tracker.track(value) for value in values])

    def _track(self, value: Any) -> Any:
        return value if self.tracker is None else self.tracker.track(value)

    def _untrack(self, value: Any) -> None:
        if self.tracker is not None:
            self.tracker.untrack(value)

    def append(self, value: Any) -> None:
        super().append(self._track(value))

    def insert(self, index: Any, value: Any) -> None:
        super().insert(index, self._track(value))

    def extend(self, values: Iterable[Any]) -> None:
        super().extend([self._track(value) for value in values])

    def __iadd__(self, values: Iterable[Any]) -> TrackedList:  # type: ignore[override,misc]
        self.extend(values)
        return self

    def __setitem__(self, index: Any, value: Any) -> None:
        old = self[index]
        for item in old if isinstance(index, slice) else [old]:
            self._untrack(item)
        new = [self._track(item) for item in value] if isinstance(index, slice) else self._track(value)
        super().__setitem__(index, new)

    def remove(self, value: Any) -> None:
        for index, item in enumerate(self):
            if item is value:
                del self[index]
                return
        super().remove(value)

    def pop(self, index: Any = -1) -> Any:
        value = super().pop(index)
        self._untrack(value)
        return value

    def clear(self) -> None:
        for value in self:
            self._untrack(value)
        super().clear()

    def __delitem__(self, index: Any) -> None:
        old = self[index]
        super().__delitem__(index)
        for item in old if isinstance(index, slice) else [old]:
            self._untrack(item)


class _TrackedMapping:
    """What the tracked dicts share."""

    tracker: Tracker | None = None

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value if self.tracker is None else self.tracker.track(value))  # type: ignore[misc]

    def update(self, *args: Any, **kwargs: Any) -> None:
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:  # type: ignore[operator]
            self[key] = default
        return self[key]  # type: ignore[index]

    def pop(self, key: Any, *default: Any) -> Any:
        found = key in self  # type: ignore[operator]
        value = super().pop(key, *default)  # type: ignore[misc]
        if found and self.tracker is not None:
            self.tracker.untrack(value)
        return value

    def popitem(self, *args: Any) -> Any:
        key, value = super().popitem(*args)  # type: ignore[misc]
        if self.tracker is not None:
            self.tracker.untrack(value)
        return key, value

    def clear(self) -> None:
        for key in list(self):  # type: ignore[call-overload]
            self.pop(key)

    def __delitem__(self, key: Any) -> None:
        self.pop(key)


class TrackedDict(_TrackedMapping, dict):
    """A dict whose values a Tracker knows."""

    def __init__(self, values: Any = (), tracker: Tracker | None = None) -> None:
        self.tracker = tracker
        dict.__init__(self)
        self.update(values)


class TrackedOrderedDict(_TrackedMapping, collections.OrderedDict):
    """An OrderedDict whose values a Tracker knows."""

    def __init__(self, values: Any = (), tracker: Tracker | None = None) -> None:
        self.tracker = tracker
        collections.OrderedDict.__init__(self)
        self.update(values)


class TrackedSet(set):
    """A set whose elements a Tracker knows."""

    def __init__(self, values: Iterable[Any] = (), tracker: Tracker | None = None) -> None:
        self.tracker = tracker
        super().__init__()
        self.update(values)

    def add(self, value: Any) -> None:
        super().add(value if self.tracker is None else self.tracker.track(value))

    def update(self, *others: Iterable[Any]) -> None:
        for values in others:
            for value in values:
                self.add(value)

    def remove(self, value: Any) -> None:
        super().remove(value)
        if self.tracker is not None:
            self.tracker.untrack(value)

    def discard(self, value: Any) -> None:
        if value in self:
            self.remove(value)

    def pop(self) -> Any:
        value = super().pop()
        if self.tracker is not None:
            self.tracker.untrack(value)
        return value

    def clear(self) -> None:
        for value in list(self):
            self.remove(value)
