"""tf.nn's activation functions."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from tfcompat._core import arguments, dtypes, errors
from tfcompat._core.arguments import FLOATS, INEXACT, REALS, expect
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.tensor import Tensor
from tfcompat._core.unsigned import by_order

_SIGNED = FLOATS | {torch.int8, torch.int16, torch.int32, torch.int64}
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@op("Relu")
def relu(features: Value, name: str | None = None) -> torch.Tensor:
    """max(features, 0), elementwise; the gradient at 0 is 0 (tf.nn.relu)."""
    if features.dtype is torch.uint64:  # which torch takes for a signed number
        return features.view_as(features)
    return torch.relu(expect(features, REALS))


@op("Relu6")
def relu6(features: Value, name: str | None = None) -> torch.Tensor:
    """min(max(features, 0), 6), elementwise; the gradient at 0 and 6 is 0 (tf.nn.relu6)."""
    if features.dtype is torch.uint64:
        return by_order(torch.minimum, features, torch.full_like(features, 6))
    return functional.relu6(features) if features.dtype in FLOATS else torch.clamp(expect(features, REALS), 0, 6)


@op("LeakyRelu")
def leaky_relu(features: Value, alpha: Any = 0.2, name: str | None = None) -> torch.Tensor:
    """features where positive, else alpha * features, elementwise; integers become float32 (tf.nn.leaky_relu)."""
    if isinstance(alpha, Tensor):
        raise TypeError(f"Argument `alpha` takes a number, got the tensor {alpha!r}.")
    if features.dtype not in FLOATS:
        features = expect(features, REALS).to(torch.float32)
    return functional.leaky_relu(features, float(alpha))


@op("Elu")
def elu(features: Value, name: str | None = None) -> torch.Tensor:
    """features where they are positive, else exp(features) - 1, elementwise, for floats (tf.nn.elu)."""
    return functional.elu(expect(features, FLOATS))


@op("Selu")
def selu(features: Value, name: str | None = None) -> torch.Tensor:
    """The self-normalizing scale * elu(features, alpha), scale 1.0507 and alpha 1.6733, for floats (tf.nn.selu)."""
    x = expect(features, FLOATS)
    if not x.requires_grad:
        return functional.selu(x)
    # The gradient at 0 is that of the positive side, as TensorFlow's.
    return _SELU_SCALE * torch.where(x < 0, _SELU_ALPHA * torch.expm1(torch.clamp_max(x, 0)), x)


@op("Gelu")
def gelu(features: Value, approximate: bool = False, name: str | None = None) -> torch.Tensor:
    """features * P(X <= features) for a standard normal X, elementwise, for floats (tf.nn.gelu).

    approximate: by the formula with tanh. ValueError for a dtype that is not floating.
    """
    if features.dtype not in FLOATS:
        raise ValueError(f"`features.dtype` must be a floating point tensor.Received:features.dtype={_name(features)}")
    return functional.gelu(features, approximate="tanh" if approximate else "none")


def _name(x: torch.Tensor) -> str:
    return str(dtypes.from_torch(x.dtype))


@op("Swish")
def silu(features: Value, beta: Any = 1.0) -> torch.Tensor:
    """features * sigmoid(beta * features), elementwise (tf.nn.silu, tf.nn.swish)."""
    expect(features, INEXACT)
    if isinstance(beta, (int, float)):
        return (
            functional.silu(features)
            if beta == 1 and features.dtype in FLOATS
            else features * torch.sigmoid(features * beta)
        )
    return features * torch.sigmoid(features * arguments.like(beta, features))


swish = silu


def _softmax(torch_op: Any, logits: torch.Tensor, axis: Any) -> torch.Tensor:
    expect(logits, FLOATS)
    a = -1 if axis is None else int(axis)
    if not logits.ndim and a == -1:
        raise Invalid("Input dims must be <= 5 and >=1", errors.AbortedError)
    if not -logits.ndim <= a < logits.ndim:
        raise Invalid(
            f"`dim` must be in the range [{-logits.ndim}, {logits.ndim}) where {logits.ndim} is the number of "
            f"dimensions in the input. Received: dim={a}"
        )
    return torch_op(logits, a)


@op("Softmax")
def softmax(logits: Value, axis: Any = None, name: str | None = None) -> torch.Tensor:
    """exp(logits) / sum(exp(logits)) along `axis` (None: the last), for floats (tf.nn.softmax)."""
    return _softmax(torch.softmax, logits, axis)


@op("LogSoftmax")
def log_softmax(logits: Value, axis: Any = None, name: str | None = None) -> torch.Tensor:
    """logits - log(sum(exp(logits))) along `axis` (None: the last), for floats (tf.nn.log_softmax)."""
    return _softmax(torch.log_softmax, logits, axis)


@op("CRelu")
def crelu(features: Value, axis: Any = -1, name: str | None = None) -> torch.Tensor:
    """relu of the features and of their negatives, joined along `axis`: twice as many (tf.nn.crelu)."""
    x = expect(features, _SIGNED)
    return torch.relu(torch.cat([x, -x], arguments.axis(axis, x.ndim)))
