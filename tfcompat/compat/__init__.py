"""tf.compat: text and bytes, static dimensions, and the namespaces of other versions (v1, v2)."""

from __future__ import annotations

import contextlib
import datetime
import numbers
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat._core.dimension import Dimension as _Dimension
from tfcompat._core.shapes import TensorShape as _TensorShape

integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)
bytes_or_text_types = (bytes, str)

_horizon: datetime.date | None = None


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    """Text encoded to bytes; bytes as they are (tf.compat.as_bytes). TypeError for anything else."""
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes decoded to text; text as it is (tf.compat.as_text). TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Bytes decoded to text; `str` of anything else (tf.compat.as_str_any)."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; anything else as it is (tf.compat.path_to_str)."""
    return as_str_any(path.__fspath__()) if isinstance(path, os.PathLike) else path


def dimension_value(dimension: Any) -> int | None:
    """The size that a dimension of a shape has, None where it is not known (tf.compat.dimension_value).

    Works on both kinds of dimensions: integers and compat.v1's Dimension objects.
    """
    return dimension.value if isinstance(dimension, _Dimension) else dimension


def dimension_at_index(shape: _TensorShape, index: int) -> _Dimension:
    """Dimension number `index` of a shape as an object, unknown where the rank is (tf.compat.dimension_at_index)."""
    if not isinstance(shape, _TensorShape):
        raise TypeError(f"shape must be a tf.TensorShape, got {shape!r} of {type(shape)}")
    dims = shape.dims
    return _Dimension(None) if dims is None else dims[index]


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether the forward compatibility window, three weeks from now, lies past a date (tf.compat.forward_compatible).

    Programs ask before they use a feature that older programs can't read.
    """
    horizon = _horizon or datetime.date.today() + datetime.timedelta(weeks=3)
    return (horizon.year, horizon.month, horizon.day) > (year, month, day)


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """Moves the date that `forward_compatible` compares with, for tests of what comes after it."""
    global _horizon
    before, _horizon = _horizon, datetime.date(year, month, day)
    try:
        yield
    finally:
        _horizon = before


__getattr__ = _names.module_getattr("tf.compat", globals(), lazy={"v1": "tfcompat.compat.v1", "v2": "tfcompat"})
