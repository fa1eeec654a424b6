"""tf.train.Coordinator: stopping threads together."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from tfcompat._core import logging

_MODULE = "tensorflow.python.training.coordinator"


class Coordinator:
    """Lets threads ask each other to stop, and waits for them (tf.train.Coordinator).

    clean_stop_exception_types: exceptions that end a thread without being an error, tf.errors.OutOfRangeError by
    default. What else a thread reports, `join` raises.
    """

    __module__ = _MODULE

    def __init__(self, clean_stop_exception_types: tuple[type[BaseException], ...] | None = None) -> None:
        if clean_stop_exception_types is None:
            from tfcompat._core.errors import OutOfRangeError

            clean_stop_exception_types = (OutOfRangeError,)
        self._clean = tuple(clean_stop_exception_types)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._joined = False
        self._registered: list[threading.Thread] = []

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop. ex: why, an exception or sys.exc_info(); `join` raises the first."""
        with self._lock:
            error = ex[1] if isinstance(ex, tuple) and len(ex) > 1 else ex
            if error is not None and not isinstance(error, BaseException):
                raise TypeError(f"Argument `ex` takes an exception or sys.exc_info(), got {ex!r}")
            if self._joined:
                if error is not None:
                    raise error
                return
            if not self._stop.is_set():
                if error is not None and not isinstance(error, self._clean):
                    logging.get_logger().info("Error reported to Coordinator: %s, %s", type(error), error)
                    self._failure = error
                self._stop.set()

    def clear_stop(self) -> None:
        """Takes the request to stop, and the exception reported, back."""
        with self._lock:
            self._joined, self._failure = False, None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is asked for; whether it was, before `timeout` seconds passed."""
        return self._stop.wait(timeout)

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A context that asks for a stop where an exception leaves it, which is reported instead of raised."""
        try:
            yield
        except Exception as error:
            self.request_stop(error)

    def register_thread(self, thread: threading.Thread) -> None:
        """Has `join` wait for a thread."""
        with self._lock:
            self._registered.append(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits for the threads given and registered; raises what one of them reported.

        stop_grace_period_secs: how long after the request to stop they may go on; RuntimeError then, unless
        `ignore_live_threads`.
        """
        with self._lock:
            waiting = list(dict.fromkeys([*self._registered, *(threads or ())]))
        while any(thread.is_alive() for thread in waiting) and not self.wait_for_stop(0.05):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waiting:
            thread.join(max(0.0, end - time.monotonic()))
        late = [thread.name for thread in waiting if thread.is_alive()]
        with self._lock:
            self._joined, self._registered = True, []
            failure = self._failure
        if failure is not None:
            raise failure
        if late and not ignore_live_threads:
            raise RuntimeError(
                f"Coordinator stopped with threads still running after {stop_grace_period_secs} seconds: "
                + " ".join(late)
            )

    @property
    def joined(self) -> bool:
        """Whether `join` was called."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises the exception that was reported, if there was one."""
        with self._lock:
            if self._failure is not None:
                raise self._failure
