"""Python's operators where numpy behaviour is enabled: their operands take the dtype that they meet in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat import math
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._promotion import _leaves as leaves
from tfcompat.experimental.numpy._promotion import numpy_result_type
from tfcompat.experimental.numpy._weak_tensor import WeakTensor
from tfcompat.experimental.numpy.products import matmul

_BINARY = "add sub mul truediv div floordiv mod pow and or xor".split()
_EQUALITIES = ["eq", "ne"]  # which variables have from elsewhere
_COMPARISONS = ["lt", "le", "gt", "ge", *_EQUALITIES]
_OPERANDS = (Tensor, Variable, WeakTensor, np.ndarray, np.generic, bool, int, float, complex, list, tuple, TensorShape)


def by_numpy_rules(cls: type) -> dict[str, Callable[..., Any]]:
    """The binary operators of `cls`, Tensor or Variable, with numpy's promotion before what they do now."""
    names = [f"__{r}{name}__" for name in _BINARY for r in ("", "r")]
    names += [f"__{name}__" for name in _COMPARISONS if cls is Tensor or name not in _EQUALITIES]
    found = {name: _promoting(getattr(cls, name)) for name in names}
    return {**found, "__matmul__": matmul, "__rmatmul__": lambda y, x: matmul(x, y)}


def _promoting(plain: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, y: Any) -> Any:
        if isinstance(y, Tensor):
            if x.dtype is not y.dtype:
                dtype = numpy_result_type(x, y)
                x, y = cast(x, dtype), cast(y, dtype)
        elif isinstance(y, _OPERANDS):
            dtype = numpy_result_type(x, *(np.int32,) if isinstance(y, TensorShape) else leaves([y]))
            x, y = cast(x, dtype), convert_to_tensor(y, dtype) if not isinstance(y, _CAST) else cast(y, dtype)
        return plain(x, y)

    call.__doc__ = plain.__doc__
    return call


_CAST = (Variable, WeakTensor)


def of_weak_tensors() -> dict[str, Callable[..., Any]]:
    """The operators that WeakTensor shares with Tensor, and its own."""
    shared = {name: getattr(Tensor, name) for name in Tensor.OVERLOADABLE_OPERATORS}
    return {**shared, "__eq__": _equal, "__ne__": _not_equal, "__invert__": _invert}


def _equal(x: Any, y: Any) -> Any:
    return False if y is None else math.equal(x, y)


def _not_equal(x: Any, y: Any) -> Any:
    return True if y is None else math.not_equal(x, y)


def _invert(x: Any) -> Any:
    return WeakTensor.from_tensor(~x.tensor)
