"""Raw ops on tensors that a session keeps for its later runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid, Value
from tfcompat._core.state import state
from tfcompat._function import session_tensors
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time


def _text(handle: Any) -> str:
    if handle.ndim:
        raise Invalid(f"handle must be scalar, got shape {list(handle.shape)}")
    return handle.item().decode()


def _in_session(kernel: str) -> None:
    if state.graph is None:
        raise Invalid(f"{kernel} called on null session state", errors.FailedPreconditionError)


@raw("GetSessionHandle", hosted=True)
def get_session_handle(value: Value) -> np.ndarray:
    """A handle, under which the session that runs it keeps the tensor."""
    _in_session("GetSessionHandle")
    return each_time(lambda t: [session_tensors.keep(t)], [value], [dtypes.string])[0]


@raw("GetSessionTensor", hosted=True)
def get_session_tensor(handle: Value, dtype: dtypes.DType) -> Any:
    """The tensor of a handle."""
    _in_session("GetSessionTensor")

    def read(handle: Any) -> list[Any]:
        found = session_tensors.kept(_text(handle))
        kind = dtypes.BY_STORAGE[found.dtype]
        if kind is not dtype:
            raise Invalid(f"The session keeps a tensor of {kind.name} for this handle, not of {dtype.name}")
        return [found]

    return each_time(read, [handle], [dtype])[0]


@raw("DeleteSessionTensor", hosted=True)
def delete_session_tensor(handle: Value) -> None:
    """Keeps the tensor of a handle no longer."""
    _in_session("DeleteSessionTensor")
    each_time(lambda handle: session_tensors.forget(_text(handle)), [handle], None)
