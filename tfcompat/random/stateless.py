"""tf.random's ops without a state: a seed of two integers decides what they draw."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core import dtypes, random_state
from tfcompat._core.arguments import FLOATS, expect, integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat._core.random_state import Source
from tfcompat.random.algorithms import seeded
from tfcompat.random.distributions import (
    RATES,
    UNIFORM_DTYPES,
    counted,
    draw_categorical,
    draw_normal,
    draw_poisson,
    draw_truncated,
    draw_uniform,
    shuffled,
    vector,
)

_UNSIGNED = (dtypes.uint32, dtypes.uint64)


@op("StatelessRandomNormalV2")
def stateless_normal(
    shape: Any,
    seed: Value,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> torch.Tensor:
    """Normal numbers which `seed`, two integers, alone decides (tf.random.stateless_normal).

    shape: of the result, which mean and stddev broadcast to. alg: "philox" or "auto_select".
    """
    return draw_normal(seeded(seed, alg), shape, mean, stddev, dtype)


@op("StatelessTruncatedNormalV2")
def stateless_truncated_normal(
    shape: Any,
    seed: Value,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> torch.Tensor:
    """As `stateless_normal`, none over two stddev from the mean (tf.random.stateless_truncated_normal)."""
    return draw_truncated(seeded(seed, alg), shape, mean, stddev, dtype)


@op("StatelessRandomUniformV2")
def stateless_uniform(
    shape: Any,
    seed: Value,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> torch.Tensor:
    """Numbers from [minval, maxval) which `seed`, two integers, alone decides (tf.random.stateless_uniform).

    dtype: a floating one (maxval is then 1 unless given), int32 or int64; uint32 and uint64, as the others where both
    bounds are None, draw from all their numbers. ValueError for other dtypes, and for only one bound of integers.
    """
    kind = dtypes.as_dtype(dtype)
    return draw_uniform(seeded(seed, alg), shape, *uniform_bounds(minval, maxval, kind), kind)


def uniform_bounds(minval: Any, maxval: Any, kind: dtypes.DType) -> tuple[Any, Any]:
    """The bounds as asked for, for a dtype that takes them; ValueError where it does not."""
    if kind not in UNIFORM_DTYPES and kind not in _UNSIGNED:
        raise ValueError(
            f"Argument `dtype` got invalid value {kind}. Accepted dtypes are (tf.float16, tf.bfloat16, tf.float32, "
            "tf.float64, tf.int32, tf.int64, tf.uint32, tf.uint64)."
        )
    if kind.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {kind}, argument `minval` and `maxval` must be both None or not None. "
                f"Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and kind in _UNSIGNED:
            raise ValueError(
                f"Argument `dtype` got invalid value {kind} when argument `minval` is not None. Please don't use "
                "unsigned integers in this case."
            )
        return minval, maxval
    return 0 if minval is None else minval, maxval


@op("StatelessMultinomial")
def stateless_categorical(
    logits: Value, num_samples: Any, seed: Value, dtype: Any = dtypes.int64, name: str | None = None
) -> torch.Tensor:
    """Classes for each row of `logits`, which `seed` alone decides (tf.random.stateless_categorical).

    Returns [rows, num_samples] of `dtype`, int64 or int32.
    """
    return draw_categorical(seeded(seed), logits, num_samples, dtype)


def _filled(shape: Any, *parameters: torch.Tensor) -> list[torch.Tensor]:
    """The parameters broadcast to `shape`, which must end with what they broadcast to."""
    size = vector(shape)
    together = torch.broadcast_shapes(*(p.shape for p in parameters))
    if len(together) > len(size) or tuple(size[len(size) - len(together) :]) != tuple(together):
        raise Invalid("Shape passed in must end with broadcasted shape.")
    return [p.expand(size).contiguous() for p in parameters]


@op("StatelessRandomGammaV3")
def _stateless_gamma(
    shape: Any, seed: Value, alpha: Alike, beta: Alike | None = None, name: str | None = None
) -> torch.Tensor:
    expect(alpha, FLOATS - {torch.bfloat16})
    beta = torch.ones_like(alpha) if beta is None else beta
    inner = math.prod(torch.broadcast_shapes(alpha.shape, beta.shape))
    (alpha, beta) = _filled(shape, alpha, beta)
    wide = alpha if alpha.dtype is torch.float64 else alpha.to(torch.float32)
    drawn = random_state.gamma(seeded(seed), wide, inner).to(alpha.dtype)
    return torch.clamp_min(drawn, torch.finfo(alpha.dtype).tiny) / beta


def stateless_gamma(
    shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> Any:
    """Gamma numbers which `seed` alone decides (tf.random.stateless_gamma).

    shape: of the result; it ends with what alpha, the shape parameter, and beta, the rate (1 where None), broadcast to.
    """
    rate = None if beta is None else convert_to_tensor(beta, dtype)
    return _stateless_gamma(shape, seed, convert_to_tensor(alpha, dtype), rate, name)


@op("StatelessRandomPoisson")
def stateless_poisson(
    shape: Any, seed: Value, lam: Value, dtype: Any = dtypes.int32, name: str | None = None
) -> torch.Tensor:
    """Poisson counts which `seed` alone decides (tf.random.stateless_poisson).

    shape: of the result; it ends with the shape of `lam`, the rates.
    """
    (rate,) = _filled(shape, lam)
    return draw_poisson(seeded(seed), rate, lam.numel(), dtype)


@op("StatelessRandomBinomial")
def stateless_binomial(
    shape: Any,
    seed: Value,
    counts: Value,
    probs: Value,
    output_dtype: Any = dtypes.int32,
    name: str | None = None,
) -> torch.Tensor:
    """How often `counts` trials succeed, which `seed` alone decides (tf.random.stateless_binomial).

    shape: of the result; it ends with what counts and probs, the probability of success, broadcast to.
    """
    return draw_binomial(seeded(seed), shape, counts, probs, output_dtype)


def draw_binomial(where: Source, shape: Any, counts: torch.Tensor, probs: torch.Tensor, dtype: Any) -> torch.Tensor:
    """Binomial counts as `dtype`."""
    inner = math.prod(torch.broadcast_shapes(counts.shape, probs.shape))
    chances = expect(probs, RATES).detach()
    n, p = _filled(shape, expect(counts, RATES).detach().to(probs.dtype), chances)
    return random_state.binomial(where, n, p, inner).to(counted(dtype))


def stateless_parameterized_truncated_normal(
    shape: Any,
    seed: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    name: str | None = None,
) -> Any:
    """Normal numbers between bounds, which `seed` alone decides (tf.random.stateless_parameterized_truncated_normal).

    shape: of the result; it ends with what the four parameters broadcast to, all of one floating dtype (numbers are
    float32). InvalidArgumentError where a bound is not below the other, or a stddev is not positive.
    """
    return parameterized_truncated_normal_op(
        shape, seed, *map(convert_to_tensor, (means, stddevs, minvals, maxvals)), name
    )


@op("StatelessParameterizedTruncatedNormal")
def parameterized_truncated_normal_op(
    shape: Any, seed: Value, means: Alike, stddevs: Alike, minvals: Alike, maxvals: Alike, name: str | None = None
) -> torch.Tensor:
    size = vector(shape)
    given = [expect(t, FLOATS - {torch.bfloat16}) for t in (means, stddevs, minvals, maxvals)]
    together = torch.broadcast_shapes(*(t.shape for t in given))
    count, columns = math.prod(size), math.prod(together)
    if len(together) > len(size) or tuple(size[len(size) - len(together) :]) != tuple(together):
        raise Invalid("Shape passed in must end with broadcasted shape.")
    parameters = torch.stack([t.expand(together).reshape(-1) for t in given])
    drawn = bounded_normals(seeded(seed), parameters, count // columns if count else 0, count)
    return drawn.reshape(columns, -1).t().reshape(size) if count else drawn.reshape(size)


def bounded_normals(where: Source, parameters: torch.Tensor, samples: Any, count: Any) -> torch.Tensor:
    """As `random_state.bounded_normal`; InvalidArgumentError where bounds or deviations make no sense."""
    if not is_symbolic(parameters):
        _, deviation, low, high = parameters
        if bool((~(low < high) | ~(deviation > 0) | ~(low.isfinite() | high.isfinite())).any()):
            raise Invalid("Invalid parameters")
    return random_state.bounded_normal(where, parameters, samples, count)


@op("StatelessShuffle", strings=True)
def stateless_shuffle(value: Value, seed: Value, alg: Any = "auto_select", name: str | None = None) -> torch.Tensor:
    """The rows of `value` in an order which `seed` alone decides (tf.random.experimental.stateless_shuffle)."""
    return shuffled(seeded(seed, alg), value)


@op("StatelessSplit")
def stateless_split(seed: Value, num: Any = 2, alg: Any = "auto_select") -> torch.Tensor:
    """`num` new seeds, [num, 2], that `seed` decides (tf.random.split, tf.random.experimental.stateless_split)."""
    return draw_uniform(seeded(seed, alg), [integer(num, "num"), 2], None, None, dtypes.from_torch(seed.dtype))


@op("StatelessFoldIn")
def stateless_fold_in(seed: Value, data: Value, alg: Any = "auto_select") -> torch.Tensor:
    """A new seed of `seed` and the integer `data` (tf.random.fold_in, tf.random.experimental.stateless_fold_in)."""
    if data.ndim:
        raise Invalid(f"Shapes of all inputs must match: values[0].shape = [] != values[1].shape = {list(data.shape)}")
    first = draw_uniform(seeded(seed, alg), [], None, None, dtypes.from_torch(data.dtype))
    return torch.stack([first, data])


split, fold_in = stateless_split, stateless_fold_in


@op("RandomIndexShuffle")
def random_index_shuffle(
    index: Value, seed: Value, max_index: Value, rounds: int = 4, name: str | None = None
) -> torch.Tensor:
    """Where `index` goes when the numbers 0 to `max_index` are shuffled (tf.random_index_shuffle).

    seed: three integers that decide the order, or a row of them for each index. rounds: of the cipher that shuffles,
    an even number. Each index goes to a place of its own.
    """
    return _places(index, seed, max_index, rounds)


@op("RandomIndexShuffle")
def index_shuffle(index: Value, seed: Value, max_index: Value) -> torch.Tensor:
    """Where `index` goes when the numbers 0 to `max_index` are shuffled (tf.random.experimental.index_shuffle).

    seed: two integers that decide the order. Each index goes to a place of its own.
    """
    words = torch.nn.functional.pad(seed, (1, 0), value=_FIRST_WORD) if seed.ndim == 1 else seed
    return _places(index, words, max_index, 4)


_FIRST_WORD = 498247692  # TensorFlow's, where a seed has two words


def _places(index: torch.Tensor, seed: torch.Tensor, max_index: torch.Tensor, rounds: int) -> torch.Tensor:
    if rounds < 4 or rounds % 2:
        raise Invalid(f"Argument `rounds` must be an even number and at least 4, got {rounds}")
    index, limit = torch.broadcast_tensors(index, max_index.to(index.dtype))
    rows = seed.reshape(1, -1) if seed.ndim < 2 else seed
    if seed.ndim > 2 or rows.shape[-1] != 3 or rows.shape[0] not in (1, index.numel()):
        got = ",".join(map(str, seed.shape))
        raise Invalid(f"Seed must be a vector of size [3] or a matrix of size [{index.numel()}, 3] but got [{got}].")
    if not is_symbolic(index) and bool(((index < 0) | (index > limit)).any()):
        raise Invalid("Argument `index` must be in [0, max_index].")
    x, most, keys = index.reshape(-1).to(torch.int64), limit.reshape(-1).to(torch.int64), rows.to(torch.int64) & _WORD
    same = len(keys) == 1 and bool((most == most[:1]).all())
    if (1 if same else len(x)) * int(most.amax() if len(most) else 0) <= _FEW:
        place = _looked_up(x, most[:1] if same else most, keys if same else keys.expand(len(x), 3), rounds)
    else:
        place = _walk(x, most, keys.expand(len(x), 3).unbind(1), rounds)
    return place.to(index.dtype).reshape(index.shape)


_WORD, _FEW = 0xFFFFFFFF, 2000  # up to so many the walk is long: nearly all that 16 bits hold is beyond the limit


def _looked_up(x: torch.Tensor, limit: torch.Tensor, keys: torch.Tensor, rounds: int) -> torch.Tensor:
    """As `_walk`, of all numbers of 16 bits at once: where each goes, and from there, twice as far with each step."""
    ends = _ends(limit, keys, rounds)
    return ends[0, x] if len(ends) == 1 else ends.gather(1, x[:, None])[:, 0]


def _ends(limit: torch.Tensor, keys: torch.Tensor, rounds: int) -> torch.Tensor:
    """[rows, 65536]: where the walk from each number ends."""
    half = torch.full_like(limit, 8)[:, None]
    start = torch.arange(1 << 16, device=limit.device)[None, :]
    first = _cipher(start, half, _schedule(keys[:, :, None].unbind(1), half, rounds))
    onward = torch.where(start > limit[:, None], first, start)
    for _ in range(16):
        onward = onward.gather(1, onward)
    return torch.where(limit[:, None] == 0, 0, onward.gather(1, first))


def _walk(x: torch.Tensor, limit: torch.Tensor, keys: tuple[torch.Tensor, ...], rounds: int) -> torch.Tensor:
    """A cipher on the bits that hold `limit`, at least 16, repeated where the result is beyond it."""
    half = torch.full_like(limit, 8)
    for bits in range(9, 33):
        half = torch.where(limit > 1 << (2 * (bits - 1)), bits, half)
    schedule = _schedule(keys, half, rounds)
    y = _cipher(x, half, schedule)
    while bool((outside := y > limit).any()):
        y = torch.where(outside, _cipher(y, half, schedule), y)
    return torch.where(limit == 0, 0, y)


def _rotated(x: torch.Tensor, by: Any, size: torch.Tensor) -> torch.Tensor:
    """Words of `size` bits, rotated to the left."""
    return (x << by | x >> (size - by)) & ((1 << size) - 1)


def _schedule(keys: tuple[torch.Tensor, ...], half: torch.Tensor, rounds: int) -> list[torch.Tensor]:
    """The keys of the rounds of the Simon cipher (Beaulieu et al., 2013), for any size of word."""
    mask, sequence = (1 << half) - 1, 0x7369F885192C0EF5
    found = [key & mask for key in keys]
    for i in range(3, rounds):
        bit = (sequence & mask) >> (i - 3) & 1
        turned = _rotated(found[-1], half - 3, half) ^ _rotated(found[-1], half - 4, half)
        found.append((0xFFFFFFFC & mask) ^ bit ^ found[i - 3] ^ turned)
    return found


def _cipher(x: torch.Tensor, half: torch.Tensor, schedule: list[torch.Tensor]) -> torch.Tensor:
    def mixed(word: torch.Tensor) -> torch.Tensor:
        return (_rotated(word, 1, half) & _rotated(word, 8, half)) ^ _rotated(word, 2, half)

    left, right = x >> half & ((1 << half) - 1), x & ((1 << half) - 1)
    for first, second in zip(schedule[0::2], schedule[1::2], strict=True):
        left = left ^ mixed(right) ^ first
        right = right ^ mixed(left) ^ second
    return left << half | right
