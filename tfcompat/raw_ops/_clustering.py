"""Raw ops that choose the first centers of k-means; seeds give TensorFlow's choices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat._core.philox import Philox
from tfcompat._core.rejection import Words
from tfcompat.raw_ops._registry import raw


def _scalar(t: torch.Tensor, name: str) -> int:
    if t.ndim:
        raise Invalid(f"Input {name} should be a scalar.")
    return int(t)


class _Spread:
    """Points of which some are chosen, each as likely as the square of its distance from those chosen before."""

    def __init__(self, points: np.ndarray, seed: int) -> None:
        self.points, self.words = points, Words(Philox.of_seeds(seed, 0))
        self.halves = np.float32(0.5) * (points * points).sum(1)
        self.nearest = np.full(len(points), np.inf, np.float32)
        self.chosen: list[int] = []

    def draw(self) -> int:
        """The number of a point that is not chosen yet."""
        if not self.chosen:
            return self.words.long_below(len(self.points))
        while True:
            total = self.sums[-1]
            if total > 0:
                place = int(np.searchsorted(self.sums, self.words.single() * total, "right"))
            else:  # all points are where chosen ones are
                place = self.words.long_below(len(self.points))
            if place not in self.chosen:
                return min(place, len(self.points) - 1)

    def distances(self, number: int) -> np.ndarray:
        """The halves of the squares of the distances from the nearest point, were this one chosen too."""
        own = self.halves - self.points @ self.points[number] + self.halves[number]
        return np.minimum(self.nearest, own)

    def choose(self, tries: int) -> None:
        """Chooses the best of some points."""
        self.sums = np.cumsum(self.nearest, dtype=np.float32)
        drawn = [(number, self.distances(number)) for number in (self.draw() for _ in range(tries))]
        number, self.nearest = min(drawn, key=lambda pair: pair[1].sum())
        self.chosen.append(number)


@raw("KmeansPlusPlusInitialization")
def kmeans_plus_plus(points: Value, num_to_sample: Value, seed: Value, num_retries_per_sample: Value) -> torch.Tensor:
    """Points that lie far from each other: k-means++'s first centers."""
    if points.ndim != 2:
        raise Invalid("Input points should be a matrix.")
    count = _scalar(num_to_sample, "num_to_sample")
    first, more = _scalar(seed, "seed"), _scalar(num_retries_per_sample, "num_retries_per_sample")
    if not len(points):
        raise Invalid("Expected points.rows() > 0.")
    if count <= 0:
        raise Invalid("Expected num_to_sample > 0.")
    if count > len(points):
        raise Invalid(f"Expected num_to_sample <= points.rows(). {count} vs {len(points)}.")
    spread = _Spread(points.numpy(), first)
    for _ in range(count):
        spread.choose(1 + (more if more >= 0 else 2 + int(math.log(count))))
    return points[spread.chosen]


@raw("KMC2ChainInitialization")
def kmc2_chain(distances: Value, seed: Value) -> torch.Tensor:
    """The number of the candidate where a Markov chain over their distances ends: k-MC2's next center."""
    if distances.ndim != 1:
        raise Invalid("Input distances should be a vector.")
    words = Words(Philox.of_seeds(_scalar(seed, "seed"), 0))
    if not len(distances):
        raise Invalid("Expected distances_tensor.size() > 0.")
    held: Any = distances.numpy()
    chosen = 0
    for number in range(1, len(held)):
        if held[number] > words.single() * held[chosen]:
            chosen = number
    return torch.tensor(chosen)
