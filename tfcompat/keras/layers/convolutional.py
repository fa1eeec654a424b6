"""Convolution layers of one to three dimensions, and transposed ones."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version, ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers._weighted import Adapted, Weighted, show_rank
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops import _nn_windows as kernels
from tfcompat.keras.ops._window_shapes import convolved, padding_of, transposed, tuple_of
from tfcompat.nn.convolutions import biased_convolution
from tfcompat.nn.normalization import bias_add

SHOWN = ("strides", "dilation_rate")


class Windowed(Weighted):
    """What layers that slide windows share: their window's arguments, and where the channels are.

    rank: the number of spatial dimensions.
    """

    rank = 0

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if rank is not None:
            cls.rank = rank
            if rank > 1:
                show_rank(cls, rank, SHOWN)

    def _take_window(
        self, kernel_size: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any, causal: bool = False
    ) -> None:
        self.kernel_size = tuple_of(kernel_size, self.rank, "kernel_size")
        self.strides = tuple_of(strides, self.rank, "strides")
        self.dilation_rate = tuple_of(dilation_rate, self.rank, "dilation_rate")
        self.padding = padding_of(padding, causal)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def _refuse_strides_with_dilation(self) -> None:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                f"strides={self.strides} and dilation_rate={self.dilation_rate}"
            )

    def _channels(self, shape: Any) -> Any:
        return shape[-1 if self.data_format == "channels_last" else 1]

    def _channels_of(self, input_shape: Any) -> int:
        """The inputs' channels, which later inputs must have too; TypeError where they are not known."""
        axis = -1 if self.data_format == "channels_last" else -1 - self.rank if _version.is_legacy() else 1
        channels = input_shape[axis]
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        if channels is None and _version.is_legacy():
            raise ValueError(
                "The channel dimension of the inputs should be defined. The input_shape received is "
                f"{tuple(input_shape)}, where axis {axis} (0-based) is the channel dimension, which found to be `None`."
            )
        if channels is None:
            raise TypeError(
                f"The channels (axis {axis}) of the inputs to {type(self).__name__} must have a known size. Received: "
                f"input_shape={tuple(input_shape)}"
            )
        return channels

    def _window_config(self) -> dict[str, Any]:
        return {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }


def positive(value: Any, name: str) -> Any:
    """`value`; ValueError, which names the argument, where it is not over 0."""
    if value is not None and value <= 0:
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected a strictly positive value. Received {name}={value}."
        )
    return value


class _Convolution(Windowed, Adapted):
    """activation(the convolution of the inputs with a kernel + bias)."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        lora = kwargs.pop("lora_rank", None), kwargs.pop("lora_alpha", None)
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if isinstance(filters, float) and _version.is_legacy():
            filters = int(filters)
        self.filters, self.groups = filters, groups
        self._take_window(kernel_size, strides, padding, data_format, dilation_rate, causal=self.rank == 1)
        self._take(given)
        self._take_lora(*lora)
        positive(filters, "filters")
        if groups <= 0:
            raise ValueError(f"The number of groups must be a positive integer. Received: groups={groups}.")
        if filters is not None and filters % groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. Received: "
                f"groups={groups}, filters={filters}."
            )
        self._refuse_strides_with_dilation()

    def build(self, input_shape: Any) -> None:
        """Makes the kernel [window..., channels / groups, filters] and the bias [filters]."""
        channels = self._channels_of(input_shape)
        if channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. Received "
                f"groups={self.groups}, but the input has {channels} channels (full input shape is {input_shape})."
            )
        self.compute_output_shape(input_shape)
        self._kernel = self._add("kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self.bias = self._add("bias", (self.filters,)) if self.use_bias else None
        if self.lora_rank:
            self.enable_lora(self.lora_rank, lora_alpha=self.lora_alpha)

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution with a kernel, without bias and activation; subclasses may override it."""
        return ops.conv(inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)

    def _convolved(self, inputs: Any) -> Any:
        """The convolution plus the bias, in one kernel."""
        if self.padding != "causal":
            return kernels.convolved(
                inputs, self.kernel, self.bias, self.strides, self.padding, self.data_format, self.dilation_rate
            )
        before = [(self.kernel_size[0] - 1) * self.dilation_rate[0], 0]
        pads = [[0, 0], before, [0, 0]] if self.data_format == "channels_last" else [[0, 0], [0, 0], before]
        words = kernels.tf_format(self.data_format, len(inputs.shape))
        return biased_convolution(inputs, self.kernel, self.bias, self.strides, pads, words, self.dilation_rate)

    def call(self, inputs: Any) -> Any:
        """The outputs, with `filters` channels."""
        more = self._batch_axes(inputs.shape)
        if more:
            sizes = ops.shape(inputs)
            outputs = self.call(ops.reshape(inputs, (-1, *sizes[more + 1 :])))
            return ops.reshape(outputs, (*sizes[: more + 1], *ops.shape(outputs)[1:]))
        if type(self).convolution_op is _Convolution.convolution_op:
            return self._activated(self._convolved(inputs))
        outputs = self.convolution_op(inputs, self.kernel)
        if self.bias is not None:
            outputs = bias_add(outputs, self.bias, kernels.tf_format(self.data_format, self.rank + 2))
        return self._activated(outputs)

    def _batch_axes(self, shape: Any) -> int:
        """How many axes there are beside the batch's: Keras 2 takes any number, Keras 3 none."""
        return max(len(shape) - self.rank - 2, 0) if _version.is_legacy() else 0

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The outputs' shape; ValueError where nothing would be left."""
        more = self._batch_axes(input_shape)
        window = (self.kernel_size, self.strides, self.padding, self.data_format, self.dilation_rate)
        try:
            return (*input_shape[:more], *convolved(input_shape[more:], self.filters, *window))
        except ValueError:
            if not _version.is_legacy():
                raise
            raise ValueError(
                f"One of the dimensions in the output is <= 0 due to downsampling in {self.name}. Consider increasing "
                f"the input size. Received input shape {list(input_shape)} which would produce output shape with a "
                "zero or negative value in a dimension."
            ) from None

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "filters": self.filters,
            **self._window_config(),
            "groups": self.groups,
            **self._activation_config(),
            **self._parts_config(),
            **self._lora_config(),
        }


class Conv1D(_Convolution, rank=1):
    """A convolution over sequences (tf.keras.layers.Conv1D).

    filters: the channels of the outputs. kernel_size: the window. strides, dilation_rate: ints, not both over 1.
    padding: "valid", "same" or "causal", where outputs depend on no later inputs. groups: input channels and filters
    are cut into so many parts, convolved apart. lora_rank, lora_alpha: as `enable_lora`'s. ValueError for others.
    """


class Conv2D(_Convolution, rank=2):
    """A convolution over images (tf.keras.layers.Conv2D); arguments as Conv1D's, one number or one a dimension.

    Inputs are [batch, height, width, channels], or channels second where `data_format` is "channels_first".
    """


class Conv3D(_Convolution, rank=3):
    """A convolution over volumes (tf.keras.layers.Conv3D); arguments as Conv2D's."""


class _Transposed(Windowed):
    """activation(the transposed convolution of the inputs with a kernel + bias)."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self._take_window(kernel_size, strides, padding, data_format, dilation_rate)
        self.output_padding = (
            None if output_padding is None else tuple_of(output_padding, self.rank, "output_padding", allow_zero=True)
        )
        self._take(given)
        positive(filters, "filters")
        for i, (extra, stride) in enumerate(zip(self.output_padding or (), self.strides)):
            if extra >= stride:
                raise ValueError(
                    f"`output_padding` must be strictly less than `strides` for all dimensions. At dimension {i}, "
                    f"`output_padding` is {extra} but `strides` is {stride}. Received: "
                    f"output_padding={self.output_padding}, strides={self.strides}"
                )
        self._refuse_strides_with_dilation()

    def build(self, input_shape: Any) -> None:
        """Makes the kernel [window..., filters, channels] and the bias [filters]."""
        channels = self._channels_of(input_shape)
        self.kernel = self._add("kernel", (*self.kernel_size, self.filters, channels))
        self.bias = self._add("bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Any) -> Any:
        """The outputs, with `filters` channels and, as a rule, `strides` times the inputs' sizes."""
        outputs = ops.conv_transpose(
            inputs,
            self.kernel,
            list(self.strides),
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )
        if self.bias is not None:
            outputs = bias_add(outputs, self.bias, kernels.tf_format(self.data_format, self.rank + 2))
        return self._activated(outputs)

    def compute_output_shape(self, input_shape: Any) -> list[Any]:
        """The outputs' shape."""
        return transposed(
            input_shape,
            self.filters,
            self.kernel_size,
            self.strides,
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        window = self._window_config()
        return {
            **super().get_config(),
            "filters": self.filters,
            **{key: window[key] for key in ("kernel_size", "strides", "padding")},
            "output_padding": self.output_padding,
            **{key: window[key] for key in ("data_format", "dilation_rate")},
            **self._activation_config(),
            **self._parts_config(),
        }


class Conv1DTranspose(_Transposed, rank=1):
    """What a convolution over sequences does to gradients, as a layer that enlarges (tf.keras.layers.Conv1DTranspose).

    filters: the channels of the outputs. strides: how many times the outputs are longer. output_padding: how many
    elements they have more than the least, below `strides`; None for as many as make them `strides` times as long.
    """


class Conv2DTranspose(_Transposed, rank=2):
    """A transposed convolution over images (tf.keras.layers.Conv2DTranspose); arguments as Conv1DTranspose's."""


class Conv3DTranspose(_Transposed, rank=3):
    """A transposed convolution over volumes (tf.keras.layers.Conv3DTranspose); arguments as Conv1DTranspose's, though
    data_format comes before output_padding.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: Any = None,
        dilation_rate: Any = (1, 1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs", "__class__")}
        super().__init__(**given, **kwargs)


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose = (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
