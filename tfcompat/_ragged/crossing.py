"""Crosses of features with ragged results: tf.ragged.cross and cross_hashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Values
from tfcompat._ragged.kernels import lengths_to_splits
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor, to_tensor_or_ragged
from tfcompat._sparse import crosses
from tfcompat._sparse.indices import sizes
from tfcompat._sparse.tensor import SparseTensor, is_sparse, to_sparse
from tfcompat.dtypes.casting import cast
from tfcompat.strings.elements import string_op


@string_op("RaggedCross")
def _cross(
    ragged_values: Values,
    ragged_row_splits: Values,
    sparse_indices: Values,
    sparse_values: Values,
    sparse_shape: Values,
    dense_inputs: Values,
    input_order: str,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
    out_values_type: Any,
    out_row_splits_type: dtypes.DType,
    name: str | None = None,
) -> tuple[Any, torch.Tensor]:
    kinds = {
        "R": [crosses.Column(s.long(), v) for s, v in zip(ragged_row_splits, ragged_values)],
        "S": [crosses.of_sparse(i, v, sizes(s)[0]) for i, v, s in zip(sparse_indices, sparse_values, sparse_shape)],
        "D": [crosses.of_dense(d) for d in dense_inputs],
    }
    columns = [kinds[kind].pop(0) for kind in input_order]
    counts, taken = crosses.combined(columns)
    if hashed_output:
        values: Any = crosses.hashed(columns, taken, num_buckets, hash_key)
    else:
        values = crosses.joined(columns, taken, b"_X_")
    return values, lengths_to_splits(counts).to(out_row_splits_type.torch)


def _feature(i: int, x: Any) -> Any:
    """Input number i as a sparse tensor, ragged tensor or tensor of strings or int64."""
    x = to_sparse(x) if is_sparse(x) else to_tensor_or_ragged(x)
    if x.dtype.is_integer:
        x = cast(x, dtypes.int64)
    elif x.dtype is not dtypes.string:
        raise ValueError(f"Unexpected dtype for inputs[{i}]: {x.dtype}")
    if isinstance(x, RaggedTensor) and x.ragged_rank != 1:
        raise ValueError("tf.ragged.cross only supports inputs with rank=2")
    return x


def _crossed(inputs: Any, hashed: bool, num_buckets: int, key: int, name: str | None) -> Any:
    if not isinstance(inputs, (tuple, list)):
        raise TypeError("Inputs must be a list")
    with op_name_scope(name, "RaggedCross"):
        features: Sequence[Any] = [_feature(i, x) for i, x in enumerate(inputs)]
        ragged = [f for f in features if isinstance(f, RaggedTensor)]
        parts = [f._parts() for f in features if isinstance(f, SparseTensor)]
        indices, values, shapes = ([p[k] for p in parts] for k in range(3))
        dense = [f for f in features if not isinstance(f, (RaggedTensor, SparseTensor))]
        order = "".join(
            "R" if isinstance(f, RaggedTensor) else "S" if isinstance(f, SparseTensor) else "D" for f in features
        )
        narrow = bool(ragged) and all(r.row_splits.dtype is dtypes.int32 for r in ragged)
        found, splits = _cross(
            [r.values for r in ragged],
            [r.row_splits for r in ragged],
            indices,
            values,
            shapes,
            dense,
            order,
            hashed,
            num_buckets,
            key,
            dtypes.int64 if hashed else dtypes.string,
            dtypes.int32 if narrow else dtypes.int64,
        )
        return RaggedTensor._of(found, RowPartition(splits))


def cross(inputs: Any, name: str | None = None) -> Any:
    """The elements of each row of the inputs in all combinations, joined by "_X_", as rows (tf.ragged.cross).

    inputs: a list of matrices, ragged, sparse or dense, of strings or integers, with the same number of rows. TypeError
    for what is no list, ValueError for other ranks and dtypes, InvalidArgumentError where the numbers of rows differ.
    """
    return _crossed(inputs, False, 0, crosses.DEFAULT_KEY, name)


def cross_hashed(inputs: Any, num_buckets: int = 0, hash_key: Any = None, name: str | None = None) -> Any:
    """As `cross`, with a number in the place of each string: the FarmHash of its elements (tf.ragged.cross_hashed).

    num_buckets: numbers are below it; 0 for the whole range of int64. hash_key: of the hash.
    """
    return _crossed(inputs, True, num_buckets, crosses.DEFAULT_KEY if hash_key is None else hash_key, name)
