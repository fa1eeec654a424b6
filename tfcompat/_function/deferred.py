"""Graphs that a program builds by hand and sessions run: `with tf.Graph().as_default()`, TensorFlow 1's graph mode.

Ops that are called while such a graph is the default one are captured as a function's are, which tells the names,
dtypes and shapes of what they give. Besides, each operation keeps a *recipe*: what to call again with the values of
its inputs. A session runs what it is asked for by following the recipes in a tf.function (see `session`), so that
each set of fetches and shapes is captured, differentiated and compiled as any function is. What was captured without
a recipe (a loop, a branch, an op that is no `@op`) has the captured torch ops themselves for one.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import device, errors, random_state
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import as_dtype
from tfcompat._core.names import UniqueNames
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import UnreadVariable, Variable
from tfcompat._function import deferred_gradients, guesses, reruns
from tfcompat._function.failures import ShapeError
from tfcompat._function.graph import FuncGraph
from tfcompat._function.recipe_graph import RecipeGraph, operations_of
from tfcompat._function.recipes import Recipe, leaves_of, of_one_dtype, shape_alone
from tfcompat._function.recorder import is_fake
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.strings import as_example
from tfcompat._function.symbolic import Operation, SymbolicTensor

# What TensorFlow calls the results of ops that are several in its graphs.
_LABELS = {
    ("Fill", "zeros"): "zeros",
    ("Fill", "ones"): "ones",
    ("RandomStandardNormal", "normal"): "random_normal",
    ("RandomUniform", "uniform"): "random_uniform",
    ("TruncatedNormal", "truncated_normal"): "truncated_normal",
    ("ZerosLike", "zeros_like"): "zeros_like",
}
_EXAMPLE = 7  # the size with which an unknown dimension is captured; no result depends on it


class DeferredGraph(RecipeGraph):
    """A graph that ops are added to for as long as it is the default one, and whose parts sessions run."""

    __module__ = "tensorflow.python.framework.ops"
    building_function = False
    deferred = True

    def __init__(self) -> None:
        super().__init__()
        self.pulls: dict[Operation, Callable[[], Any]] = {}  # what gives an iterator's next element, as flat tensors
        self.home = self
        self.lock = threading.RLock()
        self.store: Any = None  # the variables of tf.compat.v1.get_variable
        self.scopes_opened: dict[str, int] = {}  # how often each variable scope was
        self.joined: list[str] | None = None  # the collections that new variables join
        self._variable_scope: Any = None  # the one that is open while the graph is the default one
        self.initial_seeds = 0  # how many seeds went to variables' initial values
        self.noted: reruns.Noted | None = None  # what the part that is being built asks for
        self._calls: list[tuple[Any, Sequence[Any], Any]] = []
        self._controls: list[list[Operation]] = []
        self._last_write: Operation | None = None
        self.made_seeds: list[Any] = []  # those that random ops got since the last op
        self._made: list[Variable] = []
        self._finalized = False
        self.interpret: Any = None  # how a run goes that needs imported operations that can't be captured

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.Graph object at {id(self):#x}>"

    @contextmanager
    def as_default(self) -> Iterator[FuncGraph]:
        """Adds what runs within to the graph, which has variable scopes of its own."""
        before, state.variable_scope = state.variable_scope, self._variable_scope
        try:
            with super().as_default():
                yield self
        finally:
            self._variable_scope, state.variable_scope = state.variable_scope, before

    # ---- sizes ----

    def takes_other_sizes(self, tensors: Sequence[Any]) -> bool:
        """After an op refused `tensors`: whether it asked for a size that a placeholder leaves open to be another.

        That size is known from then on.
        """
        if not any(is_fake(t) and t._has_symbolic_sizes_strides for t in tensors):
            return False
        shapes: list[list[Any]] = [list(t.shape) for t in self.arguments]
        taken = [list(t.shape) for t in self.examples]
        found = guesses.better(self.recorder.guards, shapes, taken)
        changed = [
            (size.node.expr, n)
            for shape, sizes, before in zip(shapes, found, taken, strict=bool(found))
            for size, n, old in zip(shape, sizes, before, strict=True)
            if n != old
        ]
        return bool(changed) and all(self.recorder.shapes.takes(size, n) for size, n in changed)

    def refusal(self, error: Any) -> Any:
        """What is raised for an op's error while the graph is built: a ValueError, too, as of captured functions."""
        return ShapeError.of(error) if type(error) is errors.InvalidArgumentError else error

    # ---- adding operations ----

    def placeholder(self, dtype: Any, shape: Any, name: str | None) -> SymbolicTensor:
        """A tensor that is fed (tf.compat.v1.placeholder)."""
        sizes = TensorShape(shape)
        dims = [] if sizes.rank is None else sizes.as_list()
        unknown = [i for i, n in enumerate(dims) if n is None]
        with _disable_current_modes():  # a real tensor, of which the graph makes its own
            real = [_EXAMPLE if n is None else n for n in dims]
            example: Any = np.full(real, b"", object) if dtype.torch is None else torch.zeros(real, dtype=dtype.torch)
        symbol = self.argument(as_example(example), name or "Placeholder", unknown, sizes.rank is None)
        self.placeholders[symbol.op] = symbol
        symbol.op.shape = sizes
        return symbol

    def placeholder_with_default(self, value: Any, shape: Any, name: str | None) -> SymbolicTensor:
        """A tensor that is `value` where it is not fed (tf.compat.v1.placeholder_with_default)."""
        symbol = self.placeholder(value.dtype, shape, name or "PlaceholderWithDefault")
        del self.placeholders[symbol.op]
        self.recipes[symbol.op] = Recipe(convert_to_tensor, [value])
        return symbol

    def add_operation(self, name: str, kind: str, inputs: Sequence[Any] = (), **known: Any) -> Operation:
        """Lists an operation under its full name; it runs after those of the open tf.control_dependencies."""
        return self._noted(super().add_operation(name, kind, inputs, **known))

    def _operation(self, name: str, kind: str) -> Operation:
        return self._noted(super()._operation(name, kind))

    def _noted(self, op: Operation) -> Operation:
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        op._control_inputs = list(dict.fromkeys(c for group in self._controls for c in group))
        op.seeds = random_state.seeds_in(self)
        return op

    def effect(self, kind: str, name: str | None, recipe: Recipe | None, after: Sequence[Operation] = ()) -> Operation:
        """An operation without results: what `recipe` does, after the operations `after`."""
        label = name or kind
        full = label[:-1] if label.endswith("/") else self.unique_name(f"{state.scopes}{label}")
        op = self.add_operation(full, kind)
        op._control_inputs = list(dict.fromkeys([*op._control_inputs, *after]))
        if recipe is not None:
            self.recipes[op] = recipe
        return op

    def called_with(self, op: Any, given: Sequence[Any]) -> None:
        """Notes the arguments of an op's call, for its recipe; calls of ops within an op come on top of its own."""
        self._calls.append((op, [_as_symbol(x) for x in given], random_state.seeds_in(self)))

    def wrap_result(self, result: Any, op: Any, name: str | None) -> Any:
        """The symbolic tensors of an op's result, whose recipe is to call the op again."""
        given: Sequence[Any] | None = None
        seeds = random_state.seeds_in(self)
        while self._calls and given is None:
            called, args, seeds = self._calls.pop()
            given = args if called is op else None
        self._called = (op, given) if given is not None else (None, ())
        before, given_seeds, self.made_seeds = len(self._operations), self.made_seeds, []
        label = None if op.function is None else _LABELS.get((op.kernel, op.function.__name__))
        symbols = super().wrap_result(result, op, name or label)
        if given is not None and op.function is not None:
            for made in self._operations[before:]:
                made.seeds = seeds
                if made._outputs:
                    recipe = self.recipes[made] = Recipe(op.function, shape_alone(op, of_one_dtype(op, given)))
                    recipe.seeds = given_seeds
                    recipe.plain = True
        return symbols

    def remember(self, symbol: SymbolicTensor, function: Callable[..., Any], *args: Any) -> None:
        """Makes a call of `function` the recipe of what it gave."""
        self.recipes[symbol.op] = Recipe(function, args)

    def imported(self, name: str, kind: str, run: Callable[[Any], dict[str, Any]], args: Any) -> Operation:
        """Adds an operation under its full name, whose results `run(args)` gives by the names of outputs."""
        before, names = len(self._operations), self._names
        self._names = UniqueNames()
        try:
            found = [v for values in run(args).values() for v in values]
        finally:  # what `run` is made of is not listed
            self._names = names
            del self._operations[before:]
        op = self.add_operation(name, kind, [x for x in leaves_of(args) if isinstance(x, SymbolicTensor)])
        op.results = [SymbolicTensor(self.captured(v), op) if isinstance(v, Tensor) else v for v in found]
        if op._inputs or any(is_fake(t._held) for t in op._outputs):  # even a constant's result may be fed another
            self.recipes[op] = Recipe(lambda args: [v for values in run(args).values() for v in values], [args])
        return op

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a GraphDef message that TensorFlow runs; see tf.Graph.

        A warning names operations that have no counterpart there, in the place of which there are placeholders.
        """
        if from_version or add_shapes:
            return super().as_graph_def(from_version, add_shapes)
        kept, count = self.__dict__.get("_graph_def", (None, -1))
        if count != len(self._operations):
            kept = importlib.import_module("tfcompat.saved_model._exporting").graph_def_of(self)
            self.__dict__["_graph_def"] = kept, len(self._operations)
        copied = type(kept)()
        copied.CopyFrom(kept)
        return copied

    def get_tensor_by_name(self, name: str) -> Any:
        """The tensor called `name`, as "add:0"; a variable for "v:0". The errors are those of tf.Graph's."""
        op_name, _, index = name.partition(":") if isinstance(name, str) else ("", "", "")
        if index.isdigit():
            op = next((op for op in self._operations if op.name == op_name and op.results is not None), None)
            if op is not None and int(index) < len(op.results or ()):
                return op.results[int(index)]  # type: ignore[index]
        return super().get_tensor_by_name(name)

    # ---- variables ----

    def adopted(self, name: str, dtype: Any, shape: Any) -> Variable:
        """A variable under its full name that an imported graph has, and whose initializer it will tell."""
        sizes = [] if shape.rank is None else [n or 0 for n in shape.as_list()]
        with outside_of_graphs():
            held: Any = np.full(sizes, b"", object) if dtype.torch is None else torch.zeros(sizes, dtype=dtype.torch)
            variable = Variable(wrap(held), name="Variable", shape=shape, validate_shape=False)
        vars(variable).update(_scoped_name=name, _deferred=(self, None))
        self._made.append(variable)
        return variable

    def initial_value(self, value: Any, dtype: Any, variable: Variable) -> Any:
        """What a new variable holds before a session has run its initializer: zeros like its initial value."""
        variable._scoped_name = self.unique_name(variable._scoped_name)
        if callable(value) and not hasattr(value, "_read"):
            _, before = random_state.seeds_in(self)
            with self._scoped(f"{variable._scoped_name}/Initializer/"):
                value = value()
            self.initial_seeds += random_state.seeds_in(self)[1] - before
        symbol = convert_to_tensor(value, dtype)
        if not symbol.shape.is_fully_defined():
            raise ValueError(
                f"The `initial_value` passed to `tf.Variable` {variable._scoped_name!r} must have a fully defined "
                f"shape, got {symbol.shape}."
            )
        variable._deferred = self, symbol
        kind, sizes = symbol.dtype, symbol.shape.as_list()
        with _disable_current_modes(), torch.no_grad():
            if kind.torch is None:
                return np.full(sizes, b"", object)
            return torch.zeros(sizes, dtype=kind.torch, device=device.default())

    @contextmanager
    def _scoped(self, scopes: str) -> Iterator[None]:
        before, state.scopes = state.scopes, scopes
        try:
            yield
        finally:
            state.scopes = before

    def created(self, variable: Variable) -> None:
        """Gives a new variable its initializer, and puts it into the collections."""
        _, symbol = variable._deferred
        name = f"{variable._scoped_name}/Assign"
        handle = self.add_operation(variable._scoped_name, "VarHandleOp")
        handle.results = [variable]
        op = self.add_operation(self.unique_name(name), "AssignVariableOp")
        self.recipes[op] = Recipe(variable.assign, [symbol])
        vars(variable).update(_initializer=op, _handle_op=handle)
        self._made.append(variable)
        for key in ["variables"] if self.joined is None else self.joined:
            self.add_to_collection(key, variable)
        if variable.trainable:
            self.add_to_collection("trainable_variables", variable)

    def begin_with(self, variable: Variable, value: Tensor) -> None:
        """Makes `value` what a variable's initializer gives, in place of its initial value."""
        self.recipes[variable.initializer] = Recipe(variable.assign, [value])

    def write(self, variable: Any, t: Any, kind: str = "AssignVariableOp") -> None:
        """Adds the operation that assigns to a variable when it runs; what the variable holds stays."""
        if self.noted is not None:  # by a branch or loop, which does so itself
            self.noted.assigned[id(variable._storage)] = variable
            return
        symbol = self.named(t, "Identity") if is_fake(t) else EagerTensor(t)
        self._last_write = self.effect(kind, None, Recipe(variable.assign, [symbol]))

    def assigned(self, variable: Any) -> Any:
        """What an assignment returns: the variable, which knows the operation that assigns."""
        unread = object.__new__(UnreadVariable)
        vars(unread).update(variable.__dict__, _written_by=self._last_write)
        return unread

    def updated(self, variable: Any, kind: str, method: Callable[..., Any], *args: Any) -> Any:
        """What `method`, the variable's, returns, which a session calls with the values of `args`."""
        self._last_write = self.effect(kind, None, Recipe(method, args))
        return self.assigned(variable)

    def counted(self, variable: Any, limit: int) -> Any:
        """The value before one is added, whenever it runs; OutOfRangeError where that had reached `limit`."""

        def step() -> Any:
            before = variable.read_value()
            state.graph.call(lambda n: _check_limit(n, limit), [before])
            variable.assign_add(1)
            return before

        symbol = self.named(self.recorder.input(torch.zeros((), dtype=variable.dtype.torch), "count"), "CountUpTo")
        recipe = self.recipes[symbol.op] = Recipe(lambda _: step(), [variable])
        recipe.assigns = [variable]
        return symbol

    def writable(self, variable: Any) -> NoReturn:
        """Keras's updates in place are not recorded: NotImplementedError."""
        raise NotImplementedError(
            f"tf.Graph: the update of {variable.name!r}, as Keras's optimizers and metrics do it, can't be run by "
            "sessions in tfcompat; use tf.compat.v1.train's optimizers and tf.compat.v1.metrics."
        )

    def read(self, variable: Any) -> Any:
        """What stands for a variable's value whenever the graph runs."""
        return self.slot(variable).value

    # ---- branches and loops ----

    @contextmanager
    def noting(self) -> Iterator[reruns.Noted]:
        """Notes what the graph is asked for within."""
        before, self.noted = self.noted, reruns.Noted()
        try:
            yield self.noted
        finally:
            self.noted = before

    def captured(self, tensor: Any) -> Any:
        """What stands for a tensor in this graph; noted while a part of the graph is built."""
        if self.noted is not None and isinstance(tensor, SymbolicTensor):
            self.noted.tensors[id(tensor)] = tensor
        return super().captured(tensor)

    def slot(self, variable: Any) -> Any:
        """The variable's place in this graph; noted while a part of the graph is built."""
        if self.noted is not None:
            self.noted.variables[id(variable._storage)] = variable
        return super().slot(variable)

    def _true(self) -> Any:
        return convert_to_tensor(True)

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
        """tf.cond, whose functions may give operations."""
        functions = reruns.bodies(self, [true_fn, false_fn], self._true)
        return reruns.controlled(
            self, lambda graph, p: FuncGraph.cond(graph, p, functions[0], functions[1], name), pred, Recipe
        )

    def case(self, pairs: Sequence[Any], default: Any, exclusive: bool, name: str | None = None) -> Any:
        """tf.case on predicates."""
        functions = reruns.bodies(self, [f for _, f in pairs], self._true)
        other = None if default is None else reruns.bodies(self, [default], self._true)[0]

        def make(graph: Any, preds: Any) -> Any:
            return FuncGraph.case(graph, list(zip(preds, functions, strict=True)), other, exclusive, name)

        return reruns.controlled(self, make, [p for p, _ in pairs], Recipe)

    def switch_case(self, index: Any, branches: Sequence[Any], default: Any, name: str | None = None) -> Any:
        """tf.switch_case."""
        functions = reruns.bodies(self, [*branches, default], self._true)

        def make(graph: Any, i: Any) -> Any:
            return FuncGraph.switch_case(graph, i, functions[:-1], functions[-1], name)

        return reruns.controlled(self, make, index, Recipe)

    def while_loop(self, cond: Any, body: Any, loop_vars: Any, invariants: Any, limit: Any, name: str | None) -> Any:
        """tf.while_loop."""
        cond, body = reruns.as_it_is(cond), reruns.as_it_is(body)

        def make(graph: Any, given: Any) -> Any:
            return FuncGraph.while_loop(graph, cond, body, given[0], invariants, given[1], name)

        return reruns.controlled(self, make, [loop_vars, limit], Recipe)

    # ---- what has a recipe of its own ----

    def gradients(self, ys: Any, xs: Any, weights: Any, stops: Any, zeros: bool) -> list[Any]:
        """tf.gradients: computed anew whenever a session runs them."""
        return deferred_gradients.gradients(self, ys, xs, weights, stops, zeros)

    def py_function(self, function: Callable[..., Any], inputs: Any, kinds: Any, name: str | None = None) -> Any:
        """tf.py_function, called whenever a session runs what it gives."""

        def run(inputs: Any) -> Any:
            return state.graph.py_function(function, inputs, kinds, name)

        return self._of_any_shape(run, inputs, kinds, "EagerPyFunc", name)

    def numpy_function(
        self, function: Callable[..., Any], inputs: Any, kinds: Any, stateful: bool = True, name: str | None = None
    ) -> Any:
        """tf.numpy_function, called whenever a session runs what it gives."""

        def run(inputs: Any) -> Any:
            return state.graph.numpy_function(function, inputs, kinds, stateful, name)

        return self._of_any_shape(run, inputs, kinds, "PyFunc", name)

    def hosted(
        self, kernel: str, run: Callable[[Any], Any], inputs: Any, kinds: Sequence[Any], name: str | None
    ) -> Any:
        """What `run` gives for `inputs` whenever a session asks: a tensor or several of dtypes `kinds`.

        The operation where it gives nothing.
        """
        if not kinds:
            return self.effect(kernel, name, Recipe(run, [inputs]))
        found = self._of_any_shape(run, inputs, kinds, kernel, name)
        return found if len(kinds) > 1 else found[0]

    def _of_any_shape(
        self, run: Callable[[Any], Any], inputs: Any, kinds: Any, kernel: str, name: str | None = None
    ) -> Any:
        """Tensors of dtypes or specs `kinds` whose recipe is `run`, of which no more is known of their shapes."""
        label = name or kernel
        full = label[:-1] if label.endswith("/") else self.unique_name(f"{state.scopes}{label}")
        op = self.add_operation(full, kernel)
        op._inputs = [x for x in leaves_of(inputs) if isinstance(x, SymbolicTensor)]
        for kind in kinds if isinstance(kinds, (list, tuple)) else [kinds]:
            spec = kind if hasattr(kind, "shape") else None
            storage = as_dtype(kind if spec is None else spec.dtype).torch
            dims = [] if spec is None or spec.shape.rank is None else spec.shape.as_list()
            sizes = [_EXAMPLE if n is None else n for n in dims]
            with _disable_current_modes():
                example: Any = np.full(sizes, b"", object) if storage is None else torch.zeros(sizes, dtype=storage)
            unknown = [i for i, n in enumerate(dims) if n is None]
            symbol = SymbolicTensor(self.recorder.input(as_example(example), kernel, unknown), op)
            symbol.any_rank = spec is None or spec.shape.rank is None
        self.recipes[op] = Recipe(run, [inputs])
        if isinstance(kinds, (list, tuple)):
            return list(op._outputs) if len(kinds) else op
        return op._outputs[0]

    def call(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> Operation:  # type: ignore[override]
        """An operation that calls `function` with the values of `inputs` when it runs."""

        def run(inputs: Any) -> None:
            state.graph.call(function, inputs, replay)

        return self.effect("PyCall", None, Recipe(run, [inputs]))

    check = call  # type: ignore[assignment]

    def print(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> Operation:  # type: ignore[override]
        """tf.print: an operation that prints when it runs."""

        def run(inputs: Any) -> None:
            state.graph.print(function, inputs, replay)

        return self.effect("PrintV2", None, Recipe(run, [inputs]))

    # ---- as TensorFlow 1's graphs ----

    def group(self, inputs: Any, name: str) -> Operation:
        """An operation that does nothing, after `inputs`."""
        for x in leaves_of(inputs):
            if not (x is None or isinstance(x, (Operation, Tensor, Variable))):
                raise TypeError(f"Expected tf.group() expected Tensor objects not '{x}' of type '{type(x)}'.")
        return self.effect("NoOp", name, None, operations_of(inputs))

    def load(self, variable: Variable, value: Any, session: Any = None) -> None:
        """Gives a variable a value in `session`, or in the default one; ValueError where there is none."""
        from tfcompat._function.session import default_session

        session = default_session() if session is None else session
        if session is None:
            raise ValueError("Either session argument should be provided or default session should be established.")
        session.load(variable, value)

    @contextmanager
    def control_dependencies(self, control_inputs: Any) -> Iterator[None]:  # type: ignore[override]
        """A context whose operations run after `control_inputs`; None for after none of those around it."""
        before = self._controls
        self._controls = [] if control_inputs is None else [*before, operations_of(control_inputs)]
        try:
            yield
        finally:
            self._controls = before

    def finalize(self) -> None:  # type: ignore[override]
        """Refuses later additions, with a RuntimeError."""
        self._finalized = True

    @property
    def finalized(self) -> bool:
        """Whether nothing may be added any more."""
        return self._finalized

    def get_name_scope(self) -> str:
        """The name scope that operations are made in now."""
        return state.scopes.removesuffix("/") if state.graph is self else ""

    def evaluated(self, fetch: Any, feed_dict: Any, session: Any, otherwise: str) -> Any:
        """What `session`, or the default one, gives for a tensor or operation; ValueError where there is none."""
        from tfcompat._function.session import default_session

        session = default_session() if session is None else session
        if session is None:
            raise ValueError(otherwise)
        return session.run(fetch, feed_dict)


def _as_symbol(x: Any) -> Any:
    """An argument with the tensor of this graph in the place of a variable in parts, which recipes do not know."""
    if type(x) in (list, tuple):
        return type(x)(map(_as_symbol, x))
    as_symbol = getattr(type(x), "_as_symbol", None)
    return x if as_symbol is None else as_symbol(x)


def _check_limit(n: Any, limit: int) -> None:
    if int(n) >= limit:
        raise errors.OutOfRangeError(None, None, f"Reached limit of {limit}")
