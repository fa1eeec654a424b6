"""tf.math's parts of complex numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from tfcompat._core.arguments import COMPLEXES, FLOATS, NUMBERS
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, op


@op("Real")
def real(input: Value, name: str | None = None) -> torch.Tensor:
    """The real part, elementwise; real numbers as they are (tf.math.real)."""
    return input.real.clone() if input.dtype in COMPLEXES else _numbers(input).view_as(input)


@op("Imag")
def imag(input: Value, name: str | None = None) -> torch.Tensor:
    """The imaginary part, elementwise; zeros where it is not complex (tf.math.imag)."""
    if not isinstance(input, torch.Tensor):
        return np.full(input.shape, b"", object)  # type: ignore[return-value]
    return input.imag.clone() if input.dtype in COMPLEXES else torch.zeros_like(input)


def _numbers(x: Any) -> torch.Tensor:
    if not isinstance(x, torch.Tensor) or x.dtype not in NUMBERS:
        kind = BY_STORAGE[x.dtype]
        raise Invalid(f"input must be a numeric tensor, got dtype {kind!r}.", TypeError if kind.is_bool else ValueError)
    return x


@op("Angle")
def angle(input: Value, name: str | None = None) -> torch.Tensor:
    """The argument of complex numbers in radians, elementwise; 0 or pi for floats (tf.math.angle)."""
    if input.dtype in COMPLEXES:
        return torch.angle(input)
    if input.dtype not in FLOATS:
        got = BY_STORAGE[input.dtype]
        raise Invalid(f"Argument `input` takes floating or complex numbers, got dtype {got!r}.", TypeError)
    return torch.where(input < 0, math.pi, 0.0).to(input.dtype)


@op("Conj")
def conj(x: Value, name: str | None = None) -> torch.Tensor:
    """The complex conjugate, elementwise; real numbers as they are (tf.math.conj). TypeError for bool and strings."""
    if not isinstance(x, torch.Tensor) or x.dtype not in NUMBERS:
        raise TypeError(f"Expected numeric or variant tensor, got dtype {BY_STORAGE[x.dtype]!r}.")
    return torch.conj_physical(x) if x.dtype in COMPLEXES else x.view_as(x)
