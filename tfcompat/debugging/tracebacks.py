"""Whether tracebacks leave out the library's own frames."""

from __future__ import annotations

_enabled = True


def enable_traceback_filtering() -> None:
    """Asks for tracebacks without the library's frames (tf.debugging.enable_traceback_filtering), the default.

    tfcompat's tracebacks are short as they are, an op adds two or three frames: none is ever taken out.
    """
    global _enabled
    _enabled = True


def disable_traceback_filtering() -> None:
    """Asks for whole tracebacks, which tfcompat always gives (tf.debugging.disable_traceback_filtering)."""
    global _enabled
    _enabled = False


def is_traceback_filtering_enabled() -> bool:
    """What was last asked for (tf.debugging.is_traceback_filtering_enabled)."""
    return _enabled
