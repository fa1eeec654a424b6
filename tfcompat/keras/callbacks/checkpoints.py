"""Callbacks that save the model while it trains: ModelCheckpoint, BackupAndRestore."""

from __future__ import annotations

import json
import os
import re
import shutil
import warnings
from typing import Any

import numpy as np

from tfcompat._formats.files import replacing
from tfcompat.keras._version import is_legacy
from tfcompat.keras.callbacks.base import Callback, warn
from tfcompat.keras.callbacks.schedules import MonitorCallback
from tfcompat.keras.saving.prefixes import is_prefix
from tfcompat.keras.utils._io import print_msg


class _BatchCounter:
    """Tells when `every` batches have been seen since it last told so."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.seen = 0
        self.last: int | None = None

    def is_due(self, batch: int) -> bool:
        """Whether to save after this batch; the numbers start again with each epoch."""
        new_epoch = self.last is None or batch <= self.last
        self.seen += batch + 1 if new_epoch else batch - self.last  # type: ignore[operator]
        self.last = batch
        if self.seen < self.every:
            return False
        self.seen = 0
        return True


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after epochs or batches (tf.keras.callbacks.ModelCheckpoint).

    filepath: where to, with fields for the epoch, the batch and the logs, such as "{epoch:02d}-{val_loss:.2f}.keras";
    ".weights.h5" where `save_weights_only`, or the prefix of a checkpoint ("cp-{epoch:04d}.ckpt"); a folder, for a
    SavedModel as Keras 2 writes, where it has no suffix. save_best_only: only
    when `monitor` is better than before, and than `initial_value_threshold`. save_freq: "epoch", or every how many
    batches. ValueError for another kind of file.

    Keras 2's: period, every how many epochs; options, tf.train.CheckpointOptions where `save_weights_only`, else
    tf.saved_model.SaveOptions; load_weights_on_restart, whether training starts with the weights saved last.
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
        *,
        period: int = 1,
        options: Any = None,
        load_weights_on_restart: bool = False,
    ) -> None:
        super().__init__(monitor, mode, 0)
        self.load_weights_on_restart = load_weights_on_restart
        self._options = {} if options is None else {"options": _checked(options, save_weights_only)}
        self.period, self._epochs_since_saved = period, 0
        self.best = self._worst() if initial_value_threshold is None else initial_value_threshold
        self.verbose, self.filepath = verbose, os.fspath(filepath)
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.save_freq = save_freq
        self._current_epoch = 0
        if save_freq != "epoch" and not isinstance(save_freq, int):
            expected = '"epoch" or integer' if is_legacy() else "'epoch' or integer values"
            raise ValueError(f"Unrecognized save_freq: {save_freq}. Expected save_freq are {expected}")
        self._batches = _BatchCounter(save_freq) if save_freq != "epoch" else None
        if save_weights_only and not (self.filepath.endswith((".h5", ".hdf5")) or is_prefix(self.filepath)):
            raise ValueError(
                "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in "
                f"`.weights.h5` (Keras weights format). Received: filepath={self.filepath}"
            )
        suffix = os.path.splitext(self.filepath)[1]
        is_file = suffix in (".keras", ".h5", ".hdf5") if is_legacy() else suffix
        self._is_folder = not save_weights_only and not is_file
        if not save_weights_only and not self._is_folder and not self.filepath.endswith((".keras", ".h5", ".hdf5")):
            raise ValueError(
                f"The filepath provided must end in `.keras` (Keras model format). Received: filepath={self.filepath}"
            )

    def on_train_begin(self, logs: Any = None) -> None:
        """Loads the weights saved last, where it is asked to."""
        found = self._saved_last() if self.load_weights_on_restart else None
        if found is not None:
            self.model.load_weights(found)

    def _saved_last(self) -> str | None:
        """The file, or the checkpoint's prefix, that was saved last under names like `filepath`."""
        from tfcompat.train.checkpoint_state import latest_checkpoint

        directory, name = os.path.split(self.filepath)
        alike = re.compile(".*".join(map(re.escape, re.split(r"{.*?}", name))))
        latest = latest_checkpoint(directory or ".")
        if latest is not None and alike.fullmatch(os.path.basename(latest)):
            return latest
        files = os.listdir(directory or ".") if os.path.isdir(directory or ".") else []
        found = [os.path.join(directory, file) for file in files if alike.fullmatch(file)]
        return max(found, key=lambda path: (os.path.getmtime(path), path), default=None)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the epoch."""
        self._current_epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Saves, where it is due."""
        if self._batches is not None and self._batches.is_due(batch):
            self._save(self._current_epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Saves, where it is due."""
        self._check_mode()
        self._epochs_since_saved += 1
        if self._batches is None and self._epochs_since_saved >= self.period:
            self._epochs_since_saved = 0
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> None:
        path = self._path(epoch, batch, logs)
        if not self._is_wanted(epoch, logs, path):
            return
        if os.path.isdir(path) and not self._is_folder:
            raise OSError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: "
                f"{path}"
            )
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True, **self._options)
        else:
            self.model.save(path, overwrite=True, **self._options)
        if self.verbose > 0 and not is_legacy():
            print_msg(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _is_wanted(self, epoch: int, logs: dict[str, Any], path: str) -> bool:
        """Whether to save now; says so where `verbose`."""
        say = print_msg if self.verbose > 0 else lambda message: None
        if not self.save_best_only:
            say(f"\nEpoch {epoch + 1}: saving model to {path}")
            return True
        current = logs.get(self.monitor)
        if current is None:
            skipping = ", skipping." if is_legacy() else "."
            warn(f"Can save best model only with {self.monitor} available{skipping}", stacklevel=4)
            return not is_legacy()
        if np.ndim(current):
            warnings.warn(
                f"Can save best model only when `monitor` is a scalar value. Received: {current}. Falling back to "
                "`save_best_only=False`.",
                stacklevel=4,
            )
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(current, self.best):
            say(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {best}")
            return False
        say(f"\nEpoch {epoch + 1}: {self.monitor} improved from {best} to {current:.5f}, saving model to {path}")
        self.best = current
        return True

    def _path(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> str:
        fields = {"epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return self.filepath.format(**fields)
        except KeyError as error:
            raise KeyError(f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}') from error


def _checked(options: Any, save_weights_only: bool) -> Any:
    """The options; TypeError for those of another kind of file."""
    from tfcompat.saved_model import SaveOptions
    from tfcompat.train import CheckpointOptions

    if save_weights_only and not isinstance(options, CheckpointOptions):
        raise TypeError(
            "If save_weights_only is True, then `options` must be either None or a tf.train.CheckpointOptions. Got "
            f"{options}."
        )
    if not save_weights_only and not isinstance(options, SaveOptions):
        raise TypeError(
            "If save_weights_only is False, then `options` must be either None or a tf.saved_model.SaveOptions. Got "
            f"{options}."
        )
    return options


class BackupAndRestore(Callback):
    """Goes on with a training that was interrupted (tf.keras.callbacks.BackupAndRestore).

    The weights, the optimizer's state and the epoch are saved to `backup_dir` after each epoch, or every `save_freq`
    batches; `fit` starts from them where they are there. double_checkpoint: whether the save before is kept until the
    next is done. delete_checkpoint: whether they are deleted at the end of the training. The model must be built.
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        save_before_preemption: bool = False,
    ) -> None:
        super().__init__()
        if save_before_preemption:
            raise NotImplementedError(
                "keras.callbacks.BackupAndRestore(save_before_preemption=True) is not in tfcompat: no machine tells it "
                "of preemptions. Use `save_freq`."
            )
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq}. Expected either 'epoch' or "
                "an integer value."
            )
        self.backup_dir, self.save_freq = backup_dir, save_freq
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint
        self._weights_path = os.path.join(backup_dir, "latest.weights.h5")
        self._training_metadata_path = os.path.join(backup_dir, "training_metadata.json")
        self._batches = _BatchCounter(save_freq) if save_freq != "epoch" else None
        self._current_epoch = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Takes the saved state, or the one before where it can't be read."""
        try:
            self._load()
        except (OSError, ValueError):
            if not os.path.exists(f"{self._weights_path}.bkp"):
                raise
            for path in (self._weights_path, self._training_metadata_path):
                if os.path.exists(f"{path}.bkp"):
                    shutil.copy(f"{path}.bkp", path)
                elif os.path.exists(path):
                    os.remove(path)
            self._load()

    def _load(self) -> None:
        model = self.model
        if not model.built:
            if is_legacy() and not os.path.exists(self._weights_path):
                return  # Keras 2 asks for a built model only where there is something to restore
            raise ValueError(
                "To use the BackupAndRestore callback, you model must be built before you call `fit()`. Model "
                f"{model} is unbuilt. You can build it beforehand by calling it on a batch of data."
            )
        if os.path.exists(self._weights_path):
            if model.optimizer is not None and not model.optimizer.built:
                model.optimizer.build(model.trainable_variables)
            model.load_weights(self._weights_path)
        if os.path.exists(self._training_metadata_path):
            with open(self._training_metadata_path, encoding="utf-8") as file:
                model._initial_epoch = json.load(file)["epoch"]

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Saves, where it is due."""
        if self._batches is not None and self._batches.is_due(batch):
            self._save(batch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Saves, where it is due."""
        self._current_epoch = epoch + 1
        if self._batches is None:
            self._save(0)

    def _save(self, batch: int) -> None:
        os.makedirs(self.backup_dir, exist_ok=True)
        if self.double_checkpoint:
            for path in (self._weights_path, self._training_metadata_path):
                if os.path.exists(path):
                    shutil.copy(path, f"{path}.bkp")
        self.model.save_weights(self._weights_path, overwrite=True)
        with replacing(self._training_metadata_path) as path, open(path, "w", encoding="utf-8") as file:
            json.dump({"epoch": self._current_epoch, "batch": batch}, file)

    def on_train_end(self, logs: Any = None) -> None:
        """Deletes what was saved."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            shutil.rmtree(self.backup_dir)
