"""tf.keras.config: Keras's settings."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras._state import settings
from tfcompat.keras.backend import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from tfcompat.keras.dtype_policies import dtype_policy, set_dtype_policy
from tfcompat.keras.saving.serialization import enable_unsafe_deserialization
from tfcompat.keras.utils._io import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)


def enable_traceback_filtering() -> None:
    """Notes that tracebacks should be short; tfcompat's are never filtered."""
    settings.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Notes that tracebacks should be whole; tfcompat's are never filtered."""
    settings.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Whether short tracebacks were asked for."""
    return settings.traceback_filtering


def enable_flash_attention() -> None:
    """Leaves it to attention layers whether they use flash attention kernels, as where nothing was asked for."""
    settings.flash_attention = None


def disable_flash_attention() -> None:
    """Asks for attention without flash attention kernels."""
    settings.flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """None where attention layers may use flash attention kernels, False where they may not."""
    return settings.flash_attention


def max_epochs() -> int | None:
    """The most epochs that fit() does, whatever it is told; None for no limit."""
    return settings.max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Limits the epochs of fit()."""
    settings.max_epochs = max_epochs


def max_steps_per_epoch() -> int | None:
    """The most steps an epoch has, whatever the data; None for no limit."""
    return settings.max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limits the steps of an epoch."""
    settings.max_steps_per_epoch = max_steps_per_epoch


def is_nnx_enabled() -> bool:
    """False: NNX is JAX's."""
    return False


def set_backend(backend: Any) -> None:
    """tfcompat has one backend, with TensorFlow's semantics; ValueError for the name of another."""
    if backend != "tensorflow":
        raise ValueError(
            f"tfcompat's Keras has the semantics of the 'tensorflow' backend. Received: backend={backend!r}"
        )


__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]

__getattr__ = _names.module_getattr("tf.keras.config", globals())
