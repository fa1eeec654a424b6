"""tf.compat.v1.graph_util: parts of GraphDefs, and graphs whose variables became constants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._formats.protos import message
from tfcompat._function.symbolic import Operation
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.graph_util import import_graph_def

_VARIABLES = ("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable")
_CHANGING = frozenset(
    "Assign AssignAdd AssignSub Queue ScatterAdd ScatterSub ScatterUpdate TruncatedNormal Variable VariableV2".split()
)


def _node_name(name: str) -> str:
    return name.removeprefix("^").partition(":")[0]


def _checked(graph_def: Any, what: str) -> Any:
    if not hasattr(graph_def, "node") or not hasattr(graph_def, "library"):
        raise TypeError(f"{what} must be a graph_pb2.GraphDef proto, but got type {type(graph_def)}.")
    return graph_def


def extract_sub_graph(graph_def: Any, dest_nodes: Iterable[str]) -> Any:
    """The part of a GraphDef that leads to nodes, as a GraphDef (tf.compat.v1.graph_util.extract_sub_graph).

    dest_nodes: their names; TypeError for a single string, AssertionError for one that the graph has not.
    """
    _checked(graph_def, "graph_def")
    if isinstance(dest_nodes, str):
        raise TypeError(f"dest_nodes must be an iterable of strings, but got type {type(dest_nodes)}.")
    nodes = {node.name: node for node in graph_def.node}
    todo = list(dest_nodes)
    for name in todo:
        if name not in nodes:
            raise AssertionError(f"{name} is not in graph")
    kept: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in kept and name in nodes:
            kept.add(name)
            todo += map(_node_name, nodes[name].input)
            todo += [each.decode().removeprefix("loc:@") for each in _class_of(nodes[name])]
    found = type(graph_def)()
    found.node.extend(node for node in graph_def.node if node.name in kept)
    found.library.CopyFrom(graph_def.library)
    found.versions.CopyFrom(graph_def.versions)
    return found


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Sequence[str] | None = None,
    variable_names_blacklist: Sequence[str] | None = None,
) -> Any:
    """The part of a GraphDef that leads to the outputs, with a session's values in the place of its variables.

    variable_names_whitelist, variable_names_blacklist: names of variables of which alone, or of which not, constants
    are made. (tf.compat.v1.graph_util.convert_variables_to_constants)
    """
    graph_def = extract_sub_graph(input_graph_def, output_node_names)
    chosen = [
        node.name
        for node in graph_def.node
        if node.op in _VARIABLES
        and (variable_names_whitelist is None or node.name in variable_names_whitelist)
        and (variable_names_blacklist is None or node.name not in variable_names_blacklist)
    ]
    variables = [sess.graph.get_tensor_by_name(f"{name}:0") for name in chosen]
    values = dict(zip(chosen, sess.run(variables) if variables else [], strict=True))
    return _Frozen(graph_def, values).graph_def()


class _Frozen:
    """Makes constants of the variables that there are values of, in a graph and the functions that take them."""

    def __init__(self, graph_def: Any, values: dict[str, Any]) -> None:
        self._graph, self._values = graph_def, values
        self._functions = {f.signature.name: f for f in graph_def.library.function}
        self._made: dict[tuple[str, tuple[tuple[int, int], ...]], str] = {}

    def graph_def(self) -> Any:
        """The GraphDef with constants."""
        from tfcompat._formats.tensor_proto import make_tensor_proto

        found = type(self._graph)()
        found.versions.CopyFrom(self._graph.versions)
        frozen: dict[str, int] = {}
        for node in self._graph.node:
            made = found.node.add()
            if node.name not in self._values:
                made.CopyFrom(node)
                continue
            kind = dtypes.as_dtype(node.attr["dtype"].type)
            made.name, made.op = node.name, "Const"
            made.attr["dtype"].type = kind.as_datatype_enum
            value = self._values[node.name]
            made.attr["value"].tensor.CopyFrom(make_tensor_proto(value, kind, list(getattr(value, "shape", ()))))
            frozen[node.name] = node.attr["dtype"].type
        self._rewrite(found.node, frozen)
        found.library.CopyFrom(self._graph.library)
        known = {function.signature.name for function in found.library.function}
        found.library.function.extend(f for name, f in self._functions.items() if name not in known)
        return found

    def _rewrite(self, nodes: Any, frozen: dict[str, int]) -> None:
        """Has nodes take values where they took handles; frozen: the dtypes of values, by what nodes call them."""
        for node in list(nodes):
            places = {
                i: frozen[_node_name(name)]
                for i, name in enumerate(node.input)
                if _node_name(name) in frozen and not name.startswith("^")
            }
            if not places:
                continue
            node.attr.pop("_output_shapes", None)
            if node.op in ("Identity", "Switch", "Enter", "ReadVariableOp"):
                self._passed(node, places[0], frozen)
            elif node.op == "ResourceGather":
                self._gathered(nodes, node, places[0])
            elif any(attr.func.name or attr.list.func for attr in node.attr.values()):
                self._called(node, places)

    def _passed(self, node: Any, kind: int, frozen: dict[str, int]) -> None:
        if node.op == "ReadVariableOp":
            node.op = "Identity"
            node.attr.pop("dtype", None)
        elif node.attr["T"].type == dtypes.resource.as_datatype_enum:
            frozen[node.name] = kind
        node.attr["T"].type = kind

    def _gathered(self, nodes: Any, node: Any, kind: int) -> None:
        from tfcompat._formats.tensor_proto import make_tensor_proto

        batch = node.attr["batch_dims"].i if "batch_dims" in node.attr else 0
        axis = nodes.add(name=f"{node.name}/axis", op="Const")
        axis.attr["dtype"].type = dtypes.int32.as_datatype_enum
        axis.attr["value"].tensor.CopyFrom(make_tensor_proto(batch, dtypes.int32, []))
        node.op = "GatherV2"
        node.input.insert(2, axis.name if not self._in_function else f"{axis.name}:output:0")
        node.attr["Tparams"].type = kind
        node.attr["Taxis"].type = dtypes.int32.as_datatype_enum
        for name in ("dtype", "validate_indices"):
            node.attr.pop(name, None)

    _in_function = False

    def _called(self, node: Any, places: dict[int, int]) -> None:
        offset = 1 if node.op in ("If", "StatelessIf", "Case", "StatelessCase") else 0
        taken = tuple(sorted((i - offset, kind) for i, kind in places.items()))
        for attr in node.attr.values():
            for func in [attr.func, *attr.list.func]:
                if func.name:
                    func.name = self._function(func.name, taken)
        for key in ("Tin", "T"):
            if key in node.attr:
                for i, kind in taken:
                    node.attr[key].list.type[i] = kind
        if node.op in ("While", "StatelessWhile") and "output_shapes" in node.attr:
            for i, _ in taken:  # that of a handle
                node.attr["output_shapes"].list.shape[i].Clear()
                node.attr["output_shapes"].list.shape[i].unknown_rank = True

    def _function(self, name: str, taken: tuple[tuple[int, int], ...]) -> str:
        """A function of the library that takes values for some of its handles; its name."""
        if (name, taken) not in self._made:
            made = type(self._functions[name])()
            made.CopyFrom(self._functions[name])
            new, number = f"{name}_frozen", 0
            while new in self._functions:
                number += 1
                new = f"{name}_frozen_{number}"
            made.signature.name = self._made[name, taken] = new
            self._functions[new] = made
            frozen = {}
            for i, kind in taken:
                argument = made.signature.input_arg[i]
                argument.type = kind
                del argument.handle_data[:]
                shapes = made.arg_attr[i].attr["_output_shapes"].list.shape
                del shapes[:]
                shapes.add(unknown_rank=True)
                frozen[argument.name] = kind
            for argument in made.signature.output_arg:
                source = _node_name(made.ret[argument.name])
                if source in frozen:
                    argument.type = frozen[source]
            before, self._in_function = self._in_function, True
            for node in made.node_def:
                if node.op == "ReadVariableOp" and _node_name(node.input[0]) in frozen:
                    self._renamed_output(made, node.name, "value", "output")
            self._rewrite(made.node_def, frozen)
            self._in_function = before
        return self._made[name, taken]

    def _renamed_output(self, function: Any, node: str, old: str, new: str) -> None:
        for each in function.node_def:
            for i, name in enumerate(each.input):
                if name.startswith(f"{node}:{old}:"):
                    each.input[i] = f"{node}:{new}:{name.rpartition(':')[2]}"
        for key, name in list(function.ret.items()):
            if name.startswith(f"{node}:{old}:"):
                function.ret[key] = f"{node}:{new}:{name.rpartition(':')[2]}"


def remove_training_nodes(input_graph: Any, protected_nodes: Sequence[str] | None = None) -> Any:
    """A GraphDef without the nodes that pass their input on unchanged (tf.compat.v1.graph_util.remove_training_nodes).

    These are CheckNumerics, and Identity and StopGradient where no control edges meet them. protected_nodes: names of
    nodes to keep.
    """
    kept = set(protected_nodes or ())
    nodes = list(_checked(input_graph, "input_graph").node)
    held = {name for node in nodes for name in node.input if name.startswith("^")}
    controlled = {node.name for node in nodes if any(name.startswith("^") for name in node.input)}
    together = {each.decode().removeprefix("loc:@") for node in nodes for each in _class_of(node)}
    gone: dict[str, str] = {}
    for node in nodes:
        free = f"^{node.name}" not in held and node.name not in controlled and node.name not in together
        passes = node.op == "CheckNumerics" or (node.op in ("Identity", "StopGradient") and free)
        if passes and node.name not in kept:
            gone[node.name] = node.input[0]
    found = type(input_graph)()
    for node in nodes:
        if node.name in gone:
            continue
        made = found.node.add()
        made.CopyFrom(node)
        del made.input[:]
        for name in node.input:
            control = name.startswith("^")
            while _node_name(name) in gone:
                name = gone[_node_name(name)]
            made.input.append(f"^{_node_name(name)}" if control else name)
    found.library.CopyFrom(input_graph.library)
    found.versions.CopyFrom(input_graph.versions)
    return found


def _class_of(node: Any) -> list[bytes]:
    return list(node.attr["_class"].list.s) if "_class" in node.attr else []


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow has a kernel of an Operation or NodeDef for the CPU alone (must_run_on_cpu).

    pin_variables_on_cpu: whether what works on variables counts as such, too.
    """
    proto = node.node_def if isinstance(node, Operation) else node
    if not isinstance(proto, message("NodeDef")) and not hasattr(proto, "attr"):
        raise TypeError(f"must_run_on_cpu: node must be an Operation or NodeDef, got {node!r}.")
    if pin_variables_on_cpu and proto.op in _CHANGING:
        return True
    kinds = {
        name: dtypes.as_dtype(attr.type) for name, attr in proto.attr.items() if attr.WhichOneof("value") == "type"
    }
    if proto.op == "Const":
        return kinds.get("dtype") in (dtypes.string, dtypes.int32)
    if proto.op in ("DynamicStitch", "ParallelDynamicStitch"):
        return kinds.get("T") is dtypes.int32
    return proto.op == "Cast" and kinds.get("SrcT") is dtypes.int32


def tensor_shape_from_node_def_name(graph: Any, input_name: str) -> Any:
    """The shape of a graph's tensor, which a node names as its input (tensor_shape_from_node_def_name)."""
    name = input_name if ":" in input_name else f"{input_name}:0"
    return graph.get_tensor_by_name(name).get_shape()


__all__ = [
    "convert_variables_to_constants",
    "extract_sub_graph",
    "import_graph_def",
    "must_run_on_cpu",
    "remove_training_nodes",
    "tensor_shape_from_node_def_name",
]

__getattr__ = _module_getattr("tf.compat.v1.graph_util", globals(), lazy={})
