"""Weights in checkpoint files: what `model.save_weights("dir/cp.ckpt")` writes, as tf.train.Checkpoint does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat._formats import checkpoints
from tfcompat.keras import _version
from tfcompat.keras.saving.object_graph import with_keras2_names
from tfcompat.keras.saving.weights import _check_built


def is_prefix(name: str) -> bool:
    """Whether a name is meant as one: "dir/cp", "cp-0001.ckpt" or "w.01-0.25"; Keras 2 took any without ".h5"."""
    suffix = os.path.splitext(name)[1]
    if _version.is_legacy():
        return suffix not in (".h5", ".hdf5", ".keras")
    return suffix in ("", ".ckpt", ".tf") or suffix[1:].replace("-", "").isdigit()


def exists(prefix: str) -> bool:
    """Whether there is a checkpoint at a prefix."""
    return checkpoints.exists(prefix)


def save(model: Any, prefix: str, may_write: Callable[[str], bool], options: Any = None) -> None:
    """Writes a checkpoint of a built model, and notes it as the latest of its directory.

    may_write: asked for each file that there is already. options: tf.train.CheckpointOptions.
    """
    from tfcompat.train.checkpoint import Checkpoint
    from tfcompat.train.checkpoint_state import update_checkpoint_state

    class WithKeras2Names(Checkpoint):
        """A checkpoint that Keras 2 reads as well, whose method this is."""

        def _parts(self, value: Any) -> dict[str, Any]:
            return with_keras2_names(value)

    _check_built(model, "saving")
    if all(map(may_write, checkpoints.files(prefix))):
        WithKeras2Names(root=model).write(prefix, options)
        update_checkpoint_state(os.path.dirname(prefix), prefix, [prefix], save_relative_paths=True)


def load(model: Any, prefix: str, options: Any = None) -> Any:
    """Restores a model from a checkpoint; layers that are not built yet get their weights when they are.

    The status object of tf.train.Checkpoint.restore.
    """
    from tfcompat.train.checkpoint import Checkpoint

    return Checkpoint(root=model).read(prefix, options)
