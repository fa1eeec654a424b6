"""tf.SparseTensor: the elements of a tensor that are not zero, and where they are."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.names import op_name_scope
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.tensor import EagerTensor
from tfcompat._sparse.indices import static_shape

SparseTensorValue = namedtuple("SparseTensorValue", ["indices", "values", "dense_shape"])
SparseTensorValue.__doc__ = "The parts of a sparse tensor as arrays (tf.compat.v1.SparseTensorValue)."
SparseTensorValue.__module__ = "tensorflow.python.framework.sparse_tensor"


class SparseTensor(CompositeTensor):
    """A tensor of which only some elements, those that are not zero, are kept (tf.SparseTensor).

    indices: int64, [n, rank]: where the elements are, by convention in row-major order, which `tf.sparse.reorder`
    restores. values: [n], of any dtype. dense_shape: int64, [rank], the shape of the whole. ValueError where these do
    not fit each other. The functions of tf.sparse take it, and those of tf that keep zeros zero (tf.abs, tf.cast...).
    """

    __module__ = "tensorflow.python.framework.sparse_tensor"

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        with op_name_scope(None, "SparseTensor", [indices, values, dense_shape]):
            self._indices = convert_to_tensor(indices, dtypes.int64)
            self._values = convert_to_tensor(values)
            self._dense_shape = convert_to_tensor(dense_shape, dtypes.int64)
        self._static: TensorShape | None = static_shape(to_storage(self._dense_shape))
        count, rank = self._indices.shape.with_rank(2).dims
        count.assert_is_compatible_with(self._values.shape.with_rank(1).dims[0])
        rank.assert_is_compatible_with(self._dense_shape.shape.with_rank(1).dims[0])

    @classmethod
    def _of(cls, indices: Any, values: Any, dense_shape: Any, static: TensorShape | None = None) -> SparseTensor:
        """A sparse tensor of tensors that are known to fit; `static` is what is known of the shape."""
        self = cls.__new__(cls)
        self._indices, self._values, self._dense_shape, self._static = indices, values, dense_shape, static
        return self

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """The sparse tensor of a SparseTensorValue, or of a sparse tensor; TypeError for anything else."""
        if not is_sparse(sparse_tensor_value):
            raise TypeError(
                f"Argument sparse_tensor_value={sparse_tensor_value} is neither a SparseTensor nor SparseTensorValue."
            )
        return SparseTensor(*(getattr(sparse_tensor_value, name) for name in SparseTensorValue._fields))

    # ---- what it is made of ----

    @property
    def indices(self) -> Any:
        """Where the values are, an int64 tensor of shape [n, rank]."""
        return self._indices

    @property
    def values(self) -> Any:
        """The elements that are kept, a tensor of shape [n]."""
        return self._values

    @property
    def dense_shape(self) -> Any:
        """The shape of the whole, an int64 tensor of shape [rank]."""
        return self._dense_shape

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole, None where a captured function does not know it."""
        if self._static is None:
            self._static = static_shape(to_storage(self._dense_shape))
        return self._static

    def get_shape(self) -> TensorShape:
        """The shape of the whole (the same as `.shape`)."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Adds to what is known of the shape; ValueError where `shape` is not compatible with it."""
        self._static = self.shape.merge_with(as_shape(shape))

    def _parts(self) -> tuple[Any, Any, Any]:
        """Indices, values and shape, the last as a constant where a captured function knows it."""
        shape = self._dense_shape
        if not isinstance(shape, EagerTensor) and self.shape.is_fully_defined():
            shape = convert_to_tensor(self.shape.as_list(), dtypes.int64)
        return self._indices, self._values, shape

    @property
    def op(self) -> Any:
        """The operation that gives the values; AttributeError in eager execution."""
        return self._values.op

    @property
    def graph(self) -> Any:
        """The graph of the tensors that this is made of; AttributeError in eager execution."""
        return self._indices.graph

    def consumers(self) -> list[Any]:
        """The operations that use the tensors this is made of: none in eager execution, where nothing is kept."""
        parts = (self._indices, self._values, self._dense_shape)
        return [c for t in parts if not isinstance(t, EagerTensor) for c in t.consumers()]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Needs a session, of which TensorFlow 2 has none: ValueError; AttributeError in eager execution."""
        return self.op.outputs[0].eval(feed_dict, session)

    # ---- the same elements, otherwise ----

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values, of any dtype, at the same indices; ValueError where there are more or less of them."""
        new = SparseTensor(self._indices, new_values, self._dense_shape)
        new._static = self.shape
        return new

    def _with_values(self, values: Any) -> SparseTensor:
        """As `with_values`, of a tensor that is known to fit."""
        return SparseTensor._of(self._indices, values, self._dense_shape, self._static)

    def _numpy(self) -> np.ndarray:
        """The whole as a dense array; ValueError inside a captured function."""
        if not self._is_eager():
            raise ValueError("SparseTensor.numpy() is only supported in eager mode.")
        whole = np.zeros(self._dense_shape.numpy(), dtype=self.dtype.as_numpy_dtype)
        whole[tuple(self._indices.numpy().T)] = self._values.numpy()
        return whole

    def _is_eager(self) -> bool:
        return all(isinstance(t, EagerTensor) for t in (self._indices, self._values, self._dense_shape))

    def _printed(self, summarize: int) -> str:
        from tfcompat._arrays.printing import input_text

        indices, values, shape = (input_text(t, summarize) for t in (self.indices, self.values, self.dense_shape))
        return f"'SparseTensor(indices={indices}, values={values}, shape={shape})'"

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self._indices!s}, values={self._values!s}, dense_shape={self._dense_shape!s})"

    @property
    def _type_spec(self) -> Any:
        from tfcompat._sparse.spec import SparseTensorSpec

        return SparseTensorSpec(self.shape, self.dtype)

    def _shape_invariant_to_type_spec(self, shape: Any) -> Any:
        from tfcompat._sparse.spec import SparseTensorSpec

        if shape.rank not in (None, 1):
            raise ValueError(f"Expected a shape with 1 dimension. Obtained: {shape} which has {shape.rank} dimensions.")
        rank = None if shape.rank is None else shape[0]
        return SparseTensorSpec(None if rank is None else [None] * rank, self.dtype)


def is_sparse(value: Any) -> bool:
    """Whether `value` is a SparseTensor or a SparseTensorValue."""
    return isinstance(value, (SparseTensor, SparseTensorValue))


def to_sparse(value: Any) -> SparseTensor:
    """`value`, a SparseTensor or SparseTensorValue, as a SparseTensor; TypeError for anything else."""
    if isinstance(value, SparseTensor):
        return value
    if not isinstance(value, SparseTensorValue):
        raise TypeError("Input must be a SparseTensor.")
    return SparseTensor.from_value(value)


def convert_to_tensor_or_sparse_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """`value` as a sparse tensor where it is one, else as a tensor (tf.compat.v1's function of this name).

    RuntimeError for a sparse tensor of another dtype than `dtype`.
    """
    if not is_sparse(value):
        return convert_to_tensor(value, dtype, name=name)
    sparse = to_sparse(value)
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if wanted is not None and not wanted.is_compatible_with(sparse.dtype):
        raise RuntimeError(f"Sparse dtype mismatch. Requested: {wanted.name},  Actual: {sparse.dtype.name}")
    return sparse
