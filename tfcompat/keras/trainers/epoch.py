"""The steps of an epoch over a source of batches."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

from tfcompat._core import logging
from tfcompat.keras import _replicas, _version
from tfcompat.keras._state import settings
from tfcompat.keras.trainers.data import Adapter, ArrayAdapter, make_adapter


class EpochIterator:
    """Goes through a source of batches, epoch by epoch, `steps_per_execution` batches a step.

    With `steps_per_epoch`, an epoch ends after so many batches and the next goes on from there. strategy: a
    tf.distribute.Strategy with several replicas, among which each batch is divided.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: int | None = None,
        steps_per_epoch: int | None = None,
        shuffle: Any = False,
        class_weight: Any = None,
        steps_per_execution: int = 1,
        strategy: Any = None,
        passes: int = 1,
    ) -> None:
        limit = settings.max_steps_per_epoch
        if limit and (not steps_per_epoch or limit < steps_per_epoch):
            warnings.warn(f"Limiting steps_per_epoch to {limit}", stacklevel=3)
            steps_per_epoch = limit
        self.steps_per_epoch = steps_per_epoch
        self.steps_per_execution = steps_per_execution
        self.adapter: Adapter = make_adapter(x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight)
        self._num_batches = self.adapter.num_batches
        self._iterator: Iterator[Any] | None = None
        self._seen = 0
        self.exhausted = False
        self._passes = passes
        self._strategy = strategy
        if strategy is not None and strategy._workers is not None:
            self.adapter.agree = strategy._workers.first

    def _batches(self) -> Iterator[Any]:
        found = self.adapter.batches()
        return found if self._strategy is None else _replicas.batches(found, self._strategy, self.adapter.is_divided)

    @property
    def num_batches(self) -> int | None:
        """How many batches an epoch has; None before the first epoch where only going through it tells."""
        return self.steps_per_epoch or self._num_batches

    def reset(self) -> None:
        """Starts again at the first batch."""
        self._iterator = None
        self._seen = 0
        self._num_batches = self.adapter.num_batches
        if not _version.is_legacy():
            self.adapter.on_epoch_end()

    def steps(self) -> Iterator[tuple[int, int, Iterator[Any]]]:
        """(first batch, last batch, the iterator to take them from) of each step of an epoch.

        The loop calls `ran_out` where the iterator ends.
        """
        if _version.is_legacy():
            yield from self._steps_of_keras2()
            return
        self.adapter.on_epoch_begin()
        size = self.steps_per_execution
        count = self.num_batches
        if count is None:
            self._iterator = self._batches()
            first = 0
            while True:
                self._seen = first
                yield first, first + size - 1, self._iterator
                first += size
        if self._iterator is None or self.steps_per_epoch is None:
            self._iterator, self._seen = self._batches(), 0
        for first in range(0, count, size):
            if self._num_batches and self._seen >= self._num_batches:
                if self.steps_per_epoch:
                    self._warn()
                break
            self._seen += size
            yield first, first + size - 1, self._iterator
        if self._num_batches and self._seen >= self._num_batches:
            self._iterator, self._seen = self._batches(), 0
            if self.steps_per_epoch is None:  # the next epoch makes another one
                self.adapter.skip_pass()
        self.adapter.on_epoch_end()

    def _steps_of_keras2(self) -> Iterator[tuple[int, int, Iterator[Any]]]:
        """The steps as Keras 2 has them, where epochs are parts of all passes over arrays, one after the other.

        So they are of a dataset that has more or fewer batches than an epoch has steps; else each epoch is a pass of
        its own, and before the first one Keras 2 makes an iterator that it leaves unused.
        """
        self.adapter.on_epoch_begin()
        if isinstance(self.adapter, ArrayAdapter):
            if self._iterator is None:
                self._iterator = itertools.chain.from_iterable(self._batches() for _ in range(self._passes))
        elif self.adapter.starts_again or self.steps_per_epoch in (None, self._num_batches):
            if self._iterator is None:
                self.adapter.skip_pass()
            self._iterator = self._batches()
        elif self._iterator is None:
            self._iterator = self._batches()
        first, size = 0, self.steps_per_execution
        while (self.num_batches is None or first < self.num_batches) and not self.exhausted:
            count = size if self.num_batches is None else min(size, self.num_batches - first)
            yield first, first + count - 1, self._iterator if size == 1 else itertools.islice(self._iterator, count)
            first += size

    def end_epoch(self) -> None:
        """Tells a PyDataset in Keras 2 that an epoch is over; in Keras 3 `steps` does."""
        if _version.is_legacy():
            self.adapter.on_epoch_end()

    def ran_out(self, first: int) -> None:
        """Notes that the data ended before batch number `first`.

        As in Keras 3, epochs have the step that got nothing, from now on. In Keras 2 they have not; and where an epoch
        gets less than is known, it is the last.
        """
        if _version.is_legacy():
            if self.num_batches is None:
                self._num_batches = first
            else:
                self.exhausted = True
                self._warn()
        else:
            if self._num_batches is None:
                self._num_batches = first + self.steps_per_execution
            self._warn()
            self._iterator = None
            self.adapter.on_epoch_end()

    def _warn(self) -> None:
        if _version.is_legacy():
            logging.warning(
                "Your input ran out of data; interrupting training. Make sure that your dataset or generator can "
                "generate at least `steps_per_epoch * epochs` batches (in this case, "
                f"{(self.num_batches or 0) * self._passes} batches). You may need to use the repeat() function when "
                "building your dataset."
            )
            return
        warnings.warn(
            "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate "
            "at "
            "least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your "
            "dataset.",
            stacklevel=2,
        )


def is_due(epoch: int, validation_freq: Any) -> bool:
    """Whether fit() evaluates after an epoch; ValueError for what is no number or list of epochs."""
    number = epoch + 1
    if isinstance(validation_freq, int):
        return number % validation_freq == 0
    if isinstance(validation_freq, (list, tuple, set)):
        return number in validation_freq
    raise ValueError(
        f"Expected `validation_freq` to be a list or int. Received: validation_freq={validation_freq} of the type "
        f"{type(validation_freq)}."
    )
