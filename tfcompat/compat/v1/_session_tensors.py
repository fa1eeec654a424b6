"""tf.compat.v1's tensors that sessions keep for their later runs, and give handles of."""

from __future__ import annotations

from typing import Any

from tfcompat import raw_ops
from tfcompat._core import dtypes
from tfcompat._core.tensor import Tensor
from tfcompat.compat.v1._placeholders import placeholder


def get_session_handle(data: Any, name: str | None = None) -> Any:
    """The handle of a tensor, which the session keeps when it is run: a session gives a TensorHandle for it.

    TypeError where `data` is no tensor. (tf.compat.v1.get_session_handle)
    """
    if not isinstance(data, Tensor):
        raise TypeError("`data` must be of type Tensor.")
    handle = raw_ops.GetSessionHandle(value=data, name=name)
    handle.set_shape(())
    return handle


def get_session_tensor(handle: Any, dtype: Any, name: str | None = None) -> tuple[Any, Any]:
    """A placeholder for the string of a handle, and the tensor that is kept under what it is fed.

    handle: one that tells the device; dtype: the tensor's. (tf.compat.v1.get_session_tensor)
    """
    holder = placeholder(dtypes.string)
    return holder, raw_ops.GetSessionTensor(handle=holder, dtype=dtype, name=name)


def delete_session_tensor(handle: Any, name: str | None = None) -> tuple[Any, Any]:
    """A placeholder for the string of a handle, and the operation that keeps its tensor no longer.

    handle: one that tells the device. (tf.compat.v1.delete_session_tensor)
    """
    holder = placeholder(dtypes.string)
    return holder, raw_ops.DeleteSessionTensor(handle=holder, name=name)
