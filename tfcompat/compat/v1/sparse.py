"""tf.compat.v1.sparse: functions of tf.sparse that took other arguments in TensorFlow 1, and those that are gone."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat import sparse
from tfcompat._arrays.joining import concat as joined
from tfcompat._core import dtypes
from tfcompat._core.ops import Value, op
from tfcompat._sparse.tensor import SparseTensor, is_sparse, to_sparse
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.dtypes.casting import cast

_REQUIRED = object()


def _either(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    """An argument that may be given by its old name, too; ValueError for both."""
    if old_value is None:
        return value
    if value is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{name}'.")
    return old_value


def add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """tf.sparse.add; `thresh` is the old name of `threshold` (tf.compat.v1.sparse.add)."""
    threshold = _either("threshold", threshold, "thresh", thresh)
    return sparse.add(a, b, 0 if threshold is None else threshold)


def concat(
    axis: Any,
    sp_inputs: Any,
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: Any = None,
    expand_nonconcat_dims: Any = None,
) -> SparseTensor:
    """tf.sparse.concat; `concat_dim` is the old name of `axis` (tf.compat.v1.sparse.concat)."""
    expand = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    return sparse.concat(_either("axis", axis, "concat_dim", concat_dim), sp_inputs, expand, name)


def split(
    keyword_required: Any = _REQUIRED,
    sp_input: Any = None,
    num_split: Any = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """tf.sparse.split, all of whose arguments are keywords (tf.compat.v1.sparse.split).

    ValueError for a positional argument, and for `split_dim`, the old name of `axis`, which has to be given.
    """
    if keyword_required is not _REQUIRED:
        raise ValueError("Keyword arguments are required for this function.")
    return sparse.split(
        sp_input, num_split, axis if axis is None else _either("axis", axis, "split_dim", split_dim), name
    )


def reduce_sum(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Any:
    """tf.sparse.reduce_sum with a dense result; the last two are old names (tf.compat.v1.sparse.reduce_sum)."""
    return sparse.reduce_sum(sp_input, *_reduction(axis, keepdims, reduction_axes, keep_dims))


def reduce_sum_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """tf.sparse.reduce_sum with a sparse result (tf.compat.v1.sparse.reduce_sum_sparse)."""
    return sparse.reduce_sum(sp_input, *_reduction(axis, keepdims, reduction_axes, keep_dims), output_is_sparse=True)


def reduce_max(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Any:
    """tf.sparse.reduce_max with a dense result; the last two are old names (tf.compat.v1.sparse.reduce_max)."""
    return sparse.reduce_max(sp_input, *_reduction(axis, keepdims, reduction_axes, keep_dims))


def reduce_max_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """tf.sparse.reduce_max with a sparse result (tf.compat.v1.sparse.reduce_max_sparse)."""
    return sparse.reduce_max(sp_input, *_reduction(axis, keepdims, reduction_axes, keep_dims), output_is_sparse=True)


def _reduction(axis: Any, keepdims: Any, reduction_axes: Any, keep_dims: Any) -> tuple[Any, Any]:
    return _either("axis", axis, "reduction_axes", reduction_axes), _either(
        "keepdims", keepdims, "keep_dims", keep_dims
    )


def segment_sum(
    data: Any,
    indices: Any,
    segment_ids: Any,
    name: str | None = None,
    num_segments: Any = None,
    sparse_gradient: bool = False,
) -> Any:
    """tf.sparse.segment_sum, whose last arguments stood in another order (tf.compat.v1.sparse.segment_sum)."""
    return sparse.segment_sum(data, indices, segment_ids, num_segments, name, sparse_gradient)


def segment_mean(
    data: Any,
    indices: Any,
    segment_ids: Any,
    name: str | None = None,
    num_segments: Any = None,
    sparse_gradient: bool = False,
) -> Any:
    """tf.sparse.segment_mean, whose last arguments stood in another order (tf.compat.v1.sparse.segment_mean)."""
    return sparse.segment_mean(data, indices, segment_ids, num_segments, name, sparse_gradient)


def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    name: str | None = None,
    num_segments: Any = None,
    sparse_gradient: bool = False,
) -> Any:
    """tf.sparse.segment_sqrt_n, whose last arguments stood in another order (tf.compat.v1.sparse.segment_sqrt_n)."""
    return sparse.segment_sqrt_n(data, indices, segment_ids, num_segments, name, sparse_gradient)


def merge(
    sp_ids: Any, sp_values: Any, vocab_size: Any, name: str | None = None, already_sorted: bool = False
) -> SparseTensor:
    """The values with their ids in the place of the last column of their indices (tf.compat.v1.sparse.merge).

    sp_ids: a sparse tensor of integers, or a list of them for several columns. vocab_size: how many ids there are, an
    integer or a list of them. already_sorted: leaves the order as it is, else it is row-major. TypeError for what is
    not sparse, ValueError for lists of different lengths.
    """
    alone = is_sparse(sp_ids)
    ids, sizes = ([sp_ids], [vocab_size]) if alone else (list(sp_ids), list(vocab_size))
    if len(ids) != len(sizes):
        raise ValueError("sp_ids and vocab_size have to have equal lengths.")
    ids, values = [to_sparse(i) for i in ids], to_sparse(sp_values).values
    columns = [_column(i.values) for i in ids]
    indices = joined([ids[0].indices[:, :-1], *columns], 1)
    shape = joined([ids[0].dense_shape[:-1], [cast(n, dtypes.int64) for n in sizes]], 0)
    merged = SparseTensor(indices, values, shape)
    return merged if already_sorted else sparse.reorder(merged)


@op("IdColumn")
def _column(ids: Value) -> torch.Tensor:
    return ids.long()[:, None]


__getattr__ = module_getattr(
    "tf.compat.v1.sparse", globals(), {"placeholder": "tfcompat.compat.v1._placeholders:sparse_placeholder"}
)
