"""tf.experimental.numpy's functions of one array, as TensorFlow computes them."""

import pytest

from tests.experimental.numpy.facts import Facts

NAMES = (
    "abs absolute angle arccos arccosh arcsin arcsinh arctan arctanh around bitwise_not cbrt ceil conj conjugate cos "
    "cosh deg2rad exp exp2 expm1 fabs fix floor imag iscomplex iscomplexobj isfinite isnan isreal isrealobj "
    "log log10 log1p log2 negative positive rad2deg real reciprocal round sign signbit sin sinc sinh sqrt square tan "
    "tanh"
).split()
DTYPES = ["float64", "float16", "bfloat16"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}(f(4))" for name in NAMES]
        + [f"tnp.{name}(x([-2, 0, 3], 'int32'))" for name in NAMES]
        + [f"tnp.{name}(x([0.25, 0.5, 0.75], '{dtype}'))" for name in NAMES for dtype in DTYPES]
        + [f"tnp.{name}(x([-2, 0, 3], 'int8'))" for name in NAMES]
        + [f"tnp.{name}([True, False])" for name in NAMES if name not in ("rad2deg", "real")]
        + [f"tnp.{name}(c(2))" for name in NAMES if name not in ("around", "round")]
        + [f"tnp.{name}(2)" for name in NAMES]
        + [f"tnp.{name}([[0.5, 1], [1.5, 0.75]])" for name in NAMES if name != "rad2deg"]
        + [f"tnp.{name}(np.array([0.5, 0.25]))" for name in NAMES if name != "rad2deg"]
        + [f"tnp.{name}(tf.constant([nan, inf, -inf, 0.0, -0.0]))" for name in NAMES if name != "bitwise_not"]
        + [f"tnp.{name}(tf.Variable([0.5, 1.0]))" for name in NAMES]
        + [f"tnp.{name}(x([nan, inf, -inf, 1.0]))" for name in ("isinf", "isneginf", "isposinf")]
        + [f"tnp.{name}(x([1, 2], 'int32'))" for name in ("isinf", "isneginf", "isposinf")]
        + [
            "tnp.angle(c(3), deg=True)",
            "tnp.angle(f(3), True)",
            "tnp.around(f(4), 1)",
            "tnp.around(f(4, dtype='float64'), decimals=2)",
            "tnp.around(x([123, 555], 'int32'), -1)",
            "tnp.round(x([0.5, 1.5, 2.5, -0.5]))",
            "tnp.sign(f(2), out=f(2))",
            "tnp.sign(f(2), where=[True])",
            "tnp.sign(f(2), casting='no')",
            "tnp.exp('a')",
            "tnp.isinf(1.0)",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
