"""The graph of a SavedModel's signatures with its functions written out and its variables as constants."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor, from_numpy
from tfcompat._core.ops import wrap
from tfcompat._core.storage import to_numpy
from tfcompat._core.variable import Variable
from tfcompat._formats.protos import message
from tfcompat._formats.structures import shape_of
from tfcompat.compat.v1.graph_util import _Frozen, extract_sub_graph
from tfcompat.raw_ops._signatures import Attribute, signature
from tfcompat.saved_model import _sessions
from tfcompat.saved_model.constants import VARIABLES_DIRECTORY, VARIABLES_FILENAME

_CALLS = ("PartitionedCall", "StatefulPartitionedCall")


def frozen(directory: str, meta: Any, signatures: Mapping[str, Any]) -> Any:
    """The part of a MetaGraphDef's graph that leads to the outputs of signatures, and to what fills its tables.

    Calls of functions are written out, and variables are constants of what the checkpoint in `directory` has. The
    outputs keep their names. NotImplementedError where a variable is assigned to.
    """
    ends = [node_name(info.name) for proto in signatures.values() for info in proto.outputs.values()]
    ends = list(dict.fromkeys([*ends, *_sessions.init_ops(meta)]))
    graph = extract_sub_graph(_Inliner(meta.graph_def, ends).graph_def(), ends)
    held = [node.name for node in graph.node if node.op in _sessions.VARIABLES]
    _refuse_assignments(graph, held)
    return _Frozen(graph, _values(directory, meta, held)).graph_def()


def node_name(name: str) -> str:
    """The node of a tensor, or of a control input."""
    return name.removeprefix("^").partition(":")[0]


def tensor_name(name: str) -> str:
    """A tensor's name as nodes have it among their inputs: without the number of the first output."""
    return name.removesuffix(":0")


# ---- variables ----


def _values(directory: str, meta: Any, names: Sequence[str]) -> dict[str, Any]:
    """What the checkpoint has for variables, by the names of their nodes in the graph: as sessions restore them."""
    if not names:
        return {}
    prefix = os.path.join(directory, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
    saver = meta.saver_def
    if not saver.restore_op_name:
        variables = _sessions._variables(meta.graph_def, prefix)
        return {name: to_numpy(variables[name]._storage.t) for name in names}
    variables = {node.name: _empty(node) for node in meta.graph_def.node if node.op in _sessions.VARIABLES}
    session = _sessions.Session(meta.graph_def, variables, directory)
    session.run([f"^{saver.restore_op_name}"], {saver.filename_tensor_name: convert_to_tensor(prefix)})
    return {name: to_numpy(variables[name]._storage.t) for name in names}


def _empty(node: Any) -> Variable:
    dtype, shape = dtypes.as_dtype(node.attr["dtype"].type), shape_of(node.attr["shape"].shape)
    sizes = [] if shape.rank is None else [n or 0 for n in shape.as_list()]
    value = from_numpy(np.zeros(sizes, dtype.as_numpy_dtype), dtype)
    return Variable(wrap(value), name=node.name, shape=shape, validate_shape=False)


def _refuse_assignments(graph: Any, variables: Iterable[str]) -> None:
    held = set(variables)
    for node in graph.node:
        taken = [node_name(name) for name in node.input if node_name(name) in held and not name.startswith("^")]
        if taken and (node.op.startswith(("Assign", "Scatter")) or _changes(node.op)):
            raise NotImplementedError(
                f"tf.quantization.experimental.quantize_saved_model: the signature assigns to {taken[0]!r} "
                f"({node.op}), which would be a constant."
            )


def _changes(op: str) -> bool:
    return op.startswith("Resource") and not op.startswith("ResourceGather")


# ---- functions ----


class _Inliner:
    """Writes the nodes of a graph, and in the place of a call those of the function.

    kept: the calls that stay as nodes, which pass on what the function gives.
    """

    def __init__(self, graph_def: Any, kept: Iterable[str]) -> None:
        self._graph, self._kept = graph_def, set(kept)
        self._functions = {function.signature.name: function for function in graph_def.library.function}
        self._nodes: dict[str, Any] = {}
        self._stands: dict[str, str] = {}  # tensors that calls give, and those within functions that they are
        self._effects: dict[str, list[str]] = {}  # what has to run where a call has to

    def graph_def(self) -> Any:
        """The graph without calls."""
        made = type(self._graph)()
        made.library.CopyFrom(self._graph.library)
        made.versions.CopyFrom(self._graph.versions)
        for node in self._graph.node:
            self._add(node, "", lambda name: tensor_name(name), [])
        for node in self._nodes.values():
            inputs = list(dict.fromkeys(self._controls(node.input)))
            values = [self._tensor(name) for name in node.input if not name.startswith("^")]
            del node.input[:]
            node.input.extend([*values, *inputs])
        made.node.extend(self._nodes.values())
        return made

    def _tensor(self, name: str) -> str:
        while name in self._stands:
            name = self._stands[name]
        return name

    def _controls(self, names: Iterable[str]) -> Iterator[str]:
        todo = [name for name in reversed(list(names)) if name.startswith("^")]
        while todo:
            name = todo.pop()
            if name[1:] in self._effects:
                todo.extend(self._effects[name[1:]])
            else:
                yield name

    def _add(self, node: Any, scope: str, tensor: Callable[[str], str], controls: Sequence[str]) -> None:
        name = f"{scope}{node.name}"
        inputs = [f"^{scope}{i[1:]}" if i.startswith("^") else tensor(i) for i in node.input]
        inputs = [*inputs, *controls]
        if node.op in _CALLS:
            self._call(name, node.attr["f"].func.name, inputs)
            return
        made = self._nodes[name] = type(node)()
        made.CopyFrom(node)
        made.name = name
        del made.input[:]
        made.input.extend(inputs)

    def _call(self, name: str, function: str, inputs: Sequence[str]) -> None:
        proto, scope = self._functions[function], f"{name}/"
        values = [i for i in inputs if not i.startswith("^")]
        given = dict(zip((arg.name for arg in proto.signature.input_arg), values, strict=True))
        inner = {node.name: node for node in proto.node_def}

        def tensor(full: str) -> str:
            node, _, rest = full.partition(":")
            if node in given:
                return given[node]
            output, _, index = rest.partition(":")
            number = _first_of(inner[node], output) + int(index or 0)
            return f"{scope}{node}:{number}" if number else f"{scope}{node}"

        before = [i for i in inputs if i.startswith("^")]
        effects = set(proto.control_ret.values())
        for node in proto.node_def:
            self._add(node, scope, tensor, before if node.name in effects else [])
        results = [tensor(proto.ret[arg.name]) for arg in proto.signature.output_arg]
        after = [f"^{scope}{effect}" for effect in sorted(effects)]
        if name not in self._kept:
            self._stands |= {f"{name}:{i}" if i else name: result for i, result in enumerate(results)}
            self._effects[name] = after
            return
        made = self._nodes[name] = message("NodeDef")(name=name, op="IdentityN" if results else "NoOp")
        if results:
            made.attr["T"].list.type.extend(arg.type for arg in proto.signature.output_arg)
        made.input.extend([*results, *after])


def _first_of(node: Any, output: str) -> int:
    """The number, among all results of a node, of the first one of an output."""
    number = 0
    known = signature(node.op)
    defaults = {p.name: p.default for p in known.parameters if isinstance(p, Attribute)}
    for each in known.outputs:
        if each.name == output:
            return number
        if each.many == "*":
            number += len(node.attr[each.type].list.type)
        elif each.many:
            number += node.attr[each.many].i if each.many in node.attr else defaults[each.many]
        else:
            number += 1
    raise ValueError(f"The node {node.name!r} ({node.op}) of the graph has no output {output!r}.")
