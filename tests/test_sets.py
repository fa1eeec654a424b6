"""tf.sets, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

NAMES = ["intersection", "union", "difference"]
DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "bool"]
A = "tf.SparseTensor([[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]], [2, 1, 3, 4, 6, 5], [2, 2, 2])"
B = "tf.SparseTensor([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 2]], [1, 4, 5, 9, 6], [2, 2, 4])"
D = "[[[1, 2], [3, 3]], [[4, 0], [5, 6]]]"

PAIRS = [
    *(f"{A}, {B}", f"{D}, {B}", f"{A}, {D}", f"{D}, [[[2, 9, 2], [3, 0, 1]], [[0, 0, 0], [1, 2, 3]]]"),
    *(
        "[[1, 2, 3]], [[3, 1]]",
        "[[1, 2]], [[1, 2], [3, 4]]",
        "[1, 2], [1, 2]",
        "1, 2",
        "[['b', 'a', 'c']], [['a', 'd']]",
    ),
    *(f"{A}, {B}, validate_indices=False", f"{A}, [[1]]", "[[1.0]], [[1.0]]", "[[1]], tf.constant([[1]], tf.int64)"),
    *("[[1, 2]], tf.zeros([1, 0], tf.int32)", "tf.zeros([0, 2], tf.int32), tf.zeros([0, 3], tf.int32)"),
    "tf.SparseTensor([[1, 0], [0, 0]], [1, 2], [2, 2]), [[1], [2]]",
    "tf.SparseTensor([[0, 0]], ['a'], [2, 2]), tf.SparseTensor([[0, 1], [1, 0]], ['a', 'b'], [2, 2])",
    "tf.SparseTensor([[0]], [1], [2]), [1]",
]

facts = Facts(
    __file__,
    "\n".join(f"tf.sets.{name}({pair})" for name in NAMES for pair in PAIRS)
    + "\n"
    + "\n".join(
        f"tf.sets.{name}(tf.cast([[1, 2, 0]], tf.{d}), tf.cast([[2, 4]], tf.{d}))" for name in NAMES for d in DTYPES
    )
    + "\n"
    + "\n".join(f"tf.sets.difference({pair}, False)" for pair in PAIRS if "validate" not in pair)
    + f"""
    tf.sets.size({A})
    tf.sets.size({B}, validate_indices=False)
    tf.sets.size(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [1, 1, 1], [3, 2]))
    tf.sets.size(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], ['a', 'a', 'a'], [3, 2]))
    tf.sets.size(tf.SparseTensor([[0], [1]], [1, 1], [3]))
    tf.sets.size(tf.SparseTensor([[0, 0]], [1.0], [3, 2]))
    tf.sets.size(tf.SparseTensor([[2, 0], [0, 0]], [1, 2], [3, 2]))
    tf.sets.size(tf.SparseTensor([[5, 0]], [1], [3, 2]))
    tf.sets.size([[1]])
    tf.sets.size(tf.SparseTensor(np.zeros([0, 2]), tf.constant([], tf.int32), [3, 2]))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
