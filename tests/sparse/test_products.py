"""tf.sparse.sparse_dense_matmul and sampled_addmm, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

DTYPES = ["int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "bool", "int8"]
ADJOINTS = [(False, False), (True, False), (False, True), (True, True)]


def _shapes(a: bool, b: bool) -> str:
    return f"s({'4, 3' if a else '3, 4'}), f({'2, 4' if b else '4, 2'}), {a}, {b}"


facts = Facts(
    __file__,
    "\n".join(f"tf.sparse.sparse_dense_matmul({_shapes(a, b)})" for a, b in ADJOINTS)
    + "\n"
    + "\n".join(
        f"tf.sparse.sparse_dense_matmul(tf.SparseTensor([[0, 1], [2, 0]], c(2), [3, 3]), c(3, 3), {a}, {b})"
        for a, b in ADJOINTS
    )
    + "\n"
    + "\n".join(
        f"tf.sparse.sparse_dense_matmul(c(3, 3), tf.SparseTensor([[0, 1], [2, 0]], c(2), [3, 3]), {a}, {b})"
        for a, b in ADJOINTS
    )
    + "\n"
    + "\n".join(
        f"tf.sparse.sparse_dense_matmul(tf.SparseTensor([[0, 1], [1, 0]], tf.cast([3, 2], tf.{d}), [2, 2]), "
        f"tf.cast([[1, 2], [3, 4]], tf.{d}))"
        for d in DTYPES
    )
    + """
    tf.sparse.sparse_dense_matmul(f(2, 3), s(3, 4))
    tf.sparse.sparse_dense_matmul(s(3, 4), f(3, 4))
    tf.sparse.sparse_dense_matmul(s(3, 4), f(4))
    tf.sparse.sparse_dense_matmul(s(3, 4), f(4, 0))
    tf.sparse.sparse_dense_matmul(s(0, 4), f(4, 2))
    tf.sparse.sparse_dense_matmul(s(3, 0), f(0, 2))
    tf.sparse.sparse_dense_matmul(s(2, 3, 4), f(4, 2))
    tf.sparse.sparse_dense_matmul(s(3, 4), s(4, 2))
    tf.sparse.sparse_dense_matmul(s(3, 4), f(4, 2, dtype='float64'))
    tf.sparse.sparse_dense_matmul(f(3, 4), f(4, 2))
    tf.sparse.sparse_dense_matmul(s(3, 4), [[1.], [2.], [3.], [4.]])
    tf.sparse.sparse_dense_matmul(tf.SparseTensor([[0, 9]], x([1.]), [3, 4]), f(4, 2))
    tf.sparse.sparse_dense_matmul(tf.SparseTensor([[9, 0]], x([1.]), [3, 4]), f(4, 2))
    tf.sparse.sparse_dense_matmul(tf.SparseTensor([[1, 0], [0, 1], [1, 0]], x([1., 2., 3.]), [3, 4]), f(4, 2))
    tf.sparse.sparse_dense_matmul(tf.SparseTensor([[0, 1]], x([0.]), [2, 2]), x([[nan, 1.], [inf, 2.]]))
    tf.sparse.sampled_addmm([[0, 0], [1, 1]], x([0.5, 0.3]), [2, 2], f(2, 3), f(3, 2), alpha=0.75, beta=0.25)
    tf.sparse.sampled_addmm([[[0, 1], [1, 0]], [[0, 0], [1, 0]]], f(2, 2), [2, 2], f(2, 2, 3), f(2, 3, 2))
    tf.sparse.sampled_addmm([[0, 0]], [1.0], [2, 3], f(2, 3), f(3, 2))
    tf.sparse.sampled_addmm([[0, 0]], [1.0], [2, 2], f(2, 3), f(3, 2), output_type=tf.float64)
    tf.sparse.sampled_addmm([[0, 0]], [1], [2, 2], np.ones([2, 3]), np.ones([3, 2]), output_type=tf.float64)
    tf.sparse.sampled_addmm([[0, 5]], [1.0], [2, 2], f(2, 3), f(3, 2))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
