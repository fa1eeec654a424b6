"""What a graph does besides giving results: it prints, and it checks what it is given."""

from __future__ import annotations

import pprint
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core import structure
from tfcompat.saved_model._translation.body import Body, Ref, like
from tfcompat.saved_model._translation.registry import NotTranslatable

# ---- printing ----


class _Place:
    """Stands for a tensor in a nest that is printed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _print(g: Body, *inputs: Any, output_stream: str, summarize: int, sep: str, end: str) -> list[Ref]:
    texts = [repr(x) for x in [*structure.flatten(list(inputs)), sep] if not isinstance(x, Ref)]
    placeholder = "{}"
    while any(placeholder in text for text in texts):
        placeholder = f"{{{placeholder}}}"
    tensors: list[Ref] = []

    def placed(x: Any) -> Any:
        if not isinstance(x, Ref):
            return x
        tensors.append(x)
        return _Place(placeholder)

    shown = [structure.map_structure(placed, x) for x in inputs]
    template = sep.join(x if isinstance(x, str) else pprint.pformat(x) for x in shown)
    text = g.op("StringFormat", tensors, template=template, placeholder=placeholder, summarize=summarize)
    g.effect("PrintV2", text, output_stream=output_stream, end=end)
    return []


# ---- checking ----


def _all(g: Body, holds: Ref) -> Ref:
    return g.op("All", g.op("Reshape", holds, g.int32([-1])), g.int32([0]))


def _assert(g: Body, condition: Any, data: Sequence[Any], summarize: int | None = None) -> list[Ref]:
    """A check of a scalar; its data are shown where it is false."""
    told = [g.given(x) for x in data]
    g.effect("Assert", g.given(condition), told, summarize=3 if summarize is None else summarize)
    return []


def _described(x: Ref, name: str) -> str:
    shape = "<unknown>" if x.shape is None else f"({', '.join(map(str, x.shape))})"
    return f"{name} (shape={shape} dtype={x.dtype.name}) = "


def _compared(sign: str, op: str) -> Callable[..., list[Ref]]:
    def check(g: Body, x: Any, y: Any, message: str | None = None, summarize: int | None = None) -> list[Ref]:
        x, y = g.given(x), g.given(y)
        data = [message or "", f"Condition x {sign} y did not hold.", _described(x, "x"), x, _described(y, "y"), y]
        return _assert(g, _all(g, g.op(op, x, y)), data, summarize)

    return check


def _signed(sign: str, op: str) -> Callable[..., list[Ref]]:
    def check(g: Body, x: Any, message: str | None = None, summarize: int | None = None) -> list[Ref]:
        x = g.given(x)
        data = [message or "", f"Condition x {sign} 0 did not hold element-wise:", _described(x, "x"), x]
        return _assert(g, _all(g, g.op(op, x, g.const(0, x.dtype))), data, summarize)

    return check


def _near(
    g: Body, x: Any, y: Any, rtol: Any, atol: Any, message: str | None = None, summarize: int | None = None
) -> list[Ref]:
    x, y = g.given(x), g.given(y)
    if x.dtype.is_complex or isinstance(rtol, Ref) or isinstance(atol, Ref):
        raise NotTranslatable("assert_near of complex numbers, or with a tolerance that is a tensor")
    least = 10 * torch.finfo(x.dtype.torch).eps
    relative, absolute = (g.const(least if v is None else v, x.dtype) for v in (rtol, atol))
    bound = g.op("AddV2", absolute, g.op("Mul", relative, g.op("Abs", y)))
    near = g.op("LessEqual", g.op("Abs", g.op("Sub", x, y)), bound)
    data = [message or "", "x and y not equal to tolerance", _described(x, "x"), x, _described(y, "y"), y]
    return _assert(g, _all(g, near), data, summarize)


def _finite(g: Body, x: Ref, message: str, name: str | None = None) -> list[Ref]:
    return [like(g.effect("CheckNumerics", x, message=message), x)]


def _squeezed(g: Body, x: Ref, axis: Sequence[int], name: str | None = None) -> list[Ref]:
    return [g.effect("Squeeze", x, axis=list(axis))]


_DEBUGGING = "tfcompat.debugging.comparisons:"
SPECIAL: dict[str, Callable[..., list[Ref]]] = {
    "tfcompat._arrays.printing:print": _print,
    "tfcompat.debugging.numerics:check_numerics": _finite,
    "tfcompat._arrays.shaping:squeeze": _squeezed,
    f"{_DEBUGGING}Assert": _assert,
    f"{_DEBUGGING}assert_near": _near,
    **{
        f"{_DEBUGGING}assert_{name}": _compared(sign, op)
        for name, sign, op in (
            ("equal", "==", "Equal"),
            ("none_equal", "!=", "NotEqual"),
            ("greater", ">", "Greater"),
            ("greater_equal", ">=", "GreaterEqual"),
            ("less", "<", "Less"),
            ("less_equal", "<=", "LessEqual"),
        )
    },
    **{
        f"{_DEBUGGING}assert_{name}": _signed(sign, op)
        for name, sign, op in (
            ("positive", ">", "Greater"),
            ("negative", "<", "Less"),
            ("non_negative", ">=", "GreaterEqual"),
            ("non_positive", "<=", "LessEqual"),
        )
    },
}
