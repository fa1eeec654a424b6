"""The version of Keras whose behaviour and files this package has."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from tfcompat._core.state import state
from tfcompat._version import KERAS_VERSION, told_of_keras, uses_legacy_keras

__all__ = ["KERAS_VERSION", "by_version", "is_legacy", "told_of_keras"]

T = TypeVar("T")


def is_legacy() -> bool:
    """Whether variables are named, and layers called, as in Keras 2; both spellings work in any case.

    It is so in graphs that sessions run, which Keras 3 has not. Elsewhere it is settled when the first layer or
    variable is made: libraries set TF_USE_LEGACY_KERAS as they are imported.
    """
    return (state.graph is not None and state.graph.deferred) or bool(_legacy_for) or _asked_for()


def by_version(keras3: T, keras2: T) -> T:
    """The one of two values, such as what an error says, that the Keras in use has."""
    return keras2 if is_legacy() else keras3


_legacy_for: list[object] = []  # what runs past a graph of sessions


def is_past_graph() -> bool:
    """Whether Keras runs for a graph of sessions that the program has stepped out of."""
    return bool(_legacy_for)


@contextmanager
def as_in_graphs_of_sessions() -> Iterator[None]:
    """Within, Keras is as in graphs that sessions run, also where the program has stepped out of one."""
    _legacy_for.append(None)
    try:
        yield
    finally:
        _legacy_for.pop()


@functools.cache
def _asked_for() -> bool:
    return uses_legacy_keras()
