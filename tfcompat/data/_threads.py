"""Elements made ahead, in threads, where that pays: where making one takes long beside what a thread costs.

Python runs one thread at a time, save while a kernel, a file or a sleep takes its time. So the first elements are
made at once and timed, and only elements that take long go to threads.
"""

from __future__ import annotations

import atexit
import collections
import os
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tfcompat._core import draws

_LONG_CALL = 3e-4
_LONG_ELEMENT = 1e-3
_TIMED = 2  # the first element pays for what is loaded or compiled once
_END = object()


class ParallelMap:
    """`function` of each element, in order, at most `limit` calls at once. Goes on after an error."""

    def __init__(self, function: Callable[[Any], Any], elements: Iterator[Any], limit: int) -> None:
        self._function, self._elements, self._limit = function, elements, limit
        self._calls = 0
        self._pool: ThreadPoolExecutor | None = None
        self._pending: collections.deque[Future[Any]] = collections.deque()
        self._ended = limit < 2

    def __iter__(self) -> ParallelMap:
        return self

    def __next__(self) -> Any:
        if self._pool is None:
            return self._one()
        while len(self._pending) < self._limit and not self._ended:
            try:
                element = next(self._elements)
            except StopIteration:
                self._ended = True
            except Exception as e:  # told when its turn comes
                self._pending.append(_failed(e))
            else:
                self._pending.append(self._pool.submit(draws.call_with, draws.local.streams, self._function, element))
        if not self._pending:
            raise StopIteration
        return self._pending.popleft().result()

    def _one(self) -> Any:
        element = next(self._elements)
        if self._calls > _TIMED:
            return self._function(element)
        self._calls += 1
        start = time.perf_counter()
        result = self._function(element)
        if self._calls == _TIMED and self._limit > 1 and time.perf_counter() - start > _LONG_CALL:
            self._pool = ThreadPoolExecutor(self._limit, "tf_data_map")
            weakref.finalize(self, self._pool.shutdown, wait=False, cancel_futures=True).atexit = True
        return result


def _failed(error: Exception) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


def parallelism(asked: int) -> int:
    """How many calls may run at once: as many as there are CPUs for AUTOTUNE."""
    return (os.cpu_count() or 1) if asked == -1 else asked


class Prefetched:
    """Elements made ahead in a thread, at most `size` of them; in this thread where that does not take long."""

    def __init__(self, elements: Iterator[Any], size: int, eager: bool = False) -> None:
        self._elements, self._size = elements, size
        self._made = 0
        self._queue: queue.Queue[Any] | None = None
        self._stop = threading.Event()
        if eager:
            self._start()

    def __iter__(self) -> Prefetched:
        return self

    def __next__(self) -> Any:
        if self._queue is not None:
            kind, value = self._queue.get()
            if kind is _END:
                self._queue.put((_END, None))
                raise StopIteration
            if kind is None:
                raise value
            return value
        if self._made > _TIMED:
            return next(self._elements)
        self._made += 1
        start = time.perf_counter()
        element = next(self._elements)
        if self._made == _TIMED and time.perf_counter() - start > _LONG_ELEMENT:
            self._start()
        return element

    def _start(self) -> None:
        self._queue = queue.Queue(max(self._size, 1))
        thread = threading.Thread(
            target=draws.call_with,
            args=(draws.local.streams, _produce, self._elements, self._queue, self._stop),
            name="tf_data_prefetch",
            daemon=True,
        )
        _started.add(self)
        thread.start()
        self._thread = thread

    def stop(self) -> None:
        """Ends the thread after the element that it is at."""
        self._stop.set()

    def __del__(self) -> None:
        self._stop.set()


_started: weakref.WeakSet[Prefetched] = weakref.WeakSet()


def _produce(elements: Iterator[Any], made: queue.Queue[Any], stop: threading.Event) -> None:
    failed = False
    while not stop.is_set():
        try:
            item = (elements, next(elements))
            failed = False
        except StopIteration:
            item = (_END, None)
        except Exception as e:
            item = (_END, None) if failed and _same(failed, e) else (None, e)
            failed = e
        while not stop.is_set():
            try:
                made.put(item, timeout=0.1)
                break
            except queue.Full:
                continue
        if item[0] is _END:
            return


def _same(before: Any, now: Exception) -> bool:
    """Whether an error comes again at once, as of a file that is not there: nothing more will come."""
    return type(before) is type(now) and str(before) == str(now)


@atexit.register
def _stop_all() -> None:
    """Lets the threads end before Python does."""
    running = list(_started)
    for each in running:
        each.stop()
    for each in running:
        each._thread.join(1.0)
