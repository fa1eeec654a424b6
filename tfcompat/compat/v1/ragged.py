"""tf.compat.v1.ragged: ragged values that numpy holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._ragged.constants import constant_parts
from tfcompat.compat.v1._fallback import module_getattr
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


__getattr__ = module_getattr("tf.compat.v1.ragged", globals(), {})
