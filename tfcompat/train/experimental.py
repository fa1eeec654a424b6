"""tf.train.experimental: Python state in checkpoints, and how checkpoints are split into files."""

from __future__ import annotations

import abc
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.train.sharding import MaxShardSizePolicy, ShardableTensor, ShardByTaskPolicy, ShardingCallback


class PythonState(abc.ABC):
    """An object whose state is a string, saved in checkpoints (tf.train.experimental.PythonState).

    A subclass has `serialize()`, which returns a str or bytes, and `deserialize(string_value)`, which takes bytes.
    """

    @abc.abstractmethod
    def serialize(self) -> Any:
        """The state as a string."""

    @abc.abstractmethod
    def deserialize(self, string_value: bytes) -> None:
        """Takes the state from what `serialize` returned."""

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def _serialize_to_tensors(self) -> dict[str, Any]:
        value = self.serialize()
        array = np.empty((), object)
        array[()] = value.encode("utf8") if isinstance(value, str) else value
        return {"py_state": array}

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        self.deserialize(tensors["py_state"].numpy())


__all__ = ["MaxShardSizePolicy", "PythonState", "ShardByTaskPolicy", "ShardableTensor", "ShardingCallback"]

__getattr__ = _names.module_getattr("tf.train.experimental", globals())
