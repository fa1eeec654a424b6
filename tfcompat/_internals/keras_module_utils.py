"""keras.src.utils.module_utils: packages that Keras and libraries on it import when they first use them."""

from __future__ import annotations

import importlib
import types
from typing import Any


class LazyModule:
    """Stands for a package that is imported when something of it is read; ImportError then, where it is not there."""

    def __init__(self, name: str, pip_name: str | None = None, import_error_msg: str | None = None) -> None:
        self.name = name
        self.pip_name = pip_name or name
        self.import_error_msg = import_error_msg or (
            f"This requires the {name} module. You can install it via `pip install {self.pip_name}`"
        )
        self.module: types.ModuleType | None = None

    @property
    def available(self) -> bool:
        """Whether the package can be imported."""
        try:
            self.initialize()
        except ImportError:
            return False
        return True

    def initialize(self) -> None:
        """Imports the package."""
        if self.module is None:
            try:
                self.module = importlib.import_module(self.name)
            except ImportError as error:
                raise ImportError(self.import_error_msg) from error

    def __getattr__(self, name: str) -> Any:
        if name == "_api_export_path":  # Keras's exports look for it in everything
            raise AttributeError(name)
        self.initialize()
        return getattr(self.module, name)

    def __repr__(self) -> str:
        return f"LazyModule({self.name})"


tensorflow = LazyModule("tensorflow")
gfile = LazyModule("tensorflow.io.gfile", pip_name="tensorflow")
tensorflow_io = LazyModule("tensorflow_io")
scipy = LazyModule("scipy")
jax = LazyModule("jax")
h5py = LazyModule("h5py")
optree = LazyModule("optree")
dmtree = LazyModule("tree")
tf2onnx = LazyModule("tf2onnx")
grain = LazyModule("grain")
litert = LazyModule("ai_edge_litert")
