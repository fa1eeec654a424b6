"""Layers that regularize training: Dropout, noise, and penalties on activities."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version, ops, random, regularizers
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers._same_shape import SameShape
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._window_shapes import join, split
from tfcompat.keras.random import SeedGenerator


def _rate(name: str, rate: Any) -> Any:
    """The rate; ValueError where it is none. Keras 2 asks of that of Dropout and SpatialDropout alone."""
    if _version.is_legacy():
        if name in ("AlphaDropout", "GaussianDropout") or not isinstance(rate, (int, float)) or 0 <= rate <= 1:
            return rate
        raise ValueError(f"Invalid value {rate} received for `rate`, expected a value between 0 and 1.")
    return _share(rate, "rate")


def _share(value: Any, name: str) -> Any:
    if not 0 <= value <= 1:
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a float value between 0 and 1. "
            f"Received: {name}={value}"
        )
    return value


class Dropout(Layer):
    """Sets a share of `rate` of the inputs to 0 in training and scales the rest up (tf.keras.layers.Dropout).

    noise_shape: the shape of the mask, of size 1 where it is to be the same along an axis; None for the inputs' sizes.
    seed: an int for numbers that can be repeated. ValueError for a rate outside of [0, 1].
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = _rate(type(self).__name__, rate)
        self.seed = seed
        self.noise_shape = self._checked_noise_shape(noise_shape)
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self._build_at_init()

    def _checked_noise_shape(self, noise_shape: Any) -> tuple[int | None, ...] | None:
        if noise_shape is None:
            return None
        ok = isinstance(noise_shape, (list, tuple)) and all(
            d is None or (isinstance(d, int) and not isinstance(d, bool) and d > 0) for d in noise_shape
        )
        if not ok:
            raise ValueError(f"`noise_shape` must be a tuple of positive integers and None. Received: {noise_shape!r}")
        return tuple(noise_shape)

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The inputs, in training with some of them dropped."""
        if training and self.rate > 0:
            return random.dropout(inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}


class _SpatialDropout(Dropout):
    """Dropout of whole channels. rank: the number of spatial dimensions."""

    rank = 0
    data_format = "channels_last"

    def __init__(
        self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        kwargs.pop("noise_shape", None)  # in Keras 2's configs, None
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The inputs, in training with some channels of some examples dropped."""
        if not training or self.rate == 0:
            return inputs
        batch, sizes, channels = split(ops.shape(inputs), self.data_format)
        shape = join(batch, [1] * len(sizes), channels, self.data_format)
        return random.dropout(inputs, self.rate, noise_shape=shape, seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype}


class SpatialDropout1D(_SpatialDropout):
    """Drops whole channels of sequences in training (tf.keras.layers.SpatialDropout1D); arguments as Dropout's."""

    rank = 1


class SpatialDropout2D(_SpatialDropout):
    """Drops whole channels of images in training (tf.keras.layers.SpatialDropout2D); arguments as Dropout's.

    data_format: where the channels are, "channels_last" or "channels_first".
    """

    rank = 2

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self.data_format = standardize_data_format(data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "data_format": self.data_format}


class SpatialDropout3D(SpatialDropout2D):
    """Drops whole channels of volumes in training (tf.keras.layers.SpatialDropout3D); as SpatialDropout2D."""

    rank = 3


class AlphaDropout(SameShape):
    """Dropout that keeps the mean and the variance of what `selu` gives (tf.keras.layers.AlphaDropout).

    noise_shape: the shape of the mask, of size 1 where it is to be the same along an axis; None for the inputs'.
    """

    _api_name = "keras._legacy.layers.AlphaDropout"

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed, self.noise_shape = rate, seed, noise_shape
        self.seed_generator = SeedGenerator(seed)
        self._build_at_init()

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The inputs, in training with some of them at selu's lowest value, all rescaled."""
        if not training or self.rate <= 0:
            return inputs
        shape = ops.shape(inputs) if self.noise_shape is None else tuple(self.noise_shape)
        if None in shape:
            raise ValueError(f"`noise_shape` of AlphaDropout must be a tuple of integers. Received: {shape}")
        lowest = -1.0507009873554805 * 1.6732632423543772
        kept = ops.cast(ops.greater_equal(random.uniform(shape, seed=self.seed_generator), self.rate), inputs.dtype)
        a = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
        outputs = ops.add(ops.multiply(inputs, kept), ops.multiply(lowest, ops.subtract(1, kept)))
        return ops.add(ops.multiply(a, outputs), -a * lowest * self.rate)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, but for `noise_shape`, as in Keras."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


class GaussianNoise(Layer):
    """Adds normally distributed noise in training (tf.keras.layers.GaussianNoise). ValueError for stddev outside [0,
    1], but in Keras 2.
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev, self.seed = stddev if _version.is_legacy() else _share(stddev, "stddev"), seed
        if stddev > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The inputs, in training with noise."""
        if not training or self.stddev == 0:
            return inputs
        noise = random.normal(
            ops.shape(inputs), 0.0, self.stddev, dtype=standardize_dtype(inputs.dtype), seed=self.seed_generator
        )
        return ops.add(inputs, noise)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}


class GaussianDropout(Layer):
    """Multiplies by normally distributed numbers around 1 in training (tf.keras.layers.GaussianDropout)."""

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = _rate("GaussianDropout", rate), seed
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any, training: Any = False) -> Any:
        """The inputs, in training multiplied by noise."""
        if not training or self.rate == 0:
            return inputs
        stddev = (self.rate / (1.0 - self.rate)) ** 0.5
        noise = random.normal(
            ops.shape(inputs), 1.0, stddev, dtype=standardize_dtype(inputs.dtype), seed=self.seed_generator
        )
        return ops.multiply(inputs, noise)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


class ActivityRegularization(Layer):
    """The inputs, with an L1 and L2 penalty on them added to the loss (tf.keras.layers.ActivityRegularization)."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1, self.l2 = l1, l2
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return {**config, "l1": self.l1, "l2": self.l2}
