"""Images mirrored, turned, moved, zoomed and sheared at random."""

from __future__ import annotations

import math
from typing import Any

from tfcompat.keras import ops
from tfcompat.keras.layers.preprocessing.images.base import BaseImagePreprocessingLayer
from tfcompat.keras.utils.bounding_boxes import affine_transform, clip_to_image_size, convert_format


class RandomFlip(BaseImagePreprocessingLayer):
    """Images mirrored in half of the cases (tf.keras.layers.RandomFlip).

    mode: "horizontal", "vertical" or "horizontal_and_vertical".
    """

    _takes_factor = False

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_seed(seed)
        self.mode = mode
        self._convert_input_args = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images are mirrored."""
        if not training:
            return None
        shape = self._shape_of(data)
        drawn = self._uniform((1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1), (0.0, 1.0), seed)
        return {"flips": ops.less_equal(drawn, 0.5), "input_shape": shape}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, some of them mirrored."""
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        across, down = (-1, -2) if self.data_format == "channels_first" else (-2, -3)
        for word, axis in (("horizontal", across), ("vertical", down)):
            if word in self.mode:
                images = ops.where(transformation["flips"], ops.flip(images, axis=axis), images)
        return images

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, mirrored as their images are."""
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes, mirrored as their images are."""
        if not training:
            return bounding_boxes
        flips = ops.squeeze(transformation["flips"], -1)
        flips = flips if len(flips.shape) == 3 else ops.expand_dims(flips, 0)
        height, width = _sides(self, transformation)
        how = {"height": height, "width": width}
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "rel_xyxy", **how)
        boxes = found["boxes"]
        for word, order in (("horizontal", (2, 1, 0, 3)), ("vertical", (0, 3, 2, 1))):
            if word in self.mode:
                parts = [boxes[..., i] for i in range(4)]
                turned = [parts[j] if i == j else 1.0 - parts[j] for i, j in enumerate(order)]
                boxes = ops.where(flips, ops.stack(turned, -1), boxes)
        found["boxes"] = boxes
        found = clip_to_image_size(found, bounding_box_format="xyxy", **how)
        return convert_format(found, "rel_xyxy", self.bounding_box_format, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("seed mode data_format")


def _sides(layer: BaseImagePreprocessingLayer, transformation: Any) -> tuple[Any, Any]:
    shape = transformation["input_shape"]
    return (shape[-2], shape[-1]) if layer.data_format == "channels_first" else (shape[-3], shape[-2])


class _Affine(BaseImagePreprocessingLayer):
    """Images whose pixels are taken from places that a matrix gives."""

    fill_mode: str
    fill_value: float

    def _matrix(self, transformation: Any) -> Any:
        raise NotImplementedError

    def _transform_images(self, images: Any, transformation: Any, interpolation: str) -> Any:
        if transformation is None:
            return images
        return ops.image.affine_transform(
            images,
            self._matrix(transformation),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, changed as their images are, by the nearest elements."""
        return self._transform_images(segmentation_masks, transformation, "nearest") if training else segmentation_masks


def _rows(*numbers: Any) -> Any:
    """Matrices [count, 8] of six numbers for each image."""
    zero = ops.zeros_like(numbers[0])
    return ops.stack(
        [*(ops.broadcast_to(n, ops.shape(zero)) for n in map(ops.convert_to_tensor, numbers)), zero, zero], 1
    )


class RandomRotation(_Affine):
    """Images turned by a random angle (tf.keras.layers.RandomRotation).

    factor: one or two numbers, shares of a full turn, counter-clockwise. fill_mode: what is beyond the edges:
    "reflect", "wrap", "nearest" or "constant", which is `fill_value`. interpolation: "bilinear" or "nearest".
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor=factor, data_format=data_format, **kwargs)
        self._set_seed(seed)
        self._set_filling(fill_mode, interpolation, fill_value)
        self.supports_jit = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The angles in degrees, and their matrices."""
        if not training:
            return None
        count, (height, width) = self._count(data), self._sides(data)
        angle = self._uniform((count,), [share * 360.0 for share in self.factor], seed)
        turn = angle * (math.pi / 180.0)
        cos, sin = ops.cos(turn), ops.sin(turn)
        cx, cy = 0.5 * (width - 1), 0.5 * (height - 1)
        matrix = _rows(cos, -sin, cx - cx * cos + cy * sin, sin, cos, cy - cx * sin - cy * cos)
        return {
            "angle": angle,
            "rotation_matrix": matrix,
            "image_height": height,
            "image_width": width,
            "batch_size": count,
        }

    def _matrix(self, transformation: Any) -> Any:
        return transformation["rotation_matrix"]

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes around the boxes, turned as their images are."""
        if not training:
            return bounding_boxes
        how = {"height": transformation["image_height"], "width": transformation["image_width"]}
        angle = transformation["angle"]
        zero, one = ops.zeros_like(angle), ops.ones_like(angle)
        boxes = affine_transform(bounding_boxes["boxes"], angle, zero, zero, one, zero, zero, **how)
        found = clip_to_image_size({**bounding_boxes, "boxes": boxes}, **how)
        return convert_format(found, "xyxy", self.bounding_box_format, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor data_format fill_mode fill_value interpolation seed")


class RandomZoom(_Affine):
    """Images zoomed at random (tf.keras.layers.RandomZoom).

    height_factor, width_factor: one or two numbers over -1: above 0 images shrink, below they grow; None for the width
    zooms it as the height. The rest: as tf.keras.layers.RandomRotation's.
    """

    _takes_factor = False

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height = self._strict_range(height_factor, "height_factor", -1.0, 1.0, open_low=True)
        if width_factor is not None:
            self._width = self._strict_range(width_factor, "width_factor", -1.0, 1.0, open_low=True)
        self._set_filling(fill_mode, interpolation, fill_value)
        self._set_seed(seed)
        self.supports_jit = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The factors, [count, 1], and the shape of the images."""
        if not training:
            return None
        count = self._count(data)
        tall = self._uniform((count, 1), [1.0 + n for n in self._height], seed)
        wide = tall if self.width_factor is None else self._uniform((count, 1), [1.0 + n for n in self._width], seed)
        return {"height_zoom": tall, "width_zoom": wide, "input_shape": self._shape_of(data)}

    def _matrix(self, transformation: Any) -> Any:
        height, width = _sides(self, transformation)
        tall, wide = (ops.cast(transformation[f"{side}_zoom"], "float32")[:, 0] for side in ("height", "width"))
        left, top = (width - 1.0) / 2.0 * (1.0 - wide), (height - 1.0) / 2.0 * (1.0 - tall)
        return _rows(wide, 0.0, left, 0.0, tall, top)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes, zoomed as their images are."""
        if not training:
            return bounding_boxes
        height, width = _sides(self, transformation)
        how = {"height": height, "width": width}
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "xyxy", **how)
        matrix = self._matrix(transformation)
        corner = ops.stack([matrix[:, 2], matrix[:, 5]] * 2, -1)
        span = ops.stack([matrix[:, 0] * width, matrix[:, 4] * height] * 2, -1)
        corner, span = ops.expand_dims(corner, 1), ops.expand_dims(span, 1)
        boxes = ops.minimum(ops.maximum(found["boxes"], corner), corner + span) - corner
        found["boxes"] = boxes / span
        found = clip_to_image_size(found, bounding_box_format="rel_xyxy")
        return convert_format(found, "rel_xyxy", self.bounding_box_format, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("height_factor width_factor fill_mode interpolation seed fill_value data_format")


class RandomTranslation(_Affine):
    """Images moved at random (tf.keras.layers.RandomTranslation).

    height_factor, width_factor: one or two shares of the image, down and to the right. The rest: as
    tf.keras.layers.RandomRotation's.
    """

    _takes_factor = False

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height = self._strict_range(height_factor, "height_factor", -1.0, 1.0)
        self._width = self._strict_range(width_factor, "width_factor", -1.0, 1.0)
        self._set_filling(fill_mode, interpolation, fill_value)
        self._set_seed(seed)
        self.supports_jit = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """How far each image is moved, [count, 2], in pixels to the right and down."""
        if not training:
            return None
        count, (height, width) = self._count(data), self._sides(data)
        down = self._uniform([count, 1], self._height, seed) * height
        right = self._uniform([count, 1], self._width, seed) * width
        moved = ops.cast(ops.concatenate([right, down], axis=1), "float32")
        return {"translations": moved, "input_shape": self._shape_of(data)}

    def _matrix(self, transformation: Any) -> Any:
        moved = transformation["translations"]
        return _rows(ops.ones_like(moved[:, 0]), 0.0, -moved[:, 0], 0.0, 1.0, -moved[:, 1])

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes, moved as their images are."""
        if not training:
            return bounding_boxes
        height, width = _sides(self, transformation)
        how = {"height": height, "width": width}
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "xyxy", **how)
        moved = ops.expand_dims(ops.concatenate([transformation["translations"]] * 2, axis=1), 1)
        found["boxes"] = found["boxes"] + ops.cast(moved, found["boxes"].dtype)
        return convert_format(clip_to_image_size(found, **how), "xyxy", self.bounding_box_format, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("height_factor width_factor fill_mode interpolation seed fill_value data_format")


class RandomShear(_Affine):
    """Images sheared at random (tf.keras.layers.RandomShear).

    x_factor, y_factor: one or two numbers from 0 to 1, either way. The rest: as tf.keras.layers.RandomRotation's.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.x_factor = self._strict_range(x_factor, "x_factor", 0.0, 1.0)
        self.y_factor = self._strict_range(y_factor, "y_factor", 0.0, 1.0)
        self._set_filling(fill_mode, interpolation, fill_value)
        self._set_seed(seed)
        self.supports_jit = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """How far each image is sheared, [count, 2], along x and y."""
        if not training:
            return None
        shape, kind = [self._count(data), 1], self.compute_dtype
        drawn = self._uniform(shape, (0.0, 1.0), seed, kind)
        either = ops.where(ops.greater(drawn, 0.5), -ops.ones_like(drawn), ops.ones_like(drawn))
        y = self._uniform(shape, self.y_factor, seed, kind)
        x = self._uniform(shape, self.x_factor, seed, kind)
        return {"shear_factor": ops.concatenate([x, y], axis=1) * either, "input_shape": self._shape_of(data)}

    def _matrix(self, transformation: Any) -> Any:
        shear = transformation["shear_factor"]
        return _rows(ops.ones_like(shear[:, 0]), shear[:, 0], 0.0, shear[:, 1], 1.0, 0.0)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes around the boxes, sheared as their images are."""
        if not training:
            return bounding_boxes
        height, width = _sides(self, transformation)
        how = {"height": height, "width": width}
        found = convert_format(
            dict(bounding_boxes), self.bounding_box_format, "rel_xyxy", dtype=self.compute_dtype, **how
        )
        x, y = transformation["shear_factor"][:, :1], transformation["shear_factor"][:, 1:]
        x1, y1, x2, y2 = (found["boxes"][..., i] for i in range(4))
        x1, x2 = x1 - x * ops.where(ops.less(x, 0), y1, y2), x2 - x * ops.where(ops.less(x, 0), y2, y1)
        up = ops.greater(y, 0)
        y1, y2 = y1 - y * ops.where(up, x2, x1), y2 - y * ops.where(up, x1, x2)
        found["boxes"] = ops.stack([x1, y1, x2, y2], -1)
        found = clip_to_image_size(found, bounding_box_format="rel_xyxy")
        return convert_format(found, "rel_xyxy", self.bounding_box_format, dtype=self.compute_dtype, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("x_factor y_factor fill_mode interpolation seed fill_value data_format")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> RandomShear:
        """The layer that `get_config` described: there, one number is a pair of it either way."""
        config = dict(config)
        for key in ("x_factor", "y_factor"):
            value = config.get(key)
            if isinstance(value, (tuple, list)) and len(value) == 2 and value[0] == -value[1]:
                config[key] = value[1]
        return cls(**config)
