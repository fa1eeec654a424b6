"""Python's functions on tensors: what len(x), int(x), max(x, y)... are in functions that AutoGraph rewrites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import is_symbolic, wrap
from tfcompat._core.tensor import Tensor
from tfcompat._function.symbolic import size_of


def len_(x: Any) -> Any:
    """The size of the first dimension: an int where it is known, else an int32 scalar; ValueError for a scalar."""
    if not isinstance(x, Tensor):
        return len(x)
    if not x.ndim:
        shown = 'Tensor("Shape:0", shape=(0,), dtype=int32)' if is_symbolic(to_storage(x)) else "()"
        raise ValueError(f"len requires a non-scalar tensor, got one of shape {shown}")
    size = to_storage(x).shape[0]
    known = size_of(size)
    return wrap(torch.scalar_tensor(size, dtype=torch.int32)) if known is None else known


def int_(x: Any, *base: Any) -> Any:
    """The tensor cast to int32; an int where its value is known."""
    if base or not isinstance(x, Tensor):
        return int(x, *base)
    t = to_storage(x)
    return int(t) if not is_symbolic(t) else wrap(t.to(torch.int32))


def float_(x: Any) -> Any:
    """The tensor cast to float32; a float where its value is known."""
    t = to_storage(x) if isinstance(x, Tensor) else x
    return wrap(t.to(torch.float32)) if is_symbolic(t) else float(t)


def _extreme(reduce: Callable[..., Any], plain: Callable[..., Any], args: tuple[Any, ...], options: Any) -> Any:
    values = args[0] if len(args) == 1 else args
    tensors = isinstance(values, Tensor) or any(isinstance(v, Tensor) for v in values)
    if options or not tensors:
        return plain(*args, **options)
    if isinstance(values, Tensor):
        if values.ndim != 1:
            raise ValueError(f"{plain.__name__}(x) takes a tensor of one dimension, got shape {values.shape}")
        return wrap(reduce(to_storage(values)))
    held = [to_storage(convert_to_tensor(v)) for v in values]
    if any(t.ndim for t in held):
        raise ValueError(f"{plain.__name__}(x, y, ...) takes scalar tensors, got {values}")
    return wrap(reduce(torch.stack(held)))


def max_(*args: Any, **options: Any) -> Any:
    """The largest of scalar tensors, or element of a vector; ValueError for other ranks."""
    return _extreme(torch.amax, max, args, options)


def min_(*args: Any, **options: Any) -> Any:
    """The smallest of scalar tensors, or element of a vector; ValueError for other ranks."""
    return _extreme(torch.amin, min, args, options)


def sum_(values: Any, start: Any = 0) -> Any:
    """The sum of a tensor along its first dimension, or of a list of tensors."""
    if isinstance(values, Tensor):
        t = to_storage(values)
        return wrap(t.sum(0).to(t.dtype)) + start
    return sum(values, start)


def enumerate_(values: Any, start: Any = 0) -> Any:
    """Python's, or a dataset of numbers and elements, the numbers int64, as a loop of the graph has them."""
    if hasattr(type(values), "_graph_loop") and hasattr(values, "enumerate"):
        return values.enumerate(start)
    return enumerate(values, start)


def zip_(*values: Any, **options: Any) -> Any:
    """Python's, or a dataset of tuples where all are datasets."""
    if values and all(hasattr(type(v), "_graph_loop") and hasattr(v, "zip") for v in values):
        return values[0].zip(tuple(values))
    return zip(*values, **options)


def sorted_(values: Any, *, key: Any = None, reverse: bool = False) -> Any:
    """A tensor sorted along its first dimension, by `key` of all of it where there is one; a vector."""
    if not isinstance(values, Tensor):
        return sorted(values, key=key, reverse=reverse)
    t = to_storage(values)
    if t.ndim != 1:
        raise ValueError("sort only supports only 1D tensors")
    if key is None:
        return wrap(torch.sort(t, dim=0, descending=bool(reverse), stable=True).values)
    order = torch.argsort(to_storage(key(values)), dim=0, descending=bool(reverse), stable=True)
    return wrap(t.index_select(0, order))
