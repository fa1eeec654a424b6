"""tf.keras.random: random tensors from explicit seeds, with TensorFlow's numbers for the same seed."""

from tfcompat import _keras_modules, _names
from tfcompat.keras.random.generators import (
    beta,
    binomial,
    categorical,
    dropout,
    gamma,
    normal,
    randint,
    shuffle,
    truncated_normal,
    uniform,
)
from tfcompat.keras.random.seed_generator import SeedGenerator

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]

_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.random", globals())
