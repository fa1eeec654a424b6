"""What a session does for some fetches and feeds: a tf.function that follows recipes, and the shortest way to run it.

The function is captured once for each kind of shapes. What it captured is then called by the shapes of what is fed,
with nothing between it and torch's kernels: neither the capture that goes on where the graph is the default one, nor
the function's search for a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode as _SizeUnknown

from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.flags import flags
from tfcompat._core.random_state import Replay, new_number
from tfcompat._core.state import state
from tfcompat._core.storage import to_numpy
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable
from tfcompat._function import failures
from tfcompat._function.deferred import DeferredGraph
from tfcompat._function.function import Function
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.session_ahead import Ahead, flat
from tfcompat._function.symbolic import Operation, SymbolicTensor

_use_count = torch._C._storage_Use_Count
_SMALL = 1 << 12  # bytes, up to which a copy costs less than to ask whether it is needed


class Run:
    """What is done for some fetches and feeds, in the session of this number, where the operations `done` have run."""

    session: Any = None

    def __init__(
        self,
        graph: DeferredGraph,
        elements: Sequence[Any],
        keys: Sequence[SymbolicTensor],
        number: int,
        done: frozenset[Operation] = frozenset(),
    ) -> None:
        self.number = number
        self.graph, self.elements, self.keys = graph, list(elements), list(keys)
        fed = {id(k) for k in keys}
        wanted = [op for e in elements for op in _operations(e)]
        self.steps = graph.ordered(wanted, fed, done)
        self.ahead = Ahead(graph, self.steps, fed, set(map(id, elements)))
        self.pulls, self.steps = self.ahead.pulls, self.ahead.rest
        self.keys += self.ahead.tensors
        # Whether operations are among them that were imported and can't be captured.
        self.is_eager = any(op.imported is not None and op.imported.eager for op in self.steps)
        self.assigned: set[int] = set()
        self._read: dict[int, Variable] = {}
        self._find_variables()
        self.missing = [graph.placeholders[op] for op in self.steps if op in graph.placeholders]
        self.function = Function(self._call, "session_run", autograph_=False, reduce_retracing=True)
        self.function._lock = graph.lock  # one run of a graph is captured at a time
        self.may_share = False  # whether nothing can keep the memory of what is fed
        self._direct: dict[Any, _Direct] = {}

    def _find_variables(self) -> None:
        """Notes which variables are assigned, and which are read before that."""
        for op in self.steps:
            for x in self.graph.needs(op):
                if isinstance(x, Variable) and id(x._storage) not in self.assigned:
                    self._read.setdefault(id(x._storage), x)
            recipe = self.graph.recipe(op)
            self.assigned.update(id(v._storage) for v in ([] if recipe is None else recipe.assigns))
        for e in self.elements:
            if isinstance(e, Variable) and id(e._storage) not in self.assigned:
                self._read.setdefault(id(e._storage), e)

    # ---- running ----

    def pulled(self, initialized: set[int]) -> list[Any]:
        """The storages of what comes of the iterators' next elements, fed after what is fed."""
        self.check(initialized)
        with outside_of_graphs():
            return [to_storage(t) for t in self.ahead.values()]

    def direct(self, values: Sequence[Any]) -> _Direct | None:
        """The shortest way to run it with such storages of what is fed; None where they have not been met."""
        return self._direct.get(tuple([v.shape for v in values]))

    def __call__(self, initialized: set[int], values: Sequence[Any]) -> list[Any]:
        """The fetches as numpy has them, None for operations; values: the storages of what is fed.

        initialized: the ids of the storages that have a value in the session; those that get one here join them.
        """
        with outside_of_graphs():
            tensors = [EagerTensor(v) for v in values]
            try:
                concrete, results = self.traced(initialized, tensors)
            except _SizeUnknown as e:
                raise NotImplementedError(
                    f"tf.compat.v1.Session.run: {self.elements!r} need a loop or branch whose sizes depend on values "
                    "that are only known when the graph runs, which sessions can't run yet; use a tf.function."
                ) from e
            found = [None if r is None else as_numpy(r._t) for r in results]
        captured = None if concrete is None else concrete.captured_for(values)
        if captured is not None:
            direct = self._direct[tuple([v.shape for v in values])] = _Direct(concrete, captured)
            self.may_share = not direct.calls_python
        return found

    def traced(self, initialized: set[int], tensors: Sequence[Any]) -> tuple[Any, list[Any]]:
        """The function that runs for what is fed, and the fetches as tensors, which tapes around know.

        None in the place of the function where operations are needed that were imported and can't be captured.
        """
        self.check(initialized)
        if self.is_eager:
            results = self.graph.interpret(self, initialized, tensors)
            initialized |= self.assigned
            return None, results
        concrete = self.function.get_concrete_function(*tensors)
        results = concrete.run(tensors)
        initialized |= self.assigned
        return concrete, results

    def check(self, initialized: set[int]) -> None:
        """Raises where a placeholder is not fed, or a variable has no value yet."""
        for tensor in self.missing:
            shape = tensor.op.shape
            dims = (
                "<unknown>"
                if shape.rank is None
                else "[" + ",".join("?" if d is None else str(d) for d in shape.as_list()) + "]"
            )
            kind = {"float32": "float", "float64": "double", "float16": "half"}.get(
                tensor.dtype.name, tensor.dtype.name
            )
            about = f" and shape {dims}" if shape.rank else ""
            raise errors.InvalidArgumentError(
                None,
                None,
                f"You must feed a value for placeholder tensor {tensor.op.name!r} with dtype {kind}{about}",
            )
        for key, variable in self._read.items():
            if key not in initialized:
                name = variable._scoped_name
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    f"Could not find variable {name}. This could mean that the variable has been deleted. In TF1, it "
                    "can also mean the variable is uninitialized. Debug info: container=localhost, "
                    f"status error message=Resource localhost/{name}/{type(variable).__name__} does not exist.",
                )

    # ---- what is captured ----

    def _call(self, *values: Any) -> list[Any]:
        """Follows the recipes: what the fetches are, from what is fed."""
        if state.graph is None:
            raise NotImplementedError(
                f"tf.compat.v1.Session.run: what {self.elements} need can't be captured as a graph, as the warning "
                "says."
            )
        state.graph.home = self.graph
        known: dict[int, Any] = {id(k): v for k, v in zip(self.keys, values, strict=True)}

        def given(x: SymbolicTensor) -> Any:
            if id(x) not in known:
                known[id(x)] = EagerTensor(x._held)  # a constant
            return known[id(x)]

        ahead = {id(e): e.read_value() for e in self.elements if self._is_read_first(e)}
        number, places = self.number, {op: i for i, op in enumerate(self.graph._operations)}
        with self.graph.running(known):
            together: list[Any] = []
            for op, following in zip(self.steps, [*self.steps[1:], None]):
                recipe = self.graph.recipe(op)
                if recipe is None:
                    for t in op._outputs:
                        given(t)
                    continue
                if recipe.together is not None:
                    together.append(recipe.given(given))
                    after = None if following is None else self.graph.recipe(following)
                    if after is None or after.together is not recipe.together:
                        recipe.together(together)
                        together = []
                    continue
                state.graph.replays = Replay(number, places[op], op.seeds or (self.graph.seed, 0))
                state.graph.given_seeds = list(recipe.seeds)
                results = recipe.run(given)
                if op._outputs:
                    tensors = [r for r in flat(results) if isinstance(r, Tensor)]
                    for t, r in zip(op._outputs, tensors, strict=True):
                        known.setdefault(id(t), r)
            return [ahead[id(e)] if id(e) in ahead else self._value(e, given) for e in self.elements]

    def _is_read_first(self, element: Any) -> bool:
        """Whether a fetch is a variable, whose value is that before the run, unless it has its first one from that."""
        if not isinstance(element, Variable) or "_written_by" in element.__dict__:
            return False
        if not flags.resource_variables:  # a reference is looked up when all has run
            return False
        return element.initializer not in self.steps

    def _value(self, element: Any, given: Callable[[Any], Any]) -> Any:
        if isinstance(element, Operation):
            return None
        if isinstance(element, Variable):
            return element.read_value()
        return given(element) if isinstance(element, SymbolicTensor) else element


def function_of(graph: DeferredGraph, inputs: Sequence[Any], outputs: Mapping[str, Any]) -> Callable[..., Any]:
    """A function, which is to be captured, of values for the tensors `inputs` that gives those of `outputs`."""
    run = Run(graph, list(outputs.values()), list(inputs), new_number())
    return lambda *values: dict(zip(outputs, run._call(*values), strict=True))


class Bare:
    """A context of torch's kernels as they are: past what watches them while a graph is built, without gradients."""

    __slots__ = ("_dispatcher", "_grad", "_modes")

    def __enter__(self) -> Bare:
        self._grad = torch.is_grad_enabled()
        self._modes: Any = torch._C._DisableTorchDispatch()  # from its making to its end
        self._dispatcher: Any = torch._C._DisablePythonDispatcher()
        self._dispatcher.__enter__()
        torch._C._set_grad_enabled(False)
        return self

    def __exit__(self, *exc: Any) -> None:
        self.leave()

    def leave(self) -> None:
        """Ends the context, once."""
        if self._modes is not None:
            self._modes = None
            self._dispatcher.__exit__(None, None, None)
            torch._C._set_grad_enabled(self._grad)


class _Direct:
    """A captured run, called with the storages of what is fed; gives the fetches as numpy has them."""

    def __init__(self, concrete: Any, captured: Any) -> None:
        self._concrete, self._captured = concrete, captured
        self._program = captured.program
        # Where Python runs as a part of it, that may call anything, and keep what it is given.
        self.calls_python = any(node.meta.get("opaque") for node in captured.part.nodes)
        self._fixed = {i: o for i, o in enumerate(captured.outputs) if not isinstance(o, torch.Tensor)}
        self._fresh = [not self.calls_python and captured.is_fresh(o) for o in captured.outputs]
        self._cells = [slot.variable._storage for slot in captured.graph.slots.values()]

    def __call__(self, values: Sequence[Any], bare: Bare) -> list[Any]:
        """The fetches; the context `bare` ends where more than kernels is to run."""
        try:
            if not self.calls_python:
                return self._fetched(self._program(*values))
            bare.leave()
            with outside_of_graphs(), torch.no_grad():
                return self._fetched(self._program(*values))
        except failures.KERNELS as e:
            if not failures.is_of_a_kernel(e):
                raise
            bare.leave()
            with outside_of_graphs():
                raise self._concrete.told(e, self._captured, [EagerTensor(v) for v in values]) from None

    def _fetched(self, results: Sequence[Any]) -> list[Any]:
        if self._fixed:
            results = [self._fixed.get(i, r) for i, r in enumerate(results)]
        return [None if r is None else self._array(r, fresh) for r, fresh in zip(results, self._fresh)]

    def _array(self, value: Any, fresh: bool) -> Any:
        """A result as numpy has it: in the tensor's own memory where nobody else has that, and it is worth asking."""
        if fresh and value.nbytes > _SMALL and _is_alone(value) and not any(c.t is value for c in self._cells):
            return to_numpy(value)
        return as_numpy(value)


def as_numpy(value: Any) -> Any:
    """What a session gives for a storage: an array of its own, a scalar (bytes for a string) where the shape is ()."""
    array = to_numpy(value)
    return array.copy() if array.ndim else array[()]


def _is_alone(t: torch.Tensor) -> bool:
    """Whether a tensor is all that is on its memory."""
    storage = t.untyped_storage()
    # The memory has two users: the tensor, and the object that was just asked for.
    return t.is_cpu and t.is_contiguous() and storage.nbytes() == t.nbytes and _use_count(storage._cdata) <= 2


def _operations(element: Any) -> list[Operation]:
    if isinstance(element, Operation):
        return [element]
    if isinstance(element, SymbolicTensor):
        return [element.op]
    written = getattr(element, "__dict__", {}).get("_written_by")
    return [] if written is None else [written]
