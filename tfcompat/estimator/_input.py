"""What an input_fn gives: features and labels, with the hook that begins a dataset's iterator."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.compat.v1 import data
from tfcompat.compat.v1._collections import GraphKeys, get_collection


class DatasetInitializerHook(tf.compat.v1.train.SessionRunHook):
    """Makes an iterator begin when the session is there."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def begin(self) -> None:
        """Looks the operation up, while the graph may grow."""
        self._initializer = self._iterator.initializer

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Runs it."""
        session.run(self._initializer)


def parse(result: Any) -> tuple[Any, Any, list[Any]]:
    """Features, labels or None, and hooks, of what an input_fn returned: tensors or a dataset of them."""
    hooks: list[Any] = []
    if isinstance(result, data.Dataset):
        iterator = data.make_initializable_iterator(result)
        hooks.append(DatasetInitializerHook(iterator))
        result = iterator.get_next()
    if not isinstance(result, (list, tuple)):
        return result, None, hooks
    if len(result) != 2:
        raise ValueError("input_fn should return (features, labels) as a len 2 tuple.")
    return result[0], result[1], hooks


def ends() -> bool:
    """Whether the graph's input comes from a dataset or a queue, which may come to an end."""
    graph = tf.compat.v1.get_default_graph()
    return bool(graph.get_collection("iterators") or get_collection(GraphKeys.QUEUE_RUNNERS))
