"""keras.src.utils.backend_utils: which backend an op runs on; in tfcompat it is always TensorFlow's."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from typing import Any

import tfcompat as tf

__all__ = ["DynamicBackend", "TFGraphScope", "convert_tf_tensor", "in_grain_data_pipeline", "in_tf_graph"]

_BACKENDS = ("tensorflow", "jax", "torch", "numpy", "openvino")


def in_tf_graph() -> bool:
    """Whether ops become part of a graph: in a tf.function, in a tf.data pipeline or within a `TFGraphScope`."""
    return TFGraphScope.depth > 0 or not tf.executing_eagerly()


def convert_tf_tensor(outputs: Any, dtype: Any = None) -> Any:
    """`outputs`, which are tensors of the backend already."""
    return outputs


class TFGraphScope:
    """Within, `in_tf_graph` is true."""

    depth = 0

    def __enter__(self) -> None:
        TFGraphScope.depth += 1

    def __exit__(self, *raised: Any) -> None:
        TFGraphScope.depth -= 1


def in_grain_data_pipeline() -> bool:
    """Whether it is called from a pipeline of Google's grain."""
    if "grain" not in sys.modules:
        return False
    parts = [os.path.join("grain", "_src", "python", name) for name in ("dataset", "data_loader")]
    frame = inspect.currentframe()
    while frame:
        if any(part in frame.f_code.co_filename for part in parts):
            return True
        frame = frame.f_back
    return False


class DynamicBackend:
    """The functions of a backend by their names; of other backends than "tensorflow" there are none."""

    def __init__(self, backend: str | None = None) -> None:
        self._backend = backend or "tensorflow"

    def set_backend(self, backend: str) -> None:
        """Switches to another backend; ValueError for a name that Keras does not know."""
        if backend not in _BACKENDS:
            raise ValueError(f"Available backends are {_BACKENDS}. Received: backend={backend}")
        self._backend = backend

    def reset(self) -> None:
        """Goes back to the backend that Keras runs on."""
        self._backend = "tensorflow"

    @property
    def name(self) -> str:
        """The backend's name."""
        return self._backend

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._backend != "tensorflow":
            raise NotImplementedError(
                f"keras.src.utils.backend_utils.DynamicBackend: tfcompat has no backend {self._backend!r}, only "
                f"'tensorflow'. Asked for {name!r}."
            )
        return getattr(importlib.import_module("keras.src.backend.tensorflow"), name)
