"""The graph that a function is captured into: how symbolic tensors, variables and names behave meanwhile.

The core calls its methods wherever `state.graph` is set: `wrap` and its relatives for results, `read`, `write` and
their relatives for variables, `captured` for eager tensors that come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import device, errors, random_state, structure
from tfcompat._core.names import UniqueNames
from tfcompat._core.state import state
from tfcompat._core.tape import is_trainable, read_variable
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import UnreadVariable
from tfcompat._function import listing
from tfcompat._function.endings import Ending
from tfcompat._function.graph_facts import FunctionGraph
from tfcompat._function.program import Program
from tfcompat._function.recorder import NotCapturable, Recorder, is_fake
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.strings import as_example, lifted, record_on_ids
from tfcompat._function.symbolic import LABELS, Operation, SymbolicTensor, size_of

_SINGLETONS = (
    "tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only "
    "created once or created outside tf.function. See "
    "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
)


class Slot:
    """A variable within a graph: its input, and what stands for its value as the capture goes on.

    leaves: what stood for the value after each write; all of them are the variable to whoever differentiates.
    """

    __slots__ = ("graph", "leaves", "source", "value", "variable", "written")

    def __init__(self, graph: FuncGraph, variable: Any, source: torch.Tensor) -> None:
        self.graph, self.variable = graph, variable
        self.source = self.value = source
        self.leaves = [source]
        self.written = False


class FuncGraph(FunctionGraph):
    """The graph of one function for one signature (what TensorFlow calls a FuncGraph)."""

    __module__ = "tensorflow.python.framework.func_graph"

    def __init__(
        self, name: str, outer: FuncGraph | None, may_create: bool, within: bool = False, lifts: bool = False
    ) -> None:
        super().__init__()
        self.name, self.outer_graph = name, outer
        # The graph that sessions run which this one is a part or a run of.
        self.home: Any = outer.home if within and outer is not None else None
        # Whether floating constants are inputs, so that there are gradients of them.
        self.summed_rows: list[torch.Tensor] = []  # gradients that are known to be sums of rows
        self.lifts_constants = lifts or (within and outer is not None and outer.lifts_constants)
        self.recorder = Recorder(outer.recorder if within and outer is not None else None)
        self.arguments: list[torch.Tensor] = []
        self.inputs: list[SymbolicTensor] = []
        self.examples: list[torch.Tensor] = []
        self.given: list[Any] | None = None  # the arguments' values, where it is captured for a call
        self.captures: dict[int, tuple[Tensor, torch.Tensor]] = {}
        self.slots: dict[int, Slot] = {}
        self.variables_created: list[Any] = []
        self._may_create, self._within = may_create, within
        self.open_sizes: set[Any] = set()  # those of tensors of which not even the rank is known
        self.told_sizes: dict[Any, int] = {}  # what set_shape says of sizes that are not known
        self._names = UniqueNames()
        self._operations: list[Operation] = []
        self._called: tuple[Any, Sequence[Any]] = None, ()
        self.stateful: list[Operation] = []
        # The ids of variables whose new values tell of sizes of the arguments, even where these are known.
        self.sized: set[int] = set()
        self.resources: dict[int, Any] = {}
        self._rebound: dict[int, tuple[Tensor, Any]] = {}
        # Names in a branch or a loop's body begin with its own: "while/add".
        self._scopes = f"{name}/" if within else ""
        self._lifting = False
        self._endings: list[Ending] = []
        # Where it does what an operation of another graph does: what that draws by.
        self.replays: random_state.Replay | None = None
        self.given_seeds: list[Any] = []  # those of that operation's random ops

    def __str__(self) -> str:
        return f"FuncGraph(name={self.name}, id={id(self)})"

    # ---- capturing ----

    @contextmanager
    def as_default(self) -> Iterator[FuncGraph]:
        """Captures what runs within."""
        before = state.graph, state.tapes, state.scopes, state.direct
        state.graph, state.tapes, state.scopes, state.direct = self, (), self._scopes, False
        try:
            with self.recorder.recording(), torch.enable_grad():
                yield self
        finally:
            state.graph, state.tapes, state.scopes, state.direct = before

    def argument(
        self, example: torch.Tensor, name: str, unknown: Sequence[int] = (), any_rank: bool = False
    ) -> SymbolicTensor:
        """The symbolic tensor of the next tensor argument; with `any_rank` nothing is said of its shape."""
        fake = self.recorder.input(example, name, unknown)
        self.arguments.append(fake)
        self.examples.append(example)
        symbol = SymbolicTensor(fake, self._operation(name, "Placeholder"))
        if any_rank:
            symbol.any_rank = True
            self.open_sizes.update(s for d in fake.shape if size_of(d) is None for s in d.node.expr.free_symbols)
        self.inputs.append(symbol)
        return symbol

    def captured(self, tensor: Any) -> Any:
        """What stands in this graph for a tensor from outside; eager integers and strings are constants of the graph.

        A floating tensor is an input that is looked up at each call, by identity: a tape around the call may watch it.
        """
        if isinstance(tensor, SymbolicTensor):
            if tensor.graph is self:
                return tensor._held
            if tensor.graph.deferred and (found := tensor.graph.stand_in(tensor)) is not None:
                return self.captured(found)
            self._check_accessible(tensor)
        else:
            t = tensor._t
            if not isinstance(t, torch.Tensor) or not is_trainable(t.dtype):
                return t
        if isinstance(tensor, SymbolicTensor) and isinstance(tensor._held, np.ndarray):
            return tensor._held
        found = self._rebound.get(id(tensor)) or self.captures.get(id(tensor))
        if found is None:
            outside = self.value_outside(tensor)
            if not is_fake(outside) and (isinstance(outside, np.ndarray) or not is_trainable(outside.dtype)):
                return outside
            found = tensor, self.recorder.input(outside, f"captured_{len(self.captures)}")
            self.captures[id(tensor)] = found
            self.met[id(tensor)] = None
        return found[1]

    def value_outside(self, tensor: Tensor) -> Any:
        """What holds a tensor's value around this graph, as an example for an input."""
        if not isinstance(tensor, SymbolicTensor):
            return tensor._t
        before, state.graph = state.graph, self.outer_graph
        try:
            with _disable_current_modes():
                return tensor._t
        finally:
            state.graph = before

    def _check_accessible(self, tensor: SymbolicTensor) -> None:
        graph = self.outer_graph
        while graph is not None:
            if graph is tensor.graph:
                return
            graph = graph.outer_graph
        graph = tensor.graph.outer_graph
        while graph is not None and graph is not self:
            graph = graph.outer_graph
        tensor.graph.outside(tensor, errors.InaccessibleTensorError if graph is self else TypeError)

    def rebind(self, tensor: Tensor, t: torch.Tensor) -> None:
        """Makes `t`, a tape's handle, stand for a tensor from here on."""
        if isinstance(tensor, SymbolicTensor) and tensor.graph is self:
            tensor._held = t
        else:
            self._rebound[id(tensor)] = tensor, t

    def outside(self, tensor: SymbolicTensor, kind: type[Exception] = TypeError) -> Any:
        """The value of a symbolic tensor outside of this graph's capture: there is none, an error of that kind."""
        if self._lifting:
            return self._evaluate(tensor._held)
        raise kind(
            f"{tensor!r} is out of scope and cannot be used here. Use return values, explicit Python locals or "
            "TensorFlow collections to access it.\nPlease see https://www.tensorflow.org/guide/"
            "function#all_outputs_of_a_tffunction_must_be_return_values for more information.\n\n"
            f"The tensor {tensor!r} cannot be accessed from here, because it was defined in {self!r}, which is out of "
            "scope."
        )

    # ---- results ----

    def wrap(self, value: Any) -> Any:
        """The symbolic tensor of a torch tensor; maps over tuples, lists and None."""
        constant = isinstance(value, (torch.Tensor, np.ndarray)) and not is_fake(value)
        return self.named(value, "Const" if constant else "Identity")

    def named(self, value: Any, name: str, kind: str | None = None) -> Any:
        """The symbolic tensors of an operation called `name` that gives `value`, a torch tensor or a nest of them."""
        if isinstance(value, (torch.Tensor, np.ndarray)):
            return SymbolicTensor(self._lifted(value), self._operation(name, kind or name))
        if isinstance(value, (tuple, list)):
            op: list[Operation] = []
            return self._nested(value, name, kind or name, op)
        return value

    def _nested(self, value: Any, name: str, kind: str, op: list[Operation]) -> Any:
        if isinstance(value, (torch.Tensor, np.ndarray)):
            if not op:
                op.append(self._operation(name, kind))
            return SymbolicTensor(self._lifted(value), op[0])
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(self._nested(v, name, kind, op) for v in value))
        if isinstance(value, (tuple, list)):
            return type(value)(self._nested(v, name, kind, op) for v in value)
        return value

    def _lifted(self, value: Any) -> Any:
        """What stands for an op's result that depends on no input, where gradients of such are asked for: a leaf."""
        if not self.lifts_constants or isinstance(value, np.ndarray) or not is_trainable(value.dtype):
            return value
        if not is_fake(value):
            return self.captured(EagerTensor(value))
        return value if value.requires_grad else value.requires_grad_()

    def output(self, x: Any) -> Any:
        """What a function returns, as an output of the graph, whose node is called "Identity"."""
        if x is None:
            return x
        state.scopes = ""
        result = self.named(self.captured(x), "Identity")
        if isinstance(x, SymbolicTensor) and x.graph is self:
            result.op._inputs = [x]
        return result

    def wrap_result(self, result: Any, op: Any, name: str | None) -> Any:
        """The symbolic tensors of an op's result, named `name` or after the op."""
        kernel: str = op.kernel
        label = name or LABELS.get(kernel, kernel)
        called, given = self._called
        if called is not op or label.endswith("/"):
            return self.named(result, label, kernel)
        self._called = None, ()
        full = self.unique_name(f"{state.scopes}{label}")
        inputs = listing.inputs(self, op, given, full)
        made = self.add_operation(full, kernel, inputs)
        return self._nested(result, label, kernel, [made])

    def called_with(self, op: Any, given: Sequence[Any]) -> None:
        """Notes the arguments of an op's call, for the list of operations."""
        self._called = op, given

    def add_operation(self, name: str, kind: str, inputs: Sequence[Any] = (), **known: Any) -> Operation:
        """Lists an operation under its full name."""
        op = Operation(self, name, kind, device.graph_name())
        op._inputs = list(inputs)
        for key, value in known.items():
            setattr(op, key, value)
        self._operations.append(op)
        return op

    def called(self, stateful: bool) -> Operation:
        """Lists the call of another function, which uses variables where it is `stateful`."""
        kind = "StatefulPartitionedCall" if stateful else "PartitionedCall"
        op = self._operation(kind, kind)
        if stateful:
            self.stateful.append(op)
        return op

    def scope(self) -> str:
        """What the names of operations begin with now."""
        return state.scopes

    def close(self) -> None:
        """Ends the list of operations: what reads or changes variables runs before what the function returns."""
        if not self.stateful:
            return
        outputs = [op for op in self._operations if op.type == "Identity" and op.name.startswith("Identity")]
        last = self.add_operation(self.unique_name("NoOp"), "NoOp")
        last._control_inputs = list(reversed(self.stateful))
        for op in outputs:
            op._control_inputs = [last]

    def wrap_constant(self, value: Any, name: str) -> Any:
        """The symbolic tensor of a constant."""
        return self.named(value, name or "Const", "Const")

    def _operation(self, name: str, kind: str) -> Operation:
        full = name[:-1] if name.endswith("/") else self.unique_name(f"{state.scopes}{name}")
        op = Operation(self, full, kind, device.graph_name())
        self._operations.append(op)
        return op

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name`, or "name_1", "name_2"... where the graph has used it."""
        return self._names.unique_name(name, mark_as_used)

    def scope_of(self, name: str) -> str:
        """What the names in the branches or body of the next operation called `name` begin with."""
        return self.unique_name(f"{state.scopes}{name}", mark_as_used=False)

    # ---- ops on values ----

    def on_strings(self, op: Any, args: list[Any]) -> Any:
        """The result of an op on strings of which some arguments have no value yet."""
        return record_on_ids(self, op, args) if op.strings else self.as_node(op, args)

    def lift(self, array: np.ndarray) -> torch.Tensor:
        """What stands for constant strings in this graph."""
        return lifted(self, array)

    def as_node(self, op: Any, args: list[Any], cause: Exception | None = None) -> Any:
        """The result of an op that needs its arguments' values: its body runs whenever the graph does."""
        from tfcompat._function.nodes import record_op

        try:
            return record_op(self, op, args, cause)
        except Exception as e:
            if e is not cause or self.recorder.assumes or not isinstance(e, RuntimeError):
                raise
            with self.recorder.assuming():
                return op.run(args)

    def needs_values(self, error: Exception) -> bool:
        """Whether an error tells that an op's body asked for the value of a symbolic tensor."""
        from tfcompat._function.fallback import tells_of_capture

        return tells_of_capture(error)

    def whole(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Any, kernel: str, **options: Any) -> Any:
        """What ``function(*args, **kwargs)`` gives, which is called whenever the graph runs (see `nodes`)."""
        from tfcompat._function.nodes import record_call

        return record_call(self, function, args, kwargs, kernel, **options)

    # ---- branches, loops and Python ----

    @contextmanager
    def trying(self) -> Iterator[None]:
        """For calling functions that are called again: variable scopes that they open, and seeds, are not counted."""
        home = self.home
        opened = None if home is None else dict(home.scopes_opened)
        back = random_state.trial(self)
        try:
            yield
        finally:
            back()
            if home is not None:
                home.scopes_opened = opened

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
        """tf.cond on a predicate that has no value yet."""
        from tfcompat._function.control import choose, picker

        return choose(self, pred, picker("truth", 2), [true_fn, false_fn], name or "cond")

    def case(self, pairs: Sequence[Any], default: Any, exclusive: bool, name: str | None = None) -> Any:
        """tf.case on predicates of which one has no value yet."""
        from tfcompat._function.control import case

        return case(self, pairs, default, exclusive)

    def switch_case(self, index: Any, branches: Sequence[Any], default: Any, name: str | None = None) -> Any:
        """tf.switch_case on an index that has no value yet."""
        from tfcompat._function.control import choose, picker

        return choose(self, index, picker("index", len(branches) + 1), [*branches, default], name or "switch_case")

    def while_loop(self, cond: Any, body: Any, loop_vars: Any, invariants: Any, limit: Any, name: str | None) -> Any:
        """tf.while_loop, which runs whenever the graph does."""
        from tfcompat._function.control import while_loop

        return while_loop(self, cond, body, loop_vars, invariants, limit, name or "while")

    def gradients(self, ys: Any, xs: Any, weights: Any, stops: Any, zeros: bool) -> list[Any]:
        """tf.gradients of symbolic tensors."""
        from tfcompat._function.symbolic_gradients import gradients

        return gradients(self, ys, xs, weights, stops, zeros)

    def slices_of(self, gradient: Any) -> Any:
        """The tf.IndexedSlices that a gradient is the sum of; None where it is no sum of rows alone."""
        from tfcompat._function.row_gradients import slices_of

        return slices_of(self, gradient, self.wrap) if self.summed_rows else None

    def hessians(self, ys: Any, xs: Any) -> list[Any]:
        """tf.hessians of symbolic tensors."""
        from tfcompat._function.symbolic_gradients import hessians

        return hessians(self, ys, xs)

    def write_row(self, buffer: torch.Tensor, i: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
        """`buffer` with row number `i` replaced, and grown with zeros where it has no such row."""
        from tfcompat._function.control import write_row

        return write_row(self, buffer, i, row)

    def call(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> None:
        """Calls `function` with the values of `inputs`, a list of nests, whenever the graph runs; for its effects."""
        from tfcompat._function.python import call

        call(self, function, inputs, replay)

    def check(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> None:
        """As `call`, for a function that does nothing but raise errors."""
        from tfcompat._function.python import call

        call(self, function, inputs, replay, only_raises=True)

    def print(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> None:
        """tf.print, which prints whenever the graph runs."""
        self.call(function, inputs, replay)
        text = self.add_operation(self.unique_name(f"{state.scopes}StringFormat"), "StringFormat")
        given = structure.flatten(inputs, expand_composites=True)
        text._inputs = [x for x in given if isinstance(x, SymbolicTensor) and x.graph is self]
        printed = self.add_operation(self.unique_name(f"{state.scopes}PrintV2"), "PrintV2", [listing.output(text)])
        self.stateful.append(printed)

    def checked(self, function: Callable[[Any], Any], t: torch.Tensor, replay: Any = None) -> torch.Tensor:
        """What `function` gives for `t`, a tensor like it, or an error, whenever the graph runs."""
        from tfcompat._function.python import checked

        return checked(self, function, t, replay)

    def py_function(self, function: Callable[..., Any], inputs: Any, kinds: Any, name: str | None = None) -> Any:
        """tf.py_function, which is called whenever the graph runs."""
        from tfcompat._function.python import py_function

        return py_function(self, function, inputs, kinds, "EagerPyFunc")

    def numpy_function(
        self, function: Callable[..., Any], inputs: Any, kinds: Any, stateful: bool = True, name: str | None = None
    ) -> Any:
        """tf.numpy_function, which is called whenever the graph runs."""
        from tfcompat._function.python import numpy_function

        return numpy_function(self, function, inputs, kinds, stateful)

    def may_end(self, node: Any, result: torch.Tensor) -> None:
        """Notes that `node`, which gives `result`, raises OutOfRangeError where there is no more data."""
        self._endings.append(Ending(self, node, result))

    def settle(self) -> None:
        """To be called once all is captured: what is noted of endings becomes part of the graph."""
        for ending in self._endings:
            ending.settle(self, self._within)
        self._endings.clear()

    # ---- variables ----

    def slot(self, variable: Any) -> Slot:
        """The variable's place in this graph; its input is made where it is met first."""
        storage = variable._storage
        found = self.slots.get(id(storage))
        if found is None:
            variable = variable._component  # the same one whoever runs the graph
            with _disable_current_modes():
                before, state.graph = state.graph, self.outer_graph
                try:
                    t = storage.t if self.outer_graph is None else self.outer_graph.value(variable)
                finally:
                    state.graph = before
            fake = self.recorder.input(as_example(t), variable.name.split(":")[0])
            found = self.slots[id(storage)] = Slot(self, variable, fake)
            self.met[id(storage)] = None
        return found

    def read(self, variable: Any) -> Any:
        """What stands for a variable's value now, watched by the tapes within the function."""
        value = self.slot(variable).value
        return read_variable(variable, value) if state.tapes else value

    def value(self, variable: Any) -> Any:
        """What stands for a variable's value now, without a gradient: for computing the next one."""
        value = self.slot(variable).value
        return self.recorder.detached(value) if isinstance(value, torch.Tensor) else value

    def write(self, variable: Any, t: torch.Tensor, kind: str = "AssignVariableOp") -> None:
        """Makes `t` the variable's value, by an op `kind`. Variables themselves change when the graph has run."""
        slot = self.slot(variable)
        listing.assignment(self, variable, kind)
        t = t.detach() if isinstance(t, torch.Tensor) else lifted(self, t)
        if is_trainable(t.dtype):
            t.requires_grad_()
        slot.value = t
        slot.written = True
        slot.leaves.append(t)

    def writable(self, variable: Any) -> torch.Tensor:
        """A tensor to change in place, which is the variable's value from here on."""
        slot = self.slot(variable)
        t = self.recorder.detached(slot.value).clone()
        slot.value = t
        slot.written = True
        return t

    def assigned(self, variable: Any) -> Any:
        """What an assignment returns: the variable, under the name 'UnreadVariable'."""
        unread = object.__new__(UnreadVariable)
        vars(unread).update(variable.__dict__)
        return unread

    def created(self, variable: Any) -> None:
        """Notes a new variable; ValueError where this is not the function's first call."""
        if self._within and self.outer_graph is not None:  # a branch or a loop's body is a part of the function
            self.outer_graph.created(variable)
            return
        if not self._may_create:
            raise ValueError(_SINGLETONS)
        self.variables_created.append(variable)

    def lifted(self, function: Callable[[], Any]) -> Any:
        """Runs `function` outside of the graph, where symbolic tensors have the values of this first call."""
        lifting, self._lifting = self._lifting, True
        try:
            with outside_of_graphs():
                return function()
        finally:
            self._lifting = lifting

    def values_of(self, args: Sequence[Any]) -> list[Any]:
        """The values of what stands for tensors, in this call; NotCapturable where it is not captured for a call."""
        if self.given is None or self.outer_graph is not None:
            raise NotCapturable("a Python function gives a tensor of unknown shape: give a tf.TensorSpec with a shape")
        with outside_of_graphs():
            return [self._evaluate(a) if is_fake(a) else a for a in args]

    def _evaluate(self, fake: torch.Tensor) -> Any:
        """The value in this call of what a fake tensor stands for."""
        recorder = self.recorder
        known: dict[Any, Any] = {}
        for argument, example in zip(self.arguments, self.given or self.examples, strict=True):
            known[recorder.node(argument)] = example
        for outer, inner in self.captures.values():
            known[recorder.node(inner)] = outer._t
        for slot in self.slots.values():
            known[recorder.node(slot.source)] = slot.variable._storage.t
        program = Program(list(recorder.graph.nodes), list(known), [recorder.node(fake)], recorder.all_nodes())
        return program.compile(recorder.tracer.root, "initial_value")(*known.values())[0]
