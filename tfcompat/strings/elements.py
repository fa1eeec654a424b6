"""What the ops on strings share: string arguments, and a Python function applied to every element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Invalid, kernel_dtype, op, wrap

F = TypeVar("F", bound=Callable[..., Any])


def string_op(kernel: str) -> Callable[[F], F]:
    """As `op`, for a body that takes numpy arrays of strings and tells what is wrong with them by itself."""

    def decorate(body: F) -> F:
        call = op(kernel)(body)
        info = call.op  # type: ignore[attr-defined]

        def run(*args: Any) -> Any:
            try:
                return body(*args)
            except Invalid as e:
                raise e.error(None, None, info.full_message(str(e))) from None

        info.body = run
        return cast(Any, call)

    return decorate


def as_strings(value: Any) -> Any:
    """A Python value as a string tensor, TypeError where it is none; tensors stay as they are."""
    return (
        value
        if hasattr(value, "dtype") and not isinstance(value, np.ndarray)
        else wrap(to_storage(value, dtypes.string))
    )


def array(x: Any, number: int = 0) -> np.ndarray:
    """A body's argument, which must be strings."""
    if isinstance(x, torch.Tensor):
        kind = kernel_dtype(BY_STORAGE[x.dtype])
        raise Invalid(f"input #{number}(zero-based) was expected to be a string tensor but is a {kind} tensor")
    return x


def each(function: Callable[[bytes], Any], x: np.ndarray) -> np.ndarray:
    """An array of what `function` makes of every element."""
    out = np.empty(x.shape, dtype=object)
    out.reshape(-1)[:] = [function(v) for v in x.reshape(-1)]
    return out


def filled(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    """An array of strings of a given shape."""
    out = np.empty(shape, dtype=object)
    out.reshape(-1)[:] = values
    return out


def choice(value: Any, attribute: str, allowed: tuple[str, ...]) -> str:
    """`value`, where it is one of the `allowed`; InvalidArgumentError where it is not."""
    if value not in allowed:
        names = ", ".join(f'"{a}"' for a in allowed)
        raise Invalid(f"Value for attr '{attribute}' of \"{value}\" is not in the list of allowed values: {names}")
    return value
