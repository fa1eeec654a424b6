"""tf.profiler: what runs, and for how long, by torch's profiler."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.profiler import experimental as experimental

__getattr__ = _names.module_getattr("tf.profiler", globals())
