"""Batches of elements of different shapes: padded, ragged and sparse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import NoneTensorSpec, TensorSpec
from tfcompat._core.tensor import EagerTensor
from tfcompat._ragged import RaggedTensor, RaggedTensorSpec
from tfcompat._sparse import SparseTensor, SparseTensorSpec
from tfcompat.data import _structure
from tfcompat.data._batching import BatchingDataset
from tfcompat.data._mapping import invalid
from tfcompat.data.dataset import Dataset


class _PaddedBatchDataset(BatchingDataset):
    """Batches of elements that are padded to one shape."""

    __module__ = "tensorflow.python.data.ops.padded_batch_op"

    def __init__(self, input_dataset: Dataset, batch_size: Any, shapes: Any, values: Any, drop_remainder: Any) -> None:
        super().__init__(input_dataset, batch_size, drop_remainder, "PaddedBatchDatasetV2")
        spec = input_dataset._known_spec()
        self._guessed = spec is None
        spec = input_dataset.element_spec if spec is None else spec
        for leaf in structure.flatten(spec):
            if not isinstance(leaf, (TensorSpec, NoneTensorSpec)):
                raise TypeError(
                    "`padded_batch` is only supported for datasets that produce tensor elements but type spec of "
                    f"elements in the input dataset is not a subclass of TensorSpec: `{leaf}`."
                )
        self._shapes = self._padded_shapes(spec, shapes)
        self._values = _padding_values(spec, values)

    def _padded_shapes(self, spec: Any, shapes: Any) -> list[TensorShape]:
        leaves = structure.flatten(spec)
        if shapes is None:
            found = []
            for i, leaf in enumerate(leaves):
                shape = TensorShape([]) if isinstance(leaf, NoneTensorSpec) else leaf.shape
                if shape.rank is None:
                    raise ValueError(
                        f"You must provide `padded_shapes` argument because component {i} has unknown rank."
                    )
                # What was learnt from one element holds for its rank alone.
                found.append(TensorShape([None] * shape.rank) if self._guessed else shape)
            return found
        given = _flat_shapes(spec, shapes)
        for leaf, shape in zip(leaves, given, strict=True):
            if isinstance(leaf, NoneTensorSpec) or leaf.shape.rank is None:
                continue
            fits = leaf.shape.rank == shape.rank and all(
                p is None or n is None or n <= p for n, p in zip(leaf.shape.as_list(), shape.as_list(), strict=True)
            )
            if not fits:
                raise ValueError(
                    f"The padded shape {_told(shape)} is not compatible with the shape {leaf.shape} of the "
                    "corresponding input component."
                )
        return given

    def _spec_of(self, spec: Any) -> Any:
        size = self._static_size
        leaves = [
            s if isinstance(s, NoneTensorSpec) else TensorSpec(TensorShape([size]).concatenate(shape), s.dtype)
            for s, shape in zip(structure.flatten(spec), self._shapes, strict=True)
        ]
        return structure.pack_sequence_as(spec, leaves)

    def _made(self, elements: list[Any]) -> Any:
        columns = list(zip(*(structure.flatten(e) for e in elements), strict=True))
        padded = [
            None if column[0] is None else EagerTensor(_padded([x._t for x in column], shape, value))
            for column, shape, value in zip(columns, self._shapes, self._values, strict=True)
        ]
        return structure.pack_sequence_as(elements[0], padded)


def _told(shape: TensorShape) -> str:
    return str(tuple([-1 if d is None else d for d in shape.as_list()]))


def _flat_shapes(spec: Any, shapes: Any) -> list[TensorShape]:
    """The shapes of a nest like `spec`, where lists, tensors and numbers are shapes, and -1 is any size."""
    node = structure.node_of(type(spec))
    if node is None:
        return [_shape(shapes)]
    other = None if isinstance(shapes, TensorShape) else structure.node_of(type(shapes))
    if other is None:
        raise TypeError(f"`padded_shapes` must have the structure of the elements, {spec}, got {shapes!r}.")
    pairs = zip(node.children(spec), other.children(shapes), strict=True)
    return [shape for s, p in pairs for shape in _flat_shapes(s, p)]


def _shape(value: Any) -> TensorShape:
    if isinstance(value, TensorShape):
        return value
    if value is None:
        return TensorShape([None])
    if isinstance(value, (int, np.integer)):
        value = [int(value)]
    elif not isinstance(value, (list, tuple)):
        value = np.asarray(convert_to_tensor(value).numpy()).ravel().tolist()
    return TensorShape([None if d is None or d == -1 else d for d in value])


def _padding_values(spec: Any, values: Any) -> list[Any]:
    """The padding of each leaf, as a Python value or bytes."""
    leaves = structure.flatten(spec)
    if values is None:
        return [_default(leaf) for leaf in leaves]
    if not structure.is_nested(values):
        given = [values] * len(leaves)
    else:
        structure.assert_same_structure(spec, values, check_types=False)
        given = structure.flatten(values)
    return [_padding_value(value, leaf) for value, leaf in zip(given, leaves, strict=True)]


def _default(spec: Any) -> Any:
    kind = getattr(spec, "dtype", None)
    if kind is dtypes.string:
        return b""
    if kind is dtypes.variant:
        raise TypeError("Unable to create default padding value for a component of type 'variant'.")
    return 0


def _padding_value(value: Any, spec: Any) -> Any:
    if value is None or isinstance(spec, NoneTensorSpec):
        return _default(spec)
    with _structure.on_host():
        tensor = convert_to_tensor(value)
        if tensor.shape.rank != 0:
            raise ValueError(f"`padding_values` must be scalars, but one has the shape {tensor.shape}.")
        if tensor.dtype is not spec.dtype:
            raise TypeError(
                f"Invalid `padding_values`. `padding_values` values type {tensor.dtype} does not match type "
                f"{spec.dtype} of the corresponding input component."
            )
    t = tensor._t
    return t.item() if isinstance(t, torch.Tensor) else t[()]


def _padded(values: Sequence[Any], shape: TensorShape, padding: Any) -> Any:
    """The tensors in one, padded at their ends with `padding` to `shape`, None being the longest."""
    rank = values[0].ndim
    if (shape.rank is not None and shape.rank != rank) or any(v.ndim != rank for v in values):
        raise invalid("All elements in a batch must have the same rank as the padded shape for component0")
    longest = [max(v.shape[i] for v in values) for i in range(rank)]
    wanted = [n if d is None else d for n, d in zip(longest, shape.as_list(), strict=True)]
    if any(n > d for n, d in zip(longest, wanted, strict=True)):
        raise errors.DataLossError(
            None, None, "Attempted to pad to a smaller size than the input element. [Op:IteratorGetNext] name: "
        )
    if isinstance(values[0], np.ndarray):
        batch: Any = np.full((len(values), *wanted), padding, values[0].dtype)
    elif all(list(v.shape) == wanted for v in values):
        return torch.stack(list(values))
    else:
        batch = torch.full((len(values), *wanted), padding, dtype=values[0].dtype)
    for i, v in enumerate(values):
        batch[(i, *(slice(n) for n in v.shape))] = v if v.ndim else v[()]
    return batch


def padded_batch_dataset(dataset: Dataset, size: Any, shapes: Any, values: Any, drop_remainder: Any) -> Dataset:
    """Dataset.padded_batch."""
    return _PaddedBatchDataset(dataset, size, shapes, values, drop_remainder)


# ---- ragged and sparse ----


class _RaggedBatchDataset(BatchingDataset):
    """Batches of elements of different shapes, as ragged tensors."""

    def __init__(self, input_dataset: Dataset, batch_size: Any, drop_remainder: Any, splits_dtype: Any) -> None:
        super().__init__(input_dataset, batch_size, drop_remainder, "BatchDatasetV2")
        self._splits = dtypes.as_dtype(splits_dtype)
        spec = input_dataset._known_spec()
        self._guessed = spec is None
        self._row_specs = structure.flatten(self._rows_of(input_dataset.element_spec if spec is None else spec))

    def _rows_of(self, spec: Any) -> Any:
        return _structure.map_specs(self._row_spec, spec)

    def _row_spec(self, spec: Any) -> Any:
        if not isinstance(spec, TensorSpec) or spec.shape.rank == 0:
            return spec
        if spec.shape.rank is None:
            raise ValueError("Dataset.ragged_batch: elements of unknown rank can't be made ragged.")
        shape = TensorShape([None] * spec.shape.rank) if self._guessed else spec.shape
        return spec if shape.is_fully_defined() else RaggedTensorSpec(shape, spec.dtype, 0, self._splits)

    def _spec_of(self, spec: Any) -> Any:
        def batched(row: Any) -> Any:
            if isinstance(row, RaggedTensorSpec) and row.ragged_rank == 0:
                # Dimensions from the second on that are known after the last unknown one stay dense.
                sizes = row.shape.as_list()
                ragged = max((i for i, d in enumerate(sizes) if d is None), default=-1) + 1
                shape = TensorShape([self._static_size]).concatenate(row.shape)
                return RaggedTensorSpec(shape, row.dtype, max(ragged, 1), self._splits)
            return row._batch(self._static_size)

        return structure.pack_sequence_as(spec, [batched(r) for r in self._row_specs])

    def _made(self, elements: list[Any]) -> Any:
        return stack_ragged(elements, self._spec_of(elements[0]))


_RaggedBatchDataset.__name__ = "_BatchDataset"


def stack_ragged(elements: Sequence[Any], spec: Any) -> Any:
    """One element of several, as `spec` says: tensors are the rows of a ragged tensor where it has one."""
    columns = zip(*(structure.flatten(e) for e in elements), strict=True)
    made = []
    for column, s in zip(columns, structure.flatten(spec), strict=True):
        if isinstance(s, RaggedTensorSpec) and not isinstance(column[0], RaggedTensor):
            made.append(_ragged_stack(list(column), s.ragged_rank, s.row_splits_dtype))
        else:
            made.append(_structure.stack(column))
    return structure.pack_sequence_as(elements[0], made)


def _ragged_stack(tensors: list[Any], ragged_rank: int, splits_dtype: Any) -> Any:
    """Tensors of one rank as the rows of a ragged tensor."""
    import tfcompat

    with _structure.on_host():
        shapes = [x._t.shape for x in tensors]
        flat = [x._t.reshape(-1, *x._t.shape[ragged_rank:]) for x in tensors]
        if any(f.shape[1:] != flat[0].shape[1:] for f in flat):
            raise invalid("Dataset.ragged_batch: the elements differ in a dimension whose size is known.")
        values = torch.cat(flat) if isinstance(flat[0], torch.Tensor) else np.concatenate(flat)
        result: Any = EagerTensor(values)
        kind = splits_dtype.as_numpy_dtype
        for axis in reversed(range(ragged_rank)):
            counts = [int(np.prod(s[:axis], dtype=np.int64)) for s in shapes]
            lengths = np.concatenate([np.full(n, s[axis], kind) for n, s in zip(counts, shapes, strict=True)])
            result = tfcompat.RaggedTensor.from_row_lengths(result, convert_to_tensor(lengths), validate=False)
    return result


def ragged_batch_dataset(dataset: Dataset, batch_size: Any, drop_remainder: Any, splits_dtype: Any) -> Dataset:
    """Dataset.ragged_batch."""
    return _RaggedBatchDataset(dataset, batch_size, drop_remainder, splits_dtype)


class _DenseToSparseBatchDataset(BatchingDataset):
    """Batches of tensors of different shapes, as sparse tensors."""

    __module__ = "tensorflow.python.data.ops.sparse_batch_op"

    def __init__(self, input_dataset: Dataset, batch_size: Any, row_shape: Any) -> None:
        super().__init__(input_dataset, batch_size, False, "DenseToSparseBatchDataset")
        self._row_shape = _shape(row_shape)
        spec = input_dataset.element_spec
        if not isinstance(spec, TensorSpec):
            raise TypeError(
                f"`dense_to_sparse_batch` requires an input dataset whose elements are tensors, but got {spec}."
            )

    def _spec_of(self, spec: Any) -> Any:
        return SparseTensorSpec(TensorShape([None]).concatenate(self._row_shape), spec.dtype)

    def _made(self, elements: list[Any]) -> Any:
        arrays = [x._t for x in elements]
        rank = self._row_shape.rank
        if any(a.ndim != rank for a in arrays):
            raise invalid(f"Input element shape {tuple(arrays[0].shape)} does not fit the row shape {self._row_shape}.")
        longest = [max(a.shape[i] for a in arrays) for i in range(rank or 0)]
        sizes = [n if d is None else d for n, d in zip(longest, self._row_shape.as_list(), strict=True)]
        if any(n > d for n, d in zip(longest, sizes, strict=True)):
            raise errors.DataLossError(
                None, None, "Attempted to add a larger row than row_shape allows. [Op:IteratorGetNext] name: "
            )
        indices = []
        for i, a in enumerate(arrays):
            here = np.argwhere(np.ones((1, *a.shape), dtype=bool))
            here[:, 0] = i
            indices.append(here)
        flat = [a.reshape(-1) for a in arrays]
        values = np.concatenate(flat) if isinstance(flat[0], np.ndarray) else torch.cat(flat)
        with _structure.on_host():
            return SparseTensor(
                convert_to_tensor(np.concatenate(indices).astype(np.int64)),
                EagerTensor(values),
                convert_to_tensor(np.asarray([len(arrays), *sizes], np.int64)),
            )
