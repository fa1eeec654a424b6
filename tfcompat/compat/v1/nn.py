"""tf.compat.v1.nn: what took TensorFlow 1's names for its arguments, and the rest of tf.nn."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1._partitioned import whole
from tfcompat.compat.v1._reductions import one_of as _one_of


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """tf.nn.conv2d, also with `filters` as filter (tf.compat.v1.nn.conv2d); use_cudnn_on_gpu is a hint."""
    filters = _one_of("conv2d", "filters", filters, "filter", filter)
    if padding is None:
        raise ValueError("conv2d: `padding` must be given.")
    return tf.nn.conv2d(
        input, filters, [1] * 4 if strides is None else strides, padding, data_format, list(dilations), name=name
    )


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.depthwise_conv2d, also with `dilations` as rate (tf.compat.v1.nn.depthwise_conv2d)."""
    dilations = _one_of("depthwise_conv2d", "dilations", dilations, "rate", rate)
    return tf.nn.depthwise_conv2d(input, filter, strides, padding, data_format, dilations, name=name)


def max_pool(
    value: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NHWC", name: Any = None, input: Any = None
) -> Any:
    """tf.nn.max_pool2d, also with its input as `input` (tf.compat.v1.nn.max_pool)."""
    return tf.nn.max_pool2d(
        _one_of("max_pool", "value", value, "input", input), ksize, strides, padding, data_format, name
    )


def avg_pool(
    value: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NHWC", name: Any = None, input: Any = None
) -> Any:
    """tf.nn.avg_pool2d, also with its input as `input` (tf.compat.v1.nn.avg_pool)."""
    return tf.nn.avg_pool2d(
        _one_of("avg_pool", "value", value, "input", input), ksize, strides, padding, data_format, name
    )


avg_pool2d = avg_pool


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """tf.nn.softmax, also with `axis` as dim (tf.compat.v1.nn.softmax)."""
    return tf.nn.softmax(logits, _one_of("softmax", "axis", axis, "dim", dim), name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """tf.nn.log_softmax, also with `axis` as dim (tf.compat.v1.nn.log_softmax)."""
    return tf.nn.log_softmax(logits, _one_of("log_softmax", "axis", axis, "dim", dim), name)


def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: Any = None, name: str | None = None, dim: Any = None
) -> Any:
    """tf.nn.softmax_cross_entropy_with_logits: gradients flow into the labels, too."""
    axis = _one_of("softmax_cross_entropy_with_logits_v2", "axis", axis, "dim", dim)
    return tf.nn.softmax_cross_entropy_with_logits(labels, logits, -1 if axis is None else axis, name)


def softmax_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, dim: int = -1, name: str | None = None, axis: Any = None
) -> Any:
    """tf.nn.softmax_cross_entropy_with_logits, of which no gradient flows into the labels.

    ValueError where labels or logits are missing. (tf.compat.v1.nn.softmax_cross_entropy_with_logits)
    """
    if labels is None or logits is None:
        raise ValueError("softmax_cross_entropy_with_logits: both `labels` and `logits` must be provided.")
    labels = tf.stop_gradient(labels)
    return tf.nn.softmax_cross_entropy_with_logits(labels, logits, dim if axis is None else axis, name)


def sparse_softmax_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Any:
    """tf.nn.sparse_softmax_cross_entropy_with_logits; ValueError where labels or logits are missing."""
    if labels is None or logits is None:
        raise ValueError("sparse_softmax_cross_entropy_with_logits: both `labels` and `logits` must be provided.")
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits, name)


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Any:
    """tf.nn.dropout with the share of what is kept, `keep_prob`, or of what is dropped, `rate`.

    ValueError where neither is given. (tf.compat.v1.nn.dropout)
    """
    dropped = None if keep_prob is None else 1.0 - keep_prob
    rate = _one_of("dropout", "rate", rate, "keep_prob", dropped)
    if rate is None:
        raise ValueError(f"`rate` must be specified. Received: rate={rate}")
    return tf.nn.dropout(x, rate, noise_shape, seed, name)


def moments(
    x: Any, axes: Any, shift: Any = None, name: str | None = None, keep_dims: Any = None, keepdims: Any = None
) -> Any:
    """tf.nn.moments, also with `keepdims` as keep_dims (tf.compat.v1.nn.moments); `shift` has no effect."""
    kept = _one_of("moments", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.nn.moments(x, axes, shift, bool(kept), name)


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: Any = None,
) -> Any:
    """tf.nn.embedding_lookup (tf.compat.v1.nn.embedding_lookup); indices are always validated.

    partition_strategy: how ids are spread over several `params`, "mod" in turn, "div" one after another.
    """
    if params is None:
        raise ValueError("params must be specified")
    return tf.nn.embedding_lookup(whole(params, partition_strategy), ids, max_norm, name)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """``matmul(x, weights) + biases`` (tf.compat.v1.nn.xw_plus_b)."""
    return tf.nn.bias_add(tf.matmul(x, weights), biases, name=name)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """``relu(matmul(x, weights) + biases)`` (tf.compat.v1.nn.relu_layer)."""
    return tf.nn.relu(xw_plus_b(x, weights, biases), name=name)


_SHARED = "depth_to_space space_to_batch space_to_depth"
_RNN = "bidirectional_dynamic_rnn dynamic_rnn raw_rnn static_bidirectional_rnn static_rnn static_state_saving_rnn"

_WINDOWS = (
    "conv3d_backprop_filter conv3d_backprop_filter_v2 dilation2d erosion2d fractional_avg_pool fractional_max_pool "
    "quantized_avg_pool quantized_conv2d quantized_max_pool quantized_relu_x"
)

_NAMES = (
    "batch_norm_with_global_normalization conv1d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose "
    "conv3d conv3d_transpose convolution crelu ctc_beam_search_decoder ctc_loss ctc_loss_v2 depthwise_conv2d_native "
    "embedding_lookup_sparse fused_batch_norm in_top_k max_pool_with_argmax nce_loss pool "
    "safe_embedding_lookup_sparse sampled_softmax_loss separable_conv2d sufficient_statistics "
    "weighted_cross_entropy_with_logits weighted_moments"
)

__getattr__ = _module_getattr(
    "tf.compat.v1.nn",
    globals(),
    lazy={
        "rnn_cell": "tfcompat.compat.v1.rnn_cell",
        **{name: f"tfcompat.compat.v1._rnn:{name}" for name in _RNN.split()},
        **{name: f"tfcompat.compat.v1._nn_names:{name}" for name in _NAMES.split()},
        **{name: f"tfcompat.compat.v1._aliases:{name}" for name in _SHARED.split()},
        **{name: f"tfcompat.compat.v1._nn_windows:{name}" for name in _WINDOWS.split()},
    },
)
