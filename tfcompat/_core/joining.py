"""The ops that make one tensor of several: what tf.concat, tf.stack and tf.TensorArray share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.arguments import integer
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Alikes, Invalid, op


def _concat_problem(values: Sequence[Any], axis: Any, *_: Any) -> str | None:
    where, first = integer(axis, "axis") % values[0].ndim, values[0]
    for i, x in enumerate(values[1:], 1):
        if x.ndim != first.ndim:
            return (
                "ConcatOp : Ranks of all input tensors should match: "
                f"shape[0] = {_dims(first.shape)} vs. shape[{i}] = {_dims(x.shape)}"
            )
        for d in range(x.ndim):
            if d != where and x.shape[d] != first.shape[d]:
                return (
                    f"ConcatOp : Dimension {d} in both shapes must be equal: "
                    f"shape[0] = {_dims(first.shape)} vs. shape[{i}] = {_dims(x.shape)}"
                )
    return None


@op("ConcatV2", strings=True, explain=_concat_problem)
def concat_tensors(values: Alikes, axis: Any, name: str | None = None) -> torch.Tensor:
    """The tensors joined along `axis`; their other dimensions and dtypes are the same."""
    where, rank = integer(axis, "axis"), values[0].ndim
    if len(values) == 1:
        return values[0].view_as(values[0])
    if not rank:
        raise Invalid("ConcatOp : Can't concatenate scalars (use tf.stack instead)")
    if not -rank <= where < rank:
        raise Invalid(f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got {where}")
    if any(x.ndim != rank for x in values):  # torch.cat lets empty vectors pass
        raise Invalid(_concat_problem(values, where) or "")
    return torch.cat(tuple(values), where)


def _stack_problem(values: Sequence[Any], *_: Any) -> str | None:
    first = values[0].shape
    for i, x in enumerate(values):
        if x.shape != first:
            return (
                f"Shapes of all inputs must match: values[0].shape = {_dims(first)} != "
                f"values[{i}].shape = {_dims(x.shape)}"
            )
    return None


@op("Pack", strings=True, explain=_stack_problem)
def stack_tensors(values: Alikes, axis: int, name: str | None = None) -> torch.Tensor:
    """Tensors of one shape and dtype stacked along a new `axis`."""
    rank = values[0].ndim + 1
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    return torch.stack(tuple(values), axis)
