"""A mapping that can't be changed: what extension types keep their `Mapping` fields in."""

from collections.abc import Iterator, Mapping
from typing import Any


class ImmutableDict(Mapping):
    """A mapping made of what `dict` takes; `tf.nest` takes it apart as it does a dict."""

    __slots__ = ("_dict",)
    __supported_by_tf_nest__ = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._dict = dict(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._dict[key]

    def __iter__(self) -> Iterator:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)

    def __repr__(self) -> str:
        return f"ImmutableDict({self._dict})"
