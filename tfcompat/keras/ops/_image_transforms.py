"""keras.ops.image: affine, perspective and elastic transforms, and sampling at any coordinates."""

from __future__ import annotations

import functools
import itertools
import operator
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat.keras.ops._image_filters import blurred
from tfcompat.keras.ops._image_layout import channels_first, need_images, on_batch, one_of
from tfcompat.keras.ops._operation import keras_op, operation

_INTERPOLATIONS = ("nearest", "bilinear")
_FILL_MODES = ("constant", "nearest", "wrap", "reflect")

# ---- projective transforms ----


def _into_range(place: torch.Tensor, size: int, fill_mode: str) -> torch.Tensor:
    """Coordinates outside of an axis, moved to where the fill mode reads them."""
    if fill_mode == "constant":
        return place
    last = size - 1
    if fill_mode == "reflect":
        if size <= 1:
            return torch.zeros_like(place)
        low = torch.where(place < -2 * size, place + 2 * size * torch.trunc(-place / (2 * size)), place)
        low = torch.where(low < -size, low + 2 * size, -low - 1)
        high = place - 2 * size * torch.trunc(place / (2 * size))
        high = torch.where(high >= size, 2 * size - high - 1, high)
        place = torch.where(place < 0, low, torch.where(place > last, high, place))
    elif fill_mode == "wrap":
        if size <= 1:
            return torch.zeros_like(place)
        low = place + size * (torch.trunc(-place / last) + 1)
        high = place - size * torch.trunc(place / last)
        place = torch.where(place < 0, low, torch.where(place > last, high, place))
    return place.clamp(0, last)


def _read(batch: torch.Tensor, y: torch.Tensor, x: torch.Tensor, fill_value: float) -> torch.Tensor:
    """The pixels of (batch, channels, height, width) at whole coordinates (batch, height, width)."""
    height, width = batch.shape[2:]
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    flat = (y.clamp(0, height - 1) * width + x.clamp(0, width - 1)).long()
    rows = batch.flatten(2)
    found = rows.gather(2, flat.flatten(1)[:, None].expand(-1, rows.shape[1], -1)).reshape(
        *batch.shape[:2], *y.shape[1:]
    )
    return torch.where(inside[:, None], found, torch.full((), fill_value, dtype=batch.dtype, device=batch.device))


def projected(
    batch: torch.Tensor, transforms: torch.Tensor, interpolation: str, fill_mode: str, fill_value: float
) -> torch.Tensor:
    """Images (batch, channels, height, width) whose pixel (x, y) is read where the transform (n, 8) takes it."""
    height, width = batch.shape[2:]
    t = transforms.detach().float().expand(batch.shape[0], 8)[:, :, None, None]
    y = torch.arange(height, dtype=torch.float32, device=batch.device)[None, :, None]
    x = torch.arange(width, dtype=torch.float32, device=batch.device)[None, None, :]
    depth = t[:, 6] * x + t[:, 7] * y + 1
    at_x, at_y = (t[:, 0] * x + t[:, 1] * y + t[:, 2]) / depth, (t[:, 3] * x + t[:, 4] * y + t[:, 5]) / depth
    at_x, at_y = _into_range(at_x, width, fill_mode), _into_range(at_y, height, fill_mode)
    seen = ((depth != 0) & at_x.isfinite() & at_y.isfinite())[:, None]
    at_x, at_y = (torch.nan_to_num(a, 0, 0, 0) for a in (at_x, at_y))
    if interpolation == "nearest":  # halves are rounded away from zero
        row, column = (torch.sign(a) * torch.floor(a.abs() + 0.5) for a in (at_y, at_x))
        found = _read(batch, row, column, fill_value)
    else:
        found = _between(batch, at_y, at_x, fill_value).to(batch.dtype)
    return torch.where(seen, found, torch.full((), fill_value, dtype=batch.dtype, device=batch.device))


def _between(batch: torch.Tensor, y: torch.Tensor, x: torch.Tensor, fill_value: float) -> torch.Tensor:
    """The pixels at any coordinates, between the four around them."""
    work = batch if batch.is_floating_point() else batch.float()
    top, left = torch.floor(y), torch.floor(x)
    down, right = ((a - b)[:, None].to(work.dtype) for a, b in ((y, top), (x, left)))
    corners = [[_read(work, top + i, left + j, fill_value) for j in (0, 1)] for i in (0, 1)]
    upper, lower = ((1 - right) * a + right * b for a, b in corners)
    return (1 - down) * upper + down * lower


def _inverse(transforms: torch.Tensor) -> torch.Tensor:
    """The transforms (n, 8) that undo those given."""
    full = torch.cat([transforms.float(), torch.ones_like(transforms[:, :1]).float()], 1).reshape(-1, 3, 3)
    back = torch.linalg.inv(full).reshape(-1, 9)
    return back[:, :8] / back[:, 8:]


def _transformed(
    images: torch.Tensor, transforms: torch.Tensor, interpolation: str, fill_mode: str, fill_value: float, layout: Any
) -> Any:
    """The images under the transforms. As in TensorFlow, gradients flow to them through the inverse transforms."""
    if transforms.ndim == 0 or transforms.shape[-1] != 8:
        raise InvalidArgumentError(
            None, None, f"Input transform should be num_images x 8 or 1 x 8. Received: shape={tuple(transforms.shape)}"
        )
    transforms = transforms.reshape(-1, 8)

    def run(x: torch.Tensor, changes: torch.Tensor, value: float) -> Any:
        return wrap(on_batch(lambda b: projected(b, changes, interpolation, fill_mode, value), x, layout))

    @tf.custom_gradient
    def transform(x: Any) -> Any:
        return run(to_storage(x), transforms, fill_value), lambda dy: run(to_storage(dy), _inverse(transforms), 0.0)

    return transform(wrap(images))


@operation("images", "transform")
def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images whose pixel (x, y) is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.

    transform: [a0, a1, a2, b0, b1, b2, c0, c1], or one for each image. interpolation: "bilinear" or "nearest".
    fill_mode: what lies around the image: `fill_value` ("constant"), "nearest", "reflect" or "wrap". Gradients flow to
    the images. ValueError for other values and ranks.
    """
    one_of("interpolation", interpolation, _INTERPOLATIONS)
    one_of("fill_mode", fill_mode, _FILL_MODES)
    t, changes = to_storage(images), to_storage(transform)
    need_images(t)
    if changes.ndim not in (1, 2):
        raise ValueError(
            "Invalid transform rank: expected rank 1 (single transform) or rank 2 (batch of transforms). Received: "
            f"transform.shape={tuple(changes.shape)}"
        )
    return _transformed(t, changes, interpolation, fill_mode, fill_value, data_format)


def _homography(start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """The transforms (n, 8) that take the points `end` (n, 4, 2) to `start`."""
    x, y = end.unbind(-1)
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    to_x, to_y = start.unbind(-1)
    first = torch.stack([x, y, one, zero, zero, zero, -to_x * x, -to_x * y], -1)
    second = torch.stack([zero, zero, zero, x, y, one, -to_y * x, -to_y * y], -1)
    equations = torch.stack([first, second], 2).flatten(1, 2)
    return torch.linalg.solve(equations, start.flatten(1))


@operation("images", "start_points", "end_points")
def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images in which the four `start_points` (x, y) come to lie at `end_points`, (4, 2) or one such for each image.

    ValueError for other shapes and interpolations.
    """
    one_of("interpolation", interpolation, _INTERPOLATIONS)
    t = to_storage(images)
    need_images(t)
    points = [to_storage(p).float() for p in (start_points, end_points)]
    for name, p in zip(("start_points", "end_points"), points):
        if p.ndim not in (2, 3) or tuple(p.shape[-2:]) != (4, 2):
            raise ValueError(
                f"Invalid {name} shape: expected (4,2) for a single image or (N,4,2) for a batch. Received shape: "
                f"{tuple(p.shape)}"
            )
    if points[0].shape != points[1].shape:
        raise ValueError(
            f"start_points and end_points must have the same shape. Received: {tuple(points[0].shape)} and "
            f"{tuple(points[1].shape)}"
        )
    changes = _homography(*(p if p.ndim == 3 else p.unsqueeze(0) for p in points))
    return _transformed(t, changes, interpolation, "constant", fill_value, data_format)


# ---- sampling ----


def _nodes(place: torch.Tensor, order: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The whole places that a coordinate is read from along one axis, and their weights."""
    if order == 0:
        return [(torch.round(place) if place.is_floating_point() else place, torch.ones_like(place))]
    lower = torch.floor(place)
    upper = place - lower
    return [(lower, 1 - upper), (lower + 1, upper)]


def _placed(place: torch.Tensor, size: int, fill_mode: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Places along an axis moved into it, and which of them count."""
    index = place.long()
    valid = torch.ones_like(index, dtype=torch.bool)
    if fill_mode == "constant":
        valid = (index >= 0) & (index < size)
    if fill_mode in ("constant", "nearest"):
        return index.clamp(0, size - 1), valid
    if fill_mode == "wrap":
        return index.remainder(size), valid
    index = index.abs().remainder(2 * size)
    back = 2 * size - index - (1 if fill_mode == "reflect" else 0)
    return torch.where(index < size, index, back), valid


def sampled(x: torch.Tensor, places: Any, order: int, fill_mode: str, fill_value: float) -> torch.Tensor:
    """`map_coordinates` of torch tensors: one of coordinates for each axis."""
    axes = [
        [(*_placed(at, size, fill_mode), weight) for at, weight in _nodes(place, order)]
        for place, size in zip(places, x.shape)
    ]
    total: Any = 0
    for nodes in itertools.product(*axes):
        indices, valid, weights = zip(*nodes)
        found = x[indices].to(weights[0].dtype)
        if fill_mode == "constant":
            missing = torch.full((), fill_value, dtype=x.dtype, device=x.device).to(found.dtype)
            found = torch.where(functools.reduce(operator.and_, valid), found, missing)
        total = total + functools.reduce(operator.mul, weights) * found
    return (total if x.is_floating_point() else torch.round(total)).to(x.dtype)


@keras_op("inputs", "coordinates")
def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Any:
    """The values of a tensor at `coordinates`, whose first axis has one for each of its axes.

    order: 0 for the nearest element, 1 for what lies between. fill_mode: what lies outside: `fill_value` ("constant"),
    "nearest", "wrap", "mirror" or "reflect". ValueError for other modes and shapes, NotImplementedError for orders.
    """
    if coordinates.shape[0] != inputs.ndim:
        raise ValueError(
            "First dim of `coordinates` must be the same as the rank of `inputs`. Received: inputs of shape "
            f"{tuple(inputs.shape)} and coordinates of shape {tuple(coordinates.shape)}"
        )
    if coordinates.ndim < 2:
        raise ValueError(f"Invalid coordinates rank: expected at least rank 2. Received: {tuple(coordinates.shape)}")
    one_of("fill_mode", fill_mode, ("constant", "nearest", "wrap", "mirror", "reflect"))
    if order not in (0, 1):
        raise NotImplementedError("map_coordinates currently requires order<=1")
    return sampled(inputs, coordinates.unbind(0), order, fill_mode, fill_value)


# ---- elastic transform ----


def _warped(image: torch.Tensor, place: torch.Tensor, order: int, fill_mode: str, fill_value: float) -> torch.Tensor:
    """The channels of an image (channels, height, width), all read at the same places (2, height, width)."""
    return torch.stack([sampled(channel, place.unbind(0), order, fill_mode, fill_value) for channel in image])


@keras_op("images")
def elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Any:
    """Images whose pixels are moved at random, neighbours alike: `alpha` is how far, `sigma` how smoothly.

    Other arguments as in `affine_transform`; seed: an int or a keras.random.SeedGenerator.
    """
    from tfcompat import random
    from tfcompat.keras.random.seed_generator import draw_seed

    one_of("interpolation", interpolation, _INTERPOLATIONS)
    one_of("fill_mode", fill_mode, _FILL_MODES)
    need_images(images)
    batch = images if images.ndim == 4 else images.unsqueeze(0)
    batch = batch if channels_first(data_format) else batch.permute(0, 3, 1, 2)
    count, _, height, width = batch.shape
    noise = random.stateless_normal((count, height, width), seed=draw_seed(seed), dtype=wrap(images).dtype)
    alpha, sigma = (float(to_storage(each)) for each in (alpha, sigma))
    reach = 6 * int(sigma) | 1
    moved = (
        alpha * blurred((to_storage(noise) * sigma)[:, None], (reach, reach), (sigma, sigma), "channels_first")[:, 0]
    )
    y = torch.arange(height, dtype=images.dtype, device=images.device)[:, None] + moved
    x = torch.arange(width, dtype=images.dtype, device=images.device)[None, :] + moved
    order = _INTERPOLATIONS.index(interpolation)
    out = torch.stack([_warped(b, torch.stack(at), order, fill_mode, fill_value) for b, *at in zip(batch, y, x)])
    out = out if channels_first(data_format) else out.permute(0, 2, 3, 1)
    return out if images.ndim == 4 else out.squeeze(0)
