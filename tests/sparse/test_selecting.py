"""tf.sparse.retain, mask and fill_empty_rows, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.sparse.retain(s(3, 2), [True, False, True])
    tf.sparse.retain(s(3, 2), [False, False, False])
    tf.sparse.retain(s(3, 2), [True, False])
    tf.sparse.retain(s(3, 2), [[True, False, True]])
    tf.sparse.retain(s(3, 2), True)
    tf.sparse.retain(s(3, 2), [1, 0, 1])
    tf.sparse.retain(f(3), [True, False, True])
    tf.sparse.retain(tf.SparseTensor([[0], [2]], ['a', 'b'], [4]), [False, True])
    (lambda m: (m.values, m.dense_shape))(tf.sparse.mask(tf.IndexedSlices(f(2, 2), [4, 1], tf.constant([9, 2])), [4]))
    (lambda m: (m.values, m.indices))(tf.sparse.mask(tf.IndexedSlices(f(3), [4, 1, 5]), [4, 2, 7]))
    (lambda m: (m.values, m.indices))(tf.sparse.mask(tf.IndexedSlices(f(3), [4, 1, 5]), []))
    tf.sparse.fill_empty_rows(s(4, 3, every=5), 7)
    tf.sparse.fill_empty_rows(s(4, 3, every=5), x(0.5))
    tf.sparse.fill_empty_rows(s(4, 3), 7)
    tf.sparse.fill_empty_rows(s(3, 2, 2, every=7), 7.5)
    tf.sparse.fill_empty_rows(tf.SparseTensor([[2, 1], [0, 1], [0, 0]], x([1., 2., 3.]), [4, 2]), 9)
    tf.sparse.fill_empty_rows(tf.SparseTensor([[2], [0]], ['a', 'b'], [4]), '?')
    tf.sparse.fill_empty_rows(tf.SparseTensor(np.zeros([0, 2]), x([]), [3, 2]), x(1.))
    tf.sparse.fill_empty_rows(tf.SparseTensor(np.zeros([0, 2]), x([]), [0, 2]), x(1.))
    tf.sparse.fill_empty_rows(tf.SparseTensor([[0, 0]], x([1.]), [0, 2]), x(1.))
    tf.sparse.fill_empty_rows(tf.SparseTensor([[5, 0]], x([1.]), [3, 2]), x(1.))
    tf.sparse.fill_empty_rows(s(4, 3), [7.0])
    tf.sparse.fill_empty_rows(s(4, 3, dtype='int32'), 7.5)
    tf.sparse.fill_empty_rows(f(3), 1)
    tf.ragged_fill_empty_rows(tf.constant([0, 0, 2], tf.int64), f(3), tf.constant(4, tf.int64), x(9.))
    tf.ragged_fill_empty_rows(tf.constant([2, 0], tf.int64), ['a', 'b'], tf.constant(3, tf.int64), '?')
    tf.ragged_fill_empty_rows(tf.constant([5], tf.int64), f(1), tf.constant(3, tf.int64), x(9.))
    tf.ragged_fill_empty_rows(tf.constant([0], tf.int64), f(1), tf.constant(3, tf.int64), x([9.]))
    tf.ragged_fill_empty_rows(tf.constant([], tf.int64), f(0), tf.constant(2, tf.int64), x(9.))
    tf.ragged_fill_empty_rows_grad(tf.constant([0, 3], tf.int64), f(4))
    tf.ragged_fill_empty_rows_grad(tf.constant([0, 9], tf.int64), f(4))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
