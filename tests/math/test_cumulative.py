"""tf.math's running totals, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

NAMES = ["cumsum", "cumprod", "cumulative_logsumexp"]
WAYS = ["", ", exclusive=True", ", reverse=True", ", exclusive=True, reverse=True"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}(f(4){way})" for name in NAMES for way in WAYS]
        + [f"tf.math.{name}(f(2, 3), axis=1{way})" for name in NAMES for way in WAYS]
        + [f"tf.math.{name}(f(2, 3), -2{way})" for name in NAMES for way in WAYS]
        + [f"tf.math.{name}(i(4, low=1){way})" for name in NAMES for way in WAYS]
        + [f"tf.math.{name}(f(0){way})" for name in NAMES for way in WAYS]
        + [f"tf.math.{name}(f(3), {axis})" for name in NAMES for axis in ("1", "[0]", "tf.constant(0)", "0.5")]
        + [f"tf.math.{name}(f())" for name in NAMES]
        + [f"tf.math.{name}([True])" for name in NAMES]
        + [f"tf.math.{name}(c(3))" for name in NAMES if name != "cumprod"]
        + [
            "tf.math.cumprod(x([2.0, 0.0, 3.0, 0.0, 4.0]))",
            "tf.math.cumsum(x([200, 100], 'uint8'))",
            "tf.cumsum(f(3), exclusive=True)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
