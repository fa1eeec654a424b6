"""tensorflow.python.framework.convert_to_constants: functions whose variables became constants."""

from __future__ import annotations

from typing import Any

from tfcompat._core.storage import to_numpy
from tfcompat._function.concrete import ConcreteFunction
from tfcompat._function.deferred import DeferredGraph
from tfcompat._function.session import Session
from tfcompat.compat.v1._wrap_function import WrappedFunction
from tfcompat.compat.v1.graph_util import convert_variables_to_constants
from tfcompat.saved_model._again import captured_again
from tfcompat.saved_model._exporting import GraphBody, graph_def_with
from tfcompat.saved_model._functions import LoadedConcreteFunction
from tfcompat.saved_model._importing import Importer
from tfcompat.saved_model._translation.models import _results

__all__ = [
    "convert_variables_to_constants",
    "convert_variables_to_constants_v2",
    "convert_variables_to_constants_v2_as_graph",
]


def convert_variables_to_constants_v2(
    func: Any, lower_control_flow: bool = True, aggressive_inlining: bool = False
) -> WrappedFunction:
    """A concrete function with constants in the place of its variables, whose graph is a frozen GraphDef.

    Called with tensors by place or by name, it gives a list of what `func` gives. lower_control_flow and
    aggressive_inlining change nothing: loops and branches stay functions. TypeError for what is no concrete function;
    NotImplementedError for one that assigns to variables, or has what has no counterpart in a GraphDef.
    """
    return convert_variables_to_constants_v2_as_graph(func, lower_control_flow, aggressive_inlining)[0]


def convert_variables_to_constants_v2_as_graph(
    func: Any, lower_control_flow: bool = True, aggressive_inlining: bool = False
) -> tuple[WrappedFunction, Any]:
    """What `convert_variables_to_constants_v2` gives, and its GraphDef."""
    concrete = captured_again(func) if isinstance(func, LoadedConcreteFunction) else func
    if not isinstance(concrete, ConcreteFunction):
        raise TypeError(f"convert_variables_to_constants_v2 takes a concrete function, got {func!r}")
    graph_def, inputs, outputs = _frozen(concrete)
    graph = DeferredGraph()
    with graph.as_default():
        importer = Importer(graph, graph_def)
        importer.add()
    given = [importer.result(f"{name}:0") for name in inputs]
    results = [importer.result(f"{name}:0") for name in outputs]
    return WrappedFunction(Session(graph=graph), given, results), graph_def


def _frozen(concrete: ConcreteFunction) -> tuple[Any, list[str], list[str]]:
    """A function's graph with its variables' values, and the names of its placeholders and results."""
    captured = concrete._graph_or_error
    if captured.written:
        raise NotImplementedError(
            f"convert_variables_to_constants_v2: {concrete._name} assigns to "
            f"{captured.written[0].variable.name!r}, which would be a constant."
        )
    names = [symbol.op.name for symbol in captured.graph.inputs]
    body, given = GraphBody(names), []
    for name, leaf in zip(names, concrete.plan.leaves, strict=True):
        sizes = None if leaf.spec.shape.rank is None else leaf.spec.shape.as_list()
        given.append(body.placeholder(name, leaf.spec.dtype, sizes))
    values = []
    for slot in captured.slots:
        body.scope = slot.variable._scoped_name
        values.append(body.const(to_numpy(slot.variable._storage.t), slot.variable.dtype))
    body.scope = ""
    found = _results(body, captured, given, values)
    outputs = []
    for out, ref in zip(captured.outputs, found):
        if out is not None:
            result = body.given(to_numpy(out)) if ref is None else ref
            outputs.append(body.op("Identity", result, at="Identity").name)
    return graph_def_with(body), names, outputs
