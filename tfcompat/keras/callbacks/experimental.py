"""tf.keras.callbacks.experimental: where Keras 2 first had BackupAndRestore."""

from tfcompat.keras.callbacks.checkpoints import BackupAndRestore

__all__ = ["BackupAndRestore"]
