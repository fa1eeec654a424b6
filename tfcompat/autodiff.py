"""tf.autodiff: reverse and forward differentiation."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._core.forward import ForwardAccumulator
from tfcompat._core.tape import GradientTape

__all__ = ["ForwardAccumulator", "GradientTape"]

__getattr__ = _names.module_getattr("tf.autodiff", globals())
