"""tensorflow.python.ops.list_ops: lists of tensors, as libraries that keep episodes in them ask for them."""

from __future__ import annotations

from typing import Any

from tfcompat import raw_ops
from tfcompat.raw_ops import _snake_case

__all__ = [
    "empty_tensor_list",
    "tensor_list_concat_lists",
    "tensor_list_from_tensor",
    "tensor_list_gather",
    "tensor_list_length",
    "tensor_list_push_back_batch",
    "tensor_list_stack",
]

tensor_list_concat_lists: Any = _snake_case.tensor_list_concat_lists
tensor_list_from_tensor: Any = _snake_case.tensor_list_from_tensor
tensor_list_length: Any = _snake_case.tensor_list_length
tensor_list_push_back_batch: Any = _snake_case.tensor_list_push_back_batch


def _shape(element_shape: Any) -> Any:
    return -1 if element_shape is None else element_shape


def empty_tensor_list(
    element_shape: Any, element_dtype: Any, max_num_elements: int | None = None, name: str | None = None
) -> Any:
    """A list without elements, for tensors of a dtype and, where it is not None, a shape."""
    count = -1 if max_num_elements is None else max_num_elements
    return raw_ops.EmptyTensorList(
        element_shape=_shape(element_shape), max_num_elements=count, element_dtype=element_dtype
    )


def tensor_list_stack(
    input_handle: Any, element_dtype: Any, num_elements: int = -1, element_shape: Any = None, name: str | None = None
) -> Any:
    """The elements of a list, stacked."""
    return raw_ops.TensorListStack(
        input_handle=input_handle,
        element_shape=_shape(element_shape),
        element_dtype=element_dtype,
        num_elements=num_elements,
    )


def tensor_list_gather(
    input_handle: Any, indices: Any, element_dtype: Any, element_shape: Any = None, name: str | None = None
) -> Any:
    """The elements of a list at `indices`, stacked."""
    return raw_ops.TensorListGather(
        input_handle=input_handle, indices=indices, element_shape=_shape(element_shape), element_dtype=element_dtype
    )
