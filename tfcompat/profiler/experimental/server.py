"""tf.profiler.experimental.server: TensorFlow's profiler service, which tfcompat has not; see `_names`."""

from __future__ import annotations

from tfcompat import _names

__getattr__ = _names.module_getattr("tf.profiler.experimental.server", globals())
