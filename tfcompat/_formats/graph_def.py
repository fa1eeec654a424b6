"""Graphs of captured functions as GraphDef messages."""

from __future__ import annotations

import re
from typing import Any

from tfcompat._core import dtypes
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import make_tensor_proto
from tfcompat._function.listing import constant
from tfcompat._function.recorder import is_fake
from tfcompat._function.symbolic import Operation, SymbolicTensor

_PRODUCER = 2474
_LARGEST_VALUE = 1024


def graph_def(graph: Any, start: int = 0, shapes: bool = False) -> Any:
    """The graph as a GraphDef message: its nodes with names, types, inputs, dtypes, and small constants' values."""
    proto = message("GraphDef")()
    for operation in graph.get_operations()[start:]:
        node = node_def(operation)
        for t in operation._outputs if shapes else ():
            if isinstance(t, SymbolicTensor):
                _add_shape(node.attr["_output_shapes"].list.shape.add(), t)
        proto.node.append(node)
    proto.versions.producer = _PRODUCER
    return proto


def node_def(operation: Operation) -> Any:
    """An operation as a NodeDef message."""
    proto = message("NodeDef")(name=operation.name, op=operation.type, device=operation.device)
    proto.input.extend(t.op.name if not t.value_index else t.name for t in operation.inputs)
    proto.input.extend(f"^{c.name}" for c in operation.control_inputs)
    first = next((t for t in operation._outputs if isinstance(t, SymbolicTensor)), None)
    if operation.type == "Const":
        _add_constant(proto, operation.value if first is None else first._held)
    elif operation.type == "Placeholder":
        kind = operation.dtype if first is None else first.dtype
        proto.attr["dtype"].type = kind.as_datatype_enum
        _add_shape(proto.attr["shape"].shape, first)
        proto.attr["_user_specified_name"].s = operation.name.rpartition("/")[2].encode()
    elif first is not None:
        proto.attr["T"].type = first.dtype.as_datatype_enum
    return proto


def _add_shape(proto: Any, tensor: SymbolicTensor | None) -> None:
    shape = None if tensor is None else tensor.shape
    if shape is not None and shape.rank is None:
        proto.unknown_rank = True
    for d in [] if shape is None or shape.rank is None else shape.as_list():
        proto.dim.add(size=-1 if d is None else d)


def _add_constant(proto: Any, value: Any) -> None:
    if is_fake(value):
        return
    array, kind = constant(value)
    proto.attr["dtype"].type = kind.as_datatype_enum
    if array.size <= _LARGEST_VALUE:
        proto.attr["value"].tensor.CopyFrom(make_tensor_proto(array, kind, array.shape))


def attribute(operation: Operation, name: str) -> Any:
    """The value of an attribute of an operation; ValueError where it has none of that name."""
    found = node_def(operation).attr
    if name not in found:
        raise ValueError(f"Operation {operation.name!r} has no attr named {name!r}.")
    value = found[name]
    kind = value.WhichOneof("value")
    return dtypes.as_dtype(value.type) if kind == "type" else getattr(value, kind)


def op_def(operation: Operation) -> Any:
    """The kind of an operation as an OpDef message: its name."""
    return message("OpDef")(name=operation.type)


def function_def(concrete: Any) -> Any:
    """A concrete function as a FunctionDef message: the names and dtypes of what it takes and gives, and its nodes."""
    graph = concrete.graph
    proto = message("FunctionDef")()
    proto.signature.name = concrete.name.decode()
    given = {t.op.name for t in concrete.inputs}
    for t in concrete.inputs:
        proto.signature.input_arg.add(name=_argument_name(t.op.name), type=t.dtype.as_datatype_enum)
    for t in graph.outputs:
        name = _argument_name(t.op.name)
        proto.signature.output_arg.add(name=name, type=t.dtype.as_datatype_enum)
        proto.ret[name] = f"{t.op.name}:output:{t.value_index}"
    proto.node_def.extend(node_def(op) for op in graph.get_operations() if op.name not in given)
    return proto


def _argument_name(name: str) -> str:
    return re.sub("[^a-z0-9]", "_", name.lower())
