"""Graphs that sessions run as GraphDefs that TensorFlow runs, under the names that their operations have.

What an operation is made of is translated as the functions of a SavedModel are: the torch ops that were captured for
it, or, for what assigns and differentiates, those of capturing it for the purpose. Its last node has the operation's
name. An operation without a counterpart becomes a placeholder, so that the rest runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, logging
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._formats.protos import message
from tfcompat._function.listing import constant
from tfcompat._function.program import Program
from tfcompat._function.recipe_graph import operations_of
from tfcompat._function.recorder import is_fake
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.session import BaseSession
from tfcompat._function.session_runs import Run
from tfcompat._function.symbolic import Operation, SymbolicTensor
from tfcompat.raw_ops._signatures import Attribute, signature
from tfcompat.saved_model._translation.body import Body, Library, Ref, fill_shape
from tfcompat.saved_model._translation.models import _fill_table, _results
from tfcompat.saved_model._translation.programs import translate
from tfcompat.saved_model._translation.registry import NotTranslatable

_PRODUCER, _LEAST_CONSUMER = 2474, 12
_CAPTURED_ANEW = frozenset("Gradient CountUpTo EagerPyFunc PyFunc".split())


def graph_def_of(graph: Any) -> Any:
    """A graph as a GraphDef that TensorFlow runs; a warning names what has no counterpart there."""
    exporter = Exporter(graph)
    proto = exporter.graph_def()
    if exporter.refused:
        told = "; ".join(f"{name} ({why})" for name, why in list(exporter.refused.items())[:5])
        logging.warning(
            f"A graph is written with placeholders in the place of {len(exporter.refused)} operations that have no "
            f"counterpart in a GraphDef: {told}"
        )
    return proto


class GraphBody(Body):
    """The nodes of a graph, of which those within an operation have its name before theirs."""

    def __init__(self, taken: Sequence[str]) -> None:
        super().__init__(Library(), "graph", main=True)
        self._taken.update(name.lower() for name in taken)
        self.scope = ""
        self.fills: list[str] = []  # the nodes that fill tables

    def _node(self, op: str, name: str) -> Any:
        return super()._node(op, f"{self.scope}/{name}" if self.scope else name)

    def named(self, op: str, name: str, inputs: Sequence[str] = (), **attrs: Any) -> Any:
        """A node under a name that is its own."""
        node = self.nodes[name] = message("NodeDef")(name=name, op=op, input=inputs)
        for key, value in attrs.items():
            if isinstance(value, dtypes.DType):
                node.attr[key].type = value.as_datatype_enum
            else:
                fill_shape(node.attr[key].shape, value)
        return node

    def placeholder(self, name: str, dtype: dtypes.DType, sizes: Sequence[int | None] | None) -> Ref:
        """A placeholder under a name that is its own."""
        node = self.named("Placeholder", name, dtype=dtype, shape=sizes)
        node.attr["_user_specified_name"].s = name.encode()
        return Ref(name, dtype, sizes)

    def rename(self, old: str, new: str) -> None:
        """Gives the last node another name."""
        node = self.nodes.pop(old)
        node.name = new
        self.nodes[new] = node

    def table(self, number: int) -> Ref:
        """The handle of a table, which `fills` fill."""
        if number not in self.tables:
            table, scope, self.scope = self.library.tables[number], self.scope, ""
            handle = self.op("HashTableV2", at=f"table_{number}", key_dtype=table.key, value_dtype=table.value)
            self.node_of(handle).attr["shared_name"].s = f"table_{number}".encode()
            before = len(self.effects)
            _fill_table(self, handle, table)
            self.fills += self.effects[before:]
            del self.effects[before:]
            self.tables[number], self.scope = handle, scope
        return self.tables[number]


def graph_def_with(body: Body, functions: Sequence[Any] = ()) -> Any:
    """The GraphDef of a body's nodes, with its functions and more."""
    proto = message("GraphDef")()
    proto.node.extend(body.nodes.values())
    proto.library.function.extend([*functions, *body.library.functions])
    proto.versions.producer, proto.versions.min_consumer = _PRODUCER, _LEAST_CONSUMER
    return proto


class Exporter:
    """Makes a graph's GraphDef. refused: why operations became placeholders, by their names."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._operations: list[Operation] = list(graph._operations)
        self._names = {op.name for op in self._operations}
        reads = [f"{op.name}/Read/ReadVariableOp" for op in self._operations if op.type == "VarHandleOp"]
        self.body = GraphBody([*self._names, *reads])
        self.refused: dict[str, str] = {}
        self._refs: dict[int, Ref] = {}  # by the ids of symbolic tensors
        self._known: dict[Any, Any] = {}  # tensors and variables, by the torch.fx nodes that stand for them
        self._variables: dict[int, Variable] = {id(v._storage): v for v in graph._made}
        self._reads: dict[int, list[str]] = {}  # the nodes that read a variable whatever else runs, by its storage's id
        self._libraries: dict[str, Any] = {}
        self._session: Any = None
        self._arguments = {id(symbol) for symbol in graph.inputs}  # what may be given

    def graph_def(self) -> Any:
        """The GraphDef."""
        for slot in self._graph.slots.values():
            self._known[self._graph.recorder.node(slot.source)] = slot.variable
        for op in self._operations:
            if op.imported is not None:
                for function in op.imported.importer.graph_def.library.function:
                    self._libraries.setdefault(function.signature.name, function)
        for name in self._libraries:
            self.body.library.unique(name)
        for outer, inner in self._graph.captures.values():
            self._known[self._graph.recorder.node(inner)] = outer
        skipped = {id(output.op) for output in self._graph.resources.values()}
        for op in self._operations:
            if id(op) not in skipped:
                self._add(op)
            for symbol in op._outputs:
                if isinstance(symbol, SymbolicTensor) and is_fake(symbol._held):
                    self._known.setdefault(self._graph.recorder.node(symbol._held), symbol)
        for op in self._operations:
            if op.name.rpartition("/")[2].startswith(("init_all_tables", "tables_initializer")) and op.type == "NoOp":
                self.body.nodes[op.name].input.extend(f"^{name}" for name in self.body.fills)
        return graph_def_with(self.body, list(self._libraries.values()))

    # ---- operations ----

    def _add(self, op: Operation) -> None:
        body, first = self.body, next((t for t in op._outputs if isinstance(t, SymbolicTensor)), None)
        if op.imported is not None:
            self._copy(op)
        elif op.type == "VarHandleOp" and op.results:
            variable = op.results[0]
            node = body.named("VarHandleOp", op.name, dtype=variable.dtype, shape=_sizes(variable.shape))
            node.attr["shared_name"].s = op.name.encode()
            read = f"{op.name}/Read/ReadVariableOp"
            if read not in self._names:
                body.named("ReadVariableOp", read, [op.name], dtype=variable.dtype)
        elif op.type == "ReadVariableOp" and first is None:
            self._listed_read(op)
        elif op in self._graph.placeholders:
            assert first is not None
            self._refs[id(first)] = body.placeholder(op.name, first.dtype, _sizes(op.shape))
        elif id(first) in self._arguments:
            self._with_default(op)
        elif first is None and op.type == "Const":
            self._constant(op.name, *constant(op.value))
        elif first is not None and not any(is_fake(t._held) for t in op._outputs):
            self._constants(op)
        elif first is None and self._graph.recipe(op) is None:
            body.named("NoOp", op.name)
        else:
            self._translated(op)
        if op.name in body.nodes:
            node = body.nodes[op.name]
            node.device = op.device
            controls = [f"^{c.name}" for c in op._control_inputs]
            node.input.extend(c for c in controls if c not in node.input)

    def _constant(self, name: str, array: Any, kind: dtypes.DType) -> Ref:
        from tfcompat._formats.tensor_proto import with_content

        node = self.body.named("Const", name, dtype=kind)
        node.attr["value"].tensor.CopyFrom(with_content(np.asarray(array, kind.as_numpy_dtype), kind))
        return Ref(name, kind, list(np.shape(array)))

    def _constants(self, op: Operation) -> None:
        """An operation whose results were known when the graph was built."""
        refs = []
        for i, symbol in enumerate(op._outputs):
            array, _ = constant(symbol._held)
            name = op.name if len(op._outputs) == 1 else self.body.unique(f"{op.name}/value_{i}")
            refs.append(self._constant(name, array, symbol.dtype))
        self._end(op, refs, None)

    def _with_default(self, op: Operation) -> None:
        source, symbol = self._given(self._graph.recipe(op).args[0]), op._outputs[0]
        node = self.body.named("PlaceholderWithDefault", op.name, [source.name], dtype=source.dtype)
        fill_shape(node.attr["shape"].shape, _sizes(op.shape))
        self._refs[id(symbol)] = Ref(op.name, source.dtype, _sizes(op.shape))

    def _listed_read(self, op: Operation) -> None:
        sources = {id(output): key for key, output in self._graph.resources.items()}
        variable = self._variables.get(sources.get(id((op._inputs or [None])[0]), 0))
        if variable is not None:
            self.body.named("ReadVariableOp", op.name, [self._handle(variable)], dtype=variable.dtype)

    def _copy(self, op: Operation) -> None:
        """An operation that was imported: its node, with the names that its inputs have here."""
        importer = op.imported.importer
        node = message("NodeDef")()
        node.CopyFrom(op.imported.proto)
        node.name = op.name
        del node.input[:]
        for name in op.imported.proto.input:
            node.input.append(self._input(importer, name))
        if "_class" in node.attr:  # names of other nodes, which may have changed
            del node.attr["_class"]
        self.body.nodes[op.name] = node
        for i, result in enumerate(op.results or ()):
            if isinstance(result, SymbolicTensor):
                shape = None if result.shape.rank is None else result.shape.as_list()
                self._refs[id(result)] = Ref(_output(op.name, i), result.dtype, shape)

    def _input(self, importer: Any, name: str) -> str:
        full = name if ":" in name else f"{name}:0"
        if full in importer.given and not name.startswith("^"):
            given = importer.given[full]
            return self._handle(given) if isinstance(given, Variable) else self._ref(given).name
        node, _, index = name.removeprefix("^").partition(":")
        found = importer.operations[node].name
        return f"^{found}" if name.startswith("^") else _output(found, int(index or 0))

    def _handle(self, variable: Variable) -> str:
        return variable.__dict__["_handle_op"].name

    def _ref(self, x: Any) -> Ref:
        """The tensor of the GraphDef for a tensor of the graph, or for one from outside."""
        if isinstance(x, SymbolicTensor):
            return self._refs[id(x)]
        array, kind = constant(x._t)
        return self.body.const(array, kind)

    # ---- translating ----

    def _translated(self, op: Operation) -> None:
        body = self.body
        mark, nodes, constants = body.library.mark(), len(body.nodes), dict(body._constants)
        effects, body.effects, body.scope = body.effects, [], op.name
        try:
            refs, after = self._captured_anew(op) if self._is_captured_anew(op) else (self._walked(op), None)
        except Exception as error:  # whatever it is, the rest of the graph is written
            body.library.back_to(mark)
            for name in list(body.nodes)[nodes:]:
                del body.nodes[name]
            body._constants, body._shapes, after = constants, {}, None
            try:
                refs = self._as_raw_op(op)
            except Exception:
                self.refused[op.name] = str(error)
                refs = self._placeholders(op)
        finally:
            body.scope, inner = "", body.effects
            body.effects = effects
        controls = [f"^{c.name}" for c in [*op._control_inputs, *self._writes(op)]]
        for name in list(body.nodes)[nodes:]:
            node = body.nodes[name]
            if node.op == "ReadVariableOp" or name in inner:
                node.input.extend(c for c in controls if c not in node.input)
        self._end(op, refs, after or (inner[-1] if inner else None))

    def _writes(self, op: Operation) -> list[Operation]:
        """The assignments that made what an operation reads."""
        return operations_of([x for x in self._graph.needs(op) if isinstance(x, Variable)])

    def _is_captured_anew(self, op: Operation) -> bool:
        return op.type in _CAPTURED_ANEW or not op._outputs

    def _walked(self, op: Operation) -> list[Ref]:
        """The torch ops that were captured on the way to an operation's results."""
        recorder = self._graph.recorder
        wanted = [recorder.node(t._held) for t in op._outputs]
        inputs, between = _between(wanted, self._known)
        places = {node: i for i, node in enumerate(recorder.graph.nodes)} if len(between) > 1 else {}
        between.sort(key=lambda node: places.get(node, 0))
        given = [self._given(self._known[node]) for node in inputs]
        program = Program(between, inputs, wanted, followed=True)
        found = translate(self.body, _Stretch(self._graph, program), given)
        refs: list[Ref] = []
        for ref in found:
            if ref is None:
                raise NotTranslatable("a result that is nothing")
            refs.append(ref)
        return refs

    def _as_raw_op(self, op: Operation) -> list[Ref]:
        """The raw op that an operation is a call of."""
        if op.raw is None:
            raise NotTranslatable(f"no counterpart of {op.type}")
        known, inputs, attributes = signature(op.type), [], {}
        for parameter in known.parameters:
            x = op.raw[parameter.name]
            if isinstance(parameter, Attribute):
                attributes |= {} if x is None else {parameter.name: x}
            else:
                inputs.append([self._as_ref(v) for v in x] if parameter.many else self._as_ref(x))
        found = self.body.op(op.type, *inputs, at=op.type, **attributes)
        refs = found if isinstance(found, (list, tuple)) else [found]
        if len(refs) != len(op._outputs) or any(isinstance(ref, list) for ref in refs):
            raise NotTranslatable(f"{len(op._outputs)} results of {op.type}")
        return list(refs)

    def _as_ref(self, x: Any) -> Ref:
        if isinstance(x, (Variable, Tensor)):
            return self._given(x)
        array, kind = constant(x)
        return self.body.given(x) if kind == dtypes.string else self.body.const(array, kind)

    def _given(self, x: Any) -> Ref:
        return self._read(x) if isinstance(x, Variable) else self._ref(x)

    def _read(self, variable: Variable, alone: bool = True) -> Ref:
        body = self.body
        handle = Ref(self._handle(variable), dtypes.resource, [])
        value = body.op("ReadVariableOp", handle, at="ReadVariableOp", dtype=variable.dtype)
        value.shape = _sizes(variable.shape)
        if alone:
            self._reads.setdefault(id(variable._storage), []).append(value.name)
        return value

    def _captured_anew(self, op: Operation) -> tuple[list[Ref], str | None]:
        """What an operation does where its recipe is captured for it alone, or with all that it differentiates."""
        graph, body = self._graph, self.body
        whole = op.type == "Gradient"
        keys = list(self._sources(op) if whole else self._needed(op))
        done = frozenset() if whole else frozenset(self._operations) - {op}
        session = self._session = self._session or BaseSession(graph=graph)
        with outside_of_graphs():
            run = Run(graph, op._outputs or [op], keys, session.number, done)
            if run.is_eager:
                raise NotTranslatable("imported nodes that can't be captured")
            concrete = run.function.get_concrete_function(*[TensorSpec(key.shape, key.dtype) for key in run.keys])
            captured = concrete._graph_or_error
            given = [self._ref(key) for key in run.keys]
            values = [self._read(slot.variable, alone=False) for slot in captured.slots]
            found = _results(body, captured, given, values)
            reads = self._used([value.name for value in values], found)
        count = len(found) - len(captured.written)
        for slot, value in zip(captured.written, found[count:], strict=True):
            if value is None:
                raise NotTranslatable("a variable that is assigned nothing")
            self._assign(slot.variable, value, reads)
        results = []
        for out, ref in zip(captured.outputs, found):
            if out is not None:
                results.append(self._ref_of(out) if ref is None else ref)
        return results, body.effects[-1] if body.effects else None

    def _used(self, reads: Sequence[str], results: Sequence[Ref | None]) -> list[str]:
        """The reads that something needs; the others go: a variable that gets its first value has none to read."""
        needed = {name for node in self.body.nodes.values() for name in node.input}
        needed |= {ref.name for ref in results if ref is not None}
        for name in set(reads) - needed:
            del self.body.nodes[name]
        return [name for name in reads if name in needed]

    def _ref_of(self, held: Any) -> Ref:
        array, kind = constant(held)
        return self.body.const(array, kind)

    def _assign(self, variable: Variable, value: Ref, reads: Sequence[str]) -> None:
        """Assigns after what was read here, after what is assigned here before, and after what others have read."""
        body = self.body
        body.op("AssignVariableOp", Ref(self._handle(variable), dtypes.resource, []), value, at="AssignVariableOp")
        node = next(reversed(body.nodes.values()))
        others = self._reads.get(id(variable._storage), [])
        node.input.extend(f"^{name}" for name in dict.fromkeys([*reads, *others, *body.effects[-1:]]))
        body.effects.append(node.name)

    def _needed(self, op: Operation) -> Iterator[SymbolicTensor]:
        seen: set[int] = set()
        for x in self._graph.needs(op):
            if isinstance(x, SymbolicTensor) and is_fake(x._held) and id(x) not in seen:
                seen.add(id(x))
                yield x

    def _sources(self, op: Operation) -> Iterator[SymbolicTensor]:
        """The placeholders that an operation depends on."""
        todo, seen = list(self._needed(op)), set()
        while todo:
            x = todo.pop()
            if id(x) in seen:
                continue
            seen.add(id(x))
            if x.op in self._graph.placeholders or x.op.type == "PlaceholderWithDefault":
                yield x
            else:
                todo += self._needed(x.op)

    def _placeholders(self, op: Operation) -> list[Ref]:
        body, refs = self.body, []
        if not op._outputs:
            body.named("Placeholder", op.name, dtype=dtypes.string, shape=None)
        for i, symbol in enumerate(op._outputs):
            name = op.name if len(op._outputs) == 1 else body.unique(f"{op.name}/output_{i}")
            body.named("Placeholder", name, dtype=symbol.dtype, shape=_sizes(symbol.shape))
            refs.append(Ref(name, symbol.dtype, _sizes(symbol.shape)))
        return refs

    def _end(self, op: Operation, refs: Sequence[Ref], after: str | None) -> None:
        """Gives an operation's results their names: those of its last node."""
        body = self.body
        if op.name not in body.nodes:
            last = next(reversed(body.nodes), "")
            if not refs and after == last and after is not None:
                body.rename(last, op.name)
            elif not refs:
                body.named("NoOp", op.name, [f"^{after}"] if after else [])
            elif len(refs) == 1:
                mine = last.startswith(f"{op.name}/") and refs[0].name == last and body.nodes[last].op != "Const"
                if mine and after is None:
                    body.rename(last, op.name)
                    refs[0].name = op.name
                    for reads in self._reads.values():
                        reads[:] = [op.name if name == last else name for name in reads]
                else:
                    node = body.named("Identity", op.name, [refs[0].name], T=refs[0].dtype)
                    node.input.extend([f"^{after}"] if after else [])
            else:
                node = body.named("IdentityN", op.name, [ref.name for ref in refs])
                node.attr["T"].list.type.extend(ref.dtype.as_datatype_enum for ref in refs)
                node.input.extend([f"^{after}"] if after else [])
        for i, (symbol, ref) in enumerate(zip(op._outputs, refs)):
            self._refs[id(symbol)] = Ref(_output(op.name, i), ref.dtype, ref.shape)


class _Stretch:
    """A stretch of a graph, as `translate` takes it."""

    def __init__(self, graph: Any, program: Program) -> None:
        self.graph, self._program = graph, program

    def program(self) -> Program:
        """The nodes of the stretch."""
        return self._program


def _between(wanted: Sequence[Any], known: Any) -> tuple[list[Any], list[Any]]:
    """The known nodes that the ways back from `wanted` end at, and the nodes on those ways."""
    inputs, between, seen, todo = [], [], set(), list(wanted)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in known:
            inputs.append(node)
        else:
            between.append(node)
            todo += node.all_input_nodes
    return inputs, between


def _sizes(shape: Any) -> list[int | None] | None:
    return None if shape is None or shape.rank is None else shape.as_list()


def _output(name: str, index: int) -> str:
    return f"{name}:{index}" if index else name
