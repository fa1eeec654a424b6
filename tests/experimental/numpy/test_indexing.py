"""Indexing tensors by numpy's rules, as TensorFlow does it."""

import pytest

from tests.experimental.numpy.facts import Facts

KEYS = [
    "0",
    "-1",
    "0, 1",
    "..., 0",
    "None",
    ":, None",
    "1:",
    "::-1",
    ":, ::2",
    "0, ..., 1",
    "[0, 1]",
    "[[0, 1], [1, 0]]",
    "[0, 1], [1, 2]",
    ":, [0, 2]",
    "[0], :, [1, 2]",
    "0, :, [1, 2]",
    ":, 0, [1, 3]",
    ":, [0, 1], 2",
    "[0, 1], 1, [2, 3]",
    "..., [0, 3]",
    "[1], ..., [2]",
    ":, [0, 1], [1, 2]",
    ":, [[0], [1]], [1, 2]",
    "[-1, 0]",
    "None, [0, 1]",
    ":, None, [0, 1]",
    "[True, False]",
    "[False, True], 1",
    ":, [True, False, True]",
    "np.array([1, 0])",
    "tf.constant([1, 0]), 0",
    "tf.constant(1)",
    "tf.constant(1), tf.constant(2)",
    "x([1, 0], 'int8')",
    "x([1, 0], 'uint32')",
    "x([1, 0], 'uint64')",
    "tf.ones([2, 3, 4]) > 0",
    "tf.constant([[True, False, True], [False, True, False]])",
    "np.array([True, False])",
    "5",
    "[5]",
    "0.5",
    "[0.5]",
    "1.0:",
    "'a'",
    "0, 0, 0, 0",
    "[0, 1], [0, 1, 2]",
    "True",
    "True, 0",
    "[]",
    "()",
    "[:, 0]"[1:-1],
    "[0, slice(1, 2)]",
    "tf.constant([1]):",
    "[[True, False], [True, True]], 0",
    "[None, 0]",
    "np.int64(1)",
    "np.int64(1), [0]",
    "[[0, 1]]",
    "[[[0, 1]]]",
    ":, [0], ..., [0]",
    "[0], ..., 0",
    "..., [0], [1]",
    "..., [0], 1",
    "..., 0, [1]",
    ":, :, [-1, -4]",
    "[1, 0], 1:, ::2",
    "1:, [2, 0], ::-1",
    "None, [0, 1], None, [0, 2]",
    "None, :, [0, 1], None, [0, 2]",
    "[0, 1], None, [0, 2]",
    "[7], [0]",
    "[-3]",
    "[[0], [1]], [[0, 2]], [[1]]",
    "..., None, [0]",
    "[0], None",
    ":, [True, False, True], [0, 1]",
]

facts = Facts(
    __file__,
    "\n".join(
        [f"f(2, 3, 4)[{key}]" for key in KEYS]
        + [
            f"x([1, 2, 3], 'int32')[{key}]"
            for key in ("[0, 2]", "[True, False, True]", "[[0], [1]]", "...", "tf.constant([2, 2])")
        ]
        + ["tf.Variable([1.0, 2.0])[0]", "tf.Variable([1.0, 2.0])[[0, 1]]"]
        + ["tf.constant([['a', 'b']])[0, [1, 0]]", "f(3)[x([0, 0, 2], 'int32')]"]
        + [
            "tf.function(lambda a: a[:, [0, 2]])(f(2, 3))",
            "tf.function(lambda a, i: a[i, 0])(f(2, 3), tf.constant([1, 0]))",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
