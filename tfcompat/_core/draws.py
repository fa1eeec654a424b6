"""The draws of random numbers on real tensors.

With a seed, numbers on the CPU are TensorFlow's own (philox.py). Without one, and on other devices, they come from
torch generators: one for the whole device, seeded by chance, or one for each stream. torch's global ones are not used.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import philox, rejection
from tfcompat._core.philox import RESERVED, Philox
from tfcompat._core.rejection import Words
from tfcompat._core.state import travels


class Streams:
    """Streams, each of which goes on from draw to draw. An iterator over a dataset has such of its own."""

    __slots__ = ("generators", "positions")

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}  # how many blocks each stream has left behind
        self.generators: dict[tuple[str, torch.device], torch.Generator] = {}

    def restart(self) -> None:
        """Starts all streams again."""
        self.positions.clear()
        self.generators.clear()

    def forget(self, parts: Sequence[str]) -> None:
        """Starts those streams again whose names have one of the parts in them."""
        self.positions = {k: n for k, n in self.positions.items() if not any(p in k for p in parts)}
        self.generators = {k: g for k, g in self.generators.items() if not any(p in k[0] for p in parts)}

    def state(self) -> Any:
        """Where the streams are."""
        return dict(self.positions), {key: found.get_state() for key, found in self.generators.items()}

    def go_back(self, before: Any) -> None:
        """Makes the streams go on from where they were when `state` was asked."""
        self.positions, states = before
        self.generators = {key: found for key, found in self.generators.items() if key in states}
        for key, found in self.generators.items():
            found.set_state(states[key])


class _Local(threading.local):
    """The streams that draws in this thread come from: the program's, but for functions of a dataset's iterator."""

    streams = Streams()


local = travels(_Local())
_by_chance: dict[torch.device, torch.Generator] = {}
_words_by_chance: dict[str, Any] = {}
_MANY = 1024  # floats, from which on another generator than torch's pays


restarts = 0  # how often all streams were started again


def restart() -> None:
    """Starts all streams of the program again."""
    global restarts
    restarts += 1
    _Local.streams.restart()
    _by_chance.clear()
    _words_by_chance.clear()


def call_with(streams: Streams, function: Any, *args: Any) -> Any:
    """What `function` gives for the arguments, where its draws come from `streams`."""
    before, local.streams = local.streams, streams
    try:
        return function(*args)
    finally:
        local.streams = before


def _philox(stream: str, seed: torch.Tensor | None, device: torch.device, blocks: int) -> Philox | None:
    """TensorFlow's generator, which moves on by `blocks` where it is a stream's; None where torch's is to be used."""
    if device.type != "cpu" or (seed is None and not stream):
        return None
    if seed is None:
        positions = local.streams.positions
        position = positions.get(stream, 0)
        positions[stream] = position + blocks
        first, second = map(int, stream.partition(";")[0].split(","))
        return Philox.of_seeds(first, second).skip(position)
    words = seed.tolist()
    if len(words) == 3:
        return Philox.of_state(*words)
    return Philox.scrambled(*words) if len(words) == 2 else Philox.of_seeds(words[0], 0)


def words(stream: str, seed: torch.Tensor | None, blocks: int) -> Words:
    """Random words one after the other, on the CPU; a stream moves on by `blocks`."""
    gen = _philox(stream, seed, torch.device("cpu"), blocks)
    return Words(Philox.of_seeds(secrets.randbits(64), secrets.randbits(64)) if gen is None else gen)


def classes(stream: str, device: torch.device, number: int) -> Philox | None:
    """The generator for a stream's draw of `number` classes; None where torch's is to be used."""
    return _philox(stream, None, device, 512 * number)


def _generator(name: str, seed: torch.Tensor | None, device: torch.device) -> torch.Generator:
    if seed is not None:
        return _seeded(",".join(map(str, seed.tolist())), device)
    generators: dict[Any, torch.Generator] = local.streams.generators if name else _by_chance
    key = (name, device) if name else device
    found = generators.get(key)
    if found is None:
        if name:
            found = _seeded(name.partition(";")[0], device)
        else:
            found = torch.Generator(device)
            found.seed()
        generators[key] = found
    return found


def _floats_by_chance(count: int) -> torch.Tensor:
    """Floats from [0, 1) on the CPU, in 40 % of the time that torch's generator takes: two of each random word."""
    gen = _words_by_chance.get("cpu")
    if gen is None:
        gen = _words_by_chance["cpu"] = np.random.SFC64()
    bits = torch.from_numpy(gen.random_raw((count + 1) // 2).view(np.int32))[:count]
    return bits.bitwise_and_(0x7FFFFF).bitwise_or_(0x3F800000).view(torch.float32).sub_(1.0)


def _seeded(text: str, device: torch.device) -> torch.Generator:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest, "little"))


_HALVES = {torch.float16: (0x3FF, 15 << 10), torch.bfloat16: (0x7F, 127 << 7)}  # mantissa, and the exponent of 1


def uniform(
    stream: str, seed: Any, size: Any, *, dtype: torch.dtype, device: torch.device, outputs: Any = None
) -> torch.Tensor:
    """Floats from [0, 1)."""
    count = math.prod(size)
    gen = _philox(stream, seed, device, RESERVED * (count if outputs is None else outputs))
    if gen is None:
        if dtype is torch.float32 and device.type == "cpu" and not stream and seed is None and count >= _MANY:
            return _floats_by_chance(count).view(size)
        return torch.rand(size, generator=_generator(stream, seed, device), dtype=dtype, device=device)
    if dtype is torch.float64:
        return torch.from_numpy(philox.doubles(gen.words(2 * count))).reshape(size)
    words = gen.words(count)
    if dtype is torch.float32:
        return torch.from_numpy(philox.floats(words)).reshape(size)
    mantissa, one = _HALVES[dtype]
    return torch.from_numpy((words & mantissa | one).astype("int16")).view(dtype).reshape(size) - 1


def normal(stream: str, seed: Any, size: Any, *, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    count = math.prod(size)
    gen = _philox(stream, seed, device, RESERVED * count)
    if gen is None:
        return torch.randn(size, generator=_generator(stream, seed, device), dtype=dtype, device=device)
    if dtype is torch.float64:
        found = philox.double_normals(gen.blocks(-(-count // 2)))
    else:
        found = philox.normals(gen.blocks(-(-count // 4)))
    return torch.from_numpy(found.reshape(-1)[:count]).reshape(size).to(dtype)


def truncated_normal(stream: str, seed: Any, size: Any, *, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats of the standard normal distribution, those over 2 drawn again."""
    count = math.prod(size)
    gen = _philox(stream, seed, device, RESERVED * count)
    if gen is None:
        wide = torch.float64 if dtype is torch.float64 else torch.float32
        empty = torch.empty(size, dtype=wide, device=device)
        return torch.nn.init.trunc_normal_(empty, generator=_generator(stream, seed, device)).to(dtype)
    return torch.from_numpy(philox.truncated_normals(gen, count, dtype is torch.float64)).reshape(size).to(dtype)


def bits(stream: str, seed: Any, size: Any, *, width: int, device: torch.device) -> torch.Tensor:
    """int64 numbers of which the lower `width` bits are random and the others 0."""
    count = math.prod(size)
    gen = _philox(stream, seed, device, RESERVED * count)
    if gen is None:
        empty = torch.empty(size, dtype=torch.int64, device=device)
        low = -(2**63) if width == 64 else 0
        return empty.random_(low, None if width == 64 else 2**32, generator=_generator(stream, seed, device))
    found = gen.words(count).astype("int64") if width == 32 else philox.longs(gen.words(2 * count))
    return torch.from_numpy(found).reshape(size)


def permutation(stream: str, seed: Any, n: int, *, device: torch.device) -> torch.Tensor:
    """The int64 numbers 0 to n - 1 in random order."""
    gen = _philox(stream, seed, device, -(-(n - 1) // 4) if n else 0)
    if gen is None:
        return torch.randperm(n, generator=_generator(stream, seed, device), device=device)
    return torch.from_numpy(philox.permutation(gen, n))


def _places(count: int, inner: int) -> Any:
    """The numbers of the stretches of blocks: TensorFlow goes through all repetitions of one parameter first."""
    return torch.arange(count).reshape(max(inner, 1), -1).t().reshape(-1).numpy()


def gamma(stream: str, seed: Any, alpha: torch.Tensor, inner: int) -> torch.Tensor:
    """Floats of the gamma distribution with rate 1."""
    count = alpha.numel()
    gen = _philox(stream, seed, alpha.device, RESERVED * count)
    if gen is None:
        return torch._standard_gamma(alpha, generator=_generator(stream, seed, alpha.device))
    wide = alpha.detach().reshape(-1).to(torch.float64).numpy()
    return torch.from_numpy(philox.gammas(gen, wide, _places(count, inner))).reshape(alpha.shape).to(alpha.dtype)


def poisson(stream: str, seed: Any, rate: torch.Tensor, inner: int) -> torch.Tensor:
    """Floats of the Poisson distribution, whole numbers."""
    count = rate.numel()
    gen = _philox(stream, seed, rate.device, RESERVED * count)
    if gen is None:
        return torch.poisson(rate, generator=_generator(stream, seed, rate.device))
    flat = rate.detach().reshape(-1).numpy()
    return torch.from_numpy(philox.poissons(gen, flat, _places(count, inner))).reshape(rate.shape).to(rate.dtype)


def binomial(stream: str, seed: Any, counts: torch.Tensor, probs: torch.Tensor, inner: int) -> torch.Tensor:
    """Floats of the binomial distribution, whole numbers."""
    gen = _philox(stream, seed, counts.device, RESERVED * counts.numel())
    if gen is None:
        n, p = counts.to(torch.float64), probs.to(torch.float64)
        return torch.binomial(n, p, generator=_generator(stream, seed, counts.device))
    n, p = (t.detach().reshape(-1).numpy() for t in (counts, probs))
    return torch.from_numpy(rejection.binomials(gen, n, p, _places(len(n), inner))).reshape(counts.shape)


def bounded_normal(stream: str, seed: Any, parameters: torch.Tensor, samples: int, count: int) -> torch.Tensor:
    """Normal floats between bounds: `samples` for each column of `parameters`, `count` in all.

    parameters: [4, columns], means, deviations, lower and upper bounds, all of one dtype.
    """
    gen = _philox(stream, seed, parameters.device, rejection.blocks_of_bounded(parameters.shape[1], samples))
    if gen is None:
        where = _generator(stream, seed, parameters.device)
        drawn = torch.rand(count, generator=where, dtype=torch.float64, device=parameters.device)
        wide = parameters.to(torch.float64).repeat_interleave(samples, 1)[:, :count]
        return _by_inverse(drawn, *wide).to(parameters.dtype)
    mean, deviation, low, high = (row.numpy() for row in parameters.detach())
    return torch.from_numpy(rejection.bounded_normals(gen, (mean, deviation, low, high), samples, count))


def _by_inverse(u: torch.Tensor, mean: Any, deviation: Any, low: Any, high: Any) -> torch.Tensor:
    """Normal numbers between bounds of numbers from [0, 1), by the inverse of the distribution function."""
    a, b = (low - mean) / deviation, (high - mean) / deviation
    upper = a > 0  # drawn in the lower tail, where the distribution function is exact
    a, b = torch.where(upper, -b, a), torch.where(upper, -a, b)
    below, above = torch.special.ndtr(a), torch.special.ndtr(b)
    z = torch.clamp(torch.special.ndtri(below + u * (above - below)), a, b)
    return torch.clamp(mean + deviation * torch.where(upper, -z, z), low, high)
