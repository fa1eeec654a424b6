"""tensorflow.compiler.tf2xla.python.xla: the ops of XLA's that Keras and transformers take from it."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Alike, Invalid, op

__all__ = ["dynamic_slice", "dynamic_update_slice"]


@op("XlaDynamicSlice")
def dynamic_slice(x: Alike, start_indices: Any, size_indices: Any) -> torch.Tensor:
    """The part of `x` that begins at `start_indices` and has the sizes `size_indices`, one of each for each dimension.

    As XLA has it, a start from where the sizes would reach past the end is moved back. InvalidArgumentError where there
    are not as many as dimensions, or a size is larger than its dimension.
    """
    sizes = [int(size) for size in to_storage(size_indices).reshape(-1)]
    places = _places(x, start_indices, sizes)
    return x[places] if places else x.clone()


@op("XlaDynamicUpdateSlice")
def dynamic_update_slice(x: Alike, updates: Alike, start_indices: Any) -> torch.Tensor:
    """`x` with `updates`, of the same rank, in the place that begins at `start_indices`, one for each dimension.

    As XLA has it, a start that would leave too little room is moved back. InvalidArgumentError where the ranks differ.
    """
    places = _places(x, start_indices, list(updates.shape))
    return x.index_put(places, updates) if places else updates


def _places(x: torch.Tensor, start_indices: Any, sizes: list[int]) -> tuple[torch.Tensor, ...]:
    """The indices, for each dimension of `x`, of a box of `sizes` at `start_indices` or as near as fits."""
    starts = to_storage(start_indices).reshape(-1)
    if len(sizes) != x.ndim or starts.shape[0] != x.ndim:
        raise Invalid(
            f"start_indices and the sizes must be as many as the dimensions of x, {x.ndim}; got {starts.shape[0]} and "
            f"{len(sizes)}"
        )
    places = []
    for d, size in enumerate(sizes):
        if size > x.shape[d]:
            raise Invalid(f"a box of shape {sizes} does not fit into shape {list(x.shape)}")
        first = starts[d].long().clamp(0, x.shape[d] - size)
        shape = [-1 if i == d else 1 for i in range(x.ndim)]
        places.append((first + torch.arange(size, device=x.device)).reshape(shape))
    return tuple(places)
