"""tensorflow.python.util.tf_inspect: Python's inspect, which sees the function within a decorated one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple


def getfullargspec(obj: Callable[..., Any]) -> inspect.FullArgSpec:
    """`inspect.getfullargspec` of the function that `obj` decorates; of a class, its `__init__`'s.

    Of tfcompat's own functions without annotations, as TensorFlow's have none: libraries compare their specs.
    """
    function = obj if isinstance(obj, functools.partial) else inspect.unwrap(obj)
    spec = inspect.getfullargspec(function)
    if getattr(function, "__module__", "").partition(".")[0] == "tfcompat":
        spec = spec._replace(annotations={})
    return spec


class ArgSpec(NamedTuple):
    """The arguments of a function, as Python 2 told them."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(obj: Callable[..., Any]) -> ArgSpec:
    """`getfullargspec` less what Python 2 had not: keyword-only arguments and annotations."""
    return ArgSpec(*getfullargspec(obj)[:4])


def getcallargs(func: Callable[..., Any], /, *positional: Any, **named: Any) -> dict[str, Any]:
    """The arguments of a call by name, with defaults; those that `**kwargs` takes stand beside the others."""
    spec = getfullargspec(func)
    owner = getattr(func, "__self__", None)
    if inspect.ismethod(func) and owner is not None:
        positional = (owner, *positional)
    free = [name for name in spec.args if name not in named]
    defaults = spec.defaults or ()
    return {
        **dict(zip(spec.args[len(spec.args) - len(defaults) :], defaults, strict=True)),
        **(spec.kwonlydefaults or {}),
        **dict(zip(free, positional, strict=False)),
        **named,
    }


def getsource(obj: Any) -> str:
    """`inspect.getsource` of what `obj` decorates."""
    return inspect.getsource(inspect.unwrap(obj))


def isfunction(obj: Any) -> bool:
    """`inspect.isfunction` of what `obj` decorates."""
    return inspect.isfunction(inspect.unwrap(obj) if callable(obj) else obj)


def __getattr__(name: str) -> Any:
    return getattr(inspect, name)
