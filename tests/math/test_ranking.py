"""tf.math's functions of order and counts, as TensorFlow computes and differentiates them."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.math.{name}({arguments})"
            for name in ("argmax", "argmin")
            for arguments in (
                "f(3, 4)",
                "f(3, 4), 1",
                "f(3, 4), axis=-1",
                "f(3, 4), axis=tf.constant(1)",
                "f(3, 4), axis=2",
                "f(3, 4), axis=[0]",
                "f(3, 4), output_type=tf.int32",
                "f(3, 4), 0, tf.int16",
                "f(3, 4), output_type=tf.float32",
                "i(3, 4)",
                "x([2.0, 1.0, 2.0, 1.0])",
                "x([1.0, nan, 3.0, 0.0])",
                "x([inf, -inf, 3.0])",
                "[True, False, True]",
                "f(0)",
                "f(0, 3), 1",
                "f()",
                "['a', 'b']",
                "c(3)",
            )
        ]
    )
    + """
    tf.math.top_k(f(6), 3)
    tf.math.top_k(f(2, 5), 2)
    tf.math.top_k(f(2, 2, 5), k=2, sorted=True)
    tf.math.top_k(f(5))
    tf.math.top_k(x([1.0, 3.0, 3.0, 2.0, 3.0]), 2)
    tf.math.top_k([1, 3, 3, 2], 4)
    tf.math.top_k(x([1, 3, 3, 2], 'int64'), 3)
    tf.math.top_k(x([1, 3, 3, 2], 'uint8'), 3)
    tf.math.top_k(x([1.0, 3.0, 3.0, 2.0], 'float64'), 3)
    tf.math.top_k(x([1.0, 3.0, 3.0, 2.0], 'float16'), 3)
    tf.math.top_k(x([0.0, -0.0, 0.0, -1.0]), 4)
    tf.math.top_k(x([-inf, 3.0, inf]), 3)
    tf.math.top_k(f(3), 0)
    tf.math.top_k(f(3), 3)
    tf.math.top_k(f(3), 4)
    tf.math.top_k(f(3), -1)
    tf.math.top_k(f(), 1)
    tf.math.top_k(f(3), tf.constant(2))
    tf.math.top_k(f(3), 2, index_type=tf.int64)
    tf.math.top_k(f(3), 2, index_type=tf.float32)
    tf.math.top_k([True], 1)
    tf.math.top_k(f(0, 3), 2)
    tf.math.in_top_k([0, 1], f(2, 3), 1)
    tf.math.in_top_k([0, 1], f(2, 3), 2)
    tf.math.in_top_k([0, 5], f(2, 3), 3)
    tf.math.in_top_k([0, -1], f(2, 3), 3)
    tf.math.in_top_k([2, 2], [[1.0, nan, 3.0], [1.0, 1.0, 1.0]], 1)
    tf.math.in_top_k([2], [[1.0, inf, 3.0]], 3)
    tf.math.in_top_k([0], f(2, 3), 1)
    tf.math.in_top_k([[0]], f(2, 3), 1)
    tf.math.in_top_k([0], f(3), 1)
    tf.math.in_top_k([0, 1], f(2, 3), tf.constant(2, tf.int64))
    tf.math.in_top_k(tf.constant([0, 1]), f(2, 3, dtype='float64'), 1)
    tf.math.bincount([1, 2, 2, 5])
    tf.math.bincount([1, 2, 2, 5], minlength=8)
    tf.math.bincount([1, 2, 2, 5], maxlength=3)
    tf.math.bincount([1, 2, 2, 5], minlength=8, maxlength=3)
    tf.math.bincount([1, 2, 2], weights=[0.5, 1.0, 2.0])
    tf.math.bincount([1, 2, 2], dtype=tf.float32)
    tf.math.bincount([-1, 2])
    tf.math.bincount([])
    tf.math.bincount([[1, 2], [2, 2]])
    tf.math.bincount([[1, 2], [2, 2]], axis=-1)
    tf.math.bincount([[1, 2], [2, 2]], axis=0)
    tf.math.bincount([[1, 2], [2, 2]], axis=-1, binary_output=True)
    tf.math.bincount([[1, 2], [2, 2]], axis=-1, weights=[[1.0, 2.0], [3.0, 4.0]])
    tf.math.bincount([1, 1, 2], binary_output=True)
    tf.math.bincount([1, 1, 2], weights=[1, 1, 1], binary_output=True)
    tf.math.bincount([1.0, 2.0])
    tf.math.bincount([1, 2], weights=[1.0])
    tf.math.bincount([1, 2], axis=1)
    tf.math.bincount(3)
    tf.math.bincount(i(2, dtype='int64'), weights=[1, 2])
    tf.math.confusion_matrix([1, 2, 4], [2, 2, 4])
    tf.math.confusion_matrix([1, 2], [2, 2], num_classes=4)
    tf.math.confusion_matrix([1, 2], [2, 2], num_classes=2)
    tf.math.confusion_matrix([1, 2], [2, 2], weights=[0.5, 2.0])
    tf.math.confusion_matrix([1, 2], [2, 2], weights=[0.5, 2.0], dtype=tf.float32)
    tf.math.confusion_matrix([1, 2], [2, 2], weights=[0.5], dtype=tf.float32)
    tf.math.confusion_matrix([-1, 2], [2, 2])
    tf.math.confusion_matrix([1, 2], [2])
    tf.math.confusion_matrix([[1], [2]], [2, 2])
    tf.math.confusion_matrix([1, 2], [[2], [2]])
    tf.math.confusion_matrix([1.0, 2.0], [2.0, 2.0])
    tf.math.is_non_decreasing([1, 1, 2])
    tf.math.is_strictly_increasing([1, 1, 2])
    tf.math.is_strictly_increasing(f(2, 3))
    tf.math.is_strictly_increasing([])
    tf.math.is_non_decreasing([[1, 2], [3, 0]])
    tf.math.invert_permutation([2, 0, 1])
    tf.math.invert_permutation(x([2, 0, 1], 'int64'))
    tf.math.invert_permutation([2, 0, 3])
    tf.math.invert_permutation([2, 0, 0])
    tf.math.invert_permutation([[0]])
    tf.math.invert_permutation([0.0, 1.0])
    tf.math.polyval([f(), f(), f()], f(3))
    tf.math.polyval([f(3), f(3)], f(3))
    tf.math.polyval([], f(3))
    tf.math.polyval(3.0, 2.0)
    tf.math.polyval([1, 2, 3], 2)
    tf.math.sobol_sample(2, 3)
    tf.math.sobol_sample(5, 20)
    tf.math.sobol_sample(40, 30, skip=7, dtype=tf.float64)
    tf.math.sobol_sample(0, 5)
    tf.math.sobol_sample(3, -1)
    tf.math.approx_max_k(f(2, 5), 2)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_approximate_largest_and_smallest_as_one_op() -> None:
    x = tf.random.normal([3, 7])
    for largest, other in ((True, tf.math.approx_max_k), (False, tf.math.approx_min_k)):
        for dimension in (0, -1):
            got = tf.approx_top_k(x, 2, reduction_dimension=dimension, is_max_k=largest)
            for a, b in zip(got, other(x, 2, reduction_dimension=dimension)):
                tf.debugging.assert_equal(a, b)
