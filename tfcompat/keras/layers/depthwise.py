"""Convolution layers in which each channel has filters of its own."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version, ops
from tfcompat.keras.layers.convolutional import Windowed, positive
from tfcompat.keras.ops import _nn_windows as kernels
from tfcompat.keras.ops._window_shapes import convolved


class _Depthwise(Windowed):
    """activation(each channel convolved with filters of its own + bias)."""

    _parts = ("depthwise", "bias")

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier = depth_multiplier
        self._take_window(kernel_size, strides, padding, data_format, dilation_rate)
        self._take(given)
        positive(depth_multiplier, "depth_multiplier")

    def build(self, input_shape: Any) -> None:
        """Makes the kernel [window..., channels, multiplier] and the bias [channels * multiplier]."""
        channels = self._channels_of(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self._add("depthwise", shape, name="depthwise_kernel" if _version.is_legacy() else "kernel")
        self.bias = self._add("bias", (self.depth_multiplier * channels,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        """The outputs, with `depth_multiplier` channels for each of the inputs'."""
        outputs = kernels.depthwise_convolved(
            inputs, self.kernel, self.bias, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        return self._activated(outputs)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The outputs' shape; ValueError where nothing would be left."""
        filters = self.depth_multiplier * self._channels(input_shape)
        window = (self.kernel_size, self.strides, self.padding, self.data_format, self.dilation_rate)
        return convolved(input_shape, filters, *window)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            **self._window_config(),
            **self._activation_config(),
            **self._parts_config(),
        }


class DepthwiseConv1D(_Depthwise, rank=1):
    """Each channel of sequences convolved with `depth_multiplier` filters (tf.keras.layers.DepthwiseConv1D).

    kernel_size: the window. padding: "valid" or "same". data_format: "channels_last" or "channels_first". ValueError
    for others.
    """


class DepthwiseConv2D(_Depthwise, rank=2):
    """Each channel of images convolved with `depth_multiplier` filters (tf.keras.layers.DepthwiseConv2D)."""


class _Separable(Windowed):
    """activation(a depthwise convolution whose channels a pointwise one mixes + bias)."""

    _parts = ("depthwise", "pointwise", "bias")

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier, self.filters = depth_multiplier, filters
        self._take_window(kernel_size, strides, padding, data_format, dilation_rate)
        self._take(given)
        positive(depth_multiplier, "depth_multiplier")
        positive(filters, "filters")

    def build(self, input_shape: Any) -> None:
        """Makes the kernels [window..., channels, multiplier] and [1..., channels * multiplier, filters], the bias."""
        channels = self._channels_of(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = self._add("depthwise", shape, name="depthwise_kernel")
        shape = (*(1,) * self.rank, channels * self.depth_multiplier, self.filters)
        self.pointwise_kernel = self._add("pointwise", shape, name="pointwise_kernel")
        self.bias = self._add("bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        """The outputs, with `filters` channels."""
        deep = ops.depthwise_conv(
            inputs, self.depthwise_kernel, self.strides, self.padding, self.data_format, self.dilation_rate
        )
        outputs = kernels.convolved(deep, self.pointwise_kernel, self.bias, 1, "valid", self.data_format, 1)
        return self._activated(outputs)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The outputs' shape; ValueError where nothing would be left."""
        window = (self.kernel_size, self.strides, self.padding, self.data_format, self.dilation_rate)
        return convolved(input_shape, self.filters, *window)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            "filters": self.filters,
            **self._window_config(),
            **self._activation_config(),
            **self._parts_config(),
        }


class SeparableConv1D(_Separable, rank=1):
    """A depthwise convolution over sequences, then one that mixes channels (tf.keras.layers.SeparableConv1D).

    filters: the channels of the outputs. depth_multiplier: how many filters each channel has in between. ValueError
    for others.
    """


class SeparableConv2D(_Separable, rank=2):
    """A depthwise convolution over images, then one that mixes channels (tf.keras.layers.SeparableConv2D)."""


SeparableConvolution1D, SeparableConvolution2D = SeparableConv1D, SeparableConv2D
