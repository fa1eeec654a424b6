"""tf.math's gamma function and its relatives, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

UNARY = ["lgamma", "digamma", "erf", "erfc", "erfinv", "erfcinv", "ndtri"]
BINARY = ["igamma", "igammac", "zeta", "polygamma"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}(f(6, low=0.05, high=0.95))" for name in UNARY]
        + [f"tf.math.{name}(f(6, low=0.05, high=0.95, dtype='float64'))" for name in UNARY]
        + [f"tf.math.{name}(f(3, low=0.1, high=0.9, dtype='float16'))" for name in ("lgamma", "digamma", "erf", "erfc")]
        + [f"tf.math.{name}(x([-3.0, -1.5, 0.0, 2.5, 30.0]))" for name in UNARY if name not in ("lgamma", "digamma")]
        + [f"tf.math.{name}(x([-1.5, 2.5, 30.0]))" for name in ("lgamma", "digamma")]
        + ["tf.math.digamma(x([inf, 2.0]))", "tf.math.polygamma([0.0, 1.0, 2.0], x([inf, inf, inf]))"]
        + [f"tf.math.{name}([1, 2])" for name in UNARY]
        + [f"tf.math.{name}(f(5, low=0.5, high=5.0), f(5, low=0.5, high=5.0))" for name in ("igamma", "igammac")]
        + [f"tf.math.{name}(f(2, 1, low=0.5, high=5.0), f(3, low=0.5, high=5.0))" for name in ("igamma", "igammac")]
        + [f"tf.math.{name}([-1.0, 0.0, 0.0, 2.0], [2.0, 0.0, 1.0, 0.0])" for name in ("igamma", "igammac")]
        + [f"tf.math.{name}([1, 2], [2, 3])" for name in BINARY]
        + [f"tf.math.{name}(f(3, low=1.5, high=4.0), f(4))" for name in BINARY]
        + [
            "tf.math.lgamma([-1.0, 0.0])",
            "tf.math.digamma([-1.0, 0.0])",
            "tf.math.zeta(f(5, low=1.5, high=6.0), f(5, low=0.5, high=5.0))",
            "tf.math.zeta(f(5, low=1.5, high=6.0, dtype='float64'), f(5, low=0.5, high=5.0, dtype='float64'))",
            "tf.math.zeta([1.0, 2.0, 2.5], [1.0, -1.0, -1.5])",
            "tf.math.polygamma(x([1.0, 2.0, 3.0]), f(3, low=0.5, high=5.0))",
            "tf.math.polygamma([0.0, 0.5, -1.0], [2.0, 2.0, 2.0])",
            "tf.math.betainc(f(6, low=0.5, high=5.0), f(6, low=0.5, high=5.0), f(6, low=0.05, high=0.95))",
            "tf.math.betainc([1.0, 50.0, 0.1, 2.0], [2.0, 60.0, 0.1, 3.0], [0.5, 0.45, 0.5, 0.99])",
            "tf.math.betainc([1.0, 1.0, -1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [0.0, 1.0, 0.5, 1.5])",
            "tf.math.betainc(2.0, 3.0, f(3, low=0.1, high=0.9, dtype='float64'))",
            "tf.math.lbeta(f(3, low=0.5, high=4.0))",
            "tf.math.lbeta(f(2, 3, low=0.5, high=4.0))",
            "tf.math.lgamma(x([-1.5, 0.5, 2.0]))",
            "tf.math.digamma(x([-2.0, 0.0, 0.5]))",
            "tf.math.polygamma(x([-1.0, 0.5, 1.0]), x([2.0, 2.0, -1.0]))",
            "tf.math.zeta([1.5, 2.0, 3.0], [-2.0, -2.0, -2.0])",
            "tf.math.igamma(x([-1.0, 0.0, 2.0]), x([0.5, 0.5, 0.5]))",
            "tf.math.betainc(f(1, 3, low=0.5), f(3, low=0.5), f(3, low=0.1, high=0.9))",
            "tf.math.lbeta([])",
            "tf.math.lbeta(2.0)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
