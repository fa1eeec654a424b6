"""keras.random's functions, on TensorFlow's stateless random ops: the same seed gives the same numbers."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import draws
from tfcompat._core.autograd import is_transformed
from tfcompat._core.ops import wrap
from tfcompat._core.value_ops import value_op
from tfcompat.keras import _version, ops
from tfcompat.keras._dtypes import is_float_dtype, is_int_dtype, standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import sizes, torch_dtype
from tfcompat.keras.random.seed_generator import SeedGenerator, draw_seed, global_seed_generator

_INT32_RANGE = 2**31 - 2


def _tensorflow() -> Any:
    from tfcompat import random

    return random


def _seed(seed: Any) -> Any:
    """The seed for TensorFlow's stateless ops, as Keras derives it."""
    return ops.cast(draw_seed(seed) % _INT32_RANGE, "int32")


def _is_free(seed: Any) -> bool:
    """Whether nobody fixed the numbers, so that torch's own generator may draw them."""
    if seed is None:
        seed = global_seed_generator()
    return isinstance(seed, SeedGenerator) and seed.is_free


def _of_layer(seed: Any) -> bool:
    """Whether a layer of Keras 2 draws, which does so with TensorFlow's ops that follow its seed."""
    return isinstance(seed, SeedGenerator) and _version.is_legacy()


def _dtype(dtype: Any) -> str:
    return standardize_dtype(dtype) if dtype is not None else settings.floatx


def _fast(shape: Any, dtype: str) -> torch.Tensor:
    from tfcompat._core import device

    return torch.empty(sizes(shape), dtype=torch_dtype(dtype), device=device.default())


def normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Normally distributed numbers."""
    kind = _dtype(dtype)
    if _is_free(seed):
        return wrap(_fast(shape, kind).normal_(mean, stddev))
    if _of_layer(seed):
        return _tensorflow().normal(shape, mean, stddev, kind, seed=seed.next_op_seed())
    return _tensorflow().stateless_normal(shape, seed=_seed(seed), mean=mean, stddev=stddev, dtype=kind)


def uniform(shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers evenly distributed in [minval, maxval); ValueError for a dtype that is no float."""
    kind = _dtype(dtype)
    if not is_float_dtype(kind):
        raise ValueError(f"`keras.random.uniform` requires a floating point `dtype`. Received: dtype={dtype} ")
    if _is_free(seed):
        return wrap(_fast(shape, kind).uniform_(float(minval), float(maxval)))
    if _of_layer(seed):
        return _tensorflow().uniform(shape, minval, maxval, kind, seed=seed.next_op_seed())
    low, high = (ops.convert_to_tensor(bound, kind) for bound in (minval, maxval))
    return _tensorflow().stateless_uniform(shape, seed=_seed(seed), minval=low, maxval=high, dtype=kind)


def truncated_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Normally distributed numbers, drawn again where they lie more than two standard deviations from the mean."""
    kind = _dtype(dtype)
    if _is_free(seed):
        t = _fast(shape, kind)
        return wrap(torch.nn.init.trunc_normal_(t, mean, stddev, mean - 2 * stddev, mean + 2 * stddev))
    return _tensorflow().stateless_truncated_normal(shape, seed=_seed(seed), mean=mean, stddev=stddev, dtype=kind)


def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Any:
    """Integers evenly distributed in [minval, maxval); ValueError for a dtype that is no integer."""
    kind = standardize_dtype(dtype)
    if not is_int_dtype(kind):
        raise ValueError(f"`keras.random.randint` requires an integer `dtype`. Received: dtype={dtype} ")
    wide = kind if kind in ("int32", "int64") else "int64"
    found = _tensorflow().stateless_uniform(shape, seed=_seed(seed), minval=minval, maxval=maxval, dtype=wide)
    return ops.cast(found, kind)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Class numbers drawn with the probabilities softmax(logits), `num_samples` for each row."""
    if len(ops.shape(logits)) != 2:
        raise ValueError(f"`logits` must have shape [batch_size, num_classes]. Received: shape={ops.shape(logits)}")
    return ops.cast(_tensorflow().stateless_categorical(logits, num_samples, seed=_seed(seed)), dtype)


@value_op(
    "(Tensor x, SymInt[] size, float rate) -> Tensor",
    fake=lambda x, size, rate: torch.empty(size, dtype=torch.float32, device=x.device),
    random=True,
)
def _dropout_factors(x: torch.Tensor, size: list[int], rate: float) -> torch.Tensor:
    """By chance 0 for what is dropped and 1 / (1 - rate) for what is kept, where `x` lies."""
    noise = draws.uniform("", None, size, dtype=torch.float32, device=x.device)
    return noise.add_(1 - rate).floor_().mul_(1 / (1 - rate))


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """`inputs` with a share of `rate` of them set to 0 and the rest scaled up by 1 / (1 - rate)."""
    if rate == 0:
        return inputs
    if rate == 1:
        return ops.zeros_like(inputs)
    x = ops.convert_to_tensor(inputs)
    if not x._t.is_floating_point():
        raise ValueError(f"`inputs` of dropout must be a floating point tensor, as it is scaled. Received: {x.dtype}")
    shape = ops.shape(x)
    if noise_shape is not None:
        shape = tuple(size if want is None else want for size, want in zip(shape, noise_shape, strict=True))
    if _is_free(seed):
        t = x._t
        if t.is_cpu and not is_transformed():  # torch's own dropout takes five times as long to draw
            size = list(t.shape if noise_shape is None else shape)
            return wrap(t * _dropout_factors(t.detach(), size, rate).to(t.dtype))
        if noise_shape is None:
            return wrap(torch.nn.functional.dropout(t, rate, training=True))
        return wrap(t * torch.empty(shape, dtype=t.dtype, device=t.device).bernoulli_(1 - rate) / (1 - rate))
    if _of_layer(seed):
        from tfcompat.nn import dropout as dropout_op

        return dropout_op(x, rate, noise_shape=None if noise_shape is None else shape, seed=seed.next_op_seed())
    from tfcompat.nn.experimental import stateless_dropout

    return stateless_dropout(x, rate, seed=_seed(seed), noise_shape=None if noise_shape is None else shape)


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """`x` with its slices along `axis` in random order."""
    import tfcompat

    noise = _tensorflow().stateless_uniform([ops.shape(x)[axis]], seed=_seed(seed))
    order = torch.argsort(ops.convert_to_tensor(noise)._t, stable=True)
    return tfcompat.gather(x, wrap(order), axis=axis)


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Gamma distributed numbers with shape parameter `alpha` and scale 1."""
    kind = _dtype(dtype)
    wide = "float32" if kind == "bfloat16" else kind
    return ops.cast(_tensorflow().stateless_gamma(shape, seed=_seed(seed), alpha=alpha, dtype=wide), kind)


def binomial(shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None) -> Any:
    """How many of `counts` trials succeed, each with one of `probabilities`."""
    kind = _dtype(dtype)
    wide = "float32" if kind == "bfloat16" else kind
    found = _tensorflow().stateless_binomial(
        shape, seed=_seed(seed), counts=counts, probs=probabilities, output_dtype=wide
    )
    return ops.cast(found, kind)


def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Beta distributed numbers, as the ratio of two gamma distributed ones."""
    kind = _dtype(dtype)
    wide = "float32" if kind == "bfloat16" else kind
    first = _seed(seed)
    draws = []
    for parameter, own_seed in ((alpha, first), (beta, first + 12)):
        full = ops.broadcast_to(ops.convert_to_tensor(parameter, wide), sizes(shape))
        draws.append(_tensorflow().stateless_gamma(sizes(shape), seed=own_seed, alpha=full, dtype=wide))
    return ops.cast(draws[0] / (draws[0] + draws[1]), kind)
