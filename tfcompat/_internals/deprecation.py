"""tensorflow.python.util.deprecation: functions that log once that they are going away."""

from __future__ import annotations

import contextlib
import functools
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


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Logs no deprecation inside the block."""
    global _PRINT_DEPRECATION_WARNINGS
    before, _PRINT_DEPRECATION_WARNINGS = _PRINT_DEPRECATION_WARNINGS, False
    try:
        yield
    finally:
        _PRINT_DEPRECATION_WARNINGS = before
