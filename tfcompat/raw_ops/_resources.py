"""Raw ops on variables, by their handles: reading, assigning, gathering and scattering."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes, errors, gathering, slicing
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, wrap
from tfcompat._core.state import state
from tfcompat.raw_ops._arrays import slice_key
from tfcompat.raw_ops._registry import body, raw


def value_of(variable: Any) -> Any:
    """The value of a variable for computing its next one: not watched by tapes."""
    if not hasattr(variable, "_storage"):
        raise Invalid(f"The resource is no variable: {variable!r}")
    t = variable._storage.t if state.graph is None else state.graph.value(variable)
    if t is None:
        raise Invalid("Attempted to read an uninitialized variable.", errors.FailedPreconditionError)
    return t


def typed(variable: Any, dtype: dtypes.DType) -> Any:
    """The variable, where it has the dtype; InvalidArgumentError where it has not."""
    have = BY_STORAGE[value_of(variable).dtype]
    if have is not dtype:
        text = f"Trying to read variable with wrong dtype. Expected {dtype.name} got {have.name}"
        raise Invalid(text)
    return variable


@raw("ReadVariableOp")
def read_variable(resource: Any, dtype: dtypes.DType) -> Any:
    """The value; tapes watch it where they watch the variable."""
    t = typed(resource, dtype)._read()
    return t.view_as(t) if isinstance(t, torch.Tensor) else t.copy()


@raw("VariableShape")
def variable_shape(input: Any, out_type: dtypes.DType) -> torch.Tensor:
    """The shape of the value."""
    return torch.tensor(tuple(value_of(input).shape), dtype=out_type.torch)


@raw("VarIsInitializedOp")
def is_initialized(resource: Any) -> torch.Tensor:
    """Whether the variable has a value."""
    return torch.tensor(resource._storage.t is not None)


def _same_dtype(variable: Any, value: Any) -> None:
    have, got = BY_STORAGE[value_of(variable).dtype], BY_STORAGE[value.dtype]
    if have is not got:
        raise Invalid(f"Trying to assign variable with wrong dtype. Expected {have.name} got {got.name}")


@raw("AssignVariableOp")
def assign(resource: Any, value: Value, validate_shape: bool) -> None:
    """Makes `value` the variable's; validate_shape: it must have the shape of the one before."""
    if state.graph is None and getattr(resource, "_storage", None) is not None and resource._storage.t is None:
        _first(resource, value)
        return
    _same_dtype(resource, value)
    if validate_shape and tuple(value.shape) != tuple(value_of(resource).shape):
        before = list(value_of(resource).shape)
        raise Invalid(
            f"Trying to assign to variable with tensor with wrong shape. Expected {before} got {list(value.shape)}"
        )
    resource._write(value)


def _first(resource: Any, value: Any) -> None:
    """Gives a variable that has none its value."""
    have, got = resource.dtype, BY_STORAGE[value.dtype]
    if have is not got:
        raise Invalid(f"Trying to assign variable with wrong dtype. Expected {have.name} got {got.name}")
    resource._storage.t = value.detach().clone() if isinstance(value, torch.Tensor) else value.copy()


@raw("AssignAddVariableOp")
def assign_add(resource: Any, value: Value) -> None:
    """Adds `value`."""
    _same_dtype(resource, value)
    resource.assign_add(wrap(value), read_value=False)


@raw("AssignSubVariableOp")
def assign_sub(resource: Any, value: Value) -> None:
    """Subtracts `value`."""
    _same_dtype(resource, value)
    resource.assign_sub(wrap(value), read_value=False)


@raw("ResourceStridedSliceAssign")
def strided_slice_assign(
    ref: Any,
    begin: Any,
    end: Any,
    strides: Any,
    value: Value,
    begin_mask: int,
    end_mask: int,
    ellipsis_mask: int,
    new_axis_mask: int,
    shrink_axis_mask: int,
) -> None:
    """Assigns to a slice of the variable."""
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    slicing.assign_slice(ref, slice_key(begin, end, strides, masks), wrap(value))


@raw("ResourceCountUpTo")
def count_up_to(resource: Any, limit: int, T: dtypes.DType) -> Any:
    """The value before one is added; OutOfRangeError where it had reached `limit`."""
    before = typed(resource, T)._read()
    if int(before) >= limit:
        raise Invalid(f"Reached limit of {limit}", errors.OutOfRangeError)
    resource._write(before + 1)
    return before


# ---- rows ----


@raw("ResourceGather")
def gather(resource: Any, indices: Value, dtype: dtypes.DType, batch_dims: int, validate_indices: bool) -> torch.Tensor:
    """Rows of the variable; the indices are checked in any case."""
    return body(gathering._gather_tensor)(typed(resource, dtype)._read(), indices, None, batch_dims, batch_dims)


@raw("ResourceGatherNd")
def gather_nd(resource: Any, indices: Value, dtype: dtypes.DType) -> torch.Tensor:
    """Elements or slices of the variable at index vectors."""
    return body(gathering._gather_nd)(typed(resource, dtype)._read(), indices, 0, False)


def _scatter(how: str) -> Any:
    def scatter(resource: Any, indices: Value, updates: Value) -> None:
        _same_dtype(resource, updates)
        gathering.scatter_rows(resource, how, IndexedSlices(wrap(updates), wrap(indices)))

    scatter.__doc__ = f"Brings `updates` into rows of the variable ({how})."
    return scatter


for _how in ("add", "sub", "mul", "div", "min", "max", "update"):
    raw(f"ResourceScatter{_how.title()}")(_scatter(_how))


def _scatter_nd(how: str) -> Any:
    def scatter(ref: Any, indices: Value, updates: Value, bad_indices_policy: str) -> None:
        _same_dtype(ref, updates)
        if bad_indices_policy == "IGNORE":
            shape = torch.tensor(value_of(ref).shape[: indices.shape[-1]], device=indices.device)
            good = torch.nonzero(((indices >= 0) & (indices < shape)).all(-1).reshape(-1)).reshape(-1)
            flat = indices.reshape(-1, indices.shape[-1])
            updates = updates.reshape(len(flat), *updates.shape[indices.ndim - 1 :]).index_select(0, good)
            indices = flat.index_select(0, good)
        gathering.scatter_nd(ref, how, wrap(indices), wrap(updates))

    scatter.__doc__ = f"Brings `updates` into elements or slices of the variable ({how})."
    return scatter


for _how in ("add", "sub", "min", "max", "update"):
    raw(f"ResourceScatterNd{_how.title()}")(_scatter_nd(_how))


@raw("DisableCopyOnRead")
def disable_copy_on_read(resource: Any) -> None:
    """Does nothing to a variable: what was read before an assignment is copied only where something still sees it."""
    value_of(resource)


@raw("SyncDevice")
def sync_device() -> None:
    """Waits until the device has done all that it was given."""
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.synchronize()
