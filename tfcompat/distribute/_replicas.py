"""Running a function in each of several replicas, which may wait for one another.

Each replica has a thread, and one thread works at a time: a replica until it ends or comes to a `merge_call`, then the
next one; when all have come to theirs, the thread that started them does what they are to do together. So programs see
one order of events, as in TensorFlow, and a tf.function that is being captured records what all threads do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from tfcompat._core.device import device
from tfcompat._core.state import luggage, state, unpack
from tfcompat.distribute import _context
from tfcompat.distribute._values import of_replica, regrouped

_NESTED = (
    "`merge_call` called while defining a new graph or a tf.function. This can often happen if the function `fn` "
    "passed to `strategy.run()` contains a nested `@tf.function`, and the nested `@tf.function` contains a "
    "synchronization point, such as aggregating gradients (e.g, optimizer.apply_gradients), or if the function `fn` "
    "uses a control flow statement which contains a synchronization point in the body. Such behaviors are not yet "
    "supported. Instead, please avoid nested `tf.function`s or control flow statements that may potentially cross a "
    "synchronization boundary, for example, wrap the `fn` passed to `strategy.run` or the entire `strategy.run` inside "
    "a `tf.function` or move the control flow out of `fn`."
)


class _Ended(BaseException):
    """Ends a replica that waits for others, of which one failed."""


class Run:
    """What the replicas of one run share: the variables that the first one made, for the others."""

    def __init__(self) -> None:
        self.made: dict[str, list[Any]] = {}


class Replica:
    """One replica's thread."""

    def __init__(self, context: Any, number: int, place: str, run: Run, work: Callable[[], Any]) -> None:
        self.context, self.number, self.run = context, number, run
        self._place, self._work = place, work
        self._luggage, self._graph, self._grad = luggage(), state.graph, torch.is_grad_enabled()
        self._may_go, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        self._ending = False
        self.done, self.result = False, None
        self.error: BaseException | None = None
        self.asked: Any = None
        self.answer: Any = None
        self.met: dict[str, int] = {}
        self._thread = threading.Thread(target=self._live, name=f"replica {number}", daemon=True)
        self._thread.start()

    def _live(self) -> None:
        self._may_go.acquire()
        try:
            if not self._ending:
                with self._surroundings():
                    self.result = self._work()
        except BaseException as error:  # it is raised where the replicas were started
            self.error = error
        self.done = True
        self._stands.release()

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        """Puts the thread where the one that started it is, in the replica's context and on its device."""
        unpack(self._luggage)
        state.tapes = ()  # as in TensorFlow: a tape sees what its own thread does
        with ExitStack() as stack:
            if self._graph is not None:
                stack.enter_context(self._graph.recorder.recording())
            # The gradients of what replicas exchange wait for the other replicas, in this thread.
            stack.enter_context(torch.autograd.grad_mode.set_multithreading_enabled(False))
            stack.enter_context(torch.set_grad_enabled(self._grad))
            stack.enter_context(_context.entered(self.context.strategy, self.context, self.number))
            self.context.replica = self
            stack.enter_context(device(self._place))
            yield

    def go_on(self) -> None:
        """Lets the replica work until it ends or comes to a merge_call; raises what it raised."""
        self._may_go.release()
        self._stands.acquire()
        if self.error is not None:
            raise self.error

    def end(self) -> None:
        """Ends the replica where it waits."""
        if not self.done:
            self._ending = True
            self._may_go.release()
        self._thread.join()

    def merge(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What `function` gives when all replicas have come here; called by the replica's thread."""
        if state.graph is not self._graph:
            raise RuntimeError(_NESTED)
        self.asked = function, tuple(args), dict(kwargs or {}), state.scopes
        self._stands.release()
        self._may_go.acquire()
        if self._ending:
            raise _Ended
        answer, self.answer = self.answer, None
        return answer


def run_in_each(strategy: Any, places: Sequence[str], fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The results of ``fn(*args, **kwargs)`` in all replicas, put together; values of replicas are given to theirs.

    The first error of a replica ends all of them. RuntimeError where some come to more merge_calls than others.
    """
    run, replicas = Run(), []
    try:
        for i, place in enumerate(places):
            given, named = of_replica(i, tuple(args)), of_replica(i, dict(kwargs or {}))
            context = strategy._replica_context(i)
            replicas.append(Replica(context, i, place, run, lambda a=given, k=named: fn(*a, **k)))
        while True:
            for replica in replicas:
                replica.go_on()
            if all(replica.done for replica in replicas):
                break
            if any(replica.done for replica in replicas):
                raise RuntimeError("Some replicas made a different number of replica_context().merge_call() calls.")
            _merge(strategy, replicas)
    finally:
        for replica in replicas:
            replica.end()
    return regrouped([replica.result for replica in replicas])


def _merge(strategy: Any, replicas: Sequence[Replica]) -> None:
    """Does what the replicas wait for, and gives each its part of the result."""
    function, _, _, scopes = replicas[0].asked
    args = regrouped([replica.asked[1] for replica in replicas])
    kwargs = regrouped([replica.asked[2] for replica in replicas])
    before, state.scopes = state.scopes, scopes
    try:
        with _context.entered(strategy, None):
            result = function(strategy, *args, **kwargs)
    finally:
        state.scopes = before
    for replica in replicas:
        replica.asked, replica.answer = None, of_replica(replica.number, result)
