"""What is known of small integer tensors made of sizes: tf.shape(x) of a tensor with unknown dimensions.

Such a tensor has no value while a function is captured, but each of its elements is an int or a symbolic one, and an op
that asks for them (tf.reshape, say) gets those. They are followed through the few ops that programs put shapes
together with.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils.weak import WeakIdKeyDictionary

aten = torch.ops.aten
_MOST = 64
_INTEGERS = frozenset({torch.int32, torch.int64, torch.int16, torch.int8, torch.uint8})


def _array(values: Any) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    array = np.empty((), dtype=object)
    array[()] = values
    return array


def _stacked(arrays: list[np.ndarray], dim: int = 0) -> np.ndarray:
    return np.stack(arrays, axis=dim)


def _select(a: np.ndarray, dim: int, index: int) -> np.ndarray:
    return _array(np.take(a, index, axis=dim))


def _slice(a: np.ndarray, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> np.ndarray:
    return a[(slice(None),) * (dim % a.ndim) + (slice(start, end, step),)]


def _unbind(a: np.ndarray, dim: int = 0) -> tuple[np.ndarray, ...]:
    return tuple(_select(a, dim, i) for i in range(a.shape[dim]))


def _squeeze(a: np.ndarray, dim: int) -> np.ndarray:
    return a.squeeze(dim) if a.ndim and a.shape[dim] == 1 else a


def _product(a: np.ndarray, dtype: Any = None) -> np.ndarray:
    result: Any = 1
    for v in a.ravel():
        result = result * v
    return _array(result)


def _total(a: np.ndarray, dtype: Any = None) -> np.ndarray:
    result: Any = 0
    for v in a.ravel():
        result = result + v
    return _array(result)


def _floor_divide(a: Any, b: Any, rounding_mode: str | None = "floor") -> Any:
    if rounding_mode != "floor":
        raise _Unknown
    return _array(a // b)


def _scaled(function: Callable[[Any, Any], Any]) -> Callable[..., np.ndarray]:
    return lambda a, b, alpha=1: _array(function(a, b if alpha == 1 else b * alpha))


def _same(a: np.ndarray, *args: Any, **kwargs: Any) -> np.ndarray:
    return a


class _Unknown(Exception):
    """An op's result is not known."""


_RULES: dict[Any, Callable[..., Any]] = {
    aten.scalar_tensor.default: lambda v, **kwargs: _array(v),
    aten.stack.default: _stacked,
    aten.cat.default: lambda arrays, dim=0: np.concatenate(arrays, axis=dim),
    aten.select.int: _select,
    aten.slice.Tensor: _slice,
    aten.unbind.int: _unbind,
    aten.view.default: lambda a, size: a.reshape([int(n) for n in size]),
    aten._unsafe_view.default: lambda a, size: a.reshape([int(n) for n in size]),
    aten.unsqueeze.default: lambda a, dim: np.expand_dims(a, dim),
    aten.squeeze.dim: _squeeze,
    aten._to_copy.default: _same,
    aten.clone.default: _same,
    aten.detach.default: _same,
    aten.alias.default: _same,
    aten.add.Tensor: _scaled(operator.add),
    aten.sub.Tensor: _scaled(operator.sub),
    aten.mul.Tensor: lambda a, b: _array(a * b),
    aten.neg.default: lambda a: _array(-a),
    aten.floor_divide.default: _floor_divide,
    aten.div.Tensor_mode: _floor_divide,
    aten.prod.default: _product,
    aten.sum.default: _total,
}


class KnownValues:
    """The elements of fake tensors, where they are known."""

    def __init__(self) -> None:
        self._values: Any = WeakIdKeyDictionary()

    def scalar(self, t: torch.Tensor) -> Any:
        """The int (perhaps symbolic) in a tensor of one element; None where it is not known."""
        found = self._values.get(t)
        return None if found is None or found.size != 1 else found.ravel()[0]

    def follow(self, func: Any, args: Any, kwargs: Any, out: Any) -> None:
        """Notes what the result `out` of an op holds, where its arguments tell."""
        rule = _RULES.get(func)
        first: Any = out[0] if isinstance(out, (tuple, list)) and out else out
        if rule is None or not isinstance(first, torch.Tensor) or first.dtype not in _INTEGERS:
            return
        try:
            result = rule(*[self._elements(a) for a in args], **kwargs)
        except _Unknown:
            return
        pairs: Any = zip(out, result, strict=True) if isinstance(result, tuple) else [(out, result)]
        for t, values in pairs:
            if values.size <= _MOST and t.dtype in _INTEGERS:
                self._values[t] = values

    def _elements(self, x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return [self._elements(v) for v in x]
        if not isinstance(x, torch.Tensor):
            return x
        found = self._values.get(x)
        if found is not None:
            return found
        if type(x) is torch.Tensor and x.dtype in _INTEGERS and x.numel() <= _MOST:
            return np.array(x.tolist(), dtype=object)
        raise _Unknown
