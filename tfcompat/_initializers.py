"""tf.zeros_initializer and the other initializers that TensorFlow itself has: callables that make a first value."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.arguments import sizes
from tfcompat._core.convert import constant
from tfcompat.random import distributions, stateless

_PARTITION = ("partition_shape", "partition_offset")


class Initializer:
    """Makes tensors of a shape and dtype: `initializer(shape, dtype)`.

    For a part of a value that is divided, `partition_shape` is the part's shape and `partition_offset` where it begins.
    """

    __module__ = "tensorflow.python.ops.init_ops_v2"

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments it was made with."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer from what `get_config` gave."""
        config.pop("dtype", None)
        return cls(**config)

    def _part(self, shape: Any, kwargs: dict[str, Any]) -> Any:
        """The shape to make: the part's, where there is one."""
        for name in kwargs:
            if name not in _PARTITION:
                raise TypeError(f"Keyword argument should be one of {list(_PARTITION)}. Received: {name}")
        return kwargs.get("partition_shape", shape)


def _plain(dtype: Any) -> dtypes.DType:
    kind = dtypes.as_dtype(dtype)
    if not kind.is_numpy_compatible or kind is dtypes.string:
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {kind}.")
    return kind


class Zeros(Initializer):
    """Makes zeros of a numeric or bool dtype (tf.zeros_initializer)."""

    __module__ = Initializer.__module__

    def __call__(self, shape: Any, dtype: Any = dtypes.float32, **kwargs: Any) -> Any:
        shape = self._part(shape, kwargs)
        return constant(False if _plain(dtype).is_bool else 0, dtype, sizes(shape))


class Ones(Initializer):
    """Makes ones of a numeric or bool dtype (tf.ones_initializer)."""

    __module__ = Initializer.__module__

    def __call__(self, shape: Any, dtype: Any = dtypes.float32, **kwargs: Any) -> Any:
        shape = self._part(shape, kwargs)
        return constant(True if _plain(dtype).is_bool else 1, dtype, sizes(shape))


class Constant(Initializer):
    """Makes tensors of `value`: a scalar, repeated, or as many numbers as the shape holds (tf.constant_initializer).

    support_partition: allows the partition arguments. Raises TypeError for another type of value, and where the
    numbers do not fill the shape.
    """

    __module__ = Initializer.__module__

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value: {type(value).__name__}. Expected Python scalar, list or tuple of "
                "values, or numpy.ndarray."
            )
        self.value = value
        self.support_partition = support_partition

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        self._part(shape, kwargs)
        if kwargs and not self.support_partition:
            raise ValueError(f"{type(self).__name__} initializer doesn't support partition-related arguments")
        return constant(self.value, dtype, shape)

    def get_config(self) -> dict[str, Any]:
        """The value."""
        return {"value": self.value}


class RandomUniform(Initializer):
    """Makes numbers from [minval, maxval), the same each time where it has a seed (tf.random_uniform_initializer)."""

    __module__ = Initializer.__module__

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: int | None = None) -> None:
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def __call__(self, shape: Any, dtype: Any = dtypes.float32, **kwargs: Any) -> Any:
        shape, kind = self._part(shape, kwargs), dtypes.as_dtype(dtype)
        if not kind.is_floating and not kind.is_integer:
            raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {kind}.")
        if self.seed is None:
            return distributions.uniform(sizes(shape), self.minval, self.maxval, kind)
        return stateless.stateless_uniform(sizes(shape), [self.seed, 0], self.minval, self.maxval, kind)

    def get_config(self) -> dict[str, Any]:
        """The bounds and the seed."""
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


class RandomNormal(Initializer):
    """Makes normal numbers, the same each time where it has a seed (tf.random_normal_initializer)."""

    __module__ = Initializer.__module__
    _draw = staticmethod(distributions.normal)
    _draw_by_seed = staticmethod(stateless.stateless_normal)

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: int | None = None) -> None:
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def __call__(self, shape: Any, dtype: Any = dtypes.float32, **kwargs: Any) -> Any:
        shape, kind = self._part(shape, kwargs), dtypes.as_dtype(dtype)
        if not kind.is_floating:
            raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {kind}.")
        if self.seed is None:
            return self._draw(sizes(shape), self.mean, self.stddev, kind)
        return self._draw_by_seed(sizes(shape), [self.seed, 0], self.mean, self.stddev, kind)

    def get_config(self) -> dict[str, Any]:
        """The distribution's parameters and the seed."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


class TruncatedNormal(RandomNormal):
    """Makes normal numbers, none further than two deviations from the mean."""

    __module__ = Initializer.__module__
    _draw = staticmethod(distributions.truncated_normal)
    _draw_by_seed = staticmethod(stateless.stateless_truncated_normal)


zeros_initializer = Zeros
ones_initializer = Ones
constant_initializer = Constant
random_uniform_initializer = RandomUniform
random_normal_initializer = RandomNormal
