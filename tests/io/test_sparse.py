"""tf.io.serialize_sparse and its relatives, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.io.serialize_sparse(s(3, 4))
    tf.io.serialize_sparse(tf.SparseTensor([[0], [2]], ['a', 'b'], [4]))
    tf.io.serialize_sparse(tf.compat.v1.SparseTensorValue([[0]], [1], [2]))
    tf.io.serialize_sparse([1])
    tf.io.serialize_many_sparse(s(3, 4))
    tf.io.serialize_many_sparse(s(3, 4, 2, every=7))
    tf.io.serialize_many_sparse(s(0, 4))
    tf.io.serialize_many_sparse(s(4))
    tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(s(3, 4)), tf.float32)
    tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(s(3, 4, 2, every=7)), tf.float32, rank=3)
    tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(s(3, 4)), tf.float32, rank=3)
    tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(s(3, 4)), tf.int32)
    tf.io.deserialize_many_sparse([tf.io.serialize_sparse(s(3, 4)), tf.io.serialize_sparse(s(2, 7))], tf.float32)
    tf.io.deserialize_many_sparse([tf.io.serialize_sparse(s(3, 4)), tf.io.serialize_sparse(s(7))], tf.float32)
    tf.io.deserialize_many_sparse(tf.io.serialize_sparse(s(3, 4)), tf.float32)
    tf.io.deserialize_many_sparse([['a', 'b', 'c']], tf.float32)
    tf.io.deserialize_many_sparse([['a', 'b']], tf.float32)
    tf.io.deserialize_many_sparse(np.zeros([0, 3], object), tf.float32)
    tf.io.deserialize_many_sparse([tf.io.serialize_sparse(tf.SparseTensor([[0], [2]], ['a', 'b'], [4]))], tf.string)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
