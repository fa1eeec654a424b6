"""tf.dtypes' ops: tensors of one dtype from tensors of another."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors, logging
from tfcompat._core.arguments import COMPLEXES
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import CompositeArgument, dispatchable, redirect
from tfcompat._core.dtypes import BY_STORAGE, DType
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op
from tfcompat._core.storage import plain_integers, quantized_storage, to_numpy
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
    if not isinstance(x, _TORCH):
        if not (source.is_quantized or (source in _FOUR_BITS and dtype.is_integer)):
            raise _no_cast(source, dtype)
        return cast_storage(plain_integers(x), dtype)
    if dtype.is_quantized:
        return quantized_storage(cast_storage(x, dtypes.as_dtype(dtype.as_numpy_dtype[0])), dtype)
    if dtype in _FOUR_BITS and source.is_integer:
        return to_numpy(x).astype(dtype.as_numpy_dtype)
    if dtype.torch is None:
        raise _no_cast(source, dtype)
    if x.dtype in COMPLEXES and not dtype.is_complex:
        whole = x.dtype is torch.complex64 and dtype.torch in _NARROW  # TensorFlow's kernel has no vectors for these
        return x.real.to(dtype.torch) if whole else cast_storage(x.real, dtype)
    if dtype is dtypes.float8_e4m3fn:
        # torch takes the nearest number of what is too large.
        return torch.where(x.float().abs() > _MOST_OF_E4M3FN, torch.nan, x.float()).to(dtype.torch)
    if dtype.torch in _NARROW and x.dtype in _BLOCKS and x.device.type == "cpu":
        return _narrowed(x, dtype)
    return x.to(dtype.torch)


_NARROW = (torch.int8, torch.uint8, torch.int16, torch.uint16)
# How many floats TensorFlow's vectors turn into narrow integers at once.
_BLOCKS = {torch.float32: 32, torch.float64: 16, torch.float16: 16, torch.bfloat16: 8}


def _narrowed(x: torch.Tensor, dtype: DType) -> torch.Tensor:
    """Floats as integers of 8 or 16 bits: what does not fit is the nearest bound in whole blocks, and wraps after them.

    What does not fit into int32 either is int32's least number before that.
    """
    block = _BLOCKS[x.dtype]
    count = x.numel() // block * block
    if isinstance(count, int) and not count:
        return x.to(dtype.torch)
    flat = x.reshape(-1)
    whole = flat[:count].to(torch.int32)
    bounded = whole.clamp(dtype.min, dtype.max)
    if dtype is dtypes.uint8 and x.dtype in (torch.float64, torch.float16):
        # These go by way of uint16, whose upper half the last step takes for negative.
        bounded = torch.where(whole > torch.iinfo(torch.int16).max, 0, bounded)
    return torch.cat([bounded.to(dtype.torch), flat[count:].to(dtype.torch)]).reshape(x.shape)


_FOUR_BITS = (dtypes.int4, dtypes.uint4)
_MOST_OF_E4M3FN = 464  # halfway to the number that would come next


def _no_cast(source: DType, dtype: DType) -> Invalid:
    text = f"Cast {kernel_dtype(source)} to {kernel_dtype(dtype)} is not supported"
    return Invalid(text, errors.UnimplementedError)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x`, a tensor-like or tf.IndexedSlices, with its elements as `dtype`; `x` itself where it has it (tf.cast).

    Floats lose their fraction in an integer dtype. Those that do not fit wrap around, or, for 8 and 16 bits, are set to
    the nearest bound in the blocks that TensorFlow's CPU kernels do at once. Complex numbers lose their imaginary part,
    with a warning. Raises TypeError for what is no dtype, UnimplementedError for strings.
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
        try:
            x = convert_to_tensor(x)
        except CompositeArgument as found:
            return redirect(found, "Cast", cast, [x, wanted, name])
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


@op("SaturateCast")
def _clamped(x: Value, low: Any, high: Any) -> torch.Tensor:
    return torch.clamp_max(torch.clamp_min(x, low), high)


@dispatchable
def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`value` as `dtype`, numbers beyond its range set to the nearest bound (tf.saturate_cast).

    Complex numbers lose their imaginary part in a real dtype, with a warning. TypeError for bool and strings, which
    have no range.
    """
    x, wanted = convert_to_tensor(value), dtypes.as_dtype(dtype).base_dtype
    if x.dtype.is_complex:
        if wanted.is_complex:
            return cast(x, wanted, name)
        x = cast(x, _real(x.dtype))
    source, target = x.dtype, _real(wanted) if wanted.is_complex else wanted
    low, high = max(_number(source.min), _number(target.min)), min(_number(source.max), _number(target.max))
    if source.is_floating and target.is_integer:
        low, high = _inward(low, source, 1), _inward(high, source, -1)
    if low > _number(source.min) or high < _number(source.max):
        x = _clamped(x, low, high)
    return cast(x, wanted, name)


def _real(complex_dtype: DType) -> DType:
    """The dtype of the parts of a complex number."""
    return dtypes.float32 if complex_dtype is dtypes.complex64 else dtypes.float64


def _number(limit: Any) -> Any:
    """A limit of a dtype as Python's int or float, which compare exactly."""
    return int(limit) if isinstance(limit, (int, np.integer)) else float(limit)


def _inward(bound: Any, source: DType, direction: int) -> float:
    """The number of the floating dtype `source` next to the integer `bound` that is not beyond it."""
    t = torch.tensor(float(bound), dtype=source.torch)
    while (int(t) - bound) * direction < 0:
        bits = t.view({2: torch.int16, 4: torch.int32, 8: torch.int64}[source.size])
        t = (bits - 1).view(t.dtype)  # the next float towards 0
    return float(t)


@op("Complex")
def complex(real: Value, imag: Value, name: str | None = None) -> torch.Tensor:
    """real + i * imag, elementwise with broadcasting (tf.complex).

    complex64 of float32 parts, complex128 of float64; TypeError for other dtypes.
    """
    if real.dtype not in (torch.float32, torch.float64) or imag.dtype != real.dtype:
        kinds = f"{BY_STORAGE[real.dtype].name} {BY_STORAGE[imag.dtype].name}"
        raise TypeError(
            f"The `real` and `imag` components have incorrect types: {kinds}. They must be consistent, and one of "
            f"{[dtypes.float32, dtypes.float64]}"
        )
    return torch.complex(real, imag)
