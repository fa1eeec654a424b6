"""Scattered assignments as functions: tf.compat.v1.scatter_update and relatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core.variable import Variable


def _variable(function: str, ref: Any) -> Variable:
    if not isinstance(ref, Variable):
        raise ValueError(f"tf.compat.v1.{function}: ref must be a variable, got {ref!r}.")
    return ref


def _rows(function: str, what: str, use_locking: bool = False) -> Callable[..., Any]:
    locking = use_locking

    def scatter(ref: Any, indices: Any, updates: Any, use_locking: bool = locking, name: str | None = None) -> Any:
        slices = tf.IndexedSlices(updates, indices)
        return getattr(_variable(function, ref), function)(slices, use_locking, name)

    scatter.__name__ = scatter.__qualname__ = function
    scatter.__doc__ = (
        f"{what} `ref` the rows `updates` at `indices` (tf.compat.v1.{function}); in a graph, whenever it runs.\n\n"
        "    use_locking: assignments never interleave."
    )
    return scatter


scatter_add = _rows("scatter_add", "Adds to")
scatter_sub = _rows("scatter_sub", "Subtracts from")
scatter_mul = _rows("scatter_mul", "Multiplies in")
scatter_div = _rows("scatter_div", "Divides in")
scatter_min = _rows("scatter_min", "Takes the minimum of what is in")
scatter_max = _rows("scatter_max", "Takes the maximum of what is in")
scatter_update = _rows("scatter_update", "Assigns in", use_locking=True)
batch_scatter_update = _rows("batch_scatter_update", "Assigns in each batch of", use_locking=True)


def scatter_nd_update(ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None) -> Any:
    """Assigns `updates` to the parts of `ref` at `indices` (tf.compat.v1.scatter_nd_update)."""
    return _variable("scatter_nd_update", ref).scatter_nd_update(indices, updates, name)


def scatter_nd_add(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Adds `updates` to the parts of `ref` at `indices` (tf.compat.v1.scatter_nd_add)."""
    return _variable("scatter_nd_add", ref).scatter_nd_add(indices, updates, name)


def scatter_nd_sub(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Subtracts `updates` from the parts of `ref` at `indices` (tf.compat.v1.scatter_nd_sub)."""
    return _variable("scatter_nd_sub", ref).scatter_nd_sub(indices, updates, name)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Any:
    """The value of `ref` before 1 is added to it; OutOfRangeError where it has reached `limit`."""
    return _variable("count_up_to", ref).count_up_to(limit)
