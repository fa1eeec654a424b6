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
from tfcompat.data._functions import scalar
from tfcompat.data._mapping import invalid
from tfcompat.data._random import Seeds
from tfcompat.data.dataset import UNKNOWN_CARDINALITY, Dataset

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


def rejection_resample(dataset: Dataset, class_func: Any, target: Any, initial: Any, seed: Any) -> Dataset:
    """Dataset.rejection_resample: some elements as they come, and some of those that each class's chance lets pass."""
    import tfcompat  # the datasets' functions are written in its ops

    wanted = tfcompat.cast(convert_to_tensor(target), tfcompat.float32)

    def with_class(*element: Any) -> Any:
        return class_func(*element), element[0] if len(element) == 1 else element

    def chances(share: Any) -> Any:
        """For classes of these shares: the chance of each to pass, and the share of what is taken as it comes."""
        ratio = wanted / (share + np.finfo(np.float32).tiny)
        least = tfcompat.reduce_min(ratio)
        return (ratio - least) / (tfcompat.reduce_max(ratio) - least), least

    if initial is None:
        shares = _estimated_shares(dataset.map(class_func), len(wanted))
        both = shares.map(chances)
        keep, as_it_comes = both.map(lambda keep, _: keep), both.map(lambda _, share: share)
    else:
        share = tfcompat.cast(convert_to_tensor(initial), tfcompat.float32)
        shares, keep, as_it_comes = (Dataset.from_tensors(x).repeat() for x in (share, *chances(share)))
        least = np.min(wanted.numpy() / share.numpy())
        if least == 1:
            return dataset.map(with_class)
    passed = Dataset.zip((Dataset.zip((keep, shares)).map(_told_if_few_pass), dataset)).map(
        lambda keep, element: _with_chance(keep, class_func, element)
    )
    passed = passed.filter(lambda number, chance, _: tfcompat.random.uniform([], seed=seed) < chance)
    passed = passed.map(lambda number, _, element: (number, element)).prefetch(3)
    if initial is not None and least == 0:
        return passed
    weights = as_it_comes.map(lambda share: tfcompat.stack([share, 1.0 - share]))
    return Dataset.sample_from_datasets([dataset.map(with_class), passed], weights, seed, stop_on_empty_dataset=True)


def _with_chance(keep: Any, class_func: Any, element: Any) -> Any:
    import tfcompat

    number = class_func(*element) if isinstance(element, tuple) else class_func(element)
    return number, tfcompat.gather(keep, number), element


def _told_if_few_pass(keep: Any, shares: Any) -> Any:
    """The chances, printed the first ten times where they leave out half of the elements or more."""
    import tfcompat

    left_out = tfcompat.reduce_sum((1 - keep) * shares)
    told = "Proportion of examples rejected by sampler is high: "

    def printed() -> Any:
        return tfcompat.compat.v1.Print(keep, [left_out, shares, keep], told, first_n=10, summarize=100)

    return tfcompat.cond(left_out < 0.5, lambda: keep, printed)


def _estimated_shares(classes: Dataset, count: int) -> Dataset:
    """For each element the shares of the classes up to the 32 that it is among, as if ten of each had been before."""
    import tfcompat

    def counted(seen: Any, batch: Any) -> Any:
        seen = seen + tfcompat.reduce_sum(tfcompat.one_hot(batch, count, dtype=tfcompat.int64), 0)
        shares = tfcompat.cast(seen / tfcompat.reduce_sum(seen), tfcompat.float32)
        return seen, tfcompat.tile(shares[None], [32, 1])

    return classes.batch(32).scan(tfcompat.fill([count], tfcompat.constant(10, tfcompat.int64)), counted).unbatch()
