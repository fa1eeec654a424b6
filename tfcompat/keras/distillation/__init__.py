"""tf.keras.distillation: training a small model to do what a large one does."""

from tfcompat import _names
from tfcompat.keras.distillation.distiller import Distiller
from tfcompat.keras.distillation.losses import DistillationLoss, FeatureDistillation, LogitsDistillation

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]

__getattr__ = _names.module_getattr("tf.keras.distillation", globals())
