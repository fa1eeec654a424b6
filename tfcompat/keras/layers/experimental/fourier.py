"""tf.keras.layers.experimental.RandomFourierFeatures, of Keras 2."""

from __future__ import annotations

import math
from typing import Any

import tfcompat as tf
from tfcompat.keras import constraints, initializers, ops
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec

_KERNELS = ["gaussian", "laplacian"]


class RandomFourierFeatures(Layer):
    """cos(inputs @ kernel / scale + bias), random features whose products near a kernel (Rahimi and Recht, 2007).

    kernel_initializer: "gaussian", "laplacian" or an initializer. scale: of the kernel, above 0; None: sqrt(size / 2)
    for a gaussian, else 1. trainable: whether the scale is trained. ValueError for other values; inputs have two
    dimensions.
    """

    def __init__(
        self,
        output_dim: int,
        kernel_initializer: Any = "gaussian",
        scale: float | None = None,
        trainable: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if output_dim <= 0:
            raise ValueError(f"`output_dim` should be a positive integer. Received: {output_dim}")
        if isinstance(kernel_initializer, str) and kernel_initializer.lower() not in _KERNELS:
            raise ValueError(f"Unsupported `kernel_initializer`: {kernel_initializer} Expected one of: {_KERNELS}")
        if scale is not None and scale <= 0.0:
            raise ValueError(f"When provided, `scale` should be a positive float. Received: {scale}")
        super().__init__(trainable=trainable, name=name, **kwargs)
        self.output_dim, self.kernel_initializer, self.scale = output_dim, kernel_initializer, scale

    def build(self, input_shape: Any) -> None:
        """Draws the kernel and the bias."""
        if len(input_shape) != 2:
            raise ValueError(
                f"The rank of the input tensor should be 2. Received input with rank {len(input_shape)} instead. Full "
                f"input shape received: {tuple(input_shape)}"
            )
        size = input_shape[1]
        if size is None:
            raise ValueError(
                f"The last dimension of the input tensor should be defined. Found `None`. Full input shape received: "
                f"{tuple(input_shape)}"
            )
        self.input_spec = InputSpec(ndim=2, axes={1: size})
        gaussian = self._is("gaussian")
        if self.scale is None:
            self.scale = math.sqrt(size / 2.0) if gaussian else 1.0
        self.kernel_scale = self.add_weight(
            name="kernel_scale",
            shape=(1,),
            dtype="float32",
            initializer=initializers.Constant(self.scale),
            constraint=constraints.NonNeg(),
        )
        own = initializers.RandomNormal(stddev=1.0) if gaussian else self.kernel_initializer
        self.unscaled_kernel = self.add_weight(
            name="unscaled_kernel",
            shape=(size, self.output_dim),
            dtype="float32",
            initializer=_cauchy if self._is("laplacian") else own,
            trainable=False,
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(self.output_dim,),
            dtype="float32",
            initializer=initializers.RandomUniform(minval=0.0, maxval=2 * math.pi),
            trainable=False,
        )

    def _is(self, kernel: str) -> bool:
        return isinstance(self.kernel_initializer, str) and self.kernel_initializer.lower() == kernel

    def call(self, inputs: Any) -> Any:
        """The features [batch, output_dim]."""
        kernel = ops.divide(self.unscaled_kernel, self.kernel_scale)
        return ops.cos(ops.add(ops.matmul(ops.cast(inputs, "float32"), kernel), self.bias))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The shape of the features."""
        return (input_shape[0], self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = self.kernel_initializer
        own = own if isinstance(own, str) else initializers.serialize(initializers.get(own))
        return {**super().get_config(), "output_dim": self.output_dim, "kernel_initializer": own, "scale": self.scale}


def _cauchy(shape: Any, dtype: Any = None) -> Any:
    """Numbers of the Cauchy distribution."""
    return tf.tan(math.pi * (tf.random.uniform(shape, dtype=dtype or "float32") - 0.5))
