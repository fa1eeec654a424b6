"""Tensors that sessions keep for later runs (tf.compat.v1.get_session_handle), by handles."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.storage import to_numpy

_PLACE = "/job:localhost/replica:0/task:0/device:CPU:0"
_numbers = itertools.count()
_kept: dict[int, Any] = {}  # storages, by the number in their handles


def keep(storage: Any) -> np.ndarray:
    """Keeps a storage; gives its handle, a string."""
    number = next(_numbers)
    _kept[number] = storage.clone() if hasattr(storage, "clone") else storage.copy()
    return np.array(_handle("GetSessionHandle", number), object)


def _handle(name: str, number: int) -> bytes:
    return f"{name};{number};{_PLACE}".encode()


def _number(handle: str) -> int:
    """The number in a handle; InvalidArgumentError where nothing is kept under it."""
    _, _, rest = handle.partition(";")
    number = rest.partition(";")[0]
    if not number.isdigit() or int(number) not in _kept:
        text = f"The tensor with handle '{handle}' is not in the session store."
        raise errors.InvalidArgumentError(None, None, text)
    return int(number)


def kept(handle: str) -> Any:
    """The storage that a handle stands for; InvalidArgumentError where there is none."""
    return _kept[_number(handle)]


def forget(handle: str) -> None:
    """Keeps the tensor of a handle no longer; InvalidArgumentError where there is none."""
    del _kept[_number(handle)]


class TensorHandle:
    """What a session gives for a fetched handle: stands for a tensor that is kept while the handle is in use.

    It may be fed in the place of a tensor of its dtype, too.
    """

    __module__ = "tensorflow.python.ops.session_ops"

    def __init__(self, handle: Any, name: str, session: Any) -> None:
        self._session = session
        number = _number(bytes(handle).decode())
        self._handle = _handle(name, number).decode()
        self._dtype = dtypes.BY_STORAGE[_kept[number].dtype]
        self._goes_by_itself, self._store = True, _kept  # which may be gone before the last handle

    @property
    def handle(self) -> str:
        """The string that get_session_tensor takes."""
        return self._handle

    def __str__(self) -> str:
        return self._handle

    def __del__(self) -> None:
        if self._goes_by_itself:
            self._store.pop(int(self._handle.split(";")[1]), None)

    def _in_use(self) -> None:
        self._session._check_open()
        if not self._goes_by_itself:
            raise TypeError(f"Persistent tensor {self._handle} may have already been deleted.")

    def eval(self) -> Any:
        """The tensor's value, as `run` gives it; TypeError after `delete` or `get_raw_handle`."""
        self._in_use()
        found = to_numpy(kept(self._handle))
        return found.item() if found.dtype == object and not found.ndim else found[()]

    def delete(self) -> None:
        """Keeps the tensor no longer; TypeError after `delete` or `get_raw_handle`."""
        self._in_use()
        self._goes_by_itself = False
        forget(self._handle)

    def get_raw_handle(self) -> str:
        """The string; the tensor is kept from now on until delete_session_tensor runs with it."""
        self._goes_by_itself = False
        return self._handle
