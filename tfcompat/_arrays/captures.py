"""What an op asks of the function being captured, where its value, or its effect at each call, is needed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from tfcompat._core import structure
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor

F = TypeVar("F", bound=Callable[..., Any])


def graph_method(name: str, what: str) -> Callable[..., Any]:
    """The graph's way to capture `what`; where it has none the function runs eagerly, and says so."""
    found = getattr(state.graph, name, None)
    if found is None:
        from tfcompat._function.recorder import NotCapturable

        raise NotCapturable(f"{what} is not captured")
    return found


def as_one_node(kernel: str) -> Callable[[F], F]:
    """A public function that works on its tensors' values: captured, it is called whenever the graph runs.

    kernel: what the node is called.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if state.graph is None or not _holds_symbolic((args, kwargs)):
                return function(*args, **kwargs)
            return graph_method("whole", f"tf.{function.__name__}")(function, args, kwargs, kernel)

        call.one_node = function  # type: ignore[attr-defined]
        return cast(F, call)

    return decorate


def replayable(function: F) -> F:
    """Marks a function of eager tensors that a saved graph may call."""
    function.one_node = function  # type: ignore[attr-defined]
    return function


def _holds_symbolic(nest: Any) -> bool:
    leaves = structure.flatten(nest, expand_composites=True)
    return any(isinstance(x, Tensor) and type(x) is not EagerTensor for x in leaves)
