"""tf.dtypes' ops: tensors of one dtype from tensors of another."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes, errors, logging
from tfcompat._core.arguments import COMPLEXES
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import BY_STORAGE, DType
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op
from tfcompat._core.tensor import Tensor

_TORCH = torch.Tensor


@op("Cast")
def _cast(x: Value, dtype: DType, name: str | None = None) -> Any:
    return cast_storage(x, dtype)


def cast_storage(x: Any, dtype: DType) -> Any:
    """What holds the values of `x`, a torch tensor or numpy array, as `dtype`."""
    source = BY_STORAGE[x.dtype]
    if source is dtype:
        return x
    if not isinstance(x, _TORCH) or dtype.torch is None:
        text = f"Cast {kernel_dtype(source)} to {kernel_dtype(dtype)} is not supported"
        raise Invalid(text, errors.UnimplementedError)
    if x.dtype in COMPLEXES and not dtype.is_complex:
        return (x != 0) if dtype is dtypes.bool else x.real.to(dtype.torch)
    return x.to(dtype.torch)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x`, a tensor-like or tf.IndexedSlices, with its elements as `dtype`; `x` itself where it has it (tf.cast).

    Floats lose their fraction in an integer dtype and wrap around where they do not fit; complex numbers lose their
    imaginary part, with a warning. Raises TypeError for what is no dtype, UnimplementedError for strings.
    """
    wanted = dtypes.as_dtype(dtype).base_dtype
    if isinstance(x, Tensor):
        if x.dtype is wanted:
            return x
    elif isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, wanted, name), x.indices, x.dense_shape)
    elif isinstance(x, CompositeTensor):
        return _cast(x, wanted, name)  # which asks the class of x
    else:
        x = convert_to_tensor(x)
        if x.dtype is wanted:
            return x
    if dtypes.string in (x.dtype, wanted):
        text = f"Cast {kernel_dtype(x.dtype)} to {kernel_dtype(wanted)} is not supported [Op:Cast] name: "
        raise errors.UnimplementedError(None, None, text)
    if x.dtype.is_complex and wanted.is_floating:
        logging.warning(
            f"You are casting an input of type {x.dtype.name} to an incompatible dtype {wanted.name}.  "
            "This will discard the imaginary part and may not be what you intended."
        )
    return _cast(x, wanted, name)
