"""Sparse tensors as strings: tf.io.serialize_sparse, serialize_many_sparse and deserialize_many_sparse."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Value
from tfcompat._core.storage import to_numpy
from tfcompat._sparse.indices import coordinates, dims, elements, take
from tfcompat._sparse.tensor import SparseTensor, to_sparse
from tfcompat.io._paths import failure
from tfcompat.io.files import strings, to_string_tensor
from tfcompat.io.tensors import tensor_of_bytes
from tfcompat.strings.elements import filled, string_op


def _string_type(out_type: Any) -> dtypes.DType:
    kind = dtypes.as_dtype(out_type)
    if kind is not dtypes.string:
        raise NotImplementedError(f"Argument `out_type` takes tf.string, got {kind!r}: tfcompat has no tensors of it.")
    return kind


def _tensor_bytes(tensor: Any) -> bytes:
    """What holds a tensor as the bytes of a TensorProto."""
    from tfcompat._formats.tensor_proto import with_packed_content

    return with_packed_content(to_numpy(tensor), BY_STORAGE[tensor.dtype]).SerializeToString()


@string_op("SerializeSparse")
def _serialize(
    sparse_indices: Value,
    sparse_values: Value,
    sparse_shape: Value,
    out_type: Any = dtypes.string,
    name: str | None = None,
) -> np.ndarray:
    return filled([_tensor_bytes(t) for t in (sparse_indices, sparse_values, sparse_shape)], (3,))


def serialize_sparse(sp_input: Any, out_type: Any = dtypes.string, name: str | None = None) -> Any:
    """A sparse tensor as three strings: the TensorProtos of its indices, values and shape (tf.io.serialize_sparse).

    out_type: tf.string; NotImplementedError for tf.variant. TypeError for what is not sparse.
    """
    return _serialize(*to_sparse(sp_input)._parts(), _string_type(out_type), name)


@string_op("SerializeManySparse")
def _serialize_many(
    sparse_indices: Value,
    sparse_values: Value,
    sparse_shape: Value,
    out_type: Any = dtypes.string,
    name: str | None = None,
) -> np.ndarray:
    rank = sparse_shape.shape[0]
    if rank < 2:
        raise failure("SerializeManySparse", f"Rank of input SparseTensor should be > 1, but saw rank: {rank}")
    rows, inner = sparse_indices[:, 0], sparse_indices[:, 1:]
    found = []
    for i in range(elements(sparse_shape)[0]):
        where = torch.nonzero(rows == i).reshape(-1)
        found += [_tensor_bytes(t) for t in (inner[where], take(sparse_values, where), sparse_shape[1:])]
    return filled(found, (len(found) // 3, 3))


def serialize_many_sparse(sp_input: Any, out_type: Any = dtypes.string, name: str | None = None) -> Any:
    """Each row of a sparse tensor as three strings, [rows, 3] in all (tf.io.serialize_many_sparse).

    Takes a rank of 2 or more, else InvalidArgumentError. out_type: tf.string; NotImplementedError for tf.variant.
    TypeError for what is not sparse.
    """
    return _serialize_many(*to_sparse(sp_input)._parts(), _string_type(out_type), name)


def _parts(row: np.ndarray, dtype: dtypes.DType, kernel: str) -> tuple[torch.Tensor, Any, torch.Tensor]:
    """The indices, values and shape in three strings; InvalidArgumentError where they do not fit each other."""
    kinds = (dtypes.int64, dtype, dtypes.int64)
    indices, values, shape = (tensor_of_bytes(text, kind, kernel) for text, kind in zip(row, kinds))
    if indices.ndim != 2 or values.ndim != 1 or shape.ndim != 1:
        raise failure(kernel, "Expected serialized_sparse to be a matrix of indices, a vector of values and a shape")
    if tuple(indices.shape) != (values.shape[0], shape.shape[0]):
        raise failure(kernel, f"Expected {values.shape[0]} indices of rank {shape.shape[0]}, got {list(indices.shape)}")
    return indices, values, shape


@string_op("DeserializeManySparse")
def _deserialize_many(
    serialized_sparse: Value, dtype: dtypes.DType, name: str | None = None
) -> tuple[torch.Tensor, Any, torch.Tensor]:
    kernel, texts = "DeserializeManySparse", strings(serialized_sparse)
    if not texts.ndim or texts.shape[-1] != 3:
        raise failure(kernel, f"Serialized sparse should have 3 as the last dimension {dims(texts.shape)}")
    if not texts.size:
        raise failure(
            kernel,
            f"Serialized sparse should have at least 1 serialized tensor, but has a zero dimension {dims(texts.shape)}",
        )
    lead = list(texts.shape[:-1])
    found = [_parts(row, dtype, kernel) for row in texts.reshape(-1, 3)]
    ranks = {len(shape) for _, _, shape in found}
    if len(ranks) > 1:
        raise failure(kernel, f"Inconsistent shape across SparseTensors: ranks {sorted(ranks)}")
    numbers = coordinates(torch.arange(len(found)), lead)
    numbered = [torch.cat([n.expand(len(where), -1), where], 1) for n, (where, _, _) in zip(numbers, found)]
    values = [v for _, v, _ in found]
    together: Any = np.concatenate(values) if dtype is dtypes.string else torch.cat(values)
    largest = torch.stack([s for _, _, s in found]).amax(0)
    return torch.cat(numbered), together, torch.cat([largest.new_tensor(lead), largest])


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: Any = None, name: str | None = None
) -> SparseTensor:
    """The rows that `serialize_many_sparse`, or several `serialize_sparse`, made as one sparse tensor.

    serialized_sparse: strings, [..., 3], whose outer dimensions the result has, too. dtype: of the values. rank: of the
    result, where it should be checked. Its shape is that of the largest row in each dimension. InvalidArgumentError for
    other strings. (tf.io.deserialize_many_sparse)
    """
    found: Any = _deserialize_many(to_string_tensor(serialized_sparse), dtypes.as_dtype(dtype), name)
    indices, values, shape = found
    indices.set_shape([None, rank])
    return SparseTensor(indices, values, shape)
