"""The operations of a graph as TensorFlow lists them: constants and variables among their inputs, and as protos.

What runs is the torch.fx graph. This is what `graph.get_operations()` and `graph.as_graph_def()` tell of the calls that
made it: one operation for each op, a Const for each Python value that was given, a ReadVariableOp for a variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._function.symbolic import Operation, SymbolicTensor

# What TensorFlow calls arguments that are Python's here and constants of the graph there.
_REDUCTIONS = dict.fromkeys(("Sum", "Mean", "Max", "Min", "Prod", "All", "Any"), (("axis", "reduction_indices"),))
_CONSTANTS: dict[str, tuple[tuple[str, str], ...]] = _REDUCTIONS | {
    "ArgMax": (("axis", "dimension"),),
    "ArgMin": (("axis", "dimension"),),
    "ExpandDims": (("axis", "dim"),),
    "Reshape": (("shape", "shape"),),
    "Transpose": (("perm", "perm"),),
    "ConcatV2": (("axis", "axis"),),
    "GatherV2": (("axis", "axis"),),
    "Fill": (("dims", "dims"),),
    "Tile": (("multiples", "multiples"),),
    "Pad": (("paddings", "paddings"),),
}


def inputs(graph: Any, op: Any, given: Sequence[Any], name: str) -> list[Any]:
    """The input tensors of a call of `op` with these arguments, with operations of their own for what is no tensor."""
    found: list[Any] = []
    for i, kind in op.kinds:
        if i >= len(given) or given[i] is None:
            continue
        many = kind.endswith("s") and isinstance(given[i], (list, tuple))
        for j, x in enumerate(given[i] if many else [given[i]]):
            label = f"values_{j}" if many else op.names[i]
            found.append(_input(graph, x, f"{name}/{label}", name))
    for parameter, label in _CONSTANTS.get(op.kernel, ()):
        i = op.index.get(parameter, len(given))
        x = given[i] if i < len(given) else None
        if x is None and label != "reduction_indices":
            continue
        found.append(_input(graph, x, f"{name}/{label}" if x is not None else graph.unique_name("Const"), name))
    return [x for x in found if x is not None]


def _input(graph: Any, x: Any, label: str, name: str) -> Any:
    if isinstance(x, SymbolicTensor):
        return x if x.graph is graph else None
    if isinstance(x, Variable):
        return _read(graph, x, f"{name}/ReadVariableOp")
    if isinstance(x, Tensor) and id(x) in graph.captures:
        return _captured(graph, x, label)
    held = x._t if isinstance(x, Tensor) else x
    return output(graph.add_operation(label, "Const", value=held))


def _captured(graph: Any, tensor: Any, label: str) -> Any:
    """The Placeholder of an eager tensor, made where it is met first."""
    found = graph.resources.get(id(tensor))
    if found is None:
        operation = graph.add_operation(label, "Placeholder", dtype=tensor.dtype, shape=tensor.shape)
        found = graph.resources[id(tensor)] = output(operation)
    return found


def _read(graph: Any, variable: Any, name: str) -> Any:
    source = _resource(graph, variable, name)
    read = graph.add_operation(name, "ReadVariableOp", [source])
    graph.stateful.append(read)
    return output(read)


def _resource(graph: Any, variable: Any, name: str) -> Any:
    """The Placeholder of a variable, made where it is met first."""
    found = graph.resources.get(id(variable._storage))
    if found is None:
        operation = graph.add_operation(f"{name}/resource", "Placeholder", dtype=dtypes.resource, shape=TensorShape(()))
        found = graph.resources[id(variable._storage)] = output(operation)
    return found


def assignment(graph: Any, variable: Any, kind: str) -> None:
    """Notes that a variable is assigned, by an operation `kind`."""
    name = graph.unique_name(f"{graph.scope()}{kind}")
    graph.stateful.append(graph.add_operation(name, kind, [_resource(graph, variable, name)]))


class Output:
    """The result of an operation that is only listed, a constant or a variable's: it has a name."""

    def __init__(self, op: Operation) -> None:
        self.op, self.graph, self.value_index = op, op.graph, 0

    @property
    def name(self) -> str:
        """The operation's name and the number of the output."""
        return f"{self.op.name}:0"

    @property
    def dtype(self) -> Any:
        """The dtype, None where it is not told."""
        return _dtype_of(self.op)

    @property
    def shape(self) -> Any:
        """The shape, None where it is not told."""
        return TensorShape(constant(self.op.value)[0].shape) if self.op.type == "Const" else self.op.shape

    def __repr__(self) -> str:
        if self.dtype is None or self.shape is None:
            return f"<tf.Tensor {self.name!r}>"
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


def output(op: Operation) -> Output:
    """The first result of an operation that is only listed."""
    found = Output(op)
    op._outputs.append(found)  # type: ignore[arg-type]
    return found


def _dtype_of(op: Operation) -> Any:
    if op.type == "Const":
        return constant(op.value)[1]
    return op.dtype if op.type == "Placeholder" else None


def constant(value: Any) -> tuple[np.ndarray, Any]:
    """The array and the dtype of a constant, which may be a Python value."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        array = to_numpy(value)
    else:
        array = np.asarray([] if value is None else value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        elif array.dtype == np.int64:
            array = array.astype(np.int32)
    kind = dtypes.string if array.dtype.kind in "OSU" else dtypes.as_dtype(array.dtype)
    return array, kind
