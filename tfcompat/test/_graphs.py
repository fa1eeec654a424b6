"""tf.test.assert_equal_graph_def: whether two GraphDefs say the same."""

from __future__ import annotations

from typing import Any

from tfcompat._formats.protos import message


def assert_equal_graph_def(expected: Any, actual: Any) -> None:
    """AssertionError where two GraphDefs differ, TypeError where they are none (tf.test.assert_equal_graph_def).

    The order of the nodes, that of their control inputs, and attributes whose names begin with "_" do not count.
    """
    for name, graph in (("actual", actual), ("expected", expected)):
        if getattr(getattr(graph, "DESCRIPTOR", None), "name", "") != "GraphDef":
            raise TypeError(f"Expected tf.GraphDef for {name}, got {type(graph).__name__}")
    wanted = {node.name: node for node in expected.node}
    for node in actual.node:
        if node.name not in wanted:
            raise AssertionError(f"Found unexpected node '{_told(node)}'")
        difference = _difference(node, wanted.pop(node.name))
        if difference:
            raise AssertionError(difference)
    if wanted:
        raise AssertionError(f"Did not find expected node '{_told(next(iter(wanted.values())))}'")
    have, want = (_library(graph) for graph in (actual, expected))
    for name in sorted(have.keys() ^ want.keys()):
        raise AssertionError(f"{'Unexpected' if name in have else 'Missing'} function '{name}' in the library")
    for name, function in have.items():
        if function.SerializeToString(deterministic=True) != want[name].SerializeToString(deterministic=True):
            raise AssertionError(f"Function '{name}' does not match the expected one")


def _library(graph: Any) -> dict[str, Any]:
    return {f.signature.name: f for f in graph.library.function}


def _told(node: Any) -> str:
    return f"{{{{node {node.name}}}}} = {node.op}[]({', '.join(node.input)})"


def _inputs(node: Any) -> tuple[list[str], list[str]]:
    """The inputs in order, ":0" left out, and the control inputs sorted."""
    plain = [name.removesuffix(":0") for name in node.input if not name.startswith("^")]
    return plain, sorted(name for name in node.input if name.startswith("^"))


def _attributes(node: Any) -> dict[str, bytes]:
    found = {name: value for name, value in node.attr.items() if not name.startswith("_")}
    return {name: value.SerializeToString(deterministic=True) for name, value in found.items()}


def _difference(node: Any, wanted: Any) -> str:
    """What is different between two nodes of one name, "" for nothing."""
    name = f"Node named '{node.name}'"
    if node.op != wanted.op:
        return f"{name} has op '{node.op}' that is not expected '{wanted.op}'"
    if node.device != wanted.device:
        return f"{name} has device '{node.device}' that is not expected '{wanted.device}'"
    if _inputs(node) != _inputs(wanted):
        return f"{name} has inputs {list(node.input)} that don't match expected {list(wanted.input)}"
    have, want = _attributes(node), _attributes(wanted)
    for key in sorted(have.keys() | want.keys()):
        if key not in want:
            return f"{name} has unexpected attr '{key}'"
        if key not in have:
            return f"{name} missing expected attr '{key}'"
        if have[key] != want[key]:
            pair = ", expected: ".join(str(message("AttrValue").FromString(v[key])).strip() for v in (have, want))
            return f"{name} has attr '{key}' with value: {pair}"
    return ""
