"""Pooling layers: over windows, over everything, and into a given number of parts."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers._weighted import show_rank
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._window_shapes import join, pooled, split, tuple_of


class _Pooling(Layer):
    """Pooling over windows. rank: the number of spatial dimensions."""

    rank = 0

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if rank is not None:
            cls.rank = rank
            if rank > 1:
                show_rank(cls, rank, ("pool_size",))

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = tuple_of(pool_size, self.rank, "pool_size")
        self.strides = tuple_of(pool_size if strides is None else strides, self.rank, "strides", allow_zero=True)
        self.padding = padding
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._build_at_init()

    _pool: Any

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return type(self)._pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The outputs' shape; ValueError where nothing would be left."""
        return pooled(input_shape, self.pool_size, self.strides, self.padding, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {
            "pool_size": self.pool_size,
            "padding": self.padding,
            "strides": self.strides,
            "data_format": self.data_format,
        }
        return {**super().get_config(), **own}


class _MaxPooling(_Pooling):
    _pool = staticmethod(ops.max_pool)

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class _AveragePooling(_Pooling):
    _pool = staticmethod(ops.average_pool)


class MaxPooling1D(_MaxPooling, rank=1):
    """The largest element of each window of sequences (tf.keras.layers.MaxPooling1D).

    pool_size: the window. strides: its steps, None for the window's size. padding: "valid" or "same". data_format:
    "channels_last" or "channels_first". ValueError for others.
    """


class MaxPooling2D(_MaxPooling, rank=2):
    """The largest element of each window of images (tf.keras.layers.MaxPooling2D); arguments as MaxPooling1D's."""


class MaxPooling3D(_MaxPooling, rank=3):
    """The largest element of each window of volumes (tf.keras.layers.MaxPooling3D); arguments as MaxPooling1D's."""


class AveragePooling1D(_AveragePooling, rank=1):
    """The mean of each window of sequences, of what of it lies within them (tf.keras.layers.AveragePooling1D).

    Arguments as MaxPooling1D's.
    """


class AveragePooling2D(_AveragePooling, rank=2):
    """The mean of each window of images (tf.keras.layers.AveragePooling2D); arguments as MaxPooling1D's."""


class AveragePooling3D(_AveragePooling, rank=3):
    """The mean of each window of volumes (tf.keras.layers.AveragePooling3D); arguments as MaxPooling1D's."""


class _GlobalPooling(Layer):
    """Pooling over all of the spatial dimensions. rank: their number."""

    rank = 0

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.rank = cls.rank if rank is None else rank

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._build_at_init()

    def _axes(self) -> list[int]:
        first = 1 if self.data_format == "channels_last" else 2
        return list(range(first, first + self.rank))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """(batch, channels), with sizes of 1 in between where `keepdims` is true."""
        batch, sizes, channels = split(input_shape, self.data_format)
        return join(batch, [1] * len(sizes) if self.keepdims else [], channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}


class GlobalMaxPooling1D(_GlobalPooling, rank=1):
    """The largest element of each channel of sequences (tf.keras.layers.GlobalMaxPooling1D).

    keepdims: whether the axes pooled over stay, with size 1. ValueError for another data format.
    """

    def call(self, inputs: Any) -> Any:
        """The largest elements."""
        return ops.max(inputs, axis=self._axes(), keepdims=self.keepdims)


class GlobalMaxPooling2D(GlobalMaxPooling1D, rank=2):
    """The largest element of each channel of images (tf.keras.layers.GlobalMaxPooling2D)."""


class GlobalMaxPooling3D(GlobalMaxPooling1D, rank=3):
    """The largest element of each channel of volumes (tf.keras.layers.GlobalMaxPooling3D)."""


class GlobalAveragePooling1D(_GlobalPooling, rank=1):
    """The mean of each channel of sequences, over the steps that a mask keeps (tf.keras.layers.GlobalAveragePooling1D).

    keepdims: whether the axis pooled over stays, with size 1. ValueError for another data format.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The means."""
        axis = self._axes()
        if mask is None:
            return ops.mean(inputs, axis=axis, keepdims=self.keepdims)
        kept = ops.cast(ops.expand_dims(mask, 2 if self.data_format == "channels_last" else 1), "bool")
        total = ops.sum(ops.where(kept, inputs, 0), axis=axis, keepdims=self.keepdims)
        return total / ops.sum(ops.cast(kept, inputs.dtype), axis=axis, keepdims=self.keepdims)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None: no steps are left."""
        return None


class GlobalAveragePooling2D(_GlobalPooling, rank=2):
    """The mean of each channel of images (tf.keras.layers.GlobalAveragePooling2D)."""

    def call(self, inputs: Any) -> Any:
        """The means."""
        return ops.mean(inputs, axis=self._axes(), keepdims=self.keepdims)


class GlobalAveragePooling3D(GlobalAveragePooling2D, rank=3):
    """The mean of each channel of volumes (tf.keras.layers.GlobalAveragePooling3D)."""


class _AdaptivePooling(Layer):
    """Pooling into `output_size` parts along each spatial dimension. rank: their number."""

    rank = 0

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.rank = cls.rank if rank is None else rank

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        if isinstance(output_size, int):
            sizes = (output_size,) * self.rank
        elif isinstance(output_size, (tuple, list)) and len(output_size) == self.rank:
            sizes = tuple(output_size)
        elif self.rank == 1 and isinstance(output_size, (tuple, list)):
            raise ValueError(f"For 1D input, `output_size` tuple must have length 1. Received: {output_size}")
        else:
            one = ("tuple of 1 integer", "(height, width) tuple", "(depth, height, width) tuple")[self.rank - 1]
            raise TypeError(
                f"`output_size` must be an integer or {one}. Received: {output_size} of type {type(output_size)}"
            )
        super().__init__(**kwargs)
        self.output_size = sizes
        self.data_format = standardize_data_format(data_format)

    _pool: Any

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return type(self)._pool(inputs, self.output_size, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The inputs' shape with the spatial sizes `output_size`."""
        batch, _, channels = split(input_shape, self.data_format)
        return join(batch, self.output_size, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "output_size": self.output_size, "data_format": self.data_format}


class AdaptiveAveragePooling1D(_AdaptivePooling, rank=1):
    """The means of `output_size` parts of sequences (tf.keras.layers.AdaptiveAveragePooling1D).

    Parts overlap by an element where the size is no multiple. TypeError for another `output_size`.
    """

    _pool = staticmethod(ops.adaptive_average_pool)


class AdaptiveAveragePooling2D(AdaptiveAveragePooling1D, rank=2):
    """The means of `output_size` parts of images (tf.keras.layers.AdaptiveAveragePooling2D)."""


class AdaptiveAveragePooling3D(AdaptiveAveragePooling1D, rank=3):
    """The means of `output_size` parts of volumes (tf.keras.layers.AdaptiveAveragePooling3D)."""


class AdaptiveMaxPooling1D(_AdaptivePooling, rank=1):
    """The largest elements of `output_size` parts of sequences (tf.keras.layers.AdaptiveMaxPooling1D)."""

    _pool = staticmethod(ops.adaptive_max_pool)


class AdaptiveMaxPooling2D(AdaptiveMaxPooling1D, rank=2):
    """The largest elements of `output_size` parts of images (tf.keras.layers.AdaptiveMaxPooling2D)."""


class AdaptiveMaxPooling3D(AdaptiveMaxPooling1D, rank=3):
    """The largest elements of `output_size` parts of volumes (tf.keras.layers.AdaptiveMaxPooling3D)."""


MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D, GlobalAvgPool3D = GlobalAveragePooling2D, GlobalAveragePooling3D
