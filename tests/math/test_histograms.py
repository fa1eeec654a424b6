"""tf.histogram_fixed_width and tf.histogram_fixed_width_bins, as TensorFlow computes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

NAMES = ["tf.histogram_fixed_width", "tf.histogram_fixed_width_bins"]
V = "x([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0])"
BAD = [
    *(f"f(3), {a}" for a in ("[0.0, 5.0], 0", "[0.0, 5.0], -1", "[0.0], 3", "[0.0, 5.0], 3.0", "[0, 5], 4")),
    *(f"f(3), {a}" for a in ("[0.0, 5.0], tf.constant(3)", "[0.0, 5.0], tf.constant(3, tf.int64)")),
    *(f"{a}, 3" for a in ("[1, 2], [0.0, 5.0]", "x([1.0], 'float16'), [0.0, 5.0]", "1.5, [0.0, 5.0]")),
]

facts = Facts(
    __file__,
    "\n".join(
        [f"{name}({V}, [0.0, 5.0], {n})" for name in NAMES for n in (1, 5, 7)]
        + [f"{name}({V}, [0.0, 5.0], 5, tf.int64)" for name in NAMES]
        + [
            f"{name}(f(4, 5, dtype='{dtype}'), x([-1.0, 1.0], '{dtype}'), 4)"
            for name in NAMES
            for dtype in ("float32", "float64")
        ]
        + [f"{name}({bad})" for name in NAMES for bad in BAD]
        + [f"{NAMES[0]}(i(20, dtype='{dtype}'), x([2, 8], '{dtype}'), 5)" for dtype in ("int32", "int64", "int8")]
        + [
            f"{NAMES[0]}({a})"
            for a in (
                "f(3), [5.0, 5.0]",
                "f(3), [5.0, 0.0]",
                "f(3), [0.0, 5.0, 6.0]",
                "f(3), [[0.0, 5.0]]",
                "f(3), [nan, 1.0]",
                "['a'], ['b', 'c']",
                "f(3), [0.0, 5.0], 3, tf.float32",
                "f(3), [0.0, 5.0], [3]",
                "[], [0.0, 5.0], 3",
                "[nan], [0.0, 5.0], 3",
                "[0.1, 0.2, 0.3, 0.7, 0.9], [0.0, 1.0], 10",
                "[inf, -inf], [0.0, 5.0], 3",
                "f(30), [0.0, 1.0]",
            )
        ]
        + [
            f"{NAMES[1]}({a})"
            for a in (
                "f(3), [5.0, 5.0], 3",
                "f(3), [5.0, 0.0], 3",
                "f(3), [0.0, 5.0, 6.0], 3",
                "[inf, -inf], [0.0, 5.0], 3",
                "[0.1, 0.2, 0.3, 0.7, 0.9], [0.0, 1.0], 10",
                "tf.zeros([0, 2]), [0.0, 1.0]",
                "f(3), [0.0, 1.0]",
            )
        ]
        + ["tf.compat.v1.histogram_fixed_width(f(3), [0.0, 5.0], 3)"]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@given(st.lists(st.floats(-9, 9, width=32), max_size=30), st.integers(1, 9))
def test_every_value_is_counted(values: list[float], n: int) -> None:
    counts = tf.histogram_fixed_width(tf.constant(values, tf.float32), [-3.0, 4.0], n)
    assert counts.shape == (n,)
    assert tf.reduce_sum(counts) == len(values)
