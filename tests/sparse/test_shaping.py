"""tf.sparse's functions that give other shapes and orders, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.sparse.reorder(tf.SparseTensor([[2, 0], [0, 3], [0, 1], [3, 1]], x([1., 2., 3., 4.]), [4, 5]))
    tf.sparse.reorder(tf.SparseTensor([[2, 0], [0, 3], [0, 1]], ['a', 'b', 'c'], [4, 5]))
    tf.sparse.reorder(tf.SparseTensor([[2], [0], [1]], [True, False, True], [4]))
    tf.sparse.reorder(tf.SparseTensor([[5], [0]], [1, 2], [4]))
    tf.sparse.reorder(s(2, 2, 3))
    tf.sparse.reorder(s(0, 3))
    tf.sparse.reorder([1])
    tf.sparse.reorder(tf.compat.v1.SparseTensorValue([[1], [0]], [1, 2], [2]))
    tf.sparse.reshape(s(2, 3, 6), [9, -1])
    tf.sparse.reshape(s(2, 3, 6), [-1])
    tf.sparse.reshape(s(2, 3, 6), [36, 1])
    tf.sparse.reshape(s(2, 3, 6), tf.constant([6, 6]))
    tf.sparse.reshape(s(2, 3, 6), tf.constant([6, -1], tf.int64))
    tf.sparse.reshape(s(2, 3, 6), [5, -1])
    tf.sparse.reshape(s(2, 3, 6), [5, 5])
    tf.sparse.reshape(s(2, 3, 6), [-1, -1])
    tf.sparse.reshape(s(2, 3, 6), [-2, 3])
    tf.sparse.reshape(s(2, 3, 6), [0, -1])
    tf.sparse.reshape(s(0, 3), [3, -1])
    tf.sparse.reshape(s(0, 3), [0, 7])
    tf.sparse.reshape(s(0, 3), [0, -1])
    tf.sparse.reshape(tf.SparseTensor([[0, 1], [1, 0]], ['a', 'b'], [2, 2]), [4])
    tf.sparse.reshape(s(4), [[2, 2]])
    tf.sparse.reshape(s(4), [2.0, 2.0])
    tf.sparse.reshape(s(4), 4)
    tf.sparse.transpose(s(3, 4))
    tf.sparse.transpose(s(2, 3, 4))
    tf.sparse.transpose(s(2, 3, 4), [1, 0, 2])
    tf.sparse.transpose(s(2, 3, 4), perm=tf.constant([2, 0, 1]))
    tf.sparse.transpose(tf.SparseTensor([[0, 1], [1, 0]], ['a', 'b'], [2, 3]))
    tf.sparse.transpose(s(5))
    tf.sparse.transpose(s(2, 3), [0, 5])
    tf.sparse.transpose(s(2, 3), [0, -1])
    tf.sparse.expand_dims(s(3, 4))
    tf.sparse.expand_dims(s(3, 4), 0)
    tf.sparse.expand_dims(s(3, 4), 1)
    tf.sparse.expand_dims(s(3, 4), 2)
    tf.sparse.expand_dims(s(3, 4), -1)
    tf.sparse.expand_dims(s(3, 4), -3)
    tf.sparse.expand_dims(s(3, 4), tf.constant(1))
    tf.sparse.expand_dims(s(3, 4), 3)
    tf.sparse.expand_dims(s(3, 4), -4)
    tf.sparse.expand_dims(s(3, 4), 1.0)
    tf.sparse.expand_dims(tf.SparseTensor([[1]], ['a'], [3]), 0)
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], x([1., 2.]), [4, 5]))
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [4, 5]), [4, 7])
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [4, 5]), tf.constant([6, 5]))
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [4, 5]), [4, 4])
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [4, 5]), [4])
    tf.sparse.reset_shape(tf.SparseTensor([[0, 0], [0, 2]], [1, 2], [4, 5]), [[4, 5]])
    tf.sparse.reset_shape(s(0, 3))
    tf.sparse.reset_shape(3)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
