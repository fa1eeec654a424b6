"""Activation functions as layers, with their numbers as arguments."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tfcompat.keras import activations, constraints, initializers, ops, regularizers
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers._same_shape import SameShape
from tfcompat.keras.layers.input_spec import InputSpec


class ReLU(SameShape):
    """x where it is at least `threshold`, up to `max_value`; negative_slope * (x - threshold) below.

    ValueError for negative numbers (tf.keras.layers.ReLU).
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        if "alpha" in kwargs:  # Keras 2
            negative_slope = kwargs.pop("alpha")
        super().__init__(**kwargs)
        if max_value is not None and max_value < 0.0:
            raise ValueError(f"max_value of a ReLU layer cannot be a negative value. Received: max_value={max_value}")
        for name, value in (("negative_slope", negative_slope), ("threshold", threshold)):
            if value is None or value < 0.0:
                raise ValueError(f"{name} of a ReLU layer cannot be None or a negative value. Received: {name}={value}")
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"max_value": self.max_value, "negative_slope": self.negative_slope, "threshold": self.threshold}
        if is_legacy():  # which keeps them as arrays
            own = {name: value if value is None else np.asarray(value, settings.floatx) for name, value in own.items()}
        return {**super().get_config(), **own}


class LeakyReLU(SameShape):
    """x where it is positive, negative_slope * x below (tf.keras.layers.LeakyReLU).

    negative_slope: also as `alpha`, its old name. ValueError where it is None or negative.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn("Argument `alpha` is deprecated. Use `negative_slope` instead.", stacklevel=2)
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "
                f"Received: negative_slope={negative_slope}"
            )
        self.negative_slope = negative_slope
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return activations.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "negative_slope": self.negative_slope}


class PReLU(SameShape):
    """x where it is positive, alpha * x below, with weights alpha (tf.keras.layers.PReLU).

    shared_axes: the axes, from 1 on, along which one weight serves all.
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        several = isinstance(shared_axes, (list, tuple))
        self.shared_axes = list(shared_axes) if several else None if shared_axes is None else [shared_axes]

    def build(self, input_shape: Any) -> None:
        """Makes alpha, of the inputs' shape without the batch, of size 1 along shared axes."""
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        self.alpha = self.add_weight(
            shape=shape,
            name="alpha",
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        shared = self.shared_axes
        axes = {i: input_shape[i] for i in range(1, len(input_shape)) if i not in shared} if shared else {}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs: Any) -> Any:
        """The activations."""
        below = ops.multiply(ops.negative(self.alpha), ops.relu(ops.negative(inputs)))
        return ops.add(ops.relu(inputs), below)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }


class ELU(SameShape):
    """x where it is positive, alpha * (exp(x) - 1) below (tf.keras.layers.ELU)."""

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return activations.elu(inputs, alpha=self.alpha)


class ThresholdedReLU(SameShape):
    """x where it is above theta, else 0 (tf.keras.layers.ThresholdedReLU). ValueError for theta below 0."""

    _api_name = "keras._legacy.layers.ThresholdedReLU"

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if theta is None or theta < 0:
            raise ValueError(f"The theta value of a Thresholded ReLU layer should be >=0. Received: {theta}")
        self.theta = ops.convert_to_tensor(theta, dtype=self.compute_dtype)

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return ops.multiply(inputs, ops.cast(ops.greater(inputs, self.theta), self.compute_dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "theta": float(self.theta)}


class Softmax(SameShape):
    """exp(x) over its sum along `axis`, an int or several, among what a mask keeps (tf.keras.layers.Softmax).

    The mask broadcasts to the inputs and is true, or over 0.5, for what counts; ValueError where it does not.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self._build_at_init()

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The shares, 0 where the mask drops elements."""
        if mask is not None:
            _check_mask(inputs, mask)
            mask = mask if standardize_dtype(mask.dtype) == "bool" else ops.greater(mask, 0.5)
            lowest = -3e4 if standardize_dtype(inputs.dtype) == "float16" else -1e9
            inputs = ops.where(mask, inputs, lowest)
        outputs = self._shares(inputs)
        return outputs if mask is None else ops.where(mask, outputs, 0.0)

    def _shares(self, inputs: Any) -> Any:
        if isinstance(self.axis, int) or len(self.axis) == 1:
            return activations.softmax(inputs, axis=self.axis if isinstance(self.axis, int) else self.axis[0])
        apart = ops.subtract(inputs, ops.stop_gradient(ops.max(inputs, axis=self.axis, keepdims=True)))
        powers = ops.exp(apart)
        return ops.divide(powers, ops.sum(powers, axis=self.axis, keepdims=True))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "axis": self.axis}


def _check_mask(inputs: Any, mask: Any) -> None:
    sizes = zip(reversed(tuple(mask.shape)), reversed(tuple(inputs.shape)))
    fits = all(None in (m, i) or m in (1, i) for m, i in sizes)
    if len(mask.shape) > len(inputs.shape) or not fits:
        raise ValueError(
            "The `mask` must be broadcastable to `inputs`: each of its dimensions must be 1 or match the inputs'. "
            f"Received: inputs.shape={inputs.shape}, mask.shape={mask.shape}"
        )
