"""Where tensors go: tf.device scopes, device names and the log of placements."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.context import CPU as CPU
from tfcompat._core.context import LogicalDevice, Placement, context
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.flags import flags
from tfcompat._core.state import state

name_of = context.name_of
_LOCAL = DeviceSpec.from_string("/job:localhost/replica:0/task:0/device:CPU:0")
_default: torch.device | None = None


def default() -> torch.device:
    """Where a new tensor lands: the innermost tf.device scope's device, else the accelerator, else the CPU."""
    scopes = state.devices
    if scopes:
        return (scopes[-1].placed or scopes[-1].place()).torch
    return _default or _initialize()


def _initialize() -> torch.device:
    global _default
    _default = context.default().torch
    return _default


def default_name() -> str:
    """The full name of the device that `default` gives: "/job:localhost/replica:0/task:0/device:CPU:0"."""
    return state.devices[-1].place().name if state.devices else context.default().name


def scope_device() -> torch.device | None:
    """The innermost tf.device scope's device; None where no scope is open."""
    return default() if state.devices else None


def virtual_name() -> str | None:
    """The name that new tensors must carry as their device, None where their torch device tells it.

    Only where the program divided a device (tf.config.set_logical_device_configuration) and a scope names a later
    part of it: the CPU's "CPU:1" is the same torch device as "CPU:0".
    """
    if not state.devices:
        return None
    placement = state.devices[-1].place()
    return None if placement.distinct else placement.name


def graph_name() -> str:
    """What a graph's new tensors say as their device: the scopes opened while capturing, "" where there are none."""
    scopes = state.devices
    return scopes[-1].written.to_string() if scopes and scopes[-1].graph is state.graph else ""


def to_torch(name: Any) -> torch.device:
    """The torch device of a name, DeviceSpec or LogicalDevice; as `tf.device` would choose it here."""
    return _Scope(name).place().torch


class _Scope:
    """An open tf.device: the names merged with the outer scopes', and the logical device that they come to."""

    __slots__ = ("graph", "placed", "spec", "written")

    def __init__(self, name: Any) -> None:
        spec = _spec(name)
        outer = state.devices[-1] if state.devices else None
        self.graph = state.graph
        self.written = outer.written.make_merged_spec(spec) if outer and outer.graph is self.graph else spec
        self.spec = (outer.spec if outer else _LOCAL).make_merged_spec(spec)
        self.placed: Placement | None = None

    def place(self) -> Placement:
        """The device of that name, or what soft placement takes for it; raises what placing an op there raises."""
        if self.placed is None:
            self.placed = self._place()
        return self.placed

    def _place(self) -> Placement:
        spec, placements = self.spec, context.placements()
        name = spec.to_string()
        if (spec.job, spec.replica, spec.task) != (_LOCAL.job, _LOCAL.replica, _LOCAL.task):
            raise errors.InvalidArgumentError(None, None, f"{name} unknown device.")
        if spec.device_index is not None and spec.device_index < 0:
            raise errors.InvalidArgumentError(None, None, f"Malformed device specification '{name}'")
        found = placements.get((spec.device_type, spec.device_index or 0))
        if found is not None:
            return found
        if context.soft_placement:
            return placements.get((spec.device_type, 0)) or context.default()
        types = ", ".join(dict.fromkeys(kind for kind, _ in reversed(placements)))
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Could not satisfy device specification '{name}'. enable_soft_placement=0. "
            f"Supported device types [{types}]. "
            f"All available devices [{', '.join(p.name for p in placements.values())}].",
        )


class _DeviceScope(AbstractContextManager[None]):
    """What `device` returns; may be entered again."""

    __slots__ = ("_name", "_stack")

    def __init__(self, name: Any) -> None:
        self._name = name
        self._stack: list[tuple[tuple[_Scope, ...], tuple[_Scope, ...]]] = []

    def __enter__(self) -> None:
        context.placements()
        outer = state.devices
        inner = () if self._name is None else (*outer, _Scope(self._name))
        self._stack.append((outer, inner))
        _open(inner)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        outer, inner = self._stack[-1]
        if state.devices is not inner:
            raise RuntimeError("Exiting device scope without proper scope nesting")
        self._stack.pop()
        _open(outer)


def _open(scopes: tuple[_Scope, ...]) -> None:
    state.devices = scopes
    state.direct = short_way()


def short_way() -> bool:
    """Whether ops may take eager tensors' values as they are: nothing open or asked for needs a look at each op."""
    return not (state.devices or state.graph is not None or context.log_placement or context.check_numerics)


def device(device_name: Any) -> AbstractContextManager[None]:
    """Puts what is made within on a device (tf.device): "/GPU:0", "CPU", a DeviceSpec, a LogicalDevice; None undoes it.

    Parts left out come from the outer scope. A device that does not exist gives way to one that does, unless
    tf.config.set_soft_device_placement(False) was called: then placing a tensor raises InvalidArgumentError.
    ValueError for a name that can't be read; RuntimeError for a function.
    """
    if callable(device_name):
        raise RuntimeError("tf.device does not support functions.")
    return _DeviceScope(device_name)


def device_v1(device_name_or_function: Any) -> AbstractContextManager[None]:
    """tf.compat.v1.device: `device`; a function of an operation is a RuntimeError, as in eager TensorFlow."""
    if callable(device_name_or_function):
        raise RuntimeError(
            "tf.device does not support functions when eager execution is enabled."
            if state.graph is None
            else "tf.compat.v1.device takes no function here: tf.device scopes place a captured graph's ops."
        )
    return _DeviceScope(device_name_or_function)


def _spec(name: Any) -> DeviceSpec:
    if isinstance(name, LogicalDevice):
        name = name.name
    if isinstance(name, DeviceSpec):
        return name
    if not isinstance(name, str):
        raise ValueError(f"Expecting a string device name. Got {type(name)}({name})")
    return DeviceSpec.from_string(name)


def moved(t: torch.Tensor, where: torch.device, kernel: str = "", number: int = 0) -> torch.Tensor:
    """`t` on `where`, as tf.config.experimental.set_device_policy allows; it is input `number` of `kernel`."""
    if t.device == where or flags.device_policy == "silent":
        return t.to(where)
    if flags.device_policy == "silent_for_int32" and t.dtype == torch.int32:
        return t.to(where)
    message = (
        f"cannot compute {kernel} as input #{number} was expected to be on {name_of(where)} but is actually on "
        f"{name_of(t.device)} (operation running on {name_of(where)})"
    )
    if flags.device_policy == "warn":
        print(f"{message}. The tensor is copied.", file=sys.stderr)
        return t.to(where)
    raise errors.InvalidArgumentError(
        None,
        None,
        f"Tensors on conflicting devices: {message}. Copy the tensor with tf.identity under "
        "tf.device, or have it copied with tf.config.experimental.set_device_policy('silent').",
    )


def log_placement(op_name: str, device_name: str) -> None:
    """Tells stderr that an op runs on a device, as tf.debugging.set_log_device_placement asks for."""
    print(f"Executing op {op_name} in device {device_name}", file=sys.stderr)


def set_soft_device_placement(enabled: bool) -> None:
    """Whether a device that does not exist gives way to one that does (tf.config.set_soft_device_placement)."""
    context.soft_placement = bool(enabled)
    for scope in state.devices:
        scope.placed = None


def get_log_device_placement() -> bool:
    """Whether placements are logged (tf.debugging.get_log_device_placement)."""
    return context.log_placement


def look_at_ops(**switches: bool) -> None:
    """Sets the switches of the context that have each op looked at: log_placement, check_numerics."""
    for name, value in switches.items():
        setattr(context, name, value)
    type(state).direct = not (context.log_placement or context.check_numerics)  # what threads start with
    state.direct = short_way()


def set_log_device_placement(enabled: bool) -> None:
    """Whether each op's device is told on stderr (tf.debugging.set_log_device_placement)."""
    look_at_ops(log_placement=bool(enabled))
