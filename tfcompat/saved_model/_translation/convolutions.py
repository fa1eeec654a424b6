"""Convolutions: torch's are channels first; TensorFlow's are written channels last, as only those run everywhere.

Tensors in between were mostly transposed just for torch, so that the two transpositions cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat.saved_model._translation.arranging import cut, pad
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


def channels_last(g: Body, x: Ref) -> Ref:
    """A tensor whose channels are in the second dimension, with them in the last."""
    return g.transpose(x, [0, *range(2, x.rank), 1])


def channels_first(g: Body, x: Ref) -> Ref:
    """A tensor whose channels are in the last dimension, with them in the second."""
    return g.transpose(x, [0, x.rank - 1, *range(1, x.rank - 1)])


@translates("aten.convolution.default")
def _convolution(
    g: Body, out: Any, x: Ref, weight: Ref, bias: Ref | None, stride: Sequence[int], padding: Sequence[int],
    dilation: Sequence[int], transposed: bool, output_padding: Sequence[int], groups: int,
) -> Ref:  # fmt: skip
    spatial = x.rank - 2
    sizes = (list(each) * (spatial if len(each) == 1 else 1) for each in (stride, padding, dilation, output_padding))
    strides, pads, dilations, extra = sizes
    if spatial not in (1, 2, 3) or None in (weight.shape or [None]):
        raise NotTranslatable("a convolution of such dimensions")
    if transposed:
        found = _transposed(g, x, weight, strides, pads, dilations, extra, groups)
    else:
        found = _forward(g, x, weight, strides, pads, dilations, groups)
    if bias is not None:
        found = shaped(g.op("BiasAdd", found, bias), [None] * x.rank)
    return channels_first(g, shaped(found, [None] * x.rank))


def _forward(
    g: Body, x: Ref, weight: Ref, strides: list[int], pads: list[Any], dilations: list[int], groups: int
) -> Ref:
    shape: Any = weight.shape
    reaches = [(k - 1) * d for k, d in zip(shape[2:], dilations)]
    known = not any(isinstance(p, Ref) for p in pads)
    same = known and any(pads) and all(s == 1 and 2 * p == r for s, p, r in zip(strides, pads, reaches))
    if any(pads) and not same:
        x = pad(g, None, x, [n for p in reversed(pads) for n in (p, p)])
    padding = "SAME" if same else "VALID"
    x = channels_last(g, x)
    if len(strides) == 1:
        x = g.op("ExpandDims", x, g.int32(1))
        strides, dilations = strides * 2, [1, *dilations]
    depthwise = groups > 1 and shape[1] == 1 and groups == x_channels(x, shape, groups)
    if depthwise and len(set(strides)) == 1 and len(shape) < 5:
        found = _depthwise(g, x, weight, strides, dilations, padding, groups)
    else:
        kernel = g.transpose(weight, [*range(2, weight.rank), 1, 0])
        if weight.rank == 3:
            kernel = g.op("ExpandDims", kernel, g.int32(0))
        if groups > 1 and weight.rank == 5:
            raise NotTranslatable("a convolution in three dimensions with groups")
        op = "Conv3D" if weight.rank == 5 else "Conv2D"
        found = g.op(op, x, kernel, strides=[1, *strides, 1], padding=padding, dilations=[1, *dilations, 1])
    return g.op("Squeeze", found, axis=[1]) if weight.rank == 3 else found


def x_channels(x: Ref, shape: Sequence[int], groups: int) -> int:
    """The channels of the input."""
    known = None if x.shape is None else x.shape[-1]
    return shape[1] * groups if known is None else known


def _depthwise(
    g: Body, x: Ref, weight: Ref, strides: list[int], dilations: list[int], padding: str, groups: int
) -> Ref:
    shape: Any = weight.shape
    if shape[0] != groups:
        weight = shaped(g.reshape(weight, [groups, shape[0] // groups, *shape[2:]]), None)
        weight.shape = [groups, shape[0] // groups, *shape[2:]]
    kernel = g.transpose(weight, [*range(2, len(shape)), 0, 1])
    if len(shape) == 3:
        kernel = g.op("ExpandDims", kernel, g.int32(0))
    wide = [1, *strides, 1]
    return g.op("DepthwiseConv2dNative", x, kernel, strides=wide, padding=padding, dilations=[1, *dilations, 1])


def _transposed(
    g: Body, x: Ref, weight: Ref, strides: list[int], pads: list[int], dilations: list[int], extra: list[int],
    groups: int,
) -> Ref:  # fmt: skip
    """The gradient of a convolution without padding, of which the border is cut off that the padding stands for."""
    if groups > 1 or any(e >= s for e, s in zip(extra, strides)):
        raise NotTranslatable("a transposed convolution with groups, or of such sizes")
    shape: Any = weight.shape
    spatial = len(strides)
    reaches = [d * (k - 1) + 1 + e - s for d, k, e, s in zip(dilations, shape[2:], extra, strides)]
    full = [g.total(g.product([g.size(x, 2 + i), strides[i]]), reaches[i]) for i in range(spatial)]
    batch, x = g.size(x, 0), channels_last(g, x)
    kernel = g.transpose(weight, [*range(2, len(shape)), 1, 0])
    sizes, wide, reach = [batch, *full, shape[1]], [1, *strides, 1], [1, *dilations, 1]
    if spatial == 1:
        x, kernel = g.op("ExpandDims", x, g.int32(1)), g.op("ExpandDims", kernel, g.int32(0))
        sizes, wide, reach = [batch, 1, *full, shape[1]], [1, *strides, *strides, 1], [1, 1, *dilations, 1]
    op = "Conv3DBackpropInputV2" if spatial == 3 else "Conv2DBackpropInput"
    found = g.op(op, g.vector(sizes), kernel, x, strides=wide, padding="VALID", dilations=reach)
    if spatial == 1:
        found = g.op("Squeeze", found, axis=[1])
    for i, p in enumerate(pads):
        if p:
            found = cut(g, shaped(found, [None] * len(shape)), 1 + i, p, g.total(full[i], -p))
    return found
