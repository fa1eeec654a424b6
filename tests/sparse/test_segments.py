"""tf.sparse.segment_sum, segment_mean and segment_sqrt_n, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

DTYPES = ["int8", "int32", "int64", "uint8", "float16", "bfloat16", "float32", "float64", "complex64", "bool"]
CASES = (
    *("f(4, 3), [0, 1], [0, 0]", "f(4, 3), [0, 1], [0, 1]", "f(4, 3), [3, 1, 3], [0, 2, 2]", "f(4), [3, 1], [1, 1]"),
    *("f(4, 3), [0, 1], [0, 1], 4", "f(4, 3), [0, 1], [0, 3], num_segments=3", "f(4, 3), [0, 1], [0, 1], -1"),
    *("f(4, 3), [0, 1], [0, 1], tf.constant(2)", "f(4, 3), [0, 4], [0, 1]", "f(4, 3), [0, -1], [0, 1]"),
    *("f(4, 3), [0, 1], [1, 0]", "f(4, 3), [0, 1], [-1, 0]", "f(4, 3), [0, 1], [0]", "f(4, 3), [[0, 1]], [[0, 1]]"),
    *("tf.ones([4, 3]), [], []", "x(1.), [0], [0]"),
    *("tf.ones([4, 3]), tf.constant([], tf.int32), tf.constant([], tf.int32), 2", "f(4, 3), 1, 0", "f(4, 0), [0], [0]"),
    *("f(4, 3), tf.constant([1], tf.int64), tf.constant([0], tf.int64)", "f(4, 3), [0.0], [0]"),
    "f(4, 3), [0, 1, 2], [0, 0, 1], sparse_gradient=True",
)

facts = Facts(
    __file__,
    "\n".join(f"tf.sparse.segment_{name}({case})" for name in ("sum", "mean", "sqrt_n") for case in CASES)
    + "\n"
    + "\n".join(
        f"tf.sparse.segment_{name}(tf.cast([[1, 2], [3, 4], [0, 1]], tf.{d}), [0, 1, 2], [0, 0, 1])"
        for name in ("sum", "mean", "sqrt_n")
        for d in DTYPES
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
