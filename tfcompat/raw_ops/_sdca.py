"""Raw ops of stochastic dual coordinate ascent, which fits linear models with L1 and L2 regularization.

For each example a dual variable is moved to where it is best with the others as they are; weights are sums over
examples of dual variables times features. The losses' duals and updates are those of Shalev-Shwartz and Zhang's paper
(2013), with the parts of a model that are trained elsewhere taken into account as in Ma et al.'s (2015).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw
from tfcompat.strings._cityhash import fingerprint128

_LARGEST = float(np.finfo(np.float64).max)
_NEWTON_STEPS = 10


class _Loss:
    """A loss of a label y and a score: here the squared one, whose labels are any numbers."""

    smoothness = 1.0

    def label(self, y: float) -> float:
        """The label as the loss takes it."""
        return y

    def updated(self, y: float, weight: float, dual: float, score: float, norm: float) -> float:
        """The best dual variable; norm: of the example over L2, times the number of partitions."""
        return dual + (y - dual - score) / (1 + norm * weight)

    def dual(self, dual: float, y: float) -> float:
        """The loss's conjugate."""
        return dual * (0.5 * dual - y)

    def primal(self, score: float, y: float) -> float:
        """The loss."""
        return 0.5 * (score - y) ** 2

    def derivative(self, score: float, y: float) -> float:
        """The loss's derivative by the score."""
        return score - y


class _Binary(_Loss):
    """A loss of labels 0 and 1, which become -1 and 1."""

    def label(self, y: float) -> float:
        if y not in (0.0, 1.0):
            raise Invalid(f"Only labels of 0.0 or 1.0 are supported right now. Found example with label: {y:g}")
        return 2 * y - 1


class _Logistic(_Binary):
    smoothness = 4.0

    def updated(self, y: float, weight: float, dual: float, score: float, norm: float) -> float:
        x = 0.0
        for _ in range(_NEWTON_STEPS):
            t = math.tanh(x)
            value = -2 * y * x - score - norm * weight * (0.5 * (1 + t) / y - dual)
            x -= value / (-2 * y - norm * weight * (1 - t * t) * 0.5 / y)
        return 0.5 * (1 + math.tanh(x)) / y

    def dual(self, dual: float, y: float) -> float:
        return sum(p * (math.log(p) if p > 0 else 0.0) for p in (dual * y, 1 - dual * y))

    def primal(self, score: float, y: float) -> float:
        return float(np.logaddexp(0.0, -y * score))

    def derivative(self, score: float, y: float) -> float:
        return -y * math.exp(-float(np.logaddexp(0.0, y * score)))


class _SmoothHinge(_Binary):
    """The hinge loss with a parabola in the place of its corner, `gamma` wide."""

    gamma = smoothness = 1.0

    def updated(self, y: float, weight: float, dual: float, score: float, norm: float) -> float:
        room = norm * weight + self.gamma
        gap = y - score - self.gamma * dual
        best = dual + gap / room if room else math.copysign(math.inf, gap)
        return min(max(y * best, 0.0), 1.0) * y

    def dual(self, dual: float, y: float) -> float:
        if not 0 <= dual * y <= 1:
            return _LARGEST
        return -dual * y + 0.5 * self.gamma * dual * dual

    def primal(self, score: float, y: float) -> float:
        if y * score >= 1:
            return 0.0
        if y * score <= 1 - self.gamma:
            return 1 - y * score - self.gamma / 2
        return (1 - y * score) ** 2 * 0.5 / self.gamma

    def derivative(self, score: float, y: float) -> float:
        if y * score >= 1:
            return 0.0
        return -y if y * score <= 1 - self.gamma else (score - y) / self.gamma


class _Hinge(_SmoothHinge):
    gamma = smoothness = 0.0


class _Poisson(_Loss):
    """The loss of counts, e^score - y * score."""

    def label(self, y: float) -> float:
        if y < 0:
            text = "Only non-negative labels can be used with the Poisson log loss. Found example with label:"
            raise Invalid(f"{text} {y:g}")
        return y

    def updated(self, y: float, weight: float, dual: float, score: float, norm: float) -> float:
        x = math.log(y - dual) if y > dual else 0.0
        for _ in range(_NEWTON_STEPS):
            e = math.exp(x)
            x -= (x - score - norm * weight * (y - dual - e)) / (1 + norm * weight * e)
        return y - math.exp(x)

    def dual(self, dual: float, y: float) -> float:
        left = y - dual
        if left == 0:
            return 0.0
        return _LARGEST if left < 0 else left * (math.log(left) - 1)

    def primal(self, score: float, y: float) -> float:
        return math.exp(score) - score * y

    def derivative(self, score: float, y: float) -> float:
        return math.exp(score) - y


_LOSSES = {
    "logistic_loss": _Logistic(),
    "squared_loss": _Loss(),
    "hinge_loss": _Hinge(),
    "smooth_hinge_loss": _SmoothHinge(),
    "poisson_loss": _Poisson(),
}


class _Part(NamedTuple):
    """Features of one kind: for each example which weights it has values for, and these; the weights and changes."""

    places: list[np.ndarray]
    values: list[np.ndarray]
    weights: np.ndarray
    deltas: np.ndarray


def _flat(t: torch.Tensor) -> np.ndarray:
    return t.detach().reshape(-1).numpy()


def _sparse_parts(v: dict[str, Any], count: int) -> Iterator[_Part]:
    rows = zip(v["sparse_example_indices"], v["sparse_feature_indices"], v["sparse_indices"], v["sparse_weights"])
    for number, (examples, features, known, weights) in enumerate(rows):
        owner, feature, known = _flat(examples), _flat(features), _flat(known)
        if len(owner) != len(feature):
            raise Invalid(f"Found mismatched example_indices and feature_indices {owner.tolist()} {feature.tolist()}")
        given = v["sparse_feature_values"]
        values = _flat(given[number]) if number < len(given) else np.ones(len(feature), np.float32)
        if len(values) != len(feature):
            raise Invalid(f"Found {len(values)} sparse_feature_values for {len(feature)} sparse_feature_indices")
        order = np.argsort(known, kind="stable")
        at = order[np.searchsorted(known, feature, sorter=order).clip(max=len(known) - 1)] if len(known) else feature
        if len(feature) and (not len(known) or (known[at] != feature).any()):
            raise Invalid(f"Found sparse feature indices out of valid range: {feature.tolist()}")
        places = [at[owner == n] for n in range(count)]
        if any(len(np.unique(p)) != len(p) for p in places):
            raise Invalid("Duplicate index in sparse vector.")
        held = _flat(weights)
        yield _Part(places, [values[owner == n] for n in range(count)], held, np.zeros_like(held))


def _dense_parts(v: dict[str, Any], count: int) -> Iterator[_Part]:
    for number, (features, weights) in enumerate(zip(v["dense_features"], v["dense_weights"])):
        if features.ndim != 2:
            raise Invalid(f"Dense features at index {number} must be rank 2 but is rank {features.ndim}")
        if features.shape[0] < count:
            raise Invalid(f"Dense features at index {number} must have {count} rows, got {features.shape[0]}")
        if features.shape[1] > weights.numel():
            raise Invalid(f"More dense features than we have parameters for: {features.shape[1]}")
        held = _flat(weights)
        everywhere = np.arange(features.shape[1])
        yield _Part([everywhere] * count, list(features.numpy()), held, np.zeros_like(held))


class _Model:
    """Examples, and the weights that they change."""

    def __init__(self, v: dict[str, Any]) -> None:
        self.weights, labels = _flat(v["example_weights"]), _flat(v["example_labels"])
        self.count, self.loss = len(self.weights), _LOSSES[v["loss_type"]]
        if len(labels) != self.count:
            raise Invalid(f"Expected {self.count} example labels but got {len(labels)}")
        self.labels = [self.loss.label(float(y)) for y in labels]
        self.sparse = list(_sparse_parts(v, self.count))
        self.dense = list(_dense_parts(v, self.count))
        self.parts = [*self.sparse, *self.dense]
        if not self.parts:
            raise Invalid("Requires at least one feature to train.")
        state = v["example_state_data"]
        if list(state.shape) != [self.count, 4]:
            raise Invalid(f"Expected shape [{self.count},4] for example_state_data, got {list(state.shape)}")
        self.state = state.numpy().copy()
        self.l2, self.shrinkage = np.float32(v["l2"]), float(np.float32(v["l1"])) / float(np.float32(v["l2"]))
        self.partitions = v["num_loss_partitions"]
        self.norms = [
            sum(float((part.values[n].astype(np.float64) ** 2).sum()) for part in self.parts) for n in range(self.count)
        ]

    def score(self, number: int, moved: bool) -> float:
        """What the weights, or those that were given, say of an example."""
        total = 0.0
        for part in self.parts:
            at = part.places[number]
            w = part.weights[at] + (part.deltas[at] * self.partitions if moved else 0)
            shrunk = np.copysign(np.maximum(np.abs(w) - self.shrinkage, 0), w)
            total += float((part.values[number].astype(np.float64) * shrunk).sum())
        return total

    def step(self, number: int) -> None:
        """Moves the dual variable of an example, and the weights with it."""
        weight, y, dual = float(self.weights[number]), self.labels[number], float(self.state[number, 0])
        norm = self.partitions * self.norms[number] / float(self.l2)
        new = self.loss.updated(y, weight, dual, self.score(number, True), norm)
        change = (new - dual) * weight / float(self.l2)
        primal = self.loss.primal(self.score(number, False), y) * weight
        for part in self.parts:
            part.deltas[part.places[number]] += part.values[number] * change
        with np.errstate(over="ignore"):
            self.state[number] = new, primal, self.loss.dual(dual, y) * weight, weight

    def order(self, adaptive: bool) -> np.ndarray:
        """In which order the examples are taken: at random, those more often that are further from their best."""
        generator = np.random.default_rng()
        if not adaptive:
            return generator.permutation(self.count)
        chances = np.array([self._distance(n) for n in range(self.count)])
        if not chances.sum() > 0:
            return generator.permutation(self.count)
        drawn, seen, misses = [], np.zeros(self.count), 0
        while len(drawn) < self.count and misses < self.count:
            n = generator.choice(self.count, p=chances / chances.sum())
            if generator.random() > 0.1 ** seen[n]:
                misses += 1
                continue
            seen[n] += 1
            drawn.append(n)
        rest = np.flatnonzero(seen == 0)
        return np.array([*drawn, *rest[np.argsort(-chances[rest])]][: self.count])

    def _distance(self, n: int) -> float:
        gap = float(self.state[n, 0]) + self.loss.derivative(self.score(n, True), self.labels[n])
        return float(self.weights[n]) * math.sqrt(self.norms[n] + float(self.l2) * self.loss.smoothness) * abs(gap)


def _optimized(v: dict[str, Any], adaptive: bool) -> tuple[Any, ...]:
    model = _Model(v)
    for number in model.order(adaptive):
        model.step(int(number))
    sparse, dense = (
        [torch.from_numpy(part.deltas).reshape(w.shape) for part, w in zip(parts, v[name])]
        for parts, name in ((model.sparse, "sparse_weights"), (model.dense, "dense_weights"))
    )
    return torch.from_numpy(model.state), sparse, dense


@raw("SdcaFprint")
def sdca_fprint(input: Value) -> torch.Tensor:
    """Two numbers for each string of a vector, which hardly any other string has; the first is never 0 or 1."""
    if input.ndim != 1:
        raise Invalid(f"Input must be a vector, got shape {list(input.shape)}")
    rows = [fingerprint128(text) for text in input.tolist()]
    found = np.array([(low if low >= 2 else low + 2**64 - 2, high) for low, high in rows], np.uint64)
    return torch.from_numpy(found.reshape(-1, 2).view(np.int64))


@raw("SdcaOptimizer")
def sdca_optimizer(**v: Any) -> tuple[Any, ...]:
    """(each example's dual variable, losses and weight; the changes of sparse weights, those of dense ones)."""
    return _optimized(v, v["adaptative"])


@raw("SdcaOptimizerV2")
def sdca_optimizer_v2(**v: Any) -> tuple[Any, ...]:
    """(each example's dual variable, losses and weight; the changes of sparse weights, those of dense ones)."""
    return _optimized(v, v["adaptive"])
