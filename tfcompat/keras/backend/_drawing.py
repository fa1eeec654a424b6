"""How the functions of Keras 2's backend take KerasTensors: they draw the graph, as TensorFlow's own ops did there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat.keras import _version
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import any_symbolic
from tfcompat.keras.ops._operation import OPERATIONS, draw_as_in_keras2

F = TypeVar("F", bound=Callable[..., Any])


class BackendOperation(Operation):
    """A function of keras.backend at one place of a model's graph; a subclass for each function."""

    _function: Callable[..., Any]

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result."""
        return type(self)._function(*args, **kwargs)


def draws(function: F) -> F:
    """Decorates a function so that it draws the graph when a KerasTensor is among its arguments."""
    name = "Backend" + "".join(part.capitalize() for part in function.__name__.split("_"))

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if any_symbolic(args, kwargs):
            if _version.is_legacy():
                return draw_as_in_keras2(function, args, kwargs)
            return cls(name=None).symbolic_call(*args, **kwargs)
        return function(*args, **kwargs)

    cls = type(name, (BackendOperation,), {"_function": staticmethod(call), "__module__": __name__})
    cls._api_name = f"keras.src.ops.backend.{name}"  # type: ignore[attr-defined]
    OPERATIONS[name] = cls  # type: ignore[assignment]
    return call  # type: ignore[return-value]
