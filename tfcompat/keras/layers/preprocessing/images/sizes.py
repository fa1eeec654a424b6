"""Images in other sizes: Resizing, CenterCrop, RandomCrop, RandomHeight, RandomWidth."""

from __future__ import annotations

from typing import Any

from tfcompat.image import resizing
from tfcompat.keras import ops, random
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.preprocessing.images.base import BaseImagePreprocessingLayer
from tfcompat.keras.random import SeedGenerator
from tfcompat.keras.random.seed_generator import make_default_seed
from tfcompat.keras.utils.bounding_boxes import clip_to_image_size, convert_format
from tfcompat.keras.utils.images import smart_resize


class _Sized(BaseImagePreprocessingLayer):
    """A layer whose images have one size."""

    _takes_factor = False
    height: int
    width: int

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape with the layer's height and width."""
        shape = list(input_shape)
        if len(shape) not in (3, 4) or isinstance(shape[0], (list, tuple)):
            raise ValueError(
                "`input_shape` must be a non-nested tuple or list of rank-1 with size 3 (unbatched) or 4 (batched). "
                f"Received: input_shape={input_shape}"
            )
        at = -2 if self.data_format == "channels_first" else -3
        shape[at], shape[at + 1] = self.height, self.width
        return tuple(shape)

    def _cut(self, images: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
        rows, columns = slice(top, top + height), slice(left, left + width)
        return images[..., rows, columns] if self.data_format == "channels_first" else images[..., rows, columns, :]

    def _finished(self, boxes: Any) -> Any:
        """A dict of boxes "xyxy", cut off at the new image's edges, in their own format."""
        boxes = clip_to_image_size(boxes, height=self.height, width=self.width)
        return convert_format(boxes, "xyxy", self.bounding_box_format, height=self.height, width=self.width)


class Resizing(_Sized):
    """Images in one size (tf.keras.layers.Resizing).

    interpolation: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic".
    crop_to_aspect_ratio, pad_to_aspect_ratio: keep the proportions, by cutting off the ends or by filling them as
    fill_mode "constant" and fill_value say. antialias: whether shrinking takes the mean of what it leaves out.
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height, self.width, self.interpolation = height, width, interpolation
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = crop_to_aspect_ratio, pad_to_aspect_ratio
        self.fill_mode, self.fill_value, self.antialias = fill_mode, fill_value, bool(antialias)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The height and width of the images before."""
        return self._sides(data)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images in the layer's size, in training or not."""
        return self._transform_images(images, transformation, self.interpolation)

    def _transform_images(self, images: Any, transformation: Any, interpolation: str) -> Any:
        import tfcompat

        resized = ops.image.resize(
            images,
            size=(self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            data_format=self.data_format,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )
        if resized.dtype == images.dtype:
            return resized
        return tfcompat.saturate_cast(ops.round(resized) if images.dtype.is_integer else resized, images.dtype)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        """The masks in the layer's size, by the nearest elements."""
        return self._transform_images(segmentation_masks, transformation, "nearest")

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes in the new images; those of zeros or -1, which fill up, become zeros."""
        height, width = transformation
        given = bounding_boxes["boxes"]
        filling = ops.logical_or(ops.all(ops.equal(given, -1), axis=-1), ops.all(ops.equal(given, 0), axis=-1))
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "xyxy", height=height, width=width)
        found["boxes"] = self._moved(found["boxes"], height, width)
        found = clip_to_image_size(found, height=self.height, width=self.width)
        boxes = found["boxes"]
        found["boxes"] = ops.where(ops.expand_dims(filling, -1), ops.zeros_like(boxes), boxes)
        return convert_format(found, "xyxy", self.bounding_box_format, height=self.height, width=self.width)

    def _moved(self, boxes: Any, height: Any, width: Any) -> Any:
        across, down = self.width / width, self.height / height
        if not (self.pad_to_aspect_ratio or self.crop_to_aspect_ratio):
            return boxes * ops.convert_to_tensor([across, down, across, down], boxes.dtype)
        ratio = min(across, down) if self.pad_to_aspect_ratio else max(across, down)
        left, top = (self.width - width * ratio) / 2, (self.height - height * ratio) / 2
        if self.pad_to_aspect_ratio:
            left, top = left // 1, top // 1
        else:
            left, top = -(-left // 1), -(-top // 1)
        return boxes * ratio + ops.convert_to_tensor([left, top, left, top], boxes.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config(
            "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias "
            "data_format"
        )


class CenterCrop(_Sized):
    """The middle of images, `height` by `width` (tf.keras.layers.CenterCrop); smaller ones are cut to its proportions
    and resized.
    """

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height, self.width = height, width

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The shape of the images before."""
        return {"input_shape": self._shape_of(data)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The middle of the images, in training or not."""
        images = ops.cast(images, self.compute_dtype)
        height, width = self._sides(images)
        if height >= self.height and width >= self.width:
            return self._cut(images, (height - self.height) // 2, (width - self.width) // 2, self.height, self.width)
        return ops.cast(
            smart_resize(images, [self.height, self.width], data_format=self.data_format), self.compute_dtype
        )

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The middle of the masks."""
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes in the middle of the images."""
        shape = transformation["input_shape"]
        first = self.data_format == "channels_first"
        height, width = (shape[-2], shape[-1]) if first else (shape[-3], shape[-2])
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "xyxy", height=height, width=width)
        if height >= self.height and width >= self.width:
            tall, wide = self.height, self.width
        else:
            tall = max(min(height, int(float(width * self.height) / self.width)), 1)
            wide = max(min(width, int(float(height * self.width) / self.height)), 1)
        top, left = int((height - tall) / 2), int((width - wide) / 2)
        corner = ops.convert_to_tensor([left, top, left, top], "float32")
        most = ops.convert_to_tensor([wide, tall, wide, tall], "float32")
        scale = ops.convert_to_tensor([self.width / wide, self.height / tall] * 2, "float32")
        found["boxes"] = ops.minimum(ops.maximum(found["boxes"] - corner, 0.0), most) * scale
        return self._finished(found)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("height width data_format")


class RandomCrop(_Sized):
    """Parts of images from a random place, `height` by `width`, the same in a batch (tf.keras.layers.RandomCrop).
    Smaller images are cut to its proportions and resized, as all are outside of training.
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, name=name, **kwargs)
        self.height, self.width = height, width
        self.seed = make_default_seed() if seed is None else seed
        self.generator = SeedGenerator(seed)
        self._convert_input_args = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The row and column where the part begins."""
        height, width = self._sides(data)
        if height is None or width is None:
            raise ValueError(
                "RandomCrop requires the input to have a fully defined height and width. "
                f"Received: images.shape={self._shape_of(data)}"
            )
        if training and height > self.height and width > self.width:
            drawn = [
                random.uniform((), 0.0, float(size - own + 1), seed=self._seed_of(seed))
                for size, own in ((height, self.height), (width, self.width))
            ]
            return tuple(ops.cast(each, "int32") for each in drawn)
        tall = max(min(height, int(float(width * self.height) / self.width)), 1)
        wide = max(min(width, int(float(height * self.width) / self.height)), 1)
        return int(float(height - tall) / 2), int(float(width - wide) / 2)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The parts of the images; outside of training, the images as they are."""
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        images = self._part(images, *transformation)
        if self._sides(images) == (self.height, self.width):
            return images
        size = (self.height, self.width)
        return ops.cast(ops.image.resize(images, size=size, data_format=self.data_format), self.compute_dtype)

    def _part(self, images: Any, top: Any, left: Any) -> Any:
        if isinstance(top, int):
            return self._cut(images, top, left, self.height, self.width)
        first = self.data_format == "channels_first"
        rows, columns = (-2, -1) if first else (-3, -2)
        images = ops.take(images, top + ops.arange(self.height, dtype="int32"), axis=len(images.shape) + rows)
        return ops.take(images, left + ops.arange(self.width, dtype="int32"), axis=len(images.shape) + columns)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The same parts of the masks."""
        return self.transform_images(segmentation_masks, transformation)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes in the parts of the images."""
        if not training:
            return bounding_boxes
        how = {"height": self.height, "width": self.width}
        boxes = convert_format(bounding_boxes["boxes"], self.bounding_box_format, "xyxy", **how)
        top, left = (ops.cast(each, boxes.dtype) for each in transformation)
        boxes = ops.maximum(boxes - ops.stack([top, left, top, left]), 0.0)  # as Keras has it, rows before columns
        found = convert_format(boxes, "xyxy", self.bounding_box_format, **how)
        return {"boxes": found, "labels": bounding_boxes["labels"]}

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("height width seed data_format")


class _RandomSide(Layer):
    """Images stretched along one side, by a factor that a batch shares."""

    _axis = -3

    def __init__(self, factor: Any, interpolation: str = "bilinear", seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = SeedGenerator(seed)
        self.factor, self.interpolation, self.seed = factor, interpolation, seed
        self._lower, self._upper = factor if isinstance(factor, (tuple, list)) else (-factor, factor)
        if self._upper < self._lower:
            raise ValueError(
                f"`factor` argument cannot have an upper bound lesser than the lower bound. Received: factor={factor}"
            )
        if self._lower < -1.0 or self._upper < -1.0:
            raise ValueError(f"`factor` argument must have values larger than -1. Received: factor={factor}")

    def call(self, inputs: Any, training: bool = True) -> Any:
        """The images stretched; outside of training, as they are."""
        inputs = ops.cast(ops.convert_to_tensor(inputs), self.compute_dtype)
        if not training:
            return inputs
        shape = ops.shape(inputs)
        size = [shape[-3], shape[-2]]
        factor = random.uniform((), 1.0 + self._lower, 1.0 + self._upper, seed=self.seed_generator)
        size[self._axis + 3] = int(float(factor) * size[self._axis + 3])
        return ops.cast(resizing.resize(inputs, size, method=self.interpolation), self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape, one side unknown."""
        shape = list(input_shape)
        shape[self._axis] = None
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        return {**config, "factor": self.factor, "interpolation": self.interpolation, "seed": self.seed}


class RandomHeight(_RandomSide):
    """Images stretched in height by a factor 1 + a number from `factor`, one or two numbers
    (tf.keras.layers.RandomHeight).

    interpolation: as tf.image.resize's methods. It runs outside of graphs alone: their sizes are known beforehand.
    """

    _api_name = "keras._legacy.layers.RandomHeight"


class RandomWidth(_RandomSide):
    """Images stretched in width by a factor 1 + a number from `factor`, one or two numbers
    (tf.keras.layers.RandomWidth).

    interpolation: as tf.image.resize's methods. It runs outside of graphs alone: their sizes are known beforehand.
    """

    _api_name = "keras._legacy.layers.RandomWidth"

    _axis = -2
