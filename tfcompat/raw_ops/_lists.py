"""Raw ops on lists and maps of tensors, which variant tensors hold: TensorListReserve, TensorMapInsert and the like."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import scalar, vector
from tfcompat._core import device, dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Invalid, Value
from tfcompat._core.shapes import TensorShape
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Variant, Variants


class TensorList(Variant):
    """Tensors of one dtype and of compatible shapes; None where none was set."""

    def __init__(self, items: Sequence[Any], dtype: dtypes.DType, shape: TensorShape) -> None:
        self.items, self.element_dtype, self.element_shape = tuple(items), dtype, shape

    def having(self, items: Sequence[Any]) -> TensorList:
        """A list like this one, of other items."""
        return TensorList(items, self.element_dtype, self.element_shape)

    def known_shape(self, shape: TensorShape) -> TensorShape:
        """The shape of the elements, by this list, what is asked for and the items that were set."""
        try:
            known = self.element_shape.merge_with(shape)
            for item in self.items:
                if item is not None and not known.is_fully_defined():
                    known = known.merge_with(tuple(item.shape))
        except ValueError as e:
            raise Invalid(f"Incompatible shapes during merge: {e}") from None
        return known

    def item(self, i: int, shape: TensorShape) -> Any:
        """The item `i`; zeros where it was not set."""
        found = self.items[i]
        if found is not None:
            if not shape.is_compatible_with(tuple(found.shape)):
                raise Invalid(f"Incompatible shapes: element {i} has shape {list(found.shape)}, not {shape}")
            return found.view_as(found) if isinstance(found, torch.Tensor) else found
        known = self.known_shape(shape)
        if not known.is_fully_defined():
            raise Invalid(
                f"Trying to read an uninitialized tensor but element_shape is not fully defined: {known}, and no list "
                "element is set."
            )
        if self.element_dtype.torch is None:
            return np.full(_sizes(known), b"", dtype=object)
        return torch.zeros(_sizes(known), dtype=self.element_dtype.torch, device=device.default())

    def check(self, t: Any) -> Any:
        """`t`, where it may be an element."""
        if BY_STORAGE[t.dtype] is not self.element_dtype:
            got = BY_STORAGE[t.dtype].name
            raise Invalid(f"Invalid data types; list elements {self.element_dtype.name} but tried to append {got}")
        if not self.element_shape.is_compatible_with(tuple(t.shape)):
            raise Invalid(
                f"Tried to append a tensor of shape {list(t.shape)} to a list of elements {self.element_shape}"
            )
        return t


def _sizes(shape: TensorShape) -> tuple[int, ...]:
    """A shape of which all is known, or no more than the first dimension is not (0)."""
    return tuple(d or 0 for d in shape.as_list())


def _shape(value: Any) -> TensorShape:
    """An element's shape: a vector with -1 for what is open, or -1 for anything."""
    t = to_storage(value)
    if not t.ndim:
        if int(t) != -1:
            raise Invalid("The only valid scalar shape tensor is the fully unknown shape specified as -1.")
        return TensorShape(None)
    return TensorShape([None if d < 0 else d for d in vector(value)])


def _list(handle: Any, dtype: dtypes.DType | None = None) -> TensorList:
    if not isinstance(handle, TensorList):
        raise Invalid("Input handle is not a list.")
    if dtype is not None and handle.element_dtype is not dtype:
        raise Invalid(f"Invalid data types; op elements {dtype.name} but list elements {handle.element_dtype.name}")
    return handle


def _count(value: Any, name: str) -> int:
    n = int(scalar(value, what=name))
    if n < 0:
        raise Invalid(f"{name} must be non-negative, got {n}")
    return n


def _stack(items: Sequence[Any], known: TensorList, shape: TensorShape) -> Any:
    if not items:
        rest = known.element_shape.merge_with(shape)
        if not rest.is_fully_defined():
            raise Invalid(f"Tried to stack elements of an empty list with non-fully-defined element_shape: {rest}")
        return torch.zeros((0, *_sizes(rest)), dtype=known.element_dtype.torch)
    if any(i.shape != items[0].shape for i in items):
        raise Invalid("Tried to stack list elements of different shapes")
    return np.stack(items) if isinstance(items[0], np.ndarray) else torch.stack(list(items))


# ---- making ----


@raw("EmptyTensorList")
def empty_tensor_list(element_shape: Any, max_num_elements: Any, element_dtype: dtypes.DType) -> TensorList:
    """An empty list; max_num_elements, -1 for any, bounds what is pushed in TensorFlow's XLA alone."""
    scalar(max_num_elements, what="max_num_elements")
    return TensorList((), element_dtype, _shape(element_shape))


@raw("TensorListReserve")
def tensor_list_reserve(element_shape: Any, num_elements: Any, element_dtype: dtypes.DType) -> TensorList:
    """A list of items that are not set."""
    return TensorList([None] * _count(num_elements, "num_elements"), element_dtype, _shape(element_shape))


@raw("TensorListFromTensor")
def tensor_list_from_tensor(tensor: Value, element_shape: Any) -> TensorList:
    """The rows of a tensor."""
    if not tensor.ndim:
        raise Invalid("Tensor must be at least a vector, but saw shape: []")
    known = _shape(element_shape)
    if not known.is_compatible_with(tuple(tensor.shape[1:])):
        raise Invalid(f"Specified a list with shape {known} from a tensor with shape {list(tensor.shape[1:])}")
    return TensorList(list(tensor), BY_STORAGE[tensor.dtype], known)


@raw("TensorListSplit")
def tensor_list_split(tensor: Value, element_shape: Any, lengths: Value) -> TensorList:
    """The rows of a tensor cut into parts of the given lengths."""
    if not tensor.ndim or lengths.ndim != 1:
        raise Invalid("Expected tensor to be at least a vector and lengths to be a vector")
    sizes = lengths.tolist()
    if sum(sizes) != tensor.shape[0] or min(sizes, default=0) < 0:
        raise Invalid(f"Values of lengths add up to {sum(sizes)}, the tensor has {tensor.shape[0]} rows")
    ends = np.cumsum([0, *sizes])
    parts = [tensor[a:b] for a, b in itertools.pairwise(ends.tolist())]
    known = TensorList(parts, BY_STORAGE[tensor.dtype], _shape(element_shape))
    return known.having([known.check(part) for part in parts])


@raw("TensorListScatterV2")
def tensor_list_scatter_v2(tensor: Value, indices: Value, element_shape: Any, num_elements: Any) -> TensorList:
    """A list with the rows of a tensor at `indices`; num_elements: how long at least, -1 for as long as needed."""
    length = int(scalar(num_elements, what="num_elements"))
    places = indices.tolist()
    if len(places) != tensor.shape[0]:
        raise Invalid(f"Specified {len(places)} indices but tensor has {tensor.shape[0]} elements")
    if min(places, default=0) < 0:
        raise Invalid("Indices in TensorListScatterV2 must all be non-negative.")
    empty = TensorList(
        [None] * max(length, *(p + 1 for p in places), 0), BY_STORAGE[tensor.dtype], _shape(element_shape)
    )
    return _scattered(empty, tensor, places)


@raw("TensorListScatter")
def tensor_list_scatter(tensor: Value, indices: Value, element_shape: Any) -> TensorList:
    """As TensorListScatterV2, as long as needed."""
    return tensor_list_scatter_v2(tensor, indices, element_shape, -1)


@raw("TensorListScatterIntoExistingList")
def tensor_list_scatter_into(input_handle: Any, tensor: Value, indices: Value) -> TensorList:
    """The list with the rows of a tensor at `indices`."""
    return _scattered(_list(input_handle), tensor, indices.tolist())


def _scattered(given: TensorList, tensor: Any, places: list[int]) -> TensorList:
    items = list(given.items)
    items += [None] * (max(places, default=-1) + 1 - len(items))
    for place, row in zip(places, tensor, strict=True):
        items[place] = given.check(row)
    return given.having(items)


# ---- changing ----


@raw("TensorListPushBack")
def tensor_list_push_back(input_handle: Any, tensor: Value) -> TensorList:
    """The list with one more item."""
    given = _list(input_handle)
    return given.having([*given.items, given.check(tensor)])


@raw("TensorListPushBackBatch")
def tensor_list_push_back_batch(input_handles: Any, tensor: Value) -> Variants:
    """A vector of lists, each with one more item: a row of a tensor."""
    if not isinstance(input_handles, Variants) or not tensor.ndim or tensor.shape[0] != len(input_handles.items):
        raise Invalid("input_handles must be a vector of lists, tensor have a row for each")
    lists = [tensor_list_push_back(held, row) for held, row in zip(input_handles.items, tensor, strict=True)]
    return Variants(lists, [len(lists)])


@raw("TensorListPopBack")
def tensor_list_pop_back(input_handle: Any, element_shape: Any, element_dtype: dtypes.DType) -> tuple[TensorList, Any]:
    """(the list without its last item, that item)."""
    given = _list(input_handle, element_dtype)
    if not given.items:
        raise Invalid("Trying to pop from an empty list.")
    return given.having(given.items[:-1]), given.item(len(given.items) - 1, _shape(element_shape))


@raw("TensorListSetItem")
def tensor_list_set_item(input_handle: Any, index: Any, item: Value, resize_if_index_out_of_bounds: bool) -> TensorList:
    """The list with an item replaced."""
    given, place = _list(input_handle), int(scalar(index, what="index"))
    items = list(given.items)
    if resize_if_index_out_of_bounds and place >= len(items):
        items += [None] * (place + 1 - len(items))
    if not 0 <= place < len(items):
        raise Invalid(f"Trying to modify element {place} in a list with {len(items)} elements.")
    items[place] = given.check(item)
    return given.having(items)


@raw("TensorListResize")
def tensor_list_resize(input_handle: Any, size: Any) -> TensorList:
    """The list cut to `size`, or with items that are not set at its end."""
    given, count = _list(input_handle), _count(size, "size")
    return given.having([*given.items[:count], *[None] * (count - len(given.items))])


@raw("TensorListConcatLists")
def tensor_list_concat_lists(input_a: Any, input_b: Any, element_dtype: dtypes.DType) -> TensorList:
    """The items of two lists in one."""
    a, b = _list(input_a, element_dtype), _list(input_b, element_dtype)
    return a.having([*a.items, *b.items])


# ---- reading ----


@raw("TensorListLength")
def tensor_list_length(input_handle: Any) -> torch.Tensor:
    """How many items there are."""
    return torch.tensor(len(_list(input_handle).items), dtype=torch.int32)


@raw("TensorListElementShape")
def tensor_list_element_shape(input_handle: Any, shape_type: dtypes.DType) -> torch.Tensor:
    """The shape of the items, -1 for what is open."""
    shape = _list(input_handle).element_shape
    dims = -1 if shape.rank is None else [-1 if d is None else d for d in shape.as_list()]
    return torch.tensor(dims, dtype=shape_type.torch)


@raw("TensorListGetItem")
def tensor_list_get_item(input_handle: Any, index: Any, element_shape: Any, element_dtype: dtypes.DType) -> Any:
    """One item; zeros where it was not set."""
    given, place = _list(input_handle, element_dtype), int(scalar(index, what="index"))
    if not 0 <= place < len(given.items):
        raise Invalid(f"Trying to access element {place} in a list with {len(given.items)} elements.")
    return given.item(place, _shape(element_shape))


@raw("TensorListStack")
def tensor_list_stack(input_handle: Any, element_shape: Any, element_dtype: dtypes.DType, num_elements: int) -> Any:
    """The items as one tensor; num_elements: how many there must be, -1 for any."""
    given, shape = _list(input_handle, element_dtype), _shape(element_shape)
    if num_elements != -1 and num_elements != len(given.items):
        raise Invalid(f"Operation expected a list with {num_elements} elements but got a list with {len(given.items)}.")
    return _stack([given.item(i, shape) for i in range(len(given.items))], given, shape)


@raw("TensorListGather")
def tensor_list_gather(input_handle: Any, indices: Value, element_shape: Any, element_dtype: dtypes.DType) -> Any:
    """Some of the items as one tensor."""
    given, shape = _list(input_handle, element_dtype), _shape(element_shape)
    for i in indices.tolist():
        if not 0 <= i < len(given.items):
            raise Invalid(f"Trying to gather element {i} in a list with {len(given.items)} elements.")
    return _stack([given.item(i, shape) for i in indices.tolist()], given, shape)


@raw("TensorListConcatV2")
def tensor_list_concat_v2(
    input_handle: Any, element_shape: Any, leading_dims: Value, element_dtype: dtypes.DType
) -> tuple[Any, torch.Tensor]:
    """(the items joined along their first dimension, their lengths); leading_dims: those of items that are not set."""
    given, shape = _list(input_handle, element_dtype), _shape(element_shape)
    rest = TensorShape(None) if shape.rank is None else TensorShape([None, *shape.as_list()[1:]])
    dims = leading_dims.tolist()
    items = []
    for i, item in enumerate(given.items):
        if item is None and i >= len(dims):
            raise Invalid(
                f"List contains uninitialized element at index {i} but leading_dims has only {len(dims)} elements."
            )
        found = (
            item if item is not None else given.item(i, TensorShape([dims[i], *given.known_shape(rest).as_list()[1:]]))
        )
        if not found.ndim:
            raise Invalid("Concat saw a scalar shape at index " + str(i))
        items.append(found)
    lengths = torch.tensor([len(i) for i in items], dtype=torch.int64)
    if not items:
        known = _sizes(given.known_shape(shape))
        return torch.zeros([0, *known[1:]], dtype=element_dtype.torch), lengths
    return (np.concatenate(items) if isinstance(items[0], np.ndarray) else torch.cat(items)), lengths


@raw("TensorListConcat")
def tensor_list_concat(input_handle: Any, element_dtype: dtypes.DType, element_shape: TensorShape) -> Any:
    """(the items joined along their first dimension, their lengths)."""
    if element_shape.rank is None:
        raise Invalid("Trying to concat list with element_shape_except_first_dim that is not fully defined: <unknown>")
    shape = [-1 if d is None else d for d in element_shape.as_list()]
    return tensor_list_concat_v2(input_handle, shape, torch.tensor([], dtype=torch.int64), element_dtype)


# ---- maps ----


class TensorMap(Variant):
    """Tensors by tensors: keys are told apart by dtype, shape and elements."""

    def __init__(self, items: Mapping[Any, tuple[Any, Any]]) -> None:
        self.items = items


def _key(t: Any) -> Any:
    array = t if isinstance(t, np.ndarray) else t.detach().cpu().numpy()
    return BY_STORAGE[t.dtype].name, tuple(t.shape), tuple(array.reshape(-1).tolist())


def _map(handle: Any) -> TensorMap:
    if not isinstance(handle, TensorMap):
        raise Invalid("Input handle is not a map.")
    return handle


def _found(handle: Any, key: Any) -> Any:
    items = _map(handle).items
    if _key(key) not in items:
        raise Invalid("Trying to lookup non-existent key. Could not find key.")
    return items[_key(key)][1]


@raw("EmptyTensorMap")
def empty_tensor_map() -> TensorMap:
    """An empty map."""
    return TensorMap({})


@raw("TensorMapInsert")
def tensor_map_insert(input_handle: Any, key: Value, value: Value) -> TensorMap:
    """The map with a value for `key`, in place of one it may have had."""
    return TensorMap({**_map(input_handle).items, _key(key): (key, value)})


@raw("TensorMapErase")
def tensor_map_erase(input_handle: Any, key: Value, value_dtype: dtypes.DType) -> TensorMap:
    """The map without a key that it has, for a value of value_dtype."""
    value = _found(input_handle, key)
    _typed(value, value_dtype)
    return TensorMap({k: v for k, v in _map(input_handle).items.items() if k != _key(key)})


@raw("TensorMapLookup")
def tensor_map_lookup(input_handle: Any, key: Value, value_dtype: dtypes.DType) -> Any:
    """The value of a key, of value_dtype."""
    return _typed(_found(input_handle, key), value_dtype)


def _typed(value: Any, dtype: dtypes.DType) -> Any:
    if BY_STORAGE[value.dtype] is not dtype:
        raise Invalid(f"The value has dtype {BY_STORAGE[value.dtype].name}, not {dtype.name}")
    return value


@raw("TensorMapHasKey")
def tensor_map_has_key(input_handle: Any, key: Value) -> torch.Tensor:
    """Whether the map has a key."""
    return torch.tensor(_key(key) in _map(input_handle).items)


@raw("TensorMapSize")
def tensor_map_size(input_handle: Any) -> torch.Tensor:
    """How many keys there are."""
    return torch.tensor(len(_map(input_handle).items), dtype=torch.int32)


@raw("TensorMapStackKeys")
def tensor_map_stack_keys(input_handle: Any, key_dtype: dtypes.DType) -> Any:
    """The keys, of one dtype and shape, as one tensor."""
    keys = [_typed(key, key_dtype) for key, _ in _map(input_handle).items.values()]
    if not keys:
        raise Invalid("TensorMapStackKeys cannot be called on empty map.")
    if any(k.shape != keys[0].shape for k in keys):
        raise Invalid("Key shapes must match")
    return np.stack(keys) if isinstance(keys[0], np.ndarray) else torch.stack(keys)
