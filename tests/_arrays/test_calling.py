"""Python functions as ops, as TensorFlow has them and differentiates them."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.py_function(lambda v: v * v, [f(3)], tf.float32)
    tf.py_function(lambda v, w: (v * w, v + w), [f(3), f(3)], [tf.float32, tf.float32])
    tf.numpy_function(lambda v: np.sin(v), [f(3)], tf.float32)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_py_function_takes_and_gives_composite_tensors() -> None:
    sparse, spec = tf.SparseTensor([[0]], [1.0], [2]), tf.SparseTensorSpec([2])
    for run in (lambda f: f, tf.function):
        doubled = run(lambda s: tf.py_function(lambda x: x * 2.0, [s], spec))(sparse)
        assert isinstance(doubled, tf.SparseTensor)
        assert doubled.values.numpy().tolist() == [2.0]
        dense = run(lambda s: tf.py_function(tf.sparse.to_dense, [s], tf.TensorSpec([2])))(sparse)
        assert dense.numpy().tolist() == [1.0, 0.0]
    rows = tf.py_function(
        lambda r: [r * 2, 1], [tf.ragged.constant([[1], []])], [tf.RaggedTensorSpec([2, None], tf.int32), tf.int32]
    )
    assert rows[0].to_list() == [[2], []]
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not match Tout"):
        tf.py_function(lambda s: s * 2.0, [sparse], tf.SparseTensorSpec([3]))
