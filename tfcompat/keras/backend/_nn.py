"""keras.backend: Keras 2's activations, losses, convolutions, pooling, padding and CTC, over TensorFlow's functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras._state import settings
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.backend._drawing import draws

# ---- activations ----


@draws
def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """x from `threshold` to `max_value`; below, `alpha * (x - threshold)`."""
    above = tf.nn.relu(x) if threshold == 0 else x * tf.cast(tf.greater(x, threshold), x.dtype)
    if max_value is not None:
        above = tf.clip_by_value(above, tf.cast(0, above.dtype), tf.cast(max_value, above.dtype))
    return above - tf.cast(alpha, x.dtype) * tf.nn.relu(threshold - x) if alpha else above


@draws
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha * (exp(x) - 1)."""
    found = tf.nn.elu(x)
    return found if alpha == 1 else tf.where(x > 0, found, alpha * found)


@draws
def softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x) over its sum along `axis`; ValueError for a vector."""
    if x.shape.rank <= 1:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    if isinstance(axis, int):
        output = tf.nn.softmax(x, axis=axis)
    else:
        numbers = tf.exp(x - tf.reduce_max(x, axis=axis, keepdims=True))
        output = numbers / tf.reduce_sum(numbers, axis=axis, keepdims=True)
    output._keras_logits = x
    return output


@draws
def softplus(x: Any) -> Any:
    """log(exp(x) + 1)."""
    return tf.math.softplus(x)


@draws
def softsign(x: Any) -> Any:
    """x / (|x| + 1)."""
    return tf.math.softsign(x)


@draws
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x))."""
    return tf.sigmoid(x)


@draws
def hard_sigmoid(x: Any) -> Any:
    """0.2 * x + 0.5, cut off at 0 and 1."""
    return tf.clip_by_value(x * tf.cast(0.2, x.dtype) + tf.cast(0.5, x.dtype), 0.0, 1.0)


@draws
def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return tf.tanh(x)


@draws
def l2_normalize(x: Any, axis: Any = None) -> Any:
    """x divided by its Euclidean norm along `axis`."""
    return tf.math.l2_normalize(x, axis=axis)


@draws
def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target class is among the k largest predictions of its row."""
    return tf.math.in_top_k(targets, predictions, k)


@draws
def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 0.001
) -> Any:
    """(x - mean) / sqrt(var + epsilon) * gamma + beta."""
    return tf.nn.batch_normalization(x, mean, var, beta, gamma, epsilon)


@draws
def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 0.001
) -> tuple[Any, Any, Any]:
    """x normalized over `reduction_axes`, and the mean and the variance that it was normalized with."""
    mean, variance = tf.nn.moments(x, reduction_axes, keepdims=True)
    around = [1 if i in reduction_axes else d for i, d in enumerate(x.shape)]
    scale, shift = (None if p is None else tf.reshape(p, around) for p in (gamma, beta))
    normed = tf.nn.batch_normalization(x, mean, variance, shift, scale, epsilon)
    return normed, tf.squeeze(mean, list(reduction_axes)), tf.squeeze(variance, list(reduction_axes))


@draws
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """x plus a bias: one number a channel, or one for every place of a sample. ValueError for other ranks."""
    first = standardize_data_format(data_format) == "channels_first"
    ranks = len(x.shape), len(bias.shape)
    if ranks[1] not in (1, ranks[0] - 1):
        raise ValueError(f"Unexpected bias dimensions {ranks[1]}. Expected it to be 1 or {ranks[0] - 1} dimensions")
    if ranks[1] == 1:
        return tf.nn.bias_add(x, bias, data_format="NCHW" if first else "NHWC")
    shape = tuple(bias.shape)
    return x + tf.reshape(bias, (1, shape[-1], *shape[:-1]) if first else (1, *shape))


# ---- losses ----


def _clipped(output: Any) -> Any:
    tiny = tf.convert_to_tensor(settings.epsilon, output.dtype)
    return tf.clip_by_value(output, tiny, 1.0 - tiny)


@draws
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of probabilities (or logits) with labels in [0, 1], elementwise."""
    target, output = tf.convert_to_tensor(target), tf.convert_to_tensor(output)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output)
    p = _clipped(output)
    tiny = settings.epsilon
    return -(target * tf.math.log(p + tiny) + (1 - target) * tf.math.log(1 - p + tiny))


@draws
def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Any:
    """`binary_crossentropy` times (1 - p)^gamma, p being the probability of the label; balanced with `alpha`."""
    p = tf.sigmoid(output) if from_logits else output
    right = target * p + (1 - target) * (1 - p)
    loss = tf.pow(1.0 - right, gamma) * binary_crossentropy(target, output, from_logits)
    return (target * alpha + (1 - target) * (1 - alpha)) * loss if apply_class_balancing else loss


def _alike(target: Any, output: Any) -> tuple[Any, Any]:
    target, output = tf.convert_to_tensor(target), tf.convert_to_tensor(output)
    target.shape.assert_is_compatible_with(output.shape)
    return target, output


@draws
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """The cross-entropy of probabilities (or logits) with distributions along `axis`; ValueError for other shapes."""
    target, output = _alike(target, output)
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=target, logits=output, axis=axis)
    p = _clipped(output / tf.reduce_sum(output, axis, True))
    return -tf.reduce_sum(target * tf.math.log(p), axis)


@draws
def categorical_focal_crossentropy(
    target: Any, output: Any, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, axis: int = -1
) -> Any:
    """`categorical_crossentropy` times alpha * (1 - p)^gamma, summed over `axis`."""
    target, output = _alike(target, output)
    output = tf.nn.softmax(output, axis=axis) if from_logits else output
    p = _clipped(output / tf.reduce_sum(output, axis=axis, keepdims=True))
    return tf.reduce_sum(tf.pow(1.0 - p, gamma) * alpha * -target * tf.math.log(p), axis=axis)


@draws
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1, ignore_class: int | None = None
) -> Any:
    """The cross-entropy of probabilities (or logits) with class numbers; 0 where the class is `ignore_class`."""
    target, output = tf.cast(target, tf.int64), tf.convert_to_tensor(output)
    logits = output if from_logits else tf.math.log(_clipped(output))
    axis %= logits.shape.rank
    if axis != logits.shape.rank - 1:
        logits = tf.transpose(logits, [*(i for i in range(logits.shape.rank) if i != axis), axis])
    shape = tf.shape(logits)[:-1]
    flat = tf.reshape(target, [-1])
    valid = None if ignore_class is None else tf.not_equal(flat, ignore_class)
    labels = flat if valid is None else tf.where(valid, flat, tf.zeros_like(flat))
    rows = tf.reshape(logits, [-1, logits.shape[-1]])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=rows)
    if valid is None:
        return tf.reshape(loss, shape if logits.shape.rank >= 3 or target.shape.rank == 1 else [-1])
    loss = tf.reshape(tf.where(valid, loss, tf.zeros_like(loss)), shape)
    loss._keras_mask = tf.reshape(valid, shape)
    return loss


# ---- convolutions and pooling ----


def _padding(padding: str) -> str:
    if padding not in ("same", "valid"):
        raise ValueError(f"Invalid padding: {padding}")
    return padding.upper()


def _layout(data_format: str | None, rank: int) -> tuple[bool, str]:
    """Whether channels come first, and TensorFlow's name of the layout."""
    first = standardize_data_format(data_format) == "channels_first"
    spatial = "DHW"[-rank:] if rank > 1 else "W"
    return first, f"NC{spatial}" if first else f"N{spatial}C"


def _convolved(
    x: Any, kernel: Any, strides: Any, padding: str, data_format: str | None, dilations: Any, rank: int
) -> Any:
    _, layout = _layout(data_format, rank)
    return tf.nn.convolution(
        x, kernel, strides=strides, padding=_padding(padding), data_format=layout, dilations=dilations
    )


@draws
def conv1d(
    x: Any,
    kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """The convolution along one axis; padding "same", "valid" or "causal"."""
    if padding == "causal":
        x, padding = temporal_padding(x, (dilation_rate * (kernel.shape[0] - 1), 0)), "valid"
    return _convolved(x, kernel, strides, padding, data_format, dilation_rate, 1)


@draws
def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The convolution of images."""
    return _convolved(x, kernel, strides, padding, data_format, dilation_rate, 2)


@draws
def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """The convolution of volumes."""
    return _convolved(x, kernel, strides, padding, data_format, dilation_rate, 3)


@draws
def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The transposed convolution of images; ValueError for two different dilation rates."""
    first, layout = _layout(data_format, 2)
    shape = [tf.shape(x)[i] if d is None else d for i, d in enumerate(output_shape)]
    if tuple(dilation_rate) == (1, 1):
        return tf.nn.conv2d_transpose(
            x, kernel, tf.stack(shape), list(strides), padding=_padding(padding), data_format=layout
        )
    if dilation_rate[0] != dilation_rate[1]:
        raise ValueError(f"The 2 `dilation_rate`s must be equal. Received: dilation_rate={dilation_rate}")
    if first:
        x, shape = tf.transpose(x, (0, 2, 3, 1)), [shape[0], shape[2], shape[3], shape[1]]
    out = tf.nn.atrous_conv2d_transpose(x, kernel, tf.stack(shape), rate=dilation_rate[0], padding=_padding(padding))
    return tf.transpose(out, (0, 3, 1, 2)) if first else out


def _four(first: bool, pair: Any) -> list[int]:
    return [1, 1, *pair] if first else [1, *pair, 1]


@draws
def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The convolution of each channel of images by itself."""
    first, layout = _layout(data_format, 2)
    return tf.nn.depthwise_conv2d(
        x,
        depthwise_kernel,
        strides=_four(first, strides),
        padding=_padding(padding),
        data_format=layout,
        dilations=dilation_rate,
    )


@draws
def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """`depthwise_conv2d`, and then a mix of the channels of each pixel."""
    if len(strides) != 2:
        raise ValueError(f"`strides` must be a tuple of 2 integers. Received: strides={strides}")
    first, layout = _layout(data_format, 2)
    return tf.nn.separable_conv2d(
        x,
        depthwise_kernel,
        pointwise_kernel,
        strides=_four(first, strides),
        padding=_padding(padding),
        data_format=layout,
        dilations=dilation_rate,
    )


def _pooled(x: Any, size: Any, strides: Any, padding: str, data_format: str | None, mode: str, rank: int) -> Any:
    for name, value in (("pool_size", size), ("strides", strides)):
        if len(value) != rank:
            raise ValueError(f"`{name}` must be a tuple of {rank} integers. Received: {name}={value}")
    if mode not in ("max", "avg"):
        raise ValueError(f"Invalid pooling mode: {mode}")
    _, layout = _layout(data_format, rank)
    function = tf.nn.max_pool if mode == "max" else tf.nn.avg_pool
    return function(x, list(size), list(strides), _padding(padding), data_format=layout)


@draws
def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The maximum ("max") or the mean ("avg") of windows in images."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode, 2)


@draws
def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The maximum ("max") or the mean ("avg") of windows in volumes."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode, 3)


# ---- padding and resizing ----


@draws
def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """Sequences with zeros before and after their steps."""
    if len(padding) != 2:
        raise ValueError(f"Expected `padding` to be a tuple of 2 integers. Received: padding={padding}")
    return tf.pad(x, [[0, 0], list(padding), [0, 0]])


def _padded(x: Any, padding: Any, data_format: str | None, rank: int) -> Any:
    if len(padding) != rank or [p for p in padding if len(p) != 2]:
        raise ValueError(
            f"Expected `padding` to be a tuple of {rank} tuples of 2 integers. Received: padding={padding}"
        )
    first, _ = _layout(data_format, rank)
    spatial = [list(p) for p in padding]
    return tf.pad(x, [[0, 0], [0, 0], *spatial] if first else [[0, 0], *spatial, [0, 0]])


@draws
def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Images with zeros around them."""
    return _padded(x, padding, data_format, 2)


@draws
def spatial_3d_padding(x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Volumes with zeros around them."""
    return _padded(x, padding, data_format, 3)


@draws
def resize_images(
    x: Any, height_factor: int, width_factor: int, data_format: str, interpolation: str = "nearest"
) -> Any:
    """Images that are larger by whole factors."""
    from tfcompat.keras.ops.image import resize

    first, _ = _layout(data_format, 2)
    height, width = x.shape[2:4] if first else x.shape[1:3]
    x = x if interpolation == "nearest" else tf.cast(x, tf.float32)
    return resize(x, (height * height_factor, width * width_factor), interpolation, data_format=data_format)


@draws
def resize_volumes(x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str) -> Any:
    """Volumes whose elements are repeated along each axis."""
    first, _ = _layout(data_format, 3)
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), 2 if first else 1):
        x = tf.repeat(x, factor, axis=axis)
    return x


# ---- CTC ----


@draws
def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> Any:
    """The labels (batch, length) as a tf.SparseTensor of those within the rows' lengths."""
    mask = tf.range(tf.shape(labels)[1])[tf.newaxis, :] < tf.cast(label_lengths, tf.int32)[:, tf.newaxis]
    places = tf.where(mask)
    return tf.SparseTensor(places, tf.gather_nd(labels, places), tf.cast(tf.shape(labels), tf.int64))


@draws
def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """The CTC loss of probabilities (batch, time, classes), whose last class is the blank, for labels; (batch, 1).

    input_length, label_length: the lengths of the rows, (batch, 1).
    """
    logits = tf.math.log(y_pred + settings.epsilon)
    loss = tf.nn.ctc_loss(
        tf.cast(y_true, tf.int32),
        logits,
        label_length=tf.cast(tf.squeeze(label_length, axis=-1), tf.int32),
        logit_length=tf.cast(tf.squeeze(input_length, axis=-1), tf.int32),
        logits_time_major=False,
        blank_index=-1,
    )
    return tf.expand_dims(loss, 1)


@draws
def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """The labels that probabilities (batch, time, classes) spell, -1 after their end, as a list, and their scores."""
    scores = tf.math.log(tf.transpose(y_pred, perm=[1, 0, 2]) + settings.epsilon)
    lengths = tf.cast(input_length, tf.int32)
    if greedy:
        found, total = tf.nn.ctc_greedy_decoder(scores, lengths)
    else:
        found, total = tf.nn.ctc_beam_search_decoder(scores, lengths, beam_width=beam_width, top_paths=top_paths)
    shape = tuple(y_pred.shape[:2])
    rows = [tf.sparse.to_dense(tf.SparseTensor(s.indices, s.values, shape), default_value=-1) for s in found]
    return rows if greedy else [_merged(r) for r in rows], total


def _merged(labels: Any) -> Any:
    """Rows of labels, -1 after their end, with one label for equal neighbours."""
    merged, lengths = tf.nn.collapse_repeated(labels, tf.reduce_sum(tf.cast(labels >= 0, tf.int32), axis=1))
    merged = tf.where(tf.sequence_mask(lengths, tf.shape(merged)[1]), merged, tf.constant(-1, merged.dtype))
    return tf.pad(merged, [[0, 0], [0, labels.shape[1] - tf.shape(merged)[1]]], constant_values=-1)
