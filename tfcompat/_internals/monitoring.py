"""tensorflow.python.eager.monitoring: counters that libraries keep of how they are used, here in the process alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class _Cell:
    """The value of a metric for one choice of labels."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def value(self) -> Any:
        """What it holds."""
        return self._value

    def set(self, value: Any) -> None:
        """Puts `value` in its place."""
        self._value = value

    def increase_by(self, value: int) -> None:
        """Adds to a count."""
        self._value += value

    def add(self, value: float) -> None:
        """Adds one to a histogram's samples."""
        self._value.append(value)


class Metric:
    """A named value, one for each choice of `labels`: `metric.get_cell("label").increase_by(1)`.

    name, description, labels: as TensorFlow's counters, gauges and samplers take them. ValueError for another number of
    labels than it was made with.
    """

    _initial: Callable[[], Any] = int

    def __init__(self, name: str, description: str, *labels: str) -> None:
        self.name, self.description, self._labels = name, description, labels
        self._cells: dict[tuple[Any, ...], _Cell] = {}

    def get_cell(self, *labels: Any) -> _Cell:
        """The cell for these labels."""
        if len(labels) != len(self._labels):
            raise ValueError(f"The {self.name} expects taking {len(self._labels)} labels, got {len(labels)}: {labels}")
        return self._cells.setdefault(labels, _Cell(self._initial()))


class Counter(Metric):
    """A count that only rises."""


class IntGauge(Metric):
    """An integer that is set."""


class BoolGauge(Metric):
    """A bool that is set."""

    _initial = bool


class StringGauge(Metric):
    """A text that is set."""

    _initial = str


class ExponentialBuckets:
    """The bounds of a histogram's buckets: `scale * growth_factor**i`."""

    def __init__(self, scale: float, growth_factor: float, bucket_count: int) -> None:
        self.bounds = [scale * growth_factor**i for i in range(bucket_count)]


class Sampler(Metric):
    """A histogram: the samples that were added, and the `buckets` to count them in."""

    _initial = list

    def __init__(self, name: str, buckets: ExponentialBuckets, description: str, *labels: str) -> None:
        super().__init__(name, description, *labels)
        self.buckets = buckets
