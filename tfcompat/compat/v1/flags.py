"""tf.compat.v1.flags: absl's flags, which parse the command line when the first of them is read.

ImportError where absl-py is not installed.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

try:
    _absl = importlib.import_module("absl.flags")
except ImportError as e:
    raise ImportError("tf.compat.v1.flags needs the package absl-py: pip install absl-py") from e

_FORMER = {"flag_name": "name", "default_value": "default", "docstring": "help"}


class _Flags:
    """absl's FLAGS, parsed at the first use."""

    def __init__(self, flags: Any) -> None:
        object.__setattr__(self, "_flags", flags)

    def _parsed(self) -> Any:
        flags = object.__getattribute__(self, "_flags")
        if not flags.is_parsed():
            flags(sys.argv, known_only=True)
        return flags

    def __getattr__(self, name: str) -> Any:
        if name in ("is_parsed", "mark_as_parsed"):
            return getattr(object.__getattribute__(self, "_flags"), name)
        return getattr(self._parsed(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._parsed(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(object.__getattribute__(self, "_flags"), name)

    def __getitem__(self, name: str) -> Any:
        return object.__getattribute__(self, "_flags")[name]

    def __contains__(self, name: str) -> bool:
        return name in object.__getattribute__(self, "_flags")

    def __iter__(self) -> Any:
        return iter(object.__getattribute__(self, "_flags"))

    def __dir__(self) -> list[str]:
        return dir(object.__getattribute__(self, "_flags"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return object.__getattribute__(self, "_flags")(*args, **kwargs)


FLAGS = _Flags(_absl.FLAGS)


def _defining(function: Callable[..., Any]) -> Callable[..., Any]:
    """absl's function, also with the names that its arguments had in TensorFlow 1."""

    @functools.wraps(function)
    def define(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{_FORMER.get(k, k): v for k, v in kwargs.items()})

    return define


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    found = getattr(_absl, name)
    if name.startswith("DEFINE_") and callable(found):
        found = _defining(found)
    globals()[name] = found
    return found
