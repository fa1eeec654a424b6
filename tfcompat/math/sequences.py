"""tf.math's functions of sequences: order, permutations, polynomials and Sobol points."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._arrays.creation import zeros_like
from tfcompat._core import dtypes
from tfcompat._core.arguments import FLOATS, NUMBERS, expect, integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.operators import add, multiply
from tfcompat._core.ops import Invalid, Value, is_symbolic, op


def _steps(x: Any) -> torch.Tensor:
    if not isinstance(x, torch.Tensor) or x.dtype not in NUMBERS:
        raise Invalid(f"Expected x to be numeric, instead found dtype {BY_STORAGE[x.dtype]!r}.", TypeError)
    return x.reshape(-1)


@op("IsNonDecreasing")
def is_non_decreasing(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether no element, read row by row, is below the one before (tf.math.is_non_decreasing)."""
    flat = _steps(x)
    return (flat[1:] >= flat[:-1]).all()


@op("IsStrictlyIncreasing")
def is_strictly_increasing(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether every element, read row by row, is above the one before (tf.math.is_strictly_increasing)."""
    flat = _steps(x)
    return (flat[1:] > flat[:-1]).all()


@op("InvertPermutation")
def invert_permutation(x: Value, name: str | None = None) -> torch.Tensor:
    """The permutation that undoes x, a vector of int32 or int64: y[x[i]] = i (tf.math.invert_permutation).

    InvalidArgumentError where x is no permutation of 0, 1, ...
    """
    expect(x, frozenset({torch.int32, torch.int64}))
    if x.ndim != 1:
        raise Invalid("invert_permutation expects a 1D vector.")
    places = x.long()
    if not is_symbolic(x):
        outside = (x < 0) | (x >= len(x))
        if bool(outside.any()):
            raise Invalid(f"{int(x[outside][0])} is not between 0 and {len(x)}")
        found, counts = torch.unique(x, return_counts=True)
        if len(found) != len(x):
            raise Invalid(f"{int(found[counts > 1][0])} is duplicated in the input.")
    return torch.empty_like(x).scatter_(0, places, torch.arange(x.shape[0], dtype=x.dtype, device=x.device))


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Any:
    """The polynomial coeffs[0] * x**(n-1) + ... + coeffs[n-1], elementwise with broadcasting (tf.math.polyval).

    coeffs: a list of tensors, those of the highest power first; the result is 0 for none. ValueError for no list.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    x = convert_to_tensor(x)
    if not coeffs:
        return zeros_like(x, name=name)
    tensors = [convert_to_tensor(c) for c in coeffs]
    value = tensors[0]
    for c in tensors[1:]:
        value = add(c, multiply(value, x))
    return value


@op("SobolSample")
def sobol_sample(
    dim: Any, num_results: Any, skip: Any = 0, dtype: Any = dtypes.float32, name: str | None = None
) -> torch.Tensor:
    """Points of the Sobol sequence in [0, 1)^dim, [num_results, dim] (tf.math.sobol_sample).

    skip: how many of the sequence's first points to leave out. dtype: float32 or float64.
    """
    size, count, first = integer(dim, "dim"), integer(num_results, "num_results"), integer(skip, "skip")
    kind = dtypes.as_dtype(dtype)
    if size < 1:
        raise Invalid("dim must be at least one")
    if count < 1:
        raise Invalid("num_results must be at least one")
    if first < 0:
        raise Invalid(f"Argument `skip` must not be negative, got {first}")
    if kind.torch not in FLOATS or kind.size < 4:
        raise Invalid(f"Value for attr 'dtype' of {kind.name} is not in the list of allowed values: float, double")
    with _disable_current_modes():  # the engine works in place, which no capture shall record
        engine = torch.quasirandom.SobolEngine(size)
        engine.fast_forward(first + 1)  # TensorFlow leaves out the origin
        points = engine.draw(count, dtype=kind.torch)
    return points
