"""tf.IndexedSlices: some rows of a large tensor, as gradients of gather are."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import EagerTensor


class IndexedSlices:
    """Rows `values[i]` of a tensor at `indices[i]` of its first dimension; a row named twice counts twice.

    values: of any dtype, shape [n, ...]. indices: integers, shape [n]. dense_shape: of the tensor, where known.
    Taken wherever a tensor is: it is made dense then, repeated rows added (tf.IndexedSlices).
    """

    __module__ = "tensorflow.python.framework.indexed_slices"

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self._values, self._indices = convert_to_tensor(values), convert_to_tensor(indices)
        known = dense_shape is None or type(dense_shape) is EagerTensor  # in a graph as well
        self._dense_shape = dense_shape if known else convert_to_tensor(dense_shape)

    @property
    def values(self) -> Any:
        """The rows, a tensor of shape [n, ...]."""
        return self._values

    @property
    def indices(self) -> Any:
        """Where the rows belong, an integer tensor of shape [n]."""
        return self._indices

    @property
    def dense_shape(self) -> Any:
        """The shape of the whole tensor, an integer tensor, or None."""
        return self._dense_shape

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the rows."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole tensor; the first dimension is None where it is not known."""
        if type(self._dense_shape) is EagerTensor:
            return TensorShape(_sizes(self._dense_shape))
        return TensorShape([None, *self._values.shape.as_list()[1:]])

    def get_shape(self) -> TensorShape:
        """The shape of the whole tensor (the same as `.shape`)."""
        return self.shape

    @property
    def device(self) -> str:
        """The device that holds the rows."""
        return self._values.device

    @property
    def name(self) -> str:
        """The name of the rows' tensor; AttributeError in eager execution."""
        return self._values.name

    @property
    def op(self) -> Any:
        """The operation that made the rows; AttributeError in eager execution."""
        return self._values.op

    @property
    def graph(self) -> Any:
        """The graph of the rows' tensor; AttributeError in eager execution."""
        return self._values.graph

    def consumers(self) -> Any:
        """The operations that use the rows; NotImplementedError in eager execution."""
        return self._values.consumers()

    @property
    def _type_spec(self) -> Any:
        from tfcompat._core.specs import IndexedSlicesSpec

        return IndexedSlicesSpec(
            self.shape,
            self.dtype,
            self._indices.dtype,
            None if self._dense_shape is None else self._dense_shape.dtype,
            self._indices.shape,
        )

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __str__(self) -> str:
        dense = "" if self._dense_shape is None else f", dense_shape={self._dense_shape!s}"
        return f"IndexedSlices(indices={self._indices!s}, values={self._values!s}{dense})"

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        dense = to_dense(self)
        if dtype is not None and dtypes.as_dtype(dtype) is not self.dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtypes.as_dtype(dtype).name} for IndexedSlices with dtype "
                f"{self.dtype.name}"
            )
        return wrap(dense)


def _sizes(dense_shape: Any) -> list[int]:
    return dense_shape._t.tolist() if type(dense_shape) is EagerTensor else [int(d) for d in dense_shape]


def to_dense(slices: IndexedSlices) -> torch.Tensor:
    """The whole tensor as a torch tensor; ValueError where its shape is not known."""
    if slices.dense_shape is None:
        raise ValueError(
            f"Tensor conversion requested for IndexedSlices for argument without known dense_shape: {slices}"
        )
    values = to_storage(slices.values)
    base = torch.zeros(_sizes(slices.dense_shape), dtype=values.dtype, device=values.device)
    return base.index_add(0, to_storage(slices.indices).long(), values)
