"""Sessions: running parts of a graph that was built by hand (tf.compat.v1.Session).

What is fetched, with what is fed, is a tf.function: it follows the recipes of the operations that are needed, and is
captured once for each set of fetches and each shape of what is fed. The values of variables are the session's: a
graph's variables hold those of the session that ran last.
"""

from __future__ import annotations

import atexit
import collections
import operator
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from tfcompat._core.random_state import new_number
from tfcompat._core.state import state
from tfcompat._core.structure import is_nested_or_composite
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.variable import Variable
from tfcompat._function.deferred import DeferredGraph
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.session_feeds import Feed, composites, single_feeds
from tfcompat._function.session_runs import Bare, Run
from tfcompat._function.session_tensors import TensorHandle
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
        self._plans: dict[Any, _Plan] = {}
        self._runs: dict[Any, Run] = {}
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

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")

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
        self._check_open()
        if not self._graph.num_operations():
            raise RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
        feed_dict = feed_dict or {}
        key = _identity(fetches), tuple([_identity(k) for k in feed_dict])
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _Plan(self, fetches, feed_dict)
        self._take_over()
        return plan(feed_dict, self._initialized)

    # ---- fetches and feeds ----

    def _built(self, fetch: Any, elements: list[Any]) -> Callable[[list[Any]], Any]:
        """What makes the result of the elements' values; puts the elements into a list."""
        if isinstance(fetch, (list, tuple)):
            parts = [self._built(f, elements) for f in fetch]
            if hasattr(fetch, "_fields"):
                kind: Any = type(fetch)
                return lambda values: kind(*(p(values) for p in parts))
            make = type(fetch) if type(fetch) in (list, tuple) else list
            return lambda values: make(p(values) for p in parts)
        if isinstance(fetch, Mapping):
            named = {k: self._built(f, elements) for k, f in fetch.items()}
            ordered = collections.OrderedDict if isinstance(fetch, collections.OrderedDict) else dict
            return lambda values: ordered((k, p(values)) for k, p in named.items())
        if is_nested_or_composite(fetch):
            kinds = composites()
            parts = [self._built(f, elements) for f in kinds.parts_of(fetch) or self._unknown(fetch)]
            return lambda values: kinds.value_of(fetch, [p(values) for p in parts])
        element = self._element(fetch)
        elements.append(element)
        i = len(elements) - 1
        if isinstance(element, SymbolicTensor) and element.op.type == "GetSessionHandle":
            return lambda values: TensorHandle(values[i], element.op.name, self)
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

    def run_of(
        self, elements: Sequence[Any], keys: Sequence[SymbolicTensor], done: frozenset[Operation] = frozenset()
    ) -> Run:
        """What is done for some tensors, operations and variables where `keys` are fed, and `done` have run."""
        key = tuple(map(id, elements)), tuple(map(id, keys)), done
        run = self._runs.get(key)
        if run is None:
            run = self._runs[key] = Run(self._graph, elements, keys, self.number, done)
            run.session = self
        return run


class _Plan:
    """How a session runs the same fetches with the same tensors fed: what is looked up once."""

    def __init__(self, session: BaseSession, fetches: Any, feed_dict: Mapping[Any, Any]) -> None:
        self._keys = fetches, list(feed_dict)  # what is told apart by its identity must not go
        elements: list[Any] = []
        self._build = session._built(fetches, elements)
        keys = [key for key, _ in single_feeds(feed_dict)]
        self._feeds = [Feed(session.graph, key) for key in keys]
        # Fed twice, under two names, the last value counts.
        self._places = {id(feed.tensor): i for i, feed in enumerate(self._feeds)}
        self._is_single = len(self._places) == len(keys) and all(map(operator.is_, keys, feed_dict))
        self._run = session.run_of(elements, [self._feeds[i].tensor for i in self._places.values()])

    def __call__(self, feed_dict: Mapping[Any, Any], initialized: set[int]) -> Any:
        """What the session gives for the fetches. initialized: see `Run`."""
        with Bare() as bare:
            values = self._storages(feed_dict)
            if self._run.pulls:
                bare.leave()
                values += self._run.pulled(initialized)
                bare.__enter__()
            direct = self._run.direct(values)
            if direct is not None:
                return self._build(direct(values, bare))
        return self._build(self._run(initialized, values))

    def _storages(self, feed_dict: Mapping[Any, Any]) -> list[Any]:
        """The storages of what is fed, in the order that the run takes them in."""
        shared = self._run.may_share
        if self._is_single:
            return [feed(value, shared) for feed, value in zip(self._feeds, feed_dict.values())]
        fed = zip(self._feeds, single_feeds(feed_dict), strict=True)
        values = [feed(value, shared) for feed, (_, value) in fed]
        return [values[i] for i in self._places.values()]


def _identity(fetch: Any) -> Any:
    """What is equal for the same fetches in new lists, tuples and dicts."""
    kind = type(fetch)
    if kind is str:
        return fetch
    if isinstance(fetch, (list, tuple)):
        return kind, *map(_identity, fetch)
    if isinstance(fetch, Mapping):
        return kind, tuple(fetch), *map(_identity, fetch.values())
    return id(fetch)


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
        self._context = None if graph is None else self._graph.as_default()
        if self._context is not None:
            self._context.__enter__()
            atexit.register(self._leave_graph)  # programs seldom close such a session
        _sessions.open.append(self)

    def close(self) -> None:
        """Ends the session, which is no default session any more, nor is a graph that it was given the default one."""
        super().close()
        self._leave_graph()
        if self in _sessions.open:
            _sessions.open.remove(self)

    def _leave_graph(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            context.__exit__(None, None, None)
            atexit.unregister(self._leave_graph)
