"""tf.keras.callbacks: what is called while a model trains, evaluates and predicts."""

from tfcompat import _keras_modules, _names
from tfcompat.keras.callbacks.base import Callback
from tfcompat.keras.callbacks.callback_list import CallbackList
from tfcompat.keras.callbacks.checkpoints import BackupAndRestore, ModelCheckpoint
from tfcompat.keras.callbacks.history import History
from tfcompat.keras.callbacks.logs import BaseLogger, CSVLogger, RemoteMonitor
from tfcompat.keras.callbacks.progbar_logger import ProgbarLogger
from tfcompat.keras.callbacks.schedules import (
    EarlyStopping,
    LambdaCallback,
    LearningRateScheduler,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from tfcompat.keras.callbacks.swap_ema_weights import SwapEMAWeights
from tfcompat.keras.callbacks.tensorboard import TensorBoard

__all__ = [
    "BackupAndRestore",
    "BaseLogger",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]

_keras_modules.name_classes(globals())
_KERAS_2 = {"experimental": "tfcompat.keras.callbacks.experimental"}
__getattr__ = _names.module_getattr("tf.keras.callbacks", globals(), lazy=_KERAS_2)
