"""Raw ops that normalise, add biases or compute losses, and their gradients."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import activations, losses, normalization
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw

# ---- batch normalisation ----


def _channels_last(x: torch.Tensor, data_format: str) -> torch.Tensor:
    if x.ndim not in (4, 5):
        raise Invalid(f"input must be 4 or 5-dimensional, got shape {list(x.shape)}")
    return x.movedim(1, -1) if data_format in ("NCHW", "NCDHW") else x


def _as_given(x: torch.Tensor, data_format: str) -> torch.Tensor:
    return x.movedim(-1, 1) if data_format in ("NCHW", "NCDHW") else x


def _batch_moments(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    dims = tuple(range(x.ndim - 1))
    return x.mean(dims), x.var(dims, unbiased=False)


@raw("FusedBatchNorm", "FusedBatchNormV2")
def fused_batch_norm(
    x: Value,
    scale: Value,
    offset: Value,
    mean: Value,
    variance: Value,
    epsilon: float,
    exponential_avg_factor: float,
    data_format: str,
    is_training: bool,
) -> tuple[torch.Tensor, ...]:
    """(y, running mean, running variance, the mean and the variance that y was normalised by).

    As in TensorFlow only y has a gradient, by x, scale and offset.
    """
    wide = _channels_last(x, data_format).to(scale.dtype)
    for name, t in (("scale", scale), ("offset", offset)):
        if t.ndim != 1 or len(t) != wide.shape[-1]:
            raise Invalid(f"{name} must have the same number of elements as the channels of x, got {list(t.shape)}")
    if is_training:
        used_mean, used_variance = _batch_moments(wide)
        count = wide.numel() // max(wide.shape[-1], 1)
        new_mean, new_variance = used_mean, used_variance * (count / max(count - 1, 1))
        if exponential_avg_factor != 1:
            new_mean = torch.lerp(mean, new_mean, exponential_avg_factor)
            new_variance = torch.lerp(variance, new_variance, exponential_avg_factor)
    else:
        if len(mean) != wide.shape[-1] or len(variance) != wide.shape[-1]:
            raise Invalid("mean and variance must have the same number of elements as the channels of x")
        used_mean = new_mean = mean.detach()
        used_variance = new_variance = variance.detach()
    y = (wide - used_mean) * (torch.rsqrt(used_variance + epsilon) * scale) + offset
    if not is_training:
        used_mean, used_variance = torch.zeros_like(mean), torch.zeros_like(variance)
    moments = (t.detach().clone() for t in (new_mean, new_variance, used_mean, used_variance))
    return _as_given(y, data_format).to(x.dtype), *moments


@raw("FusedBatchNormV3")
def fused_batch_norm_v3(**arguments: Any) -> tuple[torch.Tensor, ...]:
    """As FusedBatchNormV2, with a reserve_space_3 that only TensorFlow's GPU kernels fill."""
    return *fused_batch_norm(**arguments), arguments["scale"].new_zeros(())


@raw("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3")
def fused_batch_norm_grad(
    y_backprop: Value,
    x: Value,
    scale: Value,
    reserve_space_1: Value,
    reserve_space_2: Value,
    epsilon: float,
    data_format: str,
    is_training: bool,
    reserve_space_3: Any = None,
) -> tuple[torch.Tensor, ...]:
    """The gradients by x, scale and offset, and two empty tensors.

    The reserved tensors are the mean and the variance that y was normalised by; the third, of V3, is empty.
    """
    wide, grad = (_channels_last(t, data_format).to(scale.dtype) for t in (x, y_backprop))
    dims = tuple(range(wide.ndim - 1))
    inverse = torch.rsqrt(reserve_space_2 + epsilon)
    normal = (wide - reserve_space_1) * inverse
    by_offset, by_scale = grad.sum(dims), (grad * normal).sum(dims)
    centred = grad
    if is_training:
        count = max(wide.numel() // max(wide.shape[-1], 1), 1)
        centred = grad - by_offset / count - normal * (by_scale / count)
    by_x = _as_given(centred * (inverse * scale), data_format).to(x.dtype)
    return by_x, by_scale, by_offset, scale.new_zeros(0), scale.new_zeros(0)


@raw("LRNGrad")
def lrn_grad(
    input_grads: Value,
    input_image: Value,
    output_image: Value,
    depth_radius: int,
    bias: float,
    alpha: float,
    beta: float,
) -> torch.Tensor:
    """The gradient of LRN."""
    if input_image.shape != output_image.shape or input_image.shape != input_grads.shape:
        raise Invalid("input_grads, input_image and out_image should have the same shape")
    function = body(normalization.local_response_normalization)
    return pullback(lambda x: function(x, depth_radius, bias, alpha, beta), input_grads, input_image)


@raw("BiasAddGrad")
def bias_add_grad(out_backprop: Value, data_format: str) -> torch.Tensor:
    """The sum over all dimensions but the channels'."""
    if out_backprop.ndim < 2:
        raise Invalid(f"Input tensor must be at least 2D: {list(out_backprop.shape)}")
    channels = 1 if data_format == "NCHW" else out_backprop.ndim - 1
    return out_backprop.sum([d for d in range(out_backprop.ndim) if d != channels], dtype=out_backprop.dtype)


# ---- losses ----


@raw("SoftmaxCrossEntropyWithLogits")
def softmax_cross_entropy(features: Value, labels: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss, its gradient by the features), of matrices which broadcast."""
    features, labels = torch.broadcast_tensors(features, labels)
    if features.ndim != 2:
        raise Invalid(f"logits and labels must be beyond 2-dimensional: {list(features.shape)}")
    loss = body(losses.softmax_cross_entropy_with_logits)(labels, features)
    return loss, torch.softmax(features, -1) - labels


@raw("SparseSoftmaxCrossEntropyWithLogits")
def sparse_softmax_cross_entropy(features: Value, labels: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss, its gradient by the features), of a matrix and the classes of its rows."""
    if features.ndim != 2 or labels.ndim != 1:
        raise Invalid(f"logits must be 2-D and labels 1-D, got {list(features.shape)} and {list(labels.shape)}")
    if len(labels) != len(features):
        raise Invalid(
            f"logits and labels must have the same first dimension, got {list(features.shape)} and {len(labels)}"
        )
    loss = body(losses.sparse_softmax_cross_entropy_with_logits)(labels, features)
    hot = torch.nn.functional.one_hot(labels.long(), features.shape[1]).to(features.dtype)
    return loss, torch.softmax(features, -1) - hot


# ---- probabilities ----


@raw("Softmax")
def softmax(logits: Value) -> torch.Tensor:
    """exp(logits) over their sum along the last dimension."""
    return body(activations.softmax)(_with_classes(logits))


@raw("LogSoftmax")
def log_softmax(logits: Value) -> torch.Tensor:
    """The logarithm of Softmax."""
    return body(activations.log_softmax)(_with_classes(logits))


def _with_classes(logits: torch.Tensor) -> torch.Tensor:
    if not logits.ndim:
        raise Invalid("logits must have >= 1 dimension, got []")
    return logits
