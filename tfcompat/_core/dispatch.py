"""Ops called with composite tensors, such as ragged ones: the class of the value says what the op does with it.

No op pays for this: a composite tensor among an op's arguments fails to convert to a torch tensor, with a
`CompositeArgument`, and only then is its class asked, by `_dispatch_op`. Public functions that are no ops themselves,
but look at their arguments before they call one, have the decorator `dispatchable`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class CompositeArgument(ValueError):
    """A composite tensor stands where a tensor is needed; `value` is it."""

    def __init__(self, value: Any) -> None:
        kind = type(value)
        super().__init__(f"Attempt to convert a value ({value!r}) with an unsupported type ({kind}) to a Tensor.")
        self.value = value


# Who sees it, because no class takes the call over, sees the ValueError that TensorFlow raises.
CompositeArgument.__name__ = CompositeArgument.__qualname__ = "ValueError"
CompositeArgument.__module__ = "builtins"


def redirect(found: CompositeArgument, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
    """What the class of the composite tensor in `found` makes of `function(*args)`; raises `found` where it can't.

    name: the kernel of an op, or the name of a function. args: all arguments, in the order of the signature.
    """
    result = found.value._dispatch_op(name, function, args)
    if result is NotImplemented:
        raise found
    return result


def dispatchable(function: F) -> F:
    """Lets the classes of composite tensors among a function's arguments take over its calls."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except CompositeArgument as found:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return redirect(found, function.__name__, call, list(bound.args))

    return call  # type: ignore[return-value]
