"""The internals of TensorFlow and Keras that popular code imports: `tensorflow.python.ops.math_ops`, `keras.engine`.

Each is a module made when it is imported, whose names are those of the public namespaces that `paths` lists for it
(`math_ops.reduce_sum` is `tf.reduce_sum`; a name's `_v2` or `V2` suffix is dropped). An internal path or name that is
not there raises an ImportError or AttributeError that says so. `install()` makes them importable.
"""

from __future__ import annotations

import functools
import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any

from tfcompat import _names
from tfcompat._internals.paths import MODULES, RENAMED, SAME, SOURCES


def rewrite(path: str) -> str:
    """The path with an internal spelling of a public tree replaced: "keras.src.layers" is "tensorflow.keras.layers"."""
    for prefix, short in SAME.items():
        if path == prefix or path.startswith(prefix + "."):
            return rewrite(short + path[len(prefix) :])
    return path


def provides(path: str) -> bool:
    """Whether the internal module `path` ("tensorflow.python.ops.math_ops"), or one below it, is there."""
    return path in SOURCES or path in MODULES or path in _packages()


def find(path: str) -> types.ModuleType | None:
    """The internal module at `path`, or None; made anew at every call."""
    if path in MODULES:
        return importlib.import_module(MODULES[path])
    return _build(path) if provides(path) else None


def is_internal(path: str) -> bool:
    """Whether `path` lies in what TensorFlow and Keras keep to themselves, there or not."""
    return path.startswith(("tensorflow.python", "tensorflow.core", "tensorflow.compiler", "keras.src")) or provides(
        path
    )


def refuse(path: str) -> str:
    """What to say about an internal path or name that is not there."""
    return (
        f"{path} is internal to TensorFlow and tfcompat does not provide it: use TensorFlow's public names instead "
        "(tfcompat/_internals/paths.py lists the internals that are there)"
    )


@functools.cache
def _packages() -> frozenset[str]:
    """Every path above a module that is there, less the public ones (tensorflow, tensorflow.keras.layers)."""
    above = {
        path[:at]
        for path in (*SOURCES, *MODULES, *SAME)
        for at in range(len(path))
        if path[at] == "." and path[:at] not in SAME
    }
    return frozenset(path for path in above if path != "tensorflow" and not _names.is_api_name(_public(path)))


@functools.cache
def _parents() -> frozenset[str]:
    return frozenset(path.rpartition(".")[0] for path in (*SOURCES, *MODULES))


def holds(path: str) -> bool:
    """Whether an internal module is right below `path`, which may be public."""
    return path in _parents()


def _public(path: str) -> str:
    return path.replace("tensorflow", "tf", 1)


def _build(path: str) -> types.ModuleType:
    module = types.ModuleType(path, f"Stands for TensorFlow's {path}: {SOURCES.get(path, 'a package of internals')}.")
    module.__path__ = []
    module.__dict__["__getattr__"] = functools.partial(_lookup, module)
    return module


def _lookup(module: types.ModuleType, name: str) -> Any:
    path = module.__name__
    if name == "__all__" and SOURCES.get(path):
        return sorted(found for found in _named(path) if not found.startswith("_"))
    if not name.startswith("__"):
        if provides(rewrite(f"{path}.{name}")):
            return importlib.import_module(f"{path}.{name}")
        for source in _sources(path, name):
            try:
                return _resolve(source)
            except AttributeError:
                continue
            except ModuleNotFoundError as missing:
                if not (missing.name or "").startswith("tfcompat"):
                    raise  # the name is there, a package that it needs is not
    failure = AttributeError(refuse(f"{path}.{name}"), name=name)
    _names.raise_from(failure, path, name, sys._getframe(1))


def _named(path: str) -> Iterator[str]:
    """What `from ... import *` takes of an internal module: the names of the namespace that it is foremost."""
    source = SOURCES[path].split()[0]
    module = importlib.import_module("tfcompat") if source == "tf" else _resolve(source)
    for name in dir(module):
        try:
            getattr(module, name)
        except (AttributeError, ImportError):
            continue
        yield name


def _sources(path: str, name: str) -> Iterator[str]:
    """Where to look for the name of an internal module, best place first."""
    namespaces = SOURCES.get(path, "").split()
    for candidate in dict.fromkeys((name, name.removesuffix("_v2"), name.removesuffix("V2"))):
        if f"{path}.{candidate}" in RENAMED:
            yield RENAMED[f"{path}.{candidate}"]
        yield from (f"{namespace}.{candidate}" for namespace in namespaces)
    yield f"{path.replace('tensorflow', 'tfcompat', 1)}.{name}"  # keras.layers.core may be a file of ours too


def _resolve(source: str) -> Any:
    """What a dotted public name ("tf.nn.relu") or a module's attribute ("inspect.signature") stands for."""
    if source.startswith("tf."):
        return functools.reduce(getattr, source.split(".")[1:], importlib.import_module("tfcompat"))
    module, _, name = source.rpartition(".")
    return getattr(importlib.import_module(module), name)
