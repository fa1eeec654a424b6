"""Names of tensorflow.python.eager.context that have no public spelling."""

import torch

import tfcompat as tf
from tfcompat._core import random_state


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
