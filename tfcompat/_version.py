"""tfcompat's own version, and what it says of Keras's; `tf.__version__` is the TensorFlow API level that it follows."""

import os

__version__ = "0.1.0"

KERAS_VERSION = "3.15.1"
LEGACY_VERSION = "2.21.0"  # of tf_keras, which TensorFlow 2.21 takes for tf.keras where TF_USE_LEGACY_KERAS is set


def uses_legacy_keras() -> bool:
    """Whether the program asks for Keras 2; what counts is when Keras is first used."""
    return os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")


def told_of_keras() -> str:
    """The version that programs are told, by which libraries choose Keras 2 or 3."""
    return LEGACY_VERSION if uses_legacy_keras() else KERAS_VERSION
