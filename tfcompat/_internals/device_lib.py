"""tensorflow.python.client.device_lib: what this machine computes on."""

from __future__ import annotations

import dataclasses
import zlib

import torch


@dataclasses.dataclass(frozen=True, repr=False)
class DeviceAttributes:
    """One device, with the fields and the text of TensorFlow's proto of that name."""

    name: str
    device_type: str
    memory_limit: int
    physical_device_desc: str = ""

    @property
    def incarnation(self) -> int:
        """A number that stands for this device on this machine."""
        return zlib.crc32(f"{self.name} {self.physical_device_desc}".encode())

    def __repr__(self) -> str:
        desc = f'physical_device_desc: "{self.physical_device_desc}"\n' if self.physical_device_desc else ""
        return (
            f'name: "{self.name}"\ndevice_type: "{self.device_type}"\nmemory_limit: {self.memory_limit}\n'
            f"locality {{\n}}\nincarnation: {self.incarnation}\n{desc}"
        )


def list_local_devices(session_config: None = None) -> list[DeviceAttributes]:
    """The CPU and every CUDA device; a `session_config` other than None is refused, as there are no sessions."""
    if session_config is not None:
        raise ValueError(f"list_local_devices: session_config takes None, got {session_config!r}")
    devices = [DeviceAttributes("/device:CPU:0", "CPU", 256 << 20)]  # TensorFlow's figure for a CPU too
    for index in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(index)
        capability = f"{about.major}.{about.minor}"
        desc = f"device: {index}, name: {about.name}, compute capability: {capability}"
        devices.append(DeviceAttributes(f"/device:GPU:{index}", "GPU", about.total_memory, desc))
    return devices
