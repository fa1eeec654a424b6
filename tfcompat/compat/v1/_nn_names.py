"""Functions of tf.nn with TensorFlow 1's arguments (tf.compat.v1.nn.conv2d_transpose and relatives)."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat import raw_ops
from tfcompat.compat.v1._partitioned import whole
from tfcompat.compat.v1._reductions import one_of


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.conv1d, also with its input as `input` (tf.compat.v1.nn.conv1d); use_cudnn_on_gpu is a hint."""
    value = one_of("conv1d", "value", value, "input", input)
    form = {None: "NWC", "NHWC": "NWC", "NCHW": "NCW"}.get(data_format, data_format)
    return tf.nn.conv1d(value, filters, stride, padding, form, dilations, name)


def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """tf.nn.conv3d, also with `filters` as filter (tf.compat.v1.nn.conv3d)."""
    filters = one_of("conv3d", "filters", filters, "filter", filter)
    return tf.nn.conv3d(input, filters, strides, padding, data_format, list(dilations), name)


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.conv2d_transpose, also with `input` and `filters` (tf.compat.v1.nn.conv2d_transpose)."""
    value = one_of("conv2d_transpose", "value", value, "input", input)
    filters = one_of("conv2d_transpose", "filters", filters, "filter", filter)
    return tf.nn.conv2d_transpose(value, filters, output_shape, strides, padding, data_format, dilations, name)


def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str = "NDHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.conv3d_transpose, also with `input` and `filters` (tf.compat.v1.nn.conv3d_transpose)."""
    value = one_of("conv3d_transpose", "value", value, "input", input)
    filters = one_of("conv3d_transpose", "filters", filters, "filter", filter)
    return tf.nn.conv3d_transpose(value, filters, output_shape, strides, padding, data_format, dilations, name)


def convolution(
    input: Any,
    filter: Any,
    padding: str,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.convolution with the padding before the strides (tf.compat.v1.nn.convolution)."""
    filters = one_of("convolution", "filters", filters, "filter", filter)
    rate = one_of("convolution", "dilations", dilations, "dilation_rate", dilation_rate)
    return tf.nn.convolution(input, filters, strides, padding, data_format, rate, name)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.separable_conv2d with the rate after the padding (tf.compat.v1.nn.separable_conv2d)."""
    rate = one_of("separable_conv2d", "dilations", dilations, "rate", rate)
    return tf.nn.separable_conv2d(
        input, depthwise_filter, pointwise_filter, strides, padding, data_format, rate, name=name
    )


def depthwise_conv2d_native(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Any:
    """tf.nn.depthwise_conv2d with dilations for all dimensions (tf.compat.v1.nn.depthwise_conv2d_native)."""
    rates = list(dilations)[1:3] if data_format == "NHWC" else list(dilations)[2:]
    return tf.nn.depthwise_conv2d(input, filter, strides, padding, data_format, rates, name)


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """The gradient of a convolution for its input (tf.compat.v1.nn.conv2d_backprop_input)."""
    filters = one_of("conv2d_backprop_input", "filters", filters, "filter", filter)
    return raw_ops.Conv2DBackpropInput(
        input_sizes=input_sizes,
        filter=filters,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        dilations=list(dilations),
        name=name,
    )


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Any:
    """The gradient of a convolution for its filter (tf.compat.v1.nn.conv2d_backprop_filter)."""
    return raw_ops.Conv2DBackpropFilter(
        input=input,
        filter_sizes=filter_sizes,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        dilations=list(dilations),
        name=name,
    )


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Any:
    """tf.nn.crelu with the name before the axis (tf.compat.v1.nn.crelu)."""
    return tf.nn.crelu(features, axis, name)


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
    """tf.math.in_top_k with the predictions first (tf.compat.v1.nn.in_top_k)."""
    return tf.math.in_top_k(targets, predictions, k, name)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    Targmax: Any = None,
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> Any:
    """tf.nn.max_pool_with_argmax, also with `output_dtype` as Targmax (tf.compat.v1.nn.max_pool_with_argmax)."""
    kind = one_of("max_pool_with_argmax", "output_dtype", output_dtype, "Targmax", Targmax) or tf.int64
    return tf.nn.max_pool_with_argmax(input, ksize, strides, padding, data_format, kind, include_batch_in_index, name)


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.pool with the padding before the strides (tf.compat.v1.nn.pool)."""
    rate = one_of("pool", "dilations", dilations, "dilation_rate", dilation_rate)
    return tf.nn.pool(input, window_shape, pooling_type, strides, padding, data_format, rate, name)


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Any, Any, Any]:
    """Batch normalization of images: the result, and the mean and variance to keep (fused_batch_norm).

    is_training: by the batch's mean and variance; else by those given. exponential_avg_factor: the batch's share of
    what is to be kept, 1 for the batch's alone. ValueError where mean and variance are missing though they are needed.
    """
    if (not is_training or exponential_avg_factor != 1.0) and (mean is None or variance is None):
        raise ValueError("Both `mean` and `variance` must be a 1D tensor when `is_training` is False.")
    x = tf.convert_to_tensor(x)
    like = tf.zeros_like(tf.convert_to_tensor(scale))
    outputs = raw_ops.FusedBatchNormV3(
        x=x,
        scale=scale,
        offset=offset,
        mean=like if mean is None else mean,
        variance=like if variance is None else variance,
        epsilon=max(epsilon, 1.001e-5),
        exponential_avg_factor=exponential_avg_factor,
        data_format=data_format,
        is_training=is_training,
        name=name,
    )
    return outputs[0], outputs[1], outputs[2]


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: Any = None,
    name: str | None = None,
    input: Any = None,
    mean: Any = None,
    variance: Any = None,
) -> Any:
    """tf.nn.batch_normalization, of `gamma` only where it is to scale (batch_norm_with_global_normalization)."""
    function = "batch_norm_with_global_normalization"
    t = one_of(function, "input", input, "t", t)
    m = one_of(function, "mean", mean, "m", m)
    v = one_of(function, "variance", variance, "v", v)
    return tf.nn.batch_normalization(
        t, m, v, beta, gamma if scale_after_normalization else None, variance_epsilon, name
    )


def sufficient_statistics(
    x: Any, axes: Any, shift: Any = None, keep_dims: Any = None, name: str | None = None, keepdims: Any = None
) -> Any:
    """tf.nn.sufficient_statistics, also with `keepdims` as keep_dims (tf.compat.v1.nn.sufficient_statistics)."""
    kept = one_of("sufficient_statistics", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.nn.sufficient_statistics(x, axes, shift, bool(kept), name)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, name: str | None = None, keep_dims: Any = None, keepdims: Any = None
) -> Any:
    """tf.nn.weighted_moments, also with `keepdims` as keep_dims (tf.compat.v1.nn.weighted_moments)."""
    kept = one_of("weighted_moments", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.nn.weighted_moments(x, axes, frequency_weights, bool(kept), name)


def weighted_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, pos_weight: Any = None, name: str | None = None, targets: Any = None
) -> Any:
    """tf.nn.weighted_cross_entropy_with_logits, also with `labels` as targets."""
    labels = one_of("weighted_cross_entropy_with_logits", "labels", labels, "targets", targets)
    return tf.nn.weighted_cross_entropy_with_logits(labels, logits, pos_weight, name)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Any:
    """tf.nn.nce_loss, of weights that may be in several parts, whose rows follow `partition_strategy` (nce_loss)."""
    return tf.nn.nce_loss(
        whole(weights, partition_strategy),
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        name,
    )


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Any:
    """tf.nn.sampled_softmax_loss, of weights that may be in several parts, whose rows follow `partition_strategy`."""
    return tf.nn.sampled_softmax_loss(
        whole(weights, partition_strategy),
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
        name,
    )


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: Any = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """tf.nn.embedding_lookup_sparse, whose combiner is "mean" where None (embedding_lookup_sparse)."""
    params = whole(params, partition_strategy)
    return tf.nn.embedding_lookup_sparse(
        params, sp_ids, sp_weights, combiner or "mean", max_norm, name, allow_fast_lookup
    )


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str | None = "mean",
    default_id: Any = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: Any = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """tf.nn.safe_embedding_lookup_sparse with the strategy that TensorFlow 1 took (safe_embedding_lookup_sparse)."""
    weights = whole(embedding_weights, partition_strategy)
    return tf.nn.safe_embedding_lookup_sparse(
        weights, sparse_ids, sparse_weights, combiner or "mean", default_id, max_norm, name, allow_fast_lookup
    )


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Any:
    """The CTC loss of sparse labels, whose blank is the last class (tf.compat.v1.nn.ctc_loss)."""
    inputs = one_of("ctc_loss", "logits", logits, "inputs", inputs)
    x = tf.convert_to_tensor(inputs)
    return raw_ops.CTCLoss(
        inputs=x if time_major else tf.transpose(x, [1, 0, 2]),
        labels_indices=labels.indices,
        labels_values=labels.values,
        sequence_length=sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )[0]


def ctc_loss_v2(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Any:
    """tf.nn.ctc_loss (tf.compat.v1.nn.ctc_loss_v2)."""
    return tf.nn.ctc_loss(labels, logits, label_length, logit_length, logits_time_major, unique, blank_index, name)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1, merge_repeated: bool = True
) -> Any:
    """The likeliest paths and their log probabilities, whose blank is the last class (ctc_beam_search_decoder).

    merge_repeated: joins equal neighbours in the paths.
    """
    found = raw_ops.CTCBeamSearchDecoder(
        inputs=inputs,
        sequence_length=sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=merge_repeated,
    )
    return [tf.SparseTensor(*parts) for parts in zip(found[0], found[1], found[2])], found[3]
