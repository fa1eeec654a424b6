"""tf.lookup.experimental: tables that change."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.lookup._mutable import DenseHashTable, MutableHashTable

__getattr__ = _names.module_getattr("tf.lookup.experimental", globals())
