"""tf.compat.v1.ragged: ragged values that numpy holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.names import name_scope
from tfcompat._core.shapes import TensorShape
from tfcompat._ragged import RaggedTensor
from tfcompat._ragged.constants import constant_parts
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.compat.v1._placeholders import placeholder as dense_placeholder
from tfcompat.compat.v1._values import RaggedTensorValue


def constant_value(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """tf.ragged.constant as a RaggedTensorValue, or an array without ragged dimensions.

    dtype: numpy's, or its own choice. row_splits_dtype: int32 or int64. Errors are those of tf.ragged.constant
    (tf.compat.v1.ragged.constant_value).
    """
    given = dtypes.as_dtype(dtype).as_numpy_dtype if isinstance(dtype, dtypes.DType) else dtype
    splits_dtype = dtypes.as_dtype(row_splits_dtype).as_numpy_dtype
    nested, values, inner = constant_parts(pylist, ragged_rank, inner_shape)
    if not nested:
        found = np.array(pylist, given)
        return found if inner is None else found.reshape(inner)
    found = np.array(values, given).reshape(len(values), *(inner or ()))
    for splits in reversed(nested):
        found = RaggedTensorValue(found, splits.astype(splits_dtype))
    return found


def placeholder(dtype: Any, ragged_rank: int, value_shape: Any = None, name: str | None = None) -> Any:
    """A RaggedTensor that is fed, with a RaggedTensorValue; a Tensor where `ragged_rank` is 0.

    value_shape: of a flat value, where it is known. RuntimeError where ops run when they are called.
    (tf.compat.v1.ragged.placeholder)
    """
    if ragged_rank == 0:
        return dense_placeholder(dtype, value_shape, name)
    with name_scope(name or "RaggedPlaceholder"):
        inner = TensorShape(value_shape)
        found = dense_placeholder(dtype, None if inner.rank is None else [None, *inner], "flat_values")
        for i in reversed(range(ragged_rank)):
            splits = dense_placeholder("int64", [None], f"row_splits_{i}")
            found = RaggedTensor.from_row_splits(found, splits, validate=False)
    return found


__getattr__ = module_getattr("tf.compat.v1.ragged", globals(), {})
