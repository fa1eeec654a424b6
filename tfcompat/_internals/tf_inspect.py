"""tensorflow.python.util.tf_inspect: Python's inspect, which sees the function within a decorated one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def getfullargspec(obj: Callable[..., Any]) -> inspect.FullArgSpec:
    """`inspect.getfullargspec` of the function that `obj` decorates; of a class, its `__init__`'s.

    Of tfcompat's own functions without annotations, as TensorFlow's have none: libraries compare their specs.
    """
    function = obj if isinstance(obj, functools.partial) else inspect.unwrap(obj)
    spec = inspect.getfullargspec(function)
    if getattr(function, "__module__", "").partition(".")[0] == "tfcompat":
        spec = spec._replace(annotations={})
    return spec


getargspec = getfullargspec


def getsource(obj: Any) -> str:
    """`inspect.getsource` of what `obj` decorates."""
    return inspect.getsource(inspect.unwrap(obj))


def isfunction(obj: Any) -> bool:
    """`inspect.isfunction` of what `obj` decorates."""
    return inspect.isfunction(inspect.unwrap(obj) if callable(obj) else obj)


def __getattr__(name: str) -> Any:
    return getattr(inspect, name)
