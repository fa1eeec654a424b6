"""tf.SparseTensorSpec: the type of a sparse tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.type_spec import BatchableTypeSpec, register_type_spec_from_value_converter
from tfcompat._sparse.tensor import SparseTensor, SparseTensorValue, to_sparse


class SparseTensorSpec(BatchableTypeSpec):
    """The type of a tf.sparse.SparseTensor (tf.SparseTensorSpec).

    shape: of the whole, with None where a size may be any, or None for any shape. dtype: of the values.
    """

    __slots__ = ("_dtype", "_shape")
    __module__ = "tensorflow.python.framework.sparse_tensor"

    def __init__(self, shape: Any = None, dtype: Any = dtypes.float32) -> None:
        self._shape, self._dtype = as_shape(shape), dtypes.as_dtype(dtype)

    @property
    def value_type(self) -> type:
        """tf.sparse.SparseTensor."""
        return SparseTensor

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole, perhaps partly or wholly unknown."""
        return self._shape

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The spec of a sparse tensor or SparseTensorValue; TypeError for anything else."""
        if isinstance(value, SparseTensorValue) and isinstance(value.values, np.ndarray):
            return cls(value.dense_shape, value.values.dtype)
        if not isinstance(value, (SparseTensor, SparseTensorValue)):
            kind = type(value).__name__
            raise TypeError(f"Expected SparseTensor or SparseTensorValue. Received: {value} of type {kind}.")
        sparse = to_sparse(value)
        return cls(sparse.shape, sparse.dtype)

    def _serialize(self) -> tuple:
        return self._shape, self._dtype

    @property
    def _component_specs(self) -> list[TensorSpec]:
        rank = self._shape.rank
        return [
            TensorSpec([None, rank], dtypes.int64),
            TensorSpec([None], self._dtype),
            TensorSpec([rank], dtypes.int64),
        ]

    def _to_components(self, value: Any) -> list[Any]:
        value = to_sparse(value)
        return [value.indices, value.values, value.dense_shape]

    def _from_components(self, components: Sequence[Any]) -> Any:
        value = SparseTensor(*components)
        value.set_shape(self._shape)
        return value

    def _to_batched_tensor_list(self, value: Any) -> list[Any]:
        raise NotImplementedError(
            "A SparseTensor has no tensors that can be split row by row; take its rows with tf.sparse.slice."
        )

    def _batch(self, batch_size: int | None) -> SparseTensorSpec:
        return SparseTensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> SparseTensorSpec:
        if self._shape.rank == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return SparseTensorSpec(self._shape[1:], self._dtype)

    def _batch_size(self, value: Any) -> int:
        return int(value.dense_shape[0])

    def _element(self, value: Any, i: Any) -> Any:
        from tfcompat._sparse.rows import row

        return row(value, i)

    def _stacked(self, values: Sequence[Any]) -> Any:
        from tfcompat._sparse.rows import stack

        return stack(values, self)

    def _to_legacy_output_types(self) -> dtypes.DType:
        return self._dtype

    def _to_legacy_output_shapes(self) -> TensorShape:
        return self._shape

    def _to_legacy_output_classes(self) -> type:
        return SparseTensor


register_type_spec_from_value_converter(SparseTensorValue, SparseTensorSpec.from_value)
