"""What layers for images share: single images and batches, and dicts with labels, boxes and masks beside them."""

from __future__ import annotations

from typing import Any

from tfcompat._ragged import RaggedTensor
from tfcompat.keras import ops, random
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer
from tfcompat.keras.random import SeedGenerator
from tfcompat.keras.utils.images import data_format_of

FILL_MODES = ("reflect", "wrap", "constant", "nearest")
INTERPOLATIONS = ("nearest", "bilinear")


class BaseImagePreprocessingLayer(DataLayer):
    """A layer for images [height, width, channels] or batches of them, or dicts with "images", and beside them
    "labels", "bounding_boxes" and "segmentation_masks", which are changed along.

    bounding_box_format: what boxes are given in. data_format: "channels_last" or "channels_first". Subclasses draw what
    is to be done in `get_random_transformation` and do it in `transform_images`, to batches.
    """

    _bounds: tuple[float, float] = (-1, 1)
    _takes_factor = True
    interpolation = "bilinear"

    def __init__(
        self, factor: Any = None, bounding_box_format: str | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.bounding_box_format: Any = bounding_box_format
        self.data_format = data_format_of(data_format)
        if self._takes_factor:
            self._set_factor(factor or 0.0)
        elif factor is not None:
            raise ValueError(
                f"Layer {type(self).__name__} does not take a `factor` argument. Received: factor={factor}"
            )

    # ---- arguments ----

    def _set_factor(self, factor: Any) -> None:
        self.factor: Any = self._range(factor, "factor")

    def _range(self, value: Any, name: str) -> Any:
        """Two numbers for one or two, within the layer's bounds; a number stands for itself both ways."""
        low, high = self._bounds
        pair = isinstance(value, (tuple, list)) and len(value) == 2
        if pair and value[0] <= high and value[1] >= low:
            return tuple(sorted(value))
        if isinstance(value, (int, float)) and low <= value <= high:
            return max(-abs(value), low), abs(value)
        raise ValueError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range [{low}, {high}]. "
            f"Received: {name}={value}"
        )

    def _strict_range(self, value: Any, name: str, low: float, high: float, open_low: bool = False) -> Any:
        """As `_range`, where both of two numbers must lie within the bounds."""
        pair = isinstance(value, (tuple, list)) and len(value) == 2
        numbers: Any = value if pair else [value]
        fits = all(isinstance(n, (int, float)) and low <= n <= high and not (open_low and n == low) for n in numbers)
        if not fits:
            bracket = "(" if open_low else "["
            raise ValueError(
                f"The `{name}` argument should be a number (or a list of two numbers) in the range "
                f"{bracket}{low}, {high}]. Received: {name}={value}"
            )
        return tuple(sorted(numbers)) if pair else (-abs(numbers[0]), abs(numbers[0]))

    def _set_seed(self, seed: Any) -> None:
        self.seed = seed
        self.generator = SeedGenerator(seed)

    def _set_value_range(self, value_range: Any) -> None:
        if not isinstance(value_range, (tuple, list)) or len(value_range) != 2:
            raise ValueError(
                f"The `value_range` argument should be a list of two numbers. Received: value_range={value_range}"
            )
        self.value_range: Any = sorted(value_range)

    def _set_filling(self, fill_mode: str, interpolation: str, fill_value: float, modes: Any = FILL_MODES) -> None:
        for name, value, allowed in (("fill_mode", fill_mode, modes), ("interpolation", interpolation, INTERPOLATIONS)):
            if value not in allowed:
                raise NotImplementedError(f"Unknown `{name}` {value}. Expected of one {allowed}.")
        self.fill_mode, self.interpolation, self.fill_value = fill_mode, interpolation, fill_value

    # ---- drawing ----

    def _seed_of(self, seed: Any) -> Any:
        return self.generator if seed is None else seed

    def _uniform(self, shape: Any, bounds: Any, seed: Any, dtype: Any = None) -> Any:
        return random.uniform(shape, bounds[0], bounds[1], dtype=dtype, seed=self._seed_of(seed))

    @staticmethod
    def _images_of(data: Any) -> Any:
        return data["images"] if isinstance(data, dict) else data

    def _shape_of(self, data: Any) -> tuple[Any, ...]:
        """The shape of the images; ValueError for another rank than 3 and 4."""
        shape = tuple(ops.shape(self._images_of(data)))
        if len(shape) not in (3, 4):
            raise ValueError(f"Expected the input image to be rank 3 or 4. Received: inputs.shape={shape}")
        return shape

    def _count(self, data: Any) -> Any:
        """How many images there are."""
        shape = self._shape_of(data)
        return shape[0] if len(shape) == 4 else 1

    def _sides(self, data: Any) -> tuple[Any, Any]:
        """The height and width of the images."""
        shape = self._shape_of(data)
        first = self.data_format == "channels_first"
        return (shape[-2], shape[-1]) if first else (shape[-3], shape[-2])

    def _applies(self, count: Any, seed: Any) -> Any:
        """For each image whether it is changed, with a probability between the factor's two numbers."""
        probability = self._uniform((count,), self.factor, seed)
        return ops.less(self._uniform((count,), (0.0, 1.0), seed), probability)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is to be done to some images, for the methods that do it; None for nothing to draw."""
        return None

    # ---- doing ----

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """A batch of images, changed."""
        images = ops.cast(images, self.compute_dtype)
        return self._transform_images(images, transformation, self.interpolation) if training else images

    def _transform_images(self, images: Any, transformation: Any, interpolation: str) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement `transform_images`.")

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """The labels of a batch of images."""
        return labels

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes of a batch of images."""
        return bounding_boxes

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks of a batch of images."""
        return segmentation_masks

    def _single(self, transform: Any, value: Any, transformation: Any, training: bool) -> Any:
        value = ops.expand_dims(ops.convert_to_tensor(value), 0)
        return ops.squeeze(transform(value, transformation=transformation, training=training), 0)

    def transform_single_image(self, image: Any, transformation: Any, training: bool = True) -> Any:
        """One image, changed."""
        return self._single(self.transform_images, image, transformation, training)

    def transform_single_label(self, label: Any, transformation: Any, training: bool = True) -> Any:
        """The label of one image."""
        return self._single(self.transform_labels, label, transformation, training)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Any, training: bool = True
    ) -> Any:
        """The mask of one image."""
        return self._single(self.transform_segmentation_masks, segmentation_mask, transformation, training)

    def transform_single_bounding_box(self, bounding_box: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes of one image."""
        batch = {key: ops.expand_dims(value, 0) for key, value in bounding_box.items()}
        found = self.transform_bounding_boxes(batch, transformation, training=training)
        return {key: ops.squeeze(value, 0) for key, value in found.items()}

    def call(self, data: Any, training: bool = True) -> Any:
        """The images, or the dict of images and what belongs to them, changed."""
        batched = len(self._shape_of(data)) == 4
        transformation = self.get_random_transformation(data, training=training)
        how: dict[str, Any] = {"transformation": transformation, "training": training}
        change = self.transform_images if batched else self.transform_single_image
        if not isinstance(data, dict):
            return change(ops.convert_to_tensor(data), **how)
        data = dict(data)
        data["images"] = change(ops.convert_to_tensor(data["images"]), **how)
        if "bounding_boxes" in data:
            if not self.bounding_box_format:
                raise ValueError(
                    "You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box format. "
                    "Pass "
                    f"a `bounding_box_format` argument to your {type(self).__name__} layer, e.g. "
                    "`bounding_box_format='xyxy'`."
                )
            boxes = dense_boxes(data["bounding_boxes"])
            change = self.transform_bounding_boxes if batched else self.transform_single_bounding_box
            data["bounding_boxes"] = change(boxes, **how)
        if "labels" in data:
            change = self.transform_labels if batched else self.transform_single_label
            data["labels"] = change(ops.convert_to_tensor(data["labels"]), **how)
        if "segmentation_masks" in data:
            masks = self.transform_segmentation_masks if batched else self.transform_single_segmentation_mask
            data["segmentation_masks"] = masks(ops.convert_to_tensor(data["segmentation_masks"]), **how)
        return data

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def _in_range(self, images: Any, source: Any, target: Any, dtype: Any = None) -> Any:
        """Images whose values lie in one range, in another."""
        if source[0] == target[0] and source[1] == target[1]:
            return images
        images = ops.cast(images, dtype or self.compute_dtype)
        return (images - source[0]) / (source[1] - source[0]) * (target[1] - target[0]) + target[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {**super().get_config(), "data_format": self.data_format}
        return (
            config if self.bounding_box_format is None else {**config, "bounding_box_format": self.bounding_box_format}
        )

    def _own_config(self, names: str) -> dict[str, Any]:
        """The config of attributes by name."""
        config = BaseImagePreprocessingLayer.get_config(self)
        return {**config, **{name: getattr(self, name) for name in names.split()}}


def dense_boxes(bounding_boxes: Any) -> dict[str, Any]:
    """A dict of "boxes" and "labels" as dense tensors: where images have different numbers of them, boxes of zeros with
    the label -1 are added. ValueError for other dicts.
    """
    if not isinstance(bounding_boxes, dict) or "labels" not in bounding_boxes or "boxes" not in bounding_boxes:
        raise ValueError(
            "Expected `bounding_boxes` to be a dict with keys 'boxes' and 'labels'. Received: "
            f"bounding_boxes={bounding_boxes}"
        )
    boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
    if isinstance(boxes, RaggedTensor) != isinstance(labels, RaggedTensor):
        raise ValueError("`bounding_boxes['boxes']` and `bounding_boxes['labels']` must both be ragged, or neither.")
    if isinstance(boxes, RaggedTensor):
        dense = boxes.to_tensor(default_value=0, shape=[None, None, 4])
        return {**bounding_boxes, "boxes": dense, "labels": labels.to_tensor(default_value=-1)}
    if isinstance(boxes, list) and boxes and isinstance(boxes[0], list) and boxes[0] and isinstance(boxes[0][0], list):
        most = max(map(len, boxes))
        boxes = [[*own, *[[0.0] * 4] * (most - len(own))] for own in boxes]
        labels = [[*own, *[-1] * (most - len(own))] for own in labels]
    found = {"boxes": ops.convert_to_tensor(boxes, dtype="float32"), "labels": ops.convert_to_tensor(labels)}
    return {**bounding_boxes, **found}
