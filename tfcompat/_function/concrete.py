"""One signature of a function: its graph, captured where needed, or plain Python where it can't be captured."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import callables, device, draws, dtypes, errors, random_state, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.flags import flags
from tfcompat._core.ops import wrap
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function import describe, failures, fallback, guesses, undo
from tfcompat._function.arguments import fitted, given_for
from tfcompat._function.autograph.blame import in_user_code
from tfcompat._function.failures import ShapeError
from tfcompat._function.graph import FuncGraph
from tfcompat._function.recorder import ConstantMatters, NotCapturable, SizesDiffer
from tfcompat._function.signature import Leaf, Plan, described
from tfcompat._function.strings import as_example
from tfcompat._function.symbolic import SymbolicTensor, messages
from tfcompat._function.trace import Captured, returned

_numbers = itertools.count(1)
_MOST_GUESSES = 16
_FEW = 2
# What was called while tf.summary.trace_on records it, in order; None where it does not.
called: dict[ConcreteFunction, None] | None = None


class ConcreteFunction(callables.ConcreteFunction):
    """A function for one signature (tf.types.experimental.ConcreteFunction): calling it runs the graph.

    Takes the arguments of the Python function, with tensors that fit the signature, or the tensors alone.
    """

    __module__ = "tensorflow.python.eager.polymorphic_function.concrete_function"

    def add_to_graph(self, g: Any = None, overwrite: bool = False) -> None:
        """Puts the function's definition into a graph: it is called where it is, so no graph needs it."""

    def add_gradient_functions_to_graph(self, g: Any = None) -> None:
        """Puts the definition of the gradient into a graph: as `add_to_graph`."""

    def __init__(self, function: Any, plan: Plan) -> None:
        self._function, self.plan = function, plan
        self._captured: list[Captured] = []
        self._eager: Callable[..., Any] | None = None
        self._number: int | None = None
        self._varies = any(not leaf.spec.shape.is_fully_defined() for leaf in plan.leaves)
        self._guesses = False
        self._refused: FuncGraph | None = None  # what was captured as an op refused its arguments
        self._calls = self._misses = 0
        self._any_rank = any(leaf.spec.shape.rank is None for leaf in plan.leaves)
        self._name = f"__inference_{function._name}_{next(_numbers)}"

    # ---- running ----

    def run(self, tensors: Sequence[Tensor]) -> Any:
        """What the function returns for these tensors."""
        if called is not None and state.graph is None:
            called[self] = None
        if self._eager is not None:
            return self._run_eagerly(tensors)
        values = [x._t for x in tensors]
        captured = self._captured[-1] if self._captured else None
        if captured is None or (self._varies and not captured.fits(values)):
            found = self._fitting(tensors, values)
            if found is None:
                with failures.of_a_graph(self._name) if self._eager is None else contextlib.nullcontext():
                    return self._run_eagerly(tensors)
            captured = found
        if captured.checks:
            return self._run_checked(captured, tensors, values)
        try:
            return captured(values)
        except SizesDiffer:  # nothing that lasts has happened yet
            return self._run_eagerly(tensors)
        except failures.KERNELS as e:
            if not failures.is_of_a_kernel(e):
                raise
            raise self.told(e, captured, tensors) from None

    def told(self, error: Exception, captured: Captured, tensors: Sequence[Tensor]) -> errors.OpError:
        """TensorFlow's error for what a kernel raised as `captured` ran with `tensors`."""
        return failures.told(error, captured, self._name, lambda: self._run_eagerly(tensors))

    def captured_for(self, values: Sequence[Any]) -> Captured | None:
        """What runs for storages of these shapes from now on; None where each call has to find that out."""
        if self._eager is not None or any(c.checks or c.depends_on_variable_shapes() for c in self._captured):
            return None
        return next((c for c in self._captured if not self._varies or c.fits(values)), None)

    def starve(self) -> None:
        """`Captured.starve`, of what was run last; nothing where Python runs."""
        if self._eager is None and self._captured:
            self._captured[-1].starve()

    def _run_checked(self, captured: Captured, tensors: Sequence[Tensor], values: Sequence[Any]) -> Any:
        """Runs a graph that may find that what it takes for granted of a size does not hold: then Python runs.

        Where that is so for most calls Python runs from then on, with a warning.
        """
        if state.graph is not None:
            return captured(values)
        streams = draws.local.streams
        before = streams.state()
        self._calls += 1
        acts: list[Any] = []
        try:
            with undo.noted() as acts:
                return captured(values)
        except (SizesDiffer, NotCapturable) as e:
            streams.go_back(before)
            for act in reversed(acts):
                act()
            self._misses += 1
            if self._misses > _FEW and 2 * self._misses > self._calls:
                fallback.warn(self._function, NotCapturable(f"for most calls it does not hold that {e}"))
                self._eager = self._function._python_function
        return self._run_eagerly(tensors)

    def _fitting(self, tensors: Sequence[Tensor], values: Sequence[Any]) -> Captured | None:
        """The capture that takes these sizes, made now where there is none."""
        for captured in self._captured:
            if captured.fits(values):
                return captured
        if self._captured:
            # What the function prints as it is captured was printed for the first rank.
            with contextlib.redirect_stdout(io.StringIO()) if self._any_rank else contextlib.nullcontext():
                try:
                    self._capture(tensors)
                except ShapeError:  # a graph there is, so that the ops tell what is wrong as they run
                    return None
        else:
            self.prepare(tensors)
            if self._captured and not self._captured[-1].fits(values):
                return None
        return self._captured[-1] if self._eager is None else None

    def _takes_other_sizes(self, tensors: Sequence[Tensor]) -> bool:
        """Whether the function can be captured for sizes other than those of `tensors`, which it refuses; does so."""
        if not self._varies or state.graph is not None or any(isinstance(x, TensorSpec) for x in tensors):
            return False
        pairs = zip(self.plan.leaves, tensors, strict=True)
        specs = [_with_rank(leaf.spec, x.shape.rank or 0) for leaf, x in pairs]
        self._function._traces -= 1
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
                self._prepare(specs)
        except Exception:  # the first failure tells what is wrong
            return False
        return self._eager is None

    def _run_eagerly(self, tensors: Sequence[Tensor]) -> Any:
        args, kwargs = self.plan.arguments(tensors)
        if state.graph is not None:  # part of a function that is being captured: so may this one be, as a part of it
            return self._function._staged(*args, **kwargs)
        python_function = self._function._python_function
        if not random_state.is_seeded():
            return returned(python_function(*args, **kwargs), python_function)
        # Rewritten, it knows its branches and loops, the ops of which have seeds and streams of their own.
        run = random_state.passing(self._stream_name(), self._function._staged)
        return returned(run(*args, **kwargs), python_function)

    def _stream_name(self) -> str:
        """What the streams of its random ops are called by: as the captured graph's, where there is one."""
        if self._number is None:
            graph = self._captured[0].graph if self._captured else None
            self._number = random_state.new_number() if graph is None else random_state.number_of(graph)
        return str(self._number)

    def accepts(self, tensors: Sequence[Any]) -> bool:
        """Whether tensors (or specs) of these shapes are of this signature."""
        return all(
            leaf.spec.shape.is_compatible_with(x.shape) and TensorSpec(x.shape, x.dtype).is_subtype_of(_bare(leaf.spec))
            for leaf, x in zip(self.plan.leaves, tensors, strict=True)
        )

    # ---- capturing ----

    def prepare(self, tensors: Sequence[Any]) -> None:
        """Captures the function for these tensors; twice where it made variables, which it must not the second time.

        Where a spec leaves the rank open a vector stands for it; what does not take one has to wait for the first call.
        """
        if any(isinstance(x, TensorSpec) and x.shape.rank is None for x in tensors):
            guessed = [_with_rank(x, 1) for x in tensors]
            self._guesses = True
            try:
                self._prepare(guessed)
            except Exception:  # whatever it is, the first call tells whether it is due to the guess
                self._function._traces -= 1
                self._captured.clear()
            finally:
                self._guesses = False
            return
        try:
            self._prepare(tensors)
        except ShapeError:
            if not self._takes_other_sizes(tensors):
                raise

    def _prepare(self, tensors: Sequence[Any]) -> None:
        function = self._function
        first = function._creates_variables is None
        function._traces += 1
        created = self._capture(tensors, may_create=first or not function._creates_variables)
        if first:
            function._creates_variables = bool(created)
            if created and self._eager is None:
                self._captured.clear()
                function._traces += 1
                self._capture(tensors, may_create=False)
        elif created:
            raise ValueError("Creating variables on a non-first call to a function decorated with tf.function.")

    def _capture(self, tensors: Sequence[Any], may_create: bool = False) -> Sequence[Any]:
        """Captures the function for these tensors; returns the variables that it made.

        A size that the signature leaves open is one that is neither 0 nor 1 to torch's rules for broadcasting; where
        these refuse it, and it is 0 or 1 now, the graph is for this size alone.
        """
        try:
            return self._capture_with(tensors, may_create, set())
        except ShapeError:
            if any(isinstance(x, TensorSpec) for x in tensors):
                with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
                    found = self._capture_otherwise(tensors, may_create)
                if found is None:
                    raise
                return found
            small = self._small_sizes(tensors)
            if not small:
                self._tell_what_was_asked(tensors)
                raise
            return self._capture_with(tensors, may_create, small)
        finally:
            self._refused = None

    def _tell_what_was_asked(self, tensors: Sequence[Any]) -> None:
        """Tells the graph around this one what was asked of its sizes here, as it may take others."""
        if self._refused is None or state.graph is None:
            return
        values: dict[Any, Any] = {}
        for fake, x in zip(self._refused.arguments, tensors, strict=True):
            for d, n in zip(fake.shape, (x._held if isinstance(x, SymbolicTensor) else x._t).shape, strict=True):
                if isinstance(d, torch.SymInt):
                    values[d.node.expr] = n.node.expr if isinstance(n, torch.SymInt) else n
        asked = [g.xreplace(values) for g in self._refused.recorder.asked if g.free_symbols <= values.keys()]
        if any(g.free_symbols for g in asked):
            state.graph.recorder.shapes.asked_within = asked

    def _capture_otherwise(self, tensors: Sequence[Any], may_create: bool) -> Sequence[Any] | None:
        """As `_capture`, with other sizes for what the specs leave open; None where no size that is tried does."""
        for _ in range(_MOST_GUESSES):
            graph = self._refused
            assert graph is not None
            shapes = [list(t.shape) for t in graph.arguments]
            sizes = guesses.better(graph.recorder.asked, shapes, [list(t.shape) for t in graph.examples])
            if not sizes:
                return None
            tensors = [
                TensorSpec(n, x.dtype, x.name) if isinstance(x, TensorSpec) else x
                for x, n in zip(tensors, sizes, strict=True)
            ]
            try:
                return self._capture_with(tensors, may_create, set())
            except ShapeError:
                continue
        return None

    def _small_sizes(self, tensors: Sequence[Any]) -> set[int]:
        """The sizes among 0 and 1 that a graph of any sizes is captured with now."""
        if not self._varies:
            return set()
        return {0, 1} & {n for x in tensors if not isinstance(x, TensorSpec) for n in x.shape.as_list()}

    def _capture_with(
        self, tensors: Sequence[Any], may_create: bool, fixed: set[int], lifts: bool = False
    ) -> Sequence[Any]:
        function = self._function
        graph = FuncGraph(function._name, state.graph, may_create, lifts=lifts)
        try:
            examples = [_example(x, graph) for x in tensors]
            if all(isinstance(x, EagerTensor) for x in tensors):
                graph.given = [x._t for x in tensors]
            with graph.as_default():
                pairs = zip(examples, self.plan.leaves, strict=True)
                symbols = [
                    graph.argument(x, leaf.name, _unknown(leaf, x, fixed), leaf.spec.shape.rank is None)
                    for x, leaf in pairs
                ]
                args, kwargs = self.plan.arguments(symbols)
                result = returned(function._staged(*args, **kwargs), function._python_function, graph.output)
                graph.close()
                captured = Captured(graph, result, bool(function._jit_compile or flags.jit))
                graph.structured_input_signature = self.structured_input_signature
        except ConstantMatters:
            with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
                return self._capture_with(tensors, may_create, fixed, lifts=True)
        except Exception as e:
            small = set() if fixed else self._small_sizes(tensors)
            if small and fallback.is_about_sizes(e):
                return self._capture_with(tensors, may_create, small, lifts)
            # What is wrong may be what was taken for granted of a size.
            due = graph.recorder.takes_for_granted or fallback.is_due_to_capture(e, function)
            if self._guesses or not due:
                if isinstance(e, errors.InvalidArgumentError):
                    self._refused = graph
                    raise in_user_code(ShapeError.of(e).with_traceback(e.__traceback__)) from e.__cause__
                told = in_user_code(e)
                if told is e:
                    raise
                raise told from e.__cause__
            fallback.warn(function, e)
            self._eager = function._python_function
            return graph.variables_created
        self._captured.append(captured)
        self._varies = self._varies or captured.depends_on_variable_shapes()
        return graph.variables_created

    # ---- as a function of its own ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.run(self._tensors(args, kwargs))
        except TypeError as e:
            try:
                tensors = self._flat_tensors(args, kwargs)
            except TypeError as flat:
                raise TypeError(f"{e}\nFallback to flat signature also failed due to: {flat}") from None
            return self.run(tensors)

    def _tensors(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Tensor]:
        """The tensors among the arguments of the Python function, which must all be given."""
        kind = self.function_type
        try:
            bound = kind.bind_partial(*args, **kwargs)
            names = list(kind.parameters)
            plans = [*self.plan.args, *self.plan.kwargs.values()]
            order = [*names[: len(self.plan.args)], *self.plan.kwargs]
            return [t for plan, name in zip(plans, order, strict=True) for t in given_for(plan, name, bound.arguments)]
        except (TypeError, ValueError) as e:
            text = (
                f"Binding inputs to tf.function failed due to `{e}`. Received args: {args} and kwargs: {kwargs} for "
                f"signature: {kind}."
            )
            raise TypeError(text) from None

    def _flat_tensors(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Tensor]:
        """The tensors, given by position or by the names of the graph's inputs."""
        names = [t.op.name for t in self._graph_or_error.graph.inputs]
        shown = f"{self._function._name}({', '.join(names)})"
        if len(args) > len(names):
            raise TypeError(f"{shown} takes {len(names)} positional arguments, got {len(args)}.")
        given = dict(zip(names, args))
        for name, value in kwargs.items():
            if name not in names:
                raise TypeError(f"{shown} got unexpected keyword arguments: {name}.")
            if name in given:
                raise TypeError(f"{shown} got two values for {name!r}.")
            given[name] = value
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"{shown} missing required arguments: {', '.join(missing)}.")
        return [fitted(leaf, given[name]) for leaf, name in zip(self.plan.leaves, names, strict=True)]

    # ---- what is known of it ----

    @property
    def has_graph(self) -> bool:
        """Whether it was captured, and does not run eagerly."""
        return bool(self._captured)

    @property
    def _graph_or_error(self) -> Captured:
        if self._captured:
            return self._captured[0]
        if self._eager is None:
            raise NotImplementedError(
                f"The function {self._function._name!r} takes a tensor of any rank: it has a graph once it was called."
            )
        raise NotImplementedError(
            f"The function {self._function._name!r} has no graph for this signature: it runs eagerly, as the warning "
            "at its first call says."
        )

    @property
    def name(self) -> bytes:
        """The name of the graph."""
        return self._name.encode()

    @property
    def graph(self) -> FuncGraph:
        """The graph."""
        return self._graph_or_error.graph

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors of the tensor arguments, and what stands for `captured_inputs`."""
        graph = self._graph_or_error.graph
        return [*graph.inputs, *graph.internal_captures]

    @property
    def outputs(self) -> list[Tensor]:
        """The symbolic tensors that the graph returns."""
        return self._graph_or_error.graph.outputs

    @property
    def captured_inputs(self) -> list[Any]:
        """What the graph uses besides its arguments: eager tensors, and the cells of variables."""
        return self._graph_or_error.graph.external_captures

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the graph reads or assigns."""
        return self._graph_or_error.graph.variables

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The trainable ones among `variables`."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional and the keyword arguments, with a TypeSpec for each tensor."""
        specs = [TensorSpec(leaf.spec.shape, leaf.spec.dtype, leaf.path) for leaf in self.plan.leaves]
        args = tuple([described(plan, specs) for plan in self.plan.args])
        return args, {name: described(plan, specs) for name, plan in self.plan.kwargs.items()}

    @property
    def structured_outputs(self) -> Any:
        """What the Python function returned while it was captured."""
        return self._graph_or_error.result

    @property
    def output_shapes(self) -> Any:
        """The shapes of the outputs, in their structure."""
        from tfcompat._core.shapes import TensorShape

        return structure.map_structure(lambda x: TensorShape(None) if x is None else x.shape, self.structured_outputs)

    @property
    def output_dtypes(self) -> Any:
        """The dtypes of the outputs, in their structure."""
        return structure.map_structure(lambda x: None if x is None else x.dtype, self.structured_outputs)

    @property
    def function_type(self) -> describe.FunctionType:
        """The parameters with their types, and the type of the result."""
        known = bool(self._captured)
        result = self._captured[0].result if known else None
        return describe.function_type(self._function._signature, self.plan, result, known)

    @property
    def function_def(self) -> Any:
        """The graph as a FunctionDef message."""
        return messages().function_def(self)

    @property
    def inference_fn(self) -> _Inference:
        """The graph, as a function of arguments and captures."""
        return _Inference(self)

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The inputs, the output and the captures; without `verbose` one line."""
        kind = self.function_type
        if not verbose:
            return f"{self._function._name}{kind}"
        resource = TensorSpec((), "resource")
        graph = self._captured[0].graph if self._captured else None
        captures = []
        for key in graph.met if graph is not None else ():
            x = graph.captures[key][0] if graph is not None and key in graph.captures else resource
            captures.append((key, repr(TensorSpec(x.shape, x.dtype))))
        return describe.pretty(kind, captures)

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.function_type} at 0x{id(self):X}>"

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


class _Inference(callables.AtomicFunction):
    """A concrete function's graph, which can be called with other captures."""

    __module__ = "tensorflow.python.eager.polymorphic_function.atomic_function"

    def __init__(self, concrete: ConcreteFunction) -> None:
        self._concrete = concrete

    @property
    def name(self) -> bytes:
        """The name of the graph."""
        return self._concrete.name

    @property
    def graph(self) -> FuncGraph:
        """The graph."""
        return self._concrete.graph

    @property
    def function_type(self) -> describe.FunctionType:
        """The parameters with their types, and the type of the result."""
        return self._concrete.function_type

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the graph returns for the arguments of the Python function."""
        return self._concrete(*args, **kwargs)

    def call_with_captures(self, args: Sequence[Any], kwargs: dict[str, Any], captures: Sequence[Any]) -> Any:
        """As a call, with `captures`, tensors like `captured_inputs`, in the place of what the graph captured.

        ValueError where it captured as many as are not given, NotImplementedError where variables are among them.
        """
        captured = self._concrete._graph_or_error
        if captured.slots:
            raise NotImplementedError("AtomicFunction.call_with_captures: the graph uses variables.")
        if len(captures) != len(captured.closure):
            raise ValueError(f"The graph has {len(captured.closure)} captures, {len(captures)} were given.")
        tensors = self._concrete._tensors(args, kwargs)
        results = captured.part([*(x._t for x in tensors), *(convert_to_tensor(c)._t for c in captures)])
        return captured.pack(results, wrap)

    def __repr__(self) -> str:
        return f"AtomicFunction(name={self.name!r}, function_type={self.function_type})"


def _bare(spec: TensorSpec) -> TensorSpec:
    return TensorSpec(spec.shape, spec.dtype)


def _example(x: Any, graph: FuncGraph) -> torch.Tensor:
    """A torch tensor like an argument; of a size that stands for any where a spec leaves it open."""
    if isinstance(x, TensorSpec):
        if x.shape.rank is None:
            raise ValueError(
                f"get_concrete_function takes specs of a known rank, got {x!r}: call the function with a tensor."
            )
        sizes = [3 if d is None else d for d in x.shape.as_list()]
        if x.dtype in (dtypes.variant, dtypes.resource):
            raise NotCapturable(f"it takes a {x.dtype.name}, which a graph does not hold")
        if x.dtype.torch is None:
            return as_example(np.empty(sizes, x.dtype.as_numpy_dtype))
        with torch.no_grad():
            return torch.zeros((), dtype=x.dtype.torch, device=device.default()).expand(sizes)
    return as_example(graph.value_outside(x))


def _unknown(leaf: Leaf, x: torch.Tensor, fixed: set[int]) -> Sequence[int]:
    """The dimensions of an argument that the graph is to leave open: those of unknown size, unless that is `fixed`."""
    rank = leaf.spec.shape.rank
    if rank is not None and rank != x.ndim:
        return ()
    pairs = enumerate(zip([None] * x.ndim if rank is None else leaf.spec.shape.as_list(), x.shape))
    return [i for i, (d, n) in pairs if d is None and not (type(n) is int and n in fixed)]


def _with_rank(x: Any, rank: int) -> Any:
    """A spec that leaves its rank open, with a rank; anything else as it is."""
    if isinstance(x, TensorSpec) and x.shape.rank is None:
        return TensorSpec([None] * rank, x.dtype, x.name)
    return x
