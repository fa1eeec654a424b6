"""Functions that programs give to datasets: captured as tf.function captures, once, when the dataset is made.

A function that takes or gives what a graph can't hold, such as datasets, runs as plain Python for each element. So
does, at first, one that is made while another one runs for an element: it may never see a second element.
"""

from __future__ import annotations

import functools
import operator
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch._functorch import vmap as functorch

from tfcompat._core import draws, errors, random_state, structure
from tfcompat._core.dtypes import SYMBOLIC_STRING
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat.data._spec import DatasetSpec
from tfcompat.data._structure import merged_spec, normalized, on_host, spec_of

_MANY = 32  # so many calls show that a function is worth capturing
_CAPTURES = 4  # at most so many graphs for elements of different shapes


class _Running(threading.local):
    """Whether a function of a dataset runs as plain Python in this thread."""

    now: bool = False


_running = _Running()


class DatasetFunction:
    """A function of a dataset's elements.

    element_spec: the specs of the elements that it takes, None where that is not known before there is one. what: the
    method that it was given to, for messages. spread: whether tuples are spread over the arguments.
    """

    _autograph = True
    debug = False  # whether functions run as plain Python, as tf.data.experimental.enable_debug_mode asks for

    def __init__(self, function: Any, element_spec: Any, what: str = "map", spread: bool = True) -> None:
        if not callable(function):
            raise ValueError(f"Argument `func` must be a callable. Received func={function} (of type {type(function)})")
        self.function, self.what = function, what
        self._in, self._spread = element_spec, spread
        self._out: Any = None
        self._captured: list[Any] = []
        self._number: int | None = None
        self._vectorized: tuple[Any] | None = None
        self._plain = False  # whether it can't be captured
        self._calls = 0
        self._lock = threading.Lock()
        self._deferred = _running.now and state.graph is None
        self._plain = self.debug
        self._within = state.graph is not None
        if not self.debug and not self._deferred:
            self._trace()

    # ---- running ----

    def __call__(self, element: Any) -> Any:
        """What the function makes of an element."""
        if self._captured:
            tensors = _tensors(element)
            for captured in self._captured:
                if not captured.varies or captured.fits(tensors):
                    return self._run_captured(captured, element, tensors)
            found = self._capture_for(element, tensors)
            if found is not None:
                return self._run_captured(found, element, tensors)
        elif not self._plain:
            self._calls += 1
            if self._in is not None and self._calls >= _MANY:
                with self._lock:
                    self._deferred = False
                    self._trace()
                return self(element)
        return self._run(element)

    def _run_captured(self, captured: _Graph, element: Any, tensors: Sequence[Any]) -> Any:
        from tfcompat._function.recorder import SizesDiffer

        try:
            return captured(tensors)
        except SizesDiffer:  # what a file holds has another shape than the graph is for, and nothing has happened yet
            self._captured, self._plain = [], True
            return self._run(element)

    def _run(self, element: Any) -> Any:
        before, _running.now = _running.now, True
        kernels, state.as_kernels = state.as_kernels, True
        try:
            with torch.no_grad(), on_host():
                return self._checked(self._called(self._seeded(), element))
        finally:
            _running.now, state.as_kernels = before, kernels

    def _seeded(self) -> Callable[..., Any]:
        """The function; where a seed is set with what makes it draw as its graph would."""
        if not random_state.is_seeded() or self.debug:
            return self.function
        if self._number is None:
            self._number = random_state.new_number()
        from tfcompat._function import autograph

        return random_state.passing(str(self._number), autograph.staged(self.function))

    def _called(self, function: Callable[..., Any], element: Any) -> Any:
        result = function(*element) if self._spread and type(element) is tuple else function(element)
        return tuple(result) if isinstance(result, list) else result

    def _checked(self, result: Any) -> Any:
        try:
            return normalized(result)
        except (TypeError, ValueError) as e:
            text = f"Unsupported return value from function passed to Dataset.{self.what}(): {result}."
            raise TypeError(text) from e

    # ---- capturing ----

    def _trace(self) -> None:
        """Captures the function for the specs of the elements, or notes that it has to run as it is."""
        if self._in is None:
            self._plain = True
            return
        try:
            captured, self._out = self._captured_for(self._in)
        except errors.InvalidArgumentError as e:
            from tfcompat._function.failures import ShapeError

            raise ShapeError.of(e) from e.__cause__
        except _NoGraph:
            captured = None
        if captured is None:
            self._plain = True
        else:
            self._captured = [captured]

    def _capture_for(self, element: Any, tensors: Sequence[Any]) -> Any:
        """The graph for an element whose shape no graph takes; None where there are too many, or none can be.

        It is for elements of the same rank, or, where it can't be, of the same shape.
        """
        with self._lock:
            exact = spec_of(element)
            for spec in (_of_rank(self._in, exact), exact):
                if len(self._captured) >= _CAPTURES:
                    return None
                try:
                    captured, _ = self._captured_for(spec)
                except (errors.InvalidArgumentError, _NoGraph):
                    continue
                if captured is not None and (not captured.varies or captured.fits(tensors)):
                    self._captured.append(captured)
                    return captured
            return None

    def _captured_for(self, spec: Any) -> tuple[Any, Any]:
        """The function's graph for elements of these specs, None where there can be none, and the specs of its results.

        _NoGraph where not even these can be told.
        """
        from tfcompat._function import autograph, fallback
        from tfcompat._function.graph import FuncGraph
        from tfcompat._function.recorder import NotCapturable

        name = getattr(self.function, "__name__", type(self.function).__name__)
        graph = FuncGraph(f"Dataset_{self.what}_{name}", state.graph, True)
        staged = autograph.staged(self.function)
        try:
            with on_host(), graph.as_default():
                element = structure.map_structure(_Placeholders(graph), spec)
                result = self._checked(self._called(staged, element))
                found = spec_of(result)
                if any(isinstance(s, DatasetSpec) for s in structure.flatten((spec, found))):
                    return None, found
                result = structure.map_structure(graph.output, result, expand_composites=True)
                return _Graph(graph, result), found
        except Exception as e:
            guessed = any(s.shape.rank is None for s in structure.flatten(spec) if isinstance(s, TensorSpec))
            if isinstance(e, errors.InvalidArgumentError) and not guessed:
                raise
            if guessed or isinstance(e, NotCapturable) or fallback.is_due_to_capture(e, self):
                raise _NoGraph from e
            raise

    # ---- what is known of it ----

    def spec(self, samples: Callable[[], list[Any]]) -> Any:
        """The specs of the results. samples: gives elements to learn them from where they are not known otherwise."""
        if self._out is None and self._deferred:
            self._deferred = False
            self._trace()
        if self._out is None:
            specs = [spec_of(draws.call_with(draws.Streams(), self._run, element)) for element in samples()]
            self._out = functools.reduce(merged_spec, specs)
        return self._out

    @property
    def known_spec(self) -> Any:
        """The specs of the results, None where it takes an element to tell them."""
        return self._out

    @property
    def draws(self) -> bool:
        """Whether the graph draws random numbers, or does something besides computing its results."""
        return not self._captured or self._captured[0].draws

    @property
    def is_known(self) -> bool:
        """Whether it uses no tensors of a graph that is captured around it, as far as can be told."""
        if not self._within:
            return True
        return not self._plain and not self._deferred and all(c.is_known for c in self._captured)

    @property
    def has_streams(self) -> bool:
        """Whether the numbers that the graph draws depend on how many were drawn before."""
        return any(c.has_streams for c in self._captured)

    def vectorized(self) -> Callable[[Any], Any] | None:
        """The function of batches of elements: computes for all rows at once; None where that may not be the same.

        Where it draws random numbers it is to be called once for each element, in their order.
        """
        if len(self._captured) != 1 or self._plain:
            return None
        if self._vectorized is None:
            self._vectorized = (self._captured[0].vectorized(),)
        return self._vectorized[0]


def _of_rank(spec: Any, exact: Any) -> Any:
    """The specs of elements with the rank of `exact` where `spec` knows none."""

    def ranked(known: Any, found: Any) -> Any:
        if not isinstance(known, TensorSpec) or known.shape.rank is not None:
            return known
        return TensorSpec([None] * found.shape.rank, found.dtype)

    return structure.map_structure(ranked, spec, exact)


class _NoGraph(Exception):
    """A function can't be captured, not even to see what it gives."""


class _Placeholders:
    """Makes what stands for the leaves of an element while a function is captured."""

    def __init__(self, graph: Any) -> None:
        self._graph, self._count = graph, 0

    def __call__(self, spec: Any) -> Any:
        if isinstance(spec, DatasetSpec):
            from tfcompat.data._sources import _VariantDataset

            return _VariantDataset(None, spec.element_spec)
        return spec.from_tensors(iter([self._tensor(s) for s in spec.flatten()]))

    def _tensor(self, spec: TensorSpec) -> Any:
        from tfcompat._function.placeholders import placeholder

        self._count += 1
        return placeholder(self._graph, spec, f"args_{self._count - 1}")


class _Graph:
    """What was captured of a function."""

    def __init__(self, graph: Any, result: Any) -> None:
        from tfcompat._function.trace import Captured

        self._captured = Captured(graph, result)
        self.varies = any(not a.shape.is_fully_defined() for a in graph.inputs)
        self.varies = self.varies or self._captured.depends_on_variable_shapes()
        called = [n for n in graph.recorder.graph.nodes if n.op == "call_function"]
        self.draws = any(_has_effect(n.target) for n in called)
        self._drawn = [n for n in called if _is_draw(n)]
        self.has_streams = any(n.args[0] for n in self._drawn)
        others = [n.target for n in called if n not in self._drawn]
        self._pure = all(_is_kernel(t) and not _has_effect(t) for t in others) and not self._captured.written

    def __call__(self, tensors: Sequence[Any]) -> Any:
        try:
            return self._captured([x._t for x in tensors])
        except (RuntimeError, IndexError) as e:
            raise _failed(e) from e

    @property
    def is_known(self) -> bool:
        """Whether it takes no tensors from a graph around it."""
        return all(isinstance(x, EagerTensor) for x in self._captured.closure)

    def fits(self, tensors: Sequence[Any]) -> bool:
        """Whether it takes tensors of these shapes."""
        return self._captured.fits([x._t for x in tensors])

    def vectorized(self) -> Callable[[Any], Any] | None:
        """See DatasetFunction."""
        captured = self._captured
        if not self._pure or self.varies or not all(isinstance(o, torch.Tensor) for o in captured.outputs):
            return None
        if any(t.dtype is SYMBOLIC_STRING for t in (*captured.graph.arguments, *captured.outputs)):
            return None
        if not captured.graph.inputs or any(structure.is_composite_class(type(x)) for x in _leaves(captured.result)):
            return None
        run = self._of_many()

        def apply(element: Any) -> Any:
            try:
                with torch.no_grad():
                    return captured.pack(run(*[x._t for x in _tensors(element)]), EagerTensor)
            except (RuntimeError, IndexError) as e:
                raise _failed(e) from e

        return apply if self._can_run(run) else None

    def _of_many(self) -> Callable[..., Any]:
        """The graph as a function of batches of its arguments; each row has random numbers of its own."""
        from tfcompat._function.program import Program

        captured, drawn = self._captured, self._drawn
        part, count = captured.part, len(captured.graph.arguments)
        inputs = [*part.input_nodes[:count], *drawn, *part.input_nodes[count:]]
        one = Program(part.nodes, inputs, part.output_nodes).compile(captured.graph.recorder.tracer.root, part.name)
        functorch.lazy_load_decompositions()

        def run(*args: Any) -> Any:
            size = len(args[0])
            rows = (*args, *(_draws_of(n, size) for n in drawn))
            fixed = (*(x._t for x in captured.closure), *(s.variable._storage.t for s in captured.slots))
            # What torch.func.vmap does, in half its time for a few kernels.
            with functorch.vmap_increment_nesting(size, "error") as level:
                outputs = one(*(functorch._add_batch_dim(t, 0, level) for t in rows), *fixed)
                return tuple([functorch._remove_batch_dim(t, level, size, 0) for t in outputs])

        return run

    def _can_run(self, run: Callable[..., Any]) -> bool:
        """Whether all kernels know what to do with batches: torch would run others row by row, with a warning."""
        examples = [torch.zeros((2, *t.shape), dtype=t.dtype) for t in self._captured.graph.arguments]
        try:
            with warnings.catch_warnings(), torch.no_grad():
                warnings.simplefilter("error")
                draws.call_with(draws.Streams(), run, *examples)
        except Exception:
            return False
        return True


def _failed(error: Exception) -> errors.InvalidArgumentError:
    """What torch's kernels refuse, as TensorFlow's do."""
    text = f"Error in user-defined function passed to a dataset: {error} [Op:IteratorGetNext] name: "
    return errors.InvalidArgumentError(None, None, text)


def _leaves(nest: Any) -> list[Any]:
    return structure.flatten(nest)


def _has_effect(target: Any) -> bool:
    return (isinstance(target, torch._ops.OpOverload) and torch.Tag.nondeterministic_seeded in target.tags) or (
        not isinstance(target, torch._ops.OpOverload) and target is not operator.getitem
    )


_DRAWS = frozenset(f"tfcompat::{d.__name__}" for d in (draws.uniform, draws.normal, draws.truncated_normal, draws.bits))


def _is_draw(node: Any) -> bool:
    """Whether a node draws as many numbers for each element, from a stream or by chance."""
    schema = getattr(node.target, "_schema", None)
    if schema is None or schema.name not in _DRAWS or node.args[1] is not None:
        return False
    return all(type(n) is int for n in node.args[2]) and type(node.kwargs.get("outputs")) in (int, type(None))


def _draws_of(node: Any, count: int) -> torch.Tensor:
    """What a node draws for `count` elements, one after the other."""
    stream, _, size = node.args
    draw = getattr(draws, node.target._schema.name.partition("::")[2])
    if not stream:
        return draw(stream, None, (count, *size), **node.kwargs)
    return torch.stack([draw(stream, None, tuple(size), **node.kwargs) for _ in range(count)])


def _is_kernel(target: Any) -> bool:
    return target is operator.getitem or (isinstance(target, torch._ops.OpOverload) and target.namespace == "aten")


def _tensors(element: Any) -> Sequence[Any]:
    """The tensors that an element is made of."""
    kind = type(element)
    if kind is EagerTensor:
        return (element,)
    if kind is tuple and all(type(x) is EagerTensor for x in element):
        return element
    return [x for x in structure.flatten(element, expand_composites=True) if x is not None]


def scalar(value: Any) -> Any:
    """The Python value of a scalar that a function gave."""
    t = value._t
    return t.item() if isinstance(t, (torch.Tensor, np.ndarray)) else t
