"""tf.config.experimental: memory, precision, determinism and how devices exchange tensors."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import torch

from tfcompat import _names
from tfcompat._core import logging as _logging
from tfcompat._core.context import LogicalDeviceConfiguration, PhysicalDevice
from tfcompat._core.context import context as _context
from tfcompat._core.device_spec import DeviceSpec as _DeviceSpec
from tfcompat._core.flags import flags as _flags

VirtualDeviceConfiguration = LogicalDeviceConfiguration

_POLICIES = ("silent", "silent_for_int32", "warn", "explicit")


class ClusterDeviceFilters:
    """Which remote devices the tasks of a cluster see (tf.config.experimental.ClusterDeviceFilters)."""

    def __init__(self) -> None:
        self._filters: dict[tuple[str, int], list[str]] = {}

    def set_device_filters(self, job_name: str, task_index: int, device_filters: list[str]) -> None:
        """The filters of one task."""
        self._filters[job_name, task_index] = list(device_filters)

    def __repr__(self) -> str:
        return f"ClusterDeviceFilters({self._filters})"


# ---- memory ----


def get_memory_growth(device: PhysicalDevice) -> bool | None:
    """What `set_memory_growth` was given for a GPU, None at first (tf.config.experimental.get_memory_growth)."""
    return _context.memory_growth(device)


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Whether a GPU's memory is taken as it is needed (tf.config.experimental.set_memory_growth).

    Torch takes it so in any case; False does not take it all at once. ValueError for what is no GPU of this machine;
    RuntimeError once devices are in use.
    """
    _context.set_memory_growth(device, enable)


def get_memory_info(device: str) -> dict[str, int]:
    """The bytes that tensors take on a device, {"current": now, "peak": at most}; zeros for a CPU.

    device: "GPU:0". ValueError for a name without a type and number, or of no logical device.
    """
    where = _memory_device(device)
    if where.type == "cpu":
        return {"current": 0, "peak": 0}
    current = torch.accelerator.memory_allocated(where.index)
    return {"current": current, "peak": torch.accelerator.max_memory_allocated(where.index)}


def reset_memory_stats(device: str) -> None:
    """Sets a device's peak to what is in use now (tf.config.experimental.reset_memory_stats)."""
    where = _memory_device(device)
    if where.type != "cpu":
        torch.accelerator.reset_peak_memory_stats(where.index)


def get_memory_usage(device: str) -> int:
    """The bytes that tensors take now; deprecated in favour of `get_memory_info`."""
    _logging.deprecated(
        "tf.config.experimental.get_memory_usage is deprecated, use "
        "tf.config.experimental.get_memory_info(device)['current'].",
        first=1,
    )
    return get_memory_info(device)["current"]


def _memory_device(device: str) -> torch.device:
    if not isinstance(device, str):
        raise TypeError(f'device must be a string such as "GPU:0", got {device!r} of {type(device)}')
    try:
        spec = _DeviceSpec.from_string(device)
    except ValueError:
        spec = _DeviceSpec()
    if spec.device_type is None or spec.device_index is None:
        raise ValueError(
            f"Failed parsing device name: {device!r}. Note a valid device string should at least contain a device type "
            'and a device index, like "GPU:0".'
        )
    for placement in _context.placements().values():
        full = _DeviceSpec.from_string(placement.name)
        if full.make_merged_spec(spec) == full:
            return placement.torch
    raise ValueError(f"No matching devices found for {device!r}")


def get_device_details(device: PhysicalDevice) -> dict[str, Any]:
    """What is known of a physical device (tf.config.experimental.get_device_details): {} for a CPU.

    For a GPU "device_name", and "compute_capability" as a pair of integers where it is CUDA.
    """
    if not isinstance(device, PhysicalDevice):
        raise ValueError(f"device must be a tf.config.PhysicalDevice, but got: {device}")
    if device not in _context.physical_devices():
        raise ValueError(
            f"The PhysicalDevice must be one obtained from calling `tf.config.list_physical_devices`, but got: {device}"
        )
    where = _context.torch_device(device)
    if where.type == "cpu":
        return {}
    module = torch.get_device_module(where)
    details: dict[str, Any] = {}
    if hasattr(module, "get_device_name"):
        details["device_name"] = module.get_device_name(where)
    if where.type == "cuda" and torch.version.hip is None:
        details["compute_capability"] = module.get_device_capability(where)
    return details


# ---- precision and determinism ----


def tensor_float_32_execution_enabled() -> bool:
    """Whether float32 products on a GPU may use TensorFloat-32 (tf.config.experimental).

    Where the program did not say, it is what torch does, since tfcompat changes none of torch's settings by itself;
    and True, TensorFlow's default, where there is no CUDA and it makes no difference.
    """
    if _flags.tensor_float_32 is None:
        return not torch.cuda.is_available() or bool(torch.backends.cuda.matmul.allow_tf32)
    return _flags.tensor_float_32


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Whether float32 products and convolutions on a GPU may use TensorFloat-32: faster, with 10 bits of mantissa.

    Sets torch's switches for cuBLAS and cuDNN. TypeError for what is no bool.
    """
    if not isinstance(enabled, bool):
        raise TypeError(f"enabled must be a bool, got {enabled!r} of {type(enabled)}")
    torch.backends.cuda.matmul.allow_tf32 = enabled
    torch.backends.cudnn.allow_tf32 = enabled
    _flags.tensor_float_32 = enabled


def enable_op_determinism() -> None:
    """Makes every op give the same result each time it runs (tf.config.experimental.enable_op_determinism).

    Turns torch's deterministic algorithms on for the process. From then on an op that has none raises an error, and
    so does a random op without a seed: call tf.random.set_seed.
    """
    # cuBLAS reads it when it starts, and torch refuses to run deterministic products without it.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    _flags.op_determinism = True


# ---- execution ----


def get_device_policy() -> str:
    """What happens where an op's input is on another device (tf.config.experimental.get_device_policy)."""
    return _flags.device_policy


def set_device_policy(device_policy: str | None) -> None:
    """What happens where an op's input is on another device than the op (tf.config.experimental.set_device_policy).

    "silent" (or None) copies it, "silent_for_int32" only int32 tensors, "warn" copies and says so, "explicit" raises
    InvalidArgumentError. ValueError for another word.
    """
    if device_policy is not None and device_policy not in _POLICIES:
        raise ValueError(f"Invalid argument `device_policy`: {device_policy!r}, must be None or one of {_POLICIES}.")
    _flags.device_policy = device_policy or "silent"


def get_synchronous_execution() -> bool:
    """What `set_synchronous_execution` was given, True at first."""
    return _flags.synchronous


def set_synchronous_execution(enable: bool | None) -> None:
    """Whether ops finish before they return (tf.config.experimental.set_synchronous_execution); None is True.

    Torch's CPU ops always do and its GPU ops never, which reading a value waits for: the setting is only kept.
    """
    _flags.synchronous = True if enable is None else bool(enable)


def enable_mlir_bridge() -> NoReturn:
    """TensorFlow's MLIR bridge, which torch lacks (tf.config.experimental.enable_mlir_bridge): NotImplementedError."""
    raise NotImplementedError(
        "tf.config.experimental.enable_mlir_bridge: tfcompat has no MLIR bridge; tf.function(jit_compile=True) "
        "compiles with Inductor."
    )


def disable_mlir_bridge() -> None:
    """Leaves MLIR out of compilation, as tfcompat always does (tf.config.experimental.disable_mlir_bridge)."""


__getattr__ = _names.module_getattr(
    "tf.config.experimental",
    globals(),
    lazy={
        "get_virtual_device_configuration": "tfcompat.config:get_logical_device_configuration",
        "set_virtual_device_configuration": "tfcompat.config:set_logical_device_configuration",
        **{
            name: f"tfcompat.config:{name}"
            for name in ("get_visible_devices", "set_visible_devices", "list_logical_devices", "list_physical_devices")
        },
    },
)
