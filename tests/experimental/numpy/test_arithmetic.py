"""tf.experimental.numpy's functions of two arrays, as TensorFlow computes them."""

import pytest

from tests.experimental.numpy.facts import Facts

NUMBERS = (
    "add subtract multiply divide true_divide floor_divide mod remainder divmod power float_power arctan2 heaviside "
    "hypot logaddexp logaddexp2 maximum minimum nextafter"
).split()
BITS = "bitwise_and bitwise_or bitwise_xor gcd lcm".split()

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}(f(2, 3, low=0.5), f(3, low=0.5))" for name in NUMBERS]
        + [f"tnp.{name}(f(2, low=0.5), x([1, 3], 'int32'))" for name in NUMBERS]
        + [f"tnp.{name}(x([7, -5, 4], 'int32'), x([2, 3, -4], 'int32'))" for name in NUMBERS]
        + [f"tnp.{name}(x([7, 5], 'int8'), 2)" for name in NUMBERS]
        + [f"tnp.{name}(f(2, dtype='float16', low=0.5), 2.5)" for name in NUMBERS]
        + [f"tnp.{name}(x([True, False], 'bool'), [True, True])" for name in NUMBERS + BITS if "log" not in name]
        + [f"tnp.{name}(3, 2)" for name in NUMBERS + BITS]
        + [f"tnp.{name}([1.5, 2], np.array([1, 2], np.int16))" for name in NUMBERS]
        + [f"tnp.{name}(c(2), c(2))" for name in NUMBERS if name not in ("floor_divide", "divmod")]
        + [f"tnp.{name}(f(2), f(3))" for name in NUMBERS]
        + [f"tnp.{name}(tf.constant([nan, inf, -inf, 0.0]), tf.constant([1.0, inf, 2.0, 0.0]))" for name in NUMBERS]
        + [f"tnp.{name}(tf.Variable([1.0, 2.0]), x([1, 3], 'int64'))" for name in NUMBERS]
        + [f"tnp.{name}(i(6), i(6, low=1))" for name in BITS]
        + [f"tnp.{name}(i(2, 3, dtype='int8'), i(3, dtype='int64', low=-5, high=5))" for name in BITS]
        + [f"tnp.{name}(i(3, dtype='uint8', high=200), 12)" for name in BITS[:3]]
        + [f"tnp.{name}([0, 12, -18], [0, 0, 12])" for name in BITS]
        + [f"tnp.{name}(f(2), f(2))" for name in BITS]
        + [
            "tnp.maximum(x([-1.0, 0.0, 2.0]), 0)",
            "tnp.maximum(x([-1.0, 0.0, 2.0]), 0.0)",
            "tnp.maximum(x([-1, 2], 'int32'), 0)",
            "tnp.maximum(x([-1, 2], 'int32'), 0.5)",
            "tnp.maximum(np.array([-1, 2]), 0)",
            "tnp.maximum([True], False)",
            "tnp.clip(f(5), -0.5, 0.5)",
            "tnp.clip(x([1, 5, 9], 'int32'), 2, 6)",
            "tnp.clip(x([1, 5, 9], 'int32'), 2.5, 6)",
            "tnp.clip(f(5), None, 0.5)",
            "tnp.clip(f(5), 0.5, None)",
            "tnp.clip(f(5), None, None)",
            "tnp.clip(f(2, 3), f(3), f(2, 1))",
            "tnp.clip(x([1.0, 2.0, 3.0]), 1.0, 3.0)",
            "tnp.divide(x([1, 2], 'int32'), 0)",
            "tnp.floor_divide(x([1, 2], 'int32'), 0)",
            "tnp.power(2, -1)",
            "tnp.power(x([2, 3], 'int32'), x([0.5, 2.0]))",
            "tnp.add(x([1], 'uint64'), x([1], 'int64'))",
            "tnp.add(f(2, dtype='bfloat16'), f(2))",
            "tnp.add(f(2, dtype='bfloat16'), f(2, dtype='float16'))",
            "tnp.add(300, x([1], 'int8'))",
            "tnp.add(2**40, x([1], 'int32'))",
            "tnp.add(1e300, f(1))",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
