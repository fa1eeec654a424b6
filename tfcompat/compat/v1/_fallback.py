"""How tf.compat.v1 finds the names that it shares with tf, in namespaces of its own (tf.compat.v1.nn)."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

from tfcompat import _names
from tfcompat.compat.v1._meanings import DIFFERENT, MOVED, SAME

_V1 = "tf.compat.v1"


def module_getattr(public_name: str, namespace: dict[str, Any], lazy: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a namespace of tf.compat.v1: what is `lazy`, then tf's names of the same meaning.

    `lazy` maps a name to "package.module" or "package.module:attribute", imported when the name is first read.

    A name of TensorFlow's whose meaning differs from tf's, and that tfcompat lacks, raises MissingNameError.
    """
    namespace["__dir__"] = lambda: sorted({*_names.api().get(public_name, ()), *namespace})

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}", name=name)
        if name in lazy:
            module, _, attribute = lazy[name].partition(":")
            value = importlib.import_module(module)
            value = getattr(value, attribute) if attribute else value
        elif (value := _find(f"{public_name}.{name}")) is None:
            _names.raise_from(_names.error(public_name, name), namespace["__name__"], name, sys._getframe(1))
        namespace[name] = value
        return value

    return __getattr__


def _find(full_name: str) -> Any:
    """What a full name of tf.compat.v1's means in tf, None where nothing there does."""
    if full_name in SAME:
        value: Any = sys.modules["tfcompat"]
        for part in SAME[full_name].split("."):
            is_private = part.startswith("_")
            value = importlib.import_module(f"{value.__name__}.{part}") if is_private else getattr(value, part)
        return value
    if full_name in DIFFERENT or not _names.is_api_name(full_name):
        return None
    if full_name in _names.api():
        return _namespace(full_name)
    value = sys.modules["tfcompat"]
    for part in MOVED.get(full_name, full_name.replace(_V1, "tf", 1)).split(".")[1:]:
        value = getattr(value, part, None)
    return value


def _namespace(full_name: str) -> types.ModuleType:
    """A module for a namespace below tf.compat.v1; `import tensorflow.compat.v1.nn` finds it, too."""
    module = types.ModuleType(full_name.replace("tf", "tfcompat", 1), f"{full_name}: TensorFlow 1's names in tfcompat.")
    module.__path__ = []
    module.__dict__["__getattr__"] = module_getattr(full_name, module.__dict__, {})
    sys.modules[module.__name__] = module
    return module
