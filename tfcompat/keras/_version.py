"""The version of Keras whose behaviour and files this package has."""

import functools

from tfcompat._version import KERAS_VERSION, told_of_keras, uses_legacy_keras

__all__ = ["KERAS_VERSION", "is_legacy", "told_of_keras"]


@functools.cache
def is_legacy() -> bool:
    """Whether variables are named, and layers called, as in Keras 2; both spellings work in any case.

    It is settled when the first layer or variable is made: libraries set TF_USE_LEGACY_KERAS as they are imported.
    """
    return uses_legacy_keras()
