"""Captured functions as data: a graph that runs without the Python that made it.

`exported` gives a description that json can write, and the constants; variables are named by the caller. `Loaded` runs
such a description. Branches and loops are part of it; what calls Python (tf.py_function, tf.print, ops on strings)
can't be. A description is only data: the ops that it names are looked up among torch's own.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import fx

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._function import reverse
from tfcompat._function.capture import Part
from tfcompat._function.control import picker
from tfcompat._function.program import Program
from tfcompat._function.recorder import NotCapturable, is_fake
from tfcompat._function.symbolic import size_of

VERSION = 1
_NAMESPACES = frozenset(("aten", "prims", "tfcompat"))
_FUNCTIONS: dict[str, Any] = {
    f"operator.{name}": getattr(operator, name)
    for name in "getitem add sub mul floordiv mod neg truediv pow lt le gt ge eq ne and_ or_ not_".split()
} | {f"torch.{name}": getattr(torch, name) for name in "sym_max sym_min sym_int sym_float sym_not sym_ite".split()}
_NAMES = {id(f): name for name, f in _FUNCTIONS.items()}


# ---- writing ----


def exported(concrete: Any, name_of: Callable[[Any], str]) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """A concrete function as a description and its constants, by the names that stand for them in that.

    name_of: names a variable. NotImplementedError for a function that runs eagerly, and for what calls Python or gives
    anything but tensors, None and tuples, lists and dicts of them.
    """
    captured = concrete._graph_or_error
    writer = _Writer(captured.graph.name)
    part = captured.part
    graph = writer.graph(part.program(followed=True), captured.graph.recorder.tracer.root)
    outside = [{"constant": writer.constant(t._t)} for t in captured.closure]
    inputs = [
        {"name": leaf.name, "shape": _sizes(leaf.spec.shape), "dtype": leaf.spec.dtype.name}
        for leaf in concrete.plan.leaves
    ]
    outputs = iter(range(len(captured.outputs)))
    description = {
        "version": VERSION,
        "name": captured.graph.name,
        "inputs": inputs,
        "outside": outside + [{"variable": name_of(s.variable)} for s in captured.slots],
        "assigned": [name_of(s.variable) for s in captured.written],
        "result": _structure(captured.result, outputs, captured.graph.name),
        "graph": graph,
    }
    return description, writer.constants


def _sizes(shape: Any) -> Any:
    return None if shape.rank is None else shape.as_list()


def _structure(value: Any, numbers: Any, name: str) -> Any:
    if value is None:
        next(numbers)
        return None
    if isinstance(value, Tensor):
        return next(numbers)
    if type(value) in (tuple, list):
        return [type(value).__name__, *(_structure(v, numbers, name) for v in value)]
    if isinstance(value, dict):
        found = {k: _structure(value[k], numbers, name) for k in sorted(value)}
        return {str(k): found[k] for k in value}
    raise NotImplementedError(f"The function {name!r} can't be exported: it returns a {type(value).__name__}.")


class _Writer:
    """Writes graphs; collects the constants that they have in common."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.constants: dict[str, torch.Tensor] = {}

    def constant(self, t: torch.Tensor) -> str:
        """The name of a constant."""
        key = f"{self.name}/{len(self.constants)}"
        self.constants[key] = t.detach().contiguous()
        return key

    def graph(self, program: Program, root: Any) -> dict[str, Any]:
        """A program: for each node its target and arguments, in which a node is its number, inputs first."""
        numbers: dict[fx.Node, int] = {}
        for node in program.inputs:
            numbers.setdefault(node, len(numbers))
        count = len(program.inputs)
        nodes = []
        for i, node in enumerate(program.nodes):
            numbers[node] = count + i
            if node.op == "get_attr":
                nodes.append({"constant": self.constant(getattr(root, str(node.target)))})
                continue
            args, kwargs = program.arguments(node)
            written: dict[str, Any] = self._target(node)
            written["args"] = [self._argument(a, numbers) for a in args]
            if kwargs:
                written["kwargs"] = {k: self._argument(v, numbers) for k, v in kwargs.items()}
            nodes.append(written)
        outputs = [self._argument(program.resolve(o), numbers) for o in program.outputs]
        return {"inputs": count, "nodes": nodes, "outputs": outputs}

    def _target(self, node: fx.Node) -> dict[str, Any]:
        target: Any = node.target
        if isinstance(target, reverse.Choice):
            pick = getattr(target.pick, "description", None)
            if pick is not None:
                return {"branches": list(map(self._part, target.parts)), "starts": list(target.starts), "pick": pick}
        if isinstance(target, reverse.Loop):
            loop = {"test": self._part(target.test), "step": self._part(target.step)}
            return {**loop, "carried": target.carried, "places": [list(p) for p in target.places]}
        if isinstance(target, torch._ops.OpOverload) and target.namespace in _NAMESPACES:
            return {"op": f"{target._schema.name}.{target._overloadname}"}
        if id(target) in _NAMES:
            return {"function": _NAMES[id(target)]}
        raise NotImplementedError(
            f"The function {self.name!r} can't be exported: it calls Python, in tf.py_function, tf.print, an "
            "assertion, an op on strings, or what depends on a size that is only known when it runs."
        )

    def _part(self, part: Part) -> dict[str, Any]:
        return self.graph(part.program(followed=True), part.graph.recorder.tracer.root)

    def _argument(self, x: Any, numbers: Mapping[fx.Node, int]) -> Any:
        if isinstance(x, fx.Node):
            return {"node": numbers[x]}
        if x is None or isinstance(x, (bool, int, str)):
            return x
        if isinstance(x, float):
            return x if math.isfinite(x) else {"float": repr(x)}
        if isinstance(x, (list, tuple)):
            return [self._argument(v, numbers) for v in x]
        for kind in ("dtype", "layout", "memory_format"):
            if isinstance(x, getattr(torch, kind)):
                return {kind: str(x).removeprefix("torch.")}
        if isinstance(x, torch.device):
            return {"device": x.type}
        if isinstance(x, torch.Tensor) and not is_fake(x):
            return {"constant": self.constant(x)}
        raise NotImplementedError(f"The function {self.name!r} can't be exported: an op takes {x!r}.")


# ---- reading ----


class Loaded:
    """An exported function. Calling it with its tensors runs the graph, on the variables that are given by name.

    ValueError for a description that is none.
    """

    def __init__(
        self, description: Mapping[str, Any], constants: Mapping[str, torch.Tensor], variables: Mapping[str, Any]
    ) -> None:
        if not isinstance(description, Mapping) or description.get("version") != VERSION:
            raise ValueError(f"This is no exported function of version {VERSION}.")
        try:
            self.name = str(description["name"])
            self.inputs = [(i["name"], i["shape"], dtypes.as_dtype(i["dtype"])) for i in description["inputs"]]
            self._result = description["result"]
            self._assigned = [variables[name] for name in description["assigned"]]
            self._outside = [
                constants[o["constant"]] if "constant" in o else variables[o["variable"]]
                for o in description["outside"]
            ]
            self._run = _compiled(description["graph"], constants, self.name)
        except (KeyError, TypeError, AttributeError, IndexError) as e:
            raise ValueError(f"An exported function is damaged: {type(e).__name__}: {e}") from None

    def __call__(self, *tensors: Any) -> Any:
        """What the function returns for these tensors; InvalidArgumentError where they do not fit."""
        if len(tensors) != len(self.inputs):
            raise TypeError(f"{self.name} takes {len(self.inputs)} tensors, got {len(tensors)}.")
        given = [self._fitted(x, *spec) for x, spec in zip(tensors, self.inputs, strict=True)]
        outside = [x if isinstance(x, torch.Tensor) else x._read() for x in self._outside]
        followed = bool(state.tapes) or state.graph is not None
        with torch.set_grad_enabled(followed):
            results = self._run(*given, *outside)
        count = len(results) - len(self._assigned)
        for variable, value in zip(self._assigned, results[count:], strict=True):
            variable._write(value.detach())
        return self._packed(self._result, [None if r is None else wrap(r) for r in results[:count]])

    def _fitted(self, x: Any, name: str, shape: Any, dtype: Any) -> torch.Tensor:
        t = convert_to_tensor(x, dtype)._t
        if shape is not None and (len(shape) != t.ndim or any(n not in (None, d) for n, d in zip(shape, t.shape))):
            raise errors.InvalidArgumentError(
                None, None, f"{self.name} takes {name!r} of shape {shape}, got {[size_of(d) for d in t.shape]}."
            )
        return t

    def _packed(self, kind: Any, values: Sequence[Any]) -> Any:
        if kind is None:
            return None
        if isinstance(kind, int):
            return values[kind]
        if isinstance(kind, Mapping):
            return {k: self._packed(v, values) for k, v in kind.items()}
        found = [self._packed(v, values) for v in kind[1:]]
        return tuple(found) if kind[0] == "tuple" else found


class _Control:
    """A branch or loop of a loaded graph."""

    __name__ = "control"

    def __init__(self, run: Callable[..., Sequence[Any]]) -> None:
        self.run = run

    def __call__(self, *args: Any) -> Sequence[Any]:
        return self.plain(*args)

    def plain(self, *args: Any) -> Sequence[Any]:
        """What it gives."""
        if state.graph is not None:
            raise NotCapturable("a loaded function with branches or loops is called within another one")
        return self.run(*args)


def _compiled(graph: Mapping[str, Any], constants: Mapping[str, torch.Tensor], name: str) -> Callable[..., Any]:
    """A written graph as a function of its inputs."""
    made = fx.Graph()
    root = torch.nn.Module()
    nodes = [made.placeholder(f"a{i}") for i in range(graph["inputs"])]
    inputs = list(nodes)

    def argument(x: Any) -> Any:
        if isinstance(x, list):
            return [argument(v) for v in x]
        if not isinstance(x, Mapping):
            return x
        ((kind, value),) = x.items()
        if kind == "node":
            return nodes[value]
        if kind == "constant":
            return _attribute(made, root, constants[value])
        if kind == "float":
            return float(value)
        if kind == "device":
            return torch.device(value)
        found = getattr(torch, value)
        if kind not in ("dtype", "layout", "memory_format") or not isinstance(found, getattr(torch, kind)):
            raise TypeError(f"{value!r} is no {kind}")
        return found

    for written in graph["nodes"]:
        if "constant" in written:
            nodes.append(_attribute(made, root, constants[written["constant"]]))
            continue
        target = _target(written, constants, name)
        kwargs = {k: argument(v) for k, v in written.get("kwargs", {}).items()}
        nodes.append(made.call_function(target, tuple(argument(written["args"])), kwargs))
        if isinstance(target, _Control):
            nodes[-1].meta.update(opaque=True, effect=True)
    program = Program(list(made.nodes), inputs, argument(graph["outputs"]), followed=True)
    return program.compile(root, name)


def _attribute(made: fx.Graph, root: torch.nn.Module, t: torch.Tensor) -> fx.Node:
    name = f"constant_{len(root._buffers)}"
    root.register_buffer(name, t)
    return made.get_attr(name)


def _target(written: Mapping[str, Any], constants: Mapping[str, torch.Tensor], name: str) -> Any:
    if "branches" in written:
        return _Control(_choice(written, constants, name))
    if "step" in written:
        return _Control(_loop(written, constants, name))
    if "function" in written:
        return _FUNCTIONS[written["function"]]
    qualified, _, overload = written["op"].rpartition(".")
    namespace, _, op = qualified.partition("::")
    if namespace not in _NAMESPACES:
        raise TypeError(f"{written['op']!r} is no op of torch")
    return getattr(getattr(getattr(torch.ops, namespace), op), overload or "default")


def _choice(written: Mapping[str, Any], constants: Any, name: str) -> Callable[..., Sequence[Any]]:
    runs = [_compiled(b, constants, name) for b in written["branches"]]
    starts, pick = written["starts"], picker(written["pick"], len(runs))

    def run(selector: torch.Tensor, *args: Any) -> Sequence[Any]:
        i = pick(selector)
        return runs[i](*args[starts[i] : starts[i + 1]])

    return run


def _loop(written: Mapping[str, Any], constants: Any, name: str) -> Callable[..., Sequence[Any]]:
    test, step = (_compiled(written[part], constants, name) for part in ("test", "step"))
    split = written["test"]["inputs"]
    return reverse.Rounds(test, step, written["carried"], split, written["places"]).run
