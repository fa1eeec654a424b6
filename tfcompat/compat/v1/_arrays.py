"""Functions on tensors whose arguments meant something else in TensorFlow 1."""

from typing import Any

from tfcompat import raw_ops
from tfcompat import where as _where


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`x` where `condition` holds, else `y`, of one shape (tf.compat.v1.where); with neither, where it holds.

    condition: of their shape, a scalar, or a vector that chooses rows. ValueError where only one of x and y is given.
    """
    if x is None and y is None:
        return _where(condition, name=name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return raw_ops.Select(condition=condition, x=x, y=y, name=name)
