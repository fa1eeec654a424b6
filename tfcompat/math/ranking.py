"""tf.math's functions of order: where the largest elements are, and whether a class is among them."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import arguments, dtypes
from tfcompat._core.arguments import FLOATS
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op

_INDEX_TYPES = (dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64)


def _argument_of(
    torch_op: Any, least: float, x: torch.Tensor, axis: Any, output_type: Any, kernel: str
) -> torch.Tensor:
    if isinstance(axis, (list, tuple)):
        raise TypeError(f"axis must be int or Tensor with integer datatype, got {axis!r}.")
    kind = dtypes.as_dtype(output_type)
    if kind not in _INDEX_TYPES:
        allowed = ", ".join(d.name for d in _INDEX_TYPES)
        raise Invalid(
            f"Value for attr 'output_type' of {kernel_dtype(kind)} is not in the list of allowed values: {allowed}"
        )
    dim = arguments.axis(0 if axis is None else axis, x.ndim)
    if x.shape[dim] == 0:
        raise Invalid(f"Reduction axis {dim} is empty in shape [{','.join(map(str, x.shape))}]")
    if x.dtype in FLOATS:  # TensorFlow passes over NaN, which torch finds the largest
        x = torch.nan_to_num(x, nan=least, posinf=float("inf"), neginf=float("-inf"))
    elif x.dtype is torch.bool:
        x = x.to(torch.uint8)
    return torch_op(x.detach(), dim).to(kind.torch)


@op("ArgMax")
def argmax(
    input: Value,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> torch.Tensor:
    """Where the largest element along `axis` (None: 0) is, the first of equal ones, as `output_type` (tf.math.argmax).

    NaN is passed over. InvalidArgumentError for an axis that is empty or not there.
    """
    return _argument_of(torch.argmax, float("-inf"), input, axis, output_type, "ArgMax")


@op("ArgMin")
def argmin(
    input: Value,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> torch.Tensor:
    """Where the smallest element along `axis` (None: 0) is, the first of equal ones, as `output_type` (tf.math.argmin).

    NaN is passed over. InvalidArgumentError for an axis that is empty or not there.
    """
    return _argument_of(torch.argmin, float("inf"), input, axis, output_type, "ArgMin")
