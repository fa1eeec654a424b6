"""tf.RaggedTensor: rows of different lengths, as their values and a partition of these."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.names import op_name_scope
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._ragged import printing
from tfcompat._ragged.checks import index_dtype, require_same
from tfcompat._ragged.row_partition import RowPartition

_PRIVATE = object()


class RaggedTensor(CompositeTensor):
    """A tensor with one or more dimensions of varying size (tf.RaggedTensor): `[[1, 2], [], [3]]` has shape (3, None).

    `values` are the rows one after the other, a tensor or, with more than one ragged dimension, a ragged tensor;
    `row_splits` say where each row begins and ends. Made by the `from_...` methods and tf.ragged. TensorFlow's
    operators and elementwise functions, reductions and many array functions take it; `to_tensor` pads it.
    """

    __module__ = "tensorflow.python.ops.ragged.ragged_tensor"

    def __init__(self, values: Any, row_partition: RowPartition, internal: Any = False) -> None:
        if internal is not _PRIVATE:
            raise ValueError(
                "RaggedTensor constructor is private; please use one of the factory methods instead (e.g., "
                "RaggedTensor.from_row_lengths())"
            )
        self._values, self._row_partition = values, row_partition

    # ---- factories ----

    @classmethod
    def _of(cls, values: Any, partition: RowPartition, validate: bool = False) -> RaggedTensor:
        """The rows of `values`, a tensor or ragged tensor, by `partition`."""
        if isinstance(values, RaggedTensor):
            if values._row_partition.dtype is not partition.dtype:
                raise ValueError(
                    "Argument `row_partition` of RaggedTensor with name: partition must have same dtype as Argument "
                    f"`values`. ({partition.dtype!r} vs. {values._row_partition.dtype!r})."
                )
        elif not isinstance(values, Tensor):
            values = convert_to_tensor(values)
        if validate:
            partition.check_nvals(outer_size(values))
        return cls(values, partition, internal=_PRIVATE)

    @classmethod
    def from_row_splits(cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True) -> Any:
        """Row i is `values[row_splits[i]:row_splits[i + 1]]`.

        values: a tensor-like of at least one dimension, or a ragged tensor. row_splits: integers, shape [nrows + 1],
        ascending from 0. `validate` checks them: InvalidArgumentError where they don't fit.
        """
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromRowSplits"):
            values = _values(values)
            partition = RowPartition.from_row_splits(row_splits, validate, _splits_dtype(values))
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_lengths(cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True) -> Any:
        """The first `row_lengths[0]` values are row 0, the next `row_lengths[1]` row 1 and so on; else as the above."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromRowLengths"):
            values = _values(values)
            partition = RowPartition.from_row_lengths(row_lengths, validate, _splits_dtype(values))
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_starts(cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True) -> Any:
        """Row i begins at `values[row_starts[i]]` and ends where the next one begins; the first begins at 0."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromRowStarts"):
            values = _values(values)
            partition = RowPartition.from_row_starts(row_starts, outer_size(values), validate, _splits_dtype(values))
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_limits(cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True) -> Any:
        """Row i ends before `values[row_limits[i]]` and begins where the one before it ends."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromRowLimits"):
            values = _values(values)
            partition = RowPartition.from_row_limits(row_limits, validate, _splits_dtype(values))
            return cls._of(values, partition, validate)

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> Any:
        """Value i is in row `value_rowids[i]`; these ascend. `nrows`: how many rows, where the last ones are empty."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromValueRowIds"):
            values = _values(values)
            partition = RowPartition.from_value_rowids(value_rowids, nrows, validate, _splits_dtype(values))
            values.shape[:1].assert_is_compatible_with(partition.value_rowids().shape)
            return cls._of(values, partition, validate and nrows is None)

    @classmethod
    def from_uniform_row_length(
        cls, values: Any, uniform_row_length: Any, nrows: Any = None, validate: bool = True, name: str | None = None
    ) -> Any:
        """Rows of one length, which the shape shows. `nrows` tells how many where that length is 0."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromUniformRowLength"):
            values = _values(values)
            partition = RowPartition.from_uniform_row_length(
                uniform_row_length, outer_size(values), nrows, validate, _splits_dtype(values)
            )
            return cls._of(values, partition)

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: str | None = None, validate: bool = True
    ) -> Any:
        """Several ragged dimensions at once: `nested_row_splits` lists their splits, outermost first."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromNestedRowSplits"):
            result = flat_values
            for splits in reversed(_list_of_tensors(nested_row_splits, "nested_row_splits")):
                result = cls.from_row_splits(result, splits, validate=validate)
            return result

    @classmethod
    def from_nested_row_lengths(
        cls, flat_values: Any, nested_row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> Any:
        """Several ragged dimensions at once: `nested_row_lengths` lists their row lengths, outermost first."""
        _boolean(validate, "validate")
        with op_name_scope(name, "RaggedFromNestedRowlengths"):
            result = flat_values
            for lengths in reversed(_list_of_tensors(nested_row_lengths, "nested_row_lengths")):
                result = cls.from_row_lengths(result, lengths, validate=validate)
            return result

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Any,
        nested_nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> Any:
        """Several ragged dimensions at once, by their row ids and, where given, numbers of rows, outermost first."""
        _boolean(validate, "validate")
        ids = _list_of_tensors(nested_value_rowids, "nested_value_rowids")
        counts = [None] * len(ids) if nested_nrows is None else _list_of_tensors(nested_nrows, "nested_nrows")
        if len(counts) != len(ids):
            raise ValueError(
                "Argument `nested_nrows` must have the same length as argument `nested_value_rowids`. "
                f"len(nested_nrows) = {len(counts)} vs. len(nested_values_rowids) = {len(ids)}."
            )
        with op_name_scope(name, "RaggedFromNestedValueRowIds"):
            result = flat_values
            for rowids, nrows in zip(reversed(ids), reversed(counts)):
                result = cls.from_value_rowids(result, rowids, nrows, validate=validate)
            return result

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = dtypes.int64,
    ) -> Any:
        """The rows of a dense tensor; cut to `lengths`, or of what stands before trailing elements equal to `padding`.

        lengths: integers, shape [nrows]; or a tuple of such, one for each ragged dimension. ragged_rank: how many
        dimensions become ragged (uniform unless cut). ValueError for a rank that is not greater, or for both.
        """
        from tfcompat._ragged import conversion

        with op_name_scope(name, "RaggedFromTensor"):
            return conversion.from_tensor(tensor, lengths, padding, ragged_rank, index_dtype(row_splits_dtype))

    @classmethod
    def from_sparse(cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = dtypes.int64) -> Any:
        """The rows of a tf.sparse.SparseTensor of rank 2, whose values stand at the beginnings of its rows.

        TypeError for what is no SparseTensor, ValueError for other ranks, InvalidArgumentError where the values of a
        row have gaps.
        """
        from tfcompat._ragged import conversion

        with op_name_scope(name, "RaggedFromSparse"):
            return conversion.from_sparse(st_input, index_dtype(row_splits_dtype))

    # ---- what it is made of ----

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape: None where a dimension is ragged."""
        head = [self._row_partition.static_nrows, self._row_partition.uniform_row_length]
        return TensorShape(head).concatenate(self._values.shape[1:])

    def get_shape(self) -> TensorShape:
        """The shape (the same as `.shape`)."""
        return self.shape

    @property
    def ragged_rank(self) -> int:
        """How many times the flat values are partitioned into rows."""
        return 1 + (self._values.ragged_rank if isinstance(self._values, RaggedTensor) else 0)

    @property
    def values(self) -> Any:
        """The rows, one after the other: a tensor, or a ragged tensor of one dimension less."""
        return self._values

    @property
    def flat_values(self) -> Any:
        """The innermost values, a tensor without ragged dimensions."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def row_splits(self) -> Any:
        """Where each row begins in `values`, and the end of the last: integers, shape [nrows + 1]."""
        return self._row_partition.row_splits

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The row splits of every ragged dimension, outermost first."""
        return tuple(p.row_splits for p in self._partitions())

    @property
    def uniform_row_length(self) -> Any:
        """The length that all rows have by construction, a scalar tensor, or None where rows may differ."""
        length = self._row_partition.uniform_row_length
        return None if length is None else convert_to_tensor(length, self._row_partition.dtype)

    def _partitions(self) -> list[RowPartition]:
        """The partitions of every ragged dimension, outermost first."""
        found, values = [], self
        while isinstance(values, RaggedTensor):
            found.append(values._row_partition)
            values = values._values
        return found

    def value_rowids(self, name: str | None = None) -> Any:
        """The row of each of `values`: integers, shape [nvals]."""
        with op_name_scope(name, "RaggedValueRowIds"):
            return self._row_partition.value_rowids(outer_size(self._values))

    def nested_value_rowids(self, name: str | None = None) -> tuple[Any, ...]:
        """The row ids of every ragged dimension, outermost first."""
        with op_name_scope(name, "RaggedNestedValueRowIds"):
            return tuple(r.value_rowids() for r in self._nested())

    def nrows(self, out_type: Any = None, name: str | None = None) -> Any:
        """The number of rows, a scalar tensor of the splits' dtype or `out_type`."""
        dtype = self._row_partition.dtype if out_type is None else dtypes.as_dtype(out_type)
        with op_name_scope(name, "RaggedNRows"):
            return _count(outer_size(self), dtype)

    def row_starts(self, name: str | None = None) -> Any:
        """Where each row begins in `values`: integers, shape [nrows]."""
        with op_name_scope(name, "RaggedRowStarts"):
            return self.row_splits[:-1]

    def row_limits(self, name: str | None = None) -> Any:
        """Where each row ends in `values`: integers, shape [nrows]."""
        with op_name_scope(name, "RaggedRowLimits"):
            return self.row_splits[1:]

    def row_lengths(self, axis: Any = 1, name: str | None = None) -> Any:
        """The lengths of the rows along `axis`: a tensor, or a ragged one where `axis` is an inner dimension.

        `axis` 0 gives the number of rows. ValueError for axes that are not there.
        """
        rank = self.shape.rank
        axis = checked_axis(axis, rank)
        with op_name_scope(name, "RaggedRowLengths"):
            if axis == 0:
                return self.nrows()
            if axis == 1:
                return self._row_partition.row_lengths()
            if isinstance(self._values, RaggedTensor):
                return self.with_values(self._values.row_lengths(axis - 1))
            from tfcompat._arrays.creation import fill

            sizes = to_storage(self._values).shape
            length = _count(sizes[axis - 1], self._row_partition.dtype)
            return self.with_values(fill(list(sizes[: axis - 1]), length))

    def nested_row_lengths(self, name: str | None = None) -> tuple[Any, ...]:
        """The row lengths of every ragged dimension, outermost first."""
        with op_name_scope(name, "RaggedNestedRowLengths"):
            return tuple(p.row_lengths() for p in self._partitions())

    def _nested(self) -> Iterator[RaggedTensor]:
        values: Any = self
        while isinstance(values, RaggedTensor):
            yield values
            values = values._values

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> Any:
        """The smallest dense shape that holds all rows: integers, shape [rank], or of the given axis or axes alone."""
        from tfcompat._ragged import conversion

        dtype = self._row_partition.dtype if out_type is None else index_dtype(out_type, "out_type")
        with op_name_scope(name, "RaggedBoundingBox"):
            return conversion.bounding_shape(self, axis, dtype)

    # ---- the same rows, otherwise ----

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same partition of other values; ValueError where there are more or less of them."""
        new_values = _values(new_values)
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        if isinstance(new_values, RaggedTensor) and new_values.row_splits.dtype is not self.row_splits.dtype:
            raise ValueError(
                "self and new_values have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to "
                "convert them to compatible dtypes."
            )
        return RaggedTensor._of(new_values, self._row_partition)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same partitions of other flat values, as many as these."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same rows with splits of tf.int32 or tf.int64; ValueError for other dtypes."""
        wanted = dtypes.as_dtype(dtype)
        if wanted not in (dtypes.int32, dtypes.int64):
            raise ValueError(f"Argument `row_splits` dtype must be int32 or int64. Received {wanted!r}.")
        if wanted is self._row_partition.dtype:
            return self
        values = self._values.with_row_splits_dtype(wanted) if isinstance(self._values, RaggedTensor) else self._values
        return RaggedTensor._of(values, self._row_partition.with_dtype(wanted))

    def merge_dims(self, outer_axis: Any, inner_axis: Any) -> Any:
        """The dimensions from `outer_axis` to `inner_axis` made one; a tensor where none is left that is ragged."""
        from tfcompat._ragged import conversion

        rank = self.shape.rank
        outer, inner = checked_axis(outer_axis, rank, "outer_axis"), checked_axis(inner_axis, rank, "inner_axis")
        if outer > inner:
            raise ValueError(
                f"Expected outer_axis ({outer_axis}) to be less than or equal to inner_axis ({inner_axis})."
            )
        return conversion.merge_dims(self, outer, inner)

    def _with_static_shape(self, shape: TensorShape) -> RaggedTensor:
        """These rows, known to be of one length where `shape` says so; ValueError where they are known to differ."""
        if shape.rank is None:
            return self
        values, sizes = self.flat_values, shape.as_list()
        self.row_splits.set_shape([None if sizes[0] is None else sizes[0] + 1])
        values.set_shape([None, *sizes[self.ragged_rank + 1 :]])
        for partition, size in zip(reversed(self._partitions()), reversed(sizes[1 : self.ragged_rank + 1])):
            known_size = partition.uniform_row_length
            if size is not None and known_size is not None and size != known_size:
                raise ValueError(f"Inconsistent size for a dimension of a RaggedTensor: {known_size} vs. {size}.")
            length = known_size if size is None else size
            values = RaggedTensor._of(values, RowPartition(partition.row_splits, length, partition._rowids))
        return values

    # ---- as other things ----

    def to_tensor(self, default_value: Any = None, name: str | None = None, shape: Any = None) -> Any:
        """A dense tensor, padded with `default_value` (zeros or "" where None) to its longest rows, or cut to `shape`.

        shape: a full shape; where a size is None, the bounding shape's. InvalidArgumentError where its rank, or the
        default value's shape, does not fit.
        """
        from tfcompat._ragged import conversion

        with op_name_scope(name, "RaggedToTensor"):
            return conversion.to_tensor(self, default_value, shape)

    def to_sparse(self, name: str | None = None) -> Any:
        """A tf.sparse.SparseTensor with the same values."""
        from tfcompat._ragged import conversion

        with op_name_scope(name, "RaggedToSparse"):
            return conversion.to_sparse(self)

    def numpy(self) -> np.ndarray:
        """The rows as an array of dtype object, each of its elements a row; a plain array where all are equally long.

        ValueError inside a captured function.
        """
        if not self._is_eager():
            raise ValueError("RaggedTensor.numpy() is only supported in eager mode.")
        return printing.to_numpy(self._values.numpy(), self.row_splits.numpy())

    def to_list(self) -> list[Any]:
        """The rows as nested lists. ValueError inside a captured function."""
        if not self._is_eager():
            raise ValueError("to_list can only be used in eager mode.")
        splits = self.row_splits.numpy().tolist()
        values = self._values.to_list() if isinstance(self._values, RaggedTensor) else self._values.numpy().tolist()
        return [values[start:limit] for start, limit in itertools.pairwise(splits)]

    def consumers(self) -> list[Any]:
        """The operations that use the tensors this is made of: none in eager execution, where nothing is kept."""
        parts = [self.flat_values, *self.nested_row_splits]
        return [c for t in parts if not isinstance(t, EagerTensor) for c in t.consumers()]

    def _is_eager(self) -> bool:
        return all(isinstance(t, EagerTensor) for t in (self.flat_values, *self.nested_row_splits))

    def __repr__(self) -> str:
        if self._is_eager():
            return f"<tf.RaggedTensor {printing.text(self.numpy())}>"
        return f"tf.RaggedTensor(values={self._values}, row_splits={self.row_splits})"

    def _printed(self, summarize: int) -> str:
        return printing.printed(self, summarize)

    def __getitem__(self, key: Any) -> Any:
        from tfcompat._ragged.slicing import getitem

        return getitem(self, key)

    def __iter__(self) -> Iterator[Any]:
        size = self._row_partition.static_nrows
        if size is None:
            raise TypeError("Cannot iterate over a RaggedTensor whose number of rows is not known.")
        return (self[i] for i in range(size))

    def __len__(self) -> int:
        raise TypeError("object of type 'RaggedTensor' has no len()")

    @property
    def _type_spec(self) -> Any:
        from tfcompat._ragged.spec import RaggedTensorSpec

        return RaggedTensorSpec.from_value(self)

    def _shape_invariant_to_type_spec(self, shape: Any) -> Any:
        from tfcompat._ragged.spec import RaggedTensorSpec

        return RaggedTensorSpec(shape, self.dtype, self.ragged_rank, self.row_splits.dtype)

    def _gradient_component(self) -> Any:
        return self._values

    def _with_gradient_component(self, gradient: Any) -> Any:
        return None if gradient is None else self.with_values(gradient)


# ---- helpers that other files share ----


def outer_size(value: Any) -> Any:
    """The size of the first dimension of a tensor or ragged tensor, an int (a torch.SymInt in a capture)."""
    if isinstance(value, RaggedTensor):
        return to_storage(value.row_splits).shape[0] - 1
    t = to_storage(value)
    if not t.ndim:
        from tfcompat._core.slicing import take

        take(t, 0)  # raises what TensorFlow raises for a scalar
    return t.shape[0]


def to_tensor_or_ragged(value: Any, dtype: Any = None, dtype_hint: Any = None) -> Any:
    """`value` if it is a ragged tensor, else as a tensor; ValueError for a ragged tensor of another dtype."""
    if isinstance(value, RaggedTensor):
        if dtype is not None and value.dtype is not dtypes.as_dtype(dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {dtypes.as_dtype(dtype).name} for RaggedTensor with dtype "
                f"{value.dtype.name}: {value}."
            )
        return value
    return convert_to_tensor(value, dtype, dtype_hint)


def match_row_splits_dtypes(*tensors: Any) -> None:
    """Raises ValueError where some of the ragged tensors have int32 splits and others int64."""
    if len({t.row_splits.dtype for t in tensors if isinstance(t, RaggedTensor)}) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to "
            "convert them to compatible dtypes."
        )


def checked_axis(axis: Any, rank: int | None, name: str = "axis") -> int:
    """`axis` counted from the start; ValueError where it is not there, TypeError where it is no integer."""
    if not isinstance(axis, (int, np.integer)):
        raise TypeError(f"{name} must be an int; got {type(axis).__name__}")
    if rank is None:
        if axis < 0:
            raise ValueError(f"{name}={axis}: may only be negative if the rank is statically known.")
        return int(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return int(axis) % rank


def same_splits(x: Any, y: Any, message: str = "") -> None:
    """Raises InvalidArgumentError where two row splits are known to differ."""
    if x is not y:
        require_same(x, y, message)


def _values(value: Any) -> Any:
    """The values of a ragged tensor, from anything that makes a tensor."""
    return value if isinstance(value, (RaggedTensor, Tensor)) else convert_to_tensor(value)


def _splits_dtype(values: Any) -> dtypes.DType:
    return values.row_splits.dtype if isinstance(values, RaggedTensor) else dtypes.int64


def _boolean(value: Any, name: str) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"Argument `{name}` must have type bool. Received {value}.")


def _list_of_tensors(value: Any, name: str) -> Sequence[Any]:
    if isinstance(value, Tensor):
        raise TypeError(f"Argument `{name}` must be a list of Tensors. Received {value}.")
    return list(value)


def _count(size: Any, dtype: dtypes.DType) -> Any:
    """A size, perhaps one that a capture does not know yet, as a scalar tensor."""
    return convert_to_tensor(size, dtype)
