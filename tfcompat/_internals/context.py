"""Names of tensorflow.python.eager.context that have no public spelling."""

import torch

import tfcompat as tf
from tfcompat._core import random_state
from tfcompat._core.flags import flags


def num_gpus() -> int:
    """How many logical GPUs this process has."""
    return len(tf.config.list_logical_devices("GPU"))


def global_seed() -> int | None:
    """What tf.random.set_seed was given last; None where nobody set a seed."""
    return random_state._Seed.value


def async_wait() -> None:
    """Waits until the devices have done all that they were given."""
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()


def is_op_determinism_enabled() -> bool:
    """Whether tf.config.experimental.enable_op_determinism was called."""
    return flags.op_determinism


def disable_op_determinism() -> None:
    """Takes tf.config.experimental.enable_op_determinism back, and with it torch's deterministic algorithms."""
    torch.use_deterministic_algorithms(False)
    flags.op_determinism = False
