"""What is left of tf.compat.v1's graphs and initializers where ops run when they are called."""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.device import device
from tfcompat._core.names import UniqueNames
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
        self._names = UniqueNames()

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name`, or "name_1", "name_2"... where it was asked for before."""
        return self._names.unique_name(name, mark_as_used)


_default_graph: Graph = _EagerGraph()
_lasting: list[Any] = []  # the graph that ops are added to since eager execution was disabled, and its context


def use_default_graph() -> None:
    """Makes a new graph the default one for good; nothing where one is."""
    if _lasting or (state.graph is not None and state.graph.deferred):
        return
    if state.graph is not None:
        raise ValueError("tf.compat.v1.disable_eager_execution must be called at program startup.")
    graph = Graph()
    context = graph.as_default()
    context.__enter__()
    _lasting[:] = graph, context
    atexit.register(_leave)


def _leave() -> None:
    if _lasting:
        _, context = _lasting
        _lasting.clear()
        context.__exit__(None, None, None)


def get_default_graph() -> Any:
    """The graph that is being captured or built; else one without operations, the same at every call."""
    return _default_graph if state.graph is None else state.graph


def reset_default_graph() -> None:
    """Forgets the default graph, for a new one. AssertionError while another graph is being captured or built."""
    global _default_graph
    if _lasting and state.graph is _lasting[0]:
        _leave()
        use_default_graph()
        return
    if state.graph is not None:
        raise AssertionError("Do not use tf.reset_default_graph() to clear nested graphs.")
    _default_graph = _EagerGraph()


def get_default_session() -> Any:
    """The innermost default session, None where there is none (tf.compat.v1.get_default_session)."""
    from tfcompat._function.session import default_session

    return default_session()


def _in_graph() -> bool:
    return state.graph is not None and state.graph.deferred


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> Any:
    """The operation that gives the variables of a graph their initial values (tf.compat.v1.variables_initializer).

    None where ops run when they are called: a variable has its initial value when it is made.
    """
    return state.graph.group([v.initializer for v in var_list], name) if _in_graph() else None


def global_variables_initializer() -> Any:
    """The operation that gives a graph's variables their initial values; None for eager ones, which have them."""
    return variables_initializer(get_collection(GraphKeys.GLOBAL_VARIABLES))


def local_variables_initializer() -> Any:
    """The operation that gives a graph's local variables their initial values; None for eager ones."""
    return variables_initializer(get_collection(GraphKeys.LOCAL_VARIABLES))


def tables_initializer(name: str = "init_all_tables") -> Any:
    """The operation that gives the graph's tables the entries that it computes (tf.compat.v1.tables_initializer).

    Other tables have theirs when they are made. None where ops run when they are called.
    """
    return state.graph.group(get_collection(GraphKeys.TABLE_INITIALIZERS), name) if _in_graph() else None


initialize_all_variables = global_variables_initializer
initialize_all_tables = tables_initializer
initialize_local_variables = local_variables_initializer
initialize_variables = variables_initializer


def _without_value(variables: Sequence[Any]) -> list[Any]:
    """The variables without a value in the session that runs."""
    session = state_graph_of(variables).__dict__["_session"] if variables else None
    return [v for v in variables if id(v._storage) not in session._initialized]  # type: ignore[union-attr]


def state_graph_of(variables: Sequence[Any]) -> Any:
    """The graph of a graph's variables."""
    return variables[0]._deferred[0]


def is_variable_initialized(variable: Variable) -> Any:
    """Whether a variable has a value, a bool tensor (tf.compat.v1.is_variable_initialized); eager ones have one."""
    if variable._deferred is None:
        return variable.is_initialized()
    return _asked(lambda: np.asarray(not _without_value([variable])), "bool", [])


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Any:
    """The names of the variables without a value, a string tensor (tf.compat.v1.report_uninitialized_variables).

    var_list: the global and local variables where None. Eager ones have a value.
    """
    if not _in_graph():
        return convert_to_tensor([], "string", name=name)
    if var_list is None:
        var_list = [*get_collection(GraphKeys.GLOBAL_VARIABLES), *get_collection(GraphKeys.LOCAL_VARIABLES)]
    variables = list(var_list)
    return _asked(
        lambda: np.array([v.name.split(":")[0].encode() for v in _without_value(variables)], object), "string", [None]
    )


def assert_variables_initialized(var_list: Sequence[Variable] | None = None) -> Any:
    """A tensor whose run fails with FailedPreconditionError where a variable has no value; None without variables.

    var_list: the global and local variables where None. (tf.compat.v1.assert_variables_initialized)
    """
    if var_list is None:
        var_list = [*get_collection(GraphKeys.GLOBAL_VARIABLES), *get_collection(GraphKeys.LOCAL_VARIABLES)]
    if not var_list:
        return None
    values = [v.read_value() for v in var_list]
    from tfcompat import rank, stack

    return values[0] if len(values) == 1 else stack([rank(v) for v in values])


def _asked(function: Any, dtype: str, shape: Any) -> Any:
    """A tensor whose value `function` tells whenever a session runs it."""
    from tfcompat import TensorSpec, py_function

    return py_function(lambda: convert_to_tensor(function(), dtype), [], TensorSpec(shape, dtype))


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Any:
    """`input` as a tensor, which can be fed in a graph that a session runs (tf.compat.v1.placeholder_with_default).

    shape: of what is fed; it counts in TensorFlow 1's graphs only, as in eager TensorFlow 2.
    """
    if _in_graph():
        return state.graph.placeholder_with_default(convert_to_tensor(input), shape, name)
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
