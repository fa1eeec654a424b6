"""tf.math.bincount and tf.math.confusion_matrix."""

from __future__ import annotations

import typing
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat.dtypes.casting import cast


@dispatchable
def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    axis: Any = None,
    binary_output: bool = False,
) -> Any:
    """How often each of the numbers 0, 1, ... occurs in `arr`, or the sum of their weights (tf.math.bincount).

    weights: of the shape of arr; their dtype is the result's, which else is `dtype`. minlength, maxlength: the least
    and the greatest length of the result; numbers beyond it are not counted. axis: None or 0 counts over the whole
    tensor, -1 over each row of a matrix. binary_output: 1 where a number occurs, weights aside. ValueError for another
    axis, InvalidArgumentError for negative numbers.
    """
    if axis is not None and axis not in (0, -1):
        raise ValueError(f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported.")
    if weights is not None and binary_output:
        raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one.")
    values = convert_to_tensor(arr)
    if not values.dtype.is_integer:
        values = cast(values, dtypes.int32)
    how = dtypes.as_dtype(dtype) if weights is None else None
    return _bincount(values, weights, minlength, maxlength, how, axis == -1, binary_output, name)


_COUNTED = (torch.int32, torch.int64)
_WEIGHTS = (*_COUNTED, torch.float32, torch.float64)


@op("DenseBincount")
def _bincount(
    arr: Value,
    weights: Value | None = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: dtypes.DType | None = None,
    rows: bool = False,
    binary: bool = False,
    name: str | None = None,
) -> torch.Tensor:
    kind = dtype.torch if dtype is not None else weights.dtype  # type: ignore[union-attr]
    if arr.dtype not in _COUNTED or kind not in _WEIGHTS:
        got = kernel_dtype(BY_STORAGE[arr.dtype]), kernel_dtype(BY_STORAGE[kind])  # type: ignore[index]
        raise Invalid(f"Value for attr 'Tidx' of {got[0]} or 'T' of {got[1]} is not in the list of allowed values")
    known = not is_symbolic(arr)
    values = arr.long()
    if known and values.numel() and bool((values < 0).any()):
        raise Invalid("Input arr must be non-negative!")
    if weights is not None and weights.numel() and tuple(weights.shape) != tuple(arr.shape):
        raise Invalid(
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it acts as all weights "
            f"equal to 1. Received {list(weights.shape)}"
        )
    size = typing.cast(int, values.max().item()) + 1 if not known or values.numel() else 0
    if minlength is not None:
        size = max(size, integer(minlength, "minlength"))
    if maxlength is not None:
        size = min(size, integer(maxlength, "maxlength"))
    values = values if rows and values.ndim == 2 else values.reshape(1, -1)
    if weights is None or not weights.numel():
        amounts = torch.ones_like(values, dtype=kind)
    else:
        amounts = weights.reshape(values.shape)
    # One more column takes what is not counted.
    columns = torch.where((values < 0) | (values >= size), size, values)
    counts = torch.zeros((values.shape[0], size + 1), dtype=kind, device=arr.device)
    counts = counts.scatter_add(1, columns, amounts)[:, :size]
    if binary:
        counts = (counts != 0).to(kind)
    return counts if rows and arr.ndim == 2 else counts.reshape(-1)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Any:
    """How often each class, a row, was predicted as each class, a column (tf.math.confusion_matrix).

    labels, predictions: class numbers, vectors of one length. num_classes: how many there are, one more than the
    largest where None. weights: what each prediction counts. Returns [num_classes, num_classes] of `dtype`.
    InvalidArgumentError for numbers that are negative or too large, ValueError for weights of another shape.
    """
    labels, predictions = cast(labels, dtypes.int64), cast(predictions, dtypes.int64)
    apart = predictions.shape.rank - labels.shape.rank if predictions.shape.rank is not None else 0
    if apart == 1:
        predictions = _squeezed(predictions)
    elif apart == -1:
        labels = _squeezed(labels)
    kind = dtypes.as_dtype(dtype)
    if weights is not None:
        weights = cast(weights, kind)
    return _confusion_matrix(labels, predictions, num_classes, weights, kind, name)


@op("Squeeze")
def _squeezed(x: Value) -> torch.Tensor:
    return x.squeeze(-1)


@op("ConfusionMatrix")
def _confusion_matrix(
    labels: Value,
    predictions: Value,
    num_classes: Any = None,
    weights: Value | None = None,
    dtype: dtypes.DType = dtypes.int32,
    name: str | None = None,
) -> torch.Tensor:
    if not labels.ndim:
        raise Invalid("Argument `axis` = 1 not in range [-1, 1)", ValueError)  # TensorFlow stacks both as columns
    if tuple(labels.shape) != tuple(predictions.shape):
        shapes = (f"[{','.join(map(str, t.shape))}]" for t in (labels, predictions))
        raise Invalid("Shapes of all inputs must match: values[0].shape = {} != values[1].shape = {}".format(*shapes))
    known = not is_symbolic(labels)
    for argument, t in (("labels", labels), ("predictions", predictions)):
        if known and t.numel() and bool((t < 0).any()):
            raise _bad(f"`{argument}` contains negative values.   Condition x >= 0 did not hold element-wise")
    if num_classes is None:
        size = typing.cast(int, torch.cat([labels.reshape(-1), predictions.reshape(-1)]).max().item()) + 1
    else:
        size = integer(num_classes, "num_classes")
        for argument, t in (("labels", labels), ("predictions", predictions)):
            if known and t.numel() and bool((t >= size).any()):
                raise _bad(f"`{argument}` out of bound Condition x < y did not hold.")
    if weights is not None and tuple(weights.shape) != tuple(predictions.shape):
        raise Invalid(f"Shapes {tuple(predictions.shape)} and {tuple(weights.shape)} are incompatible", ValueError)
    cells = labels.reshape(-1) * size + predictions.reshape(-1)
    summed = torch.int64 if dtype.is_unsigned else dtype.torch  # torch adds up few unsigned numbers
    amounts = torch.ones_like(cells, dtype=summed) if weights is None else weights.reshape(-1).to(summed)
    counts = torch.zeros(size * size, dtype=summed, device=labels.device)
    return counts.scatter_add(0, cells, amounts).reshape(size, size).to(dtype.torch)


def _bad(text: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, text)
