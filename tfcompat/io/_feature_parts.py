"""Reading features of parsed messages into arrays, a kind of feature at a time.

A part reads the feature of every example into a few arrays (`arrays`), and makes the result of the tensors on them
(`result`); in a captured function these lie at the two ends of a node of its graph. Examples are dicts of features.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.ops import kernel_dtype
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat.io.features import RaggedFeature

_KINDS = {dtypes.float32: "float_list", dtypes.int64: "int64_list", dtypes.string: "bytes_list"}
_DTYPES = {kind: dtype for dtype, kind in _KINDS.items()}
Examples = Sequence[Mapping[str, Any]]


class ParseError(ValueError):
    """A message, without the op's name, about what does not fit."""


def checked_dtype(dtype: Any, key: str) -> dtypes.DType:
    """One of the dtypes that features have; ParseError for others."""
    kind = dtypes.as_dtype(dtype)
    if kind not in _KINDS:
        raise ParseError(
            f"Value for attr 'Tdense' of {kernel_dtype(kind)} is not in the list of allowed values: float, int64, "
            f"string (feature {key!r})"
        )
    return kind


def values_of(example: Mapping[str, Any], key: str, dtype: dtypes.DType, told: Any = None) -> list[Any] | None:
    """The values of a feature, None where the example has none; ParseError for those of another dtype."""
    feature = example.get(key)
    kind = None if feature is None else feature.WhichOneof("kind")
    if feature is None or kind is None:
        return None
    if kind != _KINDS[dtype]:
        raise ParseError(told(_DTYPES[kind]))
    return list(getattr(feature, kind).value)


def flat(values: Sequence[Any], dtype: dtypes.DType) -> np.ndarray:
    """Values as an array of one dimension."""
    if dtype is dtypes.string:
        array = np.empty(len(values), object)
        array[:] = values
        return array
    return np.array(values, dtype.as_numpy_dtype)


def _chained(rows: Sequence[Sequence[Any]], dtype: dtypes.DType) -> np.ndarray:
    return flat(list(itertools.chain.from_iterable(rows)), dtype)


class Part:
    """A feature of an example. names: what the examples are called in messages. single: whether there is one alone."""

    def __init__(self, key: str, dtype: Any) -> None:
        self.key, self.dtype = key, checked_dtype(dtype, key)

    def specs(self, single: bool) -> list[TensorSpec]:
        """What is known of the arrays."""
        raise NotImplementedError

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        """The feature's arrays."""
        raise NotImplementedError

    def result(self, tensors: Sequence[Any], single: bool) -> Any:
        """What the caller gets, made of the tensors on those arrays."""
        return tensors[0]

    def _mismatch(self, names: Sequence[str], i: int, single: bool) -> Any:
        expected = kernel_dtype(self.dtype)

        def told(found: dtypes.DType) -> str:
            where = f"Key: {self.key}. " if single else f"Name: {names[i]}, Key: {self.key}, Index: {i}. "
            return f"{where} Data types don't match. Data type: {kernel_dtype(found)} but expected type: {expected}"

        return told

    def _rows(self, examples: Examples, names: Sequence[str], single: bool) -> list[list[Any]]:
        rows = (values_of(e, self.key, self.dtype, self._mismatch(names, i, single)) for i, e in enumerate(examples))
        return [row or [] for row in rows]


class Dense(Part):
    """A FixedLenFeature."""

    def __init__(self, key: str, feature: Any) -> None:
        super().__init__(key, feature.dtype)
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
        shape = TensorShape(feature.shape)
        if shape.rank and shape[0] is None:
            raise ValueError(
                f"First dimension of shape for feature {key} unknown. Consider using FixedLenSequenceFeature. Received "
                f"feature={feature}."
            )
        if not shape.is_fully_defined():
            raise ValueError(
                f"All dimensions of shape for feature {key} need to be known but received {shape}. "
                f"Received feature={feature}."
            )
        self.shape = tuple(int(d) for d in shape.as_list() if d is not None)
        self.default = None
        if feature.default_value is not None:
            given = feature.default_value
            given = given.numpy() if hasattr(given, "numpy") else given
            default = np.array(given, object if self.dtype is dtypes.string else self.dtype.as_numpy_dtype)
            if default.size != math.prod(self.shape):
                raise ParseError(
                    f"Input to reshape is a tensor with {default.size} values, but the requested shape has "
                    f"{math.prod(self.shape)}"
                )
            self.default = [v.encode() if isinstance(v, str) else v for v in default.reshape(-1).tolist()]

    def specs(self, single: bool) -> list[TensorSpec]:
        return [TensorSpec(self.shape if single else [None, *self.shape], self.dtype)]

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        rows, size = [], math.prod(self.shape)
        for i, example in enumerate(examples):
            row = values_of(example, self.key, self.dtype, self._mismatch(names, i, single))
            if row is None:
                row = self.default
                if row is None:
                    raise ParseError(
                        ("" if single else f"Name: {names[i]}, ")
                        + f"Feature: {self.key} (data type: {kernel_dtype(self.dtype)}) is required but could not be "
                        "found."
                    )
            elif len(row) != size:
                raise ParseError(
                    f"Key: {self.key}.  Can't parse serialized Example: {len(row)} values, but the output shape is "
                    f"{list(self.shape)}"
                    if single
                    else f"Name: {names[i]}, Key: {self.key}, Index: {i}.  Number of {kernel_dtype(self.dtype)} values "
                    f"!= expected.  Values size: {len(row)} but output shape: {list(self.shape)}"
                )
            rows.append(row)
        array = _chained(rows, self.dtype)
        return [array.reshape(self.shape if single else (len(rows), *self.shape))]


class Padded(Part):
    """A FixedLenSequenceFeature of an Example."""

    def __init__(self, key: str, feature: Any) -> None:
        super().__init__(key, feature.dtype)
        if not feature.allow_missing:
            raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
        self.shape = tuple(int(d) for d in TensorShape(feature.shape).as_list() if d is not None)
        self.default = padding(feature, self.dtype, key)

    def specs(self, single: bool) -> list[TensorSpec]:
        return [TensorSpec([None, *self.shape] if single else [None, None, *self.shape], self.dtype)]

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        stride = math.prod(self.shape)
        rows = self._rows(examples, names, single)
        for i, row in enumerate(rows):
            if stride and len(row) % stride:
                raise ParseError(
                    f"Name: {names[i]}, Key: {self.key}, Index: {i}.  Number of {kernel_dtype(self.dtype)} values is "
                    f"not a multiple of stride length. Saw {len(row)} values but output shape is: "
                    f"[{','.join(['?', *map(str, self.shape)])}]"
                )
        array = padded(rows, stride, self.shape, self.dtype, self.default)
        return [array[0] if single else array]


def padding(feature: Any, dtype: dtypes.DType, key: str) -> Any:
    """What a FixedLenSequenceFeature is filled up with."""
    value = feature.default_value
    if value is None:
        return b"" if dtype is dtypes.string else 0
    value = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if value.size != 1:
        raise ValueError(
            f"Argument `default_value` of the feature {key!r} takes a scalar, got {feature.default_value!r}"
        )
    value = value.reshape(-1)[0]
    return value.encode() if isinstance(value, str) else value


def padded(
    rows: Sequence[Sequence[Any]], stride: int, shape: tuple[int, ...], dtype: dtypes.DType, fill: Any
) -> np.ndarray:
    """Rows of unequal numbers of entries of a shape, filled up to the longest: [rows, longest, *shape]."""
    counts = [len(row) // stride if stride else 0 for row in rows]
    longest = max(counts, default=0)
    array = np.full((len(rows), longest * stride), fill, object if dtype is dtypes.string else dtype.as_numpy_dtype)
    for i, row in enumerate(rows):
        array[i, : len(row)] = flat(row, dtype)
    return array.reshape((len(rows), longest, *shape))


class Sparse(Part):
    """A VarLenFeature."""

    def __init__(self, key: str, feature: Any) -> None:
        if not feature.dtype:
            raise ValueError(f"Missing type for feature {key}. Received feature={feature}")
        super().__init__(key, feature.dtype)

    def _mismatch(self, names: Sequence[str], i: int, single: bool) -> Any:
        return lambda found: (
            f"Name: {names[i]}, Key: {self.key}, Index: {i}.  Data types don't match. Expected type: "
            f"{kernel_dtype(self.dtype)}, Actual type: {kernel_dtype(found)}"
        )

    def specs(self, single: bool) -> list[TensorSpec]:
        return sparse_specs(1 if single else 2, self.dtype)

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        rows = self._rows(examples, names, single)
        lengths = np.array([len(row) for row in rows], np.int64)
        columns = np.concatenate([np.arange(n) for n in lengths]) if len(rows) else np.zeros(0)
        indices = np.stack([np.repeat(np.arange(len(rows)), lengths), columns], axis=1).astype(np.int64)
        shape = np.array([len(rows), lengths.max(initial=0)], np.int64)
        return [indices[:, 1:] if single else indices, _chained(rows, self.dtype), shape[1:] if single else shape]

    def result(self, tensors: Sequence[Any], single: bool) -> Any:
        from tfcompat._sparse import SparseTensor

        return SparseTensor(*tensors)


def sparse_specs(rank: int, dtype: dtypes.DType) -> list[TensorSpec]:
    """What is known of the parts of a sparse tensor."""
    return [TensorSpec([None, rank], dtypes.int64), TensorSpec([None], dtype), TensorSpec([rank], dtypes.int64)]


class Merged(Sparse):
    """A SparseFeature: indices and values in features of their own."""

    def __init__(self, key: str, feature: Any) -> None:
        super().__init__(key, feature)
        several = isinstance(feature.index_key, (list, tuple))
        self.indices = list(feature.index_key) if several else [feature.index_key]
        self.sizes = list(feature.size) if isinstance(feature.size, (list, tuple)) else [feature.size]
        self.key, self.sorted = feature.value_key, feature.already_sorted
        if len(self.indices) != len(self.sizes):
            raise ValueError(f"SparseFeature has {len(self.indices)} index keys and {len(self.sizes)} sizes: {feature}")

    def specs(self, single: bool) -> list[TensorSpec]:
        return sparse_specs(len(self.sizes) + (not single), self.dtype)

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        rows = self._rows(examples, names, single)
        lengths = [len(row) for row in rows]
        columns = [np.repeat(np.arange(len(rows)), lengths)]
        for key in self.indices:
            found = [
                values_of(e, key, dtypes.int64, self._mismatch(names, i, single)) or [] for i, e in enumerate(examples)
            ]
            for i, (indices, length) in enumerate(zip(found, lengths)):
                if len(indices) != length:
                    raise ParseError(
                        f"Name: {names[i]}, the feature {key!r} has {len(indices)} indices for the {length} values of "
                        f"{self.key!r}"
                    )
            columns.append(_chained(found, dtypes.int64))
        indices, values = np.stack(columns, axis=1).astype(np.int64), _chained(rows, self.dtype)
        if not self.sorted:
            order = np.lexsort(indices.T[::-1])
            indices, values = indices[order], values[order]
        shape = np.array([len(rows), *self.sizes], np.int64)
        return [indices[:, 1:] if single else indices, values, shape[1:] if single else shape]


class Ragged(Part):
    """A RaggedFeature: values, and for each ragged dimension how long its rows are, the outermost first."""

    def __init__(self, key: str, feature: RaggedFeature) -> None:
        super().__init__(feature.value_key or key, feature.dtype)
        self.partitions, self.splits = feature.partitions, feature.row_splits_dtype

    def named(self) -> list[str]:
        """The features that tell the partitions."""
        return [each.key for each in self.partitions if not isinstance(each, RaggedFeature.UniformRowLength)]

    def specs(self, single: bool) -> list[TensorSpec]:
        levels = len(self.partitions) + (not single)
        return [TensorSpec([None], self.dtype)] + [TensorSpec([None], self.splits)] * levels

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        rows = self._rows(examples, names, single)
        counts = [len(row) for row in rows]
        levels: list[np.ndarray] = []
        for partition in reversed(self.partitions):
            lengths = [self._lengths(partition, e, n, names[i]) for i, (e, n) in enumerate(zip(examples, counts))]
            levels.append(np.concatenate(lengths) if lengths else np.zeros(0))
            counts = [len(each) for each in lengths]
        if not single:
            levels.append(np.array(counts))
        return [_chained(rows, self.dtype), *(self._as_splits(each) for each in reversed(levels))]

    def _as_splits(self, lengths: np.ndarray) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(lengths)]).astype(self.splits.as_numpy_dtype)

    def _lengths(self, partition: Any, example: Mapping[str, Any], count: int, name: str) -> np.ndarray:
        """The lengths of the rows into which a partition divides `count` values of one example."""
        kind = type(partition).__name__
        if isinstance(partition, RaggedFeature.UniformRowLength):
            size = int(partition.length)
            lengths = np.full(count // size if size else 0, size)
        else:
            told = self._mismatch([name], 0, False)
            given = np.array(values_of(example, partition.key, dtypes.int64, told) or [], np.int64)
            if kind == "RowSplits":
                lengths = np.diff(given)
            elif kind == "RowLengths":
                lengths = given
            elif kind == "RowStarts":
                lengths = np.diff(np.append(given, count)) if given.size else given
            elif kind == "RowLimits":
                lengths = np.diff(np.insert(given, 0, 0))
            else:
                lengths = np.bincount(given) if given.size and given.min() >= 0 else given
        if lengths.sum() != count or (lengths < 0).any():
            raise ParseError(f"Name: {name}, Key: {self.key}: the partition {partition} does not fit {count} values")
        return lengths

    def result(self, tensors: Sequence[Any], single: bool) -> Any:
        from tfcompat._arrays.shaping import reshape, size
        from tfcompat._ragged import RaggedTensor

        value, uniform = tensors[0], [*([None] * (not single)), *self.partitions]
        for splits, partition in zip(reversed(tensors[1:]), reversed(uniform)):
            if isinstance(partition, RaggedFeature.UniformRowLength):
                rows = size(splits, out_type=self.splits) - 1
                if isinstance(value, RaggedTensor):
                    value = RaggedTensor.from_uniform_row_length(value, int(partition.length), rows)
                else:
                    inner = value.shape[1:].as_list()
                    value = reshape(value, [rows, int(partition.length), *inner])
            else:
                value = RaggedTensor.from_row_splits(value, splits, validate=False)
        return value
