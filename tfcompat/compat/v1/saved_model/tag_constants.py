"""tf.compat.v1.saved_model.tag_constants: what graphs of a SavedModel are tagged with."""

from tfcompat.saved_model.constants import GPU, SERVING, TPU, TRAINING

__all__ = ["GPU", "SERVING", "TPU", "TRAINING"]
