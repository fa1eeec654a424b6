"""tf.CriticalSection: code that only one thread at a time runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NoReturn

from tfcompat._arrays.creation import identity
from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.tensor_array import TensorArray


class _Running(threading.local):
    """The locks of the sections that this thread is in."""

    locks: tuple[Any, ...] = ()


_running = _Running()
_shared: dict[str, threading.Lock] = {}
_shared_guard = threading.Lock()


class CriticalSection:
    """Runs functions one at a time, whatever threads call for it (tf.CriticalSection).

    name: of the section; sections with the same `shared_name` exclude one another. critical_section_def and
    import_scope are TensorFlow 1's, for sections in saved graphs: ValueError. While a tf.function is captured `execute`
    adds to its graph, whose runs do not exclude one another.
    """

    __module__ = "tensorflow.python.ops.critical_section_ops"

    def __init__(
        self,
        name: str | None = None,
        shared_name: str | None = None,
        critical_section_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if critical_section_def and name is not None:
            raise ValueError(
                f"Arguments critical_section_def={critical_section_def} and shared_name={shared_name} are mutually "
                "exclusive. Please only specify one of them."
            )
        if critical_section_def or import_scope is not None:
            raise ValueError("Arguments `critical_section_def` and `import_scope` are not supported.")
        with _shared_guard:
            self._lock = threading.Lock() if shared_name is None else _shared.setdefault(shared_name, threading.Lock())
        self._signature = (shared_name or "", id(self._lock))

    @property
    def name(self) -> NoReturn:
        """Graphs only: AttributeError in eager execution, as in TensorFlow."""
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    def execute(self, fn: Callable[[], Any], exclusive_resource_access: bool = True, name: str | None = None) -> Any:
        """What `fn()` returns, as tensors, once no other thread is in the section.

        exclusive_resource_access: in TensorFlow's graphs, whether other sections must not touch the same variables;
        eagerly it changes nothing, as there. ValueError where `fn` itself calls `execute`.
        """
        before = _running.locks
        if any(lock is self._lock for lock in before):
            raise ValueError(
                f"Attempting to lock a CriticalSection (signature={self._signature}) in which we are already running. "
                "This is illegal and may cause deadlocks."
            )
        with self._lock:
            _running.locks = (*before, self._lock)
            try:
                return structure.map_structure(_result, fn(), expand_composites=True)
            finally:
                _running.locks = before


def _result(value: Any) -> Any:
    if value is None or isinstance(value, TensorArray):
        return value
    return identity(convert_to_tensor(value))
