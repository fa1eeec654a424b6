"""keras.src.backend.common.global_state and the scopes beside it: what Keras keeps for a thread."""

from __future__ import annotations

import gc
import threading
from typing import Any

from tfcompat.keras import backend
from tfcompat.keras._scopes import StatelessScope
from tfcompat.keras._state import thread

__all__ = [
    "clear_session",
    "get_global_attribute",
    "get_stateless_scope",
    "in_stateless_scope",
    "in_symbolic_scope",
    "set_global_attribute",
]

_attributes = threading.local()


def set_global_attribute(name: str, value: Any) -> None:
    """Keeps a value for this thread under a name."""
    setattr(_attributes, name, value)


def get_global_attribute(name: str, default: Any = None, set_to_default: bool = False) -> Any:
    """The thread's value of that name; where there is none `default`, which is kept with `set_to_default`."""
    value = getattr(_attributes, name, None)
    if value is None and default is not None:
        value = default
        if set_to_default:
            set_global_attribute(name, value)
    return value


def clear_session(free_memory: bool = True) -> None:
    """Forgets the thread's values, names and scopes (keras.utils.clear_session)."""
    vars(_attributes).clear()
    backend.clear_session()
    if free_memory:
        gc.collect()


def in_stateless_scope() -> bool:
    """Whether a StatelessScope is open."""
    return thread.stateless is not None


def get_stateless_scope() -> StatelessScope | None:
    """The open StatelessScope, or None."""
    return thread.stateless


def in_symbolic_scope() -> bool:
    """Whether a SymbolicScope is open."""
    return thread.symbolic
