"""Steps as captured functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat.keras import _version


def captured(step: Callable[[Any], Any], jit_compile: bool = False) -> Callable[[Any], Any]:
    """`step`, a function of a batch, as a tf.function; Keras 2's steps take batches of one rank after another's."""
    import tfcompat

    found = tfcompat.function(step, reduce_retracing=True, jit_compile=jit_compile or None, autograph=False)
    found.keeps_ranks = _version.is_legacy()
    return found
