"""tf.math's functions of one number, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

SPECIAL = "x([-inf, -1.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.5, inf, nan])"
FLOATING = (
    "exp expm1 log log1p sqrt rsqrt reciprocal sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid "
    "log_sigmoid softplus softsign floor ceil rint round sign square abs negative is_nan is_inf is_finite"
).split()
COMPLEX = (
    "exp expm1 log log1p sqrt rsqrt reciprocal sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid "
    "sign square abs negative"
).split()
HALF = [name for name in FLOATING if name != "rint"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}({SPECIAL})" for name in FLOATING if name != "abs"]
        + [f"tf.math.{name}(f(2, 3, dtype='float64'))" for name in FLOATING]
        + [f"tf.math.{name}(f(3, dtype='float16', low=0.1, high=0.9))" for name in HALF]
        + [f"tf.math.{name}(f(3, dtype='bfloat16', low=0.1, high=0.9))" for name in HALF]
        + [f"tf.math.{name}(c(3))" for name in COMPLEX]
        + [f"tf.math.{name}(i(3, low=-3, high=3))" for name in [*FLOATING, "logical_not"]]
        + [f"tf.math.{name}(['a'])" for name in FLOATING]
        + [f"tf.math.{name}([True, False])" for name in [*FLOATING, "logical_not"]]
        + [f"tf.math.{name}(f(0, 2))" for name in FLOATING]
        + [
            "tf.math.softplus(x([-100.0, -30.0, 19.0, 21.0, 30.0, 100.0]))",
            "tf.math.softplus(x([-100.0, 19.0, 21.0, 30.0, 41.0, 100.0], 'float64'))",
            "tf.round(x([0.5, 1.5, 2.5, -0.5, -1.5]))",
            "tf.math.square(i(3, dtype='uint8', high=20))",
            "tf.math.abs(x([-2**31], 'int32'))",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
