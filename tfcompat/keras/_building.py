"""Whether a graph that sessions run is being built, where updates become operations (see `_sessions`)."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tfcompat._core.state import state


def is_building() -> bool:
    """Whether a graph that sessions run is being built."""
    return state.graph is not None and state.graph.deferred


def sessions() -> Any:
    """The module that makes operations of updates, which is loaded when it is needed."""
    return importlib.import_module("tfcompat.keras._sessions")


def outside_collections() -> AbstractContextManager[Any]:
    """In such a graph, new variables are in no collection within."""
    return sessions().joining([]) if is_building() else nullcontext()
