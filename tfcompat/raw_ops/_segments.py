"""Raw ops of the gradients of reductions of segments: SparseSegmentSumGrad and its like."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core.ops import Value
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import raw
from tfcompat.sparse.segments import reduced

# By what power of its number of rows the sum of a segment is divided.
_POWERS = {"Sum": 0, "Mean": 1, "SqrtN": 0.5}


def _register(how: str) -> None:
    def dense_grad(grad: Value, indices: Value, segment_ids: Value, output_dim0: Any) -> torch.Tensor:
        zeros = grad.new_zeros((scalar(output_dim0, what="output_dim0"), *grad.shape[1:]))
        power = _POWERS[how]
        return pullback(lambda data: reduced(data, indices, segment_ids, len(grad), power, False), grad, zeros)

    def rows_grad(
        grad: Value, indices: Value, segment_ids: Value, dense_output_dim0: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.unique(indices)
        return dense_grad(grad, indices, segment_ids, dense_output_dim0).index_select(0, rows.long()), rows

    dense_grad.__doc__ = f"The gradient of SparseSegment{how} by its data, which has `output_dim0` rows."
    rows_grad.__doc__ = f"The rows of SparseSegment{how}Grad that are not 0, and which they are."
    raw(f"SparseSegment{how}Grad")(dense_grad)
    raw(f"SparseSegment{how}GradV2")(rows_grad)


for _how in _POWERS:
    _register(_how)
