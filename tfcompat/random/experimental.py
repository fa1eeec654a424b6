"""tf.random.experimental: names that came before those of tf.random, and two shuffles."""

from tfcompat import _names
from tfcompat.random.algorithms import Algorithm
from tfcompat.random.generator import Generator, create_rng_state, get_global_generator, set_global_generator
from tfcompat.random.stateless import index_shuffle, stateless_fold_in, stateless_shuffle, stateless_split

__all__ = [
    "Algorithm",
    "Generator",
    "create_rng_state",
    "get_global_generator",
    "index_shuffle",
    "set_global_generator",
    "stateless_fold_in",
    "stateless_shuffle",
    "stateless_split",
]

__getattr__ = _names.module_getattr("tf.random.experimental", globals())
