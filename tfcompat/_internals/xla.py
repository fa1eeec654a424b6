"""tensorflow.compiler.tf2xla.python.xla: the one op of XLA's that Keras uses with TensorFlow as its backend."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Alike, Invalid, op

__all__ = ["dynamic_update_slice"]


@op("XlaDynamicUpdateSlice")
def dynamic_update_slice(x: Alike, updates: Alike, start_indices: Any) -> torch.Tensor:
    """`x` with `updates`, of the same rank, in the place that begins at `start_indices`, one for each dimension.

    As XLA has it, a start that would leave too little room is moved back. InvalidArgumentError where the ranks differ.
    """
    starts = to_storage(start_indices).reshape(-1)
    if updates.ndim != x.ndim or starts.shape[0] != x.ndim:
        raise Invalid(f"updates and start_indices must have the rank of x, {x.ndim}; got {updates.ndim}, {len(starts)}")
    places = []
    for d in range(x.ndim):
        room = x.shape[d] - updates.shape[d]
        if room < 0:
            raise Invalid(f"updates of shape {list(updates.shape)} do not fit into shape {list(x.shape)}")
        first = starts[d].long().clamp(0, room)
        shape = [-1 if i == d else 1 for i in range(x.ndim)]
        places.append((first + torch.arange(updates.shape[d], device=x.device)).reshape(shape))
    return x.index_put(tuple(places), updates) if places else updates
