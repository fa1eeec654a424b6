"""Hashable references to tensors and variables (`Tensor.ref()`)."""

from __future__ import annotations

from typing import Any


class Reference:
    """Stands for one object in sets and dict keys: equal and hashed by the object's identity, `deref()` gives it."""

    __slots__ = ("_target",)

    def __init__(self, target: Any) -> None:
        self._target = target

    def deref(self) -> Any:
        """The object referred to."""
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._target is other._target

    def __hash__(self) -> int:
        return id(self._target)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._target!r}>"
