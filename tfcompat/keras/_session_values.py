"""Keras in graphs that sessions run: what needs values, as fit() does, has those of Keras's session.

There, and after tf.compat.v1.disable_eager_execution(), layers' variables get their values from a session. Methods that
compute with values run outside of the graph, on what the session holds, after what has no value yet was initialized.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tfcompat._core.state import state
from tfcompat.keras._building import is_building
from tfcompat.keras._version import as_in_graphs_of_sessions

_KEPT = "_keras_session"


def graph_of_sessions() -> Any:
    """The graph that sessions run and the program builds; None in eager execution and in functions."""
    return state.graph if is_building() else None


def session_of(graph: Any) -> Any:
    """The session of a graph that Keras uses: the default one where it runs the graph, else one of Keras's own."""
    from tfcompat._function.session import Session, default_session

    session = default_session()
    if session is not None and session.graph is graph:
        return session
    kept = vars(graph).get(_KEPT)
    if kept is None or kept._closed:
        kept = vars(graph)[_KEPT] = Session(graph=graph)
    return kept


def keep_session(session: Any) -> None:
    """Has Keras use a session for its graph."""
    vars(session.graph)[_KEPT] = session


@contextlib.contextmanager
def values_of(variables: Iterable[Any]) -> Iterator[None]:
    """Within, the program runs eagerly, and variables of the graph around it have their session's values."""
    graph = graph_of_sessions()
    if graph is None:
        yield
        return
    session = session_of(graph)
    held = [getattr(v, "_value", v) for v in variables]
    own = [v for v in held if getattr(v, "_deferred", None) is not None and v._deferred[0] is graph]
    fresh = [v.initializer for v in own if id(v._storage) not in session._initialized]
    if fresh:
        session.run(fresh)
    with session.restoring(own), as_in_graphs_of_sessions():
        yield


def with_values(method: Callable[..., Any]) -> Callable[..., Any]:
    """Has a method of a layer or model run with the values of its variables, where sessions run the graph."""

    @functools.wraps(method)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_building():
            return method(self, *args, **kwargs)
        with values_of(_variables(self)):
            return method(self, *args, **kwargs)

    return run


def _variables(layer: Any) -> list[Any]:
    """The variables of a layer, its metrics and its optimizer, as far as they are there."""
    found: list[Any] = []
    for each in layer._flatten_layers():
        found += [*each._trainable_variables, *each._non_trainable_variables]
    for metric in layer.metrics:
        found += metric.variables
    optimizer = getattr(layer, "optimizer", None)
    return found if optimizer is None else [*found, *optimizer.variables, *optimizer._variables]
