"""Objects that hold variables in their attributes, and the graph that checkpoints make of them.

What a class depends on, `_trackable_children()` tells: a dict from names to objects. A class with state that is no
variable has `_serialize_to_tensors()`, a dict of tensors, and `_restore_from_tensors(tensors)`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from tfcompat._core.data_structures import ListWrapper, NoDependency, _DictWrapper, tracked

F = TypeVar("F", bound=Callable[..., Any])


class TrackableReference(NamedTuple):
    """An object that another one depends on, and the name under which it does."""

    name: str
    ref: Any


class AutoTrackable:
    """An object whose attributes make up its state; lists and dicts assigned to them become tracking wrappers."""

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_self_setattr_tracking", True):
            value = tracked(value)
        super().__setattr__(name, value)
        if "_deferred" in self.__dict__:
            attached(self, name, value)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The attributes that a checkpoint of this object holds."""
        own = {name: value for name, value in vars(self).items() if name != "_deferred" and is_trackable(value)}
        return {**own, **self.__dict__.get("_self_tracked_by_name", {})}

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Notes a dependency under a name that is no attribute's; ValueError where the name is taken by another one."""
        by_name = self.__dict__.setdefault("_self_tracked_by_name", {})
        if not overwrite and by_name.get(name, trackable) is not trackable:
            raise ValueError(f"Called Trackable._track_trackable() with name='{name}', but that name is already in use")
        by_name[name] = trackable
        return trackable

    def _delete_tracking(self, name: str) -> None:
        """Drops the dependency of that name."""
        self.__dict__.get("_self_tracked_by_name", {}).pop(name, None)

    def _lookup_dependency(self, name: str, cached_dependencies: dict[str, Any] | None = None) -> Any:
        """The dependency of that name, or None."""
        found = self._trackable_children() if cached_dependencies is None else cached_dependencies
        return found.get(name)

    @property
    def _unconditional_checkpoint_dependencies(self) -> list[TrackableReference]:
        """What a checkpoint of this object holds, as (name, ref)."""
        return [TrackableReference(name, ref) for name, ref in self._trackable_children().items()]

    def _no_dependency(self, value: Any) -> Any:
        """Marks a value that is assigned to an attribute to stay as it is, in no checkpoint."""
        return NoDependency(value)

    def _maybe_initialize_trackable(self) -> None:
        """Makes ready for tracking, which needs nothing; classes call it that derive from several."""

    @property
    def _setattr_tracking(self) -> bool:
        """Whether lists and dicts that are assigned to attributes become tracking wrappers."""
        return getattr(self, "_self_setattr_tracking", True)

    @_setattr_tracking.setter
    def _setattr_tracking(self, value: bool) -> None:
        self._self_setattr_tracking = value


def is_trackable(value: Any) -> bool:
    """Whether `value` is an object of a checkpoint's graph: one with children or state, or a tracking container."""
    kind = type(value)
    if kind is ListWrapper or kind is _DictWrapper or issubclass(kind, tuple):
        return True
    if issubclass(kind, (list, dict)):
        return kind is not list and kind is not dict
    return hasattr(kind, "_trackable_children") or getattr(value, "_tf_variable", None) is not None


def node(value: Any) -> Any:
    """The object that stands for `value` in a checkpoint's graph: a tf.Variable for a Keras variable."""
    variable = getattr(value, "_tf_variable", None)
    return value if variable is None else variable


def children(value: Any) -> dict[str, Any]:
    """The objects that `value` depends on, by name; ValueError for a dict that names one by anything but a string."""
    kind = type(value)
    if kind is ListWrapper or issubclass(kind, (list, tuple)):
        return {str(i): node(child) for i, child in enumerate(value) if is_trackable(child)}
    if kind is _DictWrapper or issubclass(kind, dict):
        found = {key: node(child) for key, child in value.items() if is_trackable(child)}
        wrong = [key for key in found if not isinstance(key, str)]
        if wrong:
            raise ValueError(
                f"Unable to save the object {value!r}: a dictionary assigned to an attribute maps {wrong[0]!r}, which "
                "is no string, to an object that a checkpoint would hold. Use strings as keys, or assign a "
                "tf.__internal__.tracking.NoDependency of the dictionary to leave it out of checkpoints."
            )
        return found
    if not hasattr(kind, "_trackable_children"):
        return {}
    return {name: node(child) for name, child in value._trackable_children().items()}


def attached(owner: Any, name: str, value: Any) -> None:
    """Tells the checkpoints that wait for parts of `owner` that `value` is now its `name`."""
    if is_trackable(value):
        for waiting in tuple(owner._deferred):
            waiting.attach(name, node(value))


@contextmanager
def no_automatic_dependency_tracking_scope(obj: Any) -> Iterator[None]:
    """Within, what is assigned to attributes of `obj` stays as it is, in no checkpoint."""
    before = getattr(obj, "_self_setattr_tracking", True)
    obj._self_setattr_tracking = False
    try:
        yield
    finally:
        obj._self_setattr_tracking = before


def no_automatic_dependency_tracking(method: F) -> F:
    """A method decorator: what the method assigns to attributes stays as it is."""

    @functools.wraps(method)
    def untracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        with no_automatic_dependency_tracking_scope(self):
            return method(self, *args, **kwargs)

    return untracked  # type: ignore[return-value]
