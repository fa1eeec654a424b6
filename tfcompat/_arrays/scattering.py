"""Elements laid out by index: tf.scatter_nd, tf.tensor_scatter_nd_update and its relatives, tf.dynamic_stitch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch

from tfcompat._arrays.sizes import shape_sizes
from tfcompat._core import errors
from tfcompat._core.gathering import bad_vector, combine_rows, index_tensor, row_numbers
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Alike, Alikes, Invalid, Value, Values, is_symbolic, op

_POLICIES = {"": False, "DEFAULT": False, "ERROR": False, "IGNORE": True}


def _ignores(policy: str, kernel: str) -> bool:
    """Whether bad indices are left out rather than an error."""
    if policy not in _POLICIES:
        raise errors.NotFoundError(
            None, None, f"{kernel} has no kernel with bad_indices_policy={policy!r}; takes {list(_POLICIES)}"
        )
    return _POLICIES[policy]


def _rows(
    indices: torch.Tensor, updates: Any, shape: Sequence[Any], ignore: bool
) -> tuple[torch.Tensor, Any, tuple[Any, ...]]:
    """The row number of each update, the updates as rows, and the shape of a row; bad indices are checked here."""
    depth = indices.shape[-1]
    sizes, rest = tuple(shape[:depth]), tuple(shape[depth:])
    if not ignore and not is_symbolic(indices) and not indices.is_cuda:
        text = bad_vector(indices, sizes, shape)
        if text:
            raise Invalid(text)
    rows, updates = row_numbers(indices, sizes).reshape(-1), updates.reshape(-1, *rest)
    if ignore:
        good = torch.nonzero(rows < math.prod(sizes)).reshape(-1)
        rows, updates = rows.index_select(0, good), updates.index_select(0, good)
    return rows, updates, rest


def _check_scatter(indices: torch.Tensor, updates: Any, shape: Sequence[Any]) -> None:
    if not indices.ndim:
        raise Invalid(f"Indices shape must have rank at least one. Found:{_dims(indices.shape)}")
    n, depth = indices.ndim - 1, indices.shape[-1]
    what = f"indices[shape={_dims(indices.shape)}]", f"updates[shape={_dims(updates.shape)}]"
    if tuple(updates.shape[:n]) != tuple(indices.shape[:-1]):
        raise Invalid(f"Dimensions [0,{n}) of {what[0]} must match dimensions [0,{n}) of {what[1]}")
    if depth > len(shape) or tuple(updates.shape[n:]) != tuple(shape[depth:]):
        raise Invalid(
            f"Dimensions [{depth},{len(shape)}) of input[shape={_dims(shape)}] must match dimensions "
            f"[{n},{updates.ndim}) of {what[1]}"
        )


@op("ScatterNd")
def scatter_nd(
    indices: Value, updates: Value, shape: Any, bad_indices_policy: str = "", name: str | None = None
) -> Any:
    """A tensor of `shape`, zeros but for `updates` where the vectors in the last dimension of `indices` say.

    Updates of the same place add up; strings are joined. updates: shape indices.shape[:-1] +
    shape[indices.shape[-1]:]. A bad index is an InvalidArgumentError, or left out where bad_indices_policy is "IGNORE"
    (else "", "DEFAULT" or "ERROR"). (tf.scatter_nd)
    """
    sizes = shape_sizes(shape, "Tindices", "shape")
    i, ignore = index_tensor(indices), _ignores(bad_indices_policy, "ScatterNd")
    _check_scatter(i, updates, sizes)
    is_array = isinstance(updates, np.ndarray)
    if is_array and ignore:
        raise Invalid("bad_indices_policy='IGNORE' is not supported for strings")
    rows, updates, rest = _rows(i, updates, sizes, ignore)
    count = math.prod(sizes[: i.shape[-1]])
    if is_array:
        out = np.full((count, *rest), b"", dtype=object)
        np.add.at(out, rows.numpy(), updates)
        return out.reshape(sizes)
    is_bool = updates.dtype is torch.bool
    updates = updates.to(torch.int8) if is_bool else updates
    spare = updates.is_cuda  # one more row, where bad indices go
    base = torch.zeros((count + spare, *rest), dtype=updates.dtype, device=updates.device)
    found = base.index_add(0, rows, updates)[:count].reshape(sizes)
    return found.ne(0) if is_bool else found


def _check_tensor_scatter(tensor: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor) -> None:
    if not indices.ndim:
        raise Invalid(f"Indices shape must have rank at least one. Found:{_dims(indices.shape)}")
    n, depth = indices.ndim - 1, indices.shape[-1]
    if tuple(updates.shape[:n]) != tuple(indices.shape[:-1]):
        raise Invalid(
            "Outer dimensions of indices and update must match. Indices shape: "
            f"{_dims(indices.shape)}, updates shape:{_dims(updates.shape)}"
        )
    if depth > tensor.ndim or tuple(updates.shape[n:]) != tuple(tensor.shape[depth:]):
        raise Invalid(
            "Inner dimensions of output shape must match inner dimensions of updates shape. Output: "
            f"{_dims(tensor.shape)} updates: {_dims(updates.shape)}"
        )


def _add_rows(tensor: torch.Tensor, how: str, indices: torch.Tensor, updates: torch.Tensor) -> torch.Tensor:
    """As `_tensor_scatter` for index vectors of one number: torch's kernel checks these itself."""
    updates = updates.reshape(-1, *tensor.shape[1:])
    try:
        return combine_rows(tensor, how, indices.reshape(-1), updates)
    except (IndexError, RuntimeError):
        text = None if is_symbolic(indices) else bad_vector(indices, tensor.shape[:1], tensor.shape)
        if not text:
            raise
        raise Invalid(text) from None


def _tensor_scatter(tensor: Any, indices: Any, updates: Any, how: str, policy: str, kernel: str) -> torch.Tensor:
    i, ignore = index_tensor(indices), _ignores(policy, kernel)
    _check_tensor_scatter(tensor, i, updates)
    if how in ("add", "sub") and i.shape[-1] == 1 and not ignore and i.is_cpu:
        return _add_rows(tensor, how, i, updates)
    rows, updates, rest = _rows(i, updates, tuple(tensor.shape), ignore)
    flat = tensor.reshape(-1, *rest) if rest or tensor.ndim else tensor.reshape(1)
    if how == "update" and not rows.is_cuda:
        return flat.index_put((rows,), updates).reshape(tensor.shape)
    return combine_rows(flat, how, rows, updates).reshape(tensor.shape)


@op("TensorScatterUpdate", strings=True)
def tensor_scatter_nd_update(tensor: Alike, indices: Value, updates: Alike, name: str | None = None) -> torch.Tensor:
    """`tensor` with the elements or slices that `indices`' vectors name replaced by `updates`.

    updates: shape indices.shape[:-1] + tensor.shape[indices.shape[-1]:]. Which of two updates of one place wins is not
    defined. InvalidArgumentError for bad indices and shapes. (tf.tensor_scatter_nd_update)
    """
    return _tensor_scatter(tensor, indices, updates, "update", "", "TensorScatterUpdate")


@op("TensorScatterAdd")
def tensor_scatter_nd_add(
    tensor: Alike, indices: Value, updates: Alike, bad_indices_policy: str = "", name: str | None = None
) -> torch.Tensor:
    """`tensor` with `updates` added where `indices`' vectors say (tf.tensor_scatter_nd_add).

    Updates of one place all count. For shapes and errors see `tensor_scatter_nd_update`, for the policy `scatter_nd`.
    """
    return _tensor_scatter(tensor, indices, updates, "add", bad_indices_policy, "TensorScatterAdd")


@op("TensorScatterSub")
def tensor_scatter_nd_sub(
    tensor: Alike, indices: Value, updates: Alike, bad_indices_policy: str = "", name: str | None = None
) -> torch.Tensor:
    """`tensor` with `updates` subtracted where `indices`' vectors say; as `tensor_scatter_nd_add`."""
    return _tensor_scatter(tensor, indices, updates, "sub", bad_indices_policy, "TensorScatterSub")


@op("TensorScatterMax")
def tensor_scatter_nd_max(
    tensor: Alike, indices: Value, updates: Alike, bad_indices_policy: str = "", name: str | None = None
) -> torch.Tensor:
    """The maximum of `tensor` and `updates` where `indices`' vectors say; as `tensor_scatter_nd_add`."""
    return _tensor_scatter(tensor, indices, updates, "max", bad_indices_policy, "TensorScatterMax")


@op("TensorScatterMin")
def tensor_scatter_nd_min(
    tensor: Alike, indices: Value, updates: Alike, bad_indices_policy: str = "", name: str | None = None
) -> torch.Tensor:
    """The minimum of `tensor` and `updates` where `indices`' vectors say; as `tensor_scatter_nd_add`."""
    return _tensor_scatter(tensor, indices, updates, "min", bad_indices_policy, "TensorScatterMin")


# ---- partition and stitch ----


@op("DynamicPartition", strings=True)
def dynamic_partition(data: Value, partitions: Value, num_partitions: int, name: str | None = None) -> list[Any]:
    """The slices of `data` for each partition number 0, 1... in order, a list of `num_partitions` tensors.

    partitions: int32, a prefix of whose shape `data` has. InvalidArgumentError for numbers outside of
    [0, num_partitions). (tf.dynamic_partition)
    """
    if partitions.dtype != torch.int32:
        kind = BY_STORAGE[partitions.dtype].name
        raise Invalid(f"input #1(zero-based) was expected to be a int32 tensor but is a {kind} tensor")
    if num_partitions < 1:
        raise Invalid(f"Value for attr 'num_partitions' of {num_partitions} must be at least minimum 1")
    if tuple(data.shape[: partitions.ndim]) != tuple(partitions.shape):
        raise Invalid(
            "data.shape must start with partitions.shape, got data.shape = "
            f"{_dims(data.shape)}, partitions.shape = {_dims(partitions.shape)}"
        )
    part = partitions.reshape(-1).long()
    flat = data.reshape(part.numel(), *data.shape[partitions.ndim :])
    if is_symbolic(part):
        return [flat.index_select(0, torch.nonzero(part == p).reshape(-1)) for p in range(num_partitions)]
    bad = torch.nonzero((part < 0) | (part >= num_partitions))
    if len(bad):
        where = np.unravel_index(int(bad[0]), tuple(partitions.shape) or (1,))
        text = _dims([int(w) for w in where]) if partitions.ndim else ""
        raise Invalid(f"partitions{text} = {int(part[int(bad[0])])} is not in [0, {num_partitions})")
    order = torch.argsort(part, stable=True)
    return list(flat.index_select(0, order).split(torch.bincount(part, minlength=num_partitions).tolist()))


@op("DynamicStitch", strings=True)
def dynamic_stitch(indices: Values, data: Alikes, name: str | None = None) -> torch.Tensor:
    """The slices of the tensors `data` put together where `indices` say, the last where an index repeats.

    indices: int32 tensors, each a prefix of its data's shape. The first dimension of the result is the largest index
    plus one; slices that no index names are zeros. InvalidArgumentError for other shapes. (tf.dynamic_stitch)
    """
    if not indices or len(indices) != len(data):
        raise Invalid(f"indices and data take as many tensors as each other, got {len(indices)} and {len(data)}")
    kinds = [BY_STORAGE[i.dtype].name for i in indices]
    if kind := next((k for k in kinds if k != "int32"), None):
        raise Invalid(f"input #0(zero-based) was expected to be a int32 tensor but is a {kind} tensor")
    rest = tuple(data[0].shape[indices[0].ndim :])
    for k, (i, d) in enumerate(zip(indices, data)):
        if tuple(d.shape[: i.ndim]) != tuple(i.shape):
            raise Invalid(
                f"data[{k}].shape = {_dims(d.shape)} does not start with indices[{k}].shape = {_dims(i.shape)}"
            )
        if tuple(d.shape[i.ndim :]) != rest:
            raise Invalid(
                f"Need data[0].shape[{indices[0].ndim}:] = data[{k}].shape[{i.ndim}:], got data[0].shape = "
                f"{_dims(data[0].shape)}, data[{k}].shape = {_dims(d.shape)}"
            )
    rows = torch.cat([i.reshape(-1).long() for i in indices])
    values = torch.cat([d.reshape(i.numel(), *rest) for i, d in zip(indices, data)])
    if not is_symbolic(rows) and rows.numel() and int(rows.min()) < 0:
        k = next(k for k, i in enumerate(indices) if i.numel() and int(i.min()) < 0)
        raise Invalid(f"indices[{k}] is out of range")
    count = cast(int, rows.max().item()) + 1 if rows.numel() else 0
    base = torch.zeros((count, *rest), dtype=values.dtype, device=values.device)
    return base.index_put((rows,), values)
