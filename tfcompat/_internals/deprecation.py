"""tensorflow.python.util.deprecation: functions that log once that they are going away."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tfcompat._core import logging

F = TypeVar("F", bound=Callable[..., Any])

_PRINT_DEPRECATION_WARNINGS = True  # programs set it to False to silence the warnings


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[[F], F]:
    """Decorates a function to log, at its first call (each call if not `warn_once`), when it goes and what to use."""

    def decorate(function: F) -> F:
        calls = 0

        @functools.wraps(function)
        def warned(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if _PRINT_DEPRECATION_WARNINGS and (calls == 1 or not warn_once):
                when = "in a future version" if date is None else f"after {date}"
                name = f"{function.__module__}.{function.__qualname__}"
                logging.deprecated(
                    "%s is deprecated and will be removed %s. Use instead: %s", name, when, instructions, first=None
                )
            return function(*args, **kwargs)

        return warned  # type: ignore[return-value]

    return decorate


def deprecated_alias(deprecated_name: str, name: str, func_or_class: Any, warn_once: bool = True) -> Any:
    """A function or class that is `func_or_class` and logs, when it is used, that it goes by `name` now."""
    used = 0

    def log() -> None:
        nonlocal used
        used += 1
        if _PRINT_DEPRECATION_WARNINGS and (used == 1 or not warn_once):
            logging.deprecated("The name %s is deprecated. Please use %s instead.", deprecated_name, name, first=None)

    if isinstance(func_or_class, type):

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            log()
            func_or_class.__init__(self, *args, **kwargs)

        return type(
            func_or_class.__name__, (func_or_class,), {"__init__": functools.wraps(func_or_class.__init__)(__init__)}
        )

    @functools.wraps(func_or_class)
    def alias(*args: Any, **kwargs: Any) -> Any:
        log()
        return func_or_class(*args, **kwargs)

    return alias


def deprecated_args(
    date: str | None, instructions: str, *deprecated_arg_names_or_tuples: Any, warn_once: bool = True
) -> Callable[[F], F]:
    """Decorates a function to log when it is given one of these arguments.

    Each is a name, or a name and the value that may still be passed for it. ValueError for names it does not take.
    """
    allowed = dict(
        (each, ()) if isinstance(each, str) else (each[0], (each[1],)) for each in deprecated_arg_names_or_tuples
    )
    return _warn_of_arguments(
        date, instructions, warn_once, lambda name, value: name in allowed and value not in allowed[name], allowed
    )


def deprecated_arg_values(
    date: str | None, instructions: str, warn_once: bool = True, **deprecated_kwargs: Any
) -> Callable[[F], F]:
    """Decorates a function to log when an argument has a value that is going away: `old=True`."""
    return _warn_of_arguments(
        date,
        instructions,
        warn_once,
        lambda name, value: name in deprecated_kwargs and value is deprecated_kwargs[name],
        deprecated_kwargs,
    )


def _warn_of_arguments(
    date: str | None, instructions: str, warn_once: bool, is_deprecated: Callable[[str, Any], bool], names: Any
) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())
        unknown = [name for name in names if name not in signature.parameters]
        if unknown and not takes_any:
            raise ValueError(
                f"The following deprecated arguments are not present in {function.__qualname__}: {unknown}"
            )
        told: set[str] = set()

        @functools.wraps(function)
        def warned(*args: Any, **kwargs: Any) -> Any:
            if _PRINT_DEPRECATION_WARNINGS:
                for name, value in signature.bind_partial(*args, **kwargs).arguments.items():
                    if is_deprecated(name, value) and not (warn_once and name in told):
                        told.add(name)
                        when = "in a future version" if date is None else f"after {date}"
                        logging.deprecated(
                            "Calling %s with %s=%s is deprecated and will stop working %s. Use instead: %s",
                            f"{function.__module__}.{function.__qualname__}",
                            name,
                            value,
                            when,
                            instructions,
                            first=None,
                        )
            return function(*args, **kwargs)

        return warned  # type: ignore[return-value]

    return decorate


def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that has two names. ValueError where both are given."""
    if old_value is None:
        return new_value
    if new_value is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'.")
    return old_value


def deprecated_endpoints(*args: str) -> Callable[[F], F]:
    """Notes in a function's `_tf_deprecated_api_names` under which public names it is going away."""

    def note(function: F) -> F:
        function._tf_deprecated_api_names = args  # type: ignore[attr-defined]
        return function

    return note


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Logs no deprecation inside the block."""
    global _PRINT_DEPRECATION_WARNINGS
    before, _PRINT_DEPRECATION_WARNINGS = _PRINT_DEPRECATION_WARNINGS, False
    try:
        yield
    finally:
        _PRINT_DEPRECATION_WARNINGS = before
