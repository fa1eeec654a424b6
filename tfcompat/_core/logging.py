"""The `tensorflow` logger: warnings as TensorFlow's users know them, on Python's logging."""

from __future__ import annotations

import logging as _logging
import sys
from collections import Counter
from typing import Any

from tfcompat._core.flags import flags

_counts: Counter[str] = Counter()


def get_logger() -> _logging.Logger:
    """The logger named "tensorflow", writing `WARNING:tensorflow:...` to stderr unless the program set it up."""
    logger = _logging.getLogger("tensorflow")
    if not logger.handlers and not _logging.getLogger().handlers:
        handler = _logging.StreamHandler(sys.stderr)
        handler.setFormatter(_logging.Formatter(_logging.BASIC_FORMAT, None))
        logger.addHandler(handler)
        logger.setLevel(_logging.WARNING)
        logger.propagate = False
    return logger


def deprecated(message: str, *args: Any, first: int | None = 1) -> None:
    """Warns of what is deprecated; a RuntimeError after tf.experimental.enable_strict_mode()."""
    if flags.strict:
        raise RuntimeError("This behavior has been deprecated, which raises an error in strict mode.")
    warning(message, *args, first=first)


def warning(message: str, *args: Any, first: int | None = None) -> None:
    """Logs a warning; only the first `first` times for this message where that is given."""
    if first is not None:
        _counts[message] += 1
        if _counts[message] > first:
            return
    get_logger().warning(message, *args)
