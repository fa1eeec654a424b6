"""`install()`: then `import tensorflow` and `import keras` find tfcompat, in every spelling; `uninstall()` undoes it.

`tensorflow.X` is the module object `tfcompat.X`, found by its name; only TensorFlow's internals (`tensorflow.python.*`,
Keras 2's module paths) go through a table, in `_internals`. A tensorflow or keras that is installed as well is
shadowed, not touched, and is back after `uninstall()`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import pathlib
import sys
import types
from collections.abc import Sequence
from typing import Any

from tfcompat import _internals, _keras_modules, _names
from tfcompat._version import told_of_keras


def install(keras: bool = True) -> None:
    """Makes `import tensorflow` and, unless `keras` is False, `import keras` find tfcompat.

    Call it before the program's first `import tensorflow`: a real tensorflow (or keras) that is imported already raises
    RuntimeError. `import tf_keras` goes with `import keras`; with ``keras=False`` both are left to what is installed.
    Calling it again is harmless.
    """
    roots = ("tensorflow", "tensorflow_estimator", *(("keras", "tf_keras") if keras else ()))
    for root in roots:
        loaded = sys.modules.get(root)
        if loaded is not None and not _is_ours(loaded):
            raise RuntimeError(
                f"tfcompat.install(): {root} {getattr(loaded, '__version__', '')} is already imported, from "
                f"{getattr(loaded, '__file__', 'an unknown place')}. Call install() before anything imports {root}"
                + (f", or leave {root} alone with install(keras=False)." if "keras" in root else ".")
            )
    _finder.roots |= set(roots)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    sys.modules["tensorflow"] = importlib.import_module("tfcompat")
    _keras_modules.show("keras" in _finder.roots)


def uninstall() -> None:
    """Undoes `install()`: `import tensorflow` and `import keras` find what they found before; nothing else changes."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in [name for name in sys.modules if name.partition(".")[0] in _finder.roots]:
        del sys.modules[name]
    _finder.roots.clear()
    _keras_modules.show(False)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext tfcompat` in IPython and Jupyter: `install()`."""
    install()


def unload_ipython_extension(ipython: Any) -> None:
    """`%unload_ext tfcompat`: `uninstall()`."""
    uninstall()


_EVERY = importlib.metadata.DistributionFinder.Context()


class _Stand(importlib.metadata.Distribution):
    """Stands for an installed distribution of the name of a package that tfcompat is found as."""

    def __init__(self, name: str) -> None:
        self.package = name

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            version = told_of_keras() if "keras" in self.package else importlib.import_module(self.package).__version__
            return f"Metadata-Version: 2.1\nName: {self.package}\nVersion: {version}\n"
        return f"{self.package}\n" if filename == "top_level.txt" else None

    def locate_file(self, path: Any) -> pathlib.Path:
        return pathlib.Path(__file__).parent.parent / path


class _Finder(importlib.abc.MetaPathFinder):
    """Finds what `import tensorflow.X` means; first on sys.meta_path while installed."""

    def __init__(self) -> None:
        self.roots: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in self.roots:
            return None
        if fullname in self.roots:  # whoever only asks whether it is there does not have it loaded
            return importlib.machinery.ModuleSpec(fullname, _Loader(fullname), is_package=True)
        module = _find(fullname)
        if module is None:  # never None for a child: the path finder would load our file again under the alias
            raise ModuleNotFoundError(f"No module named {fullname!r}: {_explain(fullname)}", name=fullname)
        return importlib.machinery.ModuleSpec(fullname, _Loader(module), is_package=hasattr(module, "__path__"))

    def find_distributions(self, context: importlib.metadata.DistributionFinder.Context = _EVERY) -> list[_Stand]:
        """What importlib.metadata finds: libraries ask for the version of tensorflow before they import it."""
        wanted = context.name and context.name.lower().replace("-", "_")
        roots = sorted(self.roots - {"tensorflow_estimator"})
        return [_Stand(root) for root in roots if wanted in (None, root)]


class _Loader(importlib.abc.Loader):
    """Hands out a module, or what a name stands for, and keeps the import system from marking it as its own."""

    def __init__(self, module: types.ModuleType | str) -> None:
        self.module = module
        self.spec: importlib.machinery.ModuleSpec | None = None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _find(self.module) if isinstance(self.module, str) else self.module
        assert module is not None
        self.spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        module.__spec__ = self.spec


def _find(fullname: str) -> types.ModuleType | None:
    """The module that `fullname` ("tensorflow.keras.layers", "keras.src") stands for, or None."""
    if fullname == "tensorflow":
        return importlib.import_module("tfcompat")
    name = _internals.rewrite(fullname)
    if name != fullname:
        return sys.modules.get(name) or _find(name)
    module = _find_module(name)
    if module is not None and not hasattr(module, "__path__") and _internals.holds(name):
        module.__path__ = []  # one file here, a package there: its parts are in the table
    return module


def _find_module(name: str) -> types.ModuleType | None:
    if (internal := _internals.find(name)) is not None:
        return internal
    parent_name, _, leaf = name.rpartition(".")
    parent = sys.modules.get(parent_name) or _find(parent_name)
    if parent is None or leaf.startswith("_"):
        return None
    value = getattr(parent, leaf, None)  # an alias (tf.initializers) or a part that loads on first use
    if isinstance(value, types.ModuleType):
        return value if _is_ours(value) else None
    own_name = f"{parent.__name__}.{leaf}"
    if not own_name.startswith("tfcompat."):
        return None  # below an internal module, which has no files
    try:
        return importlib.import_module(own_name)
    except ModuleNotFoundError as failure:
        if failure.name != own_name:
            raise
        return None


def _is_ours(module: types.ModuleType) -> bool:
    return module.__name__.partition(".")[0] == "tfcompat" or _internals.provides(module.__name__)


def _explain(fullname: str) -> str:
    public_name, _, leaf = _internals.rewrite(fullname).replace("tensorflow", "tf", 1).rpartition(".")
    if _internals.is_internal(fullname) and not _names.is_api_name(f"{public_name}.{leaf}"):
        return _internals.refuse(fullname)
    return _names.explain(public_name, leaf)


_finder = _Finder()
