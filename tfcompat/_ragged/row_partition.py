"""How values are divided into rows."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import index_tensor, known, number, require, require_non_negative

_PARTITION = "Arguments to {} do not form a valid RowPartition"
_RAGGED = "Arguments to {} do not form a valid RaggedTensor"


class RowPartition:
    """A division of `nvals` values into rows, by the row splits: row i is `values[splits[i]:splits[i + 1]]`.

    row_splits: int32 or int64, shape [nrows + 1]. uniform_row_length: a number where all rows have it and the shape
    says so, else None. The row ids, where the partition was made from them, are kept.
    """

    __slots__ = ("_rowids", "row_splits", "uniform_row_length")

    def __init__(self, row_splits: Any, uniform_row_length: int | None = None, rowids: Any = None) -> None:
        self.row_splits = row_splits
        self.uniform_row_length = uniform_row_length
        self._rowids = rowids

    # ---- factories, each of which checks what it gets, where the values are known ----

    @classmethod
    def from_row_splits(cls, row_splits: Any, validate: bool = True, hint: Any = None) -> RowPartition:
        """The rows that these splits delimit."""
        if isinstance(row_splits, (list, tuple)) and not row_splits:
            raise ValueError("row_splits tensor may not be empty.")
        splits = index_tensor(row_splits, "row_splits", hint)
        splits.shape.assert_has_rank(1)
        if validate and (array := known(splits)) is not None:
            if not array.size:
                raise ValueError("row_splits tensor may not be empty.")
            message = _RAGGED.format("from_row_splits")
            require(array[0] == 0, array[0], 0, "==", f"{message}:zero")
            require_non_negative(array[1:] - array[:-1], f"{message}:monotonic")
        return cls(splits)

    @classmethod
    def from_row_lengths(cls, row_lengths: Any, validate: bool = True, hint: Any = None) -> RowPartition:
        """Rows of these lengths."""
        lengths = index_tensor(row_lengths, "row_lengths", hint)
        lengths.shape.assert_has_rank(1)
        if validate and (array := known(lengths)) is not None:
            require_non_negative(array, _PARTITION.format("from_row_lengths"))
        return cls(kernels.splits_of_lengths(lengths))

    @classmethod
    def from_row_starts(cls, row_starts: Any, nvals: Any, validate: bool = True, hint: Any = None) -> RowPartition:
        """Rows that begin at these values, of `nvals` in all."""
        starts = index_tensor(row_starts, "row_starts", hint)
        starts.shape.assert_has_rank(1)
        if validate and (array := known(starts)) is not None and array.size and isinstance(nvals, int):
            message = _RAGGED.format("from_row_starts")
            require(array[0] == 0, array[0], 0, "==", message)
            require_non_negative(array[1:] - array[:-1], message)
            require(array[-1] <= nvals, array[-1], nvals, "<=", message)
        return cls(kernels.splits_of_starts(starts, nvals))

    @classmethod
    def from_row_limits(cls, row_limits: Any, validate: bool = True, hint: Any = None) -> RowPartition:
        """Rows that end before these values."""
        limits = index_tensor(row_limits, "row_limits", hint)
        limits.shape.assert_has_rank(1)
        if validate and (array := known(limits)) is not None:
            message = _RAGGED.format("from_row_limits")
            require_non_negative(array[:1], message)
            require_non_negative(array[1:] - array[:-1], message)
        return cls(kernels.splits_of_limits(limits))

    @classmethod
    def from_value_rowids(
        cls, value_rowids: Any, nrows: Any = None, validate: bool = True, hint: Any = None
    ) -> RowPartition:
        """Values that are in these rows, of `nrows` rows in all, or up to the last that has any."""
        rowids = index_tensor(value_rowids, "value_rowids", hint)
        rowids.shape.assert_has_rank(1)
        array = known(rowids)
        rows = None if nrows is None else _number(nrows, "nrows")
        if validate and array is not None:
            if rows is not None and rows < 0:
                raise ValueError(f"Expected nrows >= 0; got {rows}")
            if rows is not None and array.size and rows <= array[-1]:
                raise ValueError(
                    f"Expected nrows >= value_rowids[-1] + 1; got nrows={rows}, value_rowids[-1]={array[-1]}"
                )
            message = _PARTITION.format("from_value_rowids")
            require_non_negative(array[:1], message)
            require_non_negative(array[1:] - array[:-1], message)
        if rows is None:
            rows = number(rowids[-1]) + 1 if rowids.shape[0] else 0
        return cls(kernels.splits_of_rowids(rowids, rows), rowids=rowids)

    @classmethod
    def from_uniform_row_length(
        cls, uniform_row_length: Any, nvals: Any, nrows: Any = None, validate: bool = True, hint: Any = None
    ) -> RowPartition:
        """Rows of one length, as many as `nrows` says or as `nvals` values make."""
        length = _number(uniform_row_length, "uniform_row_length")
        dtype = next(
            (v.dtype for v in (uniform_row_length, nrows) if getattr(v, "dtype", None) in _INDEX), hint or dtypes.int64
        )
        if nrows is not None:
            rows = _number(nrows, "nrows")
        else:
            rows = nvals // length if length else 0
        if validate and type(nvals) is int and rows * length != nvals:
            raise ValueError(f"uniform_row_length={length} times nrows={rows} must equal nvals={nvals}")
        if validate and length < 0:
            raise ValueError("uniform_row_length must be >= 0.")
        return cls(kernels.splits_of_uniform(rows, length, dtype), length)

    # ---- what is known of the rows ----

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the splits, tf.int32 or tf.int64."""
        return self.row_splits.dtype

    @property
    def static_nrows(self) -> int | None:
        """The number of rows, where the shape of the splits tells it."""
        size = self.row_splits.shape[0]
        return None if size is None else size - 1

    def row_lengths(self) -> Any:
        """The length of each row."""
        return kernels.row_lengths(self.row_splits)

    def value_rowids(self, count: Any = None) -> Any:
        """The row that each value is in; `count` is the number of values, where it is known."""
        if self._rowids is None:
            self._rowids = kernels.rowids_of_splits(self.row_splits, count)
        return self._rowids

    def with_dtype(self, dtype: dtypes.DType) -> RowPartition:
        """The same rows with splits of another dtype."""
        if dtype is self.dtype:
            return self
        from tfcompat.dtypes.casting import cast

        rowids = None if self._rowids is None else cast(self._rowids, dtype)
        return RowPartition(cast(self.row_splits, dtype), self.uniform_row_length, rowids)

    def check_nvals(self, nvals: Any, message: str = _RAGGED.format("_from_row_partition")) -> None:
        """Raises InvalidArgumentError unless the rows have `nvals` values in all."""
        array = known(self.row_splits)
        if array is not None and isinstance(nvals, int):
            require(array[-1] == nvals, array[-1], nvals, "==", message)

    def __repr__(self) -> str:
        return f"tf.RowPartition(row_splits={self.row_splits})"


_INDEX = (dtypes.int32, dtypes.int64)


def _number(value: Any, name: str) -> Any:
    """A number of rows or values as an int."""
    if isinstance(value, int):
        return value
    tensor = convert_to_tensor(value, dtype_hint=dtypes.int64)
    if tensor.shape.rank != 0 or tensor.dtype not in _INDEX:
        raise TypeError(f"Argument `{name}` takes an integer or a scalar integer tensor, got {value!r}.")
    return number(tensor)
