"""tf.nn.dropout and the dropouts of tf.nn.experimental."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import random_state
from tfcompat._core.arguments import FLOATS, integer, like
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.random_state import source
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat.random.algorithms import seeded

_Draw = Callable[[tuple[Any, ...], torch.dtype, torch.device], torch.Tensor]


def _checked_rate(rate: Any) -> Any:
    """The rate, a float or a scalar tensor; ValueError for what is none, or not in [0, 1)."""
    if isinstance(rate, (int, float)) and not isinstance(rate, bool):
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}")
        return float(rate)
    if isinstance(rate, Tensor) or hasattr(type(rate), "_read") or isinstance(rate, (np.ndarray, np.generic)):
        t = convert_to_tensor(rate)
        if not t.shape.rank:
            return t
    raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")


def _size(noise_shape: Any, x: torch.Tensor) -> tuple[Any, ...]:
    """The shape of the noise; a None in it is the dimension of `x`."""
    if noise_shape is None:
        return tuple(x.shape)
    if isinstance(noise_shape, TensorShape):
        noise_shape = noise_shape.as_list()
    if isinstance(noise_shape, (list, tuple)):
        if len(noise_shape) != x.ndim:
            return tuple(integer(n, "noise_shape") for n in noise_shape)
        return tuple(x.shape[i] if n is None else integer(n, "noise_shape") for i, n in enumerate(noise_shape))
    return tuple(int(n) for n in to_storage(noise_shape).reshape(-1).tolist())


def _dropped(x: torch.Tensor, rate: Any, noise_shape: Any, draw: _Draw) -> torch.Tensor:
    """`x` scaled up where the noise is not below the rate, and 0 where it is."""
    if x.dtype not in FLOATS:
        raise ValueError(
            f"`x.dtype` must be a floating point tensor as `x` will be scaled. Received: x_dtype={BY_STORAGE[x.dtype]}"
        )
    size = _size(noise_shape, x)
    if type(rate) is not float:
        if rate.dtype != BY_STORAGE[x.dtype]:
            raise ValueError(
                f"`x.dtype` must match `rate.dtype`. Received: x.dtype={x.dtype} and rate.dtype={rate.dtype}"
            )
        rate = like(rate, x)
    noise = draw(size, x.dtype, x.device)
    try:
        kept = torch.where(noise >= rate, x * (1 / (1 - rate)), torch.zeros((), dtype=x.dtype, device=x.device))
    except RuntimeError:
        kept = None
    if kept is None or kept.shape != x.shape:
        sizes = (f"[{','.join(map(str, s))}]" for s in (size, x.shape))
        raise Invalid("condition {}, then {}, and else [] must be broadcastable".format(*sizes))
    return kept


@op("Dropout")
def _dropout(x: Value, rate: Any, noise_shape: Any, seed: Any, name: str | None = None) -> torch.Tensor:
    where = source("RandomUniform", BY_STORAGE[x.dtype], seed)
    return _dropped(x, rate, noise_shape, lambda *how: random_state.uniform(where, *how))


@dispatchable
def dropout(x: Any, rate: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None) -> Any:
    """`x` with each element set to 0 with probability `rate`, the others times 1 / (1 - rate) (tf.nn.dropout).

    rate: a float or scalar tensor in [0, 1); with the float 0 `x` itself comes back. noise_shape: what is kept or
    dropped together, broadcast to `x`. ValueError for integers and for a rate out of range.
    """
    rate = _checked_rate(rate)
    if type(rate) is float and rate == 0.0 and (x := convert_to_tensor(x)).dtype.is_floating:
        return x
    return _dropout(x, rate, noise_shape, seed, name)


@op("StatelessDropout")
def _stateless_dropout(
    x: Value, rate: Any, seed: Value, rng_alg: Any, noise_shape: Any, name: str | None = None
) -> torch.Tensor:
    where = seeded(seed, "auto_select" if rng_alg is None else rng_alg)
    return _dropped(x, rate, noise_shape, lambda *how: random_state.uniform(where, *how))


@dispatchable
def stateless_dropout(
    x: Any, rate: Any, seed: Any, rng_alg: Any = None, noise_shape: Any = None, name: str | None = None
) -> Any:
    """`dropout` of what `seed`, two integers, alone decides (tf.nn.experimental.stateless_dropout)."""
    rate = _checked_rate(rate)
    if type(rate) is float and rate == 0.0 and (x := convert_to_tensor(x)).dtype.is_floating:
        return x
    return _stateless_dropout(x, rate, seed, rng_alg, noise_shape, name)


@op("GeneralDropout")
def _general_dropout(x: Value, rate: Any, sampler: Any, noise_shape: Any, name: str | None = None) -> torch.Tensor:
    return _dropped(
        x, rate, noise_shape, lambda size, dtype, _: to_storage(sampler(shape=list(size), dtype=BY_STORAGE[dtype]))
    )


@dispatchable
def general_dropout(
    x: Any, rate: Any, uniform_sampler: Callable[..., Any], noise_shape: Any = None, name: str | None = None
) -> Any:
    """`dropout` by the numbers in [0, 1) that `uniform_sampler(shape=, dtype=)` gives.

    Follows tf.nn.experimental.general_dropout.
    """
    rate = _checked_rate(rate)
    if type(rate) is float and rate == 0.0 and (x := convert_to_tensor(x)).dtype.is_floating:
        return x
    return _general_dropout(x, rate, uniform_sampler, noise_shape, name)
