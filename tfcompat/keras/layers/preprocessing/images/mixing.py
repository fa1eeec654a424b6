"""Images mixed with others, and layers that choose among layers."""

from __future__ import annotations

import random as python_random
from typing import Any

from tfcompat.keras import ops, random
from tfcompat.keras.layers.preprocessing.images import affine, colors, pixels
from tfcompat.keras.layers.preprocessing.images.base import BaseImagePreprocessingLayer


class MixUp(BaseImagePreprocessingLayer):
    """A batch of images, each mixed with another, and their labels in the same shares (tf.keras.layers.MixUp).

    alpha: of the beta distribution of the shares. Labels are floats, one-hot vectors for example.
    """

    def __init__(
        self, alpha: float = 0.2, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.alpha = alpha
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The shares, and which image each is mixed with."""
        count = self._count(data)
        order = random.shuffle(ops.arange(0, count, dtype="int64"), seed=self._seed_of(seed))
        share = random.beta((count,), self.alpha, self.alpha, seed=self._seed_of(seed))
        return {"mix_weight": share, "permutation_order": order}

    def _mixed(self, values: Any, transformation: Any, rank: int) -> Any:
        share = ops.reshape(transformation["mix_weight"], (-1, *(1,) * (rank - 1)))
        values = ops.cast(values, self.compute_dtype)
        share = ops.cast(share, values.dtype)
        others = ops.take(values, transformation["permutation_order"], axis=0)
        return share * values + (1.0 - share) * others

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, mixed."""
        return self._mixed(images, transformation, 4) if training else images

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """The labels, mixed."""
        return self._mixed(labels, transformation, 2) if training else labels

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, mixed."""
        return self._mixed(segmentation_masks, transformation, 4) if training else segmentation_masks

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes of both images."""
        if not training:
            return bounding_boxes
        order = transformation["permutation_order"]
        boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
        return {
            "boxes": ops.concatenate([boxes, ops.take(boxes, order, axis=0)], axis=1),
            "labels": ops.concatenate([labels, ops.take(labels, order, axis=0)], axis=0),  # as Keras has it
        }

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("alpha seed")


class CutMix(BaseImagePreprocessingLayer):
    """A batch of images, each with a window of another in it, and their labels in the shares of the areas
    (tf.keras.layers.CutMix).

    factor: one or two numbers from 0 to 1, of the beta distribution of the areas. Single images stay as they are.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self, factor: Any = 1.0, seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The windows, their shares, and which image each is taken from."""
        shape = self._shape_of(data)
        if not training or len(shape) == 3:
            return None
        count, (height, width) = shape[0], self._sides(data)
        alpha = self._uniform((), self.factor, seed, self.compute_dtype) + 1e-6
        share = random.beta((count,), alpha, alpha, seed=self._seed_of(seed), dtype=self.compute_dtype)
        ratio = ops.sqrt(1.0 - share)
        x0, x1 = pixels.window_bounds(self, count, width, ratio, seed)
        y0, y1 = pixels.window_bounds(self, count, height, ratio, seed)
        order = random.shuffle(ops.arange(0, count, dtype="int32"), seed=self._seed_of(seed))
        return {
            "permutation_order": order,
            "batch_masks": pixels.window_mask(self, data, (x0, x1, y0, y1)),
            "mix_weight": 1.0 - (x1 - x0) * (y1 - y0) / (width * height),
        }

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images with windows of others."""
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        others = ops.take(images, transformation["permutation_order"], axis=0)
        return ops.where(transformation["batch_masks"], others, images)

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """The labels in the shares of the areas."""
        if not training or transformation is None:
            return labels
        share = ops.reshape(transformation["mix_weight"], (-1, 1))
        others = ops.take(labels, transformation["permutation_order"], axis=0)
        return share * labels + (1.0 - share) * others

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks with windows of others."""
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """NotImplementedError: what a window leaves of a box is not known."""
        raise NotImplementedError("tf.keras.layers.CutMix does not change bounding boxes, in Keras neither.")

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor seed")


class MaxNumBoundingBoxes(BaseImagePreprocessingLayer):
    """Bounding boxes cut off or filled up to one number (tf.keras.layers.MaxNumBoundingBoxes).

    max_number: how many. fill_value: what the boxes and labels that are added consist of.
    """

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number, self.fill_value = int(max_number), int(fill_value)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images as they are."""
        return images

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """As many boxes as the layer says, for each image."""
        boxes, labels = (bounding_boxes[key][:, : self.max_number] for key in ("boxes", "labels"))
        missing = self.max_number - ops.shape(boxes)[1]
        filled = ops.pad(boxes, [[0, 0], [0, missing], [0, 0]], constant_values=self.fill_value)
        names = ops.pad(labels, [[0, 0], [0, missing]], constant_values=self.fill_value)
        return {**bounding_boxes, "boxes": filled, "labels": names}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape, with as many boxes as the layer says."""
        if not isinstance(input_shape, dict) or "bounding_boxes" not in input_shape:
            return input_shape
        shapes = input_shape["bounding_boxes"]
        extra = set(shapes) - {"boxes", "labels"}
        if extra:
            raise KeyError(
                f"There are unsupported keys in `bounding_boxes`: {list(extra)}. Only `boxes` and `labels` are "
                "supported."
            )
        changed = {key: [shape[0], self.max_number, *shape[2:]] for key, shape in shapes.items()}
        return {**input_shape, "bounding_boxes": changed}

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("max_number fill_value")


class _Choosing(BaseImagePreprocessingLayer):
    """Layers that change images, made alike, to choose among."""

    _takes_factor = False
    _bounds = (0, 1)
    _names: tuple[str, ...] = ()

    def _make(self, interpolation: str, data_format: Any, kwargs: dict[str, Any]) -> None:
        kwargs = {key: value for key, value in kwargs.items() if key != "name"}
        seeded = {"seed": self.seed, "data_format": data_format, **kwargs}
        ranged = {**seeded, "value_range": self.value_range}
        geometric = {**seeded, "interpolation": interpolation}
        still = {"value_range": self.value_range, "data_format": data_format, **kwargs}
        factor = self.factor
        make: dict[str, Any] = {
            "random_shear": lambda: affine.RandomShear(x_factor=factor, y_factor=factor, **geometric),
            "random_translation": lambda: affine.RandomTranslation(factor, factor, **geometric),
            "random_rotation": lambda: affine.RandomRotation(factor, **geometric),
            "random_brightness": lambda: colors.RandomBrightness(factor, **ranged),
            "random_color_degeneration": lambda: colors.RandomColorDegeneration(factor, **ranged),
            "random_contrast": lambda: colors.RandomContrast(factor, **ranged),
            "random_sharpness": lambda: pixels.RandomSharpness(factor, **ranged),
            "random_posterization": lambda: pixels.RandomPosterization(max(1, int(8 * factor[1])), **ranged),
            "solarization": lambda: pixels.Solarization(factor, factor, **ranged),
            "auto_contrast": lambda: pixels.AutoContrast(**still),
            "equalization": lambda: pixels.Equalization(**still),
        }
        for name in make:
            if name in self._names:
                setattr(self, name, make[name]())

    def build(self, input_shape: Any) -> None:
        """Builds the layers that do it."""
        for name in self._names:
            getattr(self, name).build(input_shape)


class RandAugment(_Choosing):
    """Images changed in `num_ops` ways, chosen at random for a batch among eleven (tf.keras.layers.RandAugment).

    factor: how much, one or two numbers from 0 to 1. interpolation: where pixels move. value_range: what they lie in.
    """

    _names = (
        "random_shear", "random_translation", "random_rotation", "random_brightness", "random_color_degeneration",
        "random_contrast", "random_sharpness", "random_posterization", "solarization", "auto_contrast", "equalization",
    )  # fmt: skip

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range, self.num_ops, self.interpolation = value_range, num_ops, interpolation
        self._set_factor(factor)
        self._set_seed(seed)
        self._make(interpolation, data_format, kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which ways are chosen, and what each of the layers does."""
        if not training:
            return None
        chosen = random.randint((self.num_ops,), 0, len(self._names), seed=self.generator)
        drawn = {
            name: getattr(self, name).get_random_transformation(data, training=training, seed=self.generator)
            for name in self._names
        }
        return {"transforms": drawn, "layer_idxes": chosen}

    def _each(self, transformation: Any, value: Any, change: Any) -> Any:
        """A value changed by the layers chosen, one after another."""
        for i in range(self.num_ops):
            for number, (name, drawn) in enumerate(transformation["transforms"].items()):
                chosen = ops.equal(transformation["layer_idxes"][i], number)
                value = ops.where(chosen, change(getattr(self, name), value, drawn), value)
        return value

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, changed."""
        images = ops.cast(images, self.compute_dtype)
        if training:
            images = self._each(transformation, images, lambda layer, x, t: layer.transform_images(x, t))
        return ops.cast(images, self.compute_dtype)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, changed as their images are."""
        if not training:
            return segmentation_masks

        def change(layer: Any, x: Any, drawn: Any) -> Any:
            return layer.transform_segmentation_masks(x, drawn)

        return self._each(transformation, segmentation_masks, change)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes, changed as their images are."""
        if not training:
            return bounding_boxes
        found = dict(bounding_boxes)
        for number, (name, drawn) in enumerate(transformation["transforms"].items()):
            layer = getattr(self, name)
            layer.bounding_box_format = layer.bounding_box_format or self.bounding_box_format
            changed = layer.transform_bounding_boxes(dict(found), drawn)
            for i in range(self.num_ops):
                chosen = ops.equal(transformation["layer_idxes"][i], number)
                found |= {key: ops.where(chosen, changed[key], found[key]) for key in ("boxes", "labels")}
        return found

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range num_ops factor interpolation seed")


_AUG_MIX = (
    "random_shear", "random_translation", "random_rotation", "random_posterization", "solarization", "auto_contrast",
    "equalization",
)  # fmt: skip
_AUG_MIX_ALL = (
    *_AUG_MIX, "random_brightness", "random_color_degeneration", "random_contrast", "random_sharpness",
)  # fmt: skip


class AugMix(_Choosing):
    """Images mixed with what `num_chains` chains of up to `chain_depth` changes make of them (tf.keras.layers.AugMix).

    factor: how much is changed, one or two numbers from 0 to 1. alpha: of the distributions of the shares. all_ops:
    whether brightness, colour, contrast and sharpness are among the changes. value_range: what pixels lie in.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range, self.num_chains, self.chain_depth = value_range, num_chains, chain_depth
        self._set_factor(factor)
        self.alpha, self.all_ops, self.interpolation = alpha, all_ops, interpolation
        self._set_seed(seed)
        self._names = _AUG_MIX_ALL if all_ops else _AUG_MIX
        self._make(interpolation, data_format, kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """The chains' shares, the images' own, and the changes of each chain."""
        if not training:
            return None
        drawn = random.gamma([self.num_chains], self.alpha, seed=self._seed_of(seed))
        shares = drawn / ops.sum(drawn, axis=-1, keepdims=True)
        own = random.beta((), self.alpha, self.alpha, seed=self._seed_of(seed))
        chains = []
        for _ in range(self.num_chains):
            names = [python_random.choice([*self._names, None]) for _ in range(self.chain_depth)]
            chains.append(
                [
                    (name, getattr(self, name).get_random_transformation(data, seed=self.generator))
                    for name in names
                    if name is not None
                ]
            )
        return {"chain_mixing_weights": shares, "weight_sample": own, "chain_transforms": chains}

    def _mixed(self, value: Any, transformation: Any, change: Any) -> Any:
        shares = ops.cast(transformation["chain_mixing_weights"], value.dtype)
        own = ops.cast(transformation["weight_sample"], value.dtype)
        total = ops.zeros_like(value)
        for i, chain in enumerate(transformation["chain_transforms"]):
            changed = value
            for name, drawn in chain:
                changed = change(getattr(self, name), changed, drawn)
            total = total + changed * shares[i]
        return own * value + (1 - own) * total

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, mixed with what the chains make of them."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        found = self._mixed(images, transformation, lambda layer, x, t: layer.transform_images(x, t))
        return ops.cast(ops.clip(found, *self.value_range), self.compute_dtype)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, mixed as their images are."""
        if not training:
            return segmentation_masks

        def change(layer: Any, x: Any, drawn: Any) -> Any:
            return layer.transform_segmentation_masks(x, drawn)

        return self._mixed(segmentation_masks, transformation, change)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range num_chains chain_depth factor alpha all_ops interpolation seed")
