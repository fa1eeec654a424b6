"""Names of tensorflow.python.eager.context that have no public spelling."""

import tfcompat as tf


def num_gpus() -> int:
    """How many logical GPUs this process has."""
    return len(tf.config.list_logical_devices("GPU"))
