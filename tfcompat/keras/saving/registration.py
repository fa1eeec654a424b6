"""The registry of user-defined classes and functions that saved models name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from tfcompat.keras._state import thread

_OBJECTS: dict[str, Any] = {}
_NAMES: dict[Any, str] = {}


class CustomObjectScope:
    """Within it, saved models find the objects of a {name: class or function} dict (custom_object_scope)."""

    def __init__(self, custom_objects: dict[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})
        self._outer: dict[str, Any] = {}

    def __enter__(self) -> CustomObjectScope:
        self._outer = thread.custom_objects
        thread.custom_objects = dict(self.custom_objects)
        return self

    def __exit__(self, *exc: Any) -> None:
        thread.custom_objects = self._outer


custom_object_scope = CustomObjectScope


def get_custom_objects() -> dict[str, Any]:
    """The dict of all registered objects, which may be changed."""
    return _OBJECTS


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Any], Any]:
    """Decorator that registers a class or function under "package>name" for saving and loading.

    ValueError for a class without `get_config`.
    """

    def decorate(target: Any) -> Any:
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(f"Cannot register {target}: it has no get_config() method.")
        registered = f"{package}>{name if name is not None else target.__name__}"
        _OBJECTS[registered] = target
        _NAMES[target] = registered
        return target

    return decorate


def get_registered_name(obj: Any) -> str:
    """The name that a class or function is registered under, else its own."""
    try:
        return _NAMES.get(obj) or obj.__name__
    except TypeError:
        return obj.__name__


def get_registered_object(
    name: str, custom_objects: dict[str, Any] | None = None, module_objects: dict[str, Any] | None = None
) -> Any:
    """The object of a name: from the open scope, the registry, `custom_objects` or `module_objects`; else None."""
    for table in (thread.custom_objects, _OBJECTS, custom_objects, module_objects):
        if table and name in table:
            return table[name]
    return None


def unknown(kind: str, name: Any) -> ValueError:
    """What Keras 2 says of a name that it does not know: of which `kind` the object was to be."""
    return ValueError(
        f"Unknown {kind}: '{name}'. Please ensure you are using a `keras.utils.custom_object_scope` and that this "
        "object is included in the scope. See "
        "https://www.tensorflow.org/guide/keras/save_and_serialize#registering_the_custom_object for details."
    )
