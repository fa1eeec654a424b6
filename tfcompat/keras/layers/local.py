"""Keras 2's locally connected layers: convolutions with a kernel of its own at each place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers._weighted import Weighted
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._window_shapes import tuple_of


class _LocallyConnected(Weighted):
    """activation(each window of the inputs times the kernel of its place + bias).

    implementation: how the kernels are kept. 1: windows times filters, for each place (padding "valid" only). 2: a
    dense matrix from all inputs to all outputs, masked. 3: what is in that mask alone.
    """

    rank = 0

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters, self.implementation = int(filters), implementation
        self.kernel_size = tuple_of(kernel_size, self.rank, "kernel_size")
        self.strides = tuple_of(strides, self.rank, "strides")
        self.padding = str(padding).lower()
        name = type(self).__name__
        if self.padding not in ("valid", "same") or (self.padding == "same" and implementation == 1):
            raise ValueError(
                f'Invalid border mode for {name} (only "valid" is supported if implementation is 1): {padding}'
            )
        self.data_format = standardize_data_format(data_format)
        self._take(given)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _spatial(self, shape: Any) -> tuple[Any, ...]:
        return tuple(shape[1:-1] if self.data_format == "channels_last" else shape[2:])

    def _channels(self, shape: Any) -> Any:
        return shape[-1 if self.data_format == "channels_last" else 1]

    def _placed(self, places: Any, channels: Any) -> tuple[Any, ...]:
        """Places and channels in the order that the data format has."""
        return (*places, channels) if self.data_format == "channels_last" else (channels, *places)

    def _windows(self, shape: Any) -> tuple[Any, ...]:
        """How many windows there are along each spatial dimension."""
        same = self.padding == "same"
        sizes = zip(self._spatial(shape), self.kernel_size, self.strides)
        return tuple(None if n is None else -(-(n if same else n - k + 1) // s) for n, k, s in sizes)

    def build(self, input_shape: Any) -> None:
        """Makes the kernel, whose shape depends on the implementation, and a bias for each output."""
        inside, channels = self._spatial(input_shape), self._channels(input_shape)
        if None in inside or channels is None:
            raise ValueError(
                f"The inputs to a {type(self).__name__} layer must have sizes that are known, but for the batch's. "
                f"Received: input_shape={tuple(input_shape)}"
            )
        places = self._windows(input_shape)
        if min(places) <= 0:
            raise ValueError(
                f"The inputs to {type(self).__name__} are smaller than `kernel_size`. Received: "
                f"input_shape={tuple(input_shape)}, kernel_size={self.kernel_size}"
            )
        self._in, self._out = self._placed(inside, channels), self._placed(places, self.filters)
        if self.implementation == 1:
            shape: Any = (math.prod(places), math.prod(self.kernel_size) * channels, self.filters)
        elif self.implementation == 2:
            shape = (*self._in, *self._out)
        elif self.implementation == 3:
            shape = (int(self._mask().sum()),)
        else:
            raise ValueError(f"Unrecognized implementation mode: {self.implementation}.")
        self.kernel = self._add("kernel", shape)
        self.bias = self._add("bias", (*places, self.filters)) if self.use_bias else None
        axis = -1 if self.data_format == "channels_last" else 1
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})

    def _mask(self) -> np.ndarray:
        """Which inputs each output sees: [inputs, outputs], both flat."""
        inside, places = self._spatial((None, *self._in)), self._spatial((None, *self._out))
        mask = np.ones((), bool)
        for size, count, kernel, stride in zip(inside, places, self.kernel_size, self.strides):
            starts = np.arange(count) * stride - (kernel // 2 if self.padding == "same" else 0)
            offsets = np.arange(size)[:, None] - starts
            mask = np.multiply.outer(mask, (offsets >= 0) & (offsets < kernel))
        pairs = [2 * d for d in range(self.rank)] + [2 * d + 1 for d in range(self.rank)]  # inputs first, then outputs
        mask = mask.transpose(pairs)
        last = self.data_format == "channels_last"
        mask = np.expand_dims(mask, (self.rank, 2 * self.rank + 1) if last else (0, self.rank + 1))
        return np.broadcast_to(mask, (*self._in, *self._out)).reshape(math.prod(self._in), math.prod(self._out))

    def call(self, inputs: Any) -> Any:
        """The outputs."""
        if self.implementation == 1:
            outputs = self._by_windows(inputs)
        else:
            outputs = ops.matmul(ops.reshape(inputs, (-1, math.prod(self._in))), self._matrix())
        outputs = ops.reshape(outputs, (-1, *self._out))
        if self.bias is not None:
            outputs = ops.add(outputs, ops.reshape(self.bias, self._out))  # no transposition, as in Keras 2
        return self._activated(outputs)

    def _by_windows(self, inputs: Any) -> Any:
        x = to_storage(inputs)
        first = 1 if self.data_format == "channels_last" else 2
        for d, (kernel, stride) in enumerate(zip(self.kernel_size, self.strides)):
            x = x.unfold(first + d, kernel, stride)
        # [batch, places..., channels, window...] or [batch, channels, places..., window...]
        places = range(first, first + self.rank)
        channels = self.rank + 1 if first == 1 else 1
        window = range(self.rank + 2, 2 * self.rank + 2)
        order = (*window, channels) if first == 1 else (channels, *window)
        kernel = to_storage(self.kernel)
        x = x.permute(0, *places, *order).reshape(-1, kernel.shape[0], kernel.shape[1])
        outputs = torch.einsum("bpi,pif->bpf", x, kernel)
        return wrap(outputs if first == 1 else outputs.transpose(1, 2))

    def _matrix(self) -> Any:
        """The kernel as a matrix from the flat inputs to the flat outputs."""
        mask = torch.from_numpy(self._mask())
        kernel = to_storage(self.kernel)
        if self.implementation == 2:
            return wrap(kernel.reshape(mask.shape) * mask.to(kernel.device, kernel.dtype))
        rows, columns = mask.T.nonzero(as_tuple=True)  # the kernel's values lie in the order of the outputs
        at = (columns * mask.shape[1] + rows).to(kernel.device)
        return wrap(kernel.new_zeros(mask.numel()).scatter(0, at, kernel).reshape(mask.shape))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The shape of the outputs."""
        return (input_shape[0], *self._placed(self._windows(input_shape), self.filters))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("filters", "kernel_size", "strides", "padding", "data_format", "implementation")
        config = {key: getattr(self, key) for key in own}
        return {**super().get_config(), **config, **self._activation_config(), **self._parts_config()}


class LocallyConnected1D(_LocallyConnected):
    """Convolution along one dimension with unshared kernels (tf.keras.layers.LocallyConnected1D, until 2.15).

    [batch, length, channels] ("channels_first": [batch, channels, length]) to [batch, new length, filters].
    implementation: 1, 2 or 3, by how the kernels are kept. ValueError for sizes that are not known.
    """

    rank = 1


class LocallyConnected2D(_LocallyConnected):
    """Convolution of images with unshared kernels (tf.keras.layers.LocallyConnected2D, until 2.15).

    [batch, height, width, channels] ("channels_first": [batch, channels, height, width]) to images of `filters`
    channels. implementation: 1, 2 or 3, by how the kernels are kept. ValueError for sizes that are not known.
    """

    rank = 2


__all__ = ["LocallyConnected1D", "LocallyConnected2D"]
