"""tf.version: the TensorFlow API level that this namespace follows; `tfcompat._version` has tfcompat's own version."""

from __future__ import annotations

from tfcompat import _names

VERSION = "2.21.0"
GIT_VERSION = "v2.21.0-rc1-5-ga481b10260d"
COMPILER_VERSION = "torch"
GRAPH_DEF_VERSION = 2474
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0

__getattr__ = _names.module_getattr("tf.version", globals())
