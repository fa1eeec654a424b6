"""Layers that crop, pad and enlarge sequences, images and volumes."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._window_shapes import join, split, tuple_of
from tfcompat.nn._windows import pad

_ORDINALS = ("1st", "2nd", "3rd")
# What else than an int may say how much is cropped or padded, as errors tell it.
_FORMS = {
    (2, name): "a tuple of 2 ints (symmetric_height_crop, symmetric_width_crop), or a tuple of 2 tuples of 2 ints "
    "((top_crop, bottom_crop), (left_crop, right_crop))"
    for name in ("cropping", "padding")
} | {
    (3, name): f"a tuple of 3 ints (symmetric_dim1_{e}, symmetric_dim2_{e}, symmetric_dim3_{e}), or a tuple of 3 "
    f"tuples of 2 ints ((left_dim1_{e}, right_dim1_{e}), (left_dim2_{e}, right_dim2_{e}), (left_dim3_{e}, "
    f"right_dim2_{e}))"
    for name, e in (("cropping", "crop"), ("padding", "pad"))
}


def _pairs(value: Any, n: int, name: str) -> tuple[tuple[int, int], ...]:
    """`value` as `n` (before, after) pairs: from one int, `n` ints or `n` pairs; ValueError for others."""
    if isinstance(value, int):
        if value < 0:
            raise ValueError(f"`{name}` cannot be negative. Received: {name}={value}.")
        return ((value, value),) * n
    if not hasattr(value, "__len__"):
        given = value if (n, name) == (3, "cropping") else f"{name}={value}"
        raise ValueError(f"`{name}` should be either an int, {_FORMS[n, name]}. Received: {given}.")
    if len(value) != n:
        count, given = ("two", f"{name}={value}") if n == 2 else (n, value)
        raise ValueError(f"`{name}` should have {count} elements. Received: {given}.")
    names = (f"{ordinal} entry of {name}" for ordinal in _ORDINALS)
    return tuple(tuple_of(v, 2, entry, allow_zero=True) for v, entry in zip(value, names))  # type: ignore[misc]


class _Sizing(Layer):
    """A layer that changes the spatial sizes. rank: how many there are."""

    rank = 0
    data_format = "channels_last"

    def _changed(self, sizes: list[int | None]) -> list[int | None]:
        raise NotImplementedError(f"{type(self).__name__} must implement `_changed`.")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape with other spatial sizes."""
        batch, sizes, channels = split(input_shape, self.data_format)
        return join(batch, self._changed(sizes), channels, self.data_format)


class _Cropping(_Sizing):
    _too_much = "Values in `cropping` argument should be smaller than the corresponding spatial dimension of the input."

    def _take(self, cropping: Any, data_format: Any) -> None:
        self.data_format = standardize_data_format(data_format)
        self.cropping = _pairs(cropping, self.rank, "cropping")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _all_pairs(self) -> Any:
        return self.cropping

    def _changed(self, sizes: list[int | None]) -> list[int | None]:
        return [None if size is None else size - sum(pair) for size, pair in zip(sizes, self._all_pairs())]

    def _check(self, shape: Any, name: str) -> None:
        _, sizes, _ = split(shape, self.data_format)
        if any(size is not None and size <= 0 for size in self._changed(sizes)):
            raise ValueError(f"{self._too_much} Received: {name}={shape}, cropping={self.cropping}")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape with other spatial sizes; ValueError where nothing would be left."""
        self._check(input_shape, "input_shape")
        return super().compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """What is left; ValueError where that is nothing."""
        self._check(inputs.shape, "inputs.shape")
        if len(inputs.shape) != self.rank + 2:
            raise ValueError(f"{type(self).__name__} takes inputs of rank {self.rank + 2}. Got shape {inputs.shape}")
        return _sliced(inputs, self._all_pairs(), 1 if self.data_format == "channels_last" else 2)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "cropping": self.cropping, "data_format": self.data_format}


def _sliced(inputs: Any, pairs: Any, first: int) -> Any:
    x = to_storage(inputs)
    for i, (before, after) in enumerate(pairs):
        x = x.narrow(first + i, before, x.shape[first + i] - before - after)
    return wrap(x)


class Cropping1D(_Cropping):
    """Sequences without their ends (tf.keras.layers.Cropping1D).

    cropping: how many steps to drop at each end, an int or a pair. ValueError where nothing would be left.
    """

    rank = 1
    _too_much = "`cropping` parameter of `Cropping1D` layer must be smaller than the input length."

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping = tuple_of(cropping, 2, "cropping", allow_zero=True)
        self.input_spec = InputSpec(ndim=3)

    def _all_pairs(self) -> Any:
        return (self.cropping,)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        config.pop("data_format")
        return config


class Cropping2D(_Cropping):
    """Images without their edges (tf.keras.layers.Cropping2D).

    cropping: an int, one for rows and one for columns, or ((top, bottom), (left, right)). ValueError where nothing
    would be left.
    """

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(cropping, data_format)


class Cropping3D(_Cropping):
    """Volumes without their edges (tf.keras.layers.Cropping3D); arguments as Cropping2D's."""

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(cropping, data_format)


class _ZeroPadding(_Sizing):
    padding: Any

    def _take(self, padding: Any, data_format: Any) -> None:
        self.data_format = standardize_data_format(data_format)
        self.padding = _pairs(padding, self.rank, "padding")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _all_pairs(self) -> Any:
        return self.padding

    def _changed(self, sizes: list[int | None]) -> list[int | None]:
        return [None if size is None else size + sum(pair) for size, pair in zip(sizes, self._all_pairs())]

    def call(self, inputs: Any) -> Any:
        """The inputs with zeros around them."""
        edges = list(self._all_pairs())
        return wrap(pad(to_storage(inputs), [*edges, (0, 0)] if self.data_format == "channels_last" else edges))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}


class ZeroPadding1D(_ZeroPadding):
    """Sequences with zeros at their ends (tf.keras.layers.ZeroPadding1D); padding: an int or a pair."""

    rank = 1

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.padding = tuple_of(padding, 2, "padding", allow_zero=True)
        self.input_spec = InputSpec(ndim=3)

    def _all_pairs(self) -> Any:
        return (self.padding,)


class ZeroPadding2D(_ZeroPadding):
    """Images with zeros at their edges (tf.keras.layers.ZeroPadding2D).

    padding: an int, one for rows and one for columns, or ((top, bottom), (left, right)). ValueError for others.
    """

    rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(padding, data_format)


class ZeroPadding3D(_ZeroPadding):
    """Volumes with zeros at their edges (tf.keras.layers.ZeroPadding3D); padding as ZeroPadding2D's."""

    rank = 3

    def __init__(self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(padding, data_format)


class _UpSampling(_Sizing):
    """Each element repeated along the spatial dimensions."""

    size: Any

    def _factors(self) -> tuple[int, ...]:
        return self.size

    def _changed(self, sizes: list[int | None]) -> list[int | None]:
        return [None if size is None else size * factor for size, factor in zip(sizes, self._factors())]

    def call(self, inputs: Any) -> Any:
        """The enlarged inputs."""
        x = to_storage(inputs)
        first = 1 if self.data_format == "channels_last" else 2
        shape = list(self.compute_output_shape(tuple(x.shape)))
        # All copies at once: axes to copy along are put behind the spatial ones, where reshaping joins them.
        for i in reversed(range(self.rank)):
            x = x.unsqueeze(first + i + 1)
        copies = [-1] * x.ndim
        copies[first + 1 : first + 2 * self.rank : 2] = self._factors()
        return wrap(x.expand(copies).reshape(shape))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "size": self.size, "data_format": self.data_format}


class UpSampling1D(_UpSampling):
    """Each step of sequences `size` times (tf.keras.layers.UpSampling1D). TypeError or ValueError for other sizes."""

    rank = 1

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"Expected an integer value for `size`, got {type(size)}.")
        if size <= 0:
            raise ValueError(f"Argument `size` should be a positive integer. Received: size={size}")
        self.size = size
        self.input_spec = InputSpec(ndim=3)

    def _factors(self) -> tuple[int, ...]:
        return (self.size,)

    def compute_output_shape(self, input_shape: Any) -> list[Any]:
        """The inputs' shape with `size` times the steps."""
        return list(super().compute_output_shape(input_shape))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        config.pop("data_format")
        return config


class UpSampling2D(_UpSampling):
    """Images enlarged by whole factors (tf.keras.layers.UpSampling2D).

    size: an int, or one for rows and one for columns. interpolation: "nearest" repeats elements; "bilinear",
    "bicubic", "lanczos3" and "lanczos5" go between them. ValueError for others.
    """

    rank = 2

    def __init__(
        self, size: Any = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.size = tuple_of(size, 2, "size")
        self.interpolation = interpolation.lower()
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        """The enlarged images."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        _, sizes, _ = split(self.compute_output_shape(ops.shape(inputs)), self.data_format)
        return ops.image.resize(inputs, tuple(sizes), interpolation=self.interpolation, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "interpolation": self.interpolation}


class UpSampling3D(_UpSampling):
    """Volumes enlarged by whole factors, each element repeated (tf.keras.layers.UpSampling3D)."""

    rank = 3

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.size = tuple_of(size, 3, "size")
        self.input_spec = InputSpec(ndim=5)
