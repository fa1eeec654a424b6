"""Raw ops on images of quantized integers: normalized, or in another size."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value
from tfcompat.image import _kernels
from tfcompat.raw_ops._quantized_arithmetic import _ends, _ints, _Kind, _kind, _made, _quantized, _scalar
from tfcompat.raw_ops._registry import raw

_WIDE = 1 << 20  # what QuantizedBatchNorm's results lie between


def _images(t: Any, name: str, *kinds: dtypes.DType) -> torch.Tensor:
    """The integers of images; NotFoundError for a dtype that TensorFlow has no kernel for."""
    if BY_STORAGE[t.dtype] not in kinds:
        raise Invalid(f"No kernel takes {BY_STORAGE[t.dtype].name} for {name}", errors.NotFoundError)
    if len(t.shape) != 4:
        raise Invalid(f"{name} must be 4-dimensional, got shape {list(t.shape)}")
    return _ints(t)


@raw("QuantizedInstanceNorm")
def quantized_instance_norm(
    x: Value,
    x_min: Value,
    x_max: Value,
    output_range_given: bool,
    given_y_min: float,
    given_y_max: float,
    variance_epsilon: float,
    min_separation: float,
) -> tuple[Any, ...]:
    """Each channel of each image with mean 0 and variance 1, and the range of the results, or the one given."""
    if output_range_given and given_y_min >= given_y_max:
        raise Invalid(f"given_y_min must be less than given_y_max : {given_y_min:g} >= {given_y_max:g}")
    for name, t in (("x_min", x_min), ("x_max", x_max)):
        if t.ndim:
            raise Invalid(f"`{name}` must be rank 0 but is rank {t.ndim}")
    low, high = _scalar(x_min, "x_min"), _scalar(x_max, "x_max")
    if not low < high:
        raise Invalid(f"input_min must be less than input_max : {low:g} >= {high:g}")
    scale = float((high - low) / np.float32(255))
    q = _images(x, "x", dtypes.quint8).to(torch.float32)
    centered = scale * (q - q.mean((1, 2), keepdim=True))
    variance = torch.square(centered).mean((1, 2), keepdim=True)
    normed = centered * torch.rsqrt(variance + variance_epsilon)
    if output_range_given:
        ends = np.float32(given_y_min), np.float32(given_y_max)
    else:
        ends = np.float32(normed.amin()), np.float32(normed.amax())
    if ends[1] - ends[0] < min_separation:
        ends = ends[0], ends[0] + np.float32(min_separation)
    kind = _Kind(dtypes.quint8)
    return _made(_quantized(normed, kind, ends), kind), *_ends(*ends)


@raw("QuantizedBatchNormWithGlobalNormalization")
def quantized_batch_norm(**v: Any) -> tuple[Any, ...]:
    """Images less a mean, over a deviation, times gamma where scale_after_normalization says so, plus beta."""
    q = _images(v["t"], "t", dtypes.quint8)
    if v["out_type"] is not dtypes.qint32:
        raise Invalid(f"No kernel gives {v['out_type'].name}", errors.NotFoundError)
    channels = {}
    for name in ("m", "v", "beta", "gamma"):
        if len(v[name].shape) != 1:
            raise Invalid(f"{name} must be 1-dimensional, got shape {list(v[name].shape)}")
        ends = _scalar(v[f"{name}_min"], f"{name}_min"), _scalar(v[f"{name}_max"], f"{name}_max")
        channels[name] = np.array([_kind(v[name]).to_float(n, *ends) for n in _ints(v[name]).tolist()], np.float32)
    scales = np.float32(1) / np.sqrt(channels["v"] + np.float32(v["variance_epsilon"]))
    if v["scale_after_normalization"]:
        scales = scales * channels["gamma"]
    offsets = -channels["m"] * scales + channels["beta"]
    kind = _Kind(dtypes.qint32)
    scale, offset = (
        torch.tensor([kind.of_float(float(x), -_WIDE, _WIDE) for x in column]) for column in (scales, offsets)
    )
    ends = _scalar(v["t_min"], "t_min"), _scalar(v["t_max"], "t_max")
    levels = [kind.of_float(_kind(v["t"]).to_float(n, *ends), -_WIDE, _WIDE) for n in range(256)]
    product = (torch.tensor(levels)[q] * scale).to(torch.int32)  # wraps around, as TensorFlow's does
    one = kind.of_float(1.0, -_WIDE, _WIDE)
    return _made(torch.div(product, one, rounding_mode="trunc") + offset, kind), *_ends(-_WIDE, _WIDE)


@raw("QuantizedResizeBilinear")
def quantized_resize_bilinear(
    images: Value, size: Any, min: Value, max: Value, align_corners: bool, half_pixel_centers: bool
) -> tuple[Any, ...]:
    """Images in another size by linear interpolation; the range stays."""
    for name, t in (("min", min), ("max", max)):
        if t.ndim:
            raise Invalid(f"{name} must be a scalar, got shape {list(t.shape)}")
    wanted = _kernels.sizes(images, size)
    ends = min.clone(), max.clone()
    if list(images.shape[1:3]) == wanted:
        return images.copy() if isinstance(images, np.ndarray) else images.clone(), *ends
    if isinstance(images, torch.Tensor) and images.dtype == torch.float32:
        return _kernels.bilinear(images, wanted, align_corners, half_pixel_centers), *ends
    kind, q = _kind(images), _ints(images)
    one = 1 << 7
    if kind.dtype is dtypes.qint32:
        one, q = 1 << 30, q.to(torch.float32).to(torch.int64)  # TensorFlow's kernel takes them for floats on the way
    rows, columns = (
        _kernels.neighbours(q.shape[dim], out, align_corners, half_pixel_centers, q)
        for dim, out in ((1, wanted[0]), (2, wanted[1]))
    )
    across, down = ((share * one).to(torch.int64) for _, _, share in (columns, rows))
    q = q.index_select(2, columns[0]) * one + (
        (q.index_select(2, columns[1]) - q.index_select(2, columns[0])) * across[:, None]
    )
    top, bottom = q.index_select(1, rows[0]), q.index_select(1, rows[1])
    steps = torch.div(bottom - top, one, rounding_mode="trunc") * down[:, None, None]
    return _made(torch.div(top + steps + one // 2, one, rounding_mode="trunc"), kind), *ends
