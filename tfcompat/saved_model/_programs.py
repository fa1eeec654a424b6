"""Captured graphs as JSON: a line for each of torch's kernels, made into a torch.fx graph again when they are loaded.

A program names kernels of torch (aten, prims) and of tfcompat, ops of tfcompat such as those on strings, and a few of
Python operators on sizes, and has loops and branches over programs. Nothing else can be called: a file runs no code of
its own.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import fx
from torch._ops import OpOverload

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Op
from tfcompat._core.storage import to_numpy
from tfcompat._function import opaque, reverse
from tfcompat._function.control import picker
from tfcompat._function.sizes import Check
from tfcompat._function.sources import FUNCTIONS, Input, Source, runner
from tfcompat.lookup._stores import Store
from tfcompat.saved_model import _calls
from tfcompat.strings.hashing import fingerprint64

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


_FUNCTIONS = {"max": max, "min": min, "int": int, "float": float, "floor": math.floor, "ceil": math.ceil}
_CONDITIONS = (
    ast.Expression, ast.BoolOp, ast.boolop, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator, ast.Compare, ast.cmpop,
    ast.Name, ast.Load, ast.Constant, ast.Call,
)  # fmt: skip


class NotSavable(NotImplementedError):
    """A graph with something in it that only this process can run."""


class Encoder:
    """Writes programs as JSON values; the tensors among their constants go to `constants`, by name."""

    def __init__(self) -> None:
        self.constants: dict[str, np.ndarray] = {}
        self._stores: dict[int, int] = {}

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
                    **self._target(node.target),
                    "args": [self._value(arg, numbers) for arg in args],
                    "kwargs": {key: self._value(arg, numbers) for key, arg in kwargs.items()},
                }
            else:
                raise NotSavable(f"a node {node.op!r} of {node.target}")
            numbers[node] = len(numbers)
            lines.append(line)
        outputs = [self._value(program.resolve(output), numbers) for output in program.outputs]
        return {"inputs": len(program.inputs), "nodes": lines, "outputs": outputs}

    def _target(self, target: Any) -> dict[str, Any]:
        if isinstance(target, reverse.Loop):
            parts = {"test": self._part(target.test), "step": self._part(target.step)}
            return {"loop": {**parts, "carried": target.carried, "split": target.split, "places": target.places}}
        pick = getattr(getattr(target, "pick", None), "description", None)
        if isinstance(target, reverse.Choice) and pick is not None:
            return {"choice": {"parts": list(map(self._part, target.parts)), "starts": target.starts, "pick": pick}}
        if isinstance(target, Check):
            return {"check": {"text": target.text, "names": target.names}}
        if isinstance(target, opaque.Node) and target.source is not None:
            return {"op": self._source(target.source)}
        return {"call": _target_name(target)}

    def _part(self, part: Any) -> dict[str, Any]:
        return self.program(part.program(), part.graph.recorder.tracer.root)

    def _source(self, source: Source) -> dict[str, Any]:
        function = source.function
        known = next((name for name, f in FUNCTIONS.items() if f is function), None)
        name = known or f"{function.__module__}:{function.__name__}"
        if known is None and _op(name) is not function:
            raise NotSavable(f"an op {name} of its own")
        kwargs = {key: self._argument(arg) for key, arg in source.kwargs.items()}
        return {"name": name, "args": [self._argument(arg) for arg in source.args], "kwargs": kwargs}

    def _argument(self, value: Any) -> Any:
        """An argument of an op, in which inputs of the node may be."""
        if isinstance(value, Input):
            return {"input": [value.number, value.wrapped]}
        if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
            return {type(value).__name__: [self._argument(item) for item in value]}
        if isinstance(value, dict):
            return {"dict": [[self._argument(key), self._argument(item)] for key, item in value.items()]}
        if isinstance(value, bytes):
            return {"bytes": value.decode("latin1")}
        if isinstance(value, dtypes.DType):
            return {"tf_dtype": value.name}
        if isinstance(value, np.ndarray):
            return {"array": self.constant(value)}
        if type(value) is Store:
            return {"store": self._store(value)}
        if value is fingerprint64:
            return {"hash": fingerprint64.__name__}
        return self._value(value, {})

    def _store(self, store: Store) -> dict[str, Any]:
        """A table: what is in it now, and a number that tells it from the others."""
        keys, values = store.export()
        return {
            "number": self._stores.setdefault(id(store), len(self._stores)),
            "dtypes": [store.key.name, store.value.name],
            "shapes": [list(store.value_shape), list(store.key_shape)],
            "rows": [self.constant(keys), self.constant(values)],
        }

    def constant(self, tensor: Any) -> str:
        """Keeps a tensor; its name."""
        array = to_numpy(tensor)
        if array.dtype == object:
            # safetensors holds no strings: their bytes one after the other, and how many each has.
            name = f"strings_{len(self.constants)}"
            texts = array.reshape(-1).tolist()
            self.constants[name] = np.frombuffer(b"".join(texts), np.uint8)
            self.constants[f"{name}_lengths"] = np.array([len(t) for t in texts], np.int64).reshape(array.shape)
            return name
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
        raise NotSavable(
            "a Python function in it (tf.py_function, tf.numpy_function, or a callback), which only this program has"
        )
    return f"operator.{name}"


# Where kernels of tfcompat's own are made known to torch, which happens when they are first captured.
_HOMES = {
    "recurrence": "keras.layers.recurrent._kernels:registered",
    "recurrence_backward": "keras.layers.recurrent._kernels:registered",
    "ctc_loss_and_gradient": "nn.ctc:ctc_loss_and_gradient.registered",
    "ctc_beam_search": "nn.ctc_decoding:ctc_beam_search.registered",
    "isotonic_blocks": "nn.isotonic:isotonic_blocks.registered",
    "class_numbers": "nn.losses:_class_numbers.registered",
    "sample_candidates": "random.candidates:sample_candidates.registered",
    "sample_window": "image._windows:sample_window.registered",
    "total": "distribute._workers:_total.registered",
    "rows": "distribute._workers:_rows.registered",
    "first": "distribute._workers:_first.registered",
    "dropout_factors": "keras.random.generators:_dropout_factors.registered",
}


def _make_known(kernel: str) -> None:
    """Registers a kernel of tfcompat with torch."""
    module, _, register = _HOMES.get(kernel, "_core.random_state:registered").partition(":")
    operator.attrgetter(register)(importlib.import_module(f"tfcompat.{module}"))()


def _target(name: str) -> Callable[..., Any]:
    namespace, _, rest = name.partition(".")
    if namespace == "operator" and rest in _OPERATORS:
        return _OPERATORS[rest]
    packet, _, overload = rest.rpartition(".")
    if namespace in _NAMESPACES and packet.isidentifier() and overload.isidentifier():
        if namespace == "tfcompat":
            _make_known(packet)
        found = getattr(getattr(getattr(torch.ops, namespace), packet, None), overload, None)
        if isinstance(found, OpOverload):
            return found
    raise ValueError(f"The SavedModel calls {name!r}, which is no kernel of the installed torch")


def _op(name: str) -> Any:
    """The op of tfcompat, or function that is one node, at a place such as tfcompat.strings.text:_lower; ValueError."""
    module, _, attribute = name.partition(":")
    found = None
    if module.partition(".")[0] == "tfcompat" and all(map(str.isidentifier, [*module.split("."), attribute])):
        with contextlib.suppress(ImportError):
            found = getattr(importlib.import_module(module), attribute, None)
    whole = getattr(found, "one_node", None)
    if whole is None and not isinstance(getattr(found, "op", None), Op):
        raise ValueError(f"The SavedModel calls {name!r}, which is no op of tfcompat")
    return whole or found


class Decoder:
    """Makes functions of tensors of the JSON values that `Encoder` wrote. constants: tensors by name."""

    def __init__(self, constants: dict[str, torch.Tensor]) -> None:
        self._constants = constants
        self._stores: dict[int, Store] = {}

    def program(self, data: dict[str, Any]) -> Callable[..., Any]:
        """The program as a function of its inputs, which returns the list of its outputs; ValueError for bad data."""
        root, graph = torch.nn.Module(), fx.Graph()
        try:
            nodes = [graph.placeholder(f"a{i}") for i in range(data["inputs"])]
            for line in data["nodes"]:
                if "constant" in line:
                    nodes.append(self._constant(root, graph, line["constant"]))
                    continue
                target = self._target(line)
                args = tuple([self._value(arg, nodes, root, graph) for arg in line["args"]])
                kwargs = {str(key): self._value(arg, nodes, root, graph) for key, arg in line["kwargs"].items()}
                nodes.append(graph.create_node("call_function", target, args, kwargs))
            graph.output([self._value(output, nodes, root, graph) for output in data["outputs"]])
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise ValueError(f"A program of the SavedModel is damaged: {error!r}") from error
        return fx.GraphModule(root, graph)

    def _target(self, line: dict[str, Any]) -> Callable[..., Any]:
        if "loop" in line:
            data = line["loop"]
            test, step = self.program(data["test"]), self.program(data["step"])
            return _calls.loop(test, step, data["carried"], data["split"], data["places"])
        if "choice" in line:
            data = line["choice"]
            runs, starts = [self.program(part) for part in data["parts"]], data["starts"]
            return _calls.choice(runs, starts, picker(data["pick"], len(runs)))
        if "op" in line:
            data = line["op"]
            kwargs = {key: self._argument(arg) for key, arg in data["kwargs"].items()}
            function = FUNCTIONS.get(data["name"]) or _op(data["name"])
            return _calls.op(runner(Source(function, [self._argument(arg) for arg in data["args"]], kwargs)))
        if "check" in line:
            return check(**line["check"])
        target = _target(line["call"])
        return _REPLACED.get(target, target)

    def _argument(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, content),) = value.items()
        if kind == "input":
            return Input(*content)
        if kind in ("list", "tuple"):
            items = [self._argument(item) for item in content]
            return items if kind == "list" else tuple(items)
        if kind == "dict":
            return {self._argument(key): self._argument(item) for key, item in content}
        if kind == "bytes":
            return content.encode("latin1")
        if kind == "tf_dtype":
            return dtypes.as_dtype(content)
        if kind == "array":
            return to_numpy(self.constant(content))
        if kind == "tensor":
            return self.constant(content)
        if kind == "hash" and content == fingerprint64.__name__:
            return fingerprint64
        return self._store(content) if kind == "store" else _plain(kind, content)

    def _store(self, data: dict[str, Any]) -> Store:
        store = self._stores.get(data["number"])
        if store is None:
            value_shape, key_shape = data["shapes"]
            key, value = map(dtypes.as_dtype, data["dtypes"])
            store = Store(key, value, value_shape, key_shape)
            store.fill(*[to_numpy(self.constant(name)) for name in data["rows"]])
            self._stores[data["number"]] = store
        return store

    def constant(self, name: str) -> Any:
        """The tensor that `Encoder.constant` kept; strings as a numpy array."""
        if not name.startswith("strings_"):
            return self._constants[name]
        data, lengths = self._constants[name].numpy().tobytes(), self._constants[f"{name}_lengths"].numpy()
        ends = np.cumsum(lengths.reshape(-1)).tolist()
        out = np.empty(lengths.size, object)
        out[:] = [data[end - n : end] for end, n in zip(ends, lengths.reshape(-1).tolist(), strict=True)]
        return out.reshape(lengths.shape)

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
        if kind == "slice":
            return slice(*[self._value(part, nodes, root, graph) for part in content])
        return _plain(kind, content)


def _size(t: Any, dim: int) -> Any:
    """A size of a tensor, or of the array that holds strings."""
    return t.shape[dim]


def _viewed(t: torch.Tensor, size: list[int]) -> torch.Tensor:
    """A view; or a copy, where the memory is laid out otherwise than when the function was captured."""
    return t.reshape(size)


_REPLACED: dict[Any, Callable[..., Any]] = {torch.ops.aten.sym_size.int: _size, torch.ops.aten.view.default: _viewed}


def condition(expression: Any) -> str:
    """A condition on sizes, which torch found when it captured, in the words that `check` takes."""
    from torch.utils._sympy.printers import PythonPrinter

    text = PythonPrinter().doprint(expression)
    for old, new in (("torch.sym_float", "float"), ("math.trunc", "int"), ("math.", "")):
        text = text.replace(old, new)
    return text


def check(text: str, names: list[str]) -> Callable[..., Any]:
    """What raises where a condition on sizes, which the graph takes for granted, does not hold."""
    tree = ast.parse(text, mode="eval")
    known = {*names, *_FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, _CONDITIONS) or (isinstance(node, ast.Name) and node.id not in known):
            raise ValueError(f"The SavedModel checks {text!r}, which is no condition on sizes")
    code = compile(tree, "<condition>", "eval")

    def checked(*sizes: Any) -> Any:
        if not eval(code, {"__builtins__": {}, **_FUNCTIONS}, dict(zip(names, sizes, strict=True))):
            shown = ", ".join(f"{name} = {n}" for name, n in zip(names, sizes, strict=True))
            raise errors.UnimplementedError(
                None, None, f"The function of the SavedModel was captured for sizes where {text}, got {shown}."
            )
        return ()

    return checked


def _plain(kind: str, content: Any) -> Any:
    """A value that is no JSON."""
    if kind == "float":
        return float(content)
    if kind == "complex":
        return complex(*content)
    if kind == "device":
        return torch.device(content)
    table: dict[str, Any] = {"layout": _LAYOUTS, "memory_format": _MEMORY}
    found = getattr(torch, content, None) if kind == "dtype" else table[kind][content]
    if kind == "dtype" and not isinstance(found, torch.dtype):
        raise TypeError(f"no dtype {content!r}")
    return found
