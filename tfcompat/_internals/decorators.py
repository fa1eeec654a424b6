"""tensorflow.python.util.tf_decorator and tf_contextlib: wrappers that know what they wrap."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

__all__ = ["contextmanager", "make_decorator", "rewrap", "unwrap"]


def make_decorator(
    target: Any,
    decorator_func: Callable[..., Any],
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> Callable[..., Any]:
    """`decorator_func` as a wrapper of `target`, with its name, docstring and signature."""
    functools.update_wrapper(decorator_func, target)
    if decorator_doc:
        decorator_func.__doc__ = decorator_doc
    if decorator_argspec is not None:
        decorator_func.__signature__ = decorator_argspec  # type: ignore[attr-defined]
    return decorator_func


def unwrap(maybe_tf_decorator: Any) -> tuple[list[Any], Any]:
    """The decorators around a function, outermost first, and the function itself."""
    found = []
    while hasattr(maybe_tf_decorator, "__wrapped__"):
        found.append(maybe_tf_decorator)
        maybe_tf_decorator = maybe_tf_decorator.__wrapped__
    return found, maybe_tf_decorator


def rewrap(decorator_func: Any, previous_target: Any, new_target: Any) -> Any:
    """What `decorator_func` is with `new_target` in the place of the function that it wraps: noted in `__wrapped__`."""
    decorators, _ = unwrap(decorator_func)
    for decorator in decorators:
        if decorator.__wrapped__ is previous_target:
            decorator.__wrapped__ = new_target
    return decorator_func if decorators else new_target
