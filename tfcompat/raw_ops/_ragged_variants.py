"""Raw ops that put ragged tensors into variants and take them out again."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Variant, Variants


class _Ragged(Variant):
    """A ragged tensor: its row splits, from the outermost in, and its values."""

    def __init__(self, splits: list[torch.Tensor], values: Any) -> None:
        self.splits, self.values = splits, values


def _rows(splits: list[torch.Tensor], values: Any, start: int, stop: int) -> _Ragged:
    """A part of a ragged tensor's rows."""
    found = []
    for level in splits:
        part = level[start : stop + 1]
        found.append(part - part[0])
        start, stop = int(part[0]), int(part[-1])
    return _Ragged(found, values[start:stop])


@raw("RaggedTensorToVariant", strings=True)
def ragged_tensor_to_variant(rt_nested_splits: Values, rt_dense_values: Value, batched_input: bool) -> Any:
    """A ragged tensor as one variant or, where batched_input says so, each of its rows as one."""
    splits, values = list(rt_nested_splits), rt_dense_values
    if not batched_input:
        return _Ragged(splits, values)
    if not splits:
        return Variants([_Ragged([], row) for row in values], [len(values)])
    outer, inner = splits[0].tolist(), splits[1:]
    return Variants([_rows(inner, values, a, b) for a, b in itertools.pairwise(outer)], [len(outer) - 1])


@raw("RaggedTensorFromVariant")
def ragged_tensor_from_variant(
    encoded_ragged: Any, input_ragged_rank: int, output_ragged_rank: int, Tvalues: dtypes.DType, Tsplits: dtypes.DType
) -> tuple[list[torch.Tensor], Any]:
    """The row splits and values of the ragged tensor that variants are the parts of."""
    shape = encoded_ragged.shape.as_list()
    parts = encoded_ragged.items if isinstance(encoded_ragged, Variants) else [encoded_ragged]
    if not all(isinstance(part, _Ragged) for part in parts):
        raise Invalid("encoded_ragged holds something else than ragged tensors")
    rank = output_ragged_rank - len(shape) if input_ragged_rank == -1 else input_ragged_rank
    if rank < 0 or len(shape) + rank != output_ragged_rank:
        raise Invalid(f"output_ragged_rank must be equal to input_ragged_rank + {len(shape)}, got {output_ragged_rank}")
    for part in parts:
        if len(part.splits) != rank:
            raise Invalid(f"Expected input Tensor to have ragged rank {rank}, got {len(part.splits)}")
        if dtypes.BY_STORAGE[part.values.dtype] is not Tvalues:
            raise Invalid(f"Expected values Tensor dtype: {Tvalues.name}")
    if not shape:
        return parts[0].splits, parts[0].values
    splits = [torch.arange(math.prod(shape[:d]) + 1, dtype=Tsplits.torch) * shape[d] for d in range(1, len(shape))]
    for level in range(rank + 1):
        lengths = [len(p.splits[level]) - 1 if level < rank else len(p.values) for p in parts]
        if not level:
            splits.append(torch.tensor(np.cumsum([0, *lengths]), dtype=Tsplits.torch))
        else:
            before = [p.splits[level - 1] for p in parts]
            starts = np.cumsum([0, *(int(b[-1]) for b in before)]).tolist()
            joined = [b[1:] + start for b, start in zip(before, starts)]
            splits.append(torch.cat([torch.zeros(1, dtype=Tsplits.torch), *(j.to(Tsplits.torch) for j in joined)]))
    return splits, _joined([p.values for p in parts], Tvalues)


def _joined(values: list[Any], dtype: dtypes.DType) -> Any:
    if not values:
        return np.empty(0, object) if dtype is dtypes.string else torch.empty(0, dtype=dtype.torch)
    return np.concatenate(values) if isinstance(values[0], np.ndarray) else torch.cat(values)


@raw("RaggedTensorToVariantGradient")
def ragged_tensor_to_variant_gradient(
    encoded_ragged_grad: Any, row_splits: Value, dense_values_shape: Value, Tvalues: dtypes.DType
) -> Any:
    """The gradient by the values of RaggedTensorToVariant: those of the variants, one after the other."""
    shape = dense_values_shape.tolist()
    parts = encoded_ragged_grad.items if isinstance(encoded_ragged_grad, Variants) else [encoded_ragged_grad]
    found = _joined([p.values for p in parts], Tvalues)
    if not isinstance(encoded_ragged_grad, Variants) and list(found.shape) != shape:
        raise Invalid(f"The gradient has shape {list(found.shape)}, the values have {shape}")
    return found.reshape(shape)
