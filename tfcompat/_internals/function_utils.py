"""tensorflow.python.util.function_utils: what a callable takes, and what it is called."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tfcompat._internals.tf_inspect import getfullargspec

__all__ = ["fn_args", "get_func_code", "get_func_name", "has_kwargs"]


def _function(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function or method behind an object that can be called."""
    called = getattr(fn, "__call__", None)  # noqa: B004 - the method itself is wanted
    return called if inspect.ismethod(called) else fn


def fn_args(fn: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the positional arguments that a call of `fn` may give; those that a partial binds are not there."""
    if isinstance(fn, functools.partial):
        names = fn_args(fn.func)[len(fn.args) :]
        return tuple(name for name in names if name not in fn.keywords)
    function = _function(fn)
    return tuple(getfullargspec(function).args[inspect.ismethod(function) :])


def has_kwargs(fn: Callable[..., Any]) -> bool:
    """Whether `fn` takes any keyword argument; TypeError for what can't be called."""
    if isinstance(fn, functools.partial):
        return has_kwargs(fn.func)
    if not callable(fn):
        raise TypeError(f"Argument `fn` should be a callable. Received: fn={fn} (of type {type(fn)})")
    return getfullargspec(_function(fn)).varkw is not None


def get_func_name(func: Callable[..., Any]) -> str:
    """The name of a function, "Class.method" of a bound method, str of the class of what else can be called.

    ValueError for what can't be called.
    """
    func = _undecorated(func)
    if inspect.ismethod(func):
        return f"{type(func.__self__).__name__}.{func.__func__.__name__}"
    return func.__name__ if inspect.isfunction(func) or inspect.isbuiltin(func) else str(type(func))


def get_func_code(func: Callable[..., Any]) -> Any:
    """The code object of a function or method, of an object's `__call__` else; None where there is none.

    ValueError for what can't be called.
    """
    func = _undecorated(func)
    return getattr(func if hasattr(func, "__code__") else type(func).__call__, "__code__", None)


def _undecorated(func: Callable[..., Any]) -> Any:
    if not callable(func):
        raise ValueError(f"Argument `func` must be a callable. Received func={func} (of type {type(func)})")
    return inspect.unwrap(func)
