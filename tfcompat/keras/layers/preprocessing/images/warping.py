"""Images seen from aside, and as on water."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras.layers.preprocessing.images.base import FILL_MODES, BaseImagePreprocessingLayer
from tfcompat.keras.ops._image_transforms import _homography
from tfcompat.keras.utils.bounding_boxes import clip_to_image_size, convert_format


class RandomPerspective(BaseImagePreprocessingLayer):
    """Images some of which are seen from aside (tf.keras.layers.RandomPerspective).

    factor: with which probability, one or two numbers. scale: how far the corners may move, from 0 to 1. interpolation:
    "bilinear" or "nearest". fill_value: what is beyond the edges.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        if scale < 0.0 or scale > 1.0:
            raise ValueError(f"The `scale` argument should be a number in the range [0,1]. Received: scale={scale}")
        self.scale = scale
        self._set_filling("constant", interpolation, fill_value)
        self._set_seed(seed)
        self.supports_jit = False

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images are changed, and where their corners go."""
        if not training:
            return None
        count, (height, width) = self._count(data), self._sides(data)
        chosen = self._applies(count, seed)
        bounds = (-0.5 * self.scale, 0.5 * self.scale)
        moved = self._uniform((count, 4, 2), bounds, seed, self.compute_dtype)
        corners = [[0.0, 0.0], [width - 1, 0.0], [0.0, height - 1], [width - 1, height - 1]]
        start = ops.zeros_like(moved) + ops.convert_to_tensor([corners], self.compute_dtype)
        return {
            "apply_perspective": chosen,
            "start_points": start,
            "end_points": start + start * moved,
            "input_shape": self._shape_of(data),
        }

    def _transform_images(self, images: Any, transformation: Any, interpolation: str) -> Any:
        if transformation is None:
            return images
        found = ops.image.perspective_transform(
            images,
            transformation["start_points"],
            transformation["end_points"],
            interpolation=interpolation,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        return ops.where(ops.reshape(transformation["apply_perspective"], (-1, 1, 1, 1)), found, images)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, changed as their images are, by the nearest elements."""
        return self._transform_images(segmentation_masks, transformation, "nearest") if training else segmentation_masks

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The boxes around the boxes, changed as their images are."""
        if not training or transformation is None:
            return bounding_boxes
        shape = transformation["input_shape"]
        first = self.data_format == "channels_first"
        height, width = (shape[-2], shape[-1]) if first else (shape[-3], shape[-2])
        how = {"height": height, "width": width}
        found = convert_format(dict(bounding_boxes), self.bounding_box_format, "xyxy", **how)
        boxes = to_storage(found["boxes"])
        start, end = (to_storage(transformation[f"{each}_points"]).to(boxes) for each in ("start", "end"))
        numbers = _homography(start, end).to(boxes)
        matrix = torch.cat([numbers, torch.ones_like(numbers[:, :1])], -1).reshape(-1, 1, 1, 3, 3)
        x, y = boxes[..., [0, 2, 0, 2]], boxes[..., [1, 3, 3, 1]]
        points = torch.stack([x, y, torch.ones_like(x)], -1).unsqueeze(-1)
        moved = (torch.linalg.inv(matrix) @ points).squeeze(-1)
        flat = moved[..., :2] / moved[..., 2:]
        around = torch.cat([flat.amin(-2), flat.amax(-2)], -1)
        chosen = to_storage(transformation["apply_perspective"]).reshape(-1, 1, 1)
        found["boxes"] = wrap(torch.where(chosen, around, boxes))
        return clip_to_image_size(found, **how)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor scale interpolation fill_value seed")


class RandomElasticTransform(BaseImagePreprocessingLayer):
    """Images some of which are distorted as if on water (tf.keras.layers.RandomElasticTransform).

    factor: with which probability, one or two numbers. scale: how much, one or two numbers from 0 to 1. fill_mode:
    what is
    beyond the edges: "reflect", "wrap", "nearest", "mirror" or "constant", which is `fill_value`. value_range: what
    pixels lie in.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self.scale = self._range(scale, "scale")
        self._set_filling(fill_mode, interpolation, fill_value, (*FILL_MODES, "mirror"))
        self.value_range = value_range
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images are distorted, how much, and what the waves are drawn from."""
        if not training:
            return None
        chosen = self._applies(self._count(data), seed)
        much = self._uniform((), self.scale, seed, self.compute_dtype)
        return {"apply_transform": chosen, "distortion_factor": much, "seed": self._seed_of(seed)}

    def _transform_images(self, images: Any, transformation: Any, interpolation: str) -> Any:
        if transformation is None:
            return images
        height, width = self._sides(images)
        much = transformation["distortion_factor"]
        found = ops.image.elastic_transform(
            images,
            alpha=max(height, width) * 0.1 * much,
            sigma=min(height, width) * 0.05 * much,
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            seed=transformation["seed"],
            data_format=self.data_format,
        )
        chosen = ops.reshape(transformation["apply_transform"], (-1, 1, 1, 1))
        found = ops.clip(ops.where(chosen, found, images), *self.value_range)
        return ops.cast(found, self.compute_dtype)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The masks, distorted by the nearest elements."""
        return self._transform_images(segmentation_masks, transformation, "nearest") if training else segmentation_masks

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor scale interpolation fill_mode fill_value value_range seed")
