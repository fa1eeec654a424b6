"""What a thread is in the middle of: open tapes, name scopes, device scopes and the function being captured."""

from __future__ import annotations

import threading
from typing import Any


class _State(threading.local):
    """One per thread; the class attributes are a new thread's starting values.

    tapes: the open gradient tapes that are recording, outermost first.
    scopes: the names of the open tf.name_scopes, joined, with a trailing slash ("" at the top).
    devices: the open tf.device scopes, innermost last; empty where TensorFlow would place by itself.
    graph: the graph that tf.function is capturing into, None when running eagerly.
    direct: whether an op's kernel may run on eager tensors' values as they are: no device scope, no graph.
    variable_scope: the open tf.compat.v1.variable_scope, None at the top.
    as_kernels: whether Python functions among the ops run as a graph runs them, though there is no graph.
    creators: the functions of the open tf.variable_creator_scopes, outermost first.
    replica: which of several replicas runs, whose copies of variables are meant; None where there is one, or none runs.
    """

    tapes: tuple[Any, ...] = ()
    scopes: str = ""
    devices: tuple[Any, ...] = ()
    graph: Any = None
    direct: bool = True
    variable_scope: Any = None
    as_kernels: bool = False
    creators: tuple[Any, ...] = ()
    replica: int | None = None


_traveling: list[threading.local] = []


def travels(local: Any) -> Any:
    """`local`, a threading.local, of which a thread that goes on with the work of another one gets the values."""
    _traveling.append(local)
    return local


def luggage() -> list[tuple[Any, dict[str, Any]]]:
    """What this thread is in the middle of, for `unpack` in a thread that goes on with its work."""
    return [(local, dict(vars(local))) for local in _traveling]


def unpack(packed: list[tuple[Any, dict[str, Any]]]) -> None:
    """Puts this thread in the middle of what the thread that called `luggage` was in."""
    for local, values in packed:
        vars(local).update(values)


state = travels(_State())
