"""Steps as captured functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def captured(step: Callable[[Any], Any], jit_compile: bool = False) -> Callable[[Any], Any]:
    """`step`, a function of a batch, as a tf.function."""
    import tfcompat

    return tfcompat.function(step, reduce_retracing=True, jit_compile=jit_compile or None, autograph=False)
