"""Blocks of images moved between space, channels and the batch: tf.nn.depth_to_space and its kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._arrays.padding import batch_to_space, space_to_batch
from tfcompat._core import errors
from tfcompat._core.arguments import integer, integers
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Invalid, Value, op

__all__ = ["depth_to_space", "space_to_batch", "space_to_depth", "with_space_to_batch"]

_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")


def _layout(x: torch.Tensor, block_size: Any, data_format: str) -> tuple[int, bool]:
    """The block size and whether the channels come second, checked; the one packed format has no kernel."""
    size = integer(block_size, "block_size")
    if size < 2:
        raise Invalid(f"Value for attr 'block_size' of {size} must be at least minimum 2")
    if data_format not in _FORMATS:
        names = ", ".join(f'"{name}"' for name in _FORMATS)
        raise Invalid(
            f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: {names}"
        )
    if data_format == "NCHW_VECT_C":
        raise Invalid("Could not find device for node: no kernel takes NCHW_VECT_C", errors.NotFoundError)
    if x.ndim != 4:
        raise Invalid(f"Input rank should be: 4 instead of: {x.ndim}")
    return size, data_format == "NCHW"


@op("DepthToSpace", strings=True)
def depth_to_space(input: Value, block_size: Any, data_format: str = "NHWC", name: str | None = None) -> torch.Tensor:
    """Channels moved into blocks of `block_size` x `block_size` pixels (tf.nn.depth_to_space).

    input: [batch, height, width, channels], or channels second where data_format is "NCHW". The first channels of a
    pixel make its block's first row. InvalidArgumentError where the channels are not divisible by the block's size.
    """
    b, first = _layout(input, block_size, data_format)
    x = input.movedim(1, -1) if first else input
    n, height, width, depth = x.shape
    if depth % (b * b):
        raise Invalid(f"Input depth dimension {depth} should be divisible by: {b * b}")
    x = x.reshape(n, height, width, b, b, depth // (b * b)).permute(0, 1, 3, 2, 4, 5)
    x = x.reshape(n, height * b, width * b, depth // (b * b))
    return x.movedim(-1, 1) if first else x


@op("SpaceToDepth", strings=True)
def space_to_depth(input: Value, block_size: Any, data_format: str = "NHWC", name: str | None = None) -> torch.Tensor:
    """Blocks of `block_size` x `block_size` pixels moved into the channels: undoes `depth_to_space`.

    InvalidArgumentError where height or width is not divisible by the block size. Follows tf.nn.space_to_depth.
    """
    b, first = _layout(input, block_size, data_format)
    x = input.movedim(1, -1) if first else input
    n, height, width, depth = x.shape
    if height % b or width % b:
        raise Invalid(f"Image width {width} and height {height} should be divisible by block_size: {b}")
    x = x.reshape(n, height // b, b, width // b, b, depth).permute(0, 1, 3, 2, 4, 5)
    x = x.reshape(n, height // b, width // b, b * b * depth)
    return x.movedim(-1, 1) if first else x


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    op: Callable[[Any, int, str], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: str | None = None,
) -> Any:
    """`op(input, number of spatial dimensions, padding)`, dilated by the rates (tf.nn.with_space_to_batch).

    The op runs with "VALID" padding on the elements that lie a rate apart, moved into the batch, and the result is
    moved back. padding: "SAME" (which needs filter_shape), "VALID" or explicit pairs. spatial_dims: where the spatial
    dimensions are, increasing; those after the batch where None. Where all rates are 1 the op runs as it is.
    ValueError for arguments that do not fit together.
    """
    x = convert_to_tensor(input)
    rate = convert_to_tensor(dilation_rate)
    if rate.shape.rank != 1:
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={rate} of rank {rate.shape.rank}"
        )
    rates = integers(rate, "dilation_rate")
    first = data_format is not None and data_format.startswith("NC")
    dims = _spatial_dims(spatial_dims, len(rates), first)
    needed = dims[-1] + (0 if first else 1)
    if x.shape.rank is not None and x.shape.rank < needed:
        raise ValueError(
            f"`input.shape.rank` must be at least {needed}. Received: input.shape={x.shape} with rank {x.shape.rank}"
        )
    if any(r < 1 for r in rates):
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={rates}")
    if all(r == 1 for r in rates):
        return op(x, len(rates), padding)
    base = _base_paddings(padding, filter_shape, rates, first)
    sizes = [to_storage(x).shape[d] for d in dims]
    extra = [-(size + before + after) % r for size, (before, after), r in zip(sizes, base, rates)]
    pads = _spread([[before, after + e] for (before, after), e in zip(base, extra)], [0, 0], dims)
    crops = _spread([[0, e] for e in extra], [0, 0], dims)
    block = _spread(rates, 1, dims)
    moved = op(space_to_batch(x, block, pads), len(rates), "VALID")
    return batch_to_space(moved, block, crops)


def _spatial_dims(value: Any, n: int, first: bool) -> list[int]:
    if value is None:
        return list(range(1 + first, 1 + first + n))
    dims = [int(d) for d in value]
    if dims != sorted(set(dims)) or any(d < 1 for d in dims):
        raise ValueError(
            "`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={dims}"
        )
    return dims


def _base_paddings(padding: Any, filter_shape: Any, rates: list[int], first: bool) -> list[tuple[int, int]]:
    """What makes a "VALID" window op of one with `padding`: (before, after) for each spatial dimension."""
    if not isinstance(padding, str):
        pairs = [(int(a), int(b)) for a, b in padding]
        return pairs[2:] if first else pairs[1:-1]
    if padding == "VALID":
        return [(0, 0)] * len(rates)
    if padding != "SAME":
        raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")
    if filter_shape is None:
        raise ValueError(
            f"`filter_shape` must be specified for `padding='SAME'`. Received: filter_shape=None and padding={padding}"
        )
    extra = [(k - 1) * r for k, r in zip(integers(filter_shape, "filter_shape"), rates)]
    return [(e // 2, e - e // 2) for e in extra]


def _spread(values: list[Any], fill: Any, dims: list[int]) -> list[Any]:
    """`values`, one for each of `dims`, with `fill` for the dimensions in between, from 1 on."""
    found = dict(zip(dims, values, strict=True))
    return [found.get(d, fill) for d in range(1, dims[-1] + 1)]
