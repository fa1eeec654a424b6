"""tf.train.TrackableView and CheckpointView: the graphs of objects in programs and in checkpoints, to look at."""

from __future__ import annotations

import collections
from typing import Any

from tfcompat._core.trackable import children, node
from tfcompat._formats import checkpoints
from tfcompat._formats.protos import message
from tfcompat.io._paths import local
from tfcompat.train._graph import identity, walk


class TrackableView:
    """What a checkpoint of `root` would hold (tf.train.TrackableView)."""

    def __init__(self, root: Any) -> None:
        self._root = root

    @classmethod
    def children(cls, obj: Any, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The objects that `obj` leads to directly, by name."""
        return children(node(obj))

    @property
    def root(self) -> Any:
        """The object."""
        return self._root

    def descendants(self) -> list[Any]:
        """All objects that the root leads to, itself first."""
        return [each.value for each in walk(self._root)]


class CheckpointView:
    """The graph of objects of a checkpoint (tf.train.CheckpointView); its objects are numbers, 0 the root.

    ValueError for a checkpoint without one, such as TensorFlow 1's.
    """

    def __init__(self, save_path: Any) -> None:
        checkpoint = checkpoints.Checkpoint(local(save_path))
        if checkpoint.object_graph is None:
            raise ValueError(f"The specified checkpoint {checkpoint.prefix!r} has no graph of objects.")
        self._graph = message("TrackableObjectGraph").FromString(checkpoint.object_graph)
        checkpoint.close()

    def children(self, node_id: int) -> dict[str, int]:
        """The objects that one leads to directly, by name."""
        return {child.local_name: child.node_id for child in self._graph.nodes[node_id].children}

    def descendants(self) -> list[int]:
        """All objects that the root leads to, itself first."""
        found = {0: None}
        queue = collections.deque([0])
        while queue:
            for child in self.children(queue.popleft()).values():
                if child not in found:
                    found[child] = None
                    queue.append(child)
        return list(found)

    def match(self, obj: Any) -> dict[int, Any]:
        """The objects of the program below `obj` that the checkpoint has, by their number in it."""
        if not hasattr(type(obj), "_trackable_children"):
            raise ValueError(f"Expected a trackable object, got {obj} of type {type(obj)}.")
        matched = {0: obj}
        queue = collections.deque([(0, obj)])
        while queue:
            number, value = queue.popleft()
            below = children(node(value))
            for name, child in self.children(number).items():
                if child not in matched and name in below:
                    matched[child] = below[name]
                    queue.append((child, below[name]))
        return matched

    def diff(self, obj: Any) -> tuple[dict[int, Any], list[int], list[Any]]:
        """What `match` gives, the numbers of the checkpoint's other objects, and the program's other objects."""
        matched = self.match(obj)
        known = {identity(value) for value in matched.values()}
        others = [each.value for each in walk(obj) if identity(each.value) not in known]
        return matched, [number for number in self.descendants() if number not in matched], others
