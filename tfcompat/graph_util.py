"""tf.graph_util: running graphs that are given as GraphDef messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfcompat import _names
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._core.variable import Variable


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> Any:
    """The tensors of a GraphDef that `return_elements` names, computed from those of `input_map` (tf.import_graph_def).

    input_map: {"placeholder:0" or "placeholder": tensor}. return_elements: names of tensors, "node:0", or of
    operations, whose first tensor is meant. Inside a captured function it becomes a part of its graph; in one that
    sessions run its nodes become operations, with `name` and a slash before their names, and operations are returned
    as such. The other arguments have no effect. A graph from which nothing is asked gives None.
    TypeError for what is no GraphDef; ValueError for names that it has not; NotImplementedError, which lists them, for
    ops that tfcompat lacks.
    """
    from tfcompat.saved_model._graph_functions import GraphBody

    if not hasattr(graph_def, "node") or not hasattr(graph_def, "library"):
        raise TypeError(f"Argument `graph_def` must be a GraphDef proto. Received type {type(graph_def).__name__}.")
    if input_map is not None and not isinstance(input_map, Mapping):
        raise TypeError(f"Argument `input_map` must be a dictionary. Obtained {type(input_map).__name__}")
    if state.graph is not None and state.graph.deferred:
        return _imported(graph_def, input_map or {}, return_elements, "import" if name is None else name)
    if return_elements is None:
        return None
    given = {str(key): convert_to_tensor(value) for key, value in (input_map or {}).items()}
    names = {node.name for node in graph_def.node}
    unknown = [key for key in given if key.partition(":")[0] not in names]
    if unknown:
        raise ValueError(f"Attempted to map inputs that were not found in graph_def: [{', '.join(sorted(unknown))}]")
    return GraphBody(graph_def, list(given), list(return_elements))(list(given.values()))


def _imported(graph_def: Any, inputs: Mapping[str, Any], elements: Sequence[str] | None, prefix: str) -> Any:
    """Adds the nodes of a GraphDef to the graph that is built."""
    from tfcompat.saved_model._importing import Importer

    if prefix.endswith("/"):
        scope = prefix
    else:
        scope = f"{state.graph.unique_name(f'{state.scopes}{prefix}')}/" if prefix else state.scopes
    given = {str(key): _mapped(value) for key, value in inputs.items()}
    importer = Importer(state.graph, graph_def, scope, given)
    importer.add()
    if elements is None:
        return None
    found = []
    for element in elements:
        try:
            found.append(importer.result(element))
        except (KeyError, IndexError):
            raise ValueError(f"Requested return_element {element!r} not found in graph_def.") from None
    return found


def _mapped(value: Any) -> Any:
    """What an input is mapped to: a variable stays one, for nodes that take its handle."""
    return value if isinstance(value, Variable) else convert_to_tensor(value)


__all__ = ["import_graph_def"]

__getattr__ = _names.module_getattr("tf.graph_util", globals())
