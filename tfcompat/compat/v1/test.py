"""tf.compat.v1.test: tf.test, and gradients of graphs compared with differences."""

from __future__ import annotations

import os
import tempfile
import unittest.mock
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr


def get_temp_dir() -> str:
    """A folder for what tests write, the same one in the whole process (tf.compat.v1.test.get_temp_dir)."""
    if not _folders:
        _folders.append(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))
    return _folders[0]


_folders: list[str] = []


def test_src_dir_path(relative_path: str) -> str:
    """The path of a file below the library's sources (tf.compat.v1.test.test_src_dir_path)."""
    return os.path.join(os.environ.get("TEST_SRCDIR", ""), "org_tensorflow/tensorflow", relative_path)


def assert_equal_graph_def(
    actual: Any, expected: Any, checkpoint_v2: bool = False, hash_table_shared_name: bool = False
) -> None:
    """tf.test.assert_equal_graph_def; the options leave out names that savers and tables draw.

    (tf.compat.v1.test.assert_equal_graph_def)
    """
    graphs = []
    for graph in (actual, expected):
        copy = type(graph)()
        copy.CopyFrom(graph)
        for node in copy.node:
            if checkpoint_v2 and node.op == "Const" and node.name.endswith("/save/Const"):
                node.ClearField("attr")
            if hash_table_shared_name and node.op in ("HashTable", "HashTableV2"):
                node.attr.pop("shared_name", None)
        graphs.append(copy)
    tf.test.assert_equal_graph_def(expected=graphs[1], actual=graphs[0])


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Any = None,
) -> Any:
    """The Jacobian of `y` by `x`, tensors of the default session's graph: by gradients, and by differences.

    Two arrays [size of x, size of y], or a list of such pairs where x and x_shape are lists. x_init_value: where;
    random numbers where None. init_targets: operations to run first. (tf.compat.v1.test.compute_gradient)
    """
    session = tf.compat.v1.get_default_session()
    if init_targets is not None:
        session.run(init_targets)
    fed = dict(extra_feed_dict or {})
    several = isinstance(x, list)
    xs, shapes = (x, x_shape) if several else ([x], [x_shape])
    starts = x_init_value if several and x_init_value is not None else [x_init_value] * len(xs)
    points = [_point(*each) for each in zip(xs, shapes, starts)]
    weights = tf.compat.v1.placeholder(y.dtype, y_shape)
    gradients = tf.gradients(y, xs, weights)
    found = []
    for each, gradient in zip(xs, gradients):
        given = {**fed, **dict(zip(xs, points))}
        found.append(
            (
                _by_gradients(session, gradient, weights, given, np.prod(_sizes(y_shape), dtype=int)),
                _by_differences(session, each, y, given, delta),
            )
        )
    return found if several else found[0]


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Any = None,
) -> float:
    """The largest difference between the arrays of `compute_gradient` (tf.compat.v1.test.compute_gradient_error)."""
    pairs = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    pairs = pairs if isinstance(pairs, list) else [pairs]
    return float(max(np.fabs(a - b).max(initial=0.0) for a, b in pairs))


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in tf.TensorShape(shape))


def _point(x: Any, shape: Any, start: Any) -> np.ndarray:
    kind = x.dtype.as_numpy_dtype
    return np.random.random_sample(_sizes(shape)).astype(kind) if start is None else np.array(start, kind)


def _by_gradients(session: Any, gradient: Any, weights: Any, fed: dict[Any, Any], count: int) -> np.ndarray:
    columns = []
    for i in range(count):
        one = np.zeros(count, weights.dtype.as_numpy_dtype)
        one[i] = 1
        found = session.run(gradient, {**fed, weights: one.reshape(_sizes(weights.shape))})
        columns.append(np.asarray(found).reshape(-1))
    return np.stack(columns, 1)


def _by_differences(session: Any, x: Any, y: Any, fed: dict[Any, Any], delta: float) -> np.ndarray:
    rows = []
    for i in range(fed[x].size):
        ends = []
        for step in (-delta, delta):
            moved = fed[x].copy()
            moved.reshape(-1)[i] += step
            ends.append(np.asarray(session.run(y, {**fed, x: moved})).reshape(-1))
        rows.append((ends[1] - ends[0]) / (2 * delta))
    return np.stack(rows)


class StubOutForTesting:
    """Replaces attributes until `CleanUp`, or until it is left as a context (tf.compat.v1.test.StubOutForTesting)."""

    def __init__(self) -> None:
        self._patches: list[Any] = []

    def __enter__(self) -> StubOutForTesting:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.CleanUp()

    def CleanUp(self) -> None:
        """Puts back all that was replaced."""
        while self._patches:
            self._patches.pop().stop()

    UnsetAll = SmartUnsetAll = CleanUp

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:
        """Replaces an attribute of `parent`, which it must have."""
        patch = unittest.mock.patch.object(parent, child_name, new_child)
        patch.start()
        self._patches.append(patch)

    SmartSet = Set


def benchmark_config() -> Any:
    """A ConfigProto for benchmarks (tf.compat.v1.test.benchmark_config); the options are TensorFlow's runtime's."""
    return tf.compat.v1.ConfigProto()


__all__ = [
    "StubOutForTesting",
    "assert_equal_graph_def",
    "benchmark_config",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "test_src_dir_path",
]

__getattr__ = _module_getattr("tf.compat.v1.test", globals(), {})
