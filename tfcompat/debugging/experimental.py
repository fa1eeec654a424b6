"""tf.debugging.experimental: TensorFlow's Debugger V2, which tfcompat does not have."""

from __future__ import annotations

from tfcompat import _names


def disable_dump_debug_info() -> None:
    """Stops dumping debug information: there never is any, as enable_dump_debug_info is missing here."""


__getattr__ = _names.module_getattr("tf.debugging.experimental", globals())
