"""tf.sparse.from_dense, to_dense, to_indicator and eye, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

DTYPES = ["bool", "int8", "int32", "int64", "uint8", "float16", "bfloat16", "float32", "float64", "complex64"]

facts = Facts(
    __file__,
    "\n".join(f"tf.sparse.from_dense(tf.cast([[0, 1, 0], [2, 0, 3]], tf.{d}))" for d in DTYPES)
    + "\n"
    + "\n".join(
        f"tf.sparse.to_dense(tf.SparseTensor([[0, 1], [1, 0]], tf.cast([3, 1], tf.{d}), [2, 3]))" for d in DTYPES
    )
    + """
    tf.sparse.from_dense([['a', ''], ['', 'b']])
    tf.sparse.from_dense([[-0.0, 0.0, nan, inf]])
    tf.sparse.from_dense(f(2, 3))
    tf.sparse.from_dense(5.0)
    tf.sparse.from_dense(0.0)
    tf.sparse.from_dense(tf.zeros([0, 3]))
    tf.sparse.from_dense([0, 0, 3, 0, 1])
    tf.sparse.from_dense(np.eye(3))
    tf.sparse.from_dense(f(2, 2, 2))
    tf.sparse.to_dense(s(3, 4))
    tf.sparse.to_dense(s(3, 4), 7)
    tf.sparse.to_dense(s(3, 4), x(0.5))
    tf.sparse.to_dense(s(3, 4), default_value=[1.0, 2.0])
    tf.sparse.to_dense(s(3, 4), default_value=tf.constant(1))
    tf.sparse.to_dense(s(3, 4, dtype='int32'), 1.5)
    tf.sparse.to_dense(s(2, 3, 2))
    tf.sparse.to_dense(s(6))
    tf.sparse.to_dense(s(0, 3))
    tf.sparse.to_dense(tf.SparseTensor([[1], [0]], [1.0, 2.0], [3]))
    tf.sparse.to_dense(tf.SparseTensor([[1], [0]], x([1.0, 2.0]), [3]), validate_indices=False)
    tf.sparse.to_dense(tf.SparseTensor([[1], [1]], [1.0, 2.0], [3]))
    tf.sparse.to_dense(tf.SparseTensor([[1], [1]], x([1.0, 2.0]), [3]), validate_indices=False)
    tf.sparse.to_dense(tf.SparseTensor([[3]], [1.0], [3]))
    tf.sparse.to_dense(tf.SparseTensor([[3]], [1.0], [3]), validate_indices=False)
    tf.sparse.to_dense(tf.SparseTensor([[-1]], [1.0], [3]))
    tf.sparse.to_dense(tf.SparseTensor([[0, 1], [1, 0]], ['a', 'b'], [2, 2]))
    tf.sparse.to_dense(tf.SparseTensor([[0, 1], [1, 0]], ['a', 'b'], [2, 2]), '?')
    tf.sparse.to_dense(tf.SparseTensor(np.zeros([1, 0]), x([4.0]), np.zeros([0], np.int64)))
    tf.sparse.to_dense(tf.compat.v1.SparseTensorValue([[0]], [1], [2]))
    tf.sparse.to_dense([1, 2])
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [0, 1], [2, 3]], [1, 0, 4], [3, 4]), 5)
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [2, 3]], tf.constant([1, 4], tf.int64), [3, 4]), tf.constant(6))
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [2, 3]], [1, 4], [3, 4]), 4)
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [2, 3]], [1, -4], [3, 4]), 4)
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0, 0], [1, 1, 1]], [1, 2], [2, 2, 2]), 3)
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0]], [1.0], [3, 4]), 4)
    tf.sparse.to_indicator(tf.SparseTensor([[0, 0]], [1], [3, 4]), 4.0)
    tf.sparse.to_indicator(tf.SparseTensor([[1], [0]], [1, 1], [3]), 4)
    tf.sparse.eye(3)
    tf.sparse.eye(2, 4)
    tf.sparse.eye(4, 2, tf.int32)
    tf.sparse.eye(tf.constant(2), tf.constant(3), dtype=tf.float64)
    tf.sparse.eye(0)
    tf.sparse.eye(2.0)
    tf.sparse.eye([2])
    tf.sparse.eye(-1)
    tf.sparse.eye(3, dtype='bool')
    tf.compat.v1.sparse_to_dense([[0, 1], [1, 0]], [2, 2], [5, 6])
    tf.compat.v1.sparse_to_dense([0, 3], [4], 1, 9)
    tf.compat.v1.sparse_to_dense(2, [4], 1)
    tf.compat.v1.sparse_to_dense([3, 0], [4], [1, 2])
    tf.compat.v1.sparse_to_dense([3, 0], [4], [1, 2], validate_indices=False)
    tf.compat.v1.sparse_to_dense([3, 0], [4, 4], [1, 2])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
