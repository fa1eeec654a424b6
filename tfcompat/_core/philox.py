"""Philox 4x32-10, the generator behind TensorFlow's seeded random numbers (Salmon et al., SC11), on numpy arrays.

A generator is a key of 64 bits and a counter of 128; each counter gives a block of four 32-bit words. Everything here
gives TensorFlow's numbers on a CPU: the words are equal bit for bit, floats made of logarithms to the last digit or so.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

_WORD = 0xFFFFFFFF
_LONG = 0xFFFFFFFFFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
_CHUNK = 8192  # blocks that are made at once: their arrays fit a core's cache
_FEW, _SOME = 2, 128  # up to so many blocks Python's integers are faster than numpy's arrays: of one block, of all


class Philox(NamedTuple):
    """A generator: the words of its key, and its counter as one number of 128 bits."""

    key: tuple[int, int]
    counter: int

    @classmethod
    def of_seeds(cls, seed: int, seed2: int) -> Philox:
        """The generator of an op with a state and the two seeds."""
        seed, seed2 = seed & _LONG, seed2 & _LONG
        return cls((seed & _WORD, seed >> 32), seed2 << 64)

    @classmethod
    def of_state(cls, low: int, high: int, key: int) -> Philox:
        """The generator of tf.random.Generator's state: the two words of the counter, then the key."""
        key &= _LONG
        return cls((key & _WORD, key >> 32), (low & _LONG) | (high & _LONG) << 64)

    @classmethod
    def scrambled(cls, seed: int, seed2: int) -> Philox:
        """The generator of a stateless op's seed."""
        return _scrambled(seed & _LONG, seed2 & _LONG)

    def skip(self, blocks: int) -> Philox:
        """The generator that many blocks further on."""
        return self._replace(counter=(self.counter + blocks) % (1 << 128))

    def blocks(self, count: int, step: int = 1) -> np.ndarray:
        """The next `count` blocks, or every `step`-th one, as uint32 [count, 4]."""
        if count <= _FEW:
            rows = [_block(self.key, self.counter + step * i) for i in range(count)]
            return np.array(rows, np.uint32).reshape(count, 4)
        out = np.empty((count, 4), np.uint32)
        for start in range(0, count, _CHUNK):
            stop = min(start + _CHUNK, count)
            self._fill(out[start:stop], np.arange(start, stop, dtype=np.uint64) * np.uint64(step))
        return out

    def blocks_at(self, offsets: np.ndarray) -> np.ndarray:
        """The blocks that lie `offsets` further on, as uint32 [len(offsets), 4]."""
        out = np.empty((len(offsets), 4), np.uint32)
        self._fill(out, offsets.astype(np.uint64))
        return out

    def words(self, count: int) -> np.ndarray:
        """The next `count` words, uint32."""
        return self.blocks(-(-count // 4)).reshape(-1)[:count]

    def _fill(self, out: np.ndarray, offsets: np.ndarray) -> None:
        """Ten rounds on four columns, each of 32 bits in 64, so that a product keeps its high word."""
        low, high = np.uint64(self.counter & _LONG), self.counter >> 64 & _LONG
        word, half = np.uint64(_WORD), np.uint64(32)
        place = offsets + low
        a, b = place & word, place >> half
        if int(low) + int(offsets[-1]) >> 64:  # the counter's upper half moves on where the lower one wraps
            upper = np.where(place < low, np.uint64(high + 1 & _LONG), np.uint64(high))
            c, d = upper & word, upper >> half
        else:
            c, d = np.full_like(a, high & _WORD), np.full_like(a, high >> 32)
        columns = _long_rounds(self.key, a, b, c, d) if len(a) <= _SOME else _rounds(self.key, a, b, c, d)
        for i, column in enumerate(columns):
            out[:, i] = column


def _rounds(key: tuple[int, int], a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, ...]:
    """The rounds on columns of 32 bits in 64, in place."""
    word, half = np.uint64(_WORD), np.uint64(32)
    m0, m1 = map(np.uint64, _MULTIPLIERS)
    p, q = np.empty_like(a), np.empty_like(a)
    k0, k1 = key
    for _ in range(_ROUNDS):
        np.multiply(a, m0, out=p)
        np.multiply(c, m1, out=q)
        np.right_shift(q, half, out=a)
        a ^= b
        a ^= np.uint64(k0)
        np.bitwise_and(q, word, out=b)
        np.right_shift(p, half, out=c)
        c ^= d
        c ^= np.uint64(k1)
        np.bitwise_and(p, word, out=d)
        k0, k1 = k0 + _WEYL[0] & _WORD, k1 + _WEYL[1] & _WORD
    return a, b, c, d


def _long_rounds(key: tuple[int, int], *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """The rounds on integers of 64 bits for each block: a product of 32 bits by 32 stays within its own."""
    size = 8 * len(columns[0])
    a, b, c, d = (int.from_bytes(column.tobytes(), "little") for column in columns)
    each = int.from_bytes(b"\1\0\0\0\0\0\0\0" * len(columns[0]), "little")
    word = each * _WORD
    k0, k1 = key
    for _ in range(_ROUNDS):
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = q >> 32 & word ^ b ^ each * k0, q & word, p >> 32 & word ^ d ^ each * k1, p & word
        k0, k1 = k0 + _WEYL[0] & _WORD, k1 + _WEYL[1] & _WORD
    return tuple(np.frombuffer(x.to_bytes(size, "little"), np.uint64) for x in (a, b, c, d))


def _block(key: tuple[int, int], counter: int) -> tuple[int, int, int, int]:
    """One block, on Python's integers."""
    k0, k1 = key
    a, b, c, d = (counter >> 32 * i & _WORD for i in range(4))
    for _ in range(_ROUNDS):
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = q >> 32 ^ b ^ k0, q & _WORD, p >> 32 ^ d ^ k1, p & _WORD
        k0, k1 = k0 + _WEYL[0] & _WORD, k1 + _WEYL[1] & _WORD
    return a, b, c, d


@functools.lru_cache(maxsize=1024)
def _scrambled(seed: int, seed2: int) -> Philox:
    mixed = _block((0x3EC8F720, 0x02461E29), seed | seed2 << 64)
    return Philox((mixed[0], mixed[1]), (mixed[2] | mixed[3] << 32) << 64)


# ---- words to numbers ----


def floats(words: np.ndarray) -> np.ndarray:
    """float32 in [0, 1) of the lower 23 bits of each word."""
    return ((words & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)


def doubles(words: np.ndarray) -> np.ndarray:
    """float64 in [0, 1) of 52 bits of each two words along the last axis, the first word the higher one."""
    high = (words[..., 0::2] & np.uint32(0xFFFFF)).astype(np.uint64) << np.uint64(32)
    return (high | words[..., 1::2] | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0


def longs(words: np.ndarray) -> np.ndarray:
    """int64 of each two words along the last axis, the first word the lower one."""
    return (words[..., 0::2] | words[..., 1::2].astype(np.uint64) << np.uint64(32)).view(np.int64)


def normals(words: np.ndarray) -> np.ndarray:
    """float32 normal numbers of each two words along the last axis, two by two (Box and Muller's transform)."""
    u = np.maximum(floats(words[..., 0::2]), np.float32(1e-7)).astype(np.float64)
    angle = (2 * np.pi * floats(words[..., 1::2]).astype(np.float64)).astype(np.float32).astype(np.float64)
    radius = np.sqrt(np.float32(-2) * np.log(u).astype(np.float32))
    out = np.empty(words.shape, np.float32)
    out[..., 0::2] = np.sin(angle).astype(np.float32) * radius
    out[..., 1::2] = np.cos(angle).astype(np.float32) * radius
    return out


def double_normals(words: np.ndarray) -> np.ndarray:
    """float64 normal numbers of each four words along the last axis, two by two."""
    pairs = doubles(words)
    radius = np.sqrt(-2 * np.log(np.maximum(pairs[..., 0::2], 1e-7)))
    angle = 2 * np.pi * pairs[..., 1::2]
    return np.stack([np.sin(angle) * radius, np.cos(angle) * radius], -1).reshape(pairs.shape)


# ---- numbers that take as many words as they happen to need ----

RESERVED = 256  # blocks that TensorFlow leaves to each number it returns


def truncated_normals(gen: Philox, count: int, double: bool = False) -> np.ndarray:
    """Normal numbers none of which is over 2, as float32 or float64.

    Each group of four (two as float64) has a stretch of blocks of its own, and takes the first that fit.
    """
    size = 2 if double else 4
    groups = -(-count // size)
    stretch = size * RESERVED // 4
    out = np.empty((groups, size), np.float64 if double else np.float32)
    pending, blocks = np.arange(groups), 4 if double else 2
    while len(pending):
        starts = (pending * stretch)[:, None] + np.arange(blocks)
        words = gen.blocks_at(starts.reshape(-1)).reshape(len(pending), -1)
        drawn = double_normals(words) if double else normals(words)
        fits = np.abs(drawn) < 2
        done = fits.sum(1) >= size
        first = np.argsort(~fits[done], axis=1, kind="stable")[:, :size]
        out[pending[done]] = np.take_along_axis(drawn[done], first, 1)
        pending, blocks = pending[~done], 2 * blocks
    return out.reshape(-1)[:count]


class Draws:
    """For each of many numbers a stretch of blocks of its own, from which any of them may take the next values.

    kinds: functions of a block of four words, each with a buffer that is used up from its end.
    """

    def __init__(self, gen: Philox, places: np.ndarray, step: int = RESERVED) -> None:
        self.gen = gen
        self.next = places.astype(np.uint64) * np.uint64(step)
        self.buffers: dict[object, tuple[np.ndarray, np.ndarray]] = {}

    def take(self, kind: object, size: int, rows: np.ndarray) -> np.ndarray:
        """The next value of `kind`, a function that makes `size` values of a block, for the numbers `rows`."""
        if kind not in self.buffers:
            self.buffers[kind] = np.zeros((len(self.next), size)), np.zeros(len(self.next), np.int64)
        values, left = self.buffers[kind]
        empty = rows[left[rows] == 0]
        if len(empty):
            values[empty] = kind(self.gen.blocks_at(self.next[empty]))  # type: ignore[operator]
            self.next[empty] += np.uint64(1)
            left[empty] = size
        left[rows] -= 1
        return values[rows, left[rows]]


def gammas(gen: Philox, alpha: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Gamma numbers with rate 1 as float64, by Marsaglia and Tsang's method; `places` are their stretches' numbers."""
    out, draws = np.empty(len(alpha)), Draws(gen, places)
    ones = np.flatnonzero(alpha == 1)
    if len(ones):
        out[ones] = -np.log1p(-draws.take(doubles, 2, ones))
    d = alpha + np.where(alpha < 1, 2 / 3, -1 / 3)
    rows = np.flatnonzero(alpha != 1)
    while len(rows):
        x = draws.take(double_normals, 2, rows)
        with np.errstate(invalid="ignore", divide="ignore"):
            v = 1 + x / (3 * np.sqrt(d[rows]))
        fits = v > 0
        tried, x, v = rows[fits], x[fits], v[fits] ** 3
        u, scale = draws.take(doubles, 2, tried), d[tried]
        with np.errstate(divide="ignore"):
            slow = np.log(u) < 0.5 * x * x + scale * (1 - v + np.log(v))
        taken = (u < 1 - 0.0331 * x**4) | slow
        done = tried[taken]
        out[done] = scale[taken] * v[taken]
        small = done[alpha[done] < 1]
        if len(small):
            out[small] *= draws.take(doubles, 2, small) ** (1 / alpha[small])
        rows = np.setdiff1d(rows, done, assume_unique=True)
    return out


def poissons(gen: Philox, rate: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Poisson counts as float64; the arithmetic is that of the rates' dtype, float32 or float64."""
    draws, out = Draws(gen, places), np.zeros(len(rate))
    uniform, size = (floats, 4) if rate.dtype == np.float32 else (doubles, 2)
    _few_events(draws, uniform, size, rate, out)
    _many_events(draws, uniform, size, rate, out)
    return out


def _few_events(draws: Draws, uniform: object, size: int, rate: np.ndarray, out: np.ndarray) -> None:
    """Knuth's method, for rates below 10: how many factors from [0, 1) it takes to get below e^-rate."""
    rows = np.flatnonzero(rate < 10)
    product, least = np.ones(len(rate), rate.dtype), np.exp(-rate)
    while len(rows):
        product[rows] *= draws.take(uniform, size, rows).astype(rate.dtype)
        rows = rows[product[rows] > least[rows]]
        out[rows] += 1


def _many_events(draws: Draws, uniform: object, size: int, rate: np.ndarray, out: np.ndarray) -> None:
    """Hörmann's transformed rejection (PTRS), for rates of 10 and above."""
    kind = rate.dtype.type
    rows = np.flatnonzero(rate >= 10)
    while len(rows):
        r = rate[rows]
        b = kind(0.931) + kind(2.53) * np.sqrt(r)
        a = kind(-0.059) + kind(0.02483) * b
        u = draws.take(uniform, size, rows).astype(kind) - kind(0.5)
        v = draws.take(uniform, size, rows).astype(kind)
        edge = kind(0.5) - np.abs(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            k = np.floor((kind(2) * a / edge + b) * u + r + kind(0.43))
            quick = (edge >= kind(0.07)) & (v <= kind(0.9277) - kind(3.6224) / (b - kind(2)))
            hopeless = (k < 0) | ((edge < kind(0.013)) & (v > edge))
            s = np.log(v * (kind(1.1239) + kind(1.1328) / (b - kind(3.4))) / (a / (edge * edge) + b))
            taken = quick | (~hopeless & (s <= -r + k * np.log(r) - _log_factorial(k)))
        out[rows[taken]] = k[taken]
        rows = rows[~taken]


def _log_factorial(k: np.ndarray) -> np.ndarray:
    import torch

    return torch.lgamma(torch.from_numpy(k) + 1).numpy()


def permutation(gen: Philox, count: int) -> np.ndarray:
    """The numbers 0 to count - 1 in random order: Fisher and Yates' shuffle, one word for each exchange."""
    order = list(range(count))
    words = gen.words(max(count - 1, 0)).tolist()
    for i, word in enumerate(words):
        j = i + word % (count - i)
        order[i], order[j] = order[j], order[i]
    return np.array(order, np.int64)
