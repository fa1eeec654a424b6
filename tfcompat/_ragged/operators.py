"""The operators of ragged tensors: TensorFlow's functions of the same meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import errors, operators
from tfcompat._core.tensor import Tensor
from tfcompat._ragged.tensor import RaggedTensor


def _reflected(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda y, x: function(x, y)


def _logical(name: str) -> Callable[..., Any]:
    """A function of tf.math, found when it is called: tf.math needs not be complete before."""

    def call(*operands: Any) -> Any:
        from tfcompat import math

        return getattr(math, name)(*operands)

    return call


def _equal(x: Any, y: Any) -> Any:
    """x == y, elementwise; False where the shapes don't fit or the values can't be compared."""
    if y is None:
        return False
    try:
        return operators.equal(x, y)
    except (errors.InvalidArgumentError, ValueError, TypeError):
        return False


def _not_equal(x: Any, y: Any) -> Any:
    """x != y, elementwise; True where the shapes don't fit or the values can't be compared."""
    if y is None:
        return True
    try:
        return operators.not_equal(x, y)
    except (errors.InvalidArgumentError, ValueError, TypeError):
        return True


def _hash(rt: RaggedTensor) -> int:
    if Tensor.__eq__ is object.__eq__ or getattr(getattr(rt.row_splits, "graph", None), "deferred", False):
        return id(rt)  # as tensors of TensorFlow 1's graphs, which are fed by it
    raise TypeError("RaggedTensor is unhashable.")


def _bool(rt: RaggedTensor) -> bool:
    raise TypeError("RaggedTensor may not be used as a boolean.")


_BINARY: dict[str, Callable[..., Any]] = {
    "add": operators.add,
    "sub": operators.subtract,
    "mul": operators.multiply,
    "truediv": operators.truediv,
    "div": operators.truediv,
    "floordiv": operators.floordiv,
    "mod": operators.floormod,
    "pow": operators.pow,
    "and": _logical("logical_and"),
    "or": _logical("logical_or"),
    "xor": _logical("logical_xor"),
}
_OTHERS: dict[str, Callable[..., Any]] = {
    "lt": operators.less,
    "le": operators.less_equal,
    "gt": operators.greater,
    "ge": operators.greater_equal,
    "eq": _equal,
    "ne": _not_equal,
    "neg": operators.negative,
    "abs": operators.abs,
    "invert": _logical("logical_not"),
    "hash": _hash,
    "bool": _bool,
}
for _name, _function in _BINARY.items():
    setattr(RaggedTensor, f"__{_name}__", _function)
    setattr(RaggedTensor, f"__r{_name}__", _reflected(_function))
for _name, _function in _OTHERS.items():
    setattr(RaggedTensor, f"__{_name}__", _function)
