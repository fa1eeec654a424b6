"""Which strategy is in force, and whether a replica's code or what goes on across replicas runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tfcompat._core.state import state, travels


class _Here(threading.local):
    """A thread's strategy and replica context; None: the default ones."""

    strategy: Any = None
    replica: Any = None


_here = travels(_Here())
_lasting: list[Any] = []  # what experimental_set_strategy set


@contextmanager
def entered(strategy: Any, replica: Any, number: int | None = None) -> Iterator[None]:
    """Within, `strategy` is in force, in the replica context `replica` or, where it is None, across replicas.

    number: whose copies of variables are meant, of several; None across replicas, unless one's are being updated.
    """
    before = _here.strategy, _here.replica, state.replica
    _here.strategy, _here.replica, state.replica = strategy, replica, number
    try:
        yield
    finally:
        _here.strategy, _here.replica, state.replica = before


def running_replica() -> Any:
    """The context of the one of several replicas that runs; None where there is one, and across replicas."""
    return None if state.replica is None else _here.replica


def _current() -> Any:
    return _here.strategy or (_lasting[-1] if _lasting else None)


def get_strategy() -> Any:
    """The strategy in force; the default one outside of any scope (tf.distribute.get_strategy)."""
    from tfcompat.distribute._strategy import default_strategy

    return _current() or default_strategy()


def has_strategy() -> bool:
    """Whether a strategy other than the default one is in force (tf.distribute.has_strategy)."""
    from tfcompat.distribute._strategy import default_strategy

    return get_strategy() is not default_strategy()


def get_replica_context() -> Any:
    """The replica that runs, None across replicas (tf.distribute.get_replica_context)."""
    from tfcompat.distribute._strategy import default_strategy

    strategy = _current()
    if strategy is None:
        return default_strategy()._replica
    return _here.replica if _here.strategy is not None else None


def in_cross_replica_context() -> bool:
    """Whether code runs in a strategy's scope but not in a replica (tf.distribute.in_cross_replica_context)."""
    return get_replica_context() is None


def experimental_set_strategy(strategy: Any) -> None:
    """Puts a strategy in force from now on, as if in its scope; None undoes it.

    RuntimeError within the scope of a strategy. (tf.distribute.experimental_set_strategy)
    """
    if _here.strategy is not None:
        raise RuntimeError("Must not be called inside a `tf.distribute.Strategy` scope.")
    _lasting[:] = [] if strategy is None else [strategy]
