"""Nodes of a GraphDef as operations of a graph that sessions run: tf.import_graph_def, .meta files, frozen graphs.

A node's operation calls the tf.raw_ops op of its name, captured like any other op. What can't be captured, the loops
and branches of TensorFlow 1, functions, tables, datasets and files, is *eager*: a run that needs it computes all that
was imported by going through the nodes (`_sessions`), and captures only what was added to the graph besides.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.variable import UnreadVariable, Variable
from tfcompat._formats.structures import shape_of
from tfcompat._function.recipes import Recipe, leaves_of
from tfcompat._function.strings import as_example
from tfcompat._function.symbolic import Operation, SymbolicTensor
from tfcompat.raw_ops._signatures import Attribute, Tensors, signature
from tfcompat.saved_model import _sessions
from tfcompat.saved_model._graph_functions import GraphFunctions, Values, _Body, _node_name, of_handles

_SCALARS_ARE_KNOWN = 24  # the version of graphs since when a placeholder of shape [] is a scalar
_BACKWARD = ("NextIteration", "RefNextIteration")
_EAGER = frozenset(
    (*_sessions.LOOPS, *_BACKWARD, "RestoreV2", "Restore", "IsVariableInitialized", "VarIsInitializedOp")
)
_ASSIGNING = {
    **dict.fromkeys(("Assign", "AssignAdd", "AssignSub"), 1),
    **dict.fromkeys(("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"), 1),
}


class Imported:
    """What an operation was imported as: a node of a GraphDef. eager: whether it can't be captured."""

    __slots__ = ("eager", "importer", "proto")

    def __init__(self, importer: Importer, proto: Any, eager: bool) -> None:
        self.importer, self.proto, self.eager = importer, proto, eager


class Handle:
    """Stands for a resource or variant while a graph is built: the output of an operation."""

    def __init__(self, op: Operation) -> None:
        self.op = op


class Importer(_Body):
    """Adds the nodes of a GraphDef to a graph. prefix: comes before their names. given: tensors for some of theirs.

    op_list: the OpDefs of ops that tf.raw_ops has not, by name. NotImplementedError, which lists them, for nodes of
    which not even the number of results is known; ValueError for inputs that the GraphDef has not.
    """

    def __init__(
        self,
        graph: Any,
        graph_def: Any,
        prefix: str = "",
        given: Mapping[str, Any] | None = None,
        op_list: Sequence[Any] = (),
    ) -> None:
        self._set(GraphFunctions(graph_def, lambda number: None, "graph_def"), "graph_def", graph_def.node, [], [])
        self.graph, self.graph_def, self._prefix = graph, graph_def, prefix
        self.given = {_sessions.full(name): value for name, value in (given or {}).items()}
        self._op_defs = {op.name: op for op in op_list}
        self.variables: dict[str, Variable] = {}  # by the names of their nodes
        self.operations: dict[str, Operation] = {}  # by the names of the nodes
        self._results: dict[str, Values] = {}  # by the names of the nodes
        self._shared: dict[str, Variable] = {}
        self._vague: set[int] = set()  # the ids of the tensors of which no shape is known

    def add(self) -> None:
        """Adds all nodes."""
        self._check()
        for node in self._sorted():
            try:
                self._add(node)
            except TypeError as error:  # a dtype, most likely, that is none
                raise ValueError(f"The node {node.name!r} ({node.op}) of the graph can't be read: {error}") from error
        self.graph.interpret = interpret

    def result(self, name: str) -> Any:
        """What stands for a tensor of the GraphDef, "node:0", or the operation of a node; KeyError for neither."""
        if name in self.given:
            return self.given[name]
        op = self.operations[_node_name(name)]
        return op if ":" not in name else self._results[_node_name(name)][int(name.partition(":")[2])]

    def _check(self) -> None:
        unknown = [name for name in self.given if _node_name(name) not in self.nodes]
        if unknown:
            raise ValueError(
                f"Attempted to map inputs that were not found in graph_def: [{', '.join(sorted(unknown))}]"
            )
        for node in self.nodes.values():
            for name in node.input:
                if _node_name(name) not in self.nodes and _sessions.full(name) not in self.given:
                    raise ValueError(f"Node {node.name!r}: Unknown input node {name!r}")
        lacking = {node.op for node in self.nodes.values() if not self._is_known(node.op)}
        if lacking:
            raise NotImplementedError(f"The graph uses ops that tfcompat lacks: {', '.join(sorted(lacking))}.")

    def _is_known(self, op: str) -> bool:
        if op in self._op_defs or op in self.functions.functions:
            return True
        try:
            signature(op)
        except KeyError:
            return False
        return True

    def _sorted(self) -> Iterator[Any]:
        """The nodes, each after what it needs but for the way back of loops, else in the GraphDef's order."""
        done: set[str] = set()
        for first in self.nodes:
            stack = [first]
            while stack:
                name = stack[-1]
                needed = [] if name in done else [n for n in self._needs(self.nodes[name]) if n not in done]
                if needed and len(stack) > len(self.nodes):
                    raise ValueError(f"The graph goes in a circle at {name!r}")
                if needed:
                    stack += needed
                    continue
                stack.pop()
                if name not in done:
                    done.add(name)
                    yield self.nodes[name]

    def _needs(self, node: Any) -> list[str]:
        names = [_node_name(name) for name in node.input]
        merges = node.op in ("Merge", "RefMerge")
        return [n for n in names if n in self.nodes and not (merges and self.nodes[n].op in _BACKWARD)]

    # ---- a node ----

    def _value(self, values: Any, name: str) -> Any:
        found = self.given.get(_sessions.full(name))
        if found is not None:
            return found
        results = self._results[_node_name(name)]
        number = int(name.partition(":")[2] or 0)
        if number >= len(results):
            raise ValueError(
                f"The node {_node_name(name)!r} of the graph has {len(results)} outputs, {name!r} is none of them"
            )
        return results[number]

    def _add(self, node: Any) -> None:
        name = self.graph.unique_name(f"{self._prefix}{node.name}")
        names = [n for n in node.input if not n.startswith("^") and _node_name(n) in self.operations]
        args = [self._value(None, n) for n in names]
        controls = [self.operations[_node_name(n)] for n in node.input if n.startswith("^")]
        if node.op in _sessions.VARIABLES:
            op = self._variable(node, name)
        elif node.op in ("Placeholder", "PlaceholderV2"):
            op = self._placeholder(node, name)
        elif node.op == "PlaceholderWithDefault":
            shape = shape_of(node.attr["shape"].shape)
            symbol = self.graph.placeholder_with_default(args[0], shape, f"{name}/")
            symbol.op.results = [symbol]
            op = symbol.op
        else:
            op = self._operation(node, name, args)
        results = self._results[node.name] = op.results or []
        op.imported = Imported(self, node, self._is_eager(node, args, results))
        op._control_inputs = list(dict.fromkeys([*op._control_inputs, *controls]))
        op.device = node.device
        self.operations[node.name] = op

    def _is_eager(self, node: Any, args: Values, results: Values) -> bool:
        if node.op in _EAGER or node.op in self.functions.functions:
            return True
        held = [attr for attr in node.attr.values() if attr.func.name or attr.list.func]
        return bool(held) or any(isinstance(x, Handle) for x in [*args, *results])

    def _placeholder(self, node: Any, name: str) -> Operation:
        kind = dtypes.as_dtype(node.attr["dtype"].type)
        shape = shape_of(node.attr["shape"].shape) if "shape" in node.attr else TensorShape(None)
        if 0 < self.graph_def.versions.producer < _SCALARS_ARE_KNOWN and shape.rank == 0:
            shape = TensorShape(None)
        if kind in (dtypes.resource, dtypes.variant):
            return self._plain(node, name, [])
        symbol = self.graph.placeholder(kind, shape, f"{name}/")
        symbol.op.results = [symbol]
        if shape.rank is None:
            self._vague.add(id(symbol))
        return symbol.op

    def _variable(self, node: Any, name: str) -> Operation:
        shared = node.attr["shared_name"].s.decode() or node.name
        if shared not in self._shared:
            dtype, shape = dtypes.as_dtype(node.attr["dtype"].type), shape_of(node.attr["shape"].shape)
            self._shared[shared] = self.graph.adopted(name, dtype, shape)
        variable = self.variables[node.name] = self._shared[shared]
        op = self.graph.add_operation(name, node.op)
        op.results = [variable]
        vars(variable).setdefault("_handle_op", op)
        return op

    def _operation(self, node: Any, name: str, args: Values) -> Operation:
        vague = node.op in _EAGER or any(isinstance(x, Handle) or id(x) in self._vague for x in args)
        if vague or self._changes(node, args) or not self._outputs(node) or self._is_eager(node, args, []):
            return self._plain(node, name, args)
        try:
            return self.graph.imported(name, node.op, functools.partial(self._run, node), args)
        except Exception:  # what it is of, which a session is told that runs it
            return self._plain(node, name, args)

    def _changes(self, node: Any, args: Values) -> int:
        """How many variables, the first arguments, a node may change."""
        if not args or not isinstance(args[0], Variable):
            return 0
        if node.op in _ASSIGNING:
            return 1
        op = of_handles(node.op) or node.op
        if not op.startswith("Resource") or op.startswith("ResourceGather"):
            return 0
        return sum(isinstance(x, Variable) for x in args)

    def _plain(self, node: Any, name: str, args: Values) -> Operation:
        """An operation of whose results only the dtypes are known, or that is there for what it does."""
        symbols = [x for x in leaves_of(args) if isinstance(x, SymbolicTensor)]
        op = self.graph.add_operation(name, node.op, symbols)
        changed = [x for x in args[: self._changes(node, args)] if isinstance(x, Variable)]
        if changed and any(output.reference for output in signature(node.op).outputs):
            op.results = [self._unread(changed[0], op)]
        else:
            op.results = [self._result(node, op, i, kind, args) for i, kind in enumerate(self._outputs(node))]
        first = changed if node.op in ("Assign", "AssignVariableOp") else []  # which need no value to be given one
        recipe = Recipe(functools.partial(self._again, node, first), [args[len(first) :]])
        self.graph.recipes[op] = recipe
        recipe.assigns = changed
        return op

    def _again(self, node: Any, first: Values, args: Values) -> Values:
        return [value for values in self._run(node, [*first, *args]).values() for value in values]

    def _unread(self, variable: Variable, op: Operation) -> Variable:
        unread = object.__new__(UnreadVariable)
        vars(unread).update(variable.__dict__, _written_by=op)
        return unread

    def _result(self, node: Any, op: Operation, i: int, kind: Any, args: Values) -> Any:
        """What stands for one output: a tensor as far as it is known; that of a flow is like what flows."""
        flows = bool(args) and node.op in (*_sessions.LOOPS, *_BACKWARD, "LoopCond") and (i == 0 or "Switch" in node.op)
        if flows and not isinstance(args[0], SymbolicTensor):
            return args[0]
        if kind in (dtypes.resource, dtypes.variant):
            return Handle(op)
        loop = node.op in ("Merge", "RefMerge", "Exit", "RefExit", "NextIteration", "RefNextIteration")
        shape = args[0].shape if flows and not loop else TensorShape(None)
        sizes = [] if shape.rank is None else shape.as_list()
        with _disable_current_modes():
            real = [1 if n is None else n for n in sizes]
            example: Any = np.full(real, b"", object) if kind.torch is None else torch.zeros(real, dtype=kind.torch)
        unknown = [d for d, n in enumerate(sizes) if n is None]
        symbol = SymbolicTensor(self.graph.recorder.input(as_example(example), node.op, unknown), op)
        if shape.rank is None or (flows and id(args[0]) in self._vague):
            symbol.any_rank = True
            self._vague.add(id(symbol))
        return symbol

    def _outputs(self, node: Any) -> list[Any]:
        """The dtypes of a node's outputs."""
        if node.op in self.functions.functions:
            return [dtypes.as_dtype(arg.type) for arg in self.functions.functions[node.op].signature.output_arg]
        if node.op in self._op_defs:
            return list(self._declared(node))
        found: list[Any] = []
        known = signature(node.op)
        defaults = {p.name: p.default for p in known.parameters if isinstance(p, Attribute)}
        for output in known.outputs:
            found += self._kinds(output, node.attr, defaults)
        return found

    def _kinds(self, output: Tensors, attrs: Any, defaults: Mapping[str, Any]) -> list[Any]:
        if output.many == "*":
            told = attrs[output.type].list.type if output.type in attrs else defaults[output.type]
            return [dtypes.as_dtype(t) for t in told]
        kind = attrs[output.type].type if output.type in attrs else defaults.get(output.type, output.type)
        count = 1 if not output.many else attrs[output.many].i if output.many in attrs else defaults[output.many]
        return [dtypes.as_dtype(kind)] * count

    def _declared(self, node: Any) -> Iterator[Any]:
        """The dtypes of a node's outputs, as the OpDef that came with the graph tells."""
        proto = self._op_defs[node.op]
        defaults = {attr.name: attr.default_value for attr in proto.attr}
        for arg in proto.output_arg:
            attr = {**defaults, **node.attr}
            if arg.type_list_attr:
                yield from (dtypes.as_dtype(t) for t in attr[arg.type_list_attr].list.type)
                continue
            kind = dtypes.as_dtype(arg.type or attr[arg.type_attr].type)
            yield from [kind] * (attr[arg.number_attr].i if arg.number_attr else 1)


# ---- running what can't be captured ----


def interpret(run: Any, initialized: set[int], values: Sequence[Any]) -> list[Any]:
    """What a session's run gives that needs eager nodes: first what was imported, then what is made of it.

    NotImplementedError for gradients through such nodes that were not imported with them, and within a tf.function.
    """
    if state.graph is not None:
        raise NotImplementedError(
            "A graph with TensorFlow 1's loops and branches can't be called within a tf.function."
        )
    fed = dict(zip(map(id, run.keys), values, strict=True))
    own = [op for op in run.steps if op.imported is None]
    _refuse_gradients(run.graph, own)
    before = {id(e): e.read_value() for e in run.elements if run._is_read_first(e)}
    known: dict[int, Any] = {}
    for importer in dict.fromkeys(op.imported.importer for op in run.steps if op.imported is not None):
        wanted = list(_asked(importer, [*run.elements, *_needed(run.graph, own, fed)], fed))
        found = _Reading(run.session, initialized, importer, run.keys, values).run([_name_of(x) for x in wanted])
        known.update(zip(map(id, wanted), found, strict=True))
    rest = [e for e in run.elements if id(e) not in known and id(e) not in before]
    done = frozenset(op for op in run.steps if op.imported is not None)
    tensors = [x for x in _needed(run.graph, own, fed) if isinstance(x, SymbolicTensor) and id(x) in known]
    if rest:
        keys = [*run.keys, *tensors]
        given = [*values, *(known[id(x)] for x in tensors)]
        _, results = run.session.run_of(rest, keys, done).traced(initialized, given)
        known.update(zip(map(id, rest), results, strict=True))
    known.update(before)
    return [known[id(e)] for e in run.elements]


def _refuse_gradients(graph: Any, own: Sequence[Operation]) -> None:
    for op in own:
        if op.type != "Gradient":
            continue
        todo, seen = [op], set()
        while todo:
            each = todo.pop()
            if each.imported is not None and each.imported.eager:
                raise NotImplementedError(
                    f"tf.gradients: {each.name!r} of an imported graph, a {each.type}, can't be captured, and so it "
                    "has no gradients here but those in the graph that was imported."
                )
            if each not in seen:
                seen.add(each)
                todo += [x.op for x in graph.needs(each) if isinstance(x, SymbolicTensor)]


def _needed(graph: Any, own: Sequence[Operation], fed: Mapping[int, Any]) -> Iterator[Any]:
    """What operations that were not imported take: tensors, variables, and operations that come before."""
    for op in own:
        yield from (x for x in graph.needs(op) if id(x) not in fed)
        yield from op._control_inputs


def _asked(importer: Importer, elements: Sequence[Any], fed: Mapping[int, Any]) -> Iterator[Any]:
    """Those of some elements that an importer added, each once."""
    seen: set[int] = set()
    for x in elements:
        op = x if isinstance(x, Operation) else getattr(x, "op", None) if isinstance(x, SymbolicTensor) else None
        if "_written_by" in getattr(x, "__dict__", ()):
            op = x.__dict__["_written_by"]
        mine = op is not None and op.imported is not None and op.imported.importer is importer
        if mine and id(x) not in seen and id(x) not in fed:
            seen.add(id(x))
            yield x


def _name_of(x: Any) -> str:
    """What a tensor or operation is called in the GraphDef that it comes from."""
    if isinstance(x, Operation):
        return f"^{x.imported.proto.name}"
    if isinstance(x, Variable):
        return f"{x._written_by.imported.proto.name}:0"  # type: ignore[attr-defined]
    return f"{x.op.imported.proto.name}:{next(i for i, r in enumerate(x.op.results) if r is x)}"


class _Reading:
    """One run of the imported nodes of a session, whose tables, queues and iterators are the session's."""

    def __init__(
        self, session: Any, initialized: set[int], importer: Importer, keys: Sequence[Any], values: Sequence[Any]
    ) -> None:
        self._session, self._initialized, self._importer = session, initialized, importer
        self._keys, self._values = keys, values

    def run(self, names: Sequence[str]) -> list[Any]:
        """The values of tensors ("node:0"), None for operations ("^node")."""
        importer, interpreters = self._importer, self._session.__dict__.setdefault("_interpreters", {})
        runner = interpreters.get(importer)
        if runner is None:
            runner = _sessions.Session(importer.graph_def, importer.variables, "graph_def")
            interpreters[importer] = runner
            runner.is_initialized = lambda v: id(v._storage) in self._initialized
        feeds = {
            _name_of(key): value
            for key, value in zip(self._keys, self._values, strict=True)
            if key.op.imported is not None and key.op.imported.importer is importer
        }
        needed = runner.check(names, feeds, importer.given)
        given = [name for name in needed if isinstance(importer.given[name], SymbolicTensor)]
        outside: list[Any] = []
        if given:
            outer = self._session.run_of([importer.given[n] for n in given], self._keys)
            _, outside = outer.traced(self._initialized, self._values)
        feeds |= {name: value for name, value in importer.given.items() if name not in given}
        found = runner.run(names, {**feeds, **dict(zip(given, outside, strict=True))})
        return [x.read_value() if isinstance(x, Variable) else x for x in found]
