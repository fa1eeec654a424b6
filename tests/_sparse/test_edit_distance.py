"""tf.edit_distance, as TensorFlow computes it."""

import pytest

from tests.facts import Facts

HYPOTHESIS = 'tf.SparseTensor([[0,0,0],[1,0,0]],["a","b"],(2,1,1))'
TRUTH = 'tf.SparseTensor([[0,1,0],[1,0,0],[1,0,1],[1,1,0]],["a","b","c","a"],(2,2,2))'

facts = Facts(
    __file__,
    f"""
    tf.edit_distance({HYPOTHESIS},{TRUTH})
    tf.edit_distance({HYPOTHESIS},{TRUTH}, normalize=False)
    tf.edit_distance(s(3, 6, dtype='int32', high=4), s(3, 5, dtype='int32', every=3, high=4))
    tf.edit_distance(s(3, 6, dtype='int32', high=4), s(3, 5, dtype='int32', every=3, high=4), False)
    tf.edit_distance(s(2, 2, 6, dtype='int64', low=0, high=2), s(2, 2, 8, dtype='int64', every=3, low=0, high=2), False)
    tf.edit_distance(s(3, 6), s(3, 5))
    tf.edit_distance(tf.SparseTensor([[0, 0]], [True], [1, 2]), tf.SparseTensor([[0, 1]], [True], [1, 2]))
    tf.edit_distance(s(6, dtype='int32'), s(5, dtype='int32'))
    tf.edit_distance(s(3, 6, dtype='int32'), s(3, 5, dtype='int64'))
    tf.edit_distance(s(3, 6, dtype='int32'), s(3, 1, 5, dtype='int32'))
    tf.edit_distance(s(3, 6, dtype='int32'), s(2, 5, dtype='int32'))
    tf.edit_distance(s(0, 6, dtype='int32'), s(2, 5, dtype='int32'))
    tf.edit_distance(s(3, 0, dtype='int32'), s(3, 0, dtype='int32'))
    tf.edit_distance([1], s(2, 5, dtype='int32'))
    tf.edit_distance(s(2, 5, dtype='int32'), [1])
    tf.edit_distance(s(2, 2, 6, dtype='int32'), s(2, 3, 6, dtype='int32'))
    tf.edit_distance(tf.SparseTensor([[0, 1], [0, 0]], [1, 2], [2, 2]), s(2, 5, dtype='int32'))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
