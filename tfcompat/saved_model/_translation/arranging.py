"""Kernels that move elements or give tensors another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

_MOST_BROADCAST = 5


@translates(
    "aten.clone.default", "aten.alias.default", "aten.detach.default", "aten.contiguous.default",
    "aten.lift_fresh_copy.default", "aten.lift_fresh.default", "aten.positive.default", "aten._conj_physical.default",
    "aten.resolve_conj.default", "aten.resolve_neg.default",
)  # fmt: skip
def _same(g: Body, out: Any, x: Ref, **named: Any) -> Ref:
    return x


@translates("aten._to_copy.default", "prims.convert_element_type.default")
def _cast(g: Body, out: Any, x: Ref, *_: Any, **named: Any) -> Ref:
    return g.cast(x, kind(out))


@translates("aten.view.dtype")
def _bits(g: Body, out: Any, x: Ref, dtype: Any) -> Ref:
    if kind(out).size != x.dtype.size:
        raise NotTranslatable(f"a view of {x.dtype.name} as {kind(out).name}")
    return g.op("Bitcast", x, type=kind(out))


@translates("aten.view.default", "aten._unsafe_view.default", "aten.reshape.default", "aten.view_copy.default")
def _view(g: Body, out: Any, x: Ref, sizes: Sequence[Any]) -> Ref:
    return g.reshape(x, [n if type(n) is int else given for given, n in zip(sizes, out.shape)])


@translates("aten.expand.default")
def expand(g: Body, out: Any, x: Ref, sizes: Sequence[Any], implicit: bool = False) -> Ref:
    """A tensor repeated along dimensions of size 1, and along new ones before it."""
    missing = len(sizes) - x.rank
    wanted = [
        g.size(x, i - missing) if not isinstance(n, Ref) and n == -1 else n for i, n in enumerate(sizes)
    ]  # fmt: skip
    if not missing and all(n is not None and n == w for n, w in zip(x.shape or (), wanted)):
        return x
    if len(wanted) <= _MOST_BROADCAST or x.shape is None or x.rank < len(wanted):
        return g.op("BroadcastTo", x, g.vector(wanted))
    sizes = g.sizes(x)  # one dimension after the other, as the op takes few of them
    for dim, (before, after) in enumerate(zip(x.shape, wanted)):
        if before == 1 and not (isinstance(after, int) and after == 1):
            outer, inner = g.product(sizes[:dim]), g.product(sizes[dim + 1 :])
            sizes[dim] = after
            flat = g.op("BroadcastTo", g.op("Reshape", x, g.vector([outer, 1, inner])), g.vector([outer, after, inner]))
            x = shaped(g.op("Reshape", flat, g.vector(sizes)), None)
    return x


@translates("aten.permute.default")
def _permute(g: Body, out: Any, x: Ref, order: Sequence[int]) -> Ref:
    return g.transpose(x, order)


@translates("aten.transpose.int", "aten.transpose.default")
def _transpose(g: Body, out: Any, x: Ref, a: int, b: int) -> Ref:
    order = list(range(x.rank))
    if order:
        order[a], order[b] = order[b], order[a]
    return g.transpose(x, order)


@translates("aten.t.default", "aten.numpy_T.default")
def _t(g: Body, out: Any, x: Ref) -> Ref:
    return g.transpose(x, list(range(x.rank))[::-1])


@translates("aten.unsqueeze.default")
def _unsqueeze(g: Body, out: Any, x: Ref, dim: int) -> Ref:
    return g.op("ExpandDims", x, g.int32(dim % (x.rank + 1)))


@translates("aten.squeeze.dim", "aten.squeeze.dims", "aten.squeeze.default")
def _squeeze(g: Body, out: Any, x: Ref, dims: Any = None) -> Ref:
    given = range(x.rank) if dims is None else [dims] if isinstance(dims, int) else dims
    ones = sorted({d % x.rank for d in given if x.rank and (x.shape or [])[d] == 1})
    return g.op("Squeeze", x, axis=ones) if ones else x


@translates("aten.flip.default")
def _flip(g: Body, out: Any, x: Ref, dims: Sequence[int]) -> Ref:
    return g.op("ReverseV2", x, g.int32([d % x.rank for d in dims]))


@translates("aten.roll.default")
def _roll(g: Body, out: Any, x: Ref, shifts: Sequence[Any], dims: Sequence[int] = ()) -> Ref:
    if not dims:
        flat = g.op("Roll", g.op("Reshape", x, g.int32([-1])), g.vector(shifts), g.int32([0]))
        return g.reshape(flat, g.sizes(x))
    return g.op("Roll", x, g.vector(shifts), g.int32([d % x.rank for d in dims]))


@translates("aten.repeat.default")
def _repeat(g: Body, out: Any, x: Ref, times: Sequence[Any]) -> Ref:
    wide = g.reshape(x, [*[1] * (len(times) - x.rank), *g.sizes(x)])
    return g.op("Tile", wide, g.vector(times))


@translates("aten.constant_pad_nd.default")
def pad(g: Body, out: Any, x: Ref, widths: Sequence[Any], value: Any = 0) -> Ref:
    """A tensor with a border; torch lists the last dimension first, and a negative width cuts off."""
    if x.origin is not None:  # the tensor that this one is transposed of gets the border
        source, order = x.origin
        pairs = {order[x.rank - 1 - i]: (widths[2 * i], widths[2 * i + 1]) for i in range(len(widths) // 2)}
        inner = [n for d in reversed(range(x.rank)) for n in pairs.get(d, (0, 0))]
        return g.transpose(_padded(g, source, inner, value), order)
    return _padded(g, x, widths, value)


def _padded(g: Body, x: Ref, widths: Sequence[Any], value: Any) -> Ref:
    rank, sizes = x.rank, list(x.shape or ())
    rows: list[list[Any]] = [[0, 0] for _ in range(rank)]
    for i in range(len(widths) // 2):
        rows[rank - 1 - i] = [widths[2 * i], widths[2 * i + 1]]
    if any(isinstance(n, Ref) for row in rows for n in row):
        x = _bordered(g, x, g.op("Pack", [g.vector(row) for row in rows]), value)
        return shaped(x, [None if any(isinstance(n, Ref) for n in row) else n for row, n in zip(rows, sizes)])
    for dim, row in enumerate(rows):
        if min(row) < 0:
            stop = g.size(x, dim)
            end = stop + min(row[1], 0) if not isinstance(stop, Ref) else min(row[1], 0) or None
            x = cut(g, x, dim, max(-row[0], 0), end)
            sizes[dim] = None if sizes[dim] is None else sizes[dim] + min(row[0], 0) + min(row[1], 0)
            x = shaped(x, sizes)
    borders = [[max(n, 0) for n in row] for row in rows]
    if not any(map(any, borders)):
        return x
    made = _bordered(g, x, g.int32(borders), value)
    return shaped(made, [None if n is None else n + sum(row) for n, row in zip(sizes, borders)])


def _bordered(g: Body, x: Ref, widths: Ref, value: Any) -> Ref:
    if not isinstance(value, Ref) and value == 0:
        return g.op("Pad", x, widths)
    return g.op("PadV2", x, widths, g.tensor(value, x.dtype))


@translates("aten.reflection_pad1d.default", "aten.reflection_pad2d.default", "aten.reflection_pad3d.default")
def _reflect(g: Body, out: Any, x: Ref, widths: Sequence[int]) -> Ref:
    rows = [[0, 0] for _ in range(x.rank)]
    for i in range(len(widths) // 2):
        rows[x.rank - 1 - i] = list(widths[2 * i : 2 * i + 2])
    return g.op("MirrorPad", x, g.int32(rows), mode="REFLECT")


def cut(g: Body, x: Ref, dim: int, start: Any, end: Any, step: Any = 1) -> Ref:
    """A tensor from `start` to `end` (None: to its end) along one dimension."""
    dim %= x.rank
    most = 2**31 - 1
    open_end = end is None or (not isinstance(end, Ref) and end >= most)
    before = [0] * dim
    mask = (1 << dim) - 1
    begin, stop = g.vector([*before, start]), g.vector([*before, end if end is not None and not open_end else 0])
    return g.op(
        "StridedSlice", x, begin, stop, g.vector([*[1] * dim, step]),
        begin_mask=mask, end_mask=mask | (1 << dim if open_end else 0),
    )  # fmt: skip


@translates("aten.slice.Tensor")
def _slice(g: Body, out: Any, x: Ref, dim: int = 0, start: Any = None, end: Any = None, step: Any = 1) -> Ref:
    start = 0 if start is None else start
    whole = not isinstance(start, Ref) and start == 0 and (end is None or (not isinstance(end, Ref) and end >= 2**31))
    return x if whole and step == 1 else cut(g, x, dim, start, end, step)


@translates("aten.select.int")
def select(g: Body, out: Any, x: Ref, dim: int, index: Any) -> Ref:
    """A tensor at one place along a dimension, which goes."""
    dim %= x.rank
    before, mask = [0] * dim, (1 << dim) - 1
    end = g.total(index, 1)
    return g.op(
        "StridedSlice", x, g.vector([*before, index]), g.vector([*before, end]), g.int32([1] * (dim + 1)),
        begin_mask=mask, end_mask=mask, shrink_axis_mask=1 << dim,
    )  # fmt: skip


@translates("aten.unfold.default")
def _unfold(g: Body, out: Any, x: Ref, dim: int, size: int, step: int) -> Ref:
    dim %= x.rank
    length = g.tensor(g.size(x, dim), dtypes.int32)
    starts = g.op("Range", g.int32(0), g.op("Sub", length, g.int32(size - 1)), g.int32(step))
    places = g.op("AddV2", g.op("ExpandDims", starts, g.int32(1)), g.int32(list(range(size))))
    found = shaped(g.op("GatherV2", x, places, g.int32(dim)), [None] * (x.rank + 1))
    return g.transpose(found, [*(d for d in range(x.rank + 1) if d != dim + 1), dim + 1])


def band(g: Body, x: Ref, keep: str, diagonal: Any) -> Ref:
    """A tensor of matrices with zeros on one side of a diagonal. keep: how columns - rows compare with it."""
    rows, columns = (g.op("Range", g.int32(0), g.tensor(g.size(x, d), dtypes.int32), g.int32(1)) for d in (-2, -1))
    distance = g.op("Sub", g.op("ExpandDims", columns, g.int32(0)), g.op("ExpandDims", rows, g.int32(1)))
    kept = g.op(keep, distance, g.tensor(diagonal, dtypes.int32))
    return g.op("SelectV2", kept, x, g.const(0, x.dtype))


@translates("aten.tril.default")
def _tril(g: Body, out: Any, x: Ref, diagonal: Any = 0) -> Ref:
    return band(g, x, "LessEqual", diagonal)


@translates("aten.triu.default")
def _triu(g: Body, out: Any, x: Ref, diagonal: Any = 0) -> Ref:
    return band(g, x, "GreaterEqual", diagonal)


@translates("aten.diagonal.default")
def _diagonal(g: Body, out: Any, x: Ref, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Ref:
    rest = [d for d in range(x.rank) if d not in (dim1 % x.rank, dim2 % x.rank)]
    turned = g.transpose(x, [*rest, dim1 % x.rank, dim2 % x.rank])
    return g.op("MatrixDiagPartV3", turned, g.int32(offset), g.const(0, x.dtype))


@translates("aten.diag_embed.default")
def _diag_embed(g: Body, out: Any, x: Ref, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Ref:
    if (dim1 % (x.rank + 1), dim2 % (x.rank + 1)) != (x.rank - 1, x.rank):
        raise NotTranslatable("a diagonal of other dimensions than the last")
    return g.op("MatrixDiagV3", x, g.int32(offset), g.int32(-1), g.int32(-1), g.const(0, x.dtype))
