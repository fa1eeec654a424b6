"""The objects of a SavedModel as TensorFlow is to see them: without the functions that it can't run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from tfcompat._core import dtypes
from tfcompat._core.specs import TensorSpec
from tfcompat.saved_model._structures import encode


class FullArgSpec(NamedTuple):
    """The parameters of a function, as TensorFlow stores them."""

    args: list[str]
    varargs: str | None
    varkw: str | None
    defaults: list[Any] | None
    kwonlyargs: list[str]
    kwonlydefaults: dict[str, Any] | None
    annotations: dict[str, Any]


def without(graph: Any, names: Set[str]) -> Any:
    """A SavedObjectGraph without these functions; objects keep their numbers."""
    if not names:
        return graph
    made = type(graph)()
    made.CopyFrom(graph)
    for name in names:
        made.concrete_functions.pop(name, None)
    gone = set()
    for number, node in enumerate(made.nodes):
        kind = node.WhichOneof("kind")
        if kind == "function":
            kept = [name for name in node.function.concrete_functions if name not in names]
            del node.function.concrete_functions[:]
            node.function.concrete_functions.extend(kept)
        else:
            kept = kind != "bare_concrete_function" or node.bare_concrete_function.concrete_function_name not in names
        if not kept:
            gone.add(number)
            node.Clear()
            node.user_object.identifier = "_generic_user_object"
            node.user_object.version.producer = node.user_object.version.min_consumer = 1
    for node in made.nodes:
        kept = [child for child in node.children if child.node_id not in gone]
        del node.children[:]
        node.children.extend(kept)
    return made


def add_tables(graph: Any, functions: Sequence[Mapping[str, str]], uses: Mapping[str, Sequence[int]]) -> None:
    """Adds the tables that functions look values up in, as parts of the root.

    functions: for each table those that make, fill and drop it. uses: the tables of functions, by their numbers.
    """
    first = len(graph.nodes)
    for number in range(len(functions)):
        graph.nodes.add().resource.SetInParent()
        graph.nodes[0].children.add(local_name=f"_table_{number}", node_id=first + number)
    for name, numbers in uses.items():
        if name in graph.concrete_functions:
            graph.concrete_functions[name].bound_inputs.extend(first + number for number in numbers)
    for number, names in enumerate(functions):
        for method, name in names.items():
            child = len(graph.nodes)
            function = graph.nodes.add().function
            function.concrete_functions.append(name)
            function.function_spec.fullargspec.CopyFrom(encode(FullArgSpec([], None, None, None, [], None, {})))
            function.function_spec.input_signature.CopyFrom(encode(None))
            graph.nodes[first + number].children.add(local_name=method, node_id=child)
            proto = graph.concrete_functions[name]
            proto.canonicalized_input_signature.CopyFrom(encode(((), {})))
            kind = dtypes.resource if method == "_create_resource" else dtypes.int32
            proto.output_signature.CopyFrom(encode(TensorSpec([], kind)))
            if method == "_initialize":
                proto.bound_inputs.append(first + number)
