"""tf.compat.v1.train.Saver: checkpoints of variables by their names, without objects."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import errors, logging
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_bundle import BundleWriter
from tfcompat._function.symbolic import SymbolicTensor
from tfcompat.compat.v1._saver_nodes import Restored, add_saver, restored_by
from tfcompat.train._restore import assign
from tfcompat.train.checkpoint_state import update_checkpoint_state

_HOUR = 3600.0


class Saver:
    """Saves and restores variables by name (tf.compat.v1.train.Saver): eager ones, or those of a graph in a session.

    var_list: a list of variables, or {name in the checkpoint: variable}; all of a graph's where None. reshape: whether
    values of another shape with as many elements are restored. max_to_keep: how many checkpoints are kept, None or 0
    for all; beside those one each keep_checkpoint_every_n_hours. pad_step_number: steps have eight digits.
    saver_def: a SaverDef, whose variables are those that its imported operations restore; name: of the scope they were
    imported in. sharded, restore_sequentially and write_version change nothing: a checkpoint is one file of
    TensorFlow's format.
    """

    __module__ = "tensorflow.python.training.saver"

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = 2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if builder is not None:
            raise NotImplementedError(
                "tf.compat.v1.train.Saver takes no `builder` in tfcompat: give `var_list`. "
                f"Received: builder={builder!r}"
            )
        self.saver_def = saver_def
        self._restored: list[Restored] = []
        if saver_def is not None:
            if not hasattr(saver_def, "restore_op_name"):
                raise ValueError(f"saver_def must be a saver_pb2.SaverDef: {saver_def}")
            scope = f"{name}/" if name else ""
            self._restored = restored_by(state.graph, f"{scope}{saver_def.restore_op_name}")
            var_list = {each.key: each.variable for each in self._restored if not each.spec}
            allow_empty = True
            max_to_keep = saver_def.max_to_keep
            keep_checkpoint_every_n_hours = saver_def.keep_checkpoint_every_n_hours or keep_checkpoint_every_n_hours
        self._variables, self._allow_empty, self._reshape = var_list, allow_empty, reshape
        self._max_to_keep, self._keep_each = max_to_keep, keep_checkpoint_every_n_hours * _HOUR
        self._next_kept = time.time() + self._keep_each
        self._pad, self._relative = pad_step_number, save_relative_paths
        self._last: list[tuple[str, float]] = []
        if not defer_build:
            self.build()

    def build(self) -> None:
        """Takes the variables that the graph has now, where none were given; done at once unless `defer_build`."""
        if self._variables is None and state.graph is not None and state.graph.deferred:
            self._variables = state.graph.get_collection("variables")
            if not self._variables and not self._allow_empty:
                raise ValueError("No variables to save")
        if self._variables is None:
            raise RuntimeError(
                "When eager execution is enabled, `var_list` must specify a list or dict of variables to save"
            )

    # ---- checkpoints that are kept ----

    @property
    def last_checkpoints(self) -> list[str]:
        """The paths of the checkpoints that are not yet deleted, the newest last."""
        return [path for path, _ in self._last]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Sequence[tuple[str, float]]) -> None:
        """Sets the (path, time) of the checkpoints that are there already."""
        self._last = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes up checkpoints of an earlier run, those of `checkpoint_paths` that there are."""
        self._last = [(path, checkpoints.time_of(path)) for path in checkpoint_paths if checkpoints.exists(path)]

    def _note(self, path: str) -> None:
        self._last = [entry for entry in self._last if entry[0] != path] + [(path, time.time())]
        while self._max_to_keep and len(self._last) > self._max_to_keep:
            oldest, made = self._last.pop(0)
            if made > self._next_kept:
                self._next_kept += self._keep_each
            else:
                checkpoints.delete(oldest)

    # ---- saving and restoring ----

    def _named(self) -> dict[str, Variable]:
        """The variables by the names that they have in checkpoints."""
        given = self._variables
        if given is None:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        pairs = list(given.items()) if isinstance(given, Mapping) else [(None, v) for v in given]
        found: dict[str, Variable] = {}
        for name, variable in pairs:
            if _parts_of(variable):
                continue
            if not isinstance(variable, Variable):
                raise TypeError(f"`var_list` of a Saver holds variables, got {variable!r}")
            name = variable.name.removesuffix(":0") if name is None else str(name)
            if name in found:
                raise ValueError(f"At least two variables have the same name: {name}")
            found[name] = variable
        if not found and not self._allow_empty and not self._parts():
            raise ValueError("No variables to save")
        return found

    def _parts(self) -> list[Restored]:
        """The variables that are parts of larger ones, which checkpoints have as one."""
        given = self._variables or ()
        pairs = list(given.items()) if isinstance(given, Mapping) else [(None, v) for v in given]
        found = [each for each in self._restored if each.spec]
        for name, variable in pairs:
            for part in _parts_of(variable):
                info = part._get_save_slice_info()
                found.append(Restored(info.full_name if name is None else str(name), part, info.spec))
        return found

    def _write(self, sess: Any, path: str) -> None:
        """Writes the values in a session."""
        named = self._named()
        whole, parts = sorted(named), self._parts()
        values = _values(sess, [*(named[name] for name in whole), *(each.variable for each in parts)])
        kinds = [named[name].dtype.base_dtype for name in whole]
        arrays = [np.asarray(value) for value in values]
        if not parts:
            triples = zip(whole, arrays, kinds, strict=True)
            checkpoints.write(path, [checkpoints.item(*triple) for triple in triples], None, "tf")
            return
        with BundleWriter(path) as bundle:
            for name, array, kind in zip(whole, arrays, kinds):
                bundle.add(name, array, kind)
            for each, array in zip(parts, arrays[len(whole) :], strict=True):
                bundle.add_slice(each.key, each.shape, each.slices or (), array, each.variable.dtype.base_dtype)

    def save(
        self,
        sess: Any,
        save_path: Any,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str:
        """Writes a checkpoint and returns its path: `save_path`, and -`global_step` where one is given.

        write_state: whether it is noted as the latest in its directory, in a file called `latest_filename`.
        write_meta_graph: whether the session's graph is written beside it, with the ending `meta_graph_suffix`; see
        `export_meta_graph` for the rest. An eager program has no graph.
        """
        path = os.fspath(save_path)
        if global_step is not None:
            step = global_step if isinstance(global_step, int) else int(_values(sess, [global_step])[0])
            path = f"{path}-{step:08d}" if self._pad else f"{path}-{step}"
        self._write(sess, path)
        if write_meta_graph and getattr(sess, "graph", None) is not None:
            with sess.graph.as_default():
                self.export_meta_graph(
                    f"{path}.{meta_graph_suffix}",
                    strip_default_attrs=strip_default_attrs,
                    save_debug_info=save_debug_info,
                )
        self._note(path)
        if write_state:
            directory, relative = os.path.dirname(path), self._relative
            update_checkpoint_state(
                directory, path, self.last_checkpoints, latest_filename, save_relative_paths=relative
            )
        return path

    def restore(self, sess: Any, save_path: Any) -> None:
        """Gives the variables the values of a checkpoint, also of tf.train.Checkpoint's, where it has their names.

        ValueError for what is no checkpoint and for a value of another shape; NotFoundError for a name that is missing.
        """
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        path = os.fspath(save_path)
        if not checkpoints.exists(path):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {path}")
        logging.get_logger().info("Restoring parameters from %s", path)
        named = self._named()
        parts = self._parts()
        wanted = [*named.items(), *((each.key, each.variable) for each in parts)]
        in_graph = [v for _, v in wanted if v._deferred is not None]
        with contextlib.ExitStack() as open_, checkpoints.Checkpoint(path) as checkpoint:
            if in_graph:
                open_.enter_context(sess.restoring(in_graph))
            keys = keys_of(checkpoint)
            for name, _ in wanted:
                if name not in keys:
                    raise errors.NotFoundError(
                        None,
                        None,
                        "Restoring from checkpoint failed. This is most likely due to a Variable name or other graph "
                        f"key that is missing from the checkpoint {path}: Key {name} not found in checkpoint "
                        "[Op:RestoreV2] name: ",
                    )
            for name, variable in named.items():
                if self._reshape:
                    variable.assign(checkpoint.read(keys[name]).reshape(tuple(variable.shape)))
                else:
                    assign(variable, checkpoint, keys[name])
            for each in parts:
                where = tuple(slice(start, start + length) for start, length in each.slices or ())
                each.variable.assign(checkpoint.read(keys[each.key])[where])

    # ---- graphs ----

    def export_meta_graph(
        self,
        filename: Any = None,
        collection_list: Sequence[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:
        """The graph that is built, with nodes that save and restore its variables, as a MetaGraphDef.

        The arguments are tf.compat.v1.train.export_meta_graph's.
        """
        from tfcompat.compat.v1._meta_graphs import building, export_meta_graph  # loads all raw ops

        graph = building()
        graph_def = message("GraphDef")()
        graph_def.CopyFrom(graph.as_graph_def())
        return export_meta_graph(
            filename,
            graph_def=graph_def,
            saver_def=self._saver_def(graph_def),
            collection_list=collection_list,
            as_text=as_text,
            graph=graph,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
            save_debug_info=save_debug_info,
        )

    def _saver_def(self, graph_def: Any) -> Any:
        """The SaverDef of the saver; its nodes are added to a GraphDef that has them not."""
        if self.saver_def is not None:
            return self.saver_def
        whole = [Restored(name, variable, "") for name, variable in self._named().items()]
        proto = add_saver(graph_def, [*whole, *self._parts()])
        proto.max_to_keep = self._max_to_keep or 0
        proto.keep_checkpoint_every_n_hours = self._keep_each / _HOUR
        return proto

    def as_saver_def(self) -> Any:
        """The saver as a SaverDef, whose operations a graph has that was exported with it."""
        return self._saver_def(message("GraphDef")())

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The same as `as_saver_def`, with the names within `export_scope`; None for one that is not in it."""
        proto = message("SaverDef")()
        proto.CopyFrom(self.as_saver_def())
        scope = f"{export_scope}/" if export_scope else ""
        if not proto.restore_op_name.startswith(scope):
            return None
        for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
            setattr(proto, field, getattr(proto, field).removeprefix(scope))
        return proto

    @staticmethod
    def from_proto(saver_def: Any, import_scope: str | None = None) -> Saver:
        """The saver of a SaverDef whose operations were imported in a scope."""
        return Saver(saver_def=saver_def, name=import_scope)


def _parts_of(variable: Any) -> list[Any]:
    """The parts of a variable in parts, or the one that it is; none for a variable of its own."""
    parts = variable if isinstance(variable, (list, tuple)) else getattr(variable, "_get_variable_list", list)()
    found = list(parts) or ([variable] if isinstance(variable, Variable) else [])
    return [v for v in found if isinstance(v, Variable) and v._get_save_slice_info() is not None]


def _values(sess: Any, held: Sequence[Any]) -> list[Any]:
    """The values of variables and tensors as numpy, in a session where they are a graph's."""
    if any(isinstance(v, SymbolicTensor) or getattr(v, "_deferred", None) is not None for v in held):
        return sess.run(list(held))
    return [convert_to_tensor(v).numpy() for v in held]


def keys_of(checkpoint: checkpoints.Checkpoint) -> dict[str, str]:
    """The keys of a checkpoint by variables' names, which those with objects tell beside the keys."""
    keys = {name: name for name in checkpoint.entries}
    if checkpoint.object_graph is not None:
        graph = message("TrackableObjectGraph").FromString(checkpoint.object_graph)
        keys |= {a.full_name: a.checkpoint_key for node in graph.nodes for a in node.attributes if a.full_name}
    return keys


def checkpoint_exists(checkpoint_prefix: Any) -> bool:
    """Whether there is a checkpoint at a prefix (tf.compat.v1.train.checkpoint_exists)."""
    return checkpoints.exists(os.fspath(checkpoint_prefix))
