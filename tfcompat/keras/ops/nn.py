"""keras.ops: activation functions, cross-entropies and encodings."""

from __future__ import annotations

import math
import warnings
from typing import Any

import torch
import torch.nn.functional as F

import tfcompat as tf
from tfcompat import _names
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras._version import is_legacy
from tfcompat.keras.ops._nn_blocks import *  # noqa: F403
from tfcompat.keras.ops._nn_normalization import *  # noqa: F403
from tfcompat.keras.ops._nn_windows import *  # noqa: F403
from tfcompat.keras.ops._operation import axes_of, keras_op, one_axis, operation, tensor_of, torch_dtype

# ---- activations ----


@keras_op("x")
def relu(x: Any) -> Any:
    """max(x, 0)."""
    return F.relu(x)


@keras_op("x")
def relu6(x: Any) -> Any:
    """min(max(x, 0), 6)."""
    return torch.clamp(x, 0, 6)


@keras_op("x", to_float=True)
def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """x where it is positive, else negative_slope * x."""
    return F.leaky_relu(x, negative_slope)


@keras_op("x")
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha * (exp(x) - 1)."""
    return F.elu(x, alpha)


@keras_op("x")
def celu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha * (exp(x / alpha) - 1)."""
    return F.celu(x, alpha)


@keras_op("x")
def selu(x: Any) -> Any:
    """The scaled exponential linear unit, which keeps mean and variance through layers."""
    return F.selu(x)


@keras_op("x")
def gelu(x: Any, approximate: bool = True) -> Any:
    """x times the normal distribution's cumulative function of x; by tanh where `approximate`."""
    return F.gelu(x, approximate="tanh" if approximate else "none")


@keras_op("x")
def silu(x: Any) -> Any:
    """x * sigmoid(x)."""
    return F.silu(x)


@keras_op("x")
def mish(x: Any) -> Any:
    """x * tanh(softplus(x))."""
    return F.mish(x)


@keras_op("x")
def softplus(x: Any) -> Any:
    """log(exp(x) + 1)."""
    return torch.logaddexp(x, torch.zeros_like(x))


@keras_op("x")
def softsign(x: Any) -> Any:
    """x / (|x| + 1)."""
    return F.softsign(x)


@keras_op("x")
def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x moved towards 0 by `threshold`, 0 where it is nearer."""
    return F.softshrink(x, threshold)


@keras_op("x")
def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x where |x| is above `threshold`, else 0."""
    return F.hardshrink(x, threshold)


@keras_op("x")
def tanh_shrink(x: Any) -> Any:
    """x - tanh(x)."""
    return F.tanhshrink(x)


@keras_op("x")
def threshold(x: Any, threshold: Any, default_value: Any) -> Any:
    """x where it is above `threshold`, else `default_value`; both may be tensors."""
    if isinstance(threshold, (int, float)) and isinstance(default_value, (int, float)):
        return F.threshold(x, threshold, default_value)
    limit, other = tensor_of(threshold), tensor_of(default_value)
    return torch.where(x > limit, x, other.to(x.dtype))


@keras_op("x", to_float=True)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return torch.tanh(x)


@keras_op("x")
def hard_tanh(x: Any) -> Any:
    """x cut off at -1 and 1."""
    return F.hardtanh(x)


@keras_op("x")
def hard_sigmoid(x: Any) -> Any:
    """relu6(x + 3) / 6."""
    return F.hardsigmoid(x)


@keras_op("x")
def hard_silu(x: Any) -> Any:
    """x * hard_sigmoid(x)."""
    return F.hardswish(x)


@keras_op("x")
def log_sigmoid(x: Any) -> Any:
    """log(sigmoid(x))."""
    return F.logsigmoid(x)


@keras_op("x")
def sparse_sigmoid(x: Any) -> Any:
    """(x + 1) / 2 cut off at 0 and 1."""
    return torch.clamp((x + 1) / 2, 0, 1)


@keras_op("x")
def sparse_plus(x: Any) -> Any:
    """0 below -1, (x + 1)^2 / 4 up to 1, then x."""
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x < 1, (x + 1).square() / 4, x))


@keras_op("x")
def squareplus(x: Any, b: float = 4) -> Any:
    """(x + sqrt(x^2 + b)) / 2."""
    return (x + torch.sqrt(x.square() + b)) / 2


@keras_op("x")
def glu(x: Any, axis: int = -1) -> Any:
    """The first half of x along `axis` times the sigmoid of the second; ValueError where its size is odd."""
    if x.shape[axis] % 2:
        raise ValueError(f"`glu` needs an even size along axis {axis}. Received: x.shape={tuple(x.shape)}")
    return F.glu(x, axis)


@keras_op("x")
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """log(softmax(x)) along `axis`, or along several; over all elements where None."""
    return _over(torch.log_softmax, x, axis)


@keras_op("x")
def sparsemax(x: Any, axis: int = -1) -> Any:
    """The point of the probability simplex nearest to x along `axis`: a softmax that gives exact zeros."""
    ordered, _ = torch.sort(x, dim=axis, descending=True)
    sums = torch.cumsum(ordered, dim=axis)
    counts = torch.arange(1, x.shape[axis] + 1, dtype=x.dtype, device=x.device)
    counts = counts.reshape([-1 if d == axis % x.ndim else 1 for d in range(x.ndim)])
    support = ordered - (sums - 1) / counts > 0
    size = support.sum(dim=axis, keepdim=True).to(x.dtype)
    total = torch.where(support, ordered, torch.zeros_like(x)).sum(dim=axis, keepdim=True)
    return torch.clamp(x - (total - 1) / size, min=0)


def _remember_logits(output: Any, logits: Any) -> Any:
    """Cross-entropies of this output go back to the logits, where they lose no precision."""
    output._keras_logits = logits
    return output


@operation("x")
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x))."""
    logits = wrap(to_storage(x))
    return _remember_logits(wrap(torch.sigmoid(logits._t)), logits)


@operation("x")
def softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x) over its sum along `axis`, or along several; over all elements where None.

    InvalidArgumentError for integers and for an axis that is not there; a warning where its size is 1, as the result
    is 1 everywhere.
    """
    logits = wrap(to_storage(x))
    t = logits._t
    if not (t.is_floating_point() or t.is_complex()):
        raise InvalidArgumentError(None, None, f"softmax takes floats, got {logits.dtype.name}.")
    if isinstance(axis, int) and -t.ndim <= axis < t.ndim and t.shape[axis] == 1:
        stand_in = getattr(state.graph, "size", None)  # for what is not known while shapes are found
        shape = tuple(None if isinstance(d, torch.SymInt) or d == stand_in else d for d in t.shape)
        warnings.warn(
            f"You are using a softmax over axis {axis} of a tensor of shape {shape}. This axis has size 1, so "
            "the softmax will always be 1, which is likely not what you intended. Did you mean a sigmoid?",
            stacklevel=3,
        )
    return _remember_logits(wrap(_over(torch.softmax, t, axis)), logits)


def _over(function: Any, t: torch.Tensor, axis: Any) -> torch.Tensor:
    """A function of (tensor, axis), over several axes at once, or all where None."""
    if isinstance(axis, int):
        if not -t.ndim <= axis < t.ndim:
            raise InvalidArgumentError(None, None, f"axis {axis} is out of bounds for a tensor of {t.ndim} dimensions.")
        return function(t, axis)
    axes = axes_of(axis, t.ndim)
    last = tuple(range(t.ndim - len(axes), t.ndim))
    moved = torch.movedim(t, axes, last)
    flat = moved.reshape(*moved.shape[: t.ndim - len(axes)], -1)
    return torch.movedim(function(flat, -1).reshape(moved.shape), last, axes)


# ---- cross-entropies ----


def logits_behind(output: Any, from_logits: bool, function: str) -> tuple[torch.Tensor, bool]:
    """The logits that a softmax or sigmoid made `output` from, and True; else `output` and `from_logits`.

    In a graph tf.nn.softmax and tf.sigmoid are known too, by the operation that made `output`.
    """
    logits = getattr(output, "_keras_logits", None)
    if logits is None and isinstance(output, tf.Tensor) and not isinstance(output, EagerTensor):
        made_by = output.op
        known = made_by.type == ("Sigmoid" if function == "binary_crossentropy" else "Softmax")
        if known and isinstance(made_by.inputs[0], tf.Tensor):  # and not the mere name of a variable that was read
            logits = made_by.inputs[0]
    if logits is None:
        return to_storage(output), from_logits
    if from_logits:
        warnings.warn(
            f"`{function}` received `from_logits=True`, but the `output` argument was produced by a sigmoid or softmax "
            "and is no logits. Was this intended?",
            stacklevel=4,
        )
    return to_storage(logits), True


def _check_shapes(target: Any, output: Any, last: bool = True) -> None:
    want = output.shape if last else output.shape[:-1]
    given = f"target.shape={tuple(target.shape)}, output.shape={tuple(output.shape)}"
    if not last and not output.ndim:
        raise ValueError(f"Argument `output` must be at least rank 1. Received: output.shape={tuple(output.shape)}")
    if target.ndim != len(want):
        both = "Arguments `target` and `output` must have the same rank (ndim)"
        ranks = both if last else "Argument `output` must have rank (ndim) `target.ndim - 1`"
        raise ValueError(f"{ranks}. Received: {given}")
    if any(a != b for a, b in zip(target.shape, want) if isinstance(a, int) and isinstance(b, int)):
        until = ". Received" if last else " up until the last dimension"
        raise ValueError(f"Arguments `target` and `output` must have the same shape{until}: {given}")


def _clip_probability(p: torch.Tensor) -> torch.Tensor:
    return torch.clamp(p, settings.epsilon, 1 - settings.epsilon)


@operation("target", "output")
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """The cross-entropy of probabilities (or logits) `output` with the distributions `target` along `axis`.

    ValueError where the shapes differ.
    """
    scores, from_logits = logits_behind(output, from_logits, "categorical_crossentropy")
    labels = to_storage(target)
    if is_legacy():
        wrap(labels).shape.assert_is_compatible_with(wrap(scores).shape)
    else:
        _check_shapes(labels, scores)
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(wrap(labels), wrap(scores), axis)
    scores = _clip_probability(scores / scores.sum(axis, keepdim=True))
    return wrap(-(labels * scores.log()).sum(axis))


@operation("target", "output")
def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """The cross-entropy of probabilities (or logits) `output` with the class numbers `target`.

    ValueError where the shapes differ before the last axis, or `axis` is not the last.
    """
    scores, from_logits = logits_behind(output, from_logits, "sparse_categorical_crossentropy")
    if axis not in (-1, scores.ndim - 1):
        raise ValueError(f"Only axis=-1 is currently supported. Received: axis={axis}")
    labels = to_storage(target).long()
    shape = None
    if labels.ndim == scores.ndim and labels.shape[-1] == 1:
        labels = labels.squeeze(-1)
    if not is_legacy():
        _check_shapes(labels, scores, last=False)
    elif labels.ndim != scores.ndim - 1:  # what is wrong, the op below says
        shape, labels, scores = scores.shape[:-1], labels.reshape(-1), scores.reshape(-1, scores.shape[-1])
    if not from_logits:
        scores = _clip_probability(scores).log()
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(wrap(labels), wrap(scores))
    return entropy if shape is None else wrap(to_storage(entropy).reshape(shape))


@operation("target", "output")
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of probabilities (or logits) `output` with labels in [0, 1], elementwise.

    ValueError where the shapes differ; in Keras 2 it is so of logits, and probabilities broadcast.
    """
    scores, from_logits = logits_behind(output, from_logits, "binary_crossentropy")
    labels = to_storage(target)
    if is_legacy() and from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(wrap(labels), wrap(scores))
    if not is_legacy():
        _check_shapes(labels, scores)
    if from_logits:
        return wrap(F.binary_cross_entropy_with_logits(scores, labels, reduction="none"))
    p = _clip_probability(scores)
    q = 1 - p
    if is_legacy():
        p, q = p + settings.epsilon, q + settings.epsilon
    return wrap(-(labels * p.log() + (1 - labels) * q.log()))


# ---- encodings ----


def one_hot_spec(x: Any, num_classes: int, axis: int, dtype: Any, sparse: bool) -> KerasTensor:
    """The KerasTensor that `one_hot` gives."""
    shape = list(x.shape)
    shape.insert(axis + len(shape) + 1 if axis < 0 else axis, num_classes)
    return KerasTensor(shape, standardize_dtype(dtype) if dtype else settings.floatx, sparse=sparse)


@keras_op("x", spec=one_hot_spec)
def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    """Ones at the class numbers x along a new axis, zeros elsewhere, also for numbers out of range.

    sparse: whether the result is a tf.SparseTensor.
    """
    classes = torch.arange(num_classes, device=x.device)
    hot = (x.long().unsqueeze(-1) == classes).to(torch_dtype(standardize_dtype(dtype) if dtype else settings.floatx))
    hot = hot if axis in (-1, x.ndim) else hot.movedim(-1, axis)
    return tf.sparse.from_dense(wrap(hot)) if sparse else hot


@keras_op("x", to_float=True)
def normalize(x: Any, axis: int = -1, order: int = 2, epsilon: float | None = None) -> Any:
    """x divided by its norm along `axis`; where the norm is tiny, by `epsilon` (1e-7) instead.

    order: a number above 0 or infinity; ValueError for others, and for an axis that is not there.
    """
    if not isinstance(order, (int, float)) or order < 1:
        raise ValueError(f"Argument `order` must be int >= 1. Received: order={order}")
    if isinstance(axis, int):
        one_axis(axis, x.ndim)
    tiny = settings.epsilon if epsilon is None else epsilon
    if order == 2:
        # What lies below is kept finite under the root, as its gradient at 0 is infinite.
        return x * torch.rsqrt(torch.clamp(x.square().sum(axis, keepdim=True), min=tiny**2))
    if order == 1:
        norm = x.abs().sum(axis, keepdim=True)
    elif order == math.inf:
        norm = x.abs().amax(axis, keepdim=True)
    else:
        norm = x.abs().pow(order).sum(axis, keepdim=True).pow(1 / order)
    return x / torch.clamp(norm, min=tiny)


swish = silu
hard_swish = hard_silu

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    name for name, value in list(globals().items()) if getattr(value, "_is_keras_op", False) or name == "multi_hot"
]


__getattr__ = _names.module_getattr("tf.keras.ops.nn", globals())
