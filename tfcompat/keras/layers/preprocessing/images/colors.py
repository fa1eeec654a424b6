"""Images whose colours are changed at random."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops, random
from tfcompat.keras.layers.preprocessing.images.base import BaseImagePreprocessingLayer


class RandomBrightness(BaseImagePreprocessingLayer):
    """Images with a random number added, one for each image (tf.keras.layers.RandomBrightness).

    factor: one or two shares of the value range, from -1 to 1. value_range: what pixels lie in.
    """

    def __init__(self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(factor=factor, **kwargs)
        self._set_seed(seed)
        self._set_value_range(value_range)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is added to each image."""
        shape = self._shape_of(data)
        size = (1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1)
        if not training:
            return {"rgb_delta": ops.zeros(size)}
        low, high = self.value_range
        return {"rgb_delta": self._uniform(size, self.factor, seed) * (high - low)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, brighter or darker, within the value range."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        return ops.clip(images + ops.cast(transformation["rgb_delta"], images.dtype), *self.value_range)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomContrast(BaseImagePreprocessingLayer):
    """Images with the distance of pixels from their channel's mean times a random number
    (tf.keras.layers.RandomContrast).

    factor: one or two numbers from 0 to 1: the number lies between 1 - the first and 1 + the second.
    """

    _bounds = (0, 1)

    def __init__(self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._set_factor(factor)
        self.value_range = value_range
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The number for each image."""
        shape = self._shape_of(data)
        size = (1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1)
        if not training:
            return {"contrast_factor": ops.zeros(size)}
        bounds = (1.0 - self.factor[0], 1.0 + self.factor[1])
        return {"contrast_factor": self._uniform(size, bounds, seed, self.compute_dtype)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images with more or less contrast, within the value range."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        down, across = (-2, -1) if self.data_format == "channels_first" else (-3, -2)
        mean = ops.mean(ops.mean(images, axis=down, keepdims=True), axis=across, keepdims=True)
        return ops.clip((images - mean) * transformation["contrast_factor"] + mean, *self.value_range)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class _Hsv(BaseImagePreprocessingLayer):
    """Images changed in their hues, saturations or values."""

    def _with_channel(self, images: Any, number: int, change: Any) -> Any:
        """RGB images with one channel of their HSV changed."""
        axis = -3 if self.data_format == "channels_first" else -1
        hsv = ops.image.rgb_to_hsv(images, data_format=self.data_format)
        parts = ops.unstack(hsv, 3, axis=axis)
        parts[number] = change(parts[number])
        return ops.image.hsv_to_rgb(ops.stack(parts, axis=axis), data_format=self.data_format)


class RandomHue(_Hsv):
    """RGB images with up to half a circle, times `factor`, added to their hue (tf.keras.layers.RandomHue).

    factor: one or two numbers from 0 to 1, either way. value_range: what pixels lie in.
    """

    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self.value_range = value_range
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is added to each image's hue."""
        count = self._count(data)
        drawn = self._uniform((count,), (0.0, 1.0), seed)
        either = ops.where(ops.greater(drawn, 0.5), -ops.ones_like(drawn), ops.ones_like(drawn))
        return {"factor": either * self._uniform((count,), self.factor, seed) * 0.5}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images in other hues."""
        if not training:
            return images
        images = self._in_range(ops.cast(images, self.compute_dtype), self.value_range, (0, 1))
        moved = ops.reshape(ops.cast(transformation["factor"], images.dtype), (-1, 1, 1))

        def turned(hue: Any) -> Any:
            hue = hue + moved
            hue = ops.where(ops.greater(hue, 1.0), hue - 1.0, hue)
            return ops.where(ops.less(hue, 0.0), hue + 1.0, hue)

        images = ops.clip(self._with_channel(images, 0, turned), 0, 1)
        return ops.cast(self._in_range(images, (0, 1), self.value_range), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomSaturation(_Hsv):
    """RGB images with their saturation changed (tf.keras.layers.RandomSaturation).

    factor: one or two numbers from 0 (grey) over 0.5 (as it is) to 1 (full). value_range: what pixels lie in.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self._set_value_range(value_range)
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What each image's saturation is multiplied by."""
        factor = self._uniform((self._count(data),), self.factor, seed)
        return {"factor": factor / (1 - factor + 1e-7)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images with other saturations."""
        if not training:
            return images
        factor = ops.reshape(ops.cast(transformation["factor"], self.compute_dtype), (-1, 1, 1))
        return self._with_channel(images, 1, lambda s: ops.clip(s * factor, *self.value_range))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomColorDegeneration(BaseImagePreprocessingLayer):
    """RGB images mixed with their greys (tf.keras.layers.RandomColorDegeneration).

    factor: one or two numbers: 0 leaves images as they are, 1 makes them grey. value_range: what pixels lie in.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self._set_value_range(value_range)
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """How grey each image becomes."""
        return {"factor": self._uniform((self._count(data), 1, 1, 1), self.factor, seed)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images with less colour."""
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        grey = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        mixed = images + ops.cast(transformation["factor"], self.compute_dtype) * (grey - images)
        return ops.cast(ops.clip(mixed, *self.value_range), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomGrayscale(BaseImagePreprocessingLayer):
    """RGB images of which a share of `factor` becomes grey, in three equal channels
    (tf.keras.layers.RandomGrayscale).
    """

    def __init__(
        self, factor: float = 0.5, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if factor < 0 or factor > 1:
            raise ValueError(f"`factor` should be between 0 and 1. Received: factor={factor}")
        self.factor = factor
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images become grey."""
        drawn = random.uniform((self._count(data),), 0.0, 1.0, seed=self._seed_of(seed))
        return ops.reshape(ops.less(drawn, self.factor), (-1, 1, 1, 1))

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, some of them grey."""
        if not training:
            return images
        chosen = self.get_random_transformation(images) if transformation is None else transformation
        return ops.where(chosen, ops.image.rgb_to_grayscale(images, data_format=self.data_format), images)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**BaseImagePreprocessingLayer.get_config(self), "factor": self.factor}


class RandomInvert(BaseImagePreprocessingLayer):
    """Images some of which become their negatives (tf.keras.layers.RandomInvert).

    factor: with which probability, one or two numbers from 0 to 1. value_range: what pixels lie in.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self.value_range = value_range
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images become negatives."""
        return {"apply_inversion": self._applies(self._count(data), seed)} if training else None

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, some of them negatives."""
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        chosen = ops.reshape(transformation["apply_inversion"], (-1, 1, 1, 1))
        return ops.where(chosen, self.value_range[1] - images, images)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomColorJitter(BaseImagePreprocessingLayer):
    """Images changed in brightness, contrast, saturation and hue (tf.keras.layers.RandomColorJitter).

    brightness_factor, contrast_factor, saturation_factor, hue_factor: as the layers RandomBrightness, RandomContrast,
    RandomSaturation and RandomHue take; None leaves that as it is. value_range: what pixels lie in.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        self._set_seed(seed)
        how = {"value_range": value_range, "seed": seed, "data_format": data_format}
        for name, cls in _JITTERS.items():
            factor = getattr(self, f"{name}_factor")
            setattr(self, f"random_{name}", None if factor is None else cls(factor=factor, **how))

    def build(self, input_shape: Any) -> None:
        """Builds the layers that do it."""
        for name in _JITTERS:
            layer = getattr(self, f"random_{name}")
            if layer is not None:
                layer.build(input_shape)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images in other colours."""
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        for name in _JITTERS:
            layer = getattr(self, f"random_{name}")
            if layer is not None:
                drawn = layer.get_random_transformation(images, seed=self.generator)
                images = layer.transform_images(images, drawn)
        return ops.cast(images, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range brightness_factor contrast_factor saturation_factor hue_factor seed")


_JITTERS: dict[str, Any] = {
    "brightness": RandomBrightness,
    "contrast": RandomContrast,
    "saturation": RandomSaturation,
    "hue": RandomHue,
}
