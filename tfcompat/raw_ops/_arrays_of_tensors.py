"""Raw ops on TensorFlow 1's tensor arrays, by their handles, and on sparse tensors that are kept for later."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value
from tfcompat._core.shapes import TensorShape
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource


class _Array(Resource):
    """Tensors of one dtype, each written once. Gradients have arrays of their own, whose tensors add up."""

    def __init__(self, size: int, kind: dtypes.DType, shape: TensorShape, dynamic: bool, clear: bool) -> None:
        self.items: list[Any] = [None] * size
        self.kind, self.known, self.dynamic, self.clear = kind, shape, dynamic, clear
        self.read: set[int] = set()
        self.gradients: dict[str, _Array] = {}
        self.adds, self.closed = False, False

    def check(self) -> None:
        """InvalidArgumentError where the array was closed."""
        if self.closed:
            raise Invalid("TensorArray has already been closed.")

    def write(self, i: int, value: Any) -> None:
        """Sets the tensor number `i`."""
        self.check()
        if BY_STORAGE[value.dtype] is not self.kind:
            got = BY_STORAGE[value.dtype].name
            raise Invalid(f"TensorArray dtype is {self.kind.name} but Op is trying to write dtype {got}.")
        if not self.known.is_compatible_with(tuple(value.shape)):
            raise Invalid(f"Could not write to TensorArray index {i}: shape {list(value.shape)} is not {self.known}.")
        if i < 0 or (i >= len(self.items) and not self.dynamic):
            raise Invalid(f"Tried to write to index {i} but array is not resizeable and size is: {len(self.items)}")
        self.items += [None] * (i + 1 - len(self.items))
        if self.items[i] is not None and not self.adds:
            raise Invalid(f"Could not write to TensorArray index {i} because it has already been written to.")
        self.items[i] = value if self.items[i] is None else self.items[i] + value

    def take(self, i: int, kind: dtypes.DType) -> Any:
        """The tensor number `i`; where clear_after_read, only once."""
        self.check()
        if kind is not self.kind:
            raise Invalid(f"TensorArray dtype is {self.kind.name} but Op requested dtype {kind.name}.")
        if not 0 <= i < len(self.items):
            raise Invalid(f"Tried to read from index {i} but array size is: {len(self.items)}")
        if i in self.read and self.clear:
            raise Invalid(f"Could not read index {i} twice because it was cleared after a previous read.")
        found = self.items[i]
        if found is None:
            if not self.adds or not self.known.is_fully_defined():
                raise Invalid(f"Could not read from TensorArray index {i}: it was not written to.")
            found = torch.zeros(self.known.as_list(), dtype=self.kind.torch)  # type: ignore[arg-type]
        self.read.add(i)
        return found


@raw("TensorArrayV3")
def tensor_array(
    size: Any,
    dtype: dtypes.DType,
    element_shape: TensorShape,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
    tensor_array_name: str,
) -> tuple[_Array, torch.Tensor]:
    """(an array of tensors, a number that orders what is done with it)."""
    count = int(scalar(size, what="size"))
    return _Array(count, dtype, element_shape, dynamic_size, clear_after_read), torch.tensor(0.0)


def _flow(flow_in: Any) -> torch.Tensor:
    return flow_in.clone()


@raw("TensorArrayGradWithShape")
def tensor_array_grad_with_shape(
    handle: _Array, flow_in: Value, shape_to_prepend: Value, source: str
) -> tuple[_Array, torch.Tensor]:
    """The array for the gradients of an array, of elements with more dimensions in front."""
    handle.check()
    if source not in handle.gradients:
        shapes = [TensorShape(tuple(x.shape)) for x in handle.items if x is not None]
        known = TensorShape(shape_to_prepend.tolist()).concatenate(shapes[0] if shapes else handle.known)
        made = _Array(len(handle.items), handle.kind, known, False, False)
        made.adds = True
        handle.gradients[source] = made
    return handle.gradients[source], _flow(flow_in)


@raw("TensorArrayGradV3")
def tensor_array_grad(handle: _Array, flow_in: Value, source: str) -> tuple[_Array, torch.Tensor]:
    """The array for the gradients of an array; `source` tells them apart."""
    return tensor_array_grad_with_shape(handle, flow_in, torch.zeros(0, dtype=torch.int32), source)


@raw("TensorArrayWriteV3")
def tensor_array_write(handle: _Array, index: Value, value: Value, flow_in: Value) -> torch.Tensor:
    """Sets one tensor."""
    handle.write(int(index), value)
    return _flow(flow_in)


@raw("TensorArrayReadV3")
def tensor_array_read(handle: _Array, index: Value, flow_in: Value, dtype: dtypes.DType) -> Any:
    """One tensor."""
    return handle.take(int(index), dtype)


def _joined(handle: _Array, places: Any, dtype: dtypes.DType, shape: TensorShape, whole: bool) -> Any:
    found = [handle.take(i, dtype) for i in places]
    if not found:
        known = handle.known.merge_with(shape)
        if not known.is_fully_defined():
            raise Invalid(f"TensorArray has size zero, but element shape {known} is not fully defined.")
        return torch.zeros([0, *known.as_list()], dtype=dtype.torch)  # type: ignore[list-item]
    if any(x.shape[int(not whole) :] != found[0].shape[int(not whole) :] for x in found):
        raise Invalid(f"TensorArray has inconsistent shapes: {[list(x.shape) for x in found]}")
    if not whole:
        return np.concatenate(found) if isinstance(found[0], np.ndarray) else torch.cat(found)
    return np.stack(found) if isinstance(found[0], np.ndarray) else torch.stack(found)


@raw("TensorArrayGatherV3")
def tensor_array_gather(
    handle: _Array, indices: Value, flow_in: Value, dtype: dtypes.DType, element_shape: TensorShape
) -> Any:
    """Some of the tensors as one."""
    return _joined(handle, indices.tolist(), dtype, element_shape, True)


@raw("TensorArrayConcatV3")
def tensor_array_concat(
    handle: _Array, flow_in: Value, dtype: dtypes.DType, element_shape_except0: TensorShape
) -> tuple[Any, torch.Tensor]:
    """(all tensors joined along their first dimension, their lengths)."""
    lengths = [0 if x is None or not x.ndim else x.shape[0] for x in handle.items]
    if any(x is not None and not x.ndim for x in handle.items):
        raise Invalid("Concat saw a scalar shape in a TensorArray, it takes at least vectors")
    joined = _joined(handle, range(len(handle.items)), dtype, element_shape_except0, False)
    return joined, torch.tensor(lengths, dtype=torch.int64)


@raw("TensorArrayScatterV3")
def tensor_array_scatter(handle: _Array, indices: Value, value: Value, flow_in: Value) -> torch.Tensor:
    """Sets tensors, the rows of one."""
    places = indices.tolist()
    if not value.ndim or value.shape[0] != len(places):
        raise Invalid(f"Expected len(indices) == values.shape[0], got {len(places)} and {list(value.shape)}")
    for i, row in zip(places, value, strict=True):
        handle.write(i, row)
    return _flow(flow_in)


@raw("TensorArraySplitV3")
def tensor_array_split(handle: _Array, value: Value, lengths: Value, flow_in: Value) -> torch.Tensor:
    """Sets all tensors, parts of one along its first dimension."""
    sizes = lengths.tolist()
    if not value.ndim or sum(sizes) != value.shape[0]:
        raise Invalid(f"The lengths add up to {sum(sizes)}, the values have shape {list(value.shape)}")
    if len(handle.items) != len(sizes) and not handle.dynamic:
        raise Invalid(f"TensorArray's size is not equal to the size of lengths ({len(handle.items)} vs. {len(sizes)})")
    for i, (a, b) in enumerate(itertools.pairwise(itertools.accumulate([0, *sizes]))):
        handle.write(i, value[a:b])
    return _flow(flow_in)


@raw("TensorArraySizeV3")
def tensor_array_size(handle: _Array, flow_in: Value) -> torch.Tensor:
    """How many tensors there are places for."""
    handle.check()
    return torch.tensor(len(handle.items), dtype=torch.int32)


@raw("TensorArrayCloseV3")
def tensor_array_close(handle: _Array) -> None:
    """Ends an array."""
    handle.items, handle.closed = [], True


# ---- sparse tensors that are kept ----

_maps: dict[tuple[str, str], dict[int, tuple[Any, Any, Any]]] = {}
_numbers = itertools.count()


def _map(container: str, shared_name: str) -> dict[int, tuple[Any, Any, Any]]:
    return _maps.setdefault((container, shared_name), {})


@raw("AddSparseToTensorsMap")
def add_sparse(
    sparse_indices: Value, sparse_values: Value, sparse_shape: Value, container: str, shared_name: str
) -> torch.Tensor:
    """The number under which a sparse tensor is kept."""
    if sparse_indices.ndim != 2 or sparse_values.ndim != 1 or sparse_shape.ndim != 1:
        raise Invalid("Input indices should be a matrix, values and shape vectors")
    number = next(_numbers)
    _map(container, shared_name)[number] = sparse_indices, sparse_values, sparse_shape
    return torch.tensor(number)


@raw("AddManySparseToTensorsMap")
def add_many_sparse(
    sparse_indices: Value, sparse_values: Value, sparse_shape: Value, container: str, shared_name: str
) -> torch.Tensor:
    """The numbers under which the rows of a sparse tensor are kept."""
    if sparse_shape.numel() < 2:
        raise Invalid(f"Rank of input SparseTensor should be > 1, but saw rank: {sparse_shape.numel()}")
    numbers = []
    for row in range(int(sparse_shape[0])):
        own = sparse_indices[:, 0] == row
        values = sparse_values[own.numpy()] if isinstance(sparse_values, np.ndarray) else sparse_values[own]
        part = sparse_indices[own][:, 1:], values, sparse_shape[1:]
        numbers.append(int(add_sparse(*part, container, shared_name)))
    return torch.tensor(numbers, dtype=torch.int64)


@raw("TakeManySparseFromTensorsMap")
def take_many_sparse(sparse_handles: Value, dtype: dtypes.DType, container: str, shared_name: str) -> tuple[Any, ...]:
    """(indices, values, shape) of a sparse tensor of the rows that are kept under these numbers, which go."""
    held, rows = _map(container, shared_name), []
    for number in sparse_handles.tolist():
        if number not in held:
            raise Invalid(f"Unable to find SparseTensor: {number} in map")
        rows.append(held.pop(number))
    if any(BY_STORAGE[values.dtype] is not dtype for _, values, _ in rows):
        raise Invalid(f"Requested SparseTensors of {dtype.name}, kept are others")
    if len({len(shape) for _, _, shape in rows}) != 1:
        raise Invalid("Inconsistent ranks of the SparseTensors, or none")
    indices = [torch.cat([torch.full((len(i), 1), n), i], 1) for n, (i, _, _) in enumerate(rows)]
    values = [v for _, v, _ in rows]
    joined = np.concatenate(values) if isinstance(values[0], np.ndarray) else torch.cat(values)
    sizes = torch.stack([s for _, _, s in rows]).amax(0)
    return torch.cat(indices), joined, torch.cat([torch.tensor([len(rows)]), sizes])
