"""Samplers of candidate classes, for losses that look at a few of very many classes: tf.random.*_candidate_sampler."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import draws, errors, philox, random_state
from tfcompat._core.arguments import integer
from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import int64
from tfcompat._core.ops import BY_STORAGE, Invalid, is_symbolic, kernel_dtype, op
from tfcompat._core.philox import Philox
from tfcompat._core.random_state import Source, get_seed, source
from tfcompat._core.random_state import stream as stream_of
from tfcompat._core.rejection import Words
from tfcompat._core.state import state
from tfcompat._core.value_ops import value_op
from tfcompat._function.scopes import init_scope

_LOWEST = torch.finfo(torch.float32).min


class CandidateSampler(NamedTuple):
    """What a sampler returns: the classes, and how often each true and each sampled class is to be expected."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


CandidateSampler.__module__ = "tensorflow.python.ops.gen_candidate_sampling_ops"


# ---- distributions ----


class _Uniform:
    """All of `size` classes are as likely."""

    def __init__(self, size: int) -> None:
        self.size = self.possible = size

    def place(self, device: torch.device) -> None:
        """Goes to where the classes are drawn: only a distribution that has weights needs to."""

    def pick(self, u: torch.Tensor) -> torch.Tensor:
        """The classes that numbers from [0, 1) stand for."""
        return (u * self.size).long().clamp(max=self.size - 1)

    def drawn(self, gen: Philox) -> Iterator[np.ndarray]:
        """The classes that TensorFlow draws with a generator, in parts."""
        blocks = 4
        while True:
            yield self.of_words(gen.words(4 * blocks))
            gen, blocks = gen.skip(blocks), min(2 * blocks, 4096)

    def of_words(self, words: np.ndarray) -> np.ndarray:
        """The classes that random words stand for, an even number of them."""
        return _below(philox.longs(words).view(np.uint64), self.size)

    def probability(self, ids: torch.Tensor) -> torch.Tensor:
        """How likely each of the classes is, float64."""
        return torch.full(ids.shape, 1 / self.size, dtype=torch.float64, device=ids.device)

    def learn(self, ids: torch.Tensor) -> None:
        """Takes note of the true classes: only a distribution that learns has a use for them."""


class _LogUniform(_Uniform):
    """Class k is drawn with probability log((k + 2) / (k + 1)) / log(size + 1): Zipf's law."""

    def pick(self, u: torch.Tensor) -> torch.Tensor:
        return (torch.exp(u * math.log1p(self.size)).long() - 1).clamp(0, self.size - 1)

    def of_words(self, words: np.ndarray) -> np.ndarray:
        return (np.exp(philox.doubles(words) * math.log1p(self.size)).astype(np.int64) - 1) % self.size

    def probability(self, ids: torch.Tensor) -> torch.Tensor:
        k = ids.to(torch.float64)
        return torch.log((k + 2) / (k + 1)) / math.log1p(self.size)


class _Weighted(_Uniform):
    """A class is as likely as its weight."""

    def __init__(self, weights: torch.Tensor) -> None:
        super().__init__(len(weights))
        self.weights = weights
        self.sums = torch.cumsum(weights, 0)
        self.possible = int((weights > 0).sum())

    def place(self, device: torch.device) -> None:
        """Moves the weights to the device."""
        if self.weights.device != device:
            self.weights, self.sums = self.weights.to(device), self.sums.to(device)

    def pick(self, u: torch.Tensor) -> torch.Tensor:
        return torch.searchsorted(self.sums, u * self.sums[-1], right=True).clamp(max=self.size - 1)

    def drawn(self, gen: Philox) -> Iterator[np.ndarray]:
        chance, instead = self._alias
        words = Words(gen)
        while True:
            u = words.single()
            i = words.below(self.size)
            yield np.array([i if u < chance[i] else instead[i]], np.int64)

    @functools.cached_property
    def _alias(self) -> tuple[np.ndarray, np.ndarray]:
        """Walker and Vose's tables: the share of its turns that each class keeps, and who has the others."""
        weights = self.weights.cpu().numpy().astype(np.float32)
        share = (weights * np.float32(len(weights))).astype(np.float64) / weights.astype(np.float64).sum()
        instead = np.arange(len(share))
        poor, rich = list(np.flatnonzero(share < 1)), list(np.flatnonzero(share >= 1))
        while poor and rich:
            low, high = poor.pop(), rich.pop()
            instead[low] = high
            share[high] -= 1 - share[low]
            (poor if share[high] < 1 else rich).append(high)
        share[poor + rich] = 1
        return share.astype(np.float32), instead

    def probability(self, ids: torch.Tensor) -> torch.Tensor:
        return self.weights[ids] / self.sums[-1]


class _Learned(_Weighted):
    """A class is as likely as it was often among the true ones so far, all of them once to begin with."""

    def __init__(self, size: int) -> None:
        super().__init__(torch.ones(size, dtype=torch.float64))
        self._since = draws.restarts

    def place(self, device: torch.device) -> None:
        if self._since != draws.restarts:  # the seeds were set again, and all that was learned is forgotten
            self.__init__(self.size)
        super().place(device)

    def drawn(self, gen: Philox) -> Iterator[np.ndarray]:
        return _Uniform.drawn(self, gen)

    def of_words(self, words: np.ndarray) -> np.ndarray:
        sums = self.sums.numpy()
        return np.searchsorted(sums, _below(words, int(sums[-1])), side="right")

    def learn(self, ids: torch.Tensor) -> None:
        """Counts the true classes of a batch."""
        self.weights = self.weights + torch.bincount(ids.reshape(-1), minlength=self.size)
        self.sums = torch.cumsum(self.weights, 0)


def _below(drawn: np.ndarray, n: int) -> np.ndarray:
    """Numbers from [0, n) of unsigned ones, without those that would favour the small ones."""
    least = (1 << 8 * drawn.itemsize) % n
    return (drawn[drawn >= least] % drawn.dtype.type(n)).astype(np.int64)


# ---- sampling ----


def _distinct(number: int, draw: Callable[[int], torch.Tensor]) -> tuple[torch.Tensor, int]:
    """The first `number` different classes that are drawn, in the order of the draws, and how many draws that took."""
    drawn = draw(2 * number)
    while True:
        ordered, order = drawn.sort(stable=True)
        new = torch.nn.functional.pad(ordered[1:] != ordered[:-1], (1, 0), value=True)
        if int(new.sum()) >= number:
            places = order[new].sort().values[:number]
            return drawn[places], int(places[-1]) + 1
        drawn = torch.cat([drawn, draw(len(drawn))])


def _expected(probability: torch.Tensor, number: int, tries: int) -> torch.Tensor:
    """How often a class is among `number` ones that came of `tries` draws."""
    counts = probability * number if tries == number else -torch.expm1(tries * torch.log1p(-probability))
    return counts.to(torch.float32)


def _sampled_like(
    true_classes: torch.Tensor, sampler: str, stream: str, number: int, unique: bool
) -> tuple[torch.Tensor, ...]:
    sampled = torch.empty(number, dtype=torch.int64, device=true_classes.device)
    return sampled, torch.empty_like(true_classes, dtype=torch.float32), torch.empty_like(sampled, dtype=torch.float32)


@value_op(
    "(Tensor true_classes, str sampler, str stream, int number, bool unique) -> (Tensor, Tensor, Tensor)",
    _sampled_like,
    random=True,
)
def sample_candidates(
    true_classes: torch.Tensor, sampler: str, stream: str, number: int, unique: bool
) -> tuple[torch.Tensor, ...]:
    """Draws from the distribution that is kept under the name `sampler`; what a sampler op returns."""
    distribution = _samplers[sampler]
    _check_range(true_classes, distribution.size)
    distribution.place(true_classes.device)

    device = true_classes.device
    gen = draws.classes(stream, device, number)
    parts = None if gen is None else distribution.drawn(gen)

    def draw(count: int) -> torch.Tensor:
        if parts is None:
            return distribution.pick(random_state.uniform(Source(stream), (count,), torch.float64, device))
        taken = [next(parts)]
        while sum(map(len, taken)) < count:
            taken.append(next(parts))
        return torch.from_numpy(np.concatenate(taken))

    sampled, tries = _distinct(number, draw) if unique else (draw(number)[:number], number)
    counts = [_expected(distribution.probability(ids), number, tries) for ids in (true_classes, sampled)]
    distribution.learn(true_classes)
    return sampled, *counts


_samplers: dict[str, _Uniform] = {}
_LEARNING = ("LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler")


def _check_range(ids: torch.Tensor, size: int) -> None:
    bad = (ids < 0) | (ids >= size)
    if bool(bad.any()):
        text = f"`true_candidate` out of range [0, {size}), received {int(ids[bad][0])}"
        raise errors.InvalidArgumentError(None, None, text)


def _classes(value: Any, position: int = 0) -> torch.Tensor:
    """int64 classes; Python numbers become int64, tensors must be."""
    t = to_storage(value, None if hasattr(value, "dtype") else int64)
    if t.dtype is not torch.int64:
        got = kernel_dtype(BY_STORAGE[t.dtype])
        raise Invalid(f"input #{position}(zero-based) was expected to be a int64 tensor but is a {got} tensor")
    return t


def _checked(true_classes: Any, **numbers: Any) -> tuple[torch.Tensor, list[int]]:
    """The true classes, [batch, num_true], and the numbers, each at least 1."""
    counts = {name: integer(value, name) for name, value in numbers.items()}
    for name, value in counts.items():
        if value < 1:
            raise Invalid(f"Value for attr '{name}' of {value} must be at least minimum 1")
    t = _classes(true_classes)
    if t.ndim != 2:
        raise Invalid("true_classes must be a matrix")
    if t.shape[1] != counts["num_true"]:
        raise Invalid(f"true_classes must have num_true columns, expected: {t.shape[1]} was: {counts['num_true']}")
    return t, list(counts.values())


def _sample(
    kernel: str,
    true_classes: Any,
    num_true: Any,
    num_sampled: Any,
    unique: Any,
    range_max: Any,
    seed: Any,
    key: str,
    make: Callable[[int], _Uniform],
) -> CandidateSampler:
    """The body of them all.

    seed: a raw op gives its name and its two seeds. key: what apart from the range tells the distribution from others
    of its kind.
    """
    t, (columns, number, size) = _checked(true_classes, num_true=num_true, num_sampled=num_sampled, range_max=range_max)
    if unique and number > size:
        raise Invalid("Sampler's range is too small.")
    kind = f"int64,{columns},{number},{bool(unique)},{size}"  # eager ops of other attributes are other kernels
    stream = (stream_of(seed[0], kind, *seed[1:]) if isinstance(seed, tuple) else source(kernel, kind, seed)).stream
    learns = kernel in _LEARNING
    key = f"{kernel},{size},{key},{stream if learns else ''}"
    with init_scope():  # what is kept between calls holds real tensors
        distribution = _samplers.get(key) or _samplers.setdefault(key, make(size))
    if unique and number > distribution.possible:
        raise Invalid(f"Only {distribution.possible} classes have a chance, {number} different ones cannot be drawn.")
    if not is_symbolic(t):
        _check_range(t, size)
    try:
        return CandidateSampler(*sample_candidates(t, key, stream, number, bool(unique)))
    finally:
        if learns and seed is None and stream and state.graph is None:  # these seeds do not come again
            del _samplers[key]


@op("UniformCandidateSampler")
def uniform_candidate_sampler(
    true_classes: Any,
    num_true: Any,
    num_sampled: Any,
    unique: Any,
    range_max: Any,
    seed: Any = None,
    name: str | None = None,
) -> CandidateSampler:
    """Draws `num_sampled` of the classes 0 to range_max - 1, all as likely (tf.random.uniform_candidate_sampler).

    true_classes: int64, [batch, num_true]. unique: no class is drawn twice. Returns the int64 classes and, as float32,
    how often each true class and each sampled one is to be expected among them. InvalidArgumentError for a true class
    out of range, and for more unique classes than there are.
    """
    return _sample(
        "UniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, "", _Uniform
    )


@op("LogUniformCandidateSampler")
def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: Any,
    num_sampled: Any,
    unique: Any,
    range_max: Any,
    seed: Any = None,
    name: str | None = None,
) -> CandidateSampler:
    """Draws class k with probability log((k + 2) / (k + 1)) / log(range_max + 1), for classes from the most frequent.

    As `uniform_candidate_sampler` else. Follows tf.random.log_uniform_candidate_sampler.
    """
    return _sample(
        "LogUniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, "", _LogUniform
    )


@op("LearnedUnigramCandidateSampler")
def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: Any,
    num_sampled: Any,
    unique: Any,
    range_max: Any,
    seed: Any = None,
    name: str | None = None,
) -> CandidateSampler:
    """Draws classes as often as they were true in the calls before, with the same numbers and seed, and once more.

    As `uniform_candidate_sampler` else. Follows tf.random.learned_unigram_candidate_sampler.
    """
    return _sample(
        "LearnedUnigramCandidateSampler",
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
        seed,
        f"{num_true},{num_sampled},{bool(unique)}",
        _Learned,
    )


def _read_weights(vocab_file: str) -> list[float]:
    """The last comma-separated value of each line that is not empty."""
    weights = []
    try:
        with open(vocab_file, encoding="utf-8") as file:
            for line in file:
                if text := line.strip():
                    try:
                        weights.append(float(text.rpartition(",")[2]))
                    except ValueError:
                        raise Invalid(f"Wrong vocabulary format at line: {text}") from None
    except FileNotFoundError:
        raise Invalid(f"{vocab_file}; No such file or directory", errors.NotFoundError) from None
    return weights


@op("FixedUnigramCandidateSampler")
def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: Any,
    num_sampled: Any,
    unique: Any,
    range_max: Any,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: Any = None,
    name: str | None = None,
) -> CandidateSampler:
    """Draws classes by weights, those of `unigrams` or of the file's lines, to the power of `distortion`.

    num_reserved_ids: so many classes, which are never drawn, come first. num_shards, shard: only every num_shards-th
    weight from `shard` on counts. The weights that are left must be range_max; InvalidArgumentError else, and for both
    or none of unigrams and vocab_file. As `uniform_candidate_sampler` else. Follows
    tf.random.fixed_unigram_candidate_sampler.
    """
    if not vocab_file and not len(unigrams):
        raise Invalid("Must provide either vocab_file or unigrams.")
    if vocab_file and len(unigrams):
        raise Invalid("Must only provide one of vocab_file and unigrams.")

    def make(size: int) -> _Uniform:
        weights = _read_weights(vocab_file) if vocab_file else [float(w) for w in unigrams]
        reserved = [0.0 for i in range(num_reserved_ids) if i % num_shards == shard]
        taken = [w for i, w in enumerate(weights, len(reserved)) if i % num_shards == shard]
        mine = torch.cat([torch.tensor(reserved), torch.tensor(taken) ** distortion]).to(torch.float64)
        if len(mine) != size:
            raise Invalid(f"range is {size} must be equal to weights size  {len(mine)}")
        return _Weighted(mine)

    options = f"{vocab_file},{distortion},{num_reserved_ids},{num_shards},{shard}"
    key = f"{options},{hash(tuple(float(w) for w in unigrams))}"
    return _sample(
        "FixedUnigramCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, key, make
    )


@op("AllCandidateSampler")
def all_candidate_sampler(
    true_classes: Any, num_true: Any, num_sampled: Any, unique: Any, seed: Any = None, name: str | None = None
) -> CandidateSampler:
    """All the classes 0 to num_sampled - 1, each of them once (tf.random.all_candidate_sampler).

    true_classes: int64, [batch, num_true], of those classes. unique and seed change nothing, as there is no chance.
    """
    if not isinstance(seed, tuple):
        get_seed(seed)  # counts among the ops that take a seed all the same
    t, (_, number) = _checked(true_classes, num_true=num_true, num_sampled=num_sampled)
    if not is_symbolic(t):
        _check_range(t, number)
    sampled = torch.arange(number, device=t.device)
    return CandidateSampler(sampled, *(torch.ones_like(ids, dtype=torch.float32) for ids in (t, sampled)))


def accidental_hits(true_classes: torch.Tensor, sampled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which of the true classes [batch, num_true] were sampled, and where: the last place of those sampled twice."""
    ordered, order = sampled.sort(stable=True)
    place = (torch.searchsorted(ordered, true_classes.contiguous(), right=True) - 1).clamp(min=0)
    return ordered[place] == true_classes, order[place]


@op("ComputeAccidentalHits")
def compute_accidental_hits(
    true_classes: Any, sampled_candidates: Any, num_true: Any, seed: Any = None, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Where sampled classes are true ones: rows (int32), places among the sampled (int64) and weights (float32).

    true_classes: int64, [batch, num_true]. sampled_candidates: an int64 vector. The weights are float32's lowest
    number, to be added to logits. seed changes nothing, as there is no chance. Follows tf.nn.compute_accidental_hits.
    """
    if not isinstance(seed, tuple):
        get_seed(seed)  # counts among the ops that take a seed all the same
    t, sampled = _classes(true_classes), _classes(sampled_candidates, 1)
    if sampled.ndim != 1:
        raise Invalid("sampled_candidates must be a vector, which is typically an output from CandidateSampler")
    if t.ndim != 2 or t.shape[1] != integer(num_true, "num_true"):
        raise Invalid("true_candidates must be a batch_size * num_true matrix")
    if not sampled.numel():
        rows = places = t.new_empty(0)
    else:
        hit, place = accidental_hits(t, sampled.to(t.device))
        rows, places = hit.nonzero()[:, 0], place[hit]
    return rows.to(torch.int32), places, torch.full(rows.shape, _LOWEST, dtype=torch.float32, device=rows.device)
