"""tf.linalg: products, decompositions and solvers of matrices."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._clipping import global_norm
from tfcompat.linalg.products import matmul

__getattr__ = _names.module_getattr("tf.linalg", globals())
