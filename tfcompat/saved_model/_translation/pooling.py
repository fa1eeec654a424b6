"""Pooling, and images of another size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.arranging import pad
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.convolutions import channels_first, channels_last
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


def _windows(spatial: int, sizes: Sequence[int]) -> list[int]:
    return [1, *(list(sizes) * (spatial if len(sizes) == 1 else 1)), 1]


def _borders(
    x: Ref, kernel: Sequence[int], stride: Sequence[int], pads: Sequence[Any], out: Any, ceil: bool
) -> tuple[list[tuple[Any, Any]], bool]:
    """The border before and after each spatial dimension, and whether TensorFlow's "SAME" has the same one.

    ceil: the last window may reach over the border, which is made wider for it.
    """
    spatial = len(kernel)
    strides = list(stride or kernel) * (spatial if len(stride) == 1 else 1)
    widths = list(pads) * (spatial if len(pads) == 1 else 1)
    found, same = [], True
    for k, s, p, n, made in zip(kernel, strides, widths, (x.shape or [])[-spatial:], out.shape[-spatial:]):
        if n is None or isinstance(p, Ref) or type(made) is not int:
            if ceil:
                raise NotTranslatable("windows over the edge of an image of a size that is not known")
            found.append((p, p))
            same = False
            continue
        needed = (made - 1) * s + k - n
        found.append((p, max(needed - p, p if not ceil else 0)))
        same = same and made == -(-n // s) and p == max(needed, 0) // 2 and found[-1][1] == max(needed, 0) - p
    return found, same and any(map(any, found))


def _pooled(
    g: Body, op: str, x: Ref, kernel: Sequence[int], stride: Sequence[int], borders: Sequence[tuple[Any, Any]],
    same: bool, border: float,
) -> Ref:  # fmt: skip
    spatial = len(kernel)
    batched = x.rank == spatial + 2
    if not batched:
        x = shaped(g.op("ExpandDims", x, g.int32(0)), [1, *(x.shape or ())])
    if not same and any(map(any, borders)):
        x = pad(g, None, x, [n for pair in reversed(borders) for n in pair], border)
    found = g.op(
        f"{op}3D" if spatial == 3 else op, channels_last(g, x), ksize=_windows(spatial, kernel),
        strides=_windows(spatial, stride or kernel), padding="SAME" if same else "VALID",
    )  # fmt: skip
    found = channels_first(g, shaped(found, [None] * x.rank))
    return found if batched else g.op("Squeeze", found, axis=[0])


@translates("aten.max_pool2d_with_indices.default", "aten.max_pool3d_with_indices.default")
def _max_pool(
    g: Body, out: Any, x: Ref, kernel: Sequence[int], stride: Sequence[int] = (), pads: Sequence[Any] = (0,),
    dilation: Sequence[int] = (1,), ceil: bool = False,
) -> tuple[Ref, None]:  # fmt: skip
    if any(d != 1 for d in dilation):
        raise NotTranslatable("maxima over windows with holes")
    borders, same = _borders(x, kernel, stride, pads, out[0], ceil)
    if not x.dtype.is_floating and any(map(any, borders)) and not same:
        raise NotTranslatable("maxima of integers with a border")
    return _pooled(g, "MaxPool", x, kernel, stride, borders, same, float("-inf")), None


@translates("aten.avg_pool2d.default", "aten.avg_pool3d.default")
def _avg_pool(
    g: Body, out: Any, x: Ref, kernel: Sequence[int], stride: Sequence[int] = (), pads: Sequence[Any] = (0,),
    ceil: bool = False, count_include_pad: bool = True, divisor: int | None = None,
) -> Ref:  # fmt: skip
    borders, same = _borders(x, kernel, stride, pads, out, ceil)
    bordered = any(map(any, borders))
    if divisor is not None or (ceil and count_include_pad and bordered):
        raise NotTranslatable("means with a divisor, or over the edge")
    if count_include_pad or not bordered or same:
        return _pooled(g, "AvgPool", x, kernel, stride, borders, same and not count_include_pad, 0.0)
    ones = shaped(g.op("Fill", g.vector(g.sizes(x)), g.const(1, x.dtype)), x.shape)
    total, count = (_pooled(g, "AvgPool", t, kernel, stride, borders, False, 0.0) for t in (x, ones))
    return g.op("RealDiv", total, count)


@translates("aten._adaptive_avg_pool2d.default", "aten._adaptive_avg_pool3d.default")
def _adaptive(g: Body, out: Any, x: Ref, sizes: Sequence[int]) -> Ref:
    kernel = _window(g, x, sizes)
    return _pooled(g, "AvgPool", x, kernel, kernel, [(0, 0)] * len(sizes), False, 0.0)


def _window(g: Body, x: Ref, sizes: Sequence[int]) -> list[int]:
    """The window that gives so many results along each of the last dimensions."""
    found = []
    for dim, count in enumerate(sizes, x.rank - len(sizes)):
        size = g.size(x, dim)
        if isinstance(size, Ref) or size % count:
            raise NotTranslatable("windows of several sizes")
        found.append(size // count)
    return found


@translates("aten.adaptive_max_pool2d.default", "aten.adaptive_max_pool3d.default")
def _adaptive_max(g: Body, out: Any, x: Ref, sizes: Sequence[int]) -> tuple[Ref, None]:
    kernel = _window(g, x, sizes)
    return _pooled(g, "MaxPool", x, kernel, kernel, [(0, 0)] * len(sizes), False, 0.0), None


def _resized(g: Body, op: str, x: Ref, sizes: Sequence[Any], **attrs: Any) -> Ref:
    found = g.op(op, channels_last(g, x), g.vector(sizes), **attrs)
    return channels_first(g, shaped(found, [None] * x.rank))


def _target(g: Body, x: Ref, sizes: Any, scales: Any) -> list[Any]:
    if sizes is not None:
        return list(sizes)
    found = []
    for i, scale in enumerate(scales):
        size = g.size(x, 2 + i)
        if isinstance(size, Ref):
            if scale != int(scale):
                raise NotTranslatable(f"an image of a size that is not known, {scale} times as large")
            found.append(g.product([size, int(scale)]))
        else:
            found.append(int(size * scale))
    return found


@translates("aten.upsample_bilinear2d.vec", "aten.upsample_bilinear2d.default")
def _bilinear(g: Body, out: Any, x: Ref, sizes: Any, align_corners: bool, *scales: Any) -> Ref:
    wanted = _target(g, x, sizes, scales[0] if scales else None)
    if x.dtype != dtypes.float32:
        raise NotTranslatable(f"images of {x.dtype.name}")
    return _resized(g, "ResizeBilinear", x, wanted, align_corners=align_corners, half_pixel_centers=not align_corners)


@translates("aten.upsample_nearest2d.vec", "aten.upsample_nearest2d.default")
def _nearest(g: Body, out: Any, x: Ref, sizes: Any, *scales: Any) -> Ref:
    return _resized(g, "ResizeNearestNeighbor", x, _target(g, x, sizes, scales[0] if scales else None))
