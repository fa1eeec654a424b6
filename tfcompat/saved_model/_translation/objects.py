"""The objects of a SavedModel as TensorFlow is to see them: without the functions that it can't run."""

from __future__ import annotations

from collections.abc import Set
from typing import Any


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
