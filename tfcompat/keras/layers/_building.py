"""What surrounds a layer's `build`: its name scope, its marks, and the function that is being captured."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tfcompat._function.scopes import init_scope
from tfcompat.keras import _naming
from tfcompat.keras._version import is_legacy


def building(build: Callable[..., Any]) -> Callable[..., Any]:
    """A subclass's `build` with what surrounds it: the layer's name scope, and the marks of a built layer."""

    @functools.wraps(build)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._building:  # called by a subclass's build
            return build(self, *args, **kwargs)
        if "input_shape" in kwargs and "input_shape" not in inspect.signature(build).parameters and is_legacy():
            args = (kwargs.pop("input_shape"), *args)  # what every `build` of Keras 2 calls it
        self._building = True
        try:
            with self._open_name_scope(called=False):
                object.__setattr__(self, "_path", _naming.current_path())
                build(self, *args, **kwargs)
        finally:
            self._building = False
        self._build_shapes_dict = dict(inspect.signature(build).bind(self, *args, **kwargs).arguments)
        self._build_shapes_dict.pop("self", None)
        self._after_build()

    return wrapped


def build_outside(layer: Any, graph: Any, shapes: dict[str, Any]) -> None:
    """Builds where ops run at once: what is made there outlives the function that `graph` captures, which is told
    of the variables."""
    before = {id(variable) for variable in layer.variables}
    with init_scope():
        layer.build(**shapes)
    for variable in layer.variables:
        if id(variable) not in before:
            graph.created(variable)
