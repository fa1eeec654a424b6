"""tf.random's ops with a state: what they draw depends on the seeds and on what was drawn before."""

from __future__ import annotations

import math
from typing import Any, cast

import torch

from tfcompat._core import device, dtypes, random_state
from tfcompat._core.arguments import FLOATS, expect, sizes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Alike, Invalid, Value, kernel_dtype, op
from tfcompat._core.random_state import Source, source

set_seed = random_state.set_seed

_FLOATING = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)
_COUNTED = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)
_NAMES = ", ".join(kernel_dtype(d) for d in _COUNTED)
RATES = frozenset({torch.float16, torch.float32, torch.float64, torch.int32, torch.int64})
UNIFORM_DTYPES = (*_FLOATING, dtypes.int32, dtypes.int64)


def float_dtype(dtype: Any) -> torch.dtype:
    """The torch dtype of a floating dtype; TypeError or InvalidArgumentError for another."""
    kind = dtypes.as_dtype(dtype)
    if kind.is_integer or kind.is_bool:
        raise TypeError(f"Argument `dtype` takes a floating dtype here, got {kind!r}.")
    if kind not in _FLOATING:
        allowed = ", ".join(kernel_dtype(d) for d in _FLOATING)
        raise Invalid(f"Value for attr 'dtype' of {kernel_dtype(kind)} is not in the list of allowed values: {allowed}")
    return kind.torch  # type: ignore[return-value]


def vector(shape: Any) -> tuple[Any, ...]:
    """A shape argument as a tuple; InvalidArgumentError for a number, which tf.random does not take for a shape."""
    if isinstance(shape, int) or getattr(shape, "ndim", None) == 0:
        raise Invalid("shape must be a vector of {int32,int64}, got shape []")
    for size in shape if isinstance(shape, (list, tuple)) else ():
        kind = getattr(size, "dtype", None)
        if isinstance(kind, dtypes.DType) and not kind.is_integer:
            raise Invalid(
                f"Value for attr 'T' of {kernel_dtype(kind)} is not in the list of allowed values: int32, int64"
            )
    return sizes(shape)


def placed(size: tuple[Any, ...], *tensors: Any) -> torch.device:
    """Where to draw: on the device of the first tensor among the parameters that is not on the CPU."""
    return next((t.device for t in tensors if isinstance(t, torch.Tensor) and not t.is_cpu), device.default())


def draw_normal(where: Source, shape: Any, mean: Any, stddev: Any, dtype: Any) -> torch.Tensor:
    """Normal floats: standard ones, scaled and moved."""
    kind, size = float_dtype(dtype), vector(shape)
    r = random_state.normal(where, size, kind, placed(size, mean, stddev))
    return _moved(r, mean, stddev)


def _moved(r: torch.Tensor, mean: Any, stddev: Any) -> torch.Tensor:
    if type(stddev) is not float or stddev != 1.0:
        r = r * (stddev if type(stddev) is float else _as(stddev, r))
    if type(mean) is not float or mean != 0.0:
        r = r + (mean if type(mean) is float else _as(mean, r))
    return r


def _as(parameter: Any, r: torch.Tensor) -> torch.Tensor:
    """A parameter in the dtype and on the device of `r`; ValueError for a tensor of another dtype."""
    return to_storage(parameter, dtypes.BY_STORAGE[r.dtype]).to(r.device)


def draw_truncated(where: Source, shape: Any, mean: Any, stddev: Any, dtype: Any) -> torch.Tensor:
    """Normal floats of which none is more than two standard deviations away from the mean."""
    kind, size = float_dtype(dtype), vector(shape)
    r = random_state.truncated_normal(where, size, kind, placed(size, mean, stddev))
    return _moved(r, mean, stddev)


def draw_uniform(where: Source, shape: Any, minval: Any, maxval: Any, dtype: dtypes.DType) -> torch.Tensor:
    """Uniform numbers from [minval, maxval); of integers with no bounds every one of the dtype."""
    size = vector(shape)
    if dtype.is_integer:
        return _integers(where, size, minval, maxval, dtype)
    r = random_state.uniform(where, size, dtype.torch, placed(size, minval, maxval))  # type: ignore[arg-type]
    maxval = 1.0 if maxval is None else maxval
    if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)):
        return r if minval == 0 and maxval == 1 else r * (maxval - minval) + minval
    low = _as(minval, r)
    return r * (_as(maxval, r) - low) + low


def _integers(where: Source, size: Any, minval: Any, maxval: Any, dtype: dtypes.DType) -> torch.Tensor:
    wide = dtype.size == 8
    bits = random_state.bits(where, size, placed(size, minval, maxval), 64 if wide else 32)
    if minval is None and maxval is None:
        kind = cast(torch.dtype, dtype.torch)
        return bits.view(kind) if wide else bits.to(kind)
    empty = torch.empty((), dtype=dtype.torch, device=bits.device)
    low, high = _as(minval, empty), _as(maxval, empty)
    for argument, bound in (("minval", low), ("maxval", high)):
        if bound.ndim:
            raise Invalid(f"{argument} must be 0-D, got shape [{','.join(map(str, bound.shape))}]")
    if type(low) is torch.Tensor and type(high) is torch.Tensor and bits.numel() and int(low) >= int(high):
        raise Invalid(f"Need minval < maxval, got {int(low)} >= {int(high)}")
    low, span = low.long(), high.long() - low.long()
    if wide:
        return low + _remainder(bits, span)
    return (low + bits % span).to(dtype.torch)


def _remainder(bits: torch.Tensor, span: torch.Tensor) -> torch.Tensor:
    """`bits` modulo `span`, both taken for unsigned: a span over 2^63 looks negative."""
    least = torch.full_like(span, -(2**63))
    half = (bits >> 1 & (2**63 - 1)) % torch.where(span > 0, span, 2**63 - 1)
    double = torch.where(span > 0, 2 * half + (bits & 1), bits)
    return torch.where((double ^ least) < (span ^ least), double, double - span)


@op("RandomStandardNormal")
def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> torch.Tensor:
    """Numbers from the normal distribution (tf.random.normal).

    shape: of the result, which mean and stddev broadcast to. dtype: a floating one. seed: together with the program's
    (tf.random.set_seed) it decides what is drawn.
    """
    return draw_normal(source("RandomStandardNormal", dtype, seed), shape, mean, stddev, dtype)


@op("TruncatedNormal")
def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> torch.Tensor:
    """Numbers from the normal distribution, none over two stddev from the mean (tf.random.truncated_normal).

    The arguments are those of `normal`.
    """
    return draw_truncated(source("TruncatedNormal", dtype, seed), shape, mean, stddev, dtype)


@op("RandomUniform")
def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> torch.Tensor:
    """Numbers from [minval, maxval), all as likely (tf.random.uniform).

    dtype: a floating one, whose maxval is 1 unless given, or int32 or int64, where both bounds are scalars. Raises
    ValueError for another dtype or a missing maxval, InvalidArgumentError where minval >= maxval for integers.
    """
    kind = dtypes.as_dtype(dtype)
    if kind not in UNIFORM_DTYPES:
        raise ValueError(
            f"Argument `dtype` got invalid value {kind}. Accepted dtypes are "
            "(tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.int64)."
        )
    if maxval is None and kind.is_integer:
        raise ValueError(f"Must specify maxval for integer dtype {kind!r}")
    return draw_uniform(source("RandomUniform", kind, seed), shape, 0 if minval is None else minval, maxval, kind)


@op("RandomShuffle", strings=True)
def shuffle(value: Value, seed: int | None = None, name: str | None = None) -> torch.Tensor:
    """The rows of `value`, along its first dimension, in random order, without gradient (tf.random.shuffle)."""
    return shuffled(source("RandomShuffle", value.dtype, seed), value.detach())


def shuffled(where: Source, value: torch.Tensor) -> torch.Tensor:
    """The rows of a torch tensor in random order."""
    if not value.ndim:
        return value
    return value.index_select(0, random_state.permutation(where, value.shape[0], value.device))


@op("Multinomial")
def categorical(
    logits: Value, num_samples: Any, dtype: Any = None, seed: int | None = None, name: str | None = None
) -> torch.Tensor:
    """Classes drawn for each row of `logits`, a matrix of unnormalized log probabilities (tf.random.categorical).

    Returns [rows, num_samples] of `dtype`, int64 (also for None) or int32.
    """
    return draw_categorical(source("Multinomial", dtype, seed), logits, num_samples, dtype)


def draw_categorical(where: Source, logits: torch.Tensor, num_samples: Any, dtype: Any) -> torch.Tensor:
    """Classes by their log probabilities: where uniform numbers fall in the cumulative distribution."""
    kind = dtypes.int64 if dtype is None else dtypes.as_dtype(dtype)
    if kind not in (dtypes.int32, dtypes.int64):
        raise ValueError(f"Argument `dtype` takes int32 or int64, got {kind!r}.")
    if expect(logits, FLOATS).ndim != 2:
        raise Invalid(f"logits should be a matrix, got shape [{','.join(map(str, logits.shape))}]")
    (count,) = sizes(num_samples, "num_samples")
    rows, classes = logits.shape
    if type(logits) is torch.Tensor and not classes and rows:
        raise Invalid(f"num_classes should be positive, got {classes}")
    x = logits.detach().to(torch.float64)
    x = torch.where(torch.isnan(x) | torch.isposinf(x), float("-inf"), x)
    bounds = torch.cumsum(torch.softmax(x, -1), -1)
    outputs = rows * 2 * (-(-count // 4) * 4)  # so far TensorFlow's stream moves on
    u = random_state.uniform(where, (rows, count), torch.float64, logits.device, outputs) * bounds[:, -1:]
    return torch.searchsorted(bounds, u, right=True).clamp_max(classes - 1).to(kind.torch)


def counted(dtype: Any) -> torch.dtype:
    """The torch dtype of a dtype that counts come in; InvalidArgumentError for another."""
    kind = dtypes.as_dtype(dtype)
    if kind not in _COUNTED:
        raise Invalid(f"Value for attr 'dtype' of {kernel_dtype(kind)} is not in the list of allowed values: {_NAMES}")
    return kind.torch  # type: ignore[return-value]


def _parameters(shape: Any, *parameters: torch.Tensor) -> list[torch.Tensor]:
    """The parameters broadcast to each other, each repeated `shape` times before its own dimensions."""
    size = vector(shape)
    together = torch.broadcast_tensors(*parameters)
    return [p.expand((*size, *p.shape)) for p in together]


def draw_gamma(where: Source, shape: Any, alpha: torch.Tensor, beta: torch.Tensor | None) -> torch.Tensor:
    """Gamma numbers: for rate 1, divided by the rate."""
    expect(alpha, FLOATS)
    beta = torch.ones_like(alpha) if beta is None else beta
    inner = math.prod(torch.broadcast_shapes(alpha.shape, beta.shape))
    alpha, beta = _parameters(shape, alpha, beta)
    wide = alpha.to(torch.float64) if alpha.dtype is torch.float64 else alpha.to(torch.float32)
    tiny = torch.finfo(alpha.dtype).tiny
    drawn = random_state.gamma(where, wide.contiguous(), inner).to(alpha.dtype)
    return torch.clamp_min(drawn, tiny) / beta


@op("RandomGamma")
def _gamma(
    shape: Any, alpha: Alike, beta: Alike | None = None, seed: Any = None, name: str | None = None
) -> torch.Tensor:
    return draw_gamma(source("RandomGamma", alpha.dtype, seed), shape, alpha, beta)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Numbers from the gamma distribution, `shape` of them for each alpha and beta (tf.random.gamma).

    alpha: the shape parameter; beta: the rate, 1 where None. Returns shape + broadcast(alpha, beta). Differentiable
    by alpha and beta.
    """
    shape = convert_to_tensor(shape, dtypes.int32)
    rate = None if beta is None else convert_to_tensor(beta, dtype)
    return _gamma(shape, convert_to_tensor(alpha, dtype), rate, seed, name)


@op("RandomPoissonV2")
def poisson(
    shape: Any, lam: Value, dtype: Any = dtypes.float32, seed: int | None = None, name: str | None = None
) -> torch.Tensor:
    """Counts from the Poisson distribution, `shape` of them for each rate `lam`, as `dtype` (tf.random.poisson).

    ValueError for a shape that is a tensor of int64.
    """
    to_storage(shape, dtypes.int32)
    (rate,) = _parameters(shape, lam)
    return draw_poisson(source("RandomPoissonV2", dtype, seed), rate, lam.numel(), dtype)


def draw_poisson(where: Source, rate: torch.Tensor, inner: Any, dtype: Any) -> torch.Tensor:
    """Poisson counts of the rates, of which the last `inner` were asked for and the others are repetitions.

    NaN for a negative rate.
    """
    counted(dtype)
    rate = expect(rate, RATES).detach()
    rate = rate.to(torch.float32 if rate.dtype is torch.float16 else torch.float64).contiguous()
    bad = ~(rate >= 0)
    counts = random_state.poisson(where, torch.where(bad, torch.zeros_like(rate), rate), inner)
    return torch.where(bad, float("nan"), counts).to(dtypes.as_dtype(dtype).torch)
