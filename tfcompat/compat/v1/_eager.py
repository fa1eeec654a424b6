"""What is left of tf.compat.v1's graphs and initializers where ops run when they are called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.device import device
from tfcompat._core.random_state import get_seed
from tfcompat._core.state import state
from tfcompat._core.variable import Variable
from tfcompat._function.graph_view import Graph
from tfcompat.compat.v1._collections import GraphKeys, get_collection, get_collection_ref

__all__ = ["get_seed"]


class _EagerGraph(Graph):
    """The default graph where nothing is being captured: no operation comes into it."""

    building_function = False

    def __init__(self) -> None:
        self._operations = []


_default_graph = _EagerGraph()


def get_default_graph() -> Any:
    """The graph that is being captured; outside of a capture one without operations, the same at every call."""
    return _default_graph if state.graph is None else state.graph


def reset_default_graph() -> None:
    """Forgets the graph that `get_default_graph` returned before. AssertionError while a graph is being captured."""
    global _default_graph
    if state.graph is not None:
        raise AssertionError("Do not use tf.reset_default_graph() to clear nested graphs.")
    _default_graph = _EagerGraph()


def get_default_session() -> None:
    """None: there is no session where ops run when they are called."""


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> None:
    """None: a variable has its initial value when it is made (tf.compat.v1.variables_initializer)."""


def global_variables_initializer() -> None:
    """None: a variable has its initial value when it is made (tf.compat.v1.global_variables_initializer)."""


def local_variables_initializer() -> None:
    """None: a variable has its initial value when it is made (tf.compat.v1.local_variables_initializer)."""


def tables_initializer(name: str = "init_all_tables") -> None:
    """None: a table has its entries when it is made (tf.compat.v1.tables_initializer)."""


initialize_all_variables = global_variables_initializer
initialize_all_tables = tables_initializer
initialize_local_variables = local_variables_initializer
initialize_variables = variables_initializer


def is_variable_initialized(variable: Variable) -> Any:
    """Whether a variable has a value, a bool tensor; all have one (tf.compat.v1.is_variable_initialized)."""
    return variable.is_initialized()


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Any:
    """The names of the variables without a value, a string tensor: none has none."""
    return convert_to_tensor([], "string", name=name)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Any:
    """`input` as a tensor: nothing can be fed in its place (tf.compat.v1.placeholder_with_default).

    shape: of what could be fed; it counts in TensorFlow 1's graphs only, as in eager TensorFlow 2.
    """
    return convert_to_tensor(input, name=name)


@contextlib.contextmanager
def colocate_with(op: Any, ignore_existing: bool = False) -> Iterator[None]:
    """Puts ops on the device of a tensor or variable (tf.compat.v1.colocate_with).

    ignore_existing: of the graphs' colocations around it, of which there are none here.
    """
    with device(getattr(op, "device", None) or None):
        yield


def get_global_step(graph: Any = None) -> Variable | None:
    """The variable that counts steps, None where none was made (tf.compat.v1.train.get_global_step).

    graph: collections are the process's, whatever the graph.
    """
    steps = get_collection(GraphKeys.GLOBAL_STEP)
    return steps[0] if steps else None


def create_global_step(graph: Any = None) -> Variable:
    """Makes the variable that counts steps, int64 and not trainable (tf.compat.v1.train.create_global_step).

    ValueError where there is one.
    """
    if get_global_step() is not None:
        raise ValueError('"global_step" already exists.')
    step = Variable(0, trainable=False, dtype="int64", name="global_step")
    get_collection_ref(GraphKeys.GLOBAL_STEP).append(step)
    return step


def get_or_create_global_step(graph: Any = None) -> Variable:
    """The variable that counts steps, made where there is none (tf.compat.v1.train.get_or_create_global_step)."""
    step = get_global_step()
    return create_global_step() if step is None else step
