"""Capturing one call of a Python function: its graph, what it returns, and how its graph runs."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tape import variable_of
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function.capture import Part
from tfcompat._function.graph import FuncGraph, Slot
from tfcompat._function.memory import Memory
from tfcompat._function.program import Program
from tfcompat._function.recorder import NotCapturable, is_fake
from tfcompat._function.strings import is_string
from tfcompat._function.symbolic import SymbolicTensor
from tfcompat._function.writer import Wiring, stream_of

aten = torch.ops.aten
_calls = itertools.count(1)


class Captured:
    """A function's graph for one signature, ready to run.

    result: what the function returned, with symbolic tensors in it. Its inputs are the tensor arguments, the eager
    tensors from closures and the variables, in this order; its outputs the tensors of `result`, then the new values
    of the variables that it assigns.
    """

    def __init__(self, graph: FuncGraph, result: Any, jit: bool = False) -> None:
        self.graph, self.result, self.jit = graph, result, jit
        graph.structured_outputs = result
        self.outputs = [_value(graph, leaf) for leaf in structure.flatten(result, expand_composites=True)]
        self.written = [s for s in graph.slots.values() if s.written]
        graph.settle()
        new = [storable(s) for s in self.written]
        self.closure = [tensor for tensor, _ in graph.captures.values()]
        self.slots = [s for s in graph.slots.values() if isinstance(s.source, torch.Tensor)]
        inputs = [[a] for a in graph.arguments] + [[t] for _, t in graph.captures.values()]
        inputs += [s.leaves for s in self.slots]
        computed = [o if isinstance(o, torch.Tensor) else None for o in self.outputs]
        count = len(computed)
        plain = frozenset(range(count, count + len(new)))
        self.part = Part(graph, inputs, [*computed, *new], graph.name, plain)
        self.pack = packer(result, self.outputs)
        self._direct: Callable[..., Any] | None = None
        self._starved: Callable[..., Any] | None = None
        self._fits: dict[Any, bool] = {}
        graph.examples.clear()
        graph.given = None
        self._check_guards()
        self.checks = graph.recorder.takes_for_granted and _checks(self.part)

    # ---- running ----

    def __call__(self, tensors: Sequence[torch.Tensor]) -> Any:
        """What the function returns for these tensor arguments; assigns its variables."""
        if state.graph is None and not state.tapes:
            run = self.program
            if not torch.is_grad_enabled():
                return self.pack(run(*tensors), EagerTensor)
            torch._C._set_grad_enabled(False)  # what no_grad does, in a tenth of its time
            try:
                return self.pack(run(*tensors), EagerTensor)
            finally:
                torch._C._set_grad_enabled(True)
        inputs = [*tensors, *map(_current, self.closure), *(s.variable._read() for s in self.slots)]
        # Each call within a function has random numbers of its own, as if it were a part of it.
        part = self.part if state.graph is None else self.part.redrawn(f";call {next(_calls)}")
        results = part(inputs)
        count = len(self.outputs)
        for slot, new in zip(self.written, results[count:], strict=True):
            if state.graph is None:
                slot.variable._storage.t = new.detach() if isinstance(new, torch.Tensor) else new
            else:
                state.graph.write(slot.variable, new)
        if state.graph is None:
            return self.pack(results[:count], wrap)
        call = state.graph.called(bool(self.slots))
        return self.pack(results[:count], lambda v: SymbolicTensor(v, call))

    @property
    def program(self) -> Callable[..., Any]:
        """The graph as a function of the arguments alone, which reads and assigns variables by itself."""
        return self._direct or self._wired()

    def starve(self) -> None:
        """Does what a run does before it finds that its arguments never come.

        TensorFlow's executor runs what waits for nothing: variables get the new values that no argument has a part
        in. Random ops are taken to wait, since the shapes they draw mostly do.
        """
        run = self._starved
        if run is None:
            part, count = self.part, len(self.graph.arguments)
            waits = set(part.input_nodes[:count])
            memory, late = Memory(part.nodes, lambda node: (node.args, node.kwargs)), set()
            for i, node in enumerate(part.nodes):
                used = node.all_input_nodes
                if stream_of(node) is None and waits.isdisjoint(used) and late.isdisjoint(map(memory.group, used)):
                    continue
                waits.add(node)
                late.update(memory.group(written) for j, written in memory.writes if j == i)
            new = zip(self.written, part.output_nodes[len(self.outputs) :], strict=True)
            sized = self.graph.sized
            free = [
                (slot, node)
                for slot, node in new
                if node not in waits and memory.group(node) not in late and id(slot.variable) not in sized
            ]
            outputs = [node for _, node in free]
            program = Program(part.nodes, part.input_nodes[count:], outputs, frozenset(waits), mark=part.mark)
            wiring = Wiring()
            for i, tensor in enumerate(self.closure):
                wiring.found[i] = tensor, "_t"
            for i, slot in enumerate(self.slots, len(self.closure)):
                wiring.found[i] = slot.variable._storage, "t"
            for i, (slot, _) in enumerate(free):
                wiring.stored[i] = slot.variable._storage, "t"
            root = self.graph.recorder.tracer.root
            run = self._starved = program.compile(root, f"{part.name}_starved", wiring, inline=True)
        with torch.no_grad():
            run()

    def _wired(self) -> Callable[..., Any]:
        """Makes `program`."""
        wiring = Wiring()
        first = len(self.graph.arguments)
        for i, tensor in enumerate(self.closure, first):
            wiring.found[i] = tensor, "_t"
        for i, slot in enumerate(self.slots, first + len(self.closure)):
            wiring.found[i] = slot.variable._storage, "t"
        for i, slot in enumerate(self.written, len(self.outputs)):
            wiring.stored[i] = slot.variable._storage, "t"
        run = None
        if self.jit:
            from tfcompat._function.compiler import compiled

            run = compiled(self.part, wiring)
        self._direct = run or self._graphed(self.part.compile(wiring, inline=True))
        return self._direct

    def _graphed(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """The graph's program, as a CUDA graph where that is possible."""
        if not torch.cuda.is_available():
            return plain
        from tfcompat._function import cuda_graphs

        program = self.part.program()
        if not cuda_graphs.wanted() or cuda_graphs.obstacle(self.part, program.nodes) is not None:
            return plain
        cells = [s.variable._storage for s in self.slots]
        written = [s.variable._storage for s in self.written]
        return cuda_graphs.Graphed(plain, self.part.whole(), self.closure, cells, written, len(self.outputs))

    # ---- when it may run ----

    def is_fresh(self, output: Any) -> bool:
        """Whether one of its outputs is memory that a kernel allocates at each run."""
        return is_fake(output) and _is_fresh(self.graph.recorder.node(output))

    def depends_on_variable_shapes(self) -> bool:
        """Whether it uses a variable whose shape may change."""
        return any(not s.variable._static_shape.is_fully_defined() for s in self.slots)

    def fits(self, tensors: Sequence[torch.Tensor]) -> bool:
        """Whether what the capture took for granted of unknown dimensions, and of variables' shapes, holds now."""
        if any(slot.variable._storage.t.shape != slot.source.shape for slot in self.slots):
            return False
        sizes = tuple([tuple(t.shape) for t in tensors])
        if any(type(n) is not int for size in sizes for n in size):
            return self._holds_for_symbolic(sizes)
        found = self._fits.get(sizes)
        if found is None:
            found = self._fits[sizes] = self._holds(sizes)
        return found

    def _holds_for_symbolic(self, sizes: Sequence[tuple[Any, ...]]) -> bool:
        """Whether it fits sizes that another function, which is being captured, leaves open."""
        if any(a.ndim != len(s) for a, s in zip(self.graph.arguments, sizes, strict=True)):
            return False
        guards = self.graph.recorder.guards
        if not guards:
            return True
        from tfcompat._function.sizes import holds

        pairs = [p for a, s in zip(self.graph.arguments, sizes, strict=True) for p in zip(a.shape, s, strict=True)]
        values = {_symbol(d): n for d, n in pairs if _symbol(d) is not None}
        if not all(holds(guard, values) for guard in guards):
            raise NotCapturable("a function is called within another one, with sizes that are not known")
        return True

    def _check_guards(self) -> None:
        """Raises where the capture took something for granted of sizes that no call can check."""
        known = {_symbol(d) for a in self.graph.arguments for d in a.shape}
        guards = self.graph.recorder.guards
        if self.graph.outer_graph is None and any(g.free_symbols - known for g in guards):
            raise NotCapturable("it depends on a size that is only known when the graph runs")

    def _holds(self, sizes: Sequence[tuple[int, ...]]) -> bool:
        values: dict[Any, int] = {}
        for fake, real in zip(self.graph.arguments, sizes, strict=True):
            if fake.ndim != len(real):
                return False
            for d, n in zip(fake.shape, real, strict=True):
                symbol = _symbol(d)
                if symbol is not None:
                    values[symbol] = n
                elif d != n:
                    return False
        held = [guard.xreplace(values) for guard in self.graph.recorder.guards]
        return all(bool(h) for h in held)


def _symbol(size: Any) -> Any:
    """What stands for an open size in guards, also where one of them fixes it; None for an int."""
    return size.node._expr if isinstance(size, torch.SymInt) else None


def _checks(part: Part) -> bool:
    from tfcompat._function.sizes import checks

    return checks(part)


def _current(tensor: Tensor) -> Any:
    return tensor._t if state.graph is None else state.graph.captured(tensor)


def _value(graph: FuncGraph, leaf: Any) -> Any:
    """What holds an output: a fake tensor, a constant tensor, a numpy array or None."""
    if leaf is None:
        return None
    return graph.captured(leaf)


def returned(result: Any, function: Any, then: Callable[[Any], Any] = lambda leaf: leaf) -> Any:
    """What a function returned, with tensors, or what `then` makes of them, in the place of variables and numbers.

    TypeError for what no tensor can be made of.
    """

    def convert(leaf: Any) -> Any:
        leaf = variable_of(leaf)
        if leaf is None or isinstance(leaf, Tensor):
            return then(leaf)
        if getattr(leaf, "dtype", None) is dtypes.variant:
            if state.graph is None:
                return leaf
            raise NotCapturable("it returns a variant, which a graph does not hold")
        try:
            return then(convert_to_tensor(leaf))
        except (TypeError, ValueError):
            raise TypeError(
                "To be compatible with tf.function, Python functions must return zero or more Tensors or "
                f"ExtensionTypes or None values; in compilation of {function}, found return value of type "
                f"{type(leaf).__name__}, which is not a Tensor or ExtensionType."
            ) from None

    return structure.map_structure(convert, result, expand_composites=True)


def storable(slot: Slot) -> torch.Tensor:
    """A variable's new value as memory of its own: copied where it may be another's, or is not contiguous."""
    if is_string(slot.value):
        return slot.value
    value = slot.graph.recorder.detached(slot.value).to(slot.source.device)
    if is_fake(value) and value.is_contiguous() and _is_fresh(slot.graph.recorder.node(value)):
        return value
    with slot.graph.recorder.recording(constants=False):
        return value.clone(memory_format=torch.contiguous_format)


def _is_fresh(node: Any) -> bool:
    """Whether a node's value is memory that its kernel has just allocated."""
    while node.target in (aten.detach.default, operator.getitem) or _is_in_place(node):
        node = node.args[0]
    schema: Any = getattr(node.target, "_schema", None)
    return schema is not None and not schema.is_mutable and all(r.alias_info is None for r in schema.returns)


def _is_in_place(node: Any) -> bool:
    """Whether a node's value is its first argument, written to."""
    schema: Any = getattr(node.target, "_schema", None)
    if schema is None or not schema.is_mutable or len(schema.returns) != 1 or not schema.arguments[0].alias_info:
        return False
    return schema.arguments[0].alias_info.is_write and len([a for a in schema.arguments if a.alias_info]) == 1


def packer(result: Any, outputs: Sequence[Any]) -> Callable[[Sequence[Any], Callable[[Any], Any]], Any]:
    """A function that makes the function's result of its computed outputs, wrapping each in a tensor."""
    fixed = {i: o for i, o in enumerate(outputs) if not isinstance(o, torch.Tensor)}
    if isinstance(result, Tensor) and not fixed:
        return lambda values, wrap: wrap(values[0])
    kind: Any = type(result)
    given: Any = result
    if kind in (tuple, list) and not fixed and not any(map(structure.is_nested_or_composite, given)):
        return lambda values, wrap: kind([wrap(v) for v in values])
    if kind is dict and not fixed and not any(map(structure.is_nested_or_composite, given.values())):
        places = {key: i for i, key in enumerate(sorted(given))}
        items = [(key, places[key]) for key in given]
        return lambda values, wrap: {key: wrap(values[i]) for key, i in items}
    if result is None:
        return lambda values, wrap: None

    def pack(values: Sequence[Any], wrap: Callable[[Any], Any]) -> Any:
        leaves = [fixed[i] if i in fixed else wrap(v) for i, v in enumerate(values)]
        leaves = [EagerTensor(v) if isinstance(v, np.ndarray) else v for v in leaves]
        return structure.pack_sequence_as(result, leaves, expand_composites=True)

    return pack
