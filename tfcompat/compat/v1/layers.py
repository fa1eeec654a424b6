"""tf.compat.v1.layers: layers whose variables `get_variable` makes, as functions and as classes.

Besides what each class says, all take TensorFlow's arguments: `activation`, a function or a name that Keras knows;
initializers, regularizers and constraints of the variables; `trainable` and `name`, see `Layer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat import _names
from tfcompat.compat.v1._initializers import Ones, Zeros
from tfcompat.compat.v1._layer import Layer, functional

_ZEROS, _ONES = Zeros(), Ones()


def _refuse(layer: str, **given: Any) -> None:
    for argument, value in given.items():
        if value:
            raise NotImplementedError(f"tf.compat.v1.layers.{layer}: {argument}={value!r} is not in tfcompat.")


def _many(value: Any, rank: int, argument: str) -> list[int]:
    if isinstance(value, int):
        return [value] * rank
    found = [int(v) for v in value]
    if len(found) != rank:
        raise ValueError(f"The `{argument}` argument must be a tuple of {rank} integers. Received: {value!r}.")
    return found


def _known(size: Any, layer: str) -> int:
    if size is None:
        raise ValueError(f"The channel dimension of the inputs to `{layer}` should be defined. Found `None`.")
    return int(size)


def _format(rank: int, data_format: str) -> str:
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"The `data_format` argument must be one of 'channels_first', 'channels_last'. Received: {data_format}."
        )
    spatial = "DHW"[3 - rank :]
    return f"N{spatial}C" if data_format == "channels_last" else f"NC{spatial}"


class Dense(Layer):
    """``activation(inputs @ kernel + bias)``, over the last dimension (tf.compat.v1.layers.Dense).

    units: the size of the outputs' last dimension.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        self.units, self.activation, self.use_bias = int(units), activation, use_bias
        self._kernel = kernel_initializer, kernel_regularizer, None, kernel_constraint
        self._bias = bias_initializer, bias_regularizer, None, bias_constraint
        self._activity = activity_regularizer

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` and `bias`; ValueError where the inputs' last dimension is not known."""
        size = input_shape[-1] if input_shape.rank is not None else None
        if size is None:
            raise ValueError("The last dimension of the inputs to a Dense layer should be defined. Found None.")
        self.kernel = self.add_weight("kernel", [int(size), self.units], None, *self._kernel)
        self.bias = self.add_weight("bias", [self.units], None, *self._bias) if self.use_bias else None

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        x = inputs if inputs.dtype is self._dtype else tf.cast(inputs, self._dtype)
        if inputs.shape.rank == 2:
            outputs = tf.matmul(x, self.kernel)
        else:
            outputs = tf.tensordot(x, self.kernel, [[inputs.shape.rank - 1], [0]])
        return self._ended(outputs if self.bias is None else tf.nn.bias_add(outputs, self.bias))

    def _ended(self, outputs: Any) -> Any:
        outputs = self.activated(outputs)
        _add_activity(self, self._activity, outputs)
        return outputs


def _add_activity(layer: Layer, regularizer: Any, outputs: Any) -> None:
    if regularizer is not None:
        loss = regularizer(outputs)
        layer._losses.append(loss)
        tf.compat.v1.add_to_collection(tf.compat.v1.GraphKeys.REGULARIZATION_LOSSES, loss)


class Dropout(Layer):
    """Sets the share `rate` of the inputs to 0, and scales the others up, in training (tf.compat.v1.layers.Dropout).

    noise_shape: of the decisions, the inputs' where None. seed: of the random numbers.
    """

    def __init__(
        self, rate: Any = 0.5, noise_shape: Any = None, seed: int | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The outputs. training: a bool, or a tensor with one."""
        return _where_training(
            training,
            lambda: tf.nn.dropout(inputs, self.rate, self.noise_shape, self.seed),
            lambda: tf.identity(inputs),
        )


def _where_training(training: Any, yes: Any, no: Any) -> Any:
    if isinstance(training, tf.Tensor) or hasattr(training, "_storage"):
        return tf.cond(tf.cast(training, tf.bool), yes, no)
    return yes() if training else no()


class Flatten(Layer):
    """Rows of all that is in an example (tf.compat.v1.layers.Flatten).

    data_format: "channels_first" moves the channels to the end before.
    """

    def __init__(self, data_format: str = "channels_last", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format
        _format(2, data_format)

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        shape = inputs.shape
        if self.data_format == "channels_first" and shape.rank and shape.rank > 2:
            inputs = tf.transpose(inputs, [0, *range(2, shape.rank), 1])
            shape = inputs.shape
        if shape.rank is not None and shape[1:].is_fully_defined():
            return tf.reshape(inputs, [-1, shape[1:].num_elements()])
        return tf.reshape(inputs, [tf.shape(inputs)[0], -1])


class _Conv(Layer):
    """Convolutions over `rank` spatial dimensions."""

    rank = 2
    shared = ("kernel", "bias")

    def __init__(self, filters: int, kernel_size: Any, strides: Any, padding: str, data_format: str, **rest: Any):
        super().__init__(**rest)
        self.filters = filters
        self.kernel_size = _many(kernel_size, self.rank, "kernel_size")
        self.strides = _many(strides, self.rank, "strides")
        if padding.lower() not in ("valid", "same"):
            raise ValueError(f"The `padding` argument must be one of 'valid', 'same'. Received: {padding}.")
        self.padding, self.data_format = padding.upper(), _format(self.rank, data_format)
        self.dilation_rate = [1] * self.rank

    def _channels(self, input_shape: Any) -> int:
        return _known(input_shape[-1 if self.data_format[-1] == "C" else 1], type(self).__name__)

    def _with_bias(self, outputs: Any) -> Any:
        if self.bias is not None:
            if self.rank == 2 or self.data_format[-1] == "C":
                outputs = tf.nn.bias_add(outputs, self.bias, self.data_format if self.rank == 2 else None)
            else:
                outputs = outputs + tf.reshape(self.bias, [1, -1, *[1] * self.rank])
        outputs = self.activated(outputs)
        _add_activity(self, self._activity, outputs)
        return outputs

    bias: Any = None
    _activity: Any = None


class _PlainConv(_Conv):
    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, kernel_size, strides, padding, data_format, trainable=trainable, name=name, **kwargs)
        self.dilation_rate = _many(dilation_rate, self.rank, "dilation_rate")
        self.activation, self.use_bias, self._activity = activation, use_bias, activity_regularizer
        self._kernel = kernel_initializer, kernel_regularizer, None, kernel_constraint
        self._bias = bias_initializer, bias_regularizer, None, bias_constraint

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` and `bias`; ValueError where the inputs' channels are not known."""
        shape = [*self.kernel_size, self._channels(input_shape), self.filters]
        self.kernel = self.add_weight("kernel", shape, None, *self._kernel)
        self.bias = self.add_weight("bias", [self.filters], None, *self._bias) if self.use_bias else None

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        form, dilations = {"NWC": "NWC", "NCW": "NCW"}.get(self.data_format, self.data_format), self.dilation_rate
        name = f"Conv{self.rank}D" if self.rank > 1 else "conv1d"
        outputs = tf.nn.convolution(inputs, self.kernel, self.strides, self.padding, form, dilations, name=name)
        return self._with_bias(outputs)


class Conv1D(_PlainConv):
    """Convolution over sequences, [batch, length, channels] (tf.compat.v1.layers.Conv1D)."""

    rank = 1


class Conv2D(_PlainConv):
    """Convolution over images, [batch, height, width, channels] (tf.compat.v1.layers.Conv2D)."""

    rank = 2


class Conv3D(_PlainConv):
    """Convolution over volumes, [batch, depth, height, width, channels] (tf.compat.v1.layers.Conv3D)."""

    rank = 3


class _Transposed(_Conv):
    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, kernel_size, strides, padding, data_format, trainable=trainable, name=name, **kwargs)
        self.activation, self.use_bias, self._activity = activation, use_bias, activity_regularizer
        self._kernel = kernel_initializer, kernel_regularizer, None, kernel_constraint
        self._bias = bias_initializer, bias_regularizer, None, bias_constraint

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` and `bias`; ValueError where the inputs' channels are not known."""
        shape = [*self.kernel_size, self.filters, self._channels(input_shape)]
        self.kernel = self.add_weight("kernel", shape, None, *self._kernel)
        self.bias = self.add_weight("bias", [self.filters], None, *self._bias) if self.use_bias else None

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        last = self.data_format[-1] == "C"
        start = 1 if last else 2
        dynamic, sizes = None, []
        for i, (k, s) in enumerate(zip(self.kernel_size, self.strides)):
            n = inputs.shape.as_list()[start + i]
            if n is None:
                dynamic = tf.shape(inputs) if dynamic is None else dynamic
                n = dynamic[start + i]
            sizes.append(n * s if self.padding == "SAME" else n * s + max(k - s, 0))
        batch = inputs.shape.as_list()[0]
        batch = tf.shape(inputs)[0] if batch is None else batch
        shape = [batch, *sizes, self.filters] if last else [batch, self.filters, *sizes]
        outputs = tf.nn.conv_transpose(
            inputs, self.kernel, tf.stack(shape), self.strides, self.padding, self.data_format
        )
        static = [n if isinstance(n, int) else None for n in shape]
        outputs.set_shape([inputs.shape.as_list()[0], *static[1:]])
        return self._with_bias(outputs)


class Conv2DTranspose(_Transposed):
    """The transpose of a convolution over images, which makes them larger (tf.compat.v1.layers.Conv2DTranspose)."""

    rank = 2


class Conv3DTranspose(_Transposed):
    """The transpose of a convolution over volumes (tf.compat.v1.layers.Conv3DTranspose)."""

    rank = 3


class _Separable(_Conv):
    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, kernel_size, strides, padding, data_format, trainable=trainable, name=name, **kwargs)
        self.dilation_rate = _many(dilation_rate, self.rank, "dilation_rate")
        self.depth_multiplier = depth_multiplier
        self.activation, self.use_bias, self._activity = activation, use_bias, activity_regularizer
        self._depthwise = depthwise_initializer, depthwise_regularizer, None, depthwise_constraint
        self._pointwise = pointwise_initializer, pointwise_regularizer, None, pointwise_constraint
        self._bias = bias_initializer, bias_regularizer, None, bias_constraint

    def build(self, input_shape: Any) -> None:
        """Makes `depthwise_kernel`, `pointwise_kernel` and `bias`."""
        channels, times = self._channels(input_shape), self.depth_multiplier
        depthwise, pointwise = [*self.kernel_size, channels, times], [*[1] * self.rank, channels * times, self.filters]
        self.depthwise_kernel = self.add_weight("depthwise_kernel", depthwise, None, *self._depthwise)
        self.pointwise_kernel = self.add_weight("pointwise_kernel", pointwise, None, *self._pointwise)
        self.bias = self.add_weight("bias", [self.filters], None, *self._bias) if self.use_bias else None

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        depthwise, pointwise, strides, dilations = self._as_images()
        last = self.data_format[-1] == "C"
        form = "NHWC" if last else "NCHW"
        axis = 1 if last else 2
        x = inputs if self.rank == 2 else tf.expand_dims(inputs, axis)
        strides = [1, *strides, 1] if last else [1, 1, *strides]
        outputs = tf.nn.separable_conv2d(x, depthwise, pointwise, strides, self.padding, form, dilations)
        return self._with_bias(outputs if self.rank == 2 else tf.squeeze(outputs, axis))

    def _as_images(self) -> tuple[Any, Any, list[int], list[int]]:
        if self.rank == 2:
            return self.depthwise_kernel, self.pointwise_kernel, self.strides, self.dilation_rate
        kernels = [tf.expand_dims(k, 0) for k in (self.depthwise_kernel, self.pointwise_kernel)]
        return kernels[0], kernels[1], self.strides * 2, [1, *self.dilation_rate]


class SeparableConv1D(_Separable):
    """A convolution of each channel of sequences, then one of size 1 (tf.compat.v1.layers.SeparableConv1D)."""

    rank = 1


class SeparableConv2D(_Separable):
    """A convolution of each channel, then one of size 1 over them (tf.compat.v1.layers.SeparableConv2D)."""

    rank = 2


class _Pooling(Layer):
    rank = 2
    kind = "MAX"

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = _many(pool_size, self.rank, "pool_size")
        self.strides = _many(self.pool_size if strides is None else strides, self.rank, "strides")
        self.padding, self.data_format = padding.upper(), _format(self.rank, data_format)

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The outputs."""
        name = f"{'MaxPool' if self.kind == 'MAX' else 'AvgPool'}{'3D' if self.rank == 3 else ''}"
        return tf.nn.pool(inputs, self.pool_size, self.kind, self.strides, self.padding, self.data_format, name=name)


class AveragePooling1D(_Pooling):
    """Means over windows of sequences (tf.compat.v1.layers.AveragePooling1D)."""

    rank, kind = 1, "AVG"


class MaxPooling1D(_Pooling):
    """Maxima over windows of sequences (tf.compat.v1.layers.MaxPooling1D)."""

    rank = 1


class AveragePooling2D(_Pooling):
    """Means over windows of images (tf.compat.v1.layers.AveragePooling2D)."""

    kind = "AVG"


class MaxPooling2D(_Pooling):
    """Maxima over windows of images (tf.compat.v1.layers.MaxPooling2D)."""


class AveragePooling3D(_Pooling):
    """Means over windows of volumes (tf.compat.v1.layers.AveragePooling3D)."""

    rank, kind = 3, "AVG"


class MaxPooling3D(_Pooling):
    """Maxima over windows of volumes (tf.compat.v1.layers.MaxPooling3D)."""

    rank = 3


class BatchNormalization(Layer):
    """Normalizes over all dimensions but `axis` (Ioffe and Szegedy, 2015; tf.compat.v1.layers.BatchNormalization).

    In training by the batch's own mean and variance, which the moving ones follow by operations in the collection
    UPDATE_OPS; else by the moving ones. NotImplementedError for `renorm`, `virtual_batch_size`, `adjustment`.
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        momentum: Any = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = _ZEROS,
        gamma_initializer: Any = _ONES,
        moving_mean_initializer: Any = _ZEROS,
        moving_variance_initializer: Any = _ONES,
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        _refuse(
            "BatchNormalization",
            renorm=renorm,
            renorm_clipping=renorm_clipping,
            virtual_batch_size=virtual_batch_size,
            adjustment=adjustment,
        )
        axes = [axis] if isinstance(axis, int) else list(axis)
        if len(axes) != 1:
            raise NotImplementedError("tf.compat.v1.layers.BatchNormalization: tfcompat takes one `axis`.")
        self.axis, self.momentum, self.epsilon, self.center, self.scale = axes[0], momentum, epsilon, center, scale
        self.fused, self.renorm_momentum = fused, renorm_momentum
        self._beta = beta_initializer, beta_regularizer, None, beta_constraint
        self._gamma = gamma_initializer, gamma_regularizer, None, gamma_constraint
        self._moving = moving_mean_initializer, moving_variance_initializer

    def build(self, input_shape: Any) -> None:
        """Makes `gamma`, `beta`, `moving_mean` and `moving_variance`."""
        size = [_known(input_shape[self.axis], "BatchNormalization")]
        wide = self._dtype in (tf.float16, tf.bfloat16)
        kind = tf.float32 if wide else self._dtype
        self.gamma = self.add_weight("gamma", size, kind, *self._gamma) if self.scale else None
        self.beta = self.add_weight("beta", size, kind, *self._beta) if self.center else None
        self.moving_mean = self.add_weight("moving_mean", size, kind, self._moving[0], trainable=False)
        self.moving_variance = self.add_weight("moving_variance", size, kind, self._moving[1], trainable=False)

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The outputs. training: a bool, or a tensor with one."""
        rank = inputs.shape.rank
        axis = self.axis % rank
        axes = [i for i in range(rank) if i != axis]
        # TensorFlow's fused kernel, which images take, makes the moving variance follow the unbiased one.
        fused = self.fused if self.fused is not None else rank == 4 and axis in (1, 3)
        x = tf.cast(inputs, self.moving_mean.dtype)

        def of_batch() -> Any:
            mean, variance = tf.nn.moments(x, axes)
            count = tf.cast(tf.size(x) // tf.size(mean), x.dtype)
            kept = variance * (count / tf.maximum(count - 1, 1)) if fused else variance
            return mean, variance, mean, kept

        def moving() -> Any:
            return (*(tf.identity(v) for v in (self.moving_mean, self.moving_variance)),) * 2

        mean, variance, batch_mean, batch_variance = _where_training(training, of_batch, moving)
        if training is not False and self.trainable:
            rest = _where_training(
                training, lambda: tf.constant(1.0 - self.momentum, x.dtype), lambda: tf.constant(0.0, x.dtype)
            )
            pairs = ((self.moving_mean, batch_mean), (self.moving_variance, batch_variance))
            for i, (moved, now) in enumerate(pairs):
                name = "AssignMovingAvg_1" if i else "AssignMovingAvg"
                self.add_update(tf.compat.v1.assign_sub(moved, (moved - now) * rest, name=name))
        shape = [1] * rank
        shape[axis] = -1
        gamma, beta = (None if v is None else tf.reshape(v, shape) for v in (self.gamma, self.beta))
        outputs = tf.nn.batch_normalization(
            x, tf.reshape(mean, shape), tf.reshape(variance, shape), beta, gamma, self.epsilon
        )
        outputs = tf.cast(outputs, inputs.dtype)
        outputs.set_shape(inputs.shape)
        return outputs


dense = functional(Dense, "dense")
dropout = functional(Dropout, "dropout", "training")
flatten = functional(Flatten, "flatten")
conv1d = functional(Conv1D, "conv1d")
conv2d = functional(Conv2D, "conv2d")
conv3d = functional(Conv3D, "conv3d")
conv2d_transpose = functional(Conv2DTranspose, "conv2d_transpose")
conv3d_transpose = functional(Conv3DTranspose, "conv3d_transpose")
separable_conv1d = functional(SeparableConv1D, "separable_conv1d")
separable_conv2d = functional(SeparableConv2D, "separable_conv2d")
average_pooling1d = functional(AveragePooling1D, "average_pooling1d")
average_pooling2d = functional(AveragePooling2D, "average_pooling2d")
average_pooling3d = functional(AveragePooling3D, "average_pooling3d")
max_pooling1d = functional(MaxPooling1D, "max_pooling1d")
max_pooling2d = functional(MaxPooling2D, "max_pooling2d")
max_pooling3d = functional(MaxPooling3D, "max_pooling3d")
batch_normalization = functional(BatchNormalization, "batch_normalization", "training")

__all__ = ["Layer"]

__getattr__ = _names.module_getattr("tf.compat.v1.layers", globals(), {"InputSpec": "tfcompat.keras.layers:InputSpec"})
