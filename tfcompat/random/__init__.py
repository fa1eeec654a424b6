"""tf.random: random numbers, with a state and without."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.random.distributions import (
    categorical,
    gamma,
    normal,
    poisson,
    set_seed,
    shuffle,
    truncated_normal,
    uniform,
)

__getattr__ = _names.module_getattr("tf.random", globals())
