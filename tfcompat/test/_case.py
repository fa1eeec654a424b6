"""tf.test.TestCase."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.test._arrays import ArrayAssertions
from tfcompat.test._containers import ContainerAssertions

_SEED = 87654321  # TensorFlow's, so that seeded tests draw the same numbers


class TestCase(ArrayAssertions, ContainerAssertions):
    """unittest.TestCase with assertions on tensors (tf.test.TestCase); each test starts from the same random seed."""

    __test__ = False  # pytest collects subclasses, not this

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = cls.__dict__.get("__test__", True)

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._threads: list[CheckedThread] = []
        self._temp_dir: str | None = None
        self._properties: dict[str, Any] = {}

    def setUp(self) -> None:
        """Seeds Python's, numpy's and TensorFlow's random numbers."""
        import tfcompat as tf

        super().setUp()
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")
        random.seed(_SEED)
        np.random.seed(_SEED)
        tf.random.set_seed(_SEED)

    def tearDown(self) -> None:
        """Fails where a checked thread was started and never joined."""
        super().tearDown()
        threads, self._threads = self._threads, []
        if any(thread.is_running() for thread in threads):
            self.fail("A checkedThread did not terminate. Threads must be joined before the test ends.")

    # ---- sessions ----

    @contextlib.contextmanager
    def session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """A stand-in for a TensorFlow 1 session: `run` evaluates eager tensors.

        use_gpu: False puts tensors on the CPU. force_gpu: RuntimeError where there is no GPU. A graph or config is
        TensorFlow 1's: NotImplementedError.
        """
        import tfcompat as tf

        for name, value in (("graph", graph), ("config", config)):
            if value is not None:
                raise NotImplementedError(f"TestCase.session({name}={value!r}): tfcompat has no graphs with sessions.")
        if force_gpu and not tf.config.list_logical_devices("GPU"):
            raise RuntimeError("force_gpu: this machine has no GPU")
        with contextlib.nullcontext() if use_gpu else tf.device("/CPU:0"):
            yield Session(self)

    cached_session = session
    test_session = session

    # ---- threads, files and streams ----

    def checkedThread(
        self, target: Callable[..., Any], args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None
    ) -> CheckedThread:
        """A thread whose exception `join` turns into a failure of the test."""
        thread = CheckedThread(self, target, args or (), kwargs or {})
        self._threads.append(thread)
        return thread

    def get_temp_dir(self) -> str:
        """A directory for the test, the same at each call; it is removed when the test is over."""
        if self._temp_dir is None:
            self._temp_dir = tempfile.mkdtemp()
            self.addCleanup(self._remove_temp_dir)
        return self._temp_dir

    def _remove_temp_dir(self) -> None:
        path, self._temp_dir = self._temp_dir, None
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[CapturedWrites]:
        """Catches what is written to a stream's file descriptor, by C code too; `.contents()` gives it afterwards."""
        stream.flush()
        original = os.dup(stream.fileno())
        descriptor, path = tempfile.mkstemp(dir=self.get_temp_dir())
        os.dup2(descriptor, stream.fileno())
        try:
            yield CapturedWrites(path)
        finally:
            stream.flush()
            os.dup2(original, stream.fileno())
            os.close(original)
            os.close(descriptor)

    def record_property(self, property_name: str, property_value: Any) -> None:
        """Keeps a value about the test for `get_recorded_properties`."""
        self._properties[property_name] = property_value

    def get_recorded_properties(self, subtest: Any = None) -> dict[str, Any]:
        """What `record_property` was given; a subtest's are the test's."""
        return dict(self._properties)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("assertProto"):
            raise _names.MissingNameError(f"TensorFlow has tf.test.TestCase.{name}, tfcompat does not.", name=name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)


class Session:
    """What `TestCase.session` gives: tensors evaluate to numpy values."""

    def __init__(self, case: ArrayAssertions) -> None:
        self._case = case

    def run(self, fetches: Any, feed_dict: Any = None) -> Any:
        """The values of a structure of tensors; NotImplementedError for a `feed_dict`, which needs placeholders."""
        if feed_dict is not None:
            raise NotImplementedError("Session.run: feed_dict needs placeholders, which tfcompat has not.")
        return self._case.evaluate(fetches)

    def as_default(self) -> Session:
        """This session, as a context."""
        return self

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        return None


class CheckedThread:
    """A thread that keeps the exception of its target."""

    def __init__(
        self, case: TestCase, target: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        self._case, self._target, self._args, self._kwargs = case, target, args, kwargs
        self._thread = threading.Thread(target=self._run)
        self._error: BaseException | None = None
        self._running = False

    def _run(self) -> None:
        try:
            self._target(*self._args, **self._kwargs)
        except BaseException as e:
            self._error = e

    def start(self) -> None:
        """Starts the thread."""
        self._running = True
        self._thread.start()

    def join(self) -> None:
        """Waits for the end; fails the test where the target raised."""
        self._thread.join()
        self._running = False
        if self._error is not None:
            self._case.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        """Whether the target still runs."""
        return self._thread.is_alive()

    def is_running(self) -> bool:
        """Whether it was started and not joined."""
        return self._running


class CapturedWrites:
    """What was written to a stream while it was captured."""

    def __init__(self, path: str) -> None:
        self._path = path

    def contents(self) -> str:
        """The text so far."""
        with open(self._path, encoding="utf-8") as f:
            return f.read()
