"""tf.bitwise, as TensorFlow computes it."""

import pytest

from tests.facts import Facts

DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
NAMES = ["bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.bitwise.{name}(i(6, dtype='{dtype}', high=100), i(6, dtype='{dtype}'))"
            for name in NAMES
            for dtype in DTYPES
        ]
        + [f"tf.bitwise.invert(i(3, dtype='{dtype}', high=100))" for dtype in DTYPES]
        + [f"tf.bitwise.{name}([5, 1], [[3], [2]])" for name in NAMES]
        + [f"tf.bitwise.{name}([5.0], [3.0])" for name in NAMES]
        + [f"tf.bitwise.{name}([True], [False])" for name in NAMES]
        + [f"tf.bitwise.{name}([1, 2], [1, 2, 3])" for name in NAMES]
        + [f"tf.bitwise.{name}([-8, 8, 5, -5], [-1, 40, 31, 3])" for name in ("left_shift", "right_shift")]
        + [
            "tf.bitwise.invert([True])",
            "tf.bitwise.invert([1.0])",
            "tf.bitwise.right_shift(x([2**64 - 1, 2**63, 5], 'uint64'), x([1, 63, 0], 'uint64'))",
            "tf.bitwise.right_shift(x([2**32 - 1, 2**31], 'uint32'), x([1, 2**32 - 1], 'uint32'))",
            "tf.bitwise.left_shift(x([2**16 - 1, 3], 'uint16'), x([1, 40], 'uint16'))",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
