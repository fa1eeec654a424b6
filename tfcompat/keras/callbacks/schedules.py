"""Callbacks that watch a metric or the epochs and change the training: its end, its learning rate."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._core import logging
from tfcompat.keras import _version
from tfcompat.keras.callbacks.base import Callback, warn
from tfcompat.keras.utils._io import print_msg


class MonitorCallback(Callback):
    """What callbacks that watch a metric share: whether it should fall or rise, and the best value so far.

    mode: "min", "max", or "auto" to tell by the metric's name and kind; ValueError, once it runs, where that can't be.
    min_delta: by how much a value must be better to count.
    """

    def __init__(self, monitor: str, mode: str, min_delta: float) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            kind = type(self).__name__
            if _version.is_legacy():
                kind = {"ReduceLROnPlateau": "Learning rate reduction"}.get(kind, kind)
                logging.warning(f"{kind} mode {mode} is unknown, fallback to auto mode.")
            else:
                warnings.warn(f"{kind} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.monitor, self.mode, self.min_delta = monitor, mode, abs(min_delta)
        self.best: float | None = None
        self._rises: bool | None = None

    def _should_rise(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        if _version.is_legacy():
            return "acc" in self.monitor or self.monitor.startswith("fmeasure")
        name = self.monitor.removeprefix("val_")
        if name == "loss":
            return False
        compiled = getattr(self.model, "_compile_metrics", None)
        for metric in compiled.metrics if compiled is not None else ():
            if metric.name == name and hasattr(metric, "_direction"):
                return metric._direction == "up"
        raise ValueError(
            f"{type(self).__name__} received monitor={self.monitor}, of which it is not known whether it should fall "
            "or "
            "rise. Pass `mode='max'` or `mode='min'`."
        )

    def _check_mode(self) -> None:
        """ValueError where it is not known whether the metric should fall or rise; once it is asked for."""
        if self._rises is None:
            self._rises = self._should_rise()

    @property
    def monitor_op(self) -> Any:
        """What compares a value with a worse one: np.greater for a metric that should rise, else np.less."""
        self._check_mode()
        return np.greater if self._rises else np.less

    def _worst(self) -> float | None:
        """What any value is better than: None, and in Keras 2 an infinite number."""
        if not _version.is_legacy():
            return None
        self._check_mode()
        return -np.inf if self._rises else np.inf

    def _is_improvement(self, value: float, reference: float | None) -> bool:
        if reference is None:
            return True
        self._check_mode()
        return value - self.min_delta > reference if self._rises else value + self.min_delta < reference

    def _monitored(self, logs: dict[str, Any], what: str) -> float | None:
        if self.monitor not in logs:
            warn(
                f"{what} conditioned on metric `{self.monitor}` which is not available. Available metrics are: "
                f"{','.join(logs)}",
                stacklevel=3,
            )
        return logs.get(self.monitor)


class EarlyStopping(MonitorCallback):
    """Ends training when a metric has not got better for `patience` epochs (tf.keras.callbacks.EarlyStopping).

    baseline: a value that must be reached too. restore_best_weights: whether the best epoch's weights come back at the
    end. start_from_epoch: the first epoch to look at.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def _should_rise(self) -> bool:
        if self.mode == "auto" and _version.is_legacy():
            return self.monitor.endswith(("acc", "accuracy", "auc"))
        return super()._should_rise()

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts to watch."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best, self.best_weights = self._worst(), None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Looks at the metric."""
        self._check_mode()
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def get_monitor_value(self, logs: Any) -> float | None:
        """The metric's value in the logs of an epoch; None, with a warning, where it is not there."""
        return self._monitored(logs or {}, "Early stopping")

    def on_train_end(self, logs: Any = None) -> None:
        """Says that training was ended, and restores the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print_msg(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print_msg(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)


def _rate_of(optimizer: Any) -> Any:
    rate = np.asarray(optimizer.learning_rate)
    return np.float32(rate) if _version.is_legacy() else float(rate)


def _log_rate(logs: dict[str, Any] | None, optimizer: Any) -> None:
    if logs is not None:
        logs["lr" if _version.is_legacy() else "learning_rate"] = _rate_of(optimizer)


class LearningRateScheduler(Callback):
    """Sets the learning rate to schedule(epoch, learning rate) at each epoch
    (tf.keras.callbacks.LearningRateScheduler).

    ValueError where the schedule returns no float.
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Sets the learning rate."""
        optimizer = self.model.optimizer
        if not hasattr(optimizer, "learning_rate"):
            raise ValueError('Optimizer must have a "learning_rate" attribute.')
        try:
            rate = self.schedule(epoch, float(_rate_of(optimizer)))
        except TypeError:
            rate = self.schedule(epoch)
        if not isinstance(rate, (float, np.floating)):
            told = '"schedule" function should be' if _version.is_legacy() else "`schedule` function should be a"
            raise ValueError(f"The output of the {told} float. Got: {rate}")
        optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            print_msg(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Logs the learning rate."""
        _log_rate(logs, self.model.optimizer)


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by `factor` when a metric has not got better for `patience` epochs.

    cooldown: how many epochs it then waits. min_lr: the lowest learning rate. epsilon: Keras 2's name of min_delta.
    ValueError for a factor >= 1
    (tf.keras.callbacks.ReduceLROnPlateau).
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        *,
        epsilon: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, min_delta if epsilon is None else epsilon)
        if factor >= 1.0:
            told = f"Got {factor}" if _version.is_legacy() else f"Received factor={factor}"
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. {told}")
        self.factor, self.patience, self.verbose = factor, patience, verbose
        self.cooldown, self.min_lr = cooldown, min_lr
        self.cooldown_counter = self.wait = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts to watch."""
        self.best = self._worst()
        self.cooldown_counter = self.wait = 0

    def in_cooldown(self) -> bool:
        """Whether it waits after a reduction."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Looks at the metric, and logs the learning rate."""
        self._check_mode()
        logs = {} if logs is None else logs
        _log_rate(logs, self.model.optimizer)
        current = self._monitored(logs, "Learning rate reduction is")
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter, self.wait = self.cooldown, 0

    def _reduce(self, epoch: int) -> bool:
        old = _rate_of(self.model.optimizer)
        if old <= np.float32(self.min_lr):
            return False
        new = max(old * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = new
        if self.verbose > 0:
            print_msg(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
        return True


class LambdaCallback(Callback):
    """Functions called in the place of a Callback's methods (tf.keras.callbacks.LambdaCallback)."""

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.__dict__.update(kwargs)
        named = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        self.__dict__.update({key: function for key, function in named.items() if function is not None})


class TerminateOnNaN(Callback):
    """Ends training when the loss is no finite number (tf.keras.callbacks.TerminateOnNaN); with `raise_error`,
    raises.
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """Looks at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating training."
            )
        print_msg(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
