"""What variant and resource tensors hold: values that only some raw ops know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._arrays.calling import py_function
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state


class Variant:
    """A scalar of dtype variant. Values do not change: ops that change one return another."""

    dtype = dtypes.variant
    shape = TensorShape(())
    ndim = 0


class Variants(Variant):
    """A tensor of variants: its items, one after the other, and its shape."""

    def __init__(self, items: Sequence[Any], shape: Sequence[int]) -> None:
        self.items, self.shape, self.ndim = list(items), TensorShape(shape), len(shape)


class Resource:
    """A scalar of dtype resource: something that ops change."""

    dtype = dtypes.resource
    shape = TensorShape(())
    ndim = 0


def each_time(function: Callable[..., Any], inputs: Sequence[Any], results: Sequence[dtypes.DType] | None) -> Any:
    """What `function` gives for torch tensors or arrays of strings: now, or whenever the graph runs.

    results: the dtypes of what it gives, a list; None where it gives nothing.
    """
    if state.graph is None:
        return function(*inputs)

    def call(*tensors: Any) -> Any:
        found = function(*map(to_storage, tensors))
        return [] if found is None else [wrap(x) for x in found]

    specs = [TensorSpec(None, dtype) for dtype in results or ()]
    made = py_function(call, [wrap(x) for x in inputs], specs)
    return None if results is None else [to_storage(x) for x in made]
