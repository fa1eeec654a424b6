"""Callbacks that make the logs of epochs, and hand them on: BaseLogger, CSVLogger, RemoteMonitor."""

from __future__ import annotations

import csv
import json
import os
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from tfcompat.keras.callbacks.base import Callback


class BaseLogger(Callback):
    """Has the logs of an epoch be the means of those of its batches (tf.keras.callbacks.BaseLogger, Keras 2).

    Batches count by the "size" in their logs, once each without it. stateful_metrics: names of logs that are kept as
    the last batch has them.
    """

    def __init__(self, stateful_metrics: Any = None) -> None:
        super().__init__()
        self.stateful_metrics = set(stateful_metrics or [])
        self.seen: Any = 0
        self.totals: dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begins to count anew."""
        self.seen, self.totals = 0, {}

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Counts a batch."""
        logs = logs or {}
        size = logs.get("size", 1)
        self.seen += size * logs.get("num_steps", 1)
        for name, value in logs.items():
            kept = name in self.stateful_metrics
            self.totals[name] = value if kept else self.totals.get(name, 0) + value * size

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Puts the means into the logs."""
        for name in (self.params or {}).get("metrics", list(logs or {})):
            if logs is not None and name in self.totals:
                kept = name in self.stateful_metrics
                logs[name] = self.totals[name] if kept else self.totals[name] / self.seen


class CSVLogger(Callback):
    """Writes the logs of each epoch as a line of a CSV file (tf.keras.callbacks.CSVLogger).

    append: whether lines are added to a file that is there.
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self.writer: Any = None
        self.keys: list[str] | None = None
        self.append_header = True
        self.csv_file: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the file."""
        if self.append and os.path.exists(self.filename):
            self.append_header = os.path.getsize(self.filename) == 0
        self._close()
        # Lines are added while the training goes on, for others to read.
        self.csv_file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115
        self.writer = self.keys = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the line, and before the first one the names."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
        if self.writer is None:
            self.writer = csv.DictWriter(self.csv_file, ["epoch", *self.keys], delimiter=self.sep)
            if self.append_header:
                self.writer.writeheader()
        self.writer.writerow({"epoch": epoch, **{key: _cell(logs.get(key, "NA")) for key in self.keys}})
        self.csv_file.flush()

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the file."""
        self._close()
        self.writer = None

    def _close(self) -> None:
        if self.csv_file is not None and not self.csv_file.closed:
            self.csv_file.close()


def _cell(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1):
        return f'"[{", ".join(map(str, value))}]"'
    return value


class RemoteMonitor(Callback):
    """Posts the logs of each epoch to `root` + `path` (tf.keras.callbacks.RemoteMonitor).

    They are sent as JSON in the form field `field`, or as the body where `send_as_json`. ImportError without the
    `requests` package; a server that can't be reached is a warning.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Posts the logs."""
        try:
            import requests  # type: ignore[import-untyped] # pyright: ignore[reportMissingModuleSource]
        except ImportError:
            raise ImportError("RemoteMonitor requires the `requests` library.") from None
        send = {"epoch": epoch, **(logs or {})}
        send = {
            key: value.item() if isinstance(value, (np.ndarray, np.generic)) else value for key, value in send.items()
        }
        try:
            if self.send_as_json:
                requests.post(self.root + self.path, json=send, headers=self.headers)
            else:
                requests.post(self.root + self.path, {self.field: json.dumps(send)}, headers=self.headers)
        except requests.exceptions.RequestException:
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}", stacklevel=2)
