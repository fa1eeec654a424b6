"""Elements in order: tf.sort, tf.argsort, tf.searchsorted, tf.unique and tf.unravel_index."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from tfcompat._arrays.sizes import INDEX, index_tensor, scalar, vector
from tfcompat._core import dtypes
from tfcompat._core.operators import no_kernel
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat._core.unsigned import ordered


def _ordered(values: torch.Tensor, axis: Any, direction: str) -> tuple[torch.Tensor, torch.Tensor]:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: direction={direction}"
        )
    if values.dtype is torch.bool or values.dtype.is_complex:
        raise no_kernel(values)
    where = scalar(axis)
    if not -values.ndim <= where < values.ndim:
        raise Invalid(f"slice index {where} of dimension 0 out of bounds.")
    found = torch.sort(values, dim=where, descending=direction == "DESCENDING", stable=True)
    return found.values, found.indices


@op("TopKV2")
def sort(values: Value, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None) -> torch.Tensor:
    """The elements in order along `axis` (tf.sort). direction: "ASCENDING" or "DESCENDING", else ValueError."""
    return _ordered(values, axis, direction)[0]


@op("TopKV2")
def argsort(
    values: Value, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> torch.Tensor:
    """The int32 indices that sort a tensor along `axis` (tf.argsort). direction: "ASCENDING" or "DESCENDING".

    Equal elements keep their order, whether `stable` asks for it or not.
    """
    return _ordered(values, axis, direction)[1].int()


def _index_dtype(out_type: Any, attribute: str) -> torch.dtype:
    kind = dtypes.as_dtype(out_type)
    if kind.torch not in INDEX:
        raise Invalid(f"Value for attr '{attribute}' of {kind.name} is not in the list of allowed values: int32, int64")
    return kind.torch


@op("LowerBound", strings=True)
def searchsorted(
    sorted_sequence: Alike,
    values: Alike,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> torch.Tensor:
    """Where `values` would go into `sorted_sequence` to keep it sorted, both along their last dimension.

    The other dimensions are the same. side: "left" before equal elements, "right" after them. out_type: int32 or int64.
    ValueError for another side, InvalidArgumentError where the shapes do not fit. (tf.searchsorted)
    """
    if side not in ("left", "right"):
        raise ValueError(f"Argument `side` must be either 'right' or 'left'. Received: `side` = {side!r}.")
    if not sorted_sequence.ndim or not values.ndim:
        raise Invalid("slice index -1 of dimension 0 out of bounds.")
    sequences = sorted_sequence.reshape(math.prod(sorted_sequence.shape[:-1]), -1 if sorted_sequence.numel() else 0)
    wanted = values.reshape(math.prod(values.shape[:-1]), -1 if values.numel() else 0)
    if sequences.shape[0] != wanted.shape[0]:
        raise Invalid("Leading dim_size of both tensors must match.")
    found = torch.searchsorted(*(ordered(t).contiguous() for t in (sequences, wanted)), right=side == "right")
    return found.reshape(values.shape).to(_index_dtype(out_type, "out_type"))


class Unique(NamedTuple):
    """The distinct elements, and for each element which of them it is."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """The distinct elements, for each element which of them it is, and how often each occurs."""

    y: Any
    idx: Any
    count: Any


def _unique(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The distinct elements in the order in which they first occur, and for each element its number."""
    if x.ndim != 1:
        raise Invalid("unique expects a 1D vector.")
    values, inverse = torch.unique(x, return_inverse=True)
    inverse = inverse.long()  # torch 2.11 captures it as a tensor of floats
    positions = torch.arange(x.shape[0], device=x.device)
    first = torch.full(values.shape, x.shape[0], device=x.device).scatter_reduce(0, inverse, positions, "amin")
    order = torch.argsort(first)
    number = torch.empty_like(order).scatter(0, order, torch.arange(order.shape[0], device=x.device))
    return values.index_select(0, order), number.index_select(0, inverse)


@op("Unique", strings=True)
def unique(x: Value, out_idx: Any = dtypes.int32, name: str | None = None) -> Unique:
    """The distinct elements of a vector in order of occurrence, and the index of each element among them (tf.unique).

    Returns (y, idx) with x == gather(y, idx); out_idx, int32 or int64, is the dtype of idx.
    """
    kind = _index_dtype(out_idx, "out_idx")
    y, idx = _unique(x)
    return Unique(y, idx.to(kind))


@op("UniqueWithCounts", strings=True)
def unique_with_counts(x: Value, out_idx: Any = dtypes.int32, name: str | None = None) -> UniqueWithCounts:
    """As `unique`, with how often each distinct element occurs: (y, idx, count) (tf.unique_with_counts)."""
    kind = _index_dtype(out_idx, "out_idx")
    y, idx = _unique(x)
    count = torch.zeros(y.shape, dtype=kind, device=idx.device).index_add(0, idx, torch.ones_like(idx, dtype=kind))
    return UniqueWithCounts(y, idx.to(kind), count)


@op("UnravelIndex")
def unravel_index(indices: Value, dims: Any, name: str | None = None) -> torch.Tensor:
    """The coordinates in an array of shape `dims` of flat `indices`: shape [len(dims)] + indices.shape.

    A negative index counts from 0 as C's division does. Raises InvalidArgumentError for one over the array's size.
    (tf.unravel_index)
    """
    i = index_tensor(indices, "Tidx")
    sizes = vector(dims, "Tidx", "dims")
    if not is_symbolic(i) and bool((i >= math.prod(sizes)).any()):
        raise Invalid("index is out of bound as with dims")
    places = []
    for size in reversed(sizes[1:]):
        places.append(torch.fmod(i, size))
        i = torch.div(i, size, rounding_mode="trunc")
    return torch.stack([i, *reversed(places)]) if sizes else i.new_zeros(0, *i.shape)
