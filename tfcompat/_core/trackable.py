"""Objects that hold variables in their attributes (tf.__internal__.tracking.AutoTrackable)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat._core.data_structures import tracked

F = TypeVar("F", bound=Callable[..., Any])


class AutoTrackable:
    """An object whose attributes make up its state; lists and dicts assigned to them become tracking wrappers."""

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_self_setattr_tracking", True):
            value = tracked(value)
        super().__setattr__(name, value)


def no_automatic_dependency_tracking(method: F) -> F:
    """A method decorator: what the method assigns to attributes stays as it is."""

    @functools.wraps(method)
    def untracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = getattr(self, "_self_setattr_tracking", True)
        self._self_setattr_tracking = False
        try:
            return method(self, *args, **kwargs)
        finally:
            self._self_setattr_tracking = before

    return untracked  # type: ignore[return-value]
