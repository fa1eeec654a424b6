"""The nodes of a graph that save and restore variables: written for a Saver, and read where one was imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.variable import Variable
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import make_ndarray, with_content

Slices = tuple[tuple[int, int], ...]


class Restored(NamedTuple):
    """What a saver gives a variable: a tensor of the checkpoint, or a part of one.

    spec: the shape of the whole and the part, as checkpoints tell them, "4 3 0,2:0,3"; "" for all.
    """

    key: str
    variable: Variable
    spec: str

    @property
    def shape(self) -> list[int]:
        """The shape of the whole, where this is a part."""
        return [int(n) for n in self.spec.split(" ")[:-1]]

    @property
    def slices(self) -> Slices | None:
        """The start and the length of the part along each dimension; None for all."""
        return _slices(self.spec)


def restored_by(graph: Any, restore_op_name: str) -> list[Restored]:
    """What the imported operation of this name restores; ValueError where it is no saver's."""
    found: list[Restored] = []
    todo, seen = [graph.get_operation_by_name(restore_op_name)], set()
    while todo:
        op = todo.pop(0)
        if op in seen:
            continue
        seen.add(op)
        if op.imported is None:
            raise ValueError(f"The operation {op.name!r} restores nothing that a Saver could: it was not imported.")
        if op.type in ("Assign", "AssignVariableOp"):
            found.append(_restored(op))
        todo += op._control_inputs
    return found


def _restored(op: Any) -> Restored:
    importer, proto = op.imported.importer, op.imported.proto
    name = proto.input[1]
    node = importer.nodes[_node(name)]
    while node.op in ("Identity", "Reshape", "Cast"):
        name = node.input[0]
        node = importer.nodes[_node(name)]
    if node.op not in ("RestoreV2", "Restore", "RestoreSlice"):
        raise ValueError(
            f"The operation {op.name!r} assigns what {node.name!r} gives, a {node.op}, not what is restored."
        )
    index = int(name.partition(":")[2] or 0)
    key = _strings(importer, node.input[1])[index]
    slices = _strings(importer, node.input[2])[index] if node.op != "Restore" else b""
    target = op.results[0] if op.results else None
    variable = target if target is not None else importer._value(None, proto.input[0])
    return Restored(key.decode(), importer.variables.get(_node(proto.input[0]), variable), slices.decode())


def _strings(importer: Any, name: str) -> list[bytes]:
    node = importer.nodes[_node(name)]
    if node.op != "Const":
        raise ValueError(f"The names of what is restored are no constant: {node.name!r} is a {node.op}.")
    return np.asarray(make_ndarray(node.attr["value"].tensor), object).reshape(-1).tolist()


def _slices(text: str) -> Slices | None:
    """The part of "shape start,length:-:..."; None for all."""
    if not text:
        return None
    *sizes, parts = text.split(" ")
    pairs = [(0, int(n)) if p == "-" else p.split(",") for n, p in zip(sizes, parts.split(":"), strict=True)]
    return tuple((int(start), int(length)) for start, length in pairs)


def _node(name: str) -> str:
    return name.removeprefix("^").partition(":")[0]


# ---- writing ----


def add_saver(graph_def: Any, saved: Iterable[Restored]) -> Any:
    """Adds the nodes that save and restore variables to a GraphDef; the SaverDef that names them."""
    writer = _Writer(graph_def)
    entries = sorted(saved, key=lambda each: (each.key, each.slices or ()))
    keys, specs = [each.key.encode() for each in entries], [each.spec.encode() for each in entries]
    model = writer.const("filename/input", b"model", [])
    filename = writer.node("PlaceholderWithDefault", "filename", [model], dtype=dtypes.string)
    const = writer.node("PlaceholderWithDefault", "Const", [filename], dtype=dtypes.string)
    restored = []
    if keys:
        values = [writer.value(each.variable, i) for i, each in enumerate(entries)]
        names = writer.const("SaveV2/tensor_names", keys, [len(keys)])
        slices = writer.const("SaveV2/shape_and_slices", specs, [len(keys)])
        save = writer.node("SaveV2", "SaveV2", [const, names, slices, *values])
        kinds = [each.variable.dtype.base_dtype for each in entries]
        writer.types(save, "dtypes", kinds)
        names = writer.const("RestoreV2/tensor_names", keys, [len(keys)])
        slices = writer.const("RestoreV2/shape_and_slices", specs, [len(keys)])
        restore = writer.node("RestoreV2", "RestoreV2", [const, names, slices])
        writer.types(restore, "dtypes", kinds)
        for i, each in enumerate(entries):
            restored.append(writer.assign(each.variable, f"{restore}:{i}" if i else restore, i))
    control = writer.node("Identity", "control_dependency", [const, *([f"^{writer.scope}/SaveV2"] if keys else [])])
    writer.nodes[control].attr["T"].type = dtypes.string.as_datatype_enum
    writer.node("NoOp", "restore_all", [f"^{name}" for name in restored])
    proto = message("SaverDef")(version=2)
    proto.filename_tensor_name, proto.save_tensor_name = f"{const}:0", f"{control}:0"
    proto.restore_op_name = f"{writer.scope}/restore_all"
    return proto


class _Writer:
    """Adds nodes to a GraphDef within a scope of their own."""

    def __init__(self, graph_def: Any) -> None:
        self._graph = graph_def
        taken = {node.name.partition("/")[0].lower() for node in graph_def.node}
        self.scope, number = "save", 0
        while self.scope in taken:
            number += 1
            self.scope = f"save_{number}"
        self.nodes: dict[str, Any] = {}

    def node(self, op: str, name: str, inputs: list[str], dtype: Any = None) -> str:
        """Adds a node; its full name."""
        node = self._graph.node.add(name=f"{self.scope}/{name}", op=op, input=inputs)
        if dtype is not None:
            node.attr["dtype"].type = dtype.as_datatype_enum
        if op == "PlaceholderWithDefault":
            node.attr["shape"].shape.SetInParent()
        self.nodes[node.name] = node
        return node.name

    def const(self, name: str, value: Any, shape: list[int]) -> str:
        """Adds a constant of strings."""
        array = np.empty(shape, object)
        array[...] = value
        full = self.node("Const", name, [], dtypes.string)
        self.nodes[full].attr["value"].tensor.CopyFrom(with_content(array, dtypes.string))
        return full

    def types(self, name: str, attr: str, kinds: list[Any]) -> None:
        """Sets a list of dtypes."""
        self.nodes[name].attr[attr].list.type.extend(kind.as_datatype_enum for kind in kinds)

    def value(self, variable: Variable, number: int) -> str:
        """What gives a variable's value."""
        handle = variable.__dict__["_handle_op"]
        if handle.type != "VarHandleOp":
            return handle.name
        return self.node("ReadVariableOp", f"Read_{number}/ReadVariableOp", [handle.name], variable.dtype.base_dtype)

    def assign(self, variable: Variable, value: str, number: int) -> str:
        """Adds what gives a variable a value."""
        handle, kind = variable.__dict__["_handle_op"], variable.dtype.base_dtype
        suffix = f"_{number}" if number else ""
        if handle.type != "VarHandleOp":
            name = self.node("Assign", f"Assign{suffix}", [handle.name, value])
            self.nodes[name].attr["T"].type = kind.as_datatype_enum
            return name
        passed = self.node("Identity", f"Identity{suffix}", [value])
        self.nodes[passed].attr["T"].type = kind.as_datatype_enum
        return self.node("AssignVariableOp", f"AssignVariableOp{suffix}", [handle.name, passed], kind)
