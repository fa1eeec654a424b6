"""Datasets of tensors, numbers and file names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import is_symbolic
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat.data import _structure
from tfcompat.data._random import Seeds
from tfcompat.data._rows import Ordered, RangeRows, TensorRows
from tfcompat.data.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset

_CHUNK = 1024


def int64(value: Any) -> Any:
    """A count that a program gives, as a Python int; symbolic while a function is captured."""
    if type(value) is int:
        return value
    t = convert_to_tensor(value, dtypes.int64)
    return int(t) if isinstance(t, EagerTensor) else t


def known(value: Any) -> int:
    """A count's value, now that it is needed; a function that is being captured can't tell it."""
    if isinstance(value, int):
        return value
    from tfcompat.data._iterators import _refuse_capture

    _refuse_capture("makes a dataset of a size that is only known when it runs")
    raise AssertionError


class _TensorDataset(Dataset):
    """One element."""

    __module__ = "tensorflow.python.data.ops.from_tensors_op"

    def __init__(self, element: Any) -> None:
        super().__init__()
        self._element = _structure.source(element)
        self._structure = _structure.spec_of(self._element)
        _structure.check_not_empty(self._structure, "TensorDataset")

    def _has_symbols(self) -> bool:
        return _structure.has_symbols(self._element)

    @property
    def element_spec(self) -> Any:
        """The specs of the element."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        return iter((as_elements(self._element),))

    def _cardinality(self) -> int:
        return 1


class Again:
    """Iterates over a dataset's elements."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def __iter__(self) -> Iterator[Any]:
        return self.dataset._iterate()


def as_elements(element: Any) -> Any:
    """An element with the datasets in it as parts of an element are."""

    def part(leaf: Any) -> Any:
        if isinstance(leaf, Dataset) and not isinstance(leaf, _VariantDataset):
            return _VariantDataset(Again(leaf), leaf.element_spec)
        return leaf

    return structure.map_structure(part, element)


class _TensorSliceDataset(Dataset):
    """The rows of tensors."""

    __module__ = "tensorflow.python.data.ops.from_tensor_slices_op"

    def __init__(self, element: Any, is_files: bool = False) -> None:
        super().__init__()
        self._tensors = _structure.source(element)
        spec = _structure.spec_of(self._tensors)
        self._structure = _structure.unbatched_spec(spec)
        self._static_size = _structure.leading_size(spec)
        self._leaves = structure.flatten(self._tensors)
        if not self._leaves:
            raise ValueError("Invalid `tensors`. `tensors` should not be empty.")

    def _has_symbols(self) -> bool:
        return _structure.has_symbols(self._tensors)

    @property
    def element_spec(self) -> Any:
        """The specs of a row."""
        return self._structure

    @property
    def _size(self) -> int:
        if any(not isinstance(x, EagerTensor) and is_symbolic(getattr(x, "_t", None)) for x in self._leaves):
            return known(None)
        return _structure.batch_size(self._tensors) or 0

    def _cardinality(self) -> int:
        return self._size if self._static_size is None else self._static_size

    def _iterate(self) -> Iterator[Any]:
        size = self._size
        if not all(type(x) is EagerTensor for x in self._leaves):
            return (_structure.row(self._tensors, i) for i in range(size))
        return self._chunked(size)

    def _chunked(self, size: int) -> Iterator[Any]:
        for start in range(0, size, _CHUNK):
            yield from _structure.rows(_structure.sliced(self._tensors, start, min(start + _CHUNK, size)))

    def _ordered(self) -> Ordered | None:
        if not all(type(x) is EagerTensor for x in self._leaves):
            return None
        return Ordered.of(TensorRows(self._tensors, self._size))


class _ListDataset(Dataset):
    """The items of a list, each an element."""

    def __init__(self, elements: Any, name: str | None = None) -> None:
        super().__init__()
        if not isinstance(elements, list):
            raise ValueError("Invalid `elements`. `elements` must be a list.")
        if not elements:
            raise ValueError(
                "Invalid `elements`. `elements` should not be empty. If you want an empty dataset, use "
                "`tf.data.Dataset.range(0)`."
            )
        self._elements = [_structure.source(e) for e in elements]
        spec = _structure.spec_of(self._elements[0])
        for element in self._elements[1:]:
            spec = _structure.merged_spec(spec, _structure.spec_of(element))
        self._structure = spec

    @property
    def element_spec(self) -> Any:
        """The specs that all items fit."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        return iter(self._elements)

    def _cardinality(self) -> int:
        return len(self._elements)


class _RangeDataset(Dataset):
    """Numbers, evenly spaced."""

    __module__ = "tensorflow.python.data.ops.range_op"

    def __init__(self, *args: Any, output_type: Any = dtypes.int64, name: str | None = None) -> None:
        super().__init__()
        if not 1 <= len(args) <= 3:
            raise ValueError(f"Invalid `args`. The length of `args` should be between 1 and 3 but was {len(args)}.")
        bounds = [int64(a) for a in args]
        self._bounds = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
        self._dtype = dtypes.as_dtype(output_type)
        if self._bounds[2] is not None and isinstance(self._bounds[2], int) and self._bounds[2] == 0:
            raise errors.InvalidArgumentError(None, None, "step must be a non-zero integer. [Op:RangeDataset] name: ")

    @property
    def element_spec(self) -> Any:
        """A scalar."""
        return TensorSpec((), self._dtype)

    def _numbers(self) -> range:
        start, stop, step = map(known, self._bounds)
        return range(start, stop, step)

    def _iterate(self) -> Iterator[Any]:
        kind: Any = self._dtype.torch
        return (EagerTensor(torch.scalar_tensor(n, dtype=kind)) for n in self._numbers())

    def _cardinality(self) -> int:
        numbers = self._numbers()
        return max(0, -((numbers.start - numbers.stop) // numbers.step)) if numbers else 0

    def _ordered(self) -> Ordered | None:
        numbers = self._numbers()
        kind: Any = self._dtype.torch
        return Ordered.of(RangeRows(numbers.start, numbers.step, self._cardinality(), kind))


class _RandomDataset(Dataset):
    """Random numbers without end."""

    __module__ = "tensorflow.python.data.ops.random_op"

    def __init__(self, seed: Any = None, rerandomize_each_iteration: Any = None, name: str | None = None) -> None:
        super().__init__()
        self._seeds = seed if isinstance(seed, Seeds) else Seeds(seed, each_pass=bool(rerandomize_each_iteration))

    @property
    def element_spec(self) -> Any:
        """An int64 scalar."""
        return TensorSpec((), dtypes.int64)

    def _iterate(self) -> Iterator[Any]:
        return (EagerTensor(torch.scalar_tensor(word, dtype=torch.int64)) for word in self._seeds.words())

    def _cardinality(self) -> int:
        return INFINITE_CARDINALITY


class _VariantDataset(Dataset):
    """A dataset that is an element of another one: what a function sees, and where its elements come from."""

    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __init__(self, source: Any, element_spec: Any) -> None:
        super().__init__()
        self._source: Any = source
        self._structure = element_spec

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        if self._source is None:
            known(None)
        return iter(self._source)  # type: ignore[arg-type] - known() raises

    def _cardinality(self) -> int:
        if self._source is None:
            known(None)
        if isinstance(self._source, Again):
            return self._source.dataset._cardinality()
        return len(self._source) if isinstance(self._source, list) else UNKNOWN_CARDINALITY


def counter_dataset(start: Any, step: Any, dtype: Any) -> Dataset:
    """Dataset.counter."""
    kind = dtypes.as_dtype(dtype)
    start, step = (convert_to_tensor(v, kind) for v in (start, step))
    return Dataset.from_tensors(0).repeat(None).scan(start, lambda count, _: (count + step, count))


def list_files(file_pattern: Any, shuffle: bool | None, seed: Any) -> Dataset:
    """Dataset.list_files."""
    from tfcompat.io.files import matching_files

    if state.graph is not None:
        from tfcompat.data._iterators import _refuse_capture

        _refuse_capture("lists files")
    pattern = convert_to_tensor(file_pattern, dtypes.string)
    files = matching_files(pattern)
    if not int(np.prod(files.shape.as_list())):
        patterns = ", ".join(p.decode(errors="replace") for p in np.ravel(pattern.numpy()).tolist())
        raise errors.InvalidArgumentError(
            None,
            None,
            "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: "
            f"{f'No files matched pattern: {patterns}'.encode()!r}",
        )
    dataset: Dataset = _TensorSliceDataset(files)
    if shuffle is False:
        return dataset
    return dataset.shuffle(max(1, files.shape[0]), seed=seed)
