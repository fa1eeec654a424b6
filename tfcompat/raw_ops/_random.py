"""Raw ops that draw random numbers: by two seeds, by a seed tensor, or by the state of a generator.

What TensorFlow's kernels draw by a key and a counter, or by a state, torch's generators draw here, seeded with all of
it: the same arguments give the same numbers, though not TensorFlow's.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core import device, dtypes, random_state
from tfcompat._core.arguments import integer
from tfcompat._core.ops import Invalid, Value
from tfcompat._core.philox import Philox
from tfcompat._core.random_state import Source, stream
from tfcompat._core.rejection import blocks_of_binomials
from tfcompat.math import gamma
from tfcompat.random import distributions, generator, stateless
from tfcompat.random.algorithms import algorithm, seeded
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw, same
from tfcompat.raw_ops._resources import value_of

# ---- by two seeds, 0 and 0 for none ----


@raw("RandomUniform")
def random_uniform(shape: Any, dtype: dtypes.DType, seed: int, seed2: int) -> torch.Tensor:
    """Floats from [0, 1)."""
    return distributions.draw_uniform(stream("RandomUniform", dtype, seed, seed2), shape, 0, None, dtype)


@raw("RandomUniformInt")
def random_uniform_int(shape: Any, minval: Value, maxval: Value, seed: int, seed2: int) -> torch.Tensor:
    """Integers from [minval, maxval)."""
    kind = dtypes.from_torch(minval.dtype)
    return distributions.draw_uniform(stream("RandomUniformInt", kind, seed, seed2), shape, minval, maxval, kind)


@raw("RandomStandardNormal")
def random_standard_normal(shape: Any, dtype: dtypes.DType, seed: int, seed2: int) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    return distributions.draw_normal(stream("RandomStandardNormal", dtype, seed, seed2), shape, 0.0, 1.0, dtype)


@raw("TruncatedNormal")
def truncated_normal(shape: Any, dtype: dtypes.DType, seed: int, seed2: int) -> torch.Tensor:
    """Standard normal floats in [-2, 2]."""
    return distributions.draw_truncated(stream("TruncatedNormal", dtype, seed, seed2), shape, 0.0, 1.0, dtype)


@raw("ParameterizedTruncatedNormal")
def parameterized_truncated_normal(
    shape: Any, means: Value, stdevs: Value, minvals: Value, maxvals: Value, seed: int, seed2: int
) -> torch.Tensor:
    """Normal floats between bounds; the parameters are scalars, or have one for each of the first dimension."""
    size = vector(shape)
    parameters = []
    for name, t in (("means", means), ("stdevs", stdevs), ("minvals", minvals), ("maxvals", maxvals)):
        if t.ndim > 1 or (t.ndim and t.numel() not in (1, size[0])):
            raise Invalid(f"{name} should be a scalar or have one element for each batch, got shape {list(t.shape)}")
        parameters.append(t.reshape(-1))
    count = math.prod(size)
    batches, samples = size[0], math.prod(size[1:])
    if means.numel() == stdevs.numel() == 1 and not minvals.ndim and not maxvals.ndim:
        batches, samples = -(-count // 100), 100  # TensorFlow's way to share equal work among threads
    columns = torch.stack([t.expand(batches) for t in parameters])
    where = stream("ParameterizedTruncatedNormal", means.dtype, seed, seed2)
    return stateless.bounded_normals(where, columns, samples, count).reshape(size)


@raw("RandomGamma")
def random_gamma(shape: Any, alpha: Value, seed: int, seed2: int) -> torch.Tensor:
    """Gamma floats of rate 1, `shape` of them for each alpha."""
    return distributions.draw_gamma(stream("RandomGamma", alpha.dtype, seed, seed2), shape, alpha, None)


@raw("RandomGammaGrad")
def random_gamma_grad(alpha: Value, sample: Value) -> torch.Tensor:
    """The derivatives of gamma floats by alpha: how the distribution function moves, over the density."""
    a, x = (t.to(torch.float64) for t in torch.broadcast_tensors(alpha, sample))
    moved = pullback(lambda t: body(gamma.igamma)(t, x), torch.ones_like(a), a)
    return (-moved * torch.exp(x + torch.lgamma(a) - (a - 1) * torch.log(x))).to(alpha.dtype)


@raw("RandomPoissonV2")
def random_poisson(shape: Any, rate: Value, seed: int, seed2: int, dtype: dtypes.DType) -> torch.Tensor:
    """Poisson counts, `shape` of them for each rate."""
    (rates,) = distributions._parameters(shape, rate)
    where = stream("RandomPoissonV2", dtype, seed, seed2)
    return distributions.draw_poisson(where, rates, rate.numel(), dtype)


@raw("Multinomial")
def multinomial(logits: Value, num_samples: Any, seed: int, seed2: int, output_dtype: dtypes.DType) -> torch.Tensor:
    """Classes drawn for each row of logits."""
    where = stream("Multinomial", output_dtype, seed, seed2)
    return distributions.draw_categorical(where, logits, num_samples, output_dtype)


@raw("RandomShuffle", strings=True)
def random_shuffle(value: Value, seed: int, seed2: int) -> torch.Tensor:
    """The rows in random order."""
    return distributions.shuffled(stream("RandomShuffle", value.dtype, seed, seed2), value)


# ---- by a seed tensor ----

same(stateless.stateless_categorical, output_dtype="dtype")
same(stateless.stateless_binomial, dtype="output_dtype")


@raw("StatelessRandomUniform")
def stateless_random_uniform(shape: Any, seed: Value, dtype: dtypes.DType) -> torch.Tensor:
    """Floats from [0, 1)."""
    return distributions.draw_uniform(seeded(seed), shape, 0, None, dtype)


@raw("StatelessRandomUniformInt")
def stateless_random_uniform_int(shape: Any, seed: Value, minval: Value, maxval: Value) -> torch.Tensor:
    """Integers from [minval, maxval)."""
    return distributions.draw_uniform(seeded(seed), shape, minval, maxval, dtypes.from_torch(minval.dtype))


@raw("StatelessRandomUniformFullInt")
def stateless_random_uniform_full_int(shape: Any, seed: Value, dtype: dtypes.DType) -> torch.Tensor:
    """Integers, all of the dtype's as likely."""
    return distributions.draw_uniform(seeded(seed), shape, None, None, dtype)


@raw("StatelessRandomNormal")
def stateless_random_normal(shape: Any, seed: Value, dtype: dtypes.DType) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    return distributions.draw_normal(seeded(seed), shape, 0.0, 1.0, dtype)


@raw("StatelessTruncatedNormal")
def stateless_truncated_normal(shape: Any, seed: Value, dtype: dtypes.DType) -> torch.Tensor:
    """Standard normal floats in [-2, 2]."""
    return distributions.draw_truncated(seeded(seed), shape, 0.0, 1.0, dtype)


@raw("StatelessRandomGammaV2")
def stateless_random_gamma(shape: Any, seed: Value, alpha: Value) -> torch.Tensor:
    """Gamma floats of rate 1; `shape` ends with alpha's."""
    return body(stateless._stateless_gamma)(shape, seed, alpha)


# ---- by a key and a counter ----


def _keyed(key: torch.Tensor, counter: torch.Tensor, alg: Any) -> Source:
    """The source of a stateless op: both together decide."""
    algorithm(integer(alg, "alg"))
    if tuple(key.shape) != (1,) or counter.ndim != 1:
        raise Invalid(f"key must have shape [1] and counter be a vector, got {list(key.shape)}, {list(counter.shape)}")
    return Source("", torch.cat([t.view(torch.int64) for t in (counter, key)]))


@raw("StatelessRandomUniformV2")
def stateless_random_uniform_v2(shape: Any, key: Value, counter: Value, alg: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Floats from [0, 1)."""
    return distributions.draw_uniform(_keyed(key, counter, alg), shape, 0, None, dtype)


@raw("StatelessRandomUniformIntV2")
def stateless_random_uniform_int_v2(
    shape: Any, key: Value, counter: Value, alg: Any, minval: Value, maxval: Value
) -> torch.Tensor:
    """Integers from [minval, maxval)."""
    kind = dtypes.from_torch(minval.dtype)
    return distributions.draw_uniform(_keyed(key, counter, alg), shape, minval, maxval, kind)


@raw("StatelessRandomUniformFullIntV2")
def stateless_random_uniform_full_int_v2(
    shape: Any, key: Value, counter: Value, alg: Any, dtype: dtypes.DType
) -> torch.Tensor:
    """Integers, all of the dtype's as likely."""
    return distributions.draw_uniform(_keyed(key, counter, alg), shape, None, None, dtype)


@raw("StatelessRandomNormalV2")
def stateless_random_normal_v2(shape: Any, key: Value, counter: Value, alg: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    return distributions.draw_normal(_keyed(key, counter, alg), shape, 0.0, 1.0, dtype)


@raw("StatelessTruncatedNormalV2")
def stateless_truncated_normal_v2(
    shape: Any, key: Value, counter: Value, alg: Any, dtype: dtypes.DType
) -> torch.Tensor:
    """Standard normal floats in [-2, 2]."""
    return distributions.draw_truncated(_keyed(key, counter, alg), shape, 0.0, 1.0, dtype)


@raw("StatelessShuffle", strings=True)
def stateless_shuffle(value: Value, key: Value, counter: Value, alg: Any) -> torch.Tensor:
    """The rows in random order."""
    return distributions.shuffled(_keyed(key, counter, alg), value)


@raw("StatelessRandomGetAlg")
def stateless_random_get_alg() -> torch.Tensor:
    """The number of the algorithm that stateless ops use: Philox's."""
    return torch.tensor(1, dtype=torch.int32)


@raw("StatelessRandomGetKeyCounter")
def stateless_random_get_key_counter(seed: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """The key and the counter that stateless ops make of a seed of two integers; TensorFlow's."""
    if tuple(seed.shape) != (2,):
        raise Invalid(f"seed must have shape [2], not {list(seed.shape)}")
    gen = Philox.scrambled(*seed.tolist())
    return _unsigned([gen.key[0] | gen.key[1] << 32]), _unsigned([0, gen.counter >> 64])


def _unsigned(words: list[int]) -> torch.Tensor:
    signed = [w - 2**64 if w >> 63 else w for w in words]
    return torch.tensor(signed, dtype=torch.int64).view(torch.uint64)


@raw("StatelessRandomGetKeyCounterAlg")
def stateless_random_get_key_counter_alg(seed: Value) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """As StatelessRandomGetKeyCounter, and the algorithm."""
    return *stateless_random_get_key_counter(seed), stateless_random_get_alg()


# ---- by the state of a generator, a variable ----


def _advance(resource: Any, alg: Any, count: int) -> torch.Tensor:
    """The state before; the variable's counter is moved on by `count`."""
    algorithm(integer(alg, "algorithm"))
    before = value_of(resource).clone()
    if before.dtype is not torch.int64 or before.ndim != 1 or before.numel() < 3:
        raise Invalid(f"RNG state must be a vector of at least 3 of int64, got shape {list(before.shape)}")
    resource._write(body(generator._skipped)(before, torch.tensor(count)))
    return before


def _stateful(resource: Any, alg: Any, shape: Any) -> Source:
    count = 1
    for size in vector(shape):
        count *= size
    return Source("", _advance(resource, alg, count * generator._STEP))


@raw("RngSkip")
def rng_skip(resource: Any, algorithm: Any, delta: Any) -> None:
    """Moves the counter on as far as `delta` numbers drawn would."""
    _advance(resource, algorithm, integer(delta, "delta") * generator._STEP)


@raw("RngReadAndSkip")
def rng_read_and_skip(resource: Any, alg: Any, delta: Any) -> torch.Tensor:
    """The state before; the counter is moved on as far as `delta` numbers drawn would."""
    return _advance(resource, alg, integer(delta, "delta") * generator._STEP)


@raw("StatefulUniform")
def stateful_uniform(resource: Any, algorithm: Any, shape: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Floats from [0, 1)."""
    return distributions.draw_uniform(_stateful(resource, algorithm, shape), shape, 0, None, dtype)


@raw("StatefulUniformInt")
def stateful_uniform_int(resource: Any, algorithm: Any, shape: Any, minval: Value, maxval: Value) -> torch.Tensor:
    """Integers from [minval, maxval)."""
    where = _stateful(resource, algorithm, shape)
    return distributions.draw_uniform(where, shape, minval, maxval, dtypes.from_torch(minval.dtype))


@raw("StatefulUniformFullInt")
def stateful_uniform_full_int(resource: Any, algorithm: Any, shape: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Integers, all of the dtype's as likely."""
    return distributions.draw_uniform(_stateful(resource, algorithm, shape), shape, None, None, dtype)


@raw("StatefulStandardNormalV2")
def stateful_standard_normal(resource: Any, algorithm: Any, shape: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    return distributions.draw_normal(_stateful(resource, algorithm, shape), shape, 0.0, 1.0, dtype)


@raw("StatefulTruncatedNormal")
def stateful_truncated_normal(resource: Any, algorithm: Any, shape: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Standard normal floats in [-2, 2]."""
    return distributions.draw_truncated(_stateful(resource, algorithm, shape), shape, 0.0, 1.0, dtype)


@raw("StatefulRandomBinomial")
def stateful_random_binomial(
    resource: Any, algorithm: Any, shape: Any, counts: Value, probs: Value, dtype: dtypes.DType
) -> torch.Tensor:
    """How often `counts` trials succeed."""
    batches = math.prod(torch.broadcast_shapes(counts.shape, probs.shape))
    blocks = blocks_of_binomials(batches, math.prod(vector(shape)) // max(batches, 1))
    return stateless.draw_binomial(Source("", _advance(resource, algorithm, blocks)), shape, counts, probs, dtype)


@raw("NonDeterministicInts")
def non_deterministic_ints(shape: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Integers that no seed decides."""
    seed = torch.tensor([secrets.randbits(63)])
    bits = random_state.bits(Source("", seed), tuple(vector(shape)), device.default())
    return bits.to(dtype.torch)


@raw("StatelessRandomGammaV3")
def stateless_random_gamma_v3(shape: Any, key: Value, counter: Value, alg: Any, alpha: Value) -> torch.Tensor:
    """Gamma floats of rate 1; `shape` ends with alpha's."""
    (wide,) = stateless._filled(shape, alpha if alpha.dtype is torch.float64 else alpha.to(torch.float32))
    drawn = random_state.gamma(_keyed(key, counter, alg), wide, alpha.numel()).to(alpha.dtype)
    return torch.clamp_min(drawn, torch.finfo(alpha.dtype).tiny)
