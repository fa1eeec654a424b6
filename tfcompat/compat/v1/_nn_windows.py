"""tf.compat.v1.nn's functions of windows that took other arguments in TensorFlow 1, and those of quantized tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat import raw_ops
from tfcompat.compat.v1._reductions import one_of


def dilation2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """tf.nn.dilation2d of NHWC images, also with `filters` and `dilations` (tf.compat.v1.nn.dilation2d)."""
    filter = one_of("dilation2d", "filters", filters, "filter", filter)
    rates = one_of("dilation2d", "dilations", dilations, "rates", rates)
    return tf.nn.dilation2d(input, filter, strides, padding, "NHWC", rates, name)


def erosion2d(value: Any, kernel: Any, strides: Any, rates: Any, padding: Any, name: str | None = None) -> Any:
    """tf.nn.erosion2d of NHWC images (tf.compat.v1.nn.erosion2d)."""
    return tf.nn.erosion2d(value, kernel, strides, padding, "NHWC", rates, name)


def fractional_max_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """tf.nn.fractional_max_pool of four ratios, seeded by two numbers (tf.compat.v1.nn.fractional_max_pool)."""
    return raw_ops.FractionalMaxPool(
        value=value,
        pooling_ratio=pooling_ratio,
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=deterministic,
        seed=seed,
        seed2=seed2,
        name=name,
    )


def fractional_avg_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """tf.nn.fractional_avg_pool of four ratios, seeded by two numbers (tf.compat.v1.nn.fractional_avg_pool)."""
    return raw_ops.FractionalAvgPool(
        value=value,
        pooling_ratio=pooling_ratio,
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=deterministic,
        seed=seed,
        seed2=seed2,
        name=name,
    )


def conv3d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Sequence[int],
    padding: str,
    data_format: str = "NDHWC",
    dilations: Sequence[int] = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Any:
    """What tf.nn.conv3d hands on to its filter, of sizes `filter_sizes` (tf.compat.v1.nn.conv3d_backprop_filter)."""
    return raw_ops.Conv3DBackpropFilterV2(
        input=input,
        filter_sizes=filter_sizes,
        out_backprop=out_backprop,
        strides=list(strides),
        padding=padding,
        data_format=data_format,
        dilations=list(dilations),
        name=name,
    )


conv3d_backprop_filter_v2 = conv3d_backprop_filter


def quantized_avg_pool(
    input: Any, min_input: Any, max_input: Any, ksize: Any, strides: Any, padding: str, name: str | None = None
) -> Any:
    """The means of windows of quantized images, and their range (tf.compat.v1.nn.quantized_avg_pool)."""
    return raw_ops.QuantizedAvgPool(
        input=input,
        min_input=min_input,
        max_input=max_input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        name=name,
    )


def quantized_max_pool(
    input: Any, min_input: Any, max_input: Any, ksize: Any, strides: Any, padding: str, name: str | None = None
) -> Any:
    """The largest of windows of quantized images, and their range (tf.compat.v1.nn.quantized_max_pool)."""
    return raw_ops.QuantizedMaxPool(
        input=input,
        min_input=min_input,
        max_input=max_input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        name=name,
    )


def quantized_conv2d(
    input: Any,
    filter: Any,
    min_input: Any,
    max_input: Any,
    min_filter: Any,
    max_filter: Any,
    strides: Any,
    padding: str,
    out_type: Any = tf.qint32,
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Any:
    """The convolution of quantized images and filters, and its range (tf.compat.v1.nn.quantized_conv2d)."""
    return raw_ops.QuantizedConv2D(
        input=input,
        filter=filter,
        min_input=min_input,
        max_input=max_input,
        min_filter=min_filter,
        max_filter=max_filter,
        strides=strides,
        padding=padding,
        out_type=out_type,
        dilations=list(dilations),
        name=name,
    )


def quantized_relu_x(
    features: Any,
    max_value: Any,
    min_features: Any,
    max_features: Any,
    out_type: Any = tf.quint8,
    name: str | None = None,
) -> Any:
    """Quantized features between 0 and `max_value`, and their range (tf.compat.v1.nn.quantized_relu_x)."""
    return raw_ops.QuantizedReluX(
        features=features,
        max_value=max_value,
        min_features=min_features,
        max_features=max_features,
        out_type=out_type,
        name=name,
    )
