"""tf.sparse.bincount, and tf.math.bincount of sparse tensors, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

OPTIONS = (
    *("", ", minlength=8", ", maxlength=3", ", minlength=2, maxlength=9", ", minlength=9, maxlength=4"),
    *(", binary_output=True", ", axis=-1", ", axis=-1, minlength=8", ", axis=-1, maxlength=3", ", axis=1", ", axis=0"),
    *(", axis=None", ", axis=-1, binary_output=True", ", minlength=0, maxlength=0"),
)
SPARSE = "tf.SparseTensor([[0, 0], [0, 2], [2, 1], [2, 2]], [1, 1, 5, {}], [4, 3])"
WEIGHTS = "tf.SparseTensor([[0, 0], [0, 2], [2, 1], [2, 2]], [1.5, 2.0, 0.5, 4.0], [4, 3])"

facts = Facts(
    __file__,
    "\n".join(
        f"tf.sparse.bincount({value}{o}, {w})" if w else f"tf.sparse.bincount({value}{o})"
        for value, weights in (
            ("[[1, 1, 5], [0, 2, 1]]", "weights=[[1.5, 2.0, 0.5], [4.0, 1.0, 1.0]]"),
            (SPARSE.format(0), f"weights={WEIGHTS}"),
        )
        for o in OPTIONS
        for w in ("", weights)
    )
    + "\n"
    + "\n".join(
        f"tf.math.bincount({SPARSE.format(0)}{o}, {w})" if w else f"tf.math.bincount({SPARSE.format(0)}{o})"
        for o in OPTIONS
        for w in ("", f"weights={WEIGHTS}", "dtype=tf.float32")
    )
    + """
    tf.sparse.bincount([1, 1, 5])
    tf.sparse.bincount([1, 1, 5], axis=-1)
    tf.sparse.bincount(3)
    tf.sparse.bincount([])
    tf.sparse.bincount(tf.constant([], tf.int32))
    tf.sparse.bincount([[[1, 2]]], axis=-1)
    tf.sparse.bincount([1.0, 2.0])
    tf.sparse.bincount([1, -2])
    tf.sparse.bincount(tf.constant([1, 1], tf.int64), weights=[1, 2])
    tf.sparse.bincount([1, 1], weights=[1.0, 2.0, 3.0])
    tf.sparse.bincount([1, 1], weights=[1.0, 2.0], binary_output=True)
    tf.sparse.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), axis=-1)
    tf.sparse.bincount(tf.SparseTensor([[0, 0, 0]], [1], [2, 2, 2]), axis=-1)
    tf.sparse.bincount(tf.SparseTensor(np.zeros([0, 2]), tf.constant([], tf.int32), [2, 3]), axis=-1)
    tf.sparse.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), weights=[1.0, 2.0])
    tf.sparse.bincount([1, 3], weights=tf.SparseTensor([[0], [2]], [1, 3], [4]))
    tf.sparse.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), weights=tf.SparseTensor([[0], [1]], [1, 3], [4]))
    tf.sparse.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), weights=tf.SparseTensor([[0], [2]], [1, 3], [5]))
    tf.math.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), weights=[1.0, 2.0])
    tf.math.bincount(tf.SparseTensor([[0], [2]], [1.0, 3.0], [4]))
    tf.math.bincount(tf.SparseTensor([[0], [2]], [1, -3], [4]))
    tf.math.bincount(tf.SparseTensor([[0], [2]], [1, 3], [4]), axis=-1)
    tf.math.bincount(tf.SparseTensor([[0, 1], [1, 0]], tf.constant([1, 3], tf.int64), [2, 2]), axis=-1)
    tf.sparse.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]), axis=-1)
    tf.sparse.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]))
    tf.sparse.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]), axis=-1, maxlength=3)
    tf.sparse.bincount(tf.ragged.constant([[1, 2]]), axis=-1, weights=tf.ragged.constant([[1.5, 2.5]]))
    tf.sparse.bincount(tf.ragged.constant([[1, 2]]), axis=-1, weights=[1.5, 2.5])
    tf.math.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]))
    tf.math.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]), axis=-1)
    tf.math.bincount(tf.ragged.constant([[1, 2], [], [5, 1, 1]]), axis=-1, binary_output=True, dtype=tf.float32)
    tf.math.bincount(tf.ragged.constant([[1, 2], [5]]), axis=-1, weights=tf.ragged.constant([[1.5, 2.5], [3.0]]))
    tf.math.bincount([1, 2], weights=tf.SparseTensor([[0], [2]], [1, 3], [4]))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
