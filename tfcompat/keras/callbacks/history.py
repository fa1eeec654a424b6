"""keras.callbacks.History: the logs of all epochs."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.callbacks.base import Callback


class Logs(dict[str, Any]):
    """Logs by name; the learning rate is found under Keras 2's name too, "lr", where nothing else has it."""

    def __missing__(self, key: str) -> Any:
        if key == "lr" and "learning_rate" in self:
            return self["learning_rate"]
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a name, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default


class History(Callback):
    """`history` has a list with a number for each epoch, by metric; `epoch` the epochs' numbers. fit() returns one."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = Logs()
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
