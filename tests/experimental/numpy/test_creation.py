"""tf.experimental.numpy's new arrays, as TensorFlow makes them."""

import pytest

from tests.experimental.numpy.facts import Facts

CONSTANT = "zeros ones empty".split()
LIKE = "zeros_like ones_like empty_like".split()
DTYPES = ["'int8'", "bool", "int", "float", "complex", "np.float32", "tf.bfloat16", "tnp.int16", "np.dtype('uint8')"]
MADE = "array asarray asanyarray ascontiguousarray".split()

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tnp.{name}({shape})"
            for name in CONSTANT
            for shape in ("3", "(2, 0)", "[2, 3]", "tf.constant([2, 1])", "()")
        ]
        + [f"tnp.{name}(2, dtype={dtype})" for name in CONSTANT for dtype in [*DTYPES, "None", "'nothing'"]]
        + [f"tnp.{name}({a})" for name in LIKE for a in ("f(2, 3)", "[1, 2]", "x([1], 'int8')", "[True]", "2.5")]
        + [f"tnp.{name}(f(2), dtype={dtype})" for name in LIKE for dtype in DTYPES]
        + [
            f"tnp.{name}({a})"
            for name in MADE
            for a in ("1", "2.5", "True", "2j", "[1, 2.5]", "[[1, 2], [3, 4]]", "[]")
        ]
        + [f"tnp.{name}({a})" for name in MADE for a in ("f(2)", "np.float32([1])", "[f(), 1]", "['a', 'b']", "2**40")]
        + [f"tnp.{name}({a})" for name in MADE for a in ("[[1], [2, 3]]", "tf.Variable([1.5])", "(1, 2)", "2**63")]
        + [f"tnp.{name}([1, 0, 2], dtype={dtype})" for name in MADE for dtype in DTYPES]
        + [f"tnp.{name}(f(2), {dtype})" for name in MADE for dtype in DTYPES]
        + [
            f"tnp.eye({args})"
            for args in ("3", "2, 3", "3, 2", "3, k=1", "3, k=-1", "2, 4, 2", "4, 2, -3", "3, k=5", "2, 3, -2")
        ]
        + [
            f"tnp.eye({args})"
            for args in ("3, dtype='int32'", "2, dtype=bool", "0", "3, 2, 1", "2, 5, 1", "5, 2, 1", "5, 2, -2")
        ]
        + [
            f"tnp.tri({args})"
            for args in ("3", "2, 3", "3, 2, 1", "3, k=-1", "3, k=-5", "3, k=7", "2, dtype='int32'", "0")
        ]
        + [f"tnp.{name}(f(3, 3), k={k})" for name in ("tril", "triu") for k in (-4, -1, 0, 2, 5)]
        + [f"tnp.{name}({a})" for name in ("tril", "triu") for a in ("f(2, 2, 3)", "f(3)", "[[1, 2], [3, 4]]")]
        + [
            f"tnp.diag({a})"
            for a in ("f(3)", "f(3), 1", "f(2), -2", "f(3, 3)", "f(2, 3), 1", "f(2, 3), 5", "f(2, 3), -2")
        ]
        + [f"tnp.diag({a})" for a in ("f(2, 2, 2)", "2.0", "x([], 'float32'), 2", "x([], 'float32')", "[1, 2]")]
        + [f"tnp.diagflat({a})" for a in ("f(2, 2)", "f(2), 1", "[[1], [2]]", "2")]
        + [f"tnp.diagonal(f(2, 3, 4){a})" for a in ("", ", 1", ", offset=-1", ", 0, 1, 2", ", 0, -1, 0", ", 5", ", -7")]
        + [f"tnp.trace(f(2, 3, 4){a})" for a in ("", ", 1", ", offset=-1", ", 0, 1, 2", ", 0, -2, -1", ", 5")]
        + [
            f"tnp.trace({a})"
            for a in ("x([[1, 2], [3, 4]], 'int8')", "x([[1, 2], [3, 4]], 'int32'), 1", "f(2, 2), dtype='int32'")
        ]
        + [
            f"tnp.vander({a})"
            for a in ("f(3)", "f(3), 2", "f(2), 4, True", "[1, 2, 3]", "f(2), -1", "f(2, 2)", "f(2), 0")
        ]
        + [
            f"tnp.arange({a})"
            for a in ("5", "2, 5", "1, 10, 3", "5, 1, -2", "5.0", "0, 1, 0.25", "3, 0", "-2", "0, 5, -1")
        ]
        + [
            f"tnp.arange({a})"
            for a in ("5, dtype='float32'", "1, 2, 0", "tf.constant(3)", "3, dtype=int", "2.5, 5", "0, 0")
        ]
        + [
            f"tnp.linspace({a})"
            for a in ("0, 1, 5", "0, 1, 5, endpoint=False", "0, 1, 1", "0, 1, 0", "2, 5, 4, retstep=True")
        ]
        + [
            f"tnp.linspace({a})"
            for a in ("0.0, 1.0, 5, dtype=None", "0, 5, 3, dtype=int", "0, 1, -1", "f(2), f(2), 3", "0, 1, 1, False")
        ]
        + [
            f"tnp.linspace({a})"
            for a in ("f(2), f(2), 3, axis=1", "0, 1, 4, False, True", "x(1, 'int32'), x(5, 'int32'), 3", "[0], [1], 2")
        ]
        + [
            f"tnp.logspace({a})"
            for a in ("0, 2, 3", "0, 2, 3, endpoint=False", "0, 3, 4, base=2.0", "0, 2, 3, dtype='int32'")
        ]
        + [
            f"tnp.geomspace({a})"
            for a in ("1, 1000, 4", "1, 256, 9, dtype='int32'", "-1000, -1, 4", "1.0, 8.0, 4, endpoint=False")
        ]
        + [
            f"tnp.full({a})"
            for a in ("3, 2", "(2, 3), 1.5", "[2], [1, 2]", "(2, 2), f(2)", "2, 1, 'float32'", "(), 3", "2, [1, 2, 3]")
        ]
        + [
            f"tnp.full_like({a})"
            for a in ("f(2, 2), 3", "[1, 2], 1.5", "f(2), 1, dtype=int", "f(2), f(2)", "f(2), 1, order='C'")
        ]
        + [f"tnp.full_like({a})" for a in ("f(2), 1, subok=False", "f(2), 1, shape=(3,)")]
        + [f"tnp.broadcast_to({a})" for a in ("f(3), (2, 3)", "1, 3", "[[1], [2]], [2, 2]", "f(3), 2")]
        + [
            f"tnp.meshgrid({a})"
            for a in ("[1, 2, 3], [4, 5]", "f(2), f(3), indexing='ij'", "f(2)", "f(2), [1]", "[1], sparse=True")
        ]
        + [f"tnp.meshgrid({a})" for a in ("[1], copy=False", "f(2), f(3), indexing='no'", "")]
        + [f"tnp.diag_indices({a})" for a in ("3", "2, 3", "0", "-1", "2, -1")]
        + [f"tnp.ix_({a})" for a in ("[0, 1], [2]", "[True, False, True], [1, 2]", "[[1]]", "[1.5]", "[1], [2], [3]")]
        + [f"tnp.identity({a})" for a in ("2", "3, dtype='int32'", "0")]
        + [
            f"tnp.array({a})"
            for a in ("1, ndmin=2", "f(2, 2), ndmin=3", "[1], ndmin=40", "[1, 2], copy=False", "f(2), copy=True")
        ]
        + ["tnp.copy([1, 2])", "tnp.copy(f(2))", "tnp.ascontiguousarray(3)"]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
