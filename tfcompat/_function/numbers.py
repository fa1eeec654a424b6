"""Python's own numbers for scalars on the CPU, such as counters, flags and means, in programs that only run.

A kernel takes a microsecond for what Python does in a twentieth of that. Integers wrap around as their dtype does.
float32 is Python's float rounded after each op, which gives what float32's own arithmetic gives: a double has more than
twice the digits, so that rounding twice is rounding once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from ctypes import c_float
from typing import Any

import numpy as np
import torch

aten = torch.ops.aten
_BITS = {torch.int32: 32, torch.int64: 64}
_KINDS = frozenset((torch.int32, torch.int64, torch.bool))


def is_number(t: Any) -> bool:
    """Whether a tensor, fake or not, is one that a Python number may stand for."""
    return isinstance(t, torch.Tensor) and not t.ndim and t.device.type == "cpu" and t.dtype in _KINDS


def is_index(t: Any) -> bool:
    """Whether a tensor is a vector of one integer on the CPU, as an index for a kernel."""
    if not isinstance(t, torch.Tensor) or t.ndim != 1 or t.device.type != "cpu" or t.dtype not in _BITS:
        return False
    return type(t.shape[0]) is int and t.shape[0] == 1


def wrapped(n: int, bits: int) -> int:
    """An integer as a dtype of so many bits holds it."""
    half = 1 << (bits - 1)
    return (n + half) % (2 * half) - half


def range_of(dtype: torch.dtype) -> tuple[int, int, int] | None:
    """The bits, and the smallest and the largest number, of an integer dtype; None for another one."""
    bits = _BITS.get(dtype)
    return None if bits is None else (bits, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def _binary(sign: str) -> Callable[..., str | None]:
    return lambda a, b: f"{a} {sign} {b}"


def _with_constant(sign: str) -> Callable[..., str | None]:
    """For what is an error with 0, which the kernel then tells."""
    return lambda a, b: f"{a} {sign} {b}" if b.lstrip("-").isdigit() and int(b) else None


def _divided(a: str, b: str, rounding_mode: str = "") -> str | None:
    return _with_constant("//")(a, b) if rounding_mode == "floor" else None


def _copied(a: str, dtype: str = "") -> str | None:
    return {"torch.bool": f"bool({a})", "torch.int32": f"int({a})", "torch.int64": f"int({a})"}.get(dtype)


_ARITHMETIC = {
    aten.add.Tensor: _binary("+"),
    aten.sub.Tensor: _binary("-"),
    aten.mul.Tensor: _binary("*"),
    aten.neg.default: lambda a: f"-{a}",
    aten.abs.default: lambda a: f"abs({a})",
}
_COMPARISONS = {
    overload: _binary(sign)
    for name, sign in (("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="), ("eq", "=="), ("ne", "!="))
    for overload in (getattr(aten, name).Tensor, getattr(aten, name).Scalar)
}
_OTHERS: dict[Any, Callable[..., str | None]] = {
    aten.logical_and.default: _binary("and"),
    aten.logical_or.default: _binary("or"),
    aten.logical_not.default: lambda a: f"not {a}",
    aten.minimum.default: lambda a, b: f"min({a}, {b})",
    aten.maximum.default: lambda a, b: f"max({a}, {b})",
    aten.remainder.Tensor: _with_constant("%"),
    aten.remainder.Scalar: _with_constant("%"),
    aten.floor_divide.default: _with_constant("//"),
    aten.div.Tensor_mode: _divided,
    aten.scalar_tensor.default: lambda a, dtype="", **_: _copied(a, dtype),
    aten._to_copy.default: _copied,
}
_TRUTHS = {  # for truths alone: on integers these are others
    aten.bitwise_and.Tensor: _binary("and"),
    aten.bitwise_or.Tensor: _binary("or"),
    aten.bitwise_not.default: lambda a: f"not {a}",
}
_RULES: dict[Any, Callable[..., str | None]] = {**_ARITHMETIC, **_COMPARISONS, **_OTHERS}


def expression(target: Any, dtype: torch.dtype, args: list[str], kwargs: dict[str, str]) -> str | None:
    """A scalar op on numbers as Python's expression; None where there is none for it."""
    rule = _RULES.get(target) or (_TRUTHS.get(target) if dtype is torch.bool else None)
    if rule is None or (target in _ARITHMETIC and (dtype is torch.bool or kwargs)):
        return None
    try:
        return rule(*args, **kwargs)
    except TypeError:  # an argument that the rule does not know
        return None


def may_overflow(target: Any) -> bool:
    """Whether the expression of an op may leave its dtype's range."""
    return target in _ARITHMETIC or target in (
        aten._to_copy.default,
        aten.scalar_tensor.default,
        aten.floor_divide.default,
        aten.div.Tensor_mode,
    )


# ---- float32 ----


def is_float(t: Any) -> bool:
    """Whether a tensor, fake or not, is a float32 scalar on the CPU."""
    return isinstance(t, torch.Tensor) and t.dtype is torch.float32 and not t.ndim and t.device.type == "cpu"


def rounded(x: float) -> float:
    """A number as float32 holds it."""
    return c_float(x).value


def quotient(a: float, b: float) -> float:
    """A quotient in float32."""
    if b:
        return c_float(a / b).value
    return math.nan if not a or math.isnan(a) or math.isnan(b) else math.copysign(math.inf, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """A power in float32, by the C library's function for it, as torch's kernel takes it of scalars."""
    if 0.0 < a <= 1.0 and b >= 0.0:
        return float(np.float32(a) ** np.float32(b))
    with np.errstate(all="ignore"):
        return float(np.float32(a) ** np.float32(b))


def root(a: float) -> float:
    """A square root in float32, by torch's kernel, which does not round it to the nearest number."""
    return torch.scalar_tensor(a, dtype=torch.float32).sqrt_().item()


_FLOATS: dict[Any, Callable[..., str | None]] = {
    **{getattr(aten.add, kind): lambda a, b: f"rounded({a} + {b})" for kind in ("Tensor", "Scalar")},
    **{getattr(aten.sub, kind): lambda a, b: f"rounded({a} - {b})" for kind in ("Tensor", "Scalar")},
    **{getattr(aten.rsub, kind): lambda a, b: f"rounded({b} - {a})" for kind in ("Tensor", "Scalar")},
    **{getattr(aten.mul, kind): lambda a, b: f"rounded({a} * {b})" for kind in ("Tensor", "Scalar")},
    **{getattr(aten.div, kind): lambda a, b: f"quotient({a}, {b})" for kind in ("Tensor", "Scalar")},
    aten.neg.default: lambda a: f"-{a}",
    aten.sqrt.default: lambda a: f"root({a})",
    aten.pow.Scalar: lambda a, b: f"power({a}, {b})",
    aten.pow.Tensor_Tensor: lambda a, b: f"power({a}, {b})",
    # For other exponents torch has kernels of its own, to which they are left.
    aten.pow.Tensor_Scalar: lambda a, b: f"root({a})" if b == "0.5" else f"rounded({a} * {a})",
}
FLOAT_HELPERS: dict[str, Callable[..., float]] = {f.__name__: f for f in (rounded, quotient, power, root)}


def has_float_expression(target: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    """Whether there is an expression for a scalar op on float32 numbers with these arguments."""
    if kwargs or (target is aten.pow.Tensor_Scalar and args[1] not in (0.5, 2)):
        return False
    return target in _FLOATS or target in _COMPARISONS


def float_expression(target: Any, args: list[str]) -> str | None:
    """A scalar op on float32 numbers as Python's expression."""
    return (_FLOATS.get(target) or _COMPARISONS[target])(*args)


def float_constant(x: Any) -> str | None:
    """A Python number as float32 holds it; None where that is not finite."""
    if type(x) not in (int, float) or not math.isfinite(x):
        return None
    value = c_float(x).value
    return repr(value) if math.isfinite(value) else None
