"""tf.compat.v1.logging: the "tensorflow" logger of Python's logging."""

from __future__ import annotations

import collections
import logging as _logging
import sys
from typing import Any

from tfcompat import _names
from tfcompat._core.logging import get_logger as _get_logger

DEBUG = _logging.DEBUG
ERROR = _logging.ERROR
FATAL = _logging.FATAL
INFO = _logging.INFO
WARN = _logging.WARNING

_calls: collections.Counter[tuple[str, int]] = collections.Counter()


def get_verbosity() -> int:
    """The level below which messages are dropped, 10 for DEBUG to 50 for FATAL."""
    return _get_logger().getEffectiveLevel()


def set_verbosity(v: int | str) -> None:
    """Drops messages below the level `v`: DEBUG, INFO, WARN, ERROR or FATAL, or its name."""
    _get_logger().setLevel(v)


def log(level: int, msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at a level."""
    _get_logger().log(level, msg, *args, **kwargs)


vlog = log


def debug(msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` for who looks for a bug."""
    _get_logger().debug(msg, *args, **kwargs)


def info(msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` as news."""
    _get_logger().info(msg, *args, **kwargs)


def warning(msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` as a warning."""
    _get_logger().warning(msg, *args, **kwargs)


warn = warning


def error(msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` as an error."""
    _get_logger().error(msg, *args, **kwargs)


def fatal(msg: str, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at the highest level; the program goes on."""
    _get_logger().fatal(msg, *args, **kwargs)


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Logs where `condition` is true."""
    if condition:
        log(level, msg, *args)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs the first `n` times that the calling line comes here."""
    log_if(level, msg, _count_of_caller() < n, *args)


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs the first and then every `n`-th time that the calling line comes here."""
    log_if(level, msg, _count_of_caller() % n == 0, *args)


def TaskLevelStatusMessage(msg: str) -> None:
    """Logs `msg` as an error."""
    error(msg)


def flush() -> None:
    """Writes out what the logger's handlers hold back."""
    for handler in _get_logger().handlers:
        handler.flush()


def _count_of_caller() -> int:
    """How often the line that called the calling function did so before."""
    frame = sys._getframe(2)
    line = (frame.f_code.co_filename, frame.f_lineno)
    _calls[line] += 1
    return _calls[line] - 1


__getattr__ = _names.module_getattr("tf.compat.v1.logging", globals())
