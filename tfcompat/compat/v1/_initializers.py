"""tf.compat.v1.initializers: objects that make a tensor of a shape, with a dtype of their own to fall back on."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core import dtypes, logging
from tfcompat._core.shapes import TensorShape

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("normal", "uniform", "truncated_normal", "untruncated_normal")
# The standard deviation of a normal distribution of deviation 1, cut off at 2.
_TRUNCATED_DEVIATION = 0.87962566103423978


class Initializer:
    """The base class: the arguments of the constructor are attributes, and make up the configuration."""

    __module__ = "tensorflow.python.ops.init_ops"

    dtype: Any

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        """A tensor of the shape; `dtype` in place of the constructor's; `partition_info.full_shape` sets the scale."""
        dimensions = [size for size in TensorShape(shape).as_list() if size is not None]
        if len(dimensions) != TensorShape(shape).rank:
            raise TypeError(f"shape must be fully defined, got {shape}")
        whole = dimensions if partition_info is None else list(partition_info.full_shape)
        return self._make(dimensions, dtypes.as_dtype(self.dtype if dtype is None else dtype), whole)

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must say what it makes")

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor; `dtype` by its name."""
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names} | {"dtype": dtypes.as_dtype(self.dtype).name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The initializer that a configuration describes."""
        return cls(**config)


class Zeros(Initializer):
    """Zeros, False or empty strings (tf.compat.v1.zeros_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.zeros(shape, dtype)


class Ones(Initializer):
    """Ones (tf.compat.v1.ones_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.ones(shape, dtype)


class Constant(Initializer):
    """One value everywhere, or the values of a list in the shape asked for (tf.compat.v1.constant_initializer).

    The last of too few values fills the shape, in a graph. TypeError where the number of values does not fit, and with
    `verify_shape` where their shape is another; ValueError for too many, in a graph.
    """

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, value: Any = 0, dtype: Any = dtypes.float32, verify_shape: bool = False) -> None:
        self.value, self.dtype, self._verify_shape = value, dtype, verify_shape

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.compat.v1.constant(self.value, dtype, shape, verify_shape=self._verify_shape)

    def get_config(self) -> dict[str, Any]:
        """The value and the dtype."""
        return {"value": self.value, "dtype": dtypes.as_dtype(self.dtype).name}


class RandomUniform(Initializer):
    """Uniform numbers in [minval, maxval) (tf.compat.v1.random_uniform_initializer); a None `maxval` is 1."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        self.minval, self.maxval, self.seed, self.dtype = minval, maxval, seed, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.random.uniform(shape, self.minval, self.maxval, dtype, seed=self.seed)


class RandomNormal(Initializer):
    """Normal numbers (tf.compat.v1.random_normal_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.random.normal(shape, self.mean, self.stddev, dtype, seed=self.seed)


class TruncatedNormal(RandomNormal):
    """Normal numbers, none further than two deviations from the mean (tf.compat.v1.truncated_normal_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        return tf.random.truncated_normal(shape, self.mean, self.stddev, dtype, seed=self.seed)


class UniformUnitScaling(Initializer):
    """Uniform numbers that keep the scale of what a matrix multiplies; deprecated, see `VarianceScaling`."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, factor: float = 1.0, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        logging.deprecated(
            "tf.compat.v1.uniform_unit_scaling_initializer is deprecated, use variance_scaling_initializer with "
            "distribution='uniform'.",
            first=1,
        )
        self.factor, self.seed, self.dtype = factor, seed, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        limit = math.sqrt(3 / max(1.0, math.prod(whole[:-1]))) * self.factor
        return tf.random.uniform(shape, -limit, limit, dtype, seed=self.seed)


class VarianceScaling(Initializer):
    """Numbers whose variance is `scale` / n, for n inputs or outputs (tf.compat.v1.variance_scaling_initializer).

    mode: n is "fan_in", "fan_out" or their mean "fan_avg". distribution: "uniform", "truncated_normal" (also called
    "normal") or "untruncated_normal". ValueError for other words and for a `scale` that is not positive.
    """

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in _MODES:
            raise ValueError(f"Argument `mode` should be one of {_MODES}. Received: {mode}")
        distribution = distribution.lower()
        if distribution not in _DISTRIBUTIONS:
            raise ValueError(f"Argument `distribution` should be one of {_DISTRIBUTIONS}. Received: {distribution}")
        self.scale, self.mode, self.distribution, self.seed, self.dtype = scale, mode, distribution, seed, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        fan_in, fan_out = _fans(whole)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return tf.random.uniform(shape, -limit, limit, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return tf.random.normal(shape, 0.0, math.sqrt(variance), dtype, seed=self.seed)
        return tf.random.truncated_normal(shape, 0.0, math.sqrt(variance) / _TRUNCATED_DEVIATION, dtype, seed=self.seed)


class GlorotUniform(VarianceScaling):
    """Glorot's uniform numbers, within sqrt(6 / (inputs + outputs)) (tf.compat.v1.glorot_uniform_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


class GlorotNormal(VarianceScaling):
    """Glorot's truncated normal numbers (tf.compat.v1.glorot_normal_initializer)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


class Orthogonal(Initializer):
    """Orthonormal columns, or rows where they are fewer, times `gain` (tf.compat.v1.orthogonal_initializer).

    Dimensions before the last count as one. ValueError for fewer than two dimensions.
    """

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, gain: float = 1.0, seed: Any = None, dtype: Any = dtypes.float32) -> None:
        self.gain, self.seed, self.dtype = gain, seed, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize, specified by argument `shape` must be at least two-dimensional. Received "
                f"shape={shape}"
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = tf.linalg.qr(tf.random.normal([max(rows, columns), min(rows, columns)], dtype=dtype, seed=self.seed))
        q = q * tf.sign(tf.linalg.diag_part(r))  # makes the factorization, and so the distribution, unique
        return self.gain * tf.reshape(tf.transpose(q) if rows < columns else q, shape)


class Identity(Initializer):
    """`gain` on the diagonal of a matrix and zeros elsewhere (tf.compat.v1.initializers.identity)."""

    __module__ = "tensorflow.python.ops.init_ops"

    def __init__(self, gain: float = 1.0, dtype: Any = dtypes.float32) -> None:
        self.gain, self.dtype = gain, dtype

    def _make(self, shape: list[int], dtype: dtypes.DType, whole: list[int]) -> Any:
        if len(shape) != 2:
            raise ValueError(
                "The tensor to initialize, specified by argument `shape` must be two-dimensional. Received "
                f"shape={shape}"
            )
        return self.gain * tf.eye(*shape, dtype=dtype)


def lecun_normal(seed: Any = None) -> VarianceScaling:
    """Truncated normal numbers of variance 1 / inputs (tf.compat.v1.initializers.lecun_normal)."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: Any = None) -> VarianceScaling:
    """Uniform numbers of variance 1 / inputs (tf.compat.v1.initializers.lecun_uniform)."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


def he_normal(seed: Any = None) -> VarianceScaling:
    """Truncated normal numbers of variance 2 / inputs (tf.compat.v1.initializers.he_normal)."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: Any = None) -> VarianceScaling:
    """Uniform numbers of variance 2 / inputs (tf.compat.v1.initializers.he_uniform)."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def _fans(shape: Sequence[int]) -> tuple[int, int]:
    """How many inputs and outputs weights of this shape have; dimensions before the last two are a filter's."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field
