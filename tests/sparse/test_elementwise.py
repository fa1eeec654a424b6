"""tf.sparse.add, maximum, minimum, softmax, map_values and the operators, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

DTYPES = ["int8", "int32", "int64", "uint8", "float16", "bfloat16", "float32", "float64", "complex64", "bool"]
PAIR = (
    "tf.SparseTensor([[0], [2]], tf.cast([6, 1], tf.{0}), [4]), "
    "tf.SparseTensor([[1], [2]], tf.cast([3, 2], tf.{0}), [4])"
)

facts = Facts(
    __file__,
    "\n".join(f"tf.sparse.{name}({PAIR.format(d)})" for name in ("add", "maximum", "minimum") for d in DTYPES)
    + "\n"
    + "\n".join(
        f"tf.SparseTensor([[0], [2]], tf.cast([7, 1], tf.{d}), [4]) {sign} tf.cast([2, 2, 2, 4], tf.{d})"
        for sign in "*/"
        for d in DTYPES
    )
    + """
    tf.sparse.add(s(3, 4), s(3, 4, every=3))
    tf.sparse.add(s(3, 4), s(3, 4, every=3), threshold=0.5)
    tf.sparse.add(s(3, 4), s(3, 4), tf.constant(1.0))
    tf.sparse.add(s(3, 4), s(3, 4), threshold=tf.constant(1))
    tf.sparse.add(tf.SparseTensor([[0], [1]], x([nan, inf]), [3]), tf.SparseTensor([[0], [1]], x([1.0, -inf]), [3]))
    tf.sparse.add(tf.SparseTensor([[0]], c(1), [3]), tf.SparseTensor([[0], [1]], c(2), [3]))
    tf.sparse.add(s(3, 4), f(3, 4))
    tf.sparse.add(f(3, 4), s(3, 4))
    tf.sparse.add(f(3, 4), tf.SparseTensor([[0, 0], [0, 0]], x([1., 2.]), [3, 4]))
    tf.sparse.add(s(3, 4), f(4))
    tf.sparse.add(s(3, 4), f(3, 1))
    tf.sparse.add(s(3, 4), s(4, 3))
    tf.sparse.add(s(3, 4), s(12))
    tf.sparse.add(f(3, 4), f(3, 4))
    tf.sparse.add(s(3, 4), f(3, 4, dtype='float64'))
    tf.sparse.add(s(3, 4), s(3, 4, dtype='float64'))
    tf.sparse.add(s(3, 4), [[1.] * 4] * 3)
    tf.sparse.add(s(0, 3), s(0, 3))
    tf.sparse.add(tf.SparseTensor([[5]], [1.0], [3]), f(3))
    tf.sparse.add(tf.compat.v1.SparseTensorValue([[0]], [1], [2]), tf.SparseTensor([[0]], [1], [2]))
    tf.sparse.maximum(s(3, 4), s(3, 4, every=3))
    tf.sparse.minimum(s(3, 4), s(3, 4, every=3))
    tf.sparse.maximum(s(3, 4), s(4, 3))
    tf.sparse.maximum(s(3, 4), s(3, 4, dtype='float64'))
    tf.sparse.maximum(s(3, 4), f(3, 4))
    tf.sparse.softmax(s(3, 4))
    tf.sparse.softmax(s(2, 3, 4, every=3))
    tf.sparse.softmax(s(3, 4, dtype='float64', low=50, high=900))
    tf.sparse.softmax(s(3, 4, dtype='float16'))
    tf.sparse.softmax(s(4))
    tf.sparse.softmax(s(3, 4, dtype='int32'))
    tf.sparse.softmax(s(0, 3))
    tf.sparse.softmax(tf.SparseTensor([[1, 0], [0, 0]], [1., 2.], [2, 2]))
    tf.sparse.softmax(tf.SparseTensor([[0, 0], [0, 1], [1, 0]], x([nan, 2., inf]), [2, 2]))
    tf.sparse.map_values(tf.exp, s(3, 4))
    tf.sparse.map_values(tf.add, s(3, 4), 5)
    tf.sparse.map_values(tf.add, s(3, 4), s(3, 4))
    tf.sparse.map_values(tf.add_n, [s(3, 4), s(3, 4)])
    tf.sparse.map_values(tf.add, s(3, 4), s(3, 4, first=1))
    tf.sparse.map_values(tf.add, s(3, 4), tf.SparseTensor(s(3, 4).indices, x([1.] * 6), [4, 4]))
    tf.sparse.map_values(tf.exp, f(3))
    tf.sparse.map_values(tf.ones_like, s(3, 4), dtype=tf.int32)
    tf.sparse.map_values(tf.reduce_sum, s(3, 4))
    tf.sparse.map_values(tf.strings.length, tf.SparseTensor([[1]], ['abc'], [3]))
    s(3, 4) * f(3, 4)
    s(3, 4) * f(4)
    s(3, 4) * f(3, 1)
    s(3, 4) * f(1, 4)
    s(3, 4) * x(2.5)
    s(3, 4) * f(2, 3, 4)
    s(3, 4) * f(3, 3)
    s(3, 4) * 2
    s(3, 4) * f(4, dtype='float64')
    s(3, 4) * s(3, 4)
    s(3, 4) * 'a'
    s(3, 4) * None
    f(3, 4) * s(3, 4)
    tf.Variable(tf.ones([4])) * s(3, 4)
    2 * s(3, 4)
    s(3, 4) / f(4)
    s(3, 4) / 2
    s(3, 4) / f(3, 1)
    s(3, 4, dtype='int32') / 2
    s(3, 4, dtype='int32') / tf.constant(0)
    s(3, 4) / x(0.0)
    s(3, 4) / x([1.0, 0.0, 1.0, 1.0])
    f(4) / s(3, 4)
    s(3, 4) + s(3, 4)
    tf.multiply(s(3, 4), f(4))
    tf.SparseTensor([[0], [9]], x([1., 2.]), [3]) * f(3)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
