"""Raw ops that make and end variables, and those that split one variable into many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.shapes import TensorShape
from tfcompat._core.variable import Storage
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._resources import assign, typed

_shared: dict[tuple[str, str], Storage] = {}


@raw("VarHandleOp")
def var_handle(
    dtype: dtypes.DType, shape: TensorShape, container: str, shared_name: str, allowed_devices: list[str]
) -> Storage:
    """The cell of a variable that has no value yet; the same one for the same `shared_name`."""
    key = container, shared_name
    if not shared_name:
        return Storage(None, dtype)
    if key not in _shared:
        _shared[key] = Storage(None, dtype)
    return _shared[key]


@raw("DestroyResourceOp")
def destroy_resource(resource: Any, ignore_lookup_error: bool) -> None:
    """Takes the value of a variable away; what else is shared ends where nothing refers to it."""
    cell = getattr(resource, "_storage", None)
    if cell is not None:
        cell.t, cell.kind = None, resource.dtype


def _pieces(sizes: Sequence[int], parts: Sequence[int], paddings: Sequence[int]) -> list[tuple[slice, ...]]:
    """Where the parts of a tensor lie, in order, of the sizes that the padded tensor gives them."""
    import itertools

    steps = [(n + p) // k for n, p, k in zip(sizes, paddings, parts, strict=True)]
    return [
        tuple(slice(i * s, (i + 1) * s) for i, s in zip(place, steps, strict=True))
        for place in itertools.product(*map(range, parts))
    ]


def _split(value: Any, number: int, num_splits: Sequence[int], paddings: Sequence[int]) -> list[torch.Tensor]:
    padding = list(paddings) or [0] * value.ndim
    if len(num_splits) != value.ndim or len(padding) != value.ndim:
        raise Invalid(f"num_splits and paddings must have {value.ndim} numbers, got {num_splits}, {list(paddings)}")
    if math.prod(num_splits) != number:
        raise Invalid(f"num_splits {num_splits} make {math.prod(num_splits)} parts, not {number}")
    for n, p, k in zip(value.shape, padding, num_splits, strict=True):
        if (n + p) % k:
            raise Invalid(f"{n} and {p} of padding cannot be split into {k}")
    wide = torch.nn.functional.pad(value, [x for p in reversed(padding) for x in (0, p)])
    return [wide[at] for at in _pieces(value.shape, num_splits, padding)]


@raw("XlaSplitND")
def split_nd(input: Value, N: int, num_splits: list[int], paddings: list[int]) -> list[torch.Tensor]:
    """A tensor, with zeros at its ends, in parts along all dimensions, of which the last goes fastest."""
    return _split(input, N, num_splits, paddings)


@raw("ReadVariableXlaSplitND")
def read_split_nd(
    resource: Any, T: dtypes.DType, N: int, num_splits: list[int], paddings: list[int]
) -> list[torch.Tensor]:
    """As XlaSplitND, of a variable."""
    return _split(typed(resource, T)._read(), N, num_splits, paddings)


def _joined(inputs: Sequence[torch.Tensor], num_concats: Sequence[int], paddings: Sequence[int]) -> torch.Tensor:
    first = inputs[0]
    padding = list(paddings) or [0] * first.ndim
    if len(num_concats) != first.ndim or len(padding) != first.ndim:
        raise Invalid(f"num_concats and paddings must have {first.ndim} numbers, got {num_concats}, {list(paddings)}")
    if math.prod(num_concats) != len(inputs) or any(x.shape != first.shape for x in inputs):
        raise Invalid(f"num_concats {num_concats} need {math.prod(num_concats)} tensors of one shape")
    sizes = [n * k - p for n, k, p in zip(first.shape, num_concats, padding, strict=True)]
    whole = first.new_zeros([n + p for n, p in zip(sizes, padding, strict=True)])
    for at, part in zip(_pieces(sizes, num_concats, padding), inputs, strict=True):
        whole[at] = part
    return whole[tuple(slice(n) for n in sizes)]


@raw("XlaConcatND")
def concat_nd(inputs: Values, num_concats: list[int], paddings: list[int]) -> torch.Tensor:
    """The tensor that XlaSplitND splits into these."""
    return _joined(inputs, num_concats, paddings)


@raw("AssignVariableXlaConcatND")
def assign_concat_nd(resource: Any, inputs: Values, num_concats: list[int], paddings: list[int]) -> None:
    """As XlaConcatND, to a variable."""
    joined = _joined(inputs, num_concats, paddings)
    assign(resource, joined, False)
