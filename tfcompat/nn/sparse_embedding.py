"""tf.nn.embedding_lookup_sparse and its safe form: rows of a matrix, combined by the rows that their ids stand in."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.creation import range as integers_to
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Value, op
from tfcompat._core.variable import Variable
from tfcompat._ragged import RaggedTensor
from tfcompat._ragged.filling import ragged_fill_empty_rows
from tfcompat._sparse import SparseTensor
from tfcompat._sparse.indices import linear, product, sizes
from tfcompat.dtypes.casting import cast
from tfcompat.math.segments import reduce_rows
from tfcompat.nn.embedding import embedding_lookup
from tfcompat.sparse.segments import segment_mean, segment_sqrt_n, segment_sum

_COMBINERS = {"sum": segment_sum, "mean": segment_mean, "sqrtn": segment_sqrt_n}


def _rows_and_ids(ids: Any, weights: Any, names: tuple[str, str]) -> tuple[Any, Any, Any]:
    """The row and the id of each element of sparse or ragged ids, and its weight, None where there are none."""
    kind = type(ids)
    if kind not in (SparseTensor, RaggedTensor):
        raise TypeError(f"{names[0]} must be SparseTensor, got {kind}")
    if weights is not None and type(weights) is not kind:
        raise TypeError(f"{names[1]} must be either None or {kind.__name__},got {type(weights)}")
    if isinstance(ids, RaggedTensor):
        return ids.value_rowids(), _values(ids), _values(weights)
    if weights is not None:
        for part in ("values", "indices", "dense_shape"):
            getattr(ids, part).shape.assert_is_compatible_with(getattr(weights, part).shape)
    return ids.indices[:, 0], _values(ids), _values(weights)


def _values(x: Any) -> Any:
    """The elements of a sparse or ragged tensor; None for None."""
    return x.flat_values if isinstance(x, RaggedTensor) else None if x is None else x.values


def _combined(
    params: list[Any], rows: Any, ids: Any, weights: Any, combiner: Any, max_norm: Any, dense: bool, name: str | None
) -> Any:
    """The rows `ids` of the parameters, combined by `rows`."""
    how = "mean" if combiner is None else combiner
    if how not in _COMBINERS:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {how}")
    if weights is not None:
        return _weighted(embedding_lookup(params, ids, max_norm), rows, weights, how, name)
    if len(params) == 1 and max_norm is None:
        return _COMBINERS[how](params[0], ids, rows, name=name, sparse_gradient=not dense)
    found = embedding_lookup(params, ids, max_norm)
    return _COMBINERS[how](found, integers_to(_length(ids)), rows, name=name)


@op("IdCount")
def _length(ids: Value) -> torch.Tensor:
    return torch.scalar_tensor(ids.shape[0], dtype=torch.int32, device=ids.device)


@op("WeightedSegments")
def _weighted(embeddings: Value, rows: Value, weights: Value, combiner: str, name: str | None = None) -> torch.Tensor:
    wide = torch.float32 if embeddings.dtype in (torch.float16, torch.bfloat16) else embeddings.dtype
    w = weights.to(wide).reshape(-1, *(1,) * (embeddings.ndim - 1))
    ids = rows.long()
    count = sizes(torch.cat([ids.new_full((1,), -1), ids])[-1:] + 1)[0]
    total = reduce_rows(embeddings.to(wide) * w, ids, count, "sum", 0)
    if combiner != "sum":
        scale = reduce_rows(w if combiner == "mean" else w * w, ids, count, "sum", 0)
        scale = scale if combiner == "mean" else scale.sqrt()
        total = torch.where(scale == 0, 0, total / torch.where(scale == 0, 1, scale))
    return total.to(embeddings.dtype)


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: Any = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """The rows of `params` that the ids in each row of `sp_ids` name, combined (tf.nn.embedding_lookup_sparse).

    params: a matrix or a list of them, whose rows are numbered one after another. sp_ids: integers, sparse or ragged,
    in row-major order, each row having some. sp_weights: of the same kind, or None for ones. combiner: "sum", "mean"
    (where None; over the sum of the weights) or "sqrtn" (over the root of the sum of their squares). max_norm: scales a
    row of params down whose L2 norm is larger. allow_fast_lookup: the gradient of a single matrix is dense. ValueError
    for another combiner, TypeError for ids that are dense.
    """
    tables = list(params) if isinstance(params, (list, tuple)) else [params]
    with op_name_scope(name, "embedding_lookup_sparse"):
        rows, ids, weights = _rows_and_ids(sp_ids, sp_weights, ("sp_ids", "sp_weights"))
        return _combined(tables, rows, ids, weights, combiner, max_norm, allow_fast_lookup, name)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: Any = "mean",
    default_id: Any = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """As `embedding_lookup_sparse`, for ids that may be missing or negative (tf.nn.safe_embedding_lookup_sparse).

    Negative ids, and unless the combiner is "sum" those whose weight is not positive, are left out. A row with none has
    the embedding of `default_id`, zeros where that is None. Ids may have any number of dimensions, the last of which is
    combined. ValueError where there are no embedding weights.
    """
    if embedding_weights is None or (isinstance(embedding_weights, (list, tuple)) and not embedding_weights):
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    tables = list(embedding_weights) if isinstance(embedding_weights, (list, tuple)) else [embedding_weights]
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = [
        w if isinstance(w, Variable) and dtype in (None, w.dtype) else convert_to_tensor(w, dtype) for w in tables
    ]
    with op_name_scope(name, "embedding_lookup"):
        if isinstance(sparse_ids, RaggedTensor):
            rows, count, lead = sparse_ids.value_rowids(), sparse_ids.nrows(), None
        else:
            indices, _, shape = sparse_ids._parts()
            rows, count, lead = _flat_rows(indices, shape)
        ids, weights = _values(sparse_ids), _values(sparse_weights)
        rows, ids, weights = _valid(rows, ids, weights, combiner != "sum")
        filled, ids, empty, _ = ragged_fill_empty_rows(cast(rows, dtypes.int64), ids, count, default_id or 0)
        if weights is not None:
            weights = ragged_fill_empty_rows(cast(rows, dtypes.int64), weights, count, 1)[1]
        found = _combined(tables, filled, ids, weights, combiner, max_norm, allow_fast_lookup, name)
        return _finished(found, empty if default_id is None else None, lead)


@op("SparseRowNumbers")
def _flat_rows(indices: Value, shape: Value) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The row of each element, the number of rows, and the shape of all dimensions but the last."""
    lead = sizes(shape)[:-1]
    return linear(indices[:, :-1], lead), torch.scalar_tensor(product(lead), dtype=torch.int64), shape[:-1]


@op("ValidIds")
def _valid(
    rows: Value, ids: Value, weights: Value | None = None, positive: bool = False
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """The elements whose ids are not negative, and whose weights are positive where that is asked for."""
    valid = ids >= 0 if weights is None or not positive else (ids >= 0) & (weights > 0)
    kept = torch.nonzero(valid).reshape(-1)
    return rows[kept], ids[kept], None if weights is None else weights[kept]


@op("FinishedEmbeddings")
def _finished(found: Value, empty: Value | None = None, lead: Value | None = None) -> torch.Tensor:
    """Zeros in the place of rows that were empty, and the dimensions that the rows came from."""
    if empty is not None:
        found = torch.where(empty.reshape(-1, *(1,) * (found.ndim - 1)), 0, found)
    return found if lead is None else found.reshape(*sizes(lead), *found.shape[1:])
