"""tf.sparse.concat, split and slice, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.sparse.concat(0, [s(2, 3), s(1, 3)])
    tf.sparse.concat(1, [s(2, 3), s(2, 4)])
    tf.sparse.concat(-1, [s(2, 3), s(2, 4), s(2, 2, first=1)])
    tf.sparse.concat(-2, [s(2, 3), s(2, 3)])
    tf.sparse.concat(1, [s(2, 3), s(2, 4)], name='both')
    tf.sparse.concat(1, [s(2, 3), s(3, 4)])
    tf.sparse.concat(1, [s(2, 3), s(3, 4)], True)
    tf.sparse.concat(0, [s(2, 3), s(3, 4)], expand_nonconcat_dims=True)
    tf.sparse.concat(-1, [s(2, 3), s(3, 4)], expand_nonconcat_dims=True)
    tf.sparse.concat(-2, [s(2, 3), s(3, 4)], expand_nonconcat_dims=True)
    tf.sparse.concat(1, [s(2, 3, 2), s(2, 1, 2)])
    tf.sparse.concat(0, [s(2, 3), s(6)])
    tf.sparse.concat(2, [s(2, 3), s(2, 3)])
    tf.sparse.concat(0, [s(2, 3)])
    tf.sparse.concat(0, [])
    tf.sparse.concat(0, s(2, 3))
    tf.sparse.concat(0, [s(2, 3), f(2, 3)])
    tf.sparse.concat(0, [s(2, 3), s(2, 3, dtype='float64')])
    tf.sparse.concat(0, [tf.SparseTensor([[0]], ['b'], [1]), tf.SparseTensor([[1]], ['a'], [2])])
    tf.sparse.concat(0, [s(0, 3), s(2, 3)])
    tf.sparse.concat(1, [tf.SparseTensor([[1, 0], [0, 0]], [1, 2], [2, 1]), s(2, 3, dtype='int32')])
    tf.sparse.split(s(4, 3), 2, 0)
    tf.sparse.split(s(2, 7), 3, 1)
    tf.sparse.split(sp_input=s(2, 7), num_split=2, axis=-1)
    tf.sparse.split(s(2, 3), 1, 1)
    tf.sparse.split(s(2, 3), 4, 1)
    tf.sparse.split(s(2, 3), 0, 1)
    tf.sparse.split(s(2, 3), 2, 2)
    tf.sparse.split(s(2, 3), 2, -2)
    tf.sparse.split(s(2, 3), 2)
    tf.sparse.split(s(2, 3), axis=0)
    tf.sparse.split(num_split=2, axis=0)
    tf.sparse.split(f(2, 3), 2, 0)
    tf.sparse.split(s(2, 3), 3, tf.constant(1))
    tf.sparse.split(s(2, 3), 3, tf.constant(1, tf.int64))
    tf.sparse.split(tf.SparseTensor([[0], [2]], ['a', 'b'], [4]), 2, 0)
    tf.sparse.slice(s(3, 5), [0, 0], [2, 3])
    tf.sparse.slice(s(3, 5), [1, 2], [2, 3])
    tf.sparse.slice(s(3, 5), [1, 2], [9, 9])
    tf.sparse.slice(s(3, 5), [1, 2], [0, 0])
    tf.sparse.slice(s(3, 5), [3, 5], [1, 1])
    tf.sparse.slice(s(3, 5), [4, 6], [1, 1])
    tf.sparse.slice(s(3, 5), [-1, 0], [2, 2])
    tf.sparse.slice(s(3, 5), [0, 0], [-1, 2])
    tf.sparse.slice(s(3, 5), [0], [1])
    tf.sparse.slice(s(3, 5), 0, 1)
    tf.sparse.slice(s(3, 5), tf.constant([0, 1], tf.int64), tf.constant([2, 2], tf.int64))
    tf.sparse.slice(s(3, 5), tf.constant([0, 1]), [2, 2])
    tf.sparse.slice(f(3, 5), [0, 0], [2, 2])
    tf.sparse.slice(s(2, 3, 4), [0, 1, 1], [2, 2, 2])
    tf.sparse.slice(tf.SparseTensor([[0], [2]], ['a', 'b'], [4]), [1], [2])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
