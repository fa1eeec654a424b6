"""Images sharpened, blurred, posterized, solarized, equalized, and with parts of them erased."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops, random
from tfcompat.keras.layers.preprocessing.images.base import BaseImagePreprocessingLayer


class RandomSharpness(BaseImagePreprocessingLayer):
    """Images made sharper or smoother (tf.keras.layers.RandomSharpness).

    factor: one or two numbers: 0 smooths, 0.5 leaves images as they are, 1 sharpens. value_range: what pixels lie in.
    """

    _takes_factor = False
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
        self._set_value_range(value_range)
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """How sharp each image becomes."""
        return {"factor": self._uniform((self._count(data),), self.factor, seed)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, sharper or smoother, within the value range."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        factor = to_storage(ops.reshape(ops.cast(transformation["factor"] * 2, self.compute_dtype), (-1, 1, 1, 1)))
        x = to_storage(images)
        x = x if self.data_format == "channels_first" else x.movedim(-1, 1)
        kernel = torch.full((3, 3), 1 / 13, dtype=x.dtype, device=x.device)
        kernel[1, 1] = 5 / 13
        smooth = F.conv2d(x, kernel.expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])
        found = (x + (1.0 - factor) * (smooth - x)).clamp(*self.value_range)
        return wrap(found if self.data_format == "channels_first" else found.movedim(1, -1))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomPosterization(BaseImagePreprocessingLayer):
    """Images with fewer bits for each pixel (tf.keras.layers.RandomPosterization).

    factor: how many bits, or two numbers between which they lie, from 1 to 8. value_range: what pixels lie in.
    """

    _takes_factor = False
    _bounds = (1, 8)

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
        """How many bits each image loses."""
        count, (low, high) = self._count(data), self.factor
        if low == high:
            kept: Any = ops.cast(ops.ones((count,), dtype="uint8") * int(low), "uint8")
        else:
            kept = random.randint((count,), low, high, dtype="uint8", seed=self._seed_of(seed))
        return {"shift_factor": ops.cast(8 - ops.cast(kept, "int32"), "uint8")}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images with fewer bits."""
        if not training:
            return images
        shift = to_storage(transformation["shift_factor"]).to(torch.int32).reshape(-1, 1, 1, 1)
        pixels = to_storage(self._in_range(images, self.value_range, (0, 255))).to(torch.uint8).to(torch.int32)
        found = wrap((pixels >> shift) << shift)
        return self._in_range(ops.cast(found, self.compute_dtype), (0, 255), self.value_range)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor value_range seed")


class RandomGaussianBlur(BaseImagePreprocessingLayer):
    """Images some of which are blurred by a Gaussian window (tf.keras.layers.RandomGaussianBlur).

    factor: with which probability. kernel_size: odd, one number or two. sigma: of the window, one or two numbers from 0
    to 1 between which it lies. value_range: what pixels lie in.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        sizes = tuple(kernel_size) if isinstance(kernel_size, (tuple, list)) else (kernel_size, kernel_size)
        if len(sizes) != 2 or any(not isinstance(n, (int, float)) or n % 2 == 0 for n in sizes):
            raise ValueError(
                "`kernel_size` must be an odd number (or a list of two odd numbers). "
                f"Received: kernel_size={kernel_size}"
            )
        self.kernel_size, self.sigma = sizes, self._range(sigma, "sigma")
        self.value_range = value_range
        self._set_seed(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images are blurred, and how much, down and across."""
        if not training:
            return None
        chosen = self._applies(self._count(data), seed)
        blur = self._uniform((2,), self.sigma, seed, self.compute_dtype) + 1e-6
        return {"should_apply_blur": chosen, "blur_factor": blur}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, some of them blurred, within the value range."""
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        how = {"sigma": transformation["blur_factor"], "data_format": self.data_format}
        blurred = ops.image.gaussian_blur(images, kernel_size=self.kernel_size, **how)
        chosen = ops.reshape(transformation["should_apply_blur"], (-1, 1, 1, 1))
        return ops.cast(ops.clip(ops.where(chosen, blurred, images), *self.value_range), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor kernel_size sigma value_range seed")


def window_bounds(layer: Any, count: Any, length: Any, ratio: Any, seed: Any) -> tuple[Any, Any]:
    """Where windows of a share of a side begin and end."""
    size = ops.cast(ratio * length, layer.compute_dtype)
    start = layer._uniform([count], (0, 1), seed, layer.compute_dtype) * (length - size)
    return start, start + size


def window_mask(layer: Any, data: Any, bounds: Any) -> Any:
    """Whether each pixel lies within its image's window."""
    height, width = layer._sides(data)
    x0, x1, y0, y1 = (ops.reshape(b, (-1, 1, 1, 1)) for b in bounds)
    first = layer.data_format == "channels_first"
    rows, columns = ops.arange(height, dtype=layer.compute_dtype), ops.arange(width, dtype=layer.compute_dtype)
    y = ops.reshape(rows, (1, 1, -1, 1) if first else (1, -1, 1, 1))
    x = ops.reshape(columns, (1, 1, 1, -1) if first else (1, 1, -1, 1))
    across = ops.logical_and(ops.greater_equal(x, x0), ops.less(x, x1))
    return ops.logical_and(across, ops.logical_and(ops.greater_equal(y, y0), ops.less(y, y1)))


class RandomErasing(BaseImagePreprocessingLayer):
    """Images some of which have a window erased (tf.keras.layers.RandomErasing).

    factor: with which probability. scale: the window's share of the image, one or two numbers. fill_value: a number or
    three, for the channels, put there; None for noise. value_range: what pixels lie in.
    """

    _takes_factor = False
    _bounds = (0, 1)

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self._set_factor(factor)
        self.scale = self._range(scale, "scale")
        self.fill_value, self.value_range = fill_value, value_range
        self._set_seed(seed)

    def _filling(self, data: Any, seed: Any) -> Any:
        images = self._images_of(data)
        if self.fill_value is None:
            found = random.normal(ops.shape(images), dtype=self.compute_dtype, seed=self._seed_of(seed))
            found = found * self.value_range[1]
        elif isinstance(self.fill_value, (tuple, list)) and len(self.fill_value) == 3:
            found = ops.convert_to_tensor(list(self.fill_value), self.compute_dtype)
            found = ops.reshape(found, (-1, 1, 1)) if self.data_format == "channels_first" else found
        elif isinstance(self.fill_value, (int, float)):
            found = ops.convert_to_tensor(self.fill_value, self.compute_dtype)
        else:
            raise ValueError(
                "The `fill_value` argument should be a number (or a list of three numbers). "
                f"Received: fill_value={self.fill_value}"
            )
        return ops.clip(found, *self.value_range)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """Which images have a window erased, where, and what is put there."""
        if not training:
            return None
        count, (height, width) = self._count(data), self._sides(data)
        share = ops.sqrt(self._uniform((count, 2), self.scale, seed, self.compute_dtype))
        x = window_bounds(self, count, width, share[:, 0], seed)
        y = window_bounds(self, count, height, share[:, 1], seed)
        mask = window_mask(self, data, (*x, *y))
        chosen = self._applies(count, seed)
        return {"apply_erasing": chosen, "batch_masks": mask, "fill_value": self._filling(data, seed)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, some of them with a window erased."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        erased = ops.where(transformation["batch_masks"], transformation["fill_value"], images)
        return ops.where(ops.reshape(transformation["apply_erasing"], (-1, 1, 1, 1)), erased, images)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("factor scale fill_value value_range seed")


class Solarization(BaseImagePreprocessingLayer):
    """Images whose bright pixels become their negatives (tf.keras.layers.Solarization).

    addition_factor: what is added first, threshold_factor: which pixels are bright; one or two shares of 255.
    value_range: what pixels lie in.
    """

    _takes_factor = False

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._set_seed(seed)
        self.addition_factor = self._share(addition_factor, "addition_factor")
        self.threshold_factor = self._share(threshold_factor, "threshold_factor")
        self._set_value_range(value_range)

    def _share(self, value: Any, name: str) -> tuple[float, float]:
        low, high = self._strict_range(value, name, 0, 1)
        return (0, value) if isinstance(value, (int, float)) else (low, high)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is added to each image, and which pixels are bright."""
        if not training:
            return None
        shape = self._shape_of(data)
        size = (1, 1, 1) if len(shape) == 3 else (shape[0], 1, 1, 1)

        def draw(bounds: Any) -> Any:
            return self._uniform(size, (bounds[0], bounds[1] * 255), seed, self.compute_dtype)

        return {"additions": draw(self.addition_factor), "thresholds": draw(self.threshold_factor)}

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, solarized."""
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        found = self._in_range(images, self.value_range, (0, 255))
        found = ops.clip(found + transformation["additions"], 0, 255)
        found = ops.where(ops.less(found, transformation["thresholds"]), found, 255 - found)
        return ops.cast(self._in_range(found, (0, 255), self.value_range), images.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range addition_factor threshold_factor seed")


class AutoContrast(BaseImagePreprocessingLayer):
    """Images with each channel's least and greatest pixels at the ends of the value range
    (tf.keras.layers.AutoContrast).
    """

    _takes_factor = False

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._set_value_range(value_range)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images over the whole range, in training or not."""
        found = ops.cast(self._in_range(images, self.value_range, (0, 255)), self.compute_dtype)
        low, high = ops.min(found, axis=(1, 2), keepdims=True), ops.max(found, axis=(1, 2), keepdims=True)
        scale = 255.0 / (high - low)
        found = ops.clip(found * scale - low * scale, 0.0, 255.0)
        found = self._in_range(found, (0, 255), self.value_range)
        return ops.where(ops.isnan(found), ops.cast(images, found.dtype), found)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range")


class Equalization(BaseImagePreprocessingLayer):
    """Images with each channel's pixels spread evenly over the value range (tf.keras.layers.Equalization).

    bins: how many levels are told apart. Each channel is counted over the whole batch.
    """

    def __init__(
        self, value_range: Any = (0, 255), bins: int = 256, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.bins = bins
        self._set_value_range(value_range)

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, equalized."""
        if not training:
            return images
        axis = -3 if self.data_format == "channels_first" else -1
        x = to_storage(ops.cast(images, self.compute_dtype))
        low, high = self.value_range
        scale = 255.0 / (high - low)
        channels = [self._equalized(c * scale - low * scale) for c in x.unbind(axis)]
        found = torch.stack([c / scale + low for c in channels], axis)
        return ops.cast(wrap(found), self.compute_dtype)

    def _equalized(self, channel: torch.Tensor) -> torch.Tensor:
        last = self.bins - 1
        level = (channel.to(torch.float32) * last / 255.0).to(torch.int64).clamp(0, last)
        counts = torch.zeros(self.bins, dtype=torch.int64, device=channel.device)
        counts = counts.scatter_add(0, level.reshape(-1), torch.ones_like(level).reshape(-1))
        below = counts.cumsum(0)
        least = torch.where(below > 0, below, below[-1]).min()
        span = below[-1] - least
        table = ((below - least) * 255 / torch.where(span == 0, 1, span)).round().clamp(0, 255)
        at = (channel / 255.0 * last).clamp(0, last).to(torch.int64)
        return torch.where((counts > 0).sum() <= 1, channel, table[at].to(channel.dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("bins value_range")


class ContrastLimitedAdaptiveHistogramEqualization(BaseImagePreprocessingLayer):
    """Images equalized in tiles, whose levels blend into each other (CLAHE;
    tf.keras.layers.ContrastLimitedAdaptiveHistogramEqualization).

    clip_limit: how many times the mean a level may count, the rest being spread; 0 for no limit. tile_grid_size: how
    many tiles there are, down and across. value_range: what pixels lie in.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range, self.clip_limit, self.tile_grid_size = value_range, clip_limit, tile_grid_size

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, equalized in tiles, in training or not."""
        first = self.data_format == "channels_first"
        x = to_storage(self._in_range(images, self.value_range, (0, 255), "float32")).to(torch.float32)
        single = x.ndim == 3
        x = x.unsqueeze(0) if single else x
        found = self._equalized(x if first else x.movedim(-1, 1))
        found = found if first else found.movedim(1, -1)
        found = wrap(found.squeeze(0) if single else found)
        return ops.cast(self._in_range(found, (0, 255), self.value_range, "float32"), images.dtype)

    def _levels(self, tiles: torch.Tensor) -> torch.Tensor:
        """What each of the 256 levels becomes, of tiles [..., pixels]."""
        size = tiles.shape[-1]
        counts = torch.zeros((*tiles.shape[:-1], 256), dtype=torch.float32, device=tiles.device)
        counts = counts.scatter_add(-1, tiles, torch.ones_like(tiles, dtype=torch.float32))
        if self.clip_limit > 0:
            kept = counts.clamp(0, self.clip_limit * size / 256.0)
            counts = kept + (counts - kept).sum(-1, keepdim=True) / 256.0
        below = counts.cumsum(-1)
        least = below.amin(-1, keepdim=True)
        span = size - least
        return ((below - least) * 255.0 / torch.where(span == 0, 1, span)).clamp(0, 255)

    def _equalized(self, x: torch.Tensor) -> torch.Tensor:
        """Images [count, channels, height, width]."""
        count, channels, height, width = x.shape
        rows, columns = self.tile_grid_size
        tall, wide = -(-height // rows), -(-width // columns)
        below, right = tall * rows - height, wide * columns - width
        down = torch.cat([torch.arange(height), height - 1 - torch.arange(below)]) if below else torch.arange(height)
        across = torch.cat([torch.arange(width), width - 1 - torch.arange(right)]) if right else torch.arange(width)
        padded = x[:, :, down][..., across]
        pixels = padded.clamp(0, 255).to(torch.int64)
        tiles = pixels.reshape(count, channels, rows, tall, columns, wide).permute(0, 1, 2, 4, 3, 5).flatten(-2)
        levels = self._levels(tiles)
        y0, y1, wy = _neighbours(tall, rows, x.device)
        x0, x1, wx = _neighbours(wide, columns, x.device)
        batch = torch.arange(count, device=x.device).reshape(-1, 1, 1, 1)
        channel = torch.arange(channels, device=x.device).reshape(1, -1, 1, 1)

        def at(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
            return levels[batch, channel, y.reshape(-1, 1), x, pixels]

        top = at(y0, x0) * (1.0 - wx) + at(y0, x1) * wx
        bottom = at(y1, x0) * (1.0 - wx) + at(y1, x1) * wx
        weight = wy.reshape(-1, 1)
        return (top * (1.0 - weight) + bottom * weight)[..., :height, :width]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._own_config("value_range clip_limit tile_grid_size")


def _neighbours(size: int, tiles: int, device: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """For each place along one side the two tiles whose middles it lies between, and its share of the second."""
    place = (torch.arange(size * tiles, dtype=torch.float32, device=device) - size / 2.0) / size
    low = torch.floor(place)
    share = place - low
    first, second = ((low + i).clamp(0, tiles - 1).to(torch.int64) for i in (0, 1))
    return first, second, share
