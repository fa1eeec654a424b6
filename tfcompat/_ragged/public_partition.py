"""tf.experimental.RowPartition: how values are divided into rows, as TensorFlow's users see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.type_spec import TypeSpec
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import known
from tfcompat._ragged.row_partition import RowPartition as _Inner

_PRIVATE = object()
_INDEX = (dtypes.int32, dtypes.int64)


class RowPartition(CompositeTensor):
    """A division of values into rows (tf.experimental.RowPartition), such as a ragged tensor's.

    Made by the `from_...` methods, which take `dtype`, tf.int32 or tf.int64, and `dtype_hint`, what Python values
    become. They check what they get unless `validate` is false: InvalidArgumentError or ValueError.
    """

    __module__ = "tensorflow.python.ops.ragged.row_partition"

    def __init__(
        self,
        row_splits: Any,
        row_lengths: Any = None,
        value_rowids: Any = None,
        nrows: Any = None,
        uniform_row_length: Any = None,
        nvals: Any = None,
        internal: Any = False,
    ) -> None:
        if internal is not _PRIVATE:
            raise ValueError(
                "RowPartition constructor is private; please use one of the factory methods instead (e.g., "
                "RowPartition.from_row_lengths())"
            )
        self._inner: _Inner = row_splits
        self._static_nvals: int | None = nvals

    @classmethod
    def _of(cls, inner: _Inner, nvals: Any = None, dtype: Any = None) -> RowPartition:
        """The rows of the internal partition `inner`, which have `nvals` values where that is known."""
        made = cls(inner, nvals=nvals if type(nvals) is int else None, internal=_PRIVATE)
        return made if dtype is None else made.with_dtype(dtype)

    @classmethod
    def _made(cls, make: Any, rows: Any, validate: bool, dtype: Any, dtype_hint: Any) -> RowPartition:
        """What the internal factory `make` makes of `rows`."""
        return cls._of(make(rows, validate, _hint(dtype, dtype_hint)), dtype=dtype)

    # ---- factories ----

    @classmethod
    def from_row_splits(
        cls, row_splits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row i has the values from number `row_splits[i]` to `row_splits[i + 1]`."""
        return cls._made(_Inner.from_row_splits, row_splits, validate, dtype, dtype_hint)

    @classmethod
    def from_row_lengths(
        cls, row_lengths: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows of these lengths."""
        return cls._made(_Inner.from_row_lengths, row_lengths, validate, dtype, dtype_hint)

    @classmethod
    def from_row_starts(
        cls, row_starts: Any, nvals: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows that begin at these values, of `nvals` in all."""
        inner = _Inner.from_row_starts(row_starts, nvals, validate, _hint(dtype, dtype_hint))
        return cls._of(inner, nvals, dtype)

    @classmethod
    def from_row_limits(
        cls, row_limits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows that end before these values."""
        return cls._made(_Inner.from_row_limits, row_limits, validate, dtype, dtype_hint)

    @classmethod
    def from_value_rowids(
        cls, value_rowids: Any, nrows: Any = None, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Value i is in row `value_rowids[i]`; `nrows`: how many rows, where the last ones are empty."""
        hint = _hint(dtype, dtype_hint)
        inner = _Inner.from_value_rowids(value_rowids, nrows, validate, hint)
        return cls._of(inner, inner.value_rowids().shape[0], dtype)

    @classmethod
    def from_uniform_row_length(
        cls,
        uniform_row_length: Any,
        nvals: Any = None,
        nrows: Any = None,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Rows of one length; `nvals` values, or `nrows` rows: ValueError where neither is given."""
        if nvals is None and nrows is None:
            raise ValueError("Either (or both) of nvals and nrows must be specified")
        count = nvals if nvals is not None else nrows * uniform_row_length
        hint = _hint(dtype, dtype_hint)
        inner = _Inner.from_uniform_row_length(uniform_row_length, count, nrows, validate, hint)
        rows, length = inner.static_nrows, inner.uniform_row_length
        return cls._of(inner, None if rows is None or length is None else rows * length, dtype)

    # ---- the rows ----

    def row_splits(self) -> Any:
        """Where the rows begin and end: integers, shape [nrows + 1]."""
        return self._inner.row_splits

    def row_lengths(self) -> Any:
        """The length of each row."""
        return self._inner.row_lengths()

    def row_starts(self) -> Any:
        """The number of each row's first value."""
        return self._inner.row_splits[:-1]

    def row_limits(self) -> Any:
        """The number after that of each row's last value."""
        return self._inner.row_splits[1:]

    def value_rowids(self) -> Any:
        """The row that each value is in."""
        return self._inner.value_rowids(self._static_nvals)

    def offsets_in_rows(self) -> Any:
        """Where in its row each value is."""
        return kernels.offsets(self._inner.row_splits, self._static_nvals)

    def nvals(self) -> Any:
        """How many values there are, a scalar."""
        return self._inner.row_splits[-1]

    def nrows(self) -> Any:
        """How many rows there are, a scalar."""
        from tfcompat._arrays.shaping import shape

        return shape(self._inner.row_splits, self.dtype)[0] - 1

    def uniform_row_length(self) -> Any:
        """The length of all rows where the partition was made of it, a scalar; else None."""
        length = self._inner.uniform_row_length
        return None if length is None else convert_to_tensor(length, self.dtype)

    def is_uniform(self) -> bool:
        """Whether the partition was made of one length for all rows."""
        return self._inner.uniform_row_length is not None

    @property
    def static_nrows(self) -> int | None:
        """How many rows there are, where the shapes tell."""
        return self._inner.static_nrows

    @property
    def static_nvals(self) -> int | None:
        """How many values there are, where the shapes tell."""
        return self._static_nvals

    @property
    def static_uniform_row_length(self) -> int | None:
        """The length of all rows, where it is known."""
        length = self._inner.uniform_row_length
        return length if type(length) is int else None

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the splits, tf.int32 or tf.int64."""
        return self._inner.dtype

    def with_dtype(self, dtype: Any) -> RowPartition:
        """The same rows with splits of another dtype; ValueError for any but tf.int32 and tf.int64."""
        wanted = dtypes.as_dtype(dtype)
        if wanted not in _INDEX:
            raise ValueError("dtype must be int32 or int64")
        return self if wanted is self.dtype else RowPartition._of(self._inner.with_dtype(wanted), self._static_nvals)

    def __repr__(self) -> str:
        if self.is_uniform():
            return f"tf.RowPartition(nrows={self.static_nrows}, uniform_row_length={self._inner.uniform_row_length})"
        splits = known(self._inner.row_splits)
        return f"tf.RowPartition(row_splits={self._inner.row_splits if splits is None else splits})"

    @property
    def _type_spec(self) -> RowPartitionSpec:
        return RowPartitionSpec(self.static_nrows, self._static_nvals, self.static_uniform_row_length, self.dtype)


def _hint(dtype: Any, dtype_hint: Any) -> Any:
    found = dtype if dtype is not None else dtype_hint
    return None if found is None else dtypes.as_dtype(found)


class RowPartitionSpec(TypeSpec):
    """The type of a RowPartition: how many rows and values it has and the length of all rows, where these are known."""

    __slots__ = ("_dtype", "_nrows", "_nvals", "_uniform_row_length")
    __module__ = "tensorflow.python.ops.ragged.row_partition"

    def __init__(
        self, nrows: Any = None, nvals: Any = None, uniform_row_length: Any = None, dtype: Any = dtypes.int64
    ) -> None:
        self._nrows, self._nvals, self._uniform_row_length = nrows, nvals, uniform_row_length
        self._dtype = dtypes.as_dtype(dtype)

    @property
    def value_type(self) -> type:
        """The class RowPartition."""
        return RowPartition

    nrows = property(lambda self: self._nrows)
    nvals = property(lambda self: self._nvals)
    uniform_row_length = property(lambda self: self._uniform_row_length)
    dtype = property(lambda self: self._dtype)

    @classmethod
    def from_value(cls, value: RowPartition) -> RowPartitionSpec:
        """The spec of a RowPartition."""
        return value._type_spec

    def _serialize(self) -> tuple:
        return self._nrows, self._nvals, self._uniform_row_length, self._dtype

    @property
    def _component_specs(self) -> TensorSpec:
        return TensorSpec([None if self._nrows is None else self._nrows + 1], self._dtype)

    def _to_components(self, value: RowPartition) -> Any:
        return value.row_splits()

    def _from_components(self, components: Any) -> RowPartition:
        return RowPartition._of(_Inner(components, self._uniform_row_length), self._nvals)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is such a spec that knows the same, or less."""
        return isinstance(other, RowPartitionSpec) and all(
            theirs is None or own == theirs for own, theirs in zip(self._serialize(), other._serialize(), strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> RowPartitionSpec | None:
        """The spec that knows what this one and `others` agree on; None where the dtypes differ."""
        others = list(others)
        if any(not isinstance(o, RowPartitionSpec) or o._dtype is not self._dtype for o in others):
            return None
        parts = zip(self._serialize(), *(o._serialize() for o in others), strict=True)
        return RowPartitionSpec(*(same[0] if len(set(same)) == 1 else None for same in parts))

    def __repr__(self) -> str:
        return (
            f"RowPartitionSpec(nrows={self._nrows}, nvals={self._nvals}, "
            f"uniform_row_length={self._uniform_row_length}, dtype={self._dtype!r})"
        )
