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
    """

    tapes: tuple[Any, ...] = ()
    scopes: str = ""
    devices: tuple[Any, ...] = ()
    graph: Any = None
    direct: bool = True
    variable_scope: Any = None
    as_kernels: bool = False
    creators: tuple[Any, ...] = ()


state = _State()
