"""Functions that take tensors of any rank are saved for each: they run here and in TensorFlow."""

import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow

_ANY = tf.TensorSpec(None, tf.float32)


class _Module(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.count = tf.Variable(0.0)

    @tf.function(input_signature=[_ANY])
    def one(self, x: Any) -> dict[str, Any]:
        self.count.assign_add(tf.reduce_sum(x))
        return {"y": tf.nn.relu(x) * 2.0, "rank": tf.rank(x), "shape": tf.shape(x), "mean": tf.reduce_mean(x)}

    @tf.function(input_signature=[_ANY])
    def last(self, x: Any) -> Any:
        return tf.reduce_max(x, axis=-1)

    @tf.function(input_signature=[_ANY, _ANY])
    def two(self, x: Any, y: Any) -> Any:
        return tf.add(x, y)


def _inputs() -> list[np.ndarray]:
    return [np.arange(1 + n, dtype=np.float32).reshape([1] * n + [1 + n]) for n in range(4)]


def test_each_rank_has_its_graph(tmp_path: pathlib.Path) -> None:
    module = _Module()
    tf.saved_model.save(module, tmp_path, signatures={"last": module.last})
    loaded = tf.saved_model.load(tmp_path)
    for x in [np.float32(2.0), *_inputs()]:
        tf.nest.map_structure(np.testing.assert_array_equal, module.one(x), loaded.one(tf.constant(x)))
        np.testing.assert_array_equal(module.two(x, 1.0), loaded.two(tf.constant(x), tf.constant(1.0)))
        np.testing.assert_array_equal(module.count, loaded.count)
        if x.ndim:
            np.testing.assert_array_equal(module.last(x), loaded.signatures["last"](tf.constant(x))["output_0"])
    assert loaded.one.concrete_functions[0].structured_outputs["y"].shape.rank is None
    assert loaded.one.concrete_functions[0].structured_outputs["rank"].shape.rank == 0
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"takes arguments of the ranks \[\(1,\).*got \(0,\)"):
        loaded.last(tf.constant(1.0))
    tf.saved_model.save(loaded, tmp_path / "again")
    again = tf.saved_model.load(tmp_path / "again")
    np.testing.assert_array_equal(again.one(tf.ones((2, 1, 2)))["y"], np.full((2, 1, 2), 2.0))


@pytest.mark.oracle
def test_they_run_in_tensorflow(tmp_path: pathlib.Path) -> None:
    module = _Module()
    tf.saved_model.save(module, tmp_path, signatures={"last": module.last})
    found = ask_tensorflow(
        f"""
        loaded = tf.saved_model.load({str(tmp_path)!r})
        shapes = [(), (3,), (2, 1), (1, 2, 3)]
        results = [loaded.one(tf.fill(shape, 2.0)) for shape in shapes]
        sums = [loaded.two(tf.fill(shape, 2.0), tf.constant([1.0])) for shape in shapes]
        lasts = [loaded.signatures["last"](x=tf.fill(shape, 2.0))["output_0"] for shape in shapes[1:]]
        try:
            loaded.last(tf.constant(1.0))
            told = "nothing"
        except tf.errors.InvalidArgumentError as error:
            told = error.message
        answer([[[r["y"], r["rank"], r["shape"]] for r in results], sums, lasts, loaded.count, told])
        """
    )
    shapes = [(), (3,), (2, 1), (1, 2, 3)]
    results, sums, lasts, count, told = found
    assert results == [[np.full(s, 4.0).tolist(), len(s), list(s)] for s in shapes]
    assert sums == [(np.full(s, 2.0) + np.ones(1)).tolist() for s in shapes]
    assert lasts == [np.full(s[:-1], 2.0).tolist() for s in shapes[1:]]
    assert count == 2.0 * (1 + 3 + 2 + 6)
    assert "was saved for arguments of the ranks" in told
