"""tf.bitwise: operations on the bits of integers."""

from __future__ import annotations

import torch

from tfcompat import _names
from tfcompat._core.arguments import INTEGERS, expect
from tfcompat._core.operators import incompatible_shapes
from tfcompat._core.ops import Alike, Value, op

_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


@op("BitwiseAnd", explain=incompatible_shapes)
def bitwise_and(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x & y, elementwise with broadcasting, for integers (tf.bitwise.bitwise_and)."""
    return torch.bitwise_and(expect(x, INTEGERS), y)


@op("BitwiseOr", explain=incompatible_shapes)
def bitwise_or(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x | y, elementwise with broadcasting, for integers (tf.bitwise.bitwise_or)."""
    return torch.bitwise_or(expect(x, INTEGERS), y)


@op("BitwiseXor", explain=incompatible_shapes)
def bitwise_xor(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x ^ y, elementwise with broadcasting, for integers (tf.bitwise.bitwise_xor)."""
    return torch.bitwise_xor(expect(x, INTEGERS), y)


@op("Invert")
def invert(x: Value, name: str | None = None) -> torch.Tensor:
    """~x, elementwise, for integers (tf.bitwise.invert)."""
    return torch.bitwise_not(expect(x, INTEGERS))


def _distance(y: torch.Tensor) -> torch.Tensor:
    """How far to shift: at least 0, at most all bits but one."""
    top = torch.iinfo(y.dtype).bits - 1
    signed = _SIGNED.get(y.dtype)
    if signed is None:
        return torch.clamp(y, 0, top)
    z = y.view(signed)  # an unsigned number that looks negative is large
    return torch.where(z < 0, top, torch.clamp_max(z, top)).to(signed)


@op("LeftShift", explain=incompatible_shapes)
def left_shift(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x << y, elementwise with broadcasting, y brought within 0 and the number of bits - 1 (tf.bitwise.left_shift)."""
    kind = expect(x, INTEGERS).dtype
    signed = x.view(_SIGNED[kind]) if kind in _SIGNED else x
    return torch.bitwise_left_shift(signed, _distance(y)).view(kind)


@op("RightShift", explain=incompatible_shapes)
def right_shift(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x >> y, elementwise with broadcasting, y brought within 0 and the number of bits - 1 (tf.bitwise.right_shift).

    Keeps the sign of signed integers.
    """
    kind, n = expect(x, INTEGERS).dtype, _distance(y)
    if kind not in _SIGNED:
        return torch.bitwise_right_shift(x, n)
    if kind is torch.uint64:
        shifted = torch.bitwise_right_shift(x.view(torch.int64), n)
        # Clears the copies of the sign that came in from the left.
        mask = torch.where(n == 0, -1, torch.bitwise_left_shift(torch.ones_like(n), 64 - n.clamp_min(1)) - 1)
        return (shifted & mask).view(kind)
    wide = torch.int32 if kind is torch.uint16 else torch.int64
    return torch.bitwise_right_shift(x.to(wide), n.to(wide)).to(kind)


__getattr__ = _names.module_getattr("tf.bitwise", globals())
