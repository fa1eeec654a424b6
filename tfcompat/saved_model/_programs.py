"""Captured graphs as JSON: a line for each of torch's kernels, made into a torch.fx graph again when they are loaded.

A program names kernels of torch (aten, prims) and tfcompat's own, and a few of Python's operators on sizes; nothing
else can be called, so that a file runs no code of its own.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import fx
from torch._ops import OpOverload

from tfcompat._core.storage import to_numpy

_NAMESPACES = ("aten", "prims", "tfcompat")
_OPERATORS = {
    name: getattr(operator, name)
    for name in "getitem add sub mul floordiv truediv mod neg pow lt le gt ge eq ne not_ and_ or_ pos abs".split()
} | {"sym_max": torch.sym_max, "sym_min": torch.sym_min, "sym_not": torch.sym_not, "sym_float": torch.sym_float,
     "sym_int": torch.sym_int, "ceil": math.ceil, "floor": math.floor}  # fmt: skip
_OPERATOR_NAMES = {id(function): name for name, function in _OPERATORS.items()}
_LAYOUTS = {"strided": torch.strided, "sparse_coo": torch.sparse_coo}
_MEMORY = {str(kind): kind for kind in (torch.contiguous_format, torch.channels_last, torch.preserve_format,
                                        torch.channels_last_3d)}  # fmt: skip


class NotSavable(NotImplementedError):
    """A graph with something in it that only this process can run."""


class Encoder:
    """Writes programs as JSON values; the tensors among their constants go to `constants`, by name."""

    def __init__(self) -> None:
        self.constants: dict[str, np.ndarray] = {}

    def program(self, program: Any, root: Any) -> dict[str, Any]:
        """A `_function.program.Program` whose constants are attributes of `root`."""
        numbers: dict[fx.Node, int] = {node: i for i, node in enumerate(program.inputs)}
        lines = []
        for node in program.nodes:
            args, kwargs = program.arguments(node)
            if node.op == "get_attr":
                line = {"constant": self.constant(getattr(root, node.target))}
            elif node.op == "call_function":
                line = {
                    "call": _target_name(node.target),
                    "args": [self._value(arg, numbers) for arg in args],
                    "kwargs": {key: self._value(arg, numbers) for key, arg in kwargs.items()},
                }
            else:
                raise NotSavable(f"a node {node.op!r} of {node.target}")
            numbers[node] = len(numbers)
            lines.append(line)
        outputs = [self._value(program.resolve(output), numbers) for output in program.outputs]
        return {"inputs": len(program.inputs), "nodes": lines, "outputs": outputs}

    def constant(self, tensor: Any) -> str:
        """Keeps a tensor; its name."""
        array = to_numpy(tensor)
        if array.dtype == object:
            raise NotSavable("a constant of strings")
        name = f"constant_{len(self.constants)}"
        self.constants[name] = array
        return name

    def _value(self, value: Any, numbers: dict[fx.Node, int]) -> Any:
        if isinstance(value, fx.Node):
            return {"node": numbers[value]}
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": str(value)}
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, (list, tuple)):
            return [self._value(item, numbers) for item in value]
        if isinstance(value, slice):
            return {"slice": [self._value(part, numbers) for part in (value.start, value.stop, value.step)]}
        if isinstance(value, torch.dtype):
            return {"dtype": str(value).removeprefix("torch.")}
        if isinstance(value, torch.device):
            return {"device": value.type}
        if isinstance(value, torch.layout):
            return {"layout": str(value).removeprefix("torch.")}
        if isinstance(value, torch.memory_format):
            return {"memory_format": str(value)}
        if isinstance(value, torch.Tensor):
            return {"tensor": self.constant(value)}
        raise NotSavable(f"a value {value!r}")


def _target_name(target: Any) -> str:
    if isinstance(target, OpOverload) and target.namespace in _NAMESPACES:
        return f"{target.namespace}.{target._schema.name.rpartition('::')[2]}.{target._overloadname}"
    name = _OPERATOR_NAMES.get(id(target))
    if name is None:
        what = type(target).__name__
        kinds = {"Loop": "a loop over tensors", "Choice": "a branch on a tensor's value"}
        raise NotSavable(kinds.get(what, f"a Python function ({what})"))
    return f"operator.{name}"


def _target(name: str) -> Callable[..., Any]:
    namespace, _, rest = name.partition(".")
    if namespace == "operator" and rest in _OPERATORS:
        return _OPERATORS[rest]
    packet, _, overload = rest.rpartition(".")
    if namespace in _NAMESPACES and packet.isidentifier() and overload.isidentifier():
        if namespace == "tfcompat":
            from tfcompat._function import recorder  # noqa: F401 - what it imports registers tfcompat's kernels
        found = getattr(getattr(getattr(torch.ops, namespace), packet, None), overload, None)
        if isinstance(found, OpOverload):
            return found
    raise ValueError(f"The SavedModel calls {name!r}, which is no kernel of the installed torch")


class Decoder:
    """Makes functions of tensors of the JSON values that `Encoder` wrote. constants: tensors by name."""

    def __init__(self, constants: dict[str, torch.Tensor]) -> None:
        self._constants = constants

    def program(self, data: dict[str, Any]) -> Callable[..., Any]:
        """The program as a function of its inputs, which returns the list of its outputs; ValueError for bad data."""
        root, graph = torch.nn.Module(), fx.Graph()
        try:
            nodes = [graph.placeholder(f"a{i}") for i in range(data["inputs"])]
            for line in data["nodes"]:
                if "constant" in line:
                    nodes.append(self._constant(root, graph, line["constant"]))
                    continue
                args = tuple([self._value(arg, nodes, root, graph) for arg in line["args"]])
                kwargs = {str(key): self._value(arg, nodes, root, graph) for key, arg in line["kwargs"].items()}
                nodes.append(graph.create_node("call_function", _target(line["call"]), args, kwargs))
            graph.output([self._value(output, nodes, root, graph) for output in data["outputs"]])
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise ValueError(f"A program of the SavedModel is damaged: {error!r}") from error
        return fx.GraphModule(root, graph)

    def _constant(self, root: Any, graph: fx.Graph, name: str) -> fx.Node:
        attribute = f"c{len(list(root.buffers()))}"
        root.register_buffer(attribute, self._constants[name], persistent=False)
        return graph.get_attr(attribute)

    def _value(self, value: Any, nodes: list[fx.Node], root: Any, graph: fx.Graph) -> Any:
        if isinstance(value, list):
            return [self._value(item, nodes, root, graph) for item in value]
        if not isinstance(value, dict):
            return value
        ((kind, content),) = value.items()
        if kind == "node":
            return nodes[int(content)]
        if kind == "tensor":
            return self._constant(root, graph, content)
        if kind == "float":
            return float(content)
        if kind == "complex":
            return complex(*content)
        if kind == "slice":
            return slice(*[self._value(part, nodes, root, graph) for part in content])
        if kind == "device":
            return torch.device(content)
        table: dict[str, Any] = {"layout": _LAYOUTS, "memory_format": _MEMORY}
        found = getattr(torch, content, None) if kind == "dtype" else table[kind][content]
        if kind == "dtype" and not isinstance(found, torch.dtype):
            raise TypeError(f"no dtype {content!r}")
        return found
