"""What an op asks of the function being captured, where its value, or its effect at each call, is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core.state import state


def graph_method(name: str, what: str) -> Callable[..., Any]:
    """The graph's way to capture `what`; where it has none the function runs eagerly, and says so."""
    found = getattr(state.graph, name, None)
    if found is None:
        from tfcompat._function.recorder import NotCapturable

        raise NotCapturable(f"{what} is not captured")
    return found
