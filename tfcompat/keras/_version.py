"""The version of Keras whose behaviour and files this package has."""

import os

KERAS_VERSION = "3.15.1"
LEGACY_VERSION = "2.21.0"  # of tf_keras, which TensorFlow 2.21 takes for tf.keras where TF_USE_LEGACY_KERAS is set


def told() -> str:
    """The version that programs are told, by which libraries choose Keras 2 or 3; both spellings work."""
    return LEGACY_VERSION if os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True") else KERAS_VERSION
