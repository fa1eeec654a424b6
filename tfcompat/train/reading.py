"""tf.train.load_checkpoint, list_variables, load_variable: checkpoints' tensors by name, without their objects."""

from __future__ import annotations

import os
from typing import Any

from tfcompat._core.dtypes import DType, string
from tfcompat._formats import checkpoints
from tfcompat._formats.tensor_bundle import OBJECT_GRAPH_KEY
from tfcompat.io._paths import local
from tfcompat.train.checkpoint_state import get_checkpoint_state


class CheckpointReader:
    """The tensors of a checkpoint, read by name; what `load_checkpoint` returns."""

    __module__ = "tensorflow.python.util._pywrap_checkpoint_reader"

    def __init__(self, checkpoint: checkpoints.Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._entries = dict(checkpoint.entries)
        if checkpoint.object_graph is not None:
            self._entries[OBJECT_GRAPH_KEY] = (string, ())

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The tensors' shapes, by name."""
        return {name: list(shape) for name, (_, shape) in self._entries.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The tensors' dtypes, by name."""
        return {name: dtype for name, (dtype, _) in self._entries.items()}

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that name."""
        return tensor_str in self._entries

    def get_tensor(self, tensor_str: str) -> Any:
        """The values of a tensor, as a numpy array or scalar; NotFoundError for a name that is not there."""
        name = tensor_str.decode() if isinstance(tensor_str, bytes) else tensor_str
        if name == OBJECT_GRAPH_KEY and self._checkpoint.object_graph is not None:
            return self._checkpoint.object_graph
        return self._checkpoint.read(name)[()]

    def debug_string(self) -> bytes:
        """A line for each tensor: name, dtype, shape."""
        lines = []
        for name, (dtype, shape) in sorted(self._entries.items()):
            kind = {"float32": "FLOAT", "float64": "DOUBLE", "float16": "HALF"}.get(dtype.name, dtype.name.upper())
            lines.append(f"{name} (DT_{kind}) [{','.join(map(str, shape))}]\n")
        return "".join(lines).encode()


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A reader of the checkpoint at a prefix, or of the latest in a directory (tf.train.load_checkpoint).

    ValueError where a directory has none; NotFoundError where there is no such checkpoint.
    """
    path = local(ckpt_dir_or_file)
    if os.path.isdir(path):
        state = get_checkpoint_state(path)
        if state is None or not checkpoints.exists(state.model_checkpoint_path):
            raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
        path = state.model_checkpoint_path
    for suffix in (".safetensors", ".index"):
        if path.endswith(suffix) and checkpoints.exists(path.removesuffix(suffix)):
            path = path.removesuffix(suffix)
    return CheckpointReader(checkpoints.Checkpoint(path))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The names and shapes of a checkpoint's tensors, sorted (tf.train.list_variables)."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The values of a tensor of a checkpoint (tf.train.load_variable); NotFoundError for a name that is not there."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))
