"""Whole recurrences (LSTM, GRU, the simple one) as a loop over the steps, whose outputs go to a list of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.control import repeated
from tfcompat.saved_model._translation.registry import translates


@translates("tfcompat.recurrence.default")
def _recurrence(
    g: Body, out: Any, kind: str, x: Ref, h: Ref | None, c: Ref | None, kernel: Ref, recurrent: Ref, bias: Ref | None,
    mask: Ref | None,
) -> tuple[Any, ...]:  # fmt: skip
    """Time comes first: x is [T, B, inputs], a mask [T, B]. Gates lie side by side in Keras's order."""
    steps, batch, units = g.size(x, 0), g.size(x, 1), g.size(recurrent, 0)
    inner = None
    if kind == "gru" and bias is not None:
        bias, inner = g.op("Unpack", bias, num=2)
    projected = _projected(g, x, kernel, bias, mask)
    zeros = shaped(g.op("Fill", g.vector([batch, units]), g.const(0, x.dtype)), [_known(batch), _known(units)])
    states = [zeros if h is None else h, *([zeros if c is None else c] if kind == "lstm" else [])]
    shape = g.int32([-1, -1 if isinstance(units, Ref) else units])
    outputs = g.op("TensorListReserve", shape, g.tensor(steps, dtypes.int32), element_dtype=x.dtype)
    fixed = [t for t in (projected, recurrent, g.tensor(steps, dtypes.int32), inner, mask) if t is not None]

    def more(body: Body, going: Sequence[Ref], held: Sequence[Ref]) -> Ref:
        return body.op("Less", going[0], held[2])

    def step(body: Body, going: Sequence[Ref], held: Sequence[Ref]) -> list[Ref]:
        i, made, *before = going
        rest = list(held[3:])
        bias = rest.pop(0) if inner is not None else None
        z = body.op("GatherV2", held[0], i, body.int32(0))
        after = _step(body, kind, z, before, held[1], bias)
        if mask is not None:
            valid = body.op("ExpandDims", body.op("GatherV2", rest[0], i, body.int32(0)), body.int32(1))
            after = [body.op("SelectV2", valid, new, old) for new, old in zip(after, before)]
        made = body.op("TensorListSetItem", made, i, after[0])
        return [body.op("AddV2", i, body.int32(1)), made, *after]

    _, made, *last = repeated(g, "steps", more, step, [g.int32(0), outputs, *states], fixed)
    stacked = g.op("TensorListStack", made, shape, element_dtype=x.dtype)
    return stacked, last[0], last[1] if kind == "lstm" else None, None, None


def _known(size: int | Ref) -> int | None:
    return None if isinstance(size, Ref) else size


def _projected(g: Body, x: Ref, kernel: Ref, bias: Ref | None, mask: Ref | None) -> Ref:
    """What all steps add to the gates; masked inputs count as 0, as they may be anything."""
    if mask is not None:
        valid = g.op("ExpandDims", mask, g.int32(2))
        x = shaped(g.op("SelectV2", valid, x, g.const(0, x.dtype)), x.shape)
    sizes = g.sizes(x)
    flat = g.op("MatMul", g.reshape(x, [-1, sizes[2]]), kernel)
    flat = flat if bias is None else g.op("BiasAdd", flat, bias)
    return g.reshape(flat, [*sizes[:2], g.size(kernel, 1)])


def _step(g: Body, kind: str, z: Ref, before: Sequence[Ref], recurrent: Ref, bias: Ref | None) -> list[Ref]:
    """The states after a step, the output first."""
    h = before[0]
    product = g.op("MatMul", h, recurrent)
    if bias is not None:
        product = g.op("BiasAdd", product, bias)
    if kind == "lstm":
        gates = _parts(g, g.op("AddV2", z, product), 4)
        i, f, o = (g.op("Sigmoid", gates[n]) for n in (0, 1, 3))
        cell = g.op("AddV2", g.op("Mul", f, before[1]), g.op("Mul", i, g.op("Tanh", gates[2])))
        return [g.op("Mul", o, g.op("Tanh", cell)), cell]
    if kind == "gru":
        (zx, rx, hx), (zh, rh, hh) = _parts(g, z, 3), _parts(g, product, 3)
        gate, reset = g.op("Sigmoid", g.op("AddV2", zx, zh)), g.op("Sigmoid", g.op("AddV2", rx, rh))
        new = g.op("Tanh", g.op("AddV2", hx, g.op("Mul", reset, hh)))
        kept = g.op("Mul", gate, h)
        return [g.op("AddV2", kept, g.op("Mul", g.op("Sub", g.const(1, h.dtype), gate), new))]
    return [g.op("Tanh" if kind == "tanh" else "Relu", g.op("AddV2", z, product))]


def _parts(g: Body, x: Ref, count: int) -> list[Ref]:
    return g.op("Split", g.int32(1), x, num_split=count)
