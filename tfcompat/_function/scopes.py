"""Stepping out of the function that is being captured, and asking whether one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import device
from tfcompat._core.state import state


@contextmanager
def init_scope() -> Iterator[None]:
    """A context that runs eagerly within functions that are captured, and that no tape records (tf.init_scope).

    For making variables and reading values while a function is captured. The open name scopes stay open.
    """
    before, state.tapes = state.tapes, ()
    try:
        with outside_of_graphs():
            yield
    finally:
        state.tapes = before


def inside_function() -> bool:
    """Whether a function is being captured (tf.inside_function)."""
    return state.graph is not None


@contextmanager
def outside_of_graphs() -> Iterator[None]:
    """Runs what is within eagerly, as if no function were being captured (tf.init_scope)."""
    graph, tapes, direct = state.graph, state.tapes, state.direct
    if graph is None:
        yield
        return
    state.graph, state.tapes = None, ()
    state.direct = device.short_way()
    try:
        # The dispatcher that captures need would go by Python to every kernel.
        with _disable_current_modes(), torch._C._DisablePythonDispatcher(), torch.no_grad():
            yield
    finally:
        state.graph, state.tapes, state.direct = graph, tapes, direct
