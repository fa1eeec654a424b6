"""Initializers that draw random values."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core.ops import wrap
from tfcompat.keras import _version, random
from tfcompat.keras.initializers.base import Initializer
from tfcompat.keras.random.seed_generator import (
    SeedGenerator,
    make_default_seed,
    make_initializer_seed,
    nobody_seeds,
)

# The standard deviation of a unit normal distribution that is cut off at two standard deviations.
_TRUNCATED_STDDEV = 0.87962566103423978


class RandomInitializer(Initializer):
    """What random initializers share: a seed, an int or a SeedGenerator; with an int, each call gives the same
    values.
    """

    def __init__(self, seed: Any = None) -> None:
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        self._init_seed = seed
        if isinstance(seed, dict):
            seed = deserialize_keras_object(seed)
        if seed is not None and not isinstance(seed, (int, SeedGenerator)):
            raise ValueError(f"`seed` must be an integer or a keras.random.SeedGenerator. Received: seed={seed!r}")
        self.seed = seed
        # The seed is kept, so that the initializer repeats its values, only where a program could tell.
        self._free = seed is None and nobody_seeds()
        self._own_seed = seed
        if seed is None and not _version.is_legacy():
            self.seed = self._own_seed = make_default_seed()

    def _random(self, distribution: str, shape: Any, first: float, second: float, dtype: Any) -> Any:
        if self._own_seed is None:  # Keras 2 draws it when values are first asked for
            self._own_seed = make_initializer_seed()
        seed: Any = self._own_seed
        if self._free:
            # Nobody chose this seed: its numbers only have to be the same each time this initializer is called.
            return _seeded(distribution, shape, first, second, dtype, seed)
        return getattr(random, distribution)(shape, first, second, dtype=dtype, seed=seed)

    def get_config(self) -> dict[str, Any]:
        """The seed, serialized."""
        return self._config()

    def _config(self, **own: Any) -> dict[str, Any]:
        """The seed and more: in Keras 2 the seed comes last, and axes are not told."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        seed = {"seed": serialize_keras_object(self._init_seed)}
        if not _version.is_legacy():
            return {**seed, **own}
        return {key: value for key, value in own.items() if not key.endswith("_axes")} | seed


def _seeded(distribution: str, shape: Any, first: float, second: float, dtype: Any, seed: int) -> Any:
    """Numbers from torch's generator, which is faster than TensorFlow's and gives others."""
    from tfcompat._core import device
    from tfcompat.keras._dtypes import standardize_dtype
    from tfcompat.keras.ops._operation import torch_dtype

    where = device.default()
    generator = torch.Generator(device=where).manual_seed(seed)
    t = torch.empty(tuple(int(d) for d in shape), dtype=torch_dtype(standardize_dtype(dtype)), device=where)
    if distribution == "uniform":
        t.uniform_(first, second, generator=generator)
    elif distribution == "normal":
        t.normal_(first, second, generator=generator)
    else:
        torch.nn.init.trunc_normal_(t, first, second, first - 2 * second, first + 2 * second, generator=generator)
    return wrap(t)


class RandomNormal(RandomInitializer):
    """Normally distributed values (tf.keras.initializers.RandomNormal)."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed=seed)
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of random values."""
        return self._random("normal", shape, self.mean, self.stddev, dtype)

    def get_config(self) -> dict[str, Any]:
        """The seed, mean and standard deviation."""
        return self._config(mean=self.mean, stddev=self.stddev)


class TruncatedNormal(RandomNormal):
    """Normally distributed values within two standard deviations (tf.keras.initializers.TruncatedNormal)."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of random values."""
        return self._random("truncated_normal", shape, self.mean, self.stddev, dtype)


class RandomUniform(RandomInitializer):
    """Values evenly distributed in [minval, maxval) (tf.keras.initializers.RandomUniform)."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed=seed)
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of random values."""
        return self._random("uniform", shape, self.minval, self.maxval, dtype)

    def get_config(self) -> dict[str, Any]:
        """The seed and the range."""
        return self._config(minval=self.minval, maxval=self.maxval)


class VarianceScaling(RandomInitializer):
    """Values whose variance is `scale / n`, where `n` is the number of a weight's inputs, outputs, or their mean.

    mode: "fan_in", "fan_out" or "fan_avg". distribution: "truncated_normal" ("normal"), "untruncated_normal" or
    "uniform". input_axes, output_axes: which axes are inputs and outputs, where not the last two. ValueError for
    other values (tf.keras.initializers.VarianceScaling).
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Any = None,
        output_axes: Any = None,
    ) -> None:
        super().__init__(seed=seed)
        if scale <= 0:
            raise ValueError(f"`scale` must be a positive float. Received: scale={scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"`mode` must be 'fan_in', 'fan_out' or 'fan_avg'. Received: mode={mode!r}")
        distribution = {"normal": "truncated_normal"}.get(distribution.lower(), distribution.lower())
        if distribution not in ("uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "`distribution` must be 'uniform', 'truncated_normal' or 'untruncated_normal'. "
                f"Received: distribution={distribution!r}"
            )
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of random values."""
        axes = () if _version.is_legacy() else (self.input_axes, self.output_axes)
        fan_in, fan_out = compute_fans(shape, *axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return self._random("uniform", shape, -limit, limit, dtype)
        if self.distribution == "untruncated_normal":
            return self._random("normal", shape, 0.0, math.sqrt(variance), dtype)
        return self._random("truncated_normal", shape, 0.0, math.sqrt(variance) / _TRUNCATED_STDDEV, dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config(
            scale=self.scale,
            mode=self.mode,
            distribution=self.distribution,
            input_axes=self.input_axes,
            output_axes=self.output_axes,
        )


class _Named(VarianceScaling):
    """A VarianceScaling with its scale, mode and distribution fixed by the class."""

    _fixed: tuple[float, str, str]

    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None:
        scale, mode, distribution = self._fixed
        super().__init__(scale, mode, distribution, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        """The seed and the axes."""
        return self._config(input_axes=self.input_axes, output_axes=self.output_axes)


class GlorotUniform(_Named):
    """Uniform in [-limit, limit], limit = sqrt(6 / (fan_in + fan_out)) (tf.keras.initializers.GlorotUniform)."""

    _fixed = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Truncated normal with stddev = sqrt(2 / (fan_in + fan_out)) (tf.keras.initializers.GlorotNormal)."""

    _fixed = (1.0, "fan_avg", "truncated_normal")


class LecunUniform(_Named):
    """Uniform in [-limit, limit], limit = sqrt(3 / fan_in) (tf.keras.initializers.LecunUniform)."""

    _fixed = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    """Truncated normal with stddev = sqrt(1 / fan_in) (tf.keras.initializers.LecunNormal)."""

    _fixed = (1.0, "fan_in", "truncated_normal")


class HeUniform(_Named):
    """Uniform in [-limit, limit], limit = sqrt(6 / fan_in) (tf.keras.initializers.HeUniform)."""

    _fixed = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    """Truncated normal with stddev = sqrt(2 / fan_in) (tf.keras.initializers.HeNormal)."""

    _fixed = (2.0, "fan_in", "truncated_normal")


class Orthogonal(RandomInitializer):
    """An orthogonal matrix times `gain`: rows, or columns where there are fewer, are orthonormal.

    More than two dimensions are flattened to [all but the last, last]; ValueError for fewer
    (tf.keras.initializers.Orthogonal).
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        super().__init__(seed=seed)
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of random values."""
        if len(shape) < 2:
            raise ValueError(f"Orthogonal needs at least two dimensions. Received: shape={shape} of rank {len(shape)}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        flat = self._random("normal", (max(rows, columns), min(rows, columns)), 0.0, 1.0, dtype)._t
        q, r = torch.linalg.qr(flat)
        q = q * torch.sign(torch.diagonal(r))
        return wrap((self.gain * (q.T if rows < columns else q)).reshape(tuple(shape)))

    def get_config(self) -> dict[str, Any]:
        """The seed and the gain."""
        return self._config(gain=self.gain)


def compute_fans(shape: Any, input_axes: Any = None, output_axes: Any = None) -> tuple[int, int]:
    """The numbers of inputs and outputs of a weight of the given shape: of a kernel, [..., in, out]."""
    shape = tuple(int(d) for d in shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes)
    if not shape:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field
