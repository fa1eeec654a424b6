"""tf.config: the devices that the program sees and how functions run on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from tfcompat import _names
from tfcompat._core import device as _device
from tfcompat._core import logging as _logging
from tfcompat._core.context import LogicalDevice, LogicalDeviceConfiguration, PhysicalDevice
from tfcompat._core.context import context as _context
from tfcompat._core.flags import flags as _flags
from tfcompat.config import experimental as experimental
from tfcompat.config import optimizer as optimizer
from tfcompat.config import threading as threading


def get_checkpoint_format() -> str:
    """How checkpoints are written: "safetensors", the default, or "tf" (not in TensorFlow)."""
    return _flags.checkpoint_format


def set_checkpoint_format(format: str) -> None:
    """Writes checkpoints as "safetensors" files or in TensorFlow's own format, "tf" (not in TensorFlow).

    Either is read, whatever this says. ValueError for another format.
    """
    from tfcompat._formats.checkpoints import FORMATS

    if format not in FORMATS:
        raise ValueError(f"Argument `format` must be one of {', '.join(FORMATS)}. Received: format={format!r}")
    _flags.checkpoint_format = format


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The machine's devices, of the type "CPU" or "GPU" where that is given (tf.config.list_physical_devices).

    A GPU is a device of torch's current accelerator: CUDA, ROCm, MPS or XPU. Asking does not take the devices in use.
    """
    return _context.physical_devices(device_type)


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices that tf.device can name (tf.config.list_logical_devices).

    From then on the devices are in use: visibility, memory growth and logical devices can't be changed any more.
    """
    return _context.logical_devices(device_type)


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The physical devices that the program may use (tf.config.get_visible_devices)."""
    return _context.visible_devices(device_type)


def set_visible_devices(devices: PhysicalDevice | list[PhysicalDevice], device_type: str | None = None) -> None:
    """Lets the program use only these physical devices (tf.config.set_visible_devices).

    With a `device_type` only that type is set: `set_visible_devices([], "GPU")` hides the GPUs. ValueError for a
    device that is not there or not of that type; RuntimeError once devices are in use.
    """
    _context.set_visible_devices(devices, device_type)


def get_logical_device_configuration(device: PhysicalDevice) -> Sequence[LogicalDeviceConfiguration] | None:
    """How a physical device was divided, None where it was not (tf.config.get_logical_device_configuration)."""
    return _context.configuration(device)


def set_logical_device_configuration(
    device: PhysicalDevice, logical_devices: Sequence[LogicalDeviceConfiguration]
) -> None:
    """Divides a physical device into logical ones (tf.config.set_logical_device_configuration).

    A GPU's need a `memory_limit` in MB, a CPU's take none: ValueError. RuntimeError once devices are in use. The
    logical devices of one GPU share its memory, of which torch takes at most the sum of their limits.
    """
    _context.set_configuration(device, logical_devices)


def get_soft_device_placement() -> bool:
    """Whether a device that does not exist gives way to one that does (tf.config.get_soft_device_placement)."""
    return _context.soft_placement


def set_soft_device_placement(enabled: bool) -> None:
    """Whether a device that does not exist gives way to one that does (tf.config.set_soft_device_placement).

    It does at first. Set to False, placing a tensor on such a device raises InvalidArgumentError.
    """
    _device.set_soft_device_placement(enabled)


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether every tf.function runs as the plain Python function it was made of (tf.config.run_functions_eagerly)."""
    _flags.run_functions_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether every tf.function runs as plain Python (tf.config.functions_run_eagerly)."""
    return _flags.run_functions_eagerly


def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """`run_functions_eagerly` under its deprecated name (tf.config.experimental_run_functions_eagerly)."""
    _logging.deprecated(
        "tf.config.experimental_run_functions_eagerly is deprecated, use tf.config.run_functions_eagerly.", first=1
    )
    run_functions_eagerly(run_eagerly)


def experimental_functions_run_eagerly() -> bool:
    """`functions_run_eagerly` under its deprecated name (tf.config.experimental_functions_run_eagerly)."""
    _logging.deprecated(
        "tf.config.experimental_functions_run_eagerly is deprecated, use tf.config.functions_run_eagerly.", first=1
    )
    return functions_run_eagerly()


def experimental_connect_to_host(remote_host: str | Sequence[str] | None = None, job_name: str = "worker") -> NoReturn:
    """TensorFlow's remote devices, which torch lacks (tf.config.experimental_connect_to_host): NotImplementedError."""
    if not remote_host:
        raise ValueError(f"Must provide at least one remote_host, got {remote_host!r}")
    raise NotImplementedError(
        f"tf.config.experimental_connect_to_host(remote_host={remote_host!r}, job_name={job_name!r}): tfcompat runs on "
        "the devices of its own machine; torch.distributed runs a program on several."
    )


def experimental_connect_to_cluster(
    cluster_spec_or_resolver: Any,
    job_name: str = "localhost",
    task_index: int = 0,
    protocol: str | None = None,
    make_master_device_default: bool = True,
    cluster_device_filters: experimental.ClusterDeviceFilters | None = None,
) -> NoReturn:
    """TensorFlow's clusters, which torch lacks (tf.config.experimental_connect_to_cluster): NotImplementedError."""
    if not hasattr(cluster_spec_or_resolver, "as_cluster_def") and not hasattr(
        cluster_spec_or_resolver, "cluster_spec"
    ):
        raise ValueError(
            "`cluster_spec_or_resolver` must be a `ClusterSpec` or a `ClusterResolver`, got "
            f"{cluster_spec_or_resolver!r}"
        )
    given = {
        "cluster_spec_or_resolver": cluster_spec_or_resolver,
        "job_name": job_name,
        "task_index": task_index,
        "protocol": protocol,
        "make_master_device_default": make_master_device_default,
        "cluster_device_filters": cluster_device_filters,
    }
    raise NotImplementedError(
        f"tf.config.experimental_connect_to_cluster({', '.join(f'{k}={v!r}' for k, v in given.items())}): tfcompat "
        "runs on the devices of its own machine; torch.distributed runs a program on several."
    )


__getattr__ = _names.module_getattr("tf.config", globals())
