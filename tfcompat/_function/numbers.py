"""Python's own numbers for counters and flags: scalar integers and truths on the CPU, in programs that only run.

A kernel takes a microsecond for what Python does in a twentieth of that. Integers wrap around as their dtype does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

aten = torch.ops.aten
_BITS = {torch.int32: 32, torch.int64: 64}
_KINDS = frozenset((torch.int32, torch.int64, torch.bool))


def is_number(t: Any) -> bool:
    """Whether a tensor, fake or not, is one that a Python number may stand for."""
    return isinstance(t, torch.Tensor) and not t.ndim and t.is_cpu and t.dtype in _KINDS


def is_index(t: Any) -> bool:
    """Whether a tensor is a vector of one integer on the CPU, as an index for a kernel."""
    if not isinstance(t, torch.Tensor) or t.ndim != 1 or not t.is_cpu or t.dtype not in _BITS:
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
