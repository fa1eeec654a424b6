"""The process' devices: which there are, which the program may see, and the logical devices made of them.

Like TensorFlow's, the list is fixed when it is first used: by the first tensor, or by tf.config.list_logical_devices.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from tfcompat._core import errors

TASK = "/job:localhost/replica:0/task:0"
CPU = torch.device("cpu")
_MIB = 2**20


class PhysicalDevice(NamedTuple):
    """A device of this machine (tf.config.PhysicalDevice): `name` "/physical_device:GPU:0" and `device_type` "GPU"."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device that tf.device can name (tf.config.LogicalDevice): `name` "/device:GPU:0" and `device_type` "GPU"."""

    name: str
    device_type: str


class LogicalDeviceConfiguration(NamedTuple):
    """What to make of a physical device (tf.config.LogicalDeviceConfiguration).

    memory_limit: the MB a GPU's logical device may take; not for CPUs. experimental_priority: the scheduling
    priority, which torch does not give to a device. experimental_device_ordinal: logical GPUs are numbered in the
    order of their ordinals.
    """

    memory_limit: float | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


class Placement(NamedTuple):
    """A logical device, its full name and the torch device it is.

    `distinct` is False where an earlier logical device is the same torch device: its tensors must carry its name.
    """

    logical: LogicalDevice
    name: str
    torch: torch.device
    distinct: bool


class Context:
    """The devices of this process. One instance, `context`; the methods are tf.config's functions."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._torch: dict[PhysicalDevice, torch.device] = {}
        self._visible: list[PhysicalDevice] = []
        self._growth: dict[PhysicalDevice, bool | None] = {}
        self._configurations: dict[PhysicalDevice, Sequence[LogicalDeviceConfiguration]] = {}
        self._placements: dict[tuple[str, int], Placement] = {}
        self._names: dict[torch.device, str] = {}
        self.initialized = False
        self.soft_placement = True
        self.log_placement = False
        self.check_numerics = False

    # ---- physical devices ----

    def physical_devices(self, device_type: str | None = None) -> list[PhysicalDevice]:
        """The machine's devices, CPU first, of one type where that is given."""
        with self._lock:
            if not self._torch:
                self._torch = {PhysicalDevice("/physical_device:CPU:0", "CPU"): CPU}
                for i, device in enumerate(_accelerators()):
                    gpu = PhysicalDevice(f"/physical_device:GPU:{i}", "GPU")
                    self._torch[gpu], self._growth[gpu] = device, None
                self._visible = list(self._torch)
        return _of_type(self._torch, device_type)

    def torch_device(self, device: Any) -> torch.device:
        """The torch device of a PhysicalDevice; ValueError where `device` is none of this machine's."""
        if device not in self.physical_devices():
            raise ValueError(f"Unrecognized device: {device!r}")
        return self._torch[device]

    def visible_devices(self, device_type: str | None = None) -> list[PhysicalDevice]:
        """The physical devices that the program may use."""
        self.physical_devices()
        return _of_type(self._visible, device_type)

    def set_visible_devices(self, devices: Any, device_type: str | None = None) -> None:
        """Lets the program use these devices alone, of the given type or of all."""
        self.physical_devices()
        devices = devices if isinstance(devices, list) else [devices]
        for device in devices:
            self.torch_device(device)
            if device_type is not None and device.device_type != device_type:
                raise ValueError(f"Unrecognized device: {device!r} is not of the device_type {device_type!r}")
        others = [] if device_type is None else [d for d in self._visible if d.device_type != device_type]
        if others + devices != self._visible:
            self.require_uninitialized("Visible devices cannot be modified after being initialized")
            self._visible = others + devices

    def memory_growth(self, device: Any) -> bool | None:
        """What `set_memory_growth` was given, None where it was not called; KeyError for a CPU, as in TensorFlow."""
        self.torch_device(device)
        return self._growth[device]

    def set_memory_growth(self, device: Any, enable: bool) -> None:
        """Whether the device's memory is taken as it is needed. Torch always does so; False takes no more at once."""
        self.torch_device(device)
        if device in self._configurations:
            raise ValueError("Cannot set memory growth on device when virtual devices configured")
        if device.device_type != "GPU":
            raise ValueError(f"Cannot set memory growth on non-GPU and non-Pluggable devices, got {device!r}")
        if self._growth[device] != enable:
            self.require_uninitialized("Physical devices cannot be modified after being initialized")
            self._growth[device] = enable

    # ---- logical devices ----

    def configuration(self, device: Any) -> Sequence[LogicalDeviceConfiguration] | None:
        """The logical devices that a physical one was divided into, None where it was not."""
        self.torch_device(device)
        return self._configurations.get(device)

    def set_configuration(self, device: Any, logical_devices: Sequence[LogicalDeviceConfiguration]) -> None:
        """Divides a physical device into logical ones; ValueError for what its type does not take."""
        self.torch_device(device)
        for each in logical_devices:
            _check_configuration(device, each)
        if self._configurations.get(device) != logical_devices:
            self.require_uninitialized("Virtual devices cannot be modified after being initialized")
            self._configurations[device] = logical_devices

    def placements(self) -> dict[tuple[str, int], Placement]:
        """The logical devices by type and number; from now on they stay as they are."""
        if not self.initialized:
            with self._lock:
                if not self.initialized:
                    self._initialize()
        return self._placements

    def logical_devices(self, device_type: str | None = None) -> list[LogicalDevice]:
        """The devices that tf.device can name."""
        return _of_type([p.logical for p in self.placements().values()], device_type)

    def default(self) -> Placement:
        """Where a tensor lands when no tf.device scope is open: the first GPU, else the first CPU."""
        placements = self.placements()
        return placements.get(("GPU", 0)) or placements["CPU", 0]

    def name_of(self, device: torch.device) -> str:
        """The full device name of a torch device."""
        self.placements()
        name = self._names.get(device)
        if name is None:
            kind = "CPU" if device.type == "cpu" else "GPU" if device in self._torch.values() else device.type.upper()
            name = self._names[device] = f"{TASK}/device:{kind}:{device.index or 0}"
        return name

    def require_uninitialized(self, message: str) -> None:
        """RuntimeError with `message` where the devices are in use."""
        if self.initialized:
            raise RuntimeError(message)

    def _initialize(self) -> None:
        if not self.visible_devices("CPU"):
            raise errors.NotFoundError(None, None, "No CPU devices are available in this process")
        parts = []
        for index, device in enumerate(self._visible):
            for part in self._configurations.get(device) or [LogicalDeviceConfiguration()]:
                parts.append((device.device_type, part.experimental_device_ordinal or 0, index, device, part))
        placements: dict[tuple[str, int], Placement] = {}
        limits: dict[torch.device, float] = {}
        for kind, _, _, device, part in sorted(parts, key=lambda p: p[:3]):
            where, number = self._torch[device], sum(k == kind for k, _ in placements)
            logical = LogicalDevice(f"/device:{kind}:{number}", kind)
            placement = Placement(logical, TASK + logical.name, where, where not in self._names)
            placements[kind, number] = placement
            self._names.setdefault(where, placement.name)
            if part.memory_limit is not None:
                limits[where] = limits.get(where, 0) + part.memory_limit * _MIB
        for where, limit in limits.items():
            _limit_memory(where, limit)
        self._placements, self.initialized = placements, True


context = Context()


def _accelerators() -> list[torch.device]:
    kind = torch.accelerator.current_accelerator(check_available=True)
    return [] if kind is None else [torch.device(kind.type, i) for i in range(torch.accelerator.device_count())]


def _of_type(devices: Any, device_type: str | None) -> list[Any]:
    return [d for d in devices if device_type is None or d.device_type == device_type]


def _check_configuration(device: PhysicalDevice, part: LogicalDeviceConfiguration) -> None:
    limit, priority, ordinal = part
    if device.device_type == "CPU":
        if limit is not None:
            raise ValueError(f"Setting memory limit on CPU virtual devices is currently not supported, got {limit!r}")
        for name, value in (("experimental_priority", priority), ("experimental_device_ordinal", ordinal)):
            if value is not None:
                raise ValueError(f"Setting {name} on CPU virtual  devices is currently not supported, got {value!r}")
    elif limit is None:
        raise ValueError("Setting memory limit is required for GPU virtual devices")
    elif priority is not None:
        raise NotImplementedError(
            f"tf.config.LogicalDeviceConfiguration(experimental_priority={priority!r}): "
            "torch gives priorities to streams, not to devices."
        )


def _limit_memory(device: torch.device, limit: float) -> None:
    """Lets torch take at most `limit` bytes on `device`."""
    module = torch.get_device_module(device)
    total = getattr(module, "get_device_properties", lambda _: None)(device)
    if total is None or not hasattr(module, "set_per_process_memory_fraction"):
        raise NotImplementedError(
            f"tf.config.LogicalDeviceConfiguration(memory_limit={limit / _MIB:g}): torch can't limit {device}'s memory."
        )
    module.set_per_process_memory_fraction(min(1.0, limit / total.total_memory), device)
