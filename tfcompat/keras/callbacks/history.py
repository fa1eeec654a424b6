"""keras.callbacks.History: the logs of all epochs."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.callbacks.base import Callback


class History(Callback):
    """`history` has a list with a number for each epoch, by metric; `epoch` the epochs' numbers. fit() returns one."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Starts the list of epochs again."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps the epoch's logs."""
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)
        self.model.history = self
