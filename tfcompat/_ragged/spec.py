"""tf.RaggedTensorSpec: the type of a ragged tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import BatchableTypeSpec, type_spec_from_value
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor


class RaggedTensorSpec(BatchableTypeSpec):
    """The type of a tf.RaggedTensor (tf.RaggedTensorSpec).

    shape: with None where a dimension is ragged, or None. ragged_rank: how often values are partitioned, all
    dimensions but the first where None; 0 describes a plain tensor. flat_values_spec: the spec of the flat values,
    where these are no tensors. ValueError where rank, dtype or ragged rank can't be told or don't fit.
    """

    __slots__ = ("_dtype", "_flat_values_spec", "_ragged_rank", "_row_splits_dtype", "_shape")
    __module__ = "tensorflow.python.ops.ragged.ragged_tensor"

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        ragged_rank: Any = None,
        row_splits_dtype: Any = dtypes.int64,
        flat_values_spec: Any = None,
    ) -> None:
        self._shape, self._row_splits_dtype = as_shape(shape), dtypes.as_dtype(row_splits_dtype)
        if flat_values_spec is not None:
            if dtype is None:
                dtype = flat_values_spec.dtype
            elif dtypes.as_dtype(dtype) is not flat_values_spec.dtype:
                raise ValueError("dtype must be the same as flat_values_spec.dtype")
        elif dtype is None:
            raise ValueError("At least one of dtype or flat_values_spec must be provided")
        self._dtype, self._flat_values_spec = dtypes.as_dtype(dtype), flat_values_spec
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
        if rank is not None and ragged_rank >= rank:
            raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank}).")
        self._ragged_rank = ragged_rank

    @property
    def value_type(self) -> type:
        """tf.RaggedTensor; tf.Tensor where the ragged rank is 0."""
        return RaggedTensor if self._ragged_rank > 0 else Tensor

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape; None where a dimension is ragged or unknown."""
        return self._shape

    @property
    def ragged_rank(self) -> int:
        """How many times the flat values are partitioned into rows."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> dtypes.DType:
        """The dtype of the row splits, tf.int32 or tf.int64."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self) -> Any:
        """The spec of the flat values where these are no tensors, else None."""
        return self._flat_values_spec

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec of a ragged tensor."""
        return cls(value.shape, value.dtype, value.ragged_rank, value.row_splits.dtype)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether some value fits both; with ragged rank 0, a tensor of such a shape and dtype does."""
        if self._ragged_rank == 0 and not isinstance(spec_or_value, (RaggedTensorSpec, RaggedTensor)):
            spec = spec_or_value if isinstance(spec_or_value, TensorSpec) else type_spec_from_value(spec_or_value)
            return TensorSpec(self._shape, self._dtype).is_compatible_with(spec)
        return super().is_compatible_with(spec_or_value)

    def _serialize(self) -> tuple:
        parts = (self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype)
        return parts if self._flat_values_spec is None else (*parts, self._flat_values_spec)

    @property
    def _component_specs(self) -> list[Any]:
        if self._ragged_rank <= 0:
            return [self._flat_values_spec or TensorSpec(self._shape, self._dtype)]
        inner = TensorShape([None]).concatenate(self._shape[self._ragged_rank + 1 :])
        rows = None if self._shape.rank is None else self._shape[0]
        outer = TensorSpec([None if rows is None else rows + 1], self._row_splits_dtype)
        deeper = [TensorSpec([None], self._row_splits_dtype)] * (self._ragged_rank - 1)
        return [self._flat_values_spec or TensorSpec(inner, self._dtype), outer, *deeper]

    def _to_components(self, value: Any) -> list[Any]:
        return [value.flat_values, *value.nested_row_splits] if isinstance(value, RaggedTensor) else [value]

    def _from_components(self, components: Sequence[Any]) -> Any:
        values, *nested = [convert_to_tensor(c) if isinstance(c, np.ndarray) else c for c in components]
        if not nested:
            if hasattr(values, "set_shape"):
                values.set_shape(self._shape)
            return values
        for splits in reversed(nested):
            if not isinstance(splits, Tensor):
                raise TypeError(f"Row-partitioning argument must be a Tensor, got {splits!r}")
            values = RaggedTensor._of(values, RowPartition(splits))
        return values._with_static_shape(self._shape)

    def _to_batched_tensor_list(self, value: Any) -> list[Any]:
        raise NotImplementedError(
            "A RaggedTensor has no tensors that can be split row by row; take its rows, rt[i], and stack them with "
            "tf.ragged.stack."
        )

    def _batch_size(self, value: Any) -> int:
        return int(value.shape[0])

    def _element(self, value: Any, i: Any) -> Any:
        return value[i]

    def _stacked(self, values: Sequence[Any]) -> Any:
        from tfcompat._ragged.joining import stack

        if values:
            return stack(list(values))
        batch = self._batch(0)
        flat, *splits = batch._component_specs
        none = [convert_to_tensor(np.zeros(1, s.dtype.as_numpy_dtype)) for s in splits]
        return batch._from_components([TensorSpec(flat.shape[1:], flat.dtype)._stacked(()), *none])

    def _batch(self, batch_size: int | None) -> RaggedTensorSpec:
        self._refuse_custom_values()
        shape = TensorShape([batch_size]).concatenate(self._shape)
        return RaggedTensorSpec(shape, self._dtype, self._ragged_rank + 1, self._row_splits_dtype)

    def _unbatch(self) -> RaggedTensorSpec:
        self._refuse_custom_values()
        return RaggedTensorSpec(self._shape[1:], self._dtype, self._ragged_rank - 1, self._row_splits_dtype)

    def _refuse_custom_values(self) -> None:
        if self._flat_values_spec is not None:
            raise ValueError("Customized value_type is not supported.")

    def _to_legacy_output_types(self) -> dtypes.DType:
        return self._dtype

    def _to_legacy_output_shapes(self) -> TensorShape:
        return self._shape

    def _to_legacy_output_classes(self) -> RaggedTensorSpec:
        return self
