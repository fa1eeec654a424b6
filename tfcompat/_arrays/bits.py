"""The bits of tensors: tf.bitcast."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype, op
from tfcompat._core.storage import plain_integers


def _plain(dtype: dtypes.DType) -> torch.dtype:
    if dtype.torch is None or dtype.torch is torch.bool:
        raise Invalid(f"Value for attr 'type' of {kernel_dtype(dtype)} is not in the list of allowed values")
    return dtype.torch


@op("Bitcast")
def bitcast(input: Value, type: Any, name: str | None = None) -> Any:
    """The same bits read as another dtype (tf.bitcast). No gradient flows through it.

    A narrower dtype adds a last dimension; a wider one takes the last dimension's elements together, as many as make
    it, InvalidArgumentError where they are fewer or more.
    """
    kind = dtypes.as_dtype(type)
    if kind.is_quantized:
        return _reread(input, dtypes.as_dtype(kind.as_numpy_dtype[0])).numpy().view(kind.as_numpy_dtype)
    return _reread(input, kind)


def _reread(input: Any, kind: dtypes.DType) -> torch.Tensor:
    if BY_STORAGE[input.dtype].is_quantized:
        input = plain_integers(input)
    if not isinstance(input, torch.Tensor) or input.dtype is torch.bool:
        raise Invalid(f"Value for attr 'T' of {BY_STORAGE[input.dtype].name} is not in the list of allowed values")
    wanted = _plain(kind)
    x, size = input.detach().contiguous(), wanted.itemsize
    if x.element_size() == size:
        return x.view(wanted)
    if x.element_size() > size:
        return x.unsqueeze(-1).view(wanted)
    if not x.ndim or x.shape[-1] * x.element_size() != size:
        numbers = (BY_STORAGE[t].as_datatype_enum for t in (x.dtype, wanted))
        raise Invalid("Cannot bitcast from {} to {}".format(*numbers))
    return x.view(wanted).squeeze(-1)
