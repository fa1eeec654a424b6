"""Names of tensorflow.python.eager.context that have no public spelling."""

import torch

import tfcompat as tf


def num_gpus() -> int:
    """How many logical GPUs this process has."""
    return len(tf.config.list_logical_devices("GPU"))


def async_wait() -> None:
    """Waits until the devices have done all that they were given."""
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()
