"""Crosses of features: every combination of one element from each input's row (tf.sparse.cross, cross_hashed)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.tensor import Tensor
from tfcompat._sparse import crosses
from tfcompat._sparse.indices import shape_tensor, sizes
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.dtypes.casting import cast
from tfcompat.strings.elements import string_op
from tfcompat.strings.hashing import fingerprint64, siphash

Parts = tuple[torch.Tensor, Any, torch.Tensor]


def _columns(
    indices: Sequence[Any], values: Sequence[Any], shapes: Sequence[Any], dense: Sequence[Any]
) -> list[crosses.Column]:
    """The columns of the inputs, the sparse ones first."""
    found = [crosses.of_sparse(i, v, sizes(s)[0]) for i, v, s in zip(indices, values, shapes)]
    return crosses.together([*found, *map(crosses.of_dense, dense)])


def _crossed(columns: Sequence[crosses.Column], values_of: Callable[..., Any]) -> Parts:
    """The sparse matrix of all combinations of elements in each row, of which `values_of` makes the values."""
    counts, taken = crosses.combined(columns)
    where, shape = _places(counts)
    return where, values_of(columns, taken), shape


def _places(counts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The indices and the shape of a sparse matrix that has so many elements in its rows."""
    rows = torch.repeat_interleave(counts)
    widest = torch.cat([counts, counts.new_zeros(1)]).amax()
    first = counts.cumsum(0) - counts
    columns = torch.arange(rows.shape[0], device=rows.device) - first[rows]
    return torch.stack([rows, columns], 1), torch.cat([shape_tensor(counts.shape, counts), widest[None]])


@string_op("SparseCrossV2")
def _joined(
    indices: Values, values: Values, shapes: Values, dense_inputs: Values, sep: Any, name: str | None = None
) -> Parts:
    columns = _columns(indices, values, shapes, dense_inputs)
    return _crossed(columns, partial(crosses.joined, separator=sep))


@string_op("SparseCross")
def _hashed(
    indices: Values,
    values: Values,
    shapes: Values,
    dense_inputs: Values,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
    out_type: Any,
    internal_type: Any,
    name: str | None = None,
) -> Parts:
    columns = _columns(indices, values, shapes, dense_inputs)
    if hashed_output:
        return _crossed(columns, partial(crosses.hashed, num_buckets=num_buckets, key=hash_key))
    return _crossed(columns, partial(crosses.joined, separator=b"_X_"))


@string_op("SparseCrossHashed")
def _salted(
    indices: Values,
    values: Values,
    shapes: Values,
    dense_inputs: Values,
    num_buckets: Value,
    strong_hash: Value,
    salt: Value,
    name: str | None = None,
) -> Parts:
    if salt.numel() != 2:
        raise Invalid(f"Input salt should have 2 elements, got shape {list(salt.shape)}")
    buckets, (first, second) = int(num_buckets), salt.reshape(-1).tolist()
    key = first % 2**64, second % 2**64
    of_text = partial(siphash, key=key) if bool(strong_hash) else fingerprint64
    columns = _columns(indices, values, shapes, dense_inputs)
    return _crossed(columns, partial(crosses.hashed, num_buckets=buckets, key=None, of_text=of_text))


def _inputs(inputs: Any) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """The indices, values and shapes of the sparse inputs, and the dense ones; integers as int64."""
    if not isinstance(inputs, (tuple, list)):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(i, (SparseTensor, Tensor)) for i in inputs):
        raise TypeError("All inputs must be Tensor or SparseTensor.")
    features = [i if i.dtype is dtypes.string else cast(i, dtypes.int64) for i in inputs]
    parts = [list(f._parts()) for f in features if isinstance(f, SparseTensor)]
    dense = [f for f in features if not isinstance(f, SparseTensor)]
    indices, values, shapes = ([p[i] for p in parts] for i in range(3))
    return indices, values, shapes, dense


def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """The elements of each row of the inputs in all combinations, joined as strings (tf.sparse.cross).

    inputs: a list of matrices, dense or sparse, of strings or integers; sparse ones come first in a combination.
    separator: between the elements, "_X_" where None. TypeError for what is no such list, InvalidArgumentError where
    the numbers of rows differ.
    """
    between = convert_to_tensor("_X_" if separator is None else separator, dtypes.string).numpy()
    return SparseTensor._of(*_joined(*_inputs(inputs), between, name))


def cross_hashed(inputs: Any, num_buckets: int = 0, hash_key: Any = None, name: str | None = None) -> SparseTensor:
    """As `cross`, with a number in the place of each string: the FarmHash of its elements (tf.sparse.cross_hashed).

    num_buckets: numbers are below it; 0 for the whole range of int64. hash_key: of the hash, another one for None or 0;
    OverflowError where it does not fit an int64.
    """
    if hash_key is not None and not -(2**63) <= hash_key < 2**63:
        raise OverflowError("Python int too large to convert to C long")
    key, kind = hash_key or crosses.DEFAULT_KEY, dtypes.int64
    return SparseTensor._of(*_hashed(*_inputs(inputs), True, num_buckets, key, kind, kind, name))
