"""tf.experimental: what TensorFlow has not settled yet."""

from __future__ import annotations

from tfcompat import _names

_LAZY = {"numpy": "tfcompat.experimental.numpy"}
__getattr__ = _names.module_getattr("tf.experimental", globals(), lazy=_LAZY)
