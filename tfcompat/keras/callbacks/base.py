"""keras.callbacks.Callback: what is called at points of training, evaluation and prediction."""

from __future__ import annotations

import warnings
from typing import Any

from tfcompat._core import logging
from tfcompat.keras import _version


def warn(message: str, stacklevel: int) -> None:
    """Warns of what a callback can't do; in Keras 2 by TensorFlow's logger."""
    if _version.is_legacy():
        logging.warning(message)
    else:
        warnings.warn(message, stacklevel=stacklevel + 1)


class Callback:
    """Methods that fit(), evaluate() and predict() call (tf.keras.callbacks.Callback); subclasses override some.

    `model` is the model, `params` a dict with "verbose", "epochs" and "steps"; `logs` hold the metrics by name.
    """

    validation_data: Any = None  # of Keras 2, which leaves it None
    _supports_tf_logs = False

    def __init__(self) -> None:
        self.params: Any = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model that is run."""
        return self._model

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes what is known about the run."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Takes the model."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a training batch: an older name of on_train_batch_begin."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a training batch: an older name of on_train_batch_end."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Before an epoch of training."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """After an epoch of training; `logs` have the validation's results too, named "val_..."."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a training batch."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a training batch."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of evaluation."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of evaluation."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of prediction."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of prediction; `logs` hold the "outputs"."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Before training."""

    def on_train_end(self, logs: Any = None) -> None:
        """After training."""

    def on_test_begin(self, logs: Any = None) -> None:
        """Before evaluation, also within training."""

    def on_test_end(self, logs: Any = None) -> None:
        """After evaluation, also within training."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Before prediction."""

    def on_predict_end(self, logs: Any = None) -> None:
        """After prediction."""
