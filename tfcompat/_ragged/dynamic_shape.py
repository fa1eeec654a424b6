"""tf.experimental.DynamicRaggedShape: the shape of a ragged or dense tensor, with the lengths of all rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tfcompat._arrays import creation, shaping
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.extension_type import BatchableExtensionType, ExtensionTypeBatchEncoder
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat._ragged.broadcasting import map_flat
from tfcompat._ragged.checks import invalid, known
from tfcompat._ragged.dispatch import handler
from tfcompat._ragged.public_partition import RowPartition, RowPartitionSpec
from tfcompat._ragged.spec import RaggedTensorSpec
from tfcompat._ragged.tensor import RaggedTensor, to_tensor_or_ragged
from tfcompat.dtypes.casting import cast


class _BatchEncoder(ExtensionTypeBatchEncoder):
    """A shape is batched as a tensor of that shape is."""

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of the shape of a batch of tensors."""
        return _spec_of(self.encoding_specs(spec)._batch(batch_size), spec._dtype)

    def unbatch(self, spec: Any) -> Any:
        """The spec of the shape of one element."""
        return _spec_of(self.encoding_specs(spec)._unbatch(), spec._dtype)

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """A tensor of that shape."""
        return value._filled(True)

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The shape of a tensor."""
        return DynamicRaggedShape.from_tensor(encoded_value, spec._dtype)

    def encoding_specs(self, spec: Any) -> Any:
        """The spec of a tensor of that shape."""
        sizes = [spec._row_partitions[0].nrows] if spec._row_partitions else []
        sizes += [partition.uniform_row_length for partition in spec._row_partitions]
        inner = spec._static_inner_shape.as_list()
        shape = [*sizes, *inner[1:]] if spec._row_partitions else inner
        return RaggedTensorSpec(shape, dtypes.bool, len(spec._row_partitions), spec._dtype)


def _spec_of(tensor_spec: Any, dtype: Any) -> Any:
    """The spec of the shape of tensors, ragged ones where their spec says so."""
    sizes, depth = tensor_spec.shape.as_list(), tensor_spec.ragged_rank
    partitions, count = [], sizes[0] if sizes else None
    for length in sizes[1 : depth + 1]:
        values = None if count is None or length is None else count * length
        partitions.append(RowPartitionSpec(count, values, length, dtype))
        count = values
    inner = [count, *sizes[depth + 1 :]] if depth > 0 else sizes
    return DynamicRaggedShape.Spec(partitions, inner, dtype)  # type: ignore[attr-defined]


class DynamicRaggedShape(BatchableExtensionType):
    """The shape of a tensor, ragged dimensions included (tf.experimental.DynamicRaggedShape).

    row_partitions: RowPartitions, outermost first; none for a dense tensor. inner_shape: integers, the shape of what
    the innermost partition divides. dtype: tf.int32 or tf.int64, of all these. ValueError where they don't fit one
    another, InvalidArgumentError where `validate` finds it. `shape[0]` is a size, `shape[:2]` a shape.
    """

    __batch_encoder__ = _BatchEncoder()
    __name__ = "tf.DynamicRaggedShape"

    _inner_shape: Tensor
    _row_partitions: tuple[RowPartition, ...]
    _static_inner_shape: TensorShape

    class Spec(TypeSpec):
        """The type of such a shape."""

        def __init__(self, row_partitions: Sequence[RowPartitionSpec], static_inner_shape: Any, dtype: Any) -> None:
            inner = as_shape(static_inner_shape)
            self._inner_shape = TensorSpec([inner.rank], dtype)
            self._row_partitions = tuple(row_partitions)
            self._static_inner_shape = inner

        @property
        def _dtype(self) -> Any:
            return self._inner_shape.dtype

        def __repr__(self) -> str:
            return (
                f"DynamicRaggedShape.Spec(row_partitions={self._row_partitions!r}, "
                f"static_inner_shape={self._static_inner_shape!r}, dtype={self._dtype!r})"
            )

    def __init__(
        self,
        row_partitions: Sequence[RowPartition],
        inner_shape: Any,
        dtype: Any = None,
        validate: bool = False,
        static_inner_shape: Any = None,
    ) -> None:
        if not isinstance(row_partitions, Iterable):
            raise TypeError(f"row_partitions should be a list of row partitions. Instead, got {row_partitions}")
        for partition in row_partitions:
            if not isinstance(partition, RowPartition):
                raise TypeError(f"row_partitions contains {partition} which is not a RowPartition")
        wanted = _common_dtype([*row_partitions, inner_shape], dtype)
        partitions = tuple([p.with_dtype(wanted) for p in row_partitions])
        inner = convert_to_tensor(inner_shape, dtype_hint=wanted)
        self._inner_shape = inner if inner.dtype is wanted else cast(inner, wanted)
        self._inner_shape.shape.assert_has_rank(1)
        sizes = known(self._inner_shape)
        static = TensorShape([None] * (inner.shape[0] or 0) if sizes is None else sizes.tolist())
        static = static if static_inner_shape is None else static.merge_with(static_inner_shape)
        _check_alignment(partitions, static, self._inner_shape, validate)
        self._row_partitions, self._static_inner_shape = partitions, static

    # ---- factories ----

    @classmethod
    def from_lengths(
        cls, lengths: Sequence[Any], num_row_partitions: int | None = None, dtype: Any = dtypes.int64
    ) -> DynamicRaggedShape:
        """The shape with these sizes, a tuple of row lengths where a dimension is ragged: [2, (1, 2), 3].

        num_row_partitions: how many dimensions after the first are kept as partitions; up to the last ragged one where
        None. ValueError for lengths that do not add up.
        """
        if not isinstance(lengths, list):
            raise ValueError("lengths should be a list")
        for x in lengths:
            if not isinstance(x, int) and not (isinstance(x, tuple) and all(isinstance(n, int) for n in x)):
                raise ValueError(f"element of lengths should be int or tuple of ints: instead {x!r}")
        ragged = [i for i, x in enumerate(lengths) if isinstance(x, tuple)]
        depth = max(ragged, default=0) if num_row_partitions is None else num_row_partitions
        if depth and depth >= len(lengths):
            raise ValueError(f"num_row_partitions={depth} must be less than the number of lengths, {len(lengths)}.")
        partitions, count = [], lengths[0] if lengths else None
        for length in lengths[1 : depth + 1] if depth else ():
            if isinstance(length, tuple):
                if len(length) != count:
                    raise ValueError("Shape not consistent.")
                partitions.append(RowPartition.from_row_lengths(list(length), dtype_hint=dtype))
                count = sum(length)
            else:
                partitions.append(RowPartition.from_uniform_row_length(length, nrows=count, dtype_hint=dtype))
                count = count * length
        inner = [count, *lengths[depth + 1 :]] if depth else lengths
        return cls(partitions, convert_to_tensor(inner, dtype), dtype)

    @classmethod
    def from_row_partitions(cls, row_partitions: Sequence[RowPartition], dtype: Any = None) -> DynamicRaggedShape:
        """The shape of what these partitions divide, whose innermost values are scalars."""
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty")
        return cls(row_partitions, [row_partitions[-1].nvals()], dtype)

    @classmethod
    def _of_dense(cls, inner_shape: Any, dtype: Any = None) -> DynamicRaggedShape:
        return cls([], inner_shape, dtype)

    @classmethod
    def from_tensor(cls, t: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of a tensor-like, ragged or dense."""
        value = to_tensor_or_ragged(t)
        wanted = dtypes.int64 if dtype is None else dtypes.as_dtype(dtype)
        if not isinstance(value, RaggedTensor):
            return cls._of_dense(shaping.shape(value, wanted), wanted)
        return cls(_partitions_of(value), shaping.shape(value.flat_values, wanted), wanted)

    # ---- what it says ----

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """The partitions, outermost first."""
        return self._row_partitions

    @property
    def num_row_partitions(self) -> int:
        """How many partitions there are."""
        return len(self._row_partitions)

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the sizes, tf.int32 or tf.int64."""
        return self._inner_shape.dtype

    @property
    def inner_shape(self) -> Any:
        """The shape of what the innermost partition divides."""
        return self._inner_shape

    @property
    def inner_rank(self) -> int:
        """How many sizes `inner_shape` has."""
        return self._static_inner_shape.rank or 0

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return self.num_row_partitions + self.inner_rank

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The sizes, where known; a tuple of row lengths for a ragged dimension, None without `ragged_lengths`."""
        if not self._row_partitions:
            return self._static_inner_shape.as_list()
        found: list[Any] = [self._row_partitions[0].static_nrows]
        for partition in self._row_partitions:
            if partition.is_uniform():
                found.append(partition.static_uniform_row_length)
            else:
                lengths = known(partition.row_lengths()) if ragged_lengths else None
                found.append(None if lengths is None else tuple(lengths.tolist()))
        return found + self._static_inner_shape.as_list()[1:]

    def is_uniform(self, axis: int) -> bool:
        """Whether the dimension has one size; IndexError for one that is not there."""
        if not isinstance(axis, int):
            raise TypeError("axis must be an integer")
        if not 0 <= axis < self.rank:
            raise IndexError(f"Expected axis={axis} < rank={self.rank}")
        return not 0 < axis <= self.num_row_partitions or self._row_partitions[axis - 1].is_uniform()

    def with_dtype(self, dtype: Any) -> DynamicRaggedShape:
        """The same shape with sizes of another dtype."""
        wanted = dtypes.as_dtype(dtype)
        if wanted is self.dtype:
            return self
        partitions = [p.with_dtype(wanted) for p in self._row_partitions]
        return DynamicRaggedShape(
            partitions, cast(self._inner_shape, wanted), wanted, static_inner_shape=self._static_inner_shape
        )

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self.static_lengths()))
        return f"<DynamicRaggedShape lengths=[{shown}] num_row_partitions={self.num_row_partitions}>"

    # ---- slicing ----

    def __getitem__(self, index: Any) -> Any:
        """A size, or a shape of fewer dimensions; ValueError where a size that has to be one is ragged."""
        if isinstance(index, slice):
            if index.step not in (None, 1):
                raise IndexError("Cannot stride through a shape")
            start, stop, _ = index.indices(self.rank)
            return self._sliced(start, stop)
        if not isinstance(index, int):
            raise TypeError("Argument is not an int or a slice")
        where = index + self.rank if index < 0 else index
        if not 0 <= where < self.rank:
            raise IndexError(f"Index must not be negative or out of range, got {index} for rank {self.rank}")
        return self._size(where)

    def _size(self, axis: int) -> Any:
        depth = self.num_row_partitions
        if not depth or axis > depth:
            return self._inner_shape[axis - depth]
        if axis == 0:
            return self._row_partitions[0].nrows()
        length = self._row_partitions[axis - 1].uniform_row_length()
        if length is None:
            raise ValueError(f"Index {axis} is not uniform")
        return length

    def _sliced(self, start: int, stop: int) -> DynamicRaggedShape:
        if stop <= start:
            return DynamicRaggedShape._of_dense([], self.dtype)
        if start:
            first = self._sliced(0, stop)
            if not all(partition.is_uniform() for partition in first._row_partitions):
                raise ValueError("All relevant dimensions must be uniform")
            return DynamicRaggedShape._of_dense([first._size(i) for i in range(start, first.rank)], self.dtype)
        depth = self.num_row_partitions
        if stop > depth:
            return (
                self
                if stop >= self.rank
                else DynamicRaggedShape(self._row_partitions, self._inner_shape[: stop - depth])
            )
        if stop == 1:
            return DynamicRaggedShape._of_dense([self._row_partitions[0].nrows()], self.dtype)
        kept = self._row_partitions[: stop - 1]
        return DynamicRaggedShape(kept, [kept[-1].nvals()])

    # ---- tensors of this shape ----

    def _filled(self, value: Any) -> Any:
        """A tensor of this shape, all of whose elements are `value`."""
        return self._divided(creation.fill(self._inner_shape, value))

    def _divided(self, flat: Any) -> Any:
        """The tensor whose innermost values are `flat`."""
        for partition in reversed(self._row_partitions):
            flat = RaggedTensor._of(flat, partition._inner)
        return flat

    @classmethod
    def _dispatch_op(cls, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
        if name == "Fill":
            return _filled(function, *args)
        make = _OPS.get(name)
        return super()._dispatch_op(name, function, args) if make is None else make(*args)


# After the annotations were resolved, in this module.
DynamicRaggedShape.__module__ = DynamicRaggedShape.Spec.__module__ = "tensorflow.python.ops.ragged.dynamic_ragged_shape"


def _common_dtype(parts: Sequence[Any], dtype: Any) -> dtypes.DType:
    """The dtype of those among the partitions and tensors that have one; int64 where none has."""
    found = {dtypes.as_dtype(p.dtype) for p in parts if getattr(p, "dtype", None) is not None}
    if dtype is not None:
        return dtypes.as_dtype(dtype)
    return found.pop() if len(found) == 1 else dtypes.int64


def _check_alignment(partitions: Sequence[RowPartition], static: TensorShape, inner: Any, validate: bool) -> None:
    """ValueError, or with `validate` InvalidArgumentError, where one's values are not the next one's rows."""
    for axis, (outer, within) in enumerate(itertools.pairwise(partitions)):
        message = f"RowPartitions in DynamicRaggedShape do not align between {axis} and {axis + 1}"
        if None not in (outer.static_nvals, within.static_nrows) and outer.static_nvals != within.static_nrows:
            raise ValueError(message)
        if validate:
            _require_equal(outer.nvals(), within.nrows(), message)
    if partitions:
        last = partitions[-1]
        message = "Last row partition does not match inner_shape."
        if None not in (last.static_nvals, static[0]) and last.static_nvals != static[0]:
            raise ValueError(message)
        if validate:
            _require_equal(last.nvals(), inner[0], message)


def _require_equal(x: Any, y: Any, message: str) -> None:
    a, b = known(x), known(y)
    if a is not None and b is not None and a != b:
        raise invalid(f"{message} Condition x == y did not hold. First 1 elements of x: [{a}] of y: [{b}]")


def _partitions_of(value: RaggedTensor) -> list[RowPartition]:
    found, inner = [], value
    while isinstance(inner, RaggedTensor):
        found.append(RowPartition._of(inner._row_partition, inner.values.shape[0]))
        inner = inner.values
    return found


# ---- ops that take such a shape ----


def _filled(function: Callable[..., Any], shape: Any, *options: Any) -> Any:
    """tf.fill, tf.ones and tf.zeros."""
    return shape._divided(function(shape.inner_shape, *options))


def broadcast_to(value: Any, shape: DynamicRaggedShape, name: Any = None) -> Any:
    """`value` broadcast to a shape that may be ragged; InvalidArgumentError where it does not fit."""
    value = to_tensor_or_ragged(value)
    if not shape.num_row_partitions and not isinstance(value, RaggedTensor):
        return shaping.broadcast_to(value, shape.inner_shape)
    like = shape._filled(True)
    result = map_flat(lambda flat, target: shaping.broadcast_to(flat, shaping.shape(target)), value, like)
    if result.shape.rank != shape.rank:
        raise invalid(f"Cannot broadcast a tensor of rank {value.shape.rank} to a shape of rank {shape.rank}.")
    return result


def reshape(tensor: Any, shape: DynamicRaggedShape, name: Any = None) -> Any:
    """The elements of `tensor`, ragged or dense, in order, as a tensor of a shape that may be ragged."""
    value = to_tensor_or_ragged(tensor)
    flat = value.flat_values if isinstance(value, RaggedTensor) else value
    return shape._divided(shaping.reshape(flat, shape.inner_shape))


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> DynamicRaggedShape:
    """The shape that tensors of these shapes, of which one may be ragged, broadcast to."""
    x, y = (s if isinstance(s, DynamicRaggedShape) else DynamicRaggedShape._of_dense(s) for s in (shape_x, shape_y))
    a, b = x._filled(True), y._filled(True)
    if not x.num_row_partitions and not y.num_row_partitions:
        return DynamicRaggedShape._of_dense(shaping.broadcast_dynamic_shape(x.inner_shape, y.inner_shape), x.dtype)
    return DynamicRaggedShape.from_tensor(map_flat(lambda p, q: p & q, a, b), x.dtype)


_OPS: dict[str, Callable[..., Any]] = {
    "BroadcastArgs": broadcast_dynamic_shape,
    "BroadcastTo": broadcast_to,
    "Reshape": reshape,
}


@handler("BroadcastTo")
def _broadcast_ragged(function: Any, value: Any, shape: Any, name: Any = None) -> Any:
    return broadcast_to(value, shape) if isinstance(shape, DynamicRaggedShape) else NotImplemented


@handler("Shape")
def _shape(function: Any, value: Any, out_type: Any = None, name: Any = None) -> Any:
    return DynamicRaggedShape.from_tensor(value, dtypes.int32 if out_type is None else out_type)
