"""Sessions: running parts of a graph that was built by hand (tf.compat.v1.Session).

What is fetched, with what is fed, is a tf.function: it follows the recipes of the operations that are needed, and is
captured once for each set of fetches and each shape of what is fed. The values of variables are the session's: a
graph's variables hold those of the session that ran last.
"""

from __future__ import annotations

import collections
import importlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode as _SizeUnknown

from tfcompat._core import errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.flags import flags
from tfcompat._core.random_state import new_number
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.structure import is_nested_or_composite
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable
from tfcompat._function.deferred import DeferredGraph
from tfcompat._function.function import Function
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.symbolic import Operation, SymbolicTensor


class _Sessions(threading.local):
    """The sessions that are the default one, innermost last."""

    def __init__(self) -> None:
        self.open: list[Any] = []


_sessions = _Sessions()


def default_session() -> Any:
    """The innermost session that is the default one, None where there is none (tf.compat.v1.get_default_session)."""
    return _sessions.open[-1] if _sessions.open else None


class _AsDefault:
    """A context in which a session is the default one, and its graph the default graph."""

    def __init__(self, session: BaseSession, with_graph: bool) -> None:
        self._session = session
        self._graph = session.graph.as_default() if with_graph else None

    def __enter__(self) -> BaseSession:
        if self._graph is not None:
            self._graph.__enter__()
        _sessions.open.append(self._session)
        return self._session

    def __exit__(self, *exc: Any) -> None:
        _sessions.open.remove(self._session)
        if self._graph is not None:
            self._graph.__exit__(*exc)


class BaseSession:
    """What Session and InteractiveSession have in common.

    target: of a remote runtime, which there is none of: NotImplementedError for another than "". graph: the one to
    run, the default one where None. config: a tf.compat.v1.ConfigProto, whose options are TensorFlow's runtime's.
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        if target:
            raise NotImplementedError(f"tf.compat.v1.Session: target must be '', got {target!r}.")
        graph = state.graph if graph is None else graph
        if graph is None:
            raise RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
        if not isinstance(graph, DeferredGraph):
            raise TypeError(f"Argument `graph` must be a tf.Graph, but got type {type(graph).__name__!r}.")
        self._graph, self._config = graph, config
        self._closed = False
        self._functions: dict[Any, _Run] = {}
        self._values: dict[int, Any] = {}  # of the graph's variables, while another session's are in them
        self._initialized: set[int] = set()
        self.number = new_number()  # in the names of its streams of random numbers

    @property
    def graph(self) -> DeferredGraph:
        """The graph that it runs."""
        return self._graph

    @property
    def graph_def(self) -> Any:
        """The graph as a GraphDef message."""
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        """The target: there is none."""
        return ""

    def close(self) -> None:
        """Ends the session: RuntimeError where it is asked to run anything later."""
        self._closed = True

    def as_default(self) -> _AsDefault:
        """A context in which `eval` and `run` of tensors and operations mean this session."""
        return _AsDefault(self, with_graph=False)

    def make_callable(self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False) -> Any:
        """A function of the values of `feed_list` that gives what `run` would."""
        keys = list(feed_list or ())
        return lambda *values: self.run(fetches, dict(zip(keys, values, strict=True)))

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """The values of `fetches`, tensors, operations or names of them in nests, with `feed_dict` given.

        Returns numpy arrays and scalars in the nests of `fetches`, None for operations. options and run_metadata
        are for TensorFlow's tracing. Raises RuntimeError where the session is closed, InvalidArgumentError for a
        placeholder that is not fed, FailedPreconditionError for a variable that is not initialized, ValueError for
        what does not fit a tensor that is fed, or is not of this graph, TypeError for what is no graph element.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph.num_operations():
            raise RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
        elements: list[Any] = []
        plan = self._plan(fetches, elements)
        fed = self._fed(feed_dict)
        with outside_of_graphs():
            self._take_over()
            try:
                values = self._values_of(elements, fed)
            except _SizeUnknown as e:
                raise NotImplementedError(
                    f"tf.compat.v1.Session.run: {fetches!r} need a loop or branch whose sizes depend on values that "
                    "are only known when the graph runs, which sessions can't run yet; use a tf.function."
                ) from e
        return plan(values)

    # ---- fetches and feeds ----

    def _plan(self, fetch: Any, elements: list[Any]) -> Callable[[list[Any]], Any]:
        """What makes the result of the elements' values; puts the elements into a list."""
        if isinstance(fetch, (list, tuple)):
            parts = [self._plan(f, elements) for f in fetch]
            if hasattr(fetch, "_fields"):
                kind: Any = type(fetch)
                return lambda values: kind(*(p(values) for p in parts))
            make = type(fetch) if type(fetch) in (list, tuple) else list
            return lambda values: make(p(values) for p in parts)
        if isinstance(fetch, Mapping):
            named = {k: self._plan(f, elements) for k, f in fetch.items()}
            ordered = collections.OrderedDict if isinstance(fetch, collections.OrderedDict) else dict
            return lambda values: ordered((k, p(values)) for k, p in named.items())
        if is_nested_or_composite(fetch):
            kinds = _composites()
            parts = [self._plan(f, elements) for f in kinds.parts_of(fetch) or self._unknown(fetch)]
            return lambda values: kinds.value_of(fetch, [p(values) for p in parts])
        element = self._element(fetch)
        elements.append(element)
        i = len(elements) - 1
        return lambda values: values[i]

    def _unknown(self, fetch: Any) -> NoReturn:
        raise NotImplementedError(
            f"tf.compat.v1.Session.run: a {type(fetch).__name__} can't be fetched in tfcompat: fetch its tensors."
        )

    def _element(self, fetch: Any) -> Any:
        """The tensor, operation or variable that is meant; TypeError for None and other things."""
        if isinstance(fetch, Variable):
            return fetch
        if fetch is None or not isinstance(fetch, (str, SymbolicTensor, Operation, bytes)):
            if isinstance(fetch, EagerTensor):
                return fetch
            kind = type(fetch).__name__
            if fetch is None:
                raise TypeError(f'Argument `fetch` = {fetch} has invalid type "{kind}". Cannot be None')
            raise TypeError(
                f'Argument `fetch` = {fetch} has invalid type "{kind}" must be a string or Tensor. (Can not convert a '
                f"{kind} into a Tensor or Operation.)"
            )
        try:
            return self._graph.as_graph_element(fetch.decode() if isinstance(fetch, bytes) else fetch)
        except ValueError as e:
            raise ValueError(f"Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ({e})") from None
        except KeyError as e:
            raise ValueError(f"Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ({e})") from None

    def _fed(self, feed_dict: Any) -> dict[SymbolicTensor, Any]:
        """The values to feed, as arrays, by what they are for."""
        found: dict[int, tuple[SymbolicTensor, Any]] = {}
        for key, value in _single_feeds(feed_dict or {}):
            try:
                tensor = self._graph.as_graph_element(key, allow_operation=False)
            except (TypeError, ValueError, KeyError) as e:
                raise TypeError(f"Cannot interpret feed_dict key as Tensor: {e}") from None
            if isinstance(value, Tensor):
                raise TypeError(
                    "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
                    f"strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was {value} "
                    f"which was passed to the argument `feed_dict` with key {key}."
                )
            array = np.asarray(value, dtype=None if tensor.dtype.torch is None else tensor.dtype.as_numpy_dtype)
            shape = tensor.shape if tensor.op.shape is None else tensor.op.shape
            if not TensorShape(shape).is_compatible_with(array.shape):
                raise ValueError(
                    f"Cannot feed value of shape {array.shape} for Tensor {tensor.name}, which has shape "
                    f"{str(TensorShape(shape)) if TensorShape(shape).rank != 0 else '()'}"
                )
            found[id(tensor)] = tensor, array
        return dict(found.values())

    # ---- variables ----

    def _take_over(self) -> None:
        """Puts this session's values into the graph's variables, and keeps those of the session that had it last."""
        last = self._graph.__dict__.get("_session")
        if last is self:
            return
        for variable in self._graph._made:
            if last is not None:
                last._values[id(variable)] = variable._storage.t
            held = self._values.pop(id(variable), None)
            if held is not None:
                variable._storage.t = held
        self._graph.__dict__["_session"] = self

    def load(self, variable: Variable, value: Any) -> None:
        """Gives a variable of the graph a value, which counts as its initial one, too."""
        with outside_of_graphs():
            self._take_over()
            variable.assign(value)
        self._initialized.add(id(variable._storage))

    @contextmanager
    def restoring(self, variables: Sequence[Variable]) -> Iterator[None]:
        """A context in which assignments give variables of the graph values, which count as their initial ones."""
        with outside_of_graphs():
            self._take_over()
            yield
        self._initialized.update(id(v._storage) for v in variables)

    # ---- running ----

    def _values_of(self, elements: Sequence[Any], fed: Mapping[SymbolicTensor, Any]) -> list[Any]:
        values = [convert_to_tensor(array, tensor.dtype) for tensor, array in fed.items()]
        results = run_of(self, elements, list(fed))(*values)
        return [None if r is None else _as_numpy(r) for r in results]

    def _run_of(self, elements: Sequence[Any], keys: Sequence[SymbolicTensor]) -> _Run:
        """What is done for some fetches and feeds."""
        key = tuple(map(id, elements)), tuple(map(id, keys))
        run = self._functions.get(key)
        if run is None:
            run = self._functions[key] = _Run(self._graph, elements, keys, self.number)
        return run


class _Run:
    """What is done for some fetches and feeds."""

    def __init__(
        self, graph: DeferredGraph, elements: Sequence[Any], keys: Sequence[SymbolicTensor], number: int
    ) -> None:
        self.number = number
        self.graph, self.elements, self.keys = graph, list(elements), list(keys)
        fed = {id(k) for k in keys}
        wanted = [op for e in elements for op in _operations(e)]
        self.steps = graph.ordered(wanted, fed)
        self.pulls = [op for op in self.steps if op in graph.pulls and not any(id(t) in fed for t in op._outputs)]
        if self.pulls:  # whose elements come before the rest is captured, of the sizes that they have
            self.keys += [t for op in self.pulls for t in op._outputs]
            self.steps = [op for op in self.steps if op not in self.pulls]
        self.assigned: set[int] = set()
        self._read: dict[int, Variable] = {}
        self._find_variables()
        self.missing = [graph.placeholders[op] for op in self.steps if op in graph.placeholders]
        self.function = Function(self._call, "session_run", autograph_=False, reduce_retracing=True)
        self.function._lock = graph.lock  # one run of a graph is captured at a time

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

    def pulled(self) -> list[Any]:
        """The next elements of the iterators that are asked for one."""
        return [t for op in self.pulls for t in self.graph.pulls[op]()]

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
            for op in self.steps:
                recipe = self.graph.recipe(op)
                if recipe is None:
                    for t in op._outputs:
                        given(t)
                    continue
                state.graph.replays = number, places[op], 0
                results = recipe.run(given)
                if op._outputs:
                    tensors = [r for r in _flat(results) if isinstance(r, Tensor)]
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


def _composites() -> Any:
    """The module that knows of tensors made of several."""
    return importlib.import_module("tfcompat.compat.v1._fetched")


def _single_feeds(feed_dict: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """The feeds with those of tensors made of several, or of tuples of them, taken apart."""
    for key, value in feed_dict.items():
        if isinstance(key, tuple):
            yield from _single_feeds(dict(zip(key, value, strict=True)))
        elif is_nested_or_composite(key) and (parts := _composites().parts_of(key)) is not None:
            yield from zip(parts, _composites().fed_to(key, value), strict=True)
        else:
            yield key, value


def _operations(element: Any) -> list[Operation]:
    if isinstance(element, Operation):
        return [element]
    if isinstance(element, SymbolicTensor):
        return [element.op]
    written = getattr(element, "__dict__", {}).get("_written_by")
    return [] if written is None else [written]


def _flat(x: Any) -> list[Any]:
    return [v for part in x for v in _flat(part)] if isinstance(x, (list, tuple)) else [x]


def _as_numpy(x: Tensor) -> Any:
    value = x.numpy()
    return value[()] if isinstance(value, np.ndarray) and not value.ndim else value


def run_of(session: BaseSession, elements: Sequence[Any], keys: Sequence[SymbolicTensor]) -> Callable[..., list[Any]]:
    """A tf.function of the values of `keys` that gives those of `elements`, tensors and operations of the graph."""
    run = session._run_of(elements, keys)

    def call(*values: Any) -> list[Any]:
        run.check(session._initialized)
        results = run.function(*values, *run.pulled())
        session._initialized |= run.assigned
        return results

    return call


class Session(BaseSession):
    """Runs the operations of a graph (tf.compat.v1.Session); a context in which it is the default session.

    target, graph, config: see BaseSession.
    """

    __module__ = "tensorflow.python.client.session"

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._contexts: list[_AsDefault] = []

    def __enter__(self) -> Session:
        context = _AsDefault(self, with_graph=state.graph is not self._graph)
        context.__enter__()
        self._contexts.append(context)
        return self

    def __exit__(self, *exc: Any) -> None:
        self._contexts.pop().__exit__(*exc)
        self.close()


class InteractiveSession(BaseSession):
    """A session that is the default one from its making to its `close` (tf.compat.v1.InteractiveSession)."""

    __module__ = "tensorflow.python.client.session"

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        _sessions.open.append(self)

    def close(self) -> None:
        """Ends the session, which is no default session any more."""
        super().close()
        if self in _sessions.open:
            _sessions.open.remove(self)
