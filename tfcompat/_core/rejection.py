"""Random numbers that take as many of Philox's words as they happen to need, on numpy arrays.

Binomial counts and normal numbers between bounds, drawn as TensorFlow's kernels draw them on a CPU, so that a seed
gives TensorFlow's numbers; and `Words`, the words in order, for what draws a few numbers of different kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfcompat._core import philox
from tfcompat._core.philox import RESERVED, Draws, Philox

# ---- words one after the other ----


class Words:
    """A generator's words in order, and the numbers that are made of the next one or two of them."""

    def __init__(self, gen: Philox) -> None:
        self._rest = self._all(gen)

    @staticmethod
    def _all(gen: Philox) -> Iterator[int]:
        size = 4
        while True:
            yield from gen.words(size).tolist()
            gen, size = gen.skip(size // 4), min(2 * size, 4096)

    def word(self) -> int:
        """32 random bits."""
        return next(self._rest)

    def long(self) -> int:
        """64 random bits, the first word the lower half."""
        return self.word() | self.word() << 32

    def single(self) -> np.float32:
        """A float32 in [0, 1)."""
        return philox.floats(np.array([self.word()], np.uint32))[0]

    def double(self) -> float:
        """A float64 in [0, 1)."""
        return philox.doubles(np.array([self.word(), self.word()], np.uint32))[0].item()

    def below(self, n: int, draw: Callable[[], int] | None = None, bits: int = 32) -> int:
        """A whole number from [0, n), each as likely: what would favour the small ones is drawn again."""
        draw = draw or self.word
        if not n & (n - 1):
            return draw() & max(n - 1, 0)
        least = (2**bits - 1) % n + 1
        while (drawn := draw()) < least:
            pass
        return drawn % n

    def long_below(self, n: int) -> int:
        """A whole number from [0, n) of 64 random bits."""
        return self.below(n, self.long, 64)


# ---- binomial ----

_INVERTED = 42  # blocks between the stretches of numbers that are drawn by inversion


def binomials(gen: Philox, counts: np.ndarray, probs: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How often `counts` trials succeed, as float64; `places` are the numbers' stretches.

    Counts and probabilities are of one dtype, in which TensorFlow decides about the method.
    """
    one = probs.dtype.type(1)
    out = np.zeros(len(counts))
    out[np.isnan(probs)] = np.nan
    out[(counts > 0) & (probs >= one)] = counts[(counts > 0) & (probs >= one)]
    chance = np.where(probs <= probs.dtype.type(0.5), probs, one - probs)
    open_ = (counts > 0) & (probs > 0) & (probs < one)
    with np.errstate(over="ignore"):
        many = open_ & (counts * chance >= 10)
    few = open_ & ~many
    n, p = counts.astype(np.float64), chance.astype(np.float64)
    out[few] = _inverted(Draws(gen, places[few], _INVERTED), n[few], p[few])
    out[many] = _transformed(Draws(gen, places[many]), n[many], p[many])
    turned = open_ & (probs > probs.dtype.type(0.5))
    out[turned] = n[turned] - out[turned]
    return out


def _inverted(draws: Draws, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """How many waiting times, which are geometric, fit into n trials."""
    out, waited, rows = np.zeros(len(n)), np.zeros(len(n)), np.arange(len(n))
    while len(rows):
        with np.errstate(divide="ignore"):
            waited[rows] += np.ceil(np.log(draws.take(philox.doubles, 2, rows)) / np.log1p(-p[rows]))
        rows = rows[waited[rows] <= n[rows]]
        out[rows] += 1
    return out


def _transformed(draws: Draws, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Hörmann's transformed rejection with squeezing (BTRS, 1993)."""
    out, rows = np.zeros(len(n)), np.arange(len(n))
    spread = np.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha = (2.83 + 5.1 / b) * spread
    mode, odds = np.floor((n + 1) * p), p / (1 - p)
    while len(rows):
        u = draws.take(philox.doubles, 2, rows) - 0.5
        v = draws.take(philox.doubles, 2, rows)
        edge, count, m, r = 0.5 - np.abs(u), n[rows], mode[rows], odds[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            k = np.floor((2 * a[rows] / edge + b[rows]) * u + count * p[rows] + 0.5)
            quick = (edge >= 0.07) & (v <= 0.92 - 4.2 / b[rows])
            v = np.log(v * alpha[rows] / (a[rows] / (edge * edge) + b[rows]))
            bound = (
                (m + 0.5) * np.log((m + 1) / (r * (count - m + 1)))
                + (count + 1) * np.log((count - m + 1) / (count - k + 1))
                + (k + 0.5) * np.log(r * (count - k + 1) / (k + 1))
                + (_stirling_rest(m) + _stirling_rest(count - m) - _stirling_rest(k) - _stirling_rest(count - k))
            )
            taken = quick | ((k >= 0) & (k <= count) & (v <= bound))
        out[rows[taken]] = k[taken]
        rows = rows[~taken]
    return out


def _stirling_rest(k: np.ndarray) -> np.ndarray:
    """What Stirling's formula for log(k!) is short of, as its series has it."""
    near = k + 1
    series = (1 / 12 - (1 / 360 - 1 / 1260 / near**2) / near**2) / near
    exact = np.array([_log_factorial_rest(i) for i in range(10)])
    return np.where(k <= 9, exact[np.clip(k, 0, 9).astype(np.int64)], series)


def _log_factorial_rest(k: int) -> float:
    import math

    return math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi))


# ---- normal numbers between bounds ----

_DEEP = 1.3  # from how far inside the bounds normal numbers are drawn until one fits
_MOST = 1000  # so many tries TensorFlow allows a number, and leaves as many blocks to it


def bounded_normals(
    gen: Philox, parameters: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], samples: int, limit: int
) -> np.ndarray:
    """Normal numbers between bounds, [batches, samples], for means, deviations, and lower and upper bounds.

    The batches, of which the last are cut off so that there are `limit` numbers, take their words one after the other.
    """
    kind = parameters[0].dtype
    out = np.empty((len(parameters[0]), samples), kind)
    for row, (mean, deviation, low, high) in enumerate(zip(*parameters, strict=True)):
        count = min(samples, limit - row * samples)
        if (np.isinf(low) and low < 0) or high < mean:
            low, high, deviation = high, low, -deviation
        drawn, gen = _bounded(gen, (low - mean) / deviation, (high - mean) / deviation, count)
        out[row, :count] = drawn * deviation + mean
    return out.reshape(-1)[:limit]


def _bounded(gen: Philox, low: Any, high: Any, count: int) -> tuple[np.ndarray, Philox]:
    """Standard normal numbers in [low, high], and the generator after them."""
    kind = type(low)
    root = np.sqrt(low * low + kind(4))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        cutoff = kind(2) * np.exp(kind(0.5) + low * (low - root) / kind(4)) / (low + root)
    if (low < -kind(_DEEP) and high >= 0) or (high > kind(_DEEP) and low <= 0):
        propose: Any = _of_normals
    elif high - low < cutoff:
        propose = _of_uniforms
    else:
        propose = _of_exponentials
    found, size, missing = [], 0, count
    while missing > 0:
        blocks = 2 * (missing + 2)
        z, fits, size = propose(gen.blocks(blocks), low, high)
        places = np.flatnonzero(fits)[:missing]
        found.append(z[places])
        missing -= len(places)
        used = places[-1] // (len(z) // (blocks // size)) + 1 if not missing else blocks // size
        gen = gen.skip(int(used) * size)
    return np.concatenate(found) if found else np.empty(0, kind), gen


def _uniforms(blocks: np.ndarray, kind: Any) -> np.ndarray:
    """What a block gives of numbers from [0, 1) of a dtype: [blocks, 4], of float64 [blocks, 2]."""
    if kind is np.float64:
        return philox.doubles(blocks)
    if kind is np.float16:
        return (blocks & 0x3FF | 15 << 10).astype(np.uint16).view(np.float16) - np.float16(1)
    return philox.floats(blocks)


def _of_normals(blocks: np.ndarray, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray, int]:
    """Normal numbers, which of them fit, and how many blocks are taken at once."""
    z = (philox.double_normals(blocks) if type(low) is np.float64 else philox.normals(blocks)).astype(type(low))
    return z.reshape(-1), ((z >= low) & (z <= high)).reshape(-1), 1


def _of_uniforms(blocks: np.ndarray, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray, int]:
    """As `_of_normals`, numbers spread evenly: every second block decides whether those of the one before fit."""
    kind = type(low)
    drawn = _uniforms(blocks, kind)
    z = drawn[0::2] * (high - low) + low
    tallest = kind(0) if low < 0 else low * low
    return z.reshape(-1), (drawn[1::2] <= np.exp((tallest - z * z) / kind(2))).reshape(-1), 2


def _of_exponentials(blocks: np.ndarray, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray, int]:
    """As `_of_normals`, numbers of the exponential tail from `low` on: every second number decides about one."""
    kind = type(low)
    drawn = _uniforms(blocks, kind)
    rate = (low + np.sqrt(low * low + kind(4))) / kind(2)
    with np.errstate(divide="ignore", over="ignore"):
        z = -np.log(drawn[:, 0::2]) / rate + low
        x = rate - z if low < rate else np.broadcast_to(low - rate, z.shape)
        fits = (drawn[:, 1::2] <= np.exp(-x * x / kind(2))) & (z < high)
    return z.reshape(-1), fits.reshape(-1), 1


def blocks_of_bounded(batches: int, samples: int) -> int:
    """How many blocks TensorFlow leaves to so many numbers between bounds."""
    return batches * 2 * _MOST * (samples + 3) // 4


def blocks_of_binomials(batches: int, samples: int) -> int:
    """How far a generator's state moves on for so many binomial counts."""
    return RESERVED * (batches * 2 * 100 * (samples + 3) // 4)
