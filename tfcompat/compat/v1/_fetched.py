"""What sessions give for tensors made of several, and take for them: SparseTensorValue and relatives."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._sparse import SparseTensorValue
from tfcompat.compat.v1._values import IndexedSlicesValue, RaggedTensorValue


def parts_of(x: Any) -> list[Any] | None:
    """The tensors that one is made of, in the order of `value_of`; None for what is not made of any."""
    if isinstance(x, tf.SparseTensor):
        return [x.indices, x.values, x.dense_shape]
    if isinstance(x, tf.IndexedSlices):
        return [x.values, x.indices] + ([] if x.dense_shape is None else [x.dense_shape])
    if isinstance(x, tf.RaggedTensor):
        return [x.flat_values, *x.nested_row_splits]
    return None


def value_of(x: Any, values: list[Any]) -> Any:
    """What a session gives, of the values of the parts."""
    if isinstance(x, tf.SparseTensor):
        return SparseTensorValue(*values)
    if isinstance(x, tf.IndexedSlices):
        return IndexedSlicesValue(*values, *[None] * (3 - len(values)))
    found, splits = values[0], values[1:]
    for row_splits in reversed(splits):
        found = RaggedTensorValue(found, row_splits)
    return found


def fed_to(x: Any, value: Any) -> list[Any]:
    """The values of the parts, of what a session is fed."""
    if isinstance(x, tf.RaggedTensor):
        splits = []
        while isinstance(value, (RaggedTensorValue, tf.RaggedTensor)):
            splits.append(value.row_splits)
            value = value.values
        return [value, *splits]
    if isinstance(x, tf.SparseTensor):
        indices, values, shape = value
        return [indices, values, shape]
    values, indices, *shape = value
    return [values, indices, *shape][: len(parts_of(x) or ())]
