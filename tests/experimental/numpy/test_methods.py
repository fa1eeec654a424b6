"""What numpy's behaviour gives tensors and variables: methods, properties and operators."""

import pytest

from tests.experimental.numpy.facts import Facts

COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", *COMPARISONS]
PAIRS = [
    "x([1, 4], 'int32'), x([2.5, 2.0])",
    "x([1, 4], 'int8'), x([3, 2], 'int64')",
    "x([1.0, 4.0]), 2",
    "x([1, 4], 'int32'), 2.5",
    "2.5, x([1, 4], 'int32')",
    "x([1, 4], 'int32'), np.array([1.5, 2], np.float32)",
    "x([1.0, 4.0]), [1, 2.5]",
    "[1, 2.5], x([1.0, 4.0])",
    "np.array([1, 2]), x([1.5, 4.0])",
    "tf.Variable([1, 2]), x([1.5, 4.0])",
    "x([1, 2], 'int32'), tf.Variable([1.5, 4.0])",
    "x([True, False], 'bool'), x([True, True], 'bool')",
    "x([True, False], 'bool'), 2",
    "x([1.0, 2.0], 'bfloat16'), x([1.0, 2.0], 'float16')",
    "x([1, 2], 'uint8'), x([3, 1], 'int8')",
    "x([1.0, 2.0], 'float16'), 1.5",
    "tf.Variable([1, 2]), 2.5",
    "2.5, tf.Variable([1, 2])",
    "x([1, 2], 'int32'), np.float32(1.5)",
    "x([1.0, 2.0]), 1j",
    "x([1.0, 2.0]), x([1, 2, 3], 'int32')",
    "x([1.0]), None",
    "x([1, 2], 'int32'), True",
]
BITS = [
    "x([5, 6], 'int32'), x([3, 3], 'int8')",
    "x([5, 6], 'int32'), 3",
    "3, x([5, 6], 'uint8')",
    "x([True, False], 'bool'), True",
    "x([1.0]), 1",
]
MATRICES = [
    "f(2, 3), f(3)",
    "f(3), f(3, 2)",
    "f(2, 3), x([[1], [2], [3]], 'int32')",
    "[[1, 2]], f(2, 2)",
    "f(2, 2), [[1, 2], [3, 4]]",
    "f(2, 3), f(2, 3)",
]


def is_left_out(op: str, pair: str) -> bool:
    """TensorFlow compares no tensor with a variable of another dtype, and has no kernel for this floor division."""
    return (op in COMPARISONS and pair.endswith("tf.Variable([1.5, 4.0])")) or (op == "//" and pair.endswith("1j"))


facts = Facts(
    __file__,
    "\n".join(
        [f"(lambda a, b: a {op} b)({pair})" for op in OPERATORS for pair in PAIRS if not is_left_out(op, pair)]
        + [f"(lambda a, b: a {op} b)({pair})" for op in ("&", "|", "^") for pair in BITS]
        + [f"(lambda a, b: a @ b)({pair})" for pair in MATRICES]
        + [
            f"f(2, 3).{name}"
            for name in "T ndim size data ravel() flatten() transpose() max() min() mean() tolist()".split()
        ]
        + [
            f"x([[1, 2], [3, 4]], 'int32').{m}"
            for m in ("mean()", "max(axis=0)", "min(1)", "mean(keepdims=True)", "clip(2, 3)", "clip(1.5, 3)")
        ]
        + [
            f"f(2, 3).{m}"
            for m in (
                "reshape(3, 2)",
                "reshape((3, 2))",
                "reshape(-1)",
                "reshape(3, 2, order='F')",
                "reshape([6])",
                "reshape(6, a=1)",
            )
        ]
        + [
            f"f(2, 3).{m}"
            for m in (
                "astype('int32')",
                "astype(np.float64)",
                "astype(float)",
                "astype(int)",
                "flatten('F')",
                "transpose((1, 0))",
            )
        ]
        + [
            "f(2, 3).transpose(1, 0)",
            "f(2, 3).sum()",
            "f(2).clip(-1, 1)",
            "+f(2)",
            "round(f(3), 1)",
            "round(x([15], 'int32'), -1)",
            "f().T",
        ]
        + [
            "tf.Variable([1.0]).T",
            "tf.add(x([1], 'int32'), f(1))",
            "tf.multiply(2.5, x([1], 'int32'))",
            "tf.constant(2.5)",
            "tf.convert_to_tensor(1)",
        ]
        + [
            "tf.function(lambda a: a.T + a.reshape(3, 2) * 2.5)(f(2, 3))",
            "tf.function(lambda a, b: a + b)(x([1], 'int32'), f(1))",
        ]
        + [
            "np.asarray(f(2).reshape(2, 1)).T",
            "np.ones(2) + f(2)",
            "np.ones(2, np.float32) * x([1, 2], 'int32')",
            "np.add(f(2), 1)",
        ]
        + [
            "tf.ones([], tf.int32) + tf.ones([], tf.float32)",
            "x(['a'], 'string') + x(['b'], 'string')",
            "-x([1, 2], 'int32')",
            "abs(f(2))",
            "~x([1], 'int8')",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
