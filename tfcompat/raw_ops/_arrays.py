"""Raw ops that make, join, cut and rearrange tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays import creation, joining, padding, scattering, selecting, shaping
from tfcompat._arrays.sizes import scalar, shape_sizes, vector
from tfcompat._core import device, dtypes, gathering
from tfcompat._core.arguments import axis as one_axis
from tfcompat._core.convert import to_storage
from tfcompat._core.derivatives import without_gradient
from tfcompat._core.joining import concat_tensors
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.slicing import take
from tfcompat.image.patches import extract_image_patches
from tfcompat.raw_ops._registry import body, raw, same

# ---- making ----


@raw("Const")
def const(value: Any, dtype: dtypes.DType) -> Any:
    """The tensor of a TensorProto, which tf.make_tensor_proto makes."""
    from tfcompat._formats.tensor_proto import make_ndarray

    return to_storage(make_ndarray(value), dtype)


@raw("Empty")
def empty(shape: Any, dtype: dtypes.DType, init: bool) -> Any:
    """A tensor of `shape`: zeros (empty strings), also where `init` leaves that open."""
    return body(creation.zeros)(shape, dtype)


@raw("Range")
def range_(start: Value, limit: Value, delta: Value) -> torch.Tensor:
    """The numbers from `start` to `limit`, in steps of `delta`."""
    for name, t in (("start", start), ("limit", limit), ("delta", delta)):
        if t.ndim > 1 or t.numel() != 1:
            raise Invalid(f"{name} must be a scalar, not shape {list(t.shape)}")
    return body(creation._range)(start, limit, delta, start.dtype)


@raw("LinSpace")
def linspace(start: Value, stop: Value, num: Any) -> torch.Tensor:
    """`num` evenly spaced numbers between two scalars."""
    for name, t in (("start", start), ("stop", stop)):
        if t.ndim:
            raise Invalid(f"{name} must be a scalar, not shape {list(t.shape)}")
    count = scalar(num, what="num")
    if isinstance(count, int) and count <= 0:
        raise Invalid(f"Requires num > 0: {count}")
    return body(creation.linspace_op)(start.detach(), stop.detach(), num)  # TensorFlow's kernel has no gradient


@raw("DeepCopy")
def deep_copy(x: Any) -> Any:
    """A copy of its own."""
    t = to_storage(x)
    return t.clone() if isinstance(t, torch.Tensor) else t.copy()


@raw("PreventGradient")
def prevent_gradient(input: Value, message: str) -> torch.Tensor:
    """The tensor itself; a gradient through it is a LookupError with `message`."""
    return without_gradient(input, f"Gradient explicitly disabled. Reason: {message!r}")


@raw("PlaceholderWithDefault")
def placeholder_with_default(input: Any, shape: Any) -> Any:
    """`input`, whose shape must be compatible with `shape`."""
    return body(shaping.ensure_shape)(to_storage(input), shape)


@raw("Placeholder")
def placeholder(dtype: dtypes.DType, shape: Any) -> Any:
    """InvalidArgumentError: only TensorFlow 1's sessions feed placeholders."""
    raise Invalid(
        f"You must feed a value for placeholder tensor 'Placeholder' with dtype {dtype.name} and shape {shape}"
    )


# ---- joining and cutting ----


@raw("Concat", strings=True)
def concat(concat_dim: Any, values: Values) -> torch.Tensor:
    """The tensors joined along the dimension `concat_dim`."""
    return body(concat_tensors)(values, concat_dim)


@raw("ParallelConcat", strings=True)
def parallel_concat(values: Values, shape: Any) -> torch.Tensor:
    """Tensors of one row each, joined to a tensor of `shape`."""
    joined = torch.cat(tuple(values), 0)
    if not shape.is_compatible_with(tuple(joined.shape)):
        raise Invalid(f"Argument `shape` says {shape}, the values make {list(joined.shape)}")
    return joined


@raw("ConcatOffset")
def concat_offset(concat_dim: Any, shape: Values) -> list[torch.Tensor]:
    """Where in the joined tensor each of the tensors of the given shapes begins."""
    where = one_axis(concat_dim, len(shape[0]), "concat_dim")
    offsets, total = [], torch.zeros_like(shape[0][where])
    for i, s in enumerate(shape):
        if len(s) != len(shape[0]):
            raise Invalid(f"input {i} should contain {len(shape[0])} elements, but got {len(s)}")
        offset = torch.zeros_like(s)
        offset[where] = total
        offsets.append(offset)
        total = total + s[where]
    return offsets


@raw("Split", strings=True)
def split(axis: Any, value: Value, num_split: int) -> list[torch.Tensor]:
    """The tensor cut into `num_split` equal parts."""
    return body(joining._split_evenly)(value, num_split, axis)


@raw("SplitV", strings=True)
def split_v(value: Value, size_splits: Any, axis: Any, num_split: int) -> list[torch.Tensor]:
    """The tensor cut into parts of the given sizes, of which one may be -1."""
    return body(joining._split_sizes)(value, size_splits, num_split, axis)


@raw("Unpack", strings=True)
def unpack(value: Value, num: int, axis: int) -> list[torch.Tensor]:
    """The slices along `axis`, of which there are `num`."""
    if not -value.ndim <= axis < value.ndim:
        raise Invalid(f"axis = {axis} not in [{-value.ndim}, {value.ndim})")
    return body(joining.unstack)(value, num, axis)


@raw("Pack", strings=True)
def pack(values: Values, axis: int) -> torch.Tensor:
    """Tensors of one shape stacked along a new dimension."""
    rank = values[0].ndim + 1
    if not -rank <= axis < rank:
        raise Invalid(f"axis = {axis} not in [{-rank}, {rank})")
    for i, x in enumerate(values):
        if x.shape != values[0].shape:
            raise Invalid(
                f"Shapes of all inputs must match: values[0].shape = {list(values[0].shape)} != values[{i}].shape = "
                f"{list(x.shape)}"
            )
    return torch.stack(tuple(values), axis)


# ---- strided slices ----


@raw("StridedSlice", strings=True)
def strided_slice(
    input: Value,
    begin: Any,
    end: Any,
    strides: Any,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> torch.Tensor:
    """`input[begin:end:strides]`; the bits of the masks change what a position means."""
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    return body(joining._strided_slice)(input, begin, end, strides, masks)


def slice_key(begin: Any, end: Any, strides: Any, masks: tuple[int, int, int, int, int]) -> tuple[Any, ...]:
    """The key of `x[...]` of a strided slice."""
    first, last = vector(begin, "Index", "begin"), vector(end, "Index", "end")
    return tuple(joining._masked_key(first, last, vector(strides, "Index", "strides"), masks))


@raw("StridedSliceGrad")
def strided_slice_grad(
    shape: Any,
    begin: Any,
    end: Any,
    strides: Any,
    dy: Value,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> torch.Tensor:
    """Zeros of `shape` with `dy` where the slice was taken from."""
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    zeros = torch.zeros(shape_sizes(shape), dtype=dy.dtype, device=dy.device)
    return _with_slice(zeros, slice_key(begin, end, strides, masks), dy, exact=True)


@raw("TensorStridedSliceUpdate")
def tensor_strided_slice_update(
    input: Value,
    begin: Any,
    end: Any,
    strides: Any,
    value: Value,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> torch.Tensor:
    """`input` with `value`, broadcast, in place of a slice."""
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    return _with_slice(input, slice_key(begin, end, strides, masks), value, exact=False)


def _with_slice(x: torch.Tensor, key: Any, value: torch.Tensor, exact: bool) -> torch.Tensor:
    """`x` with `value` in place of `x[key]`, through the positions of the elements: the key may go backwards."""
    places = take(torch.arange(x.numel(), device=x.device).reshape(x.shape), key)
    if exact and places.shape != value.shape:
        raise Invalid(f"shape of dy was {list(value.shape)} instead of {list(places.shape)}")
    try:
        value = value.expand(places.shape)
    except RuntimeError:
        raise Invalid(f"Cannot broadcast shape {list(value.shape)} to the slice's, {list(places.shape)}") from None
    return x.reshape(-1).index_copy(0, places.reshape(-1), value.reshape(-1)).reshape(x.shape)


# ---- padding and patches ----


@raw("Pad", strings=True)
def pad(input: Value, paddings: Any) -> torch.Tensor:
    """The tensor with zeros around it."""
    return body(padding._pad_constant)(input, torch.zeros((), dtype=input.dtype), paddings)


@raw("PadV2", strings=True)
def pad_v2(input: Value, paddings: Any, constant_values: Value) -> torch.Tensor:
    """The tensor with a constant around it."""
    return body(padding._pad_constant)(input, constant_values, paddings)


@raw("MirrorPad", strings=True)
def mirror_pad(input: Value, paddings: Any, mode: str) -> torch.Tensor:
    """The tensor with its mirror image around it."""
    return body(padding._pad_mirror)(input, paddings, 1 if mode == "REFLECT" else 0)


@raw("MirrorPadGrad")
def mirror_pad_grad(input: Value, paddings: Any, mode: str) -> torch.Tensor:
    """What MirrorPad's gradient `input` adds up to at each of the elements that were padded."""
    edge = 1 if mode == "REFLECT" else 0
    for d, (before, after) in enumerate(padding._paddings(paddings, input.ndim)):
        size = input.shape[d] - before - after
        if size < 1 or max(before, after) > size - edge:
            raise Invalid(f"Output size must be positive and paddings must fit it, got {size}, ({before}, {after})")
        middle = torch.arange(size, device=input.device)
        start = (edge + torch.arange(before, device=input.device)).flip(0)
        end = size - 1 - edge - torch.arange(after, device=input.device)
        shape = [*input.shape[:d], size, *input.shape[d + 1 :]]
        into = torch.zeros(shape, dtype=input.dtype, device=input.device)
        input = into.index_add(d, torch.cat([start, middle, end]), input)
    return input


@raw("SpaceToBatch", strings=True)
def space_to_batch(input: Value, paddings: Any, block_size: int) -> torch.Tensor:
    """Blocks of images, padded, moved to the batch."""
    return body(padding.space_to_batch_nd)(input, [block_size, block_size], paddings)


@raw("BatchToSpace", strings=True)
def batch_to_space(input: Value, crops: Any, block_size: int) -> torch.Tensor:
    """Blocks of images moved from the batch, and cropped."""
    return body(padding.batch_to_space)(input, [block_size, block_size], crops)


# ---- data formats ----


def _positions(src_format: str, dst_format: str) -> list[int]:
    if sorted(src_format) != sorted(dst_format) or len(src_format) not in (4, 5):
        raise Invalid(f"Destination format {dst_format} must hold the characters of source format {src_format}")
    return [src_format.index(c) for c in dst_format]


@raw("DataFormatDimMap")
def data_format_dim_map(x: Value, src_format: str, dst_format: str) -> torch.Tensor:
    """The numbers that dimensions of one data format have in another."""
    order = _positions(src_format, dst_format)
    places = torch.tensor([order.index(i) for i in range(len(order))], dtype=x.dtype, device=x.device)
    return places[x.long() % len(order)]


@raw("DataFormatVecPermute")
def data_format_vec_permute(x: Value, src_format: str, dst_format: str) -> torch.Tensor:
    """Numbers or pairs, one for each dimension of one data format, in the order of another."""
    order = _positions(src_format, dst_format)
    if x.ndim not in (1, 2) or (x.ndim == 2 and x.shape[1] != 2):
        raise Invalid(f"input must be a vector or a matrix of two columns, but got shape {list(x.shape)}")
    if x.shape[0] == len(order) - 2:  # of the spatial dimensions alone
        spatial = [c for c in src_format if c in "DHW"]
        order = [spatial.index(c) for c in dst_format if c in "DHW"]
    elif x.shape[0] != len(order):
        raise Invalid(f"input must be of size {len(order)} or {len(order) - 2}, but got shape {list(x.shape)}")
    return x.index_select(0, torch.tensor(order, device=x.device))


# ---- rearranging ----


@raw("Reverse", strings=True)
def reverse(tensor: Value, dims: Value) -> torch.Tensor:
    """The tensor turned round in the dimensions whose element of `dims` is true."""
    if dims.ndim != 1 or len(dims) != tensor.ndim:
        raise Invalid(f"dims must be a vector of {tensor.ndim} bools, got shape {list(dims.shape)}")
    return tensor.flip([d for d, turned in enumerate(dims.tolist()) if turned])


@raw("GatherV2", strings=True)
def gather_v2(params: Value, indices: Value, axis: Any, batch_dims: int) -> torch.Tensor:
    """Slices of `params` along `axis`."""
    return body(gathering._gather_tensor)(params, indices, None, axis, batch_dims)


@raw("Gather", strings=True)
def gather(params: Value, indices: Value, validate_indices: bool) -> torch.Tensor:
    """Rows of `params`; the indices are checked in any case."""
    return body(gathering._gather_tensor)(params, indices, None, 0, 0)


@raw("GatherNd", strings=True)
def gather_nd(params: Value, indices: Value, bad_indices_policy: str) -> torch.Tensor:
    """Elements or slices at index vectors."""
    return body(gathering._gather_nd)(params, indices, 0, bad_indices_policy == "IGNORE")


@raw("TensorScatterUpdate", strings=True)
def tensor_scatter_update(tensor: Value, indices: Value, updates: Value, bad_indices_policy: str) -> torch.Tensor:
    """The tensor with elements or slices replaced."""
    return scattering._tensor_scatter(tensor, indices, updates, "update", bad_indices_policy, "TensorScatterUpdate")


@raw("ScatterNdNonAliasingAdd")
def scatter_nd_non_aliasing_add(input: Value, indices: Value, updates: Value, bad_indices_policy: str) -> torch.Tensor:
    """`input` with updates added at index vectors."""
    return scattering._tensor_scatter(input, indices, updates, "add", bad_indices_policy, "ScatterNdNonAliasingAdd")


@raw("InplaceAdd")
def inplace_add(x: Value, i: Value, v: Value) -> torch.Tensor:
    """`x` with `v` added to its rows `i`."""
    return x.index_add(0, _rows(x, i, v), v)


@raw("InplaceSub")
def inplace_sub(x: Value, i: Value, v: Value) -> torch.Tensor:
    """`x` with `v` subtracted from its rows `i`."""
    return x.index_add(0, _rows(x, i, v), v, alpha=-1)


@raw("InplaceUpdate")
def inplace_update(x: Value, i: Value, v: Value) -> torch.Tensor:
    """`x` with its rows `i` replaced by `v`."""
    return x.index_copy(0, _rows(x, i, v), v)


def _rows(x: torch.Tensor, i: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    if i.ndim != 1:
        raise Invalid("i must be a vector.")
    if x.ndim != v.ndim or x.shape[1:] != v.shape[1:] or len(i) != len(v):
        raise Invalid(f"x and v must fit in all but the first dimension: {list(x.shape)} vs {list(v.shape)}")
    return i.long() % x.shape[0]


@raw("Where")
def where(condition: Value) -> torch.Tensor:
    """The positions of the elements that are not 0."""
    return body(selecting._positions)(condition if condition.dtype == torch.bool else condition != 0)


same(scattering.dynamic_stitch, "DynamicStitch", "ParallelDynamicStitch")


raw("ExtractImagePatches")(extract_image_patches)


# ---- elements that repeat ----


@raw("ListDiff", strings=True)
def list_diff(x: Value, y: Value, out_idx: dtypes.DType) -> tuple[torch.Tensor, torch.Tensor]:
    """The elements of the vector `x` that are not in `y`, and where they stand."""
    if x.ndim != 1 or y.ndim != 1:
        raise Invalid(f"x and y should be 1D vectors, got shapes {list(x.shape)} and {list(y.shape)}")
    places = torch.nonzero(~torch.isin(x, y)).reshape(-1)
    return x.index_select(0, places), places.to(out_idx.torch)


def _unique(x: torch.Tensor, axis: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The distinct slices along an axis in order of occurrence, the number of each slice's, and how many there are."""
    given = to_storage(axis)
    if given.ndim != 1 or len(given) > 1:
        raise Invalid("axis expects a 1D vector of at most one element.")
    if not len(given) and x.ndim != 1:
        raise Invalid("unique expects a 1D vector.")
    where = one_axis(int(given[0]), x.ndim) if len(given) else 0
    values, inverse, counts = torch.unique(x, return_inverse=True, return_counts=True, dim=where)
    inverse = inverse.reshape(-1).long()  # torch 2.11 captures it as a tensor of floats
    positions = torch.arange(len(inverse), device=x.device)
    first = torch.full_like(counts, len(inverse)).scatter_reduce(0, inverse, positions, "amin")
    order = torch.argsort(first)
    number = torch.empty_like(order).scatter(0, order, torch.arange(len(order), device=x.device))
    return values.index_select(where, order), number.index_select(0, inverse), counts.index_select(0, order)


@raw("UniqueV2", strings=True)
def unique_v2(x: Value, axis: Any, out_idx: dtypes.DType) -> tuple[torch.Tensor, torch.Tensor]:
    """The distinct slices along an axis (a vector of it; empty: of a vector), and which each slice is."""
    y, idx, _ = _unique(x, axis)
    return y, idx.to(out_idx.torch)


@raw("UniqueWithCountsV2", strings=True)
def unique_with_counts_v2(
    x: Value, axis: Any, out_idx: dtypes.DType
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """As UniqueV2, with how often each slice occurs."""
    y, idx, count = _unique(x, axis)
    return y, idx.to(out_idx.torch), count.to(out_idx.torch)


# ---- checks ----


@raw("Assert")
def assert_(condition: Any, data: Any, summarize: int) -> None:
    """InvalidArgumentError with `data` where `condition` is false."""
    t = to_storage(condition)
    if t.numel() != 1:
        raise Invalid(f"Input condition should be a scalar, got {list(t.shape)}")
    if not bool(t):
        shown = (np.asarray(to_storage(d)).reshape(-1)[:summarize].tolist() for d in data)
        raise Invalid(f"assertion failed: {' '.join(map(str, shown))}")


@raw("NoOp", "ControlTrigger")
def no_op() -> None:
    """Does nothing."""


@raw("DeviceIndex")
def device_index(device_names: Sequence[str]) -> torch.Tensor:
    """Which of the device types, such as "CPU", the op runs on; their number where it is none of them."""
    kind = "CPU" if device.default().type == "cpu" else "GPU"
    names = list(device_names)
    return torch.tensor(names.index(kind) if kind in names else len(names), dtype=torch.int32)
