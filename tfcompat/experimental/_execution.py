"""How ops are run: scopes that TensorFlow's runtime needs, and torch's does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from tfcompat._core.flags import flags

_EXECUTORS = (None, "", "DEFAULT", "SINGLE_THREADED_EXECUTOR")


def _wait() -> None:
    """Waits until the accelerator, where there is one in use, has done what it was given."""
    if torch.accelerator.is_available() and (not torch.cuda.is_available() or torch.cuda.is_initialized()):
        torch.accelerator.synchronize()


@contextmanager
def async_scope() -> Iterator[None]:
    """Within, ops may return before they are done; leaving waits for all of them (tf.experimental.async_scope).

    On a CPU ops are done when they return; on an accelerator they never are, inside of the scope or outside.
    """
    try:
        yield
    finally:
        _wait()


def async_clear_error() -> None:
    """Waits for the ops that are not done yet (tf.experimental.async_clear_error).

    Errors need no clearing: an op that fails raises, and leaves no others waiting.
    """
    _wait()


def enable_strict_mode() -> None:
    """Makes the use of what is deprecated a RuntimeError (tf.experimental.enable_strict_mode)."""
    flags.strict = True


@contextmanager
def function_executor_type(executor_type: str | None) -> Iterator[None]:
    """Names the executor of TensorFlow's that functions run on within (tf.experimental.function_executor_type).

    Captured functions run their ops one after the other, whatever the name. ValueError for one that TensorFlow lacks.
    """
    if executor_type not in _EXECUTORS:
        raise ValueError(f"Argument `executor_type` takes one of {_EXECUTORS}, got {executor_type!r}.")
    yield
