"""Raw ops that hand tensors on by a name: Send leaves one for the Recv of the same key in this process."""

from __future__ import annotations

import collections
import threading
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.ops import Invalid, Value, kernel_dtype
from tfcompat._core.state import state
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time

_changed = threading.Condition()
_left: dict[str, collections.deque[Any]] = collections.defaultdict(collections.deque)


def _key(sender: str, incarnation: int, receiver: str, name: str) -> str:
    """The name of the tensors between two devices; InvalidArgumentError where a device's name is not a full one."""
    key = f"{sender};{incarnation:016x};{receiver};{name};0:0"
    for device in (sender, receiver):
        try:
            spec = DeviceSpec.from_string(device)
        except ValueError:
            raise Invalid(f"Invalid  rendezvous key: {key}") from None
        if None in (spec.job, spec.replica, spec.task, spec.device_type, spec.device_index):
            raise Invalid(f"Invalid  rendezvous key: {key}")
    return key


@raw("Send", hosted=True)
def send(
    tensor: Value,
    tensor_name: str,
    send_device: str,
    send_device_incarnation: int,
    recv_device: str,
    client_terminated: bool,
) -> None:
    """Leaves a tensor for a Recv; several wait in line."""
    key = _key(send_device, send_device_incarnation, recv_device, tensor_name)

    def leave(t: Any) -> None:
        with _changed:
            _left[key].append(t)
            _changed.notify_all()

    each_time(leave, [tensor], None)


@raw("Recv")
def recv(
    tensor_type: dtypes.DType,
    tensor_name: str,
    send_device: str,
    send_device_incarnation: int,
    recv_device: str,
    client_terminated: bool,
) -> Any:
    """The tensor that a Send left, or will leave: waits for it. InvalidArgumentError for one of another dtype."""
    key = _key(send_device, send_device_incarnation, recv_device, tensor_name)
    if state.graph is not None:
        from tfcompat._function.recorder import NotCapturable

        raise NotCapturable("it waits for a tensor (tf.raw_ops.Recv)")

    with _changed:
        _changed.wait_for(lambda: _left.get(key))
        found = _left[key].popleft()
        if not _left[key]:
            del _left[key]
    kind = dtypes.BY_STORAGE[found.dtype]
    if kind is not tensor_type:
        raise Invalid(f"Type mismatch: actual {kernel_dtype(kind)} vs. expect {kernel_dtype(tensor_type)}")
    return found
