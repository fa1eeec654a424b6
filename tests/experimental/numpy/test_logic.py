"""tf.experimental.numpy's comparisons and logic, as TensorFlow computes them."""

import pytest

from tests.experimental.numpy.facts import Facts

COMPARISONS = "equal not_equal greater greater_equal less less_equal array_equal isclose allclose".split()
LOGIC = "logical_and logical_or logical_xor".split()

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}(x([1.0, 2.0, nan, inf]), x([1.0, 3.0, nan, inf]))" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}(x([1, 2, 3], 'int32'), x([1.0, 2.5, 2.0]))" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}([[1], [2]], [1, 2, 3])" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}([True, False, True], [True, True, False])" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}(f(2), f(3))" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}(1, 1.5)" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}(c(2), c(2))" for name in COMPARISONS + LOGIC]
        + [f"tnp.{name}(['a', 'b'], ['a', 'c'])" for name in ("equal", "array_equal")]
        + [
            "tnp.logical_not([0, 1, 2])",
            "tnp.logical_not(f(2))",
            "tnp.isclose([1.0, nan], [1.0 + 1e-9, nan], equal_nan=True)",
            "tnp.isclose([1.0, 2.0], [1.1, 2.1], rtol=0.06)",
            "tnp.isclose([1.0, 2.0], [1.1, 2.1], atol=0.2)",
            "tnp.isclose(f(2, dtype='float16'), f(2, dtype='float16'), 0.1, 0.1)",
            "tnp.allclose([1.0, nan], [1.0, nan], equal_nan=True)",
            "tnp.array_equal([1, 2], [[1, 2]])",
            "tnp.array_equal([], [])",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
