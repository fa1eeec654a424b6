"""Kernels that put tensors together, and that take them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import translates


@translates("aten.cat.default")
def _cat(g: Body, out: Any, tensors: Sequence[Ref], dim: int = 0) -> Ref:
    parts = [g.cast(t, kind(out)) for t in tensors if t.rank == out.dim()]  # torch skips empty vectors
    return parts[0] if len(parts) == 1 else g.op("ConcatV2", parts, g.int32(dim % out.dim()))


@translates("aten.stack.default")
def _stack(g: Body, out: Any, tensors: Sequence[Ref], dim: int = 0) -> Ref:
    return g.op("Pack", [g.cast(t, kind(out)) for t in tensors], axis=dim % out.dim())


@translates("aten.unbind.int")
def _unbind(g: Body, out: Any, x: Ref, dim: int = 0) -> list[Ref]:
    return g.op("Unpack", x, num=len(out), axis=dim % x.rank)


@translates("aten.split.Tensor", "aten.chunk.default")
def _split(g: Body, out: Any, x: Ref, size: Any, dim: int = 0) -> list[Ref]:
    sizes = [part.shape[dim] for part in out]
    if len(out) == 1:
        return [x]
    if all(type(n) is int for n in sizes):
        return split(g, x, sizes, dim)
    return split(g, x, [*[size] * (len(out) - 1), -1], dim)


@translates("aten.split_with_sizes.default")
def _split_with_sizes(g: Body, out: Any, x: Ref, sizes: Sequence[Any], dim: int = 0) -> list[Ref]:
    return split(g, x, sizes, dim)


def split(g: Body, x: Ref, sizes: Sequence[Any], dim: int) -> list[Ref]:
    """The parts of a tensor along one dimension, of these sizes."""
    dim %= x.rank
    if len(sizes) == 1:
        return [x]
    if all(not isinstance(n, Ref) and n == sizes[0] and n >= 0 for n in sizes):
        return g.op("Split", g.int32(dim), x, num_split=len(sizes))
    return g.op("SplitV", x, g.vector(sizes), g.int32(dim), num_split=len(sizes))
