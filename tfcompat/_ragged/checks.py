"""The errors of TensorFlow's assertions on tensors whose values are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import is_symbolic
from tfcompat._core.tensor import EagerTensor

INDEX_DTYPES = (dtypes.int32, dtypes.int64)


def known(tensor: Any) -> Any:
    """The value of a tensor as a numpy array; None where it is not known yet, in a capture."""
    return tensor._numpy() if type(tensor) is EagerTensor else None


def number(value: Any) -> int:
    """An integer, given as such or as a scalar tensor; a capture that does not know its value runs eagerly instead."""
    return value if isinstance(value, int) else to_storage(value).item()


def numbers(value: Any) -> list[int]:
    """A vector of integers, in any form that makes a tensor, as `number` reads them."""
    t = to_storage(value)
    return [v.item() for v in t.reshape(-1).unbind()] if is_symbolic(t) else t.reshape(-1).tolist()


def invalid(message: str) -> errors.InvalidArgumentError:
    """An InvalidArgumentError without an op."""
    return errors.InvalidArgumentError(None, None, message)


def _first(array: np.ndarray, count: int = 3) -> str:
    return f"First {min(count, array.size)} elements"


def _prefixed(message: str, text: str) -> str:
    return f"{message}\n{text}" if message else text


def require(holds: Any, x: Any, y: Any, relation: str, message: str) -> None:
    """Raises InvalidArgumentError, in the words of tf.debugging's assertions, unless `holds` for the number x and y."""
    if not holds:
        raise invalid(
            f"{message}\nCondition x {relation} y did not hold.\nFirst 1 elements of x:\n[{x}]\n"
            f"First 1 elements of y:\n[{y}]"
        )


def require_non_negative(array: np.ndarray, message: str) -> None:
    """Raises InvalidArgumentError where an element is negative."""
    if (array < 0).any():
        shown = [str(v) for v in array[:3]] + ["..."] * (array.size > 3)
        raise invalid(
            f"{message}.  \nCondition x >= 0 did not hold element-wise:\nx (shape={array.shape} dtype={array.dtype}) = "
            f"\n{shown}"
        )


def require_same(x: Any, y: Any, message: str = "") -> None:
    """Raises InvalidArgumentError unless two vectors whose values are known are equal."""
    a, b = known(x), known(y)
    if a is None or b is None or np.array_equal(a, b):
        return
    if a.shape != b.shape:
        raise invalid(_prefixed(message, f"Incompatible shapes: {list(a.shape)} vs. {list(b.shape)}"))
    wrong = np.argwhere(a != b)[:3]
    at = tuple(wrong.T)
    raise invalid(
        _prefixed(
            message,
            f"Condition x == y did not hold.\nIndices of first {len(wrong)} different values:\n{wrong}\n"
            f"Corresponding x values:\n{a[at]}\nCorresponding y values:\n{b[at]}\n"
            f"{_first(a)} of x:\n{a.ravel()[:3]}\n{_first(b)} of y:\n{b.ravel()[:3]}",
        )
    )


def index_tensor(value: Any, name: str, hint: Any = None) -> Any:
    """`value` as a tensor of int32 or int64, int64 where it says nothing else; ValueError for other dtypes.

    hint: the dtype that Python integers take instead.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.int32:
        tensor = convert_to_tensor(value)
    else:
        tensor = convert_to_tensor(value, dtype_hint=hint or dtypes.int64)
    if tensor.dtype not in INDEX_DTYPES:
        raise ValueError(f"{name} must have dtype int32 or int64")
    return tensor


def index_dtype(value: Any, name: str = "row_splits_dtype") -> dtypes.DType:
    """`value` as tf.int32 or tf.int64; ValueError for other dtypes."""
    dtype = dtypes.as_dtype(value)
    if dtype not in INDEX_DTYPES:
        raise ValueError(f"Argument `{name}` must be tf.int32 or tf.int64, got {dtype!r}.")
    return dtype
