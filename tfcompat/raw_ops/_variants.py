"""What a variant tensor holds: a value that only some raw ops know."""

from __future__ import annotations

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape


class Variant:
    """A scalar of dtype variant. Values do not change: ops that change one return another."""

    dtype = dtypes.variant
    shape = TensorShape(())
    ndim = 0
