"""keras.utils.set_random_seed."""

from __future__ import annotations

import random

import numpy as np

from tfcompat.keras._state import thread


def set_random_seed(seed: int) -> None:
    """Seeds Python's, numpy's and TensorFlow's random numbers, and with them Keras's (tf.keras.utils.set_random_seed).

    ValueError for a seed that is no int.
    """
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed!r} (of type {type(seed)})")
    import tfcompat

    thread.random_seed = seed
    thread.seed_generator = thread.other_numbers = None
    thread.initializer_numbers = random.Random(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    tfcompat.random.set_seed(seed)
