"""The ranges of activations, from what representative samples give, and the integers that stand for numbers in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat.saved_model._quantization.messages import CalibrationOptions

_LEAST, _MOST = -128, 127


class Scale(NamedTuple):
    """An integer q stands for (q - zero) * scale."""

    scale: np.float32
    zero: int


def nearest(values: Any) -> Any:
    """The nearest integers; of two that are as near, the larger in size."""
    return np.sign(values) * np.floor(np.abs(values) + 0.5)


def scale_of(low: float, high: float) -> Scale:
    """The integers of 8 bits for numbers from `low` to `high`, of which 0 is one."""
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    if high - low <= np.finfo(np.float64).eps:
        return Scale(np.float32(1), _LEAST)
    scale = (high - low) / (_MOST - _LEAST)
    of_low, of_high = _LEAST - low / scale, _MOST - high / scale
    zero = of_low if abs(_LEAST) + abs(low / scale) < abs(_MOST) + abs(high / scale) else of_high
    return Scale(np.float32(scale), int(np.clip(nearest(zero), _LEAST, _MOST)))


def weights(values: np.ndarray, axis: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Weights as integers from -127 to 127, and their scale: one, or one for each slice along an axis."""
    others = tuple(i for i in range(values.ndim) if i != axis) if axis is not None else None
    largest = np.abs(values).max(axis=others, keepdims=True).astype(np.float64) if values.size else np.float64(0)
    scale = np.where(largest > 0, largest / _MOST, 1)
    found = np.clip(nearest(values / scale), -_MOST, _MOST).astype(np.int8)
    return found, scale.astype(np.float32).reshape(() if axis is None else -1)


# ---- calibration ----


def ranges(samples: Sequence[Sequence[np.ndarray]], options: Any) -> list[tuple[float, float]]:
    """The range of each tensor. samples: what the tensors are, for each sample."""
    method = options.calibration_method
    found = _RANGES.get(method)
    if found is None:
        raise ValueError(f"Unsupported calibration method: {method}")
    return [found(list(values), options.calibration_parameters) for values in zip(*samples, strict=True)]


def _extremes(values: Sequence[np.ndarray], parameters: Any) -> tuple[float, float]:
    return min(float(v.min()) for v in values), max(float(v.max()) for v in values)


def _means(values: Sequence[np.ndarray], parameters: Any) -> tuple[float, float]:
    return float(np.mean([v.min() for v in values])), float(np.mean([v.max() for v in values]))


class _Histogram:
    """How many numbers are in each of the bins, as wide as a power of two, and the bins' middles.

    The first sample says how wide, so that `count` bins hold it; what others have in bins of theirs is shared out.
    """

    def __init__(self, values: Sequence[np.ndarray], count: int) -> None:
        self._low, self._width = _bins(values[0], count)
        counts = np.zeros(0)
        for each in values:
            counts = self._with(counts, each.reshape(-1), count)
        self.counts = counts[: np.flatnonzero(counts)[-1] + 1]
        self.middles = self._low + self._width * (np.arange(len(self.counts)) + 0.5)

    def _with(self, counts: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
        low, width = _bins(values, count)
        own = np.bincount(np.floor((values - low) / width).astype(int).clip(0, count - 1), minlength=count)
        first = int(np.floor((low - self._low) / self._width))
        if first < 0:
            counts = np.concatenate([np.zeros(-first), counts])
            self._low, first = self._low + first * self._width, 0
        last = int(np.floor((np.ceil(values.max() / width) * width - self._low) / self._width))
        counts = np.concatenate([counts, np.zeros(max(last + 1 - len(counts), 0))])
        for i in range(first, last + 1):
            start = self._low + i * self._width
            counts[i] += _share(own, low, width, start, start + self._width)
        return counts

    def error(self, low: float, high: float) -> float:
        """How far numbers are, squared, from the nearest ones that 8 bits hold for a range."""
        scale = (high - low) / (_MOST - _LEAST)
        zero = round(min(-low / scale, 9e9))
        scale = max(scale, 1e-9)
        found = np.clip(np.round(self.middles / scale) + zero, 0, _MOST - _LEAST)
        return float(np.sum((self.middles - scale * (found - zero)) ** 2 * self.counts))

    def best(self, pairs: Iterator[tuple[int, int]]) -> tuple[float, float]:
        """The range, among those between the middles of two bins, of the least error."""
        middles = self.middles
        found = min(((self.error(middles[i], middles[j]), middles[i], middles[j]) for i, j in pairs), default=None)
        return (float(middles[0]), float(middles[-1])) if found is None else (float(found[1]), float(found[2]))

    def growing(self, start: int) -> Iterator[tuple[int, int]]:
        """The bins from one on, one more at the left and the right in turn."""
        left = right = start
        last, turn = len(self.counts) - 1, True
        while not (left == 0 and right == last):
            if (turn and left > 0) or right == last:
                left = max(left - 1, 0)
            else:
                right = min(right + 1, last)
            turn = not turn
            yield left, right


def _bins(values: np.ndarray, count: int) -> tuple[float, float]:
    """Where the first bin begins, and how wide bins are."""
    low, high = float(values.min()), float(values.max())
    width = float(2.0 ** np.ceil(np.log2((high - low) / count))) if high > low else 1.0
    return float(np.floor(low / width) * width), width


def _share(counts: np.ndarray, low: float, width: float, start: float, end: float) -> float:
    """How many of the numbers in bins are from `start` to `end`, as if they were evenly spread."""
    total, at = 0.0, max(start, low)
    while at < end and (place := int(np.floor((at - low) / width))) < len(counts):
        total += counts[place] * min(end - at, width) / width
        at += width
    return total


def _percentiles(values: Sequence[np.ndarray], parameters: Any) -> tuple[float, float]:
    histogram = _Histogram(values, parameters.num_bins)
    share = np.cumsum(histogram.counts) / histogram.counts.sum()
    low = np.searchsorted(share, parameters.min_percentile / 100, side="right")
    high = np.searchsorted(share, parameters.max_percentile / 100, side="left")
    return float(histogram.middles[low]), float(histogram.middles[high])


def _of_least_error(
    pairs: Callable[[_Histogram], Iterator[tuple[int, int]]],
) -> Callable[[Sequence[np.ndarray], Any], tuple[float, float]]:
    def found(values: Sequence[np.ndarray], parameters: Any) -> tuple[float, float]:
        histogram = _Histogram(values, parameters.num_bins)
        return histogram.best(pairs(histogram))

    return found


_RANGES: dict[int, Callable[[Sequence[np.ndarray], Any], tuple[float, float]]] = {
    CalibrationOptions.CALIBRATION_METHOD_MIN_MAX: _extremes,
    CalibrationOptions.CALIBRATION_METHOD_AVERAGE_MIN_MAX: _means,
    CalibrationOptions.CALIBRATION_METHOD_HISTOGRAM_PERCENTILE: _percentiles,
    CalibrationOptions.CALIBRATION_METHOD_HISTOGRAM_MSE_BRUTEFORCE: _of_least_error(
        lambda h: itertools.combinations(range(len(h.counts)), 2)
    ),
    CalibrationOptions.CALIBRATION_METHOD_HISTOGRAM_MSE_MAX_FREQUENCY: _of_least_error(
        lambda h: h.growing(int(np.argmax(h.counts)))
    ),
    CalibrationOptions.CALIBRATION_METHOD_HISTOGRAM_MSE_SYMMETRIC: _of_least_error(
        lambda h: h.growing(len(h.counts) // 2)
    ),
}
