"""Elements from one of several datasets, and elements left out by chance."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat.data import _structure
from tfcompat.data._functions import DatasetFunction, scalar
from tfcompat.data._mapping import invalid
from tfcompat.data._random import Seeds
from tfcompat.data._structure import normalized
from tfcompat.data.dataset import UNKNOWN_CARDINALITY, Dataset, UnaryDataset

_NUMBER = TensorSpec((), dtypes.int64)
_END = object()


class _DirectedInterleaveDataset(Dataset):
    """The next element of the dataset that a selector says."""

    __module__ = "tensorflow.python.data.ops.directed_interleave_op"

    def __init__(self, selector: Any, datasets: Sequence[Dataset], stop_on_empty: bool) -> None:
        super().__init__()
        self._selector, self._datasets, self._stop = selector, list(datasets), stop_on_empty
        spec = datasets[0].element_spec
        for dataset in datasets[1:]:
            spec = _structure.merged_spec(spec, dataset.element_spec)
        self._structure = spec

    def _inputs(self) -> list[Dataset]:
        return self._datasets

    @property
    def element_spec(self) -> Any:
        """The specs that the elements of all fit."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        parts: list[Any] = [d._iterate() for d in self._datasets]
        for number in self._selector():
            if not 0 <= number < len(parts):
                raise invalid(f"Selector index out of range: {number} >= {len(parts)}")
            if parts[number] is None:
                continue
            element = next(parts[number], _END)
            if element is not _END:
                yield element
                continue
            if self._stop:
                return
            parts[number] = None
            if all(p is None for p in parts):
                return

    def _cardinality(self) -> int:
        return UNKNOWN_CARDINALITY


def choose_from_datasets(datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool) -> Dataset:
    """Dataset.choose_from_datasets."""
    datasets = _checked(datasets)
    if not isinstance(choice_dataset, Dataset):
        raise TypeError(
            f"Invalid `choice_dataset`. `choice_dataset` should be a `tf.data.Dataset` but is {type(choice_dataset)}."
        )
    spec = choice_dataset._known_spec()
    if spec is not None and not (isinstance(spec, TensorSpec) and _NUMBER.is_compatible_with(spec)):
        raise TypeError(
            "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` tensors but are "
            f"{choice_dataset.element_spec}."
        )
    return _DirectedInterleaveDataset(
        lambda: map(scalar, choice_dataset._iterate()), datasets, bool(stop_on_empty_dataset)
    )


def _checked(datasets: Any) -> list[Dataset]:
    datasets = list(datasets)
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    for dataset in datasets:
        if not isinstance(dataset, Dataset):
            raise TypeError(f"Invalid `datasets`. `datasets` must be `tf.data.Dataset`s, but one is {dataset!r}.")
    return datasets


def sample_from_datasets(datasets: Any, weights: Any, seed: Any, stop_on_empty: bool, each_iteration: Any) -> Dataset:
    """Dataset.sample_from_datasets."""
    import tfcompat

    datasets = _checked(datasets)
    seeds = Seeds(seed, each_pass=bool(each_iteration))
    if isinstance(weights, Dataset):
        logits = weights.map(lambda each: tfcompat.math.log(each)[None])
        return _DirectedInterleaveDataset(lambda: _drawn(logits._iterate(), seeds), datasets, stop_on_empty)
    if weights is None:
        shares = np.full(len(datasets), 1.0 / len(datasets))
    else:
        shares = np.asarray(convert_to_tensor(weights).numpy())
        if shares.shape != (len(datasets),):
            raise ValueError(
                "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                f"`len(weights)={len(shares.ravel())}` vs. `len(datasets)={len(datasets)}`."
            )
        if shares.dtype.kind != "f":
            raise TypeError(
                "Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but is "
                f"{shares.dtype.name}."
            )
    if len(datasets) == 1:
        return datasets[0]
    with np.errstate(divide="ignore"):
        logits = np.log(shares)[None]
    return _DirectedInterleaveDataset(lambda: _drawn(itertools.repeat(logits), seeds), datasets, stop_on_empty)


def _drawn(logits: Iterable[Any], seeds: Seeds) -> Iterator[int]:
    """Numbers of datasets, drawn by chance."""
    import tfcompat

    words = seeds.words()
    with _structure.on_host():
        for each in logits:
            seed = next(words), next(words)
            yield int(tfcompat.random.stateless_categorical(each, 1, seed)[0, 0])


# ---- rejection_resample ----


class _ResampleDataset(UnaryDataset):
    """Pairs of a class and an element, some left out so that the classes are distributed as asked for."""

    def _is_batched(self) -> bool:
        return False

    def __init__(self, input_dataset: Dataset, class_func: Any, target: Any, initial: Any, seed: Any) -> None:
        super().__init__(input_dataset)
        self._class = DatasetFunction(class_func, input_dataset._known_spec(), "rejection_resample")
        self._target = np.asarray(convert_to_tensor(target).numpy(), np.float64)
        self._initial = None if initial is None else np.asarray(convert_to_tensor(initial).numpy(), np.float64)
        self._seeds = Seeds(seed)

    @property
    def element_spec(self) -> Any:
        """The specs of the class and of the element."""
        return self._class.spec(self._input_dataset._samples), self._input_dataset.element_spec

    def _iterate(self) -> Iterator[Any]:
        words = self._seeds.words()
        counts = np.ones(len(self._target))  # what the estimate starts from: all classes alike
        keep = None if self._initial is None else _acceptance(self._target, self._initial)
        for element in self._input_dataset._iterate():
            label = self._class(element)
            number = scalar(label)
            if self._initial is None:
                counts[number] += 1
                keep = _acceptance(self._target, counts / counts.sum())
            if keep is not None and next(words) / 2**32 < keep[number]:
                yield normalized((label, element))


def _acceptance(target: np.ndarray, initial: np.ndarray) -> np.ndarray:
    """The chance of keeping an element of each class."""
    ratio = target / np.maximum(initial, np.finfo(np.float64).tiny)
    return ratio / ratio.max()


class _EstimatedResampleDataset(_ResampleDataset):
    """The same, where the classes' distribution is estimated on the way."""


_ResampleDataset.__name__ = "_MapDataset"
_EstimatedResampleDataset.__name__ = "_DirectedInterleaveDataset"


def rejection_resample(dataset: Dataset, class_func: Any, target: Any, initial: Any, seed: Any) -> Dataset:
    """Dataset.rejection_resample."""
    kind = _EstimatedResampleDataset if initial is None else _ResampleDataset
    return kind(dataset, class_func, target, initial, seed)
