"""tf.train.Checkpoint: saving and restoring what an object leads to, by its place in the program."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from tfcompat._core import errors
from tfcompat._core.dtypes import int64
from tfcompat._core.flags import flags
from tfcompat._core.state import state
from tfcompat._core.trackable import AutoTrackable, children, is_trackable, node
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints
from tfcompat.train import _graph, _restore, sharding
from tfcompat.train._status import CheckpointLoadStatus, InitializationOnlyStatus, NameBasedSaverStatus
from tfcompat.train.checkpoint_options import CheckpointOptions
from tfcompat.train.checkpoint_state import update_checkpoint_state

Path = str | os.PathLike[str]


def _path(value: Any) -> str:
    from tfcompat.io import _paths

    if hasattr(value, "numpy"):
        value = value.numpy()
    return _paths.local(value)


class Checkpoint(AutoTrackable):
    """A group of objects to save and restore together (tf.train.Checkpoint).

    root: the object whose parts are saved under their own names; without one, the keyword arguments' objects are, as
    attributes of the checkpoint: variables, modules, layers, optimizers, and lists and dicts of them. Files are
    PREFIX.safetensors under TensorFlow's names, or TensorFlow's own format where `CheckpointOptions(format="tf")` or
    `tf.config.set_checkpoint_format("tf")` says so; either is read. ValueError for what has no state to save.
    """

    __module__ = "tensorflow.python.checkpoint.checkpoint"

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._self_setattr_tracking = False
        self._root: Any = None
        self._save_counter: Variable | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._given = frozenset(kwargs)
        self._self_setattr_tracking = True
        if root is not None:
            self._self_setattr_tracking = False
            self._root = _checked("root", root)
            self._self_setattr_tracking = True
        for name, value in sorted(kwargs.items()):  # of a value's several paths the first in this order names it
            setattr(self, name, value)
            held = _checked(name, getattr(self, name))
            given = None if root is None else _graph.children(node(root)).get(name)
            if given is not None and _graph.identity(given) != _graph.identity(node(held)):
                raise ValueError(
                    f"Cannot create a Checkpoint with keyword argument {name} if root.{name} already exists."
                )

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        held = {name: value for name, value in super()._trackable_children().items() if not name.startswith("_")}
        if self._root is not None:
            held = {**_graph.children(node(self._root)), **held}
        if self._save_counter is not None:
            held["save_counter"] = self._save_counter
        return held

    def _trackable_aliases(self) -> dict[str, Any]:
        tell = getattr(self._root, "_trackable_aliases", None)
        return {} if tell is None else tell()

    def _serialize_to_tensors(self) -> dict[str, Any]:
        """The root's own values, which are those of the checkpoint's root."""
        root = node(self._root)
        if isinstance(root, Variable):
            return {_graph.VALUE: root.read_value()}
        serialize = getattr(root, "_serialize_to_tensors", None)
        return {} if serialize is None else serialize()

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        root = node(self._root)
        if isinstance(root, Variable):
            root.assign(tensors[_graph.VALUE])
        else:
            root._restore_from_tensors(tensors)

    @property
    def save_counter(self) -> Variable:
        """How many times `save` was called; saved and restored with the rest."""
        if self._save_counter is None:
            self._self_setattr_tracking = False
            counter = self._save_counter = Variable(0, dtype=int64, name="save_counter", trainable=False)
            self._self_setattr_tracking = True
            for waiting in tuple(vars(self).get("_deferred", ())):
                waiting.attach("save_counter", counter)
            return counter
        return self._save_counter

    # ---- saving ----

    def write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint at `file_prefix`, a path without suffix, and returns it; `read` reads it.

        What `save` does beyond this: it numbers checkpoints and notes the latest.
        """
        return self._write(file_prefix, options, [])

    def save(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint at "PREFIX-N", counting N up, and notes it as the latest of its directory."""
        self.save_counter.assign_add(1)
        prefix = f"{_path(file_prefix)}-{int(self.save_counter)}"

        def note() -> None:
            update_checkpoint_state(os.path.dirname(prefix), prefix, [prefix], save_relative_paths=True)

        return self._write(prefix, options, [note])

    def _parts(self, value: Any) -> dict[str, Any]:
        """The parts of an object under the names that the checkpoint has for them."""
        found = children(value)
        if value is not self or self._root is None or isinstance(node(self._root), Variable):
            return found
        # TensorFlow writes that the root has itself as its part "root", among what the keyword arguments gave.
        later = [name for name in found if (name in self._given and name > "root") or name == "save_counter"]
        return {**{n: v for n, v in found.items() if n not in later}, "root": self, **{n: found[n] for n in later}}

    def _write(self, file_prefix: Any, options: CheckpointOptions | None, then: list[Callable[[], Any]]) -> str:
        if state.graph is not None:
            raise NotImplementedError(
                "tf.train.Checkpoint.save and write are not in tfcompat inside a tf.function: call them outside."
            )
        options = options or CheckpointOptions()
        prefix = _path(file_prefix)
        self.sync()
        graph, items = _graph.describe(self, self._parts)
        callbacks = [*then, *(_without_argument(each, prefix) for each in options.experimental_write_callbacks or ())]
        format = options.format or flags.checkpoint_format

        if options.enable_async:
            items = _graph.frozen(items)
        policy = options.experimental_sharding_callback
        shards = None if policy is None else sharding.split(policy, items, graph)

        def work() -> None:
            if shards is None:
                checkpoints.write(prefix, items, graph, format)
            else:
                checkpoints.write_shards(prefix, shards)
            for callback in callbacks:
                callback()

        if not options.enable_async:
            work()
            return prefix

        def run() -> None:
            try:
                work()
            except BaseException as error:
                self._failure = error

        self.__dict__["_thread"] = threading.Thread(target=run, name="checkpoint")
        self._thread.start()  # type: ignore[union-attr]
        return prefix

    def sync(self) -> None:
        """Waits for a checkpoint that is being written in the background; raises what went wrong with it."""
        thread, self.__dict__["_thread"] = self._thread, None
        if thread is not None:
            thread.join()
        failure, self.__dict__["_failure"] = self._failure, None
        if failure is not None:
            raise failure

    # ---- restoring ----

    def read(self, save_path: Any, options: CheckpointOptions | None = None) -> Any:
        """Restores a checkpoint that `write` wrote; a status object to check what was restored, as `restore`'s."""
        self.sync()
        checkpoint = checkpoints.Checkpoint(_path(save_path))
        if checkpoint.object_graph is None:
            return NameBasedSaverStatus(checkpoint, self)
        restoration = _restore.Restoration(checkpoint, self)
        return CheckpointLoadStatus(restoration, self)

    def restore(self, save_path: Any, options: CheckpointOptions | None = None) -> Any:
        """Restores a checkpoint that `save` wrote, or does nothing for None.

        Values of objects that do not exist yet are restored when those appear as attributes. The status object's
        `assert_consumed()` raises AssertionError where something was not restored, `assert_existing_objects_matched()`
        where an object of the program was not, `expect_partial()` silences warnings. NotFoundError where there is no
        checkpoint; ValueError for a value of another shape.
        """
        if save_path is None:
            return InitializationOnlyStatus(self)
        path = _path(save_path)
        try:
            status = self.read(path)
        except errors.NotFoundError as error:
            raise errors.NotFoundError(
                None,
                None,
                f"Error when restoring from checkpoint or SavedModel at {path}: {error.message}\nPlease double-check "
                "that the path is correct. You may be missing the checkpoint suffix (e.g. the '-1' in 'path/to/"
                "ckpt-1').",
            ) from None
        _ = self.save_counter  # takes its value from the checkpoint
        return status


def _checked(name: str, value: Any) -> Any:
    if not is_trackable(value):
        raise ValueError(
            f"`Checkpoint` was expecting {name} to be a trackable object (an object derived from `Trackable`), got "
            f"{value}. If you believe this object should be trackable (i.e. it is part of the TensorFlow Python API "
            "and manages state), please open an issue."
        )
    return value


def _without_argument(callback: Callable[..., Any], path: str) -> Callable[[], Any]:
    """A callback of CheckpointOptions, which takes the path or nothing."""
    import inspect

    return (lambda: callback(path)) if inspect.signature(callback).parameters else callback
