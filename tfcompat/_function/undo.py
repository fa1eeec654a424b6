"""What a run of a graph did beyond the graph, so that it can be undone where the run is given up and Python runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class _Local(threading.local):
    """How to undo what the run of this thread did; None while no run may be given up."""

    acts: list[Callable[[], None]] | None = None


_local = _Local()


def note(act: Callable[[], None]) -> None:
    """Called by a node that did something, with what undoes it."""
    if _local.acts is not None:
        _local.acts.append(act)


@contextmanager
def noted() -> Iterator[list[Callable[[], None]]]:
    """Within it, `note` adds to the list that this gives; what undoes what was done last stands last."""
    before, _local.acts = _local.acts, []
    try:
        yield _local.acts
    finally:
        _local.acts = before
