"""What becomes of a list or dict that is assigned to an attribute of a tf.Module: a wrapper that shares its storage.

A checkpoint's graph has them as objects of their own. `module.layers.append(x)` and the list that was assigned stay
the same list; the type and the printing are TensorFlow's. Tuples stay tuples.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any, NoReturn

_MODULE = "tensorflow.python.trackable.data_structures"


class NoDependency:
    """Marks an assigned value to be kept as it is: `self.sizes = NoDependency([1, 2])` leaves a plain list."""

    __slots__ = ("value",)
    __module__ = _MODULE

    def __init__(self, value: Any) -> None:
        self.value = value


def tracked(value: Any) -> Any:
    """`value` as a tf.Module's attribute holds it: lists and dicts wrapped, those within them and within tuples too."""
    kind = type(value)
    if kind is list:
        return ListWrapper(value)
    if kind is dict or kind is OrderedDict:
        return _DictWrapper(value)
    if kind is NoDependency:
        return value.value
    if isinstance(value, tuple):
        children = [tracked(child) for child in value]
        if any(child is not old for child, old in zip(children, value, strict=True)):
            return kind._make(children) if hasattr(kind, "_make") else kind(children)
    return value


def sticky_attribute_assignment(trackable: Any, name: str, value: Any) -> Any:
    """What a class with a `__setattr__` of its own keeps under `name` for `value`, as `tracked` has it."""
    return tracked(value)


class ListWrapper(list):
    """A list that was assigned to an attribute; it keeps its values in the list that was assigned."""

    # The list that this class is itself serves C code that reads lists without their methods.
    __slots__ = ("_deferred", "_storage")
    __module__ = _MODULE
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, wrapped_list: Iterable[Any] = ()) -> None:
        storage = wrapped_list if type(wrapped_list) is list else list(wrapped_list)
        storage[:] = map(tracked, storage)
        self._storage = storage
        super().__init__(storage)

    def append(self, value: Any) -> None:
        """Adds `value` at the end."""
        value = tracked(value)
        self._storage.append(value)
        super().append(value)
        _tell(self, str(len(self) - 1), value)

    def extend(self, values: Iterable[Any]) -> None:
        """Adds the items of `values` at the end."""
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> ListWrapper:
        self.extend(values)
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        self._storage[key] = [tracked(v) for v in value] if isinstance(key, slice) else tracked(value)
        super().__init__(self._storage)
        if isinstance(key, int):
            _tell(self, str(key), self._storage[key])

    def copy(self) -> ListWrapper:
        """A wrapper of a copy of the list."""
        return ListWrapper(list(self._storage))

    def __radd__(self, other: list[Any]) -> list[Any]:
        return other + self._storage

    def __repr__(self) -> str:
        return f"ListWrapper({self._storage!r})"

    def __reduce__(self) -> Any:
        return tracked, (list(self._storage),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()


def _tell(container: Any, name: Any, value: Any) -> None:
    """Tells the checkpoints that wait for parts of a container what it was given."""
    if hasattr(container, "_deferred"):
        from tfcompat._core.trackable import attached

        attached(container, name, value)


def _on_storage(name: str, changes: bool) -> Callable[..., Any]:
    method = getattr(list, name)

    @functools.wraps(method)
    def call(self: ListWrapper, *args: Any, **kwargs: Any) -> Any:
        plain = [arg._storage if type(arg) is ListWrapper else arg for arg in args]
        result = method(self._storage, *plain, **kwargs)
        if changes:
            list.__init__(self, self._storage)
        return self if result is self._storage else result

    return call


_READS = "getitem len iter reversed contains eq ne lt le gt ge add mul rmul"
for _name in (*(f"__{name}__" for name in _READS.split()), "index", "count"):
    setattr(ListWrapper, _name, _on_storage(_name, changes=False))
for _name in ("insert", "pop", "remove", "clear", "reverse", "sort", "__delitem__", "__imul__"):
    setattr(ListWrapper, _name, _on_storage(_name, changes=True))


class _DictWrapper:
    """A dict that was assigned to an attribute; stands for it, `isinstance` included, and shares its storage."""

    __slots__ = ("__wrapped__", "_deferred")
    __module__ = _MODULE
    __wrapped__: dict[Any, Any]

    def __init__(self, wrapped_dict: Any = None) -> None:
        wrapped = wrapped_dict if type(wrapped_dict) in (dict, OrderedDict) else dict(wrapped_dict or {})
        for key, value in wrapped.items():
            wrapped[key] = tracked(value)
        object.__setattr__(self, "__wrapped__", wrapped)

    @property
    def __class__(self) -> type:
        return type(self.__wrapped__)

    def __getattr__(self, name: str) -> Any:
        if name in ("__wrapped__", "_deferred"):  # not there yet while a copy is being made
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets the keys that a mapping, pairs or keyword arguments give."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def copy(self) -> Any:
        """A wrapper of a copy of the dict."""
        return _DictWrapper(self.__wrapped__.copy())

    def __getitem__(self, key: Any) -> Any:
        return self.__wrapped__[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__wrapped__[key] = tracked(value)
        _tell(self, key, self.__wrapped__[key])

    def __delitem__(self, key: Any) -> None:
        del self.__wrapped__[key]

    def __contains__(self, key: Any) -> bool:
        return key in self.__wrapped__

    def __len__(self) -> int:
        return len(self.__wrapped__)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__wrapped__)

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self.__wrapped__)

    def __eq__(self, other: object) -> bool:
        return self.__wrapped__ == (other.__wrapped__ if type(other) is _DictWrapper else other)

    def __or__(self, other: Any) -> Any:
        return self.__wrapped__ | dict(other)

    def __ror__(self, other: Any) -> Any:
        return other | self.__wrapped__

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __hash__(self) -> NoReturn:  # type: ignore[override]
        raise TypeError("unhashable type: 'DictWrapper'")

    def __repr__(self) -> str:
        return f"DictWrapper({self.__wrapped__!r})"

    def __str__(self) -> str:
        return str(self.__wrapped__)

    def __reduce__(self) -> Any:
        return tracked, (self.__wrapped__.copy(),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()


MutableMapping.register(_DictWrapper)  # type: ignore[attr-defined]
