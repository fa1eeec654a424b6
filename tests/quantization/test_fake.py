"""tf.quantization.fake_quant_*, as TensorFlow computes and differentiates them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

ARGS, VARS = "tf.quantization.fake_quant_with_min_max_args", "tf.quantization.fake_quant_with_min_max_vars"
CHANNELS = f"{VARS}_per_channel"
X = "x([-7.0, -6.01, -1.3, -0.5, 0.0, 0.2, 0.7, 6.0, 6.5, nan, inf])"
RANGES = ["-6.0, 6.0", "0.0, 1.0", "-1.0, 0.5", "0.5, 1.5", "-1.5, -0.5", "1.0, 0.0", "0.0, 0.0"]

facts = Facts(
    __file__,
    "\n".join(
        [f"{ARGS}({X})", f"{ARGS}([1, 2])", f"{ARGS}(np.array([1.0, 2.0]))", f"{ARGS}(i(3))", f"{ARGS}(f(2, 3, 4))"]
        + [f"{ARGS}({X}, {r})" for r in RANGES]
        + [
            f"{name}({X}, -1.0, 0.5, {bits}, {n})"
            for name in (ARGS, VARS)
            for bits in (1, 2, 4, 16, 17)
            for n in (True, False)
        ]
        + [f"{ARGS}([1.0], tf.constant(0.0))"]
        + [f"{VARS}({X}, x({r.split(', ')[0]}), x({r.split(', ')[1]}))" for r in RANGES]
        + [
            f"{VARS}(f(2, 50), x(-1.1), x(1.7))",
            f"{VARS}(f(3), [1.0], 2.0)",
            f"{VARS}(f(3), 1.0, [2.0])",
            f"{VARS}(i(3), 0.0, 1.0)",
        ]
        + [f"{VARS}({X}, 1.0, 1.0)"]
        + [
            f"{CHANNELS}({a})"
            for a in (
                "f(4, 2), x([-1.0, 0.0]), x([1.0, 1.5])",
                "f(4, 2), x([0.0, -1.5]), x([0.0, -0.5])",
                "f(2), [-1.0, 0.0], [1.0, 1.5]",
                "f(2, 1, 3, 2), x([-1.0, 0.0]), x([1.0, 1.5]), 3, True",
                "f(2), -1.0, 1.0",
                "f(2), [-1.0], [1.0]",
                "f(2), [-1.0, 0.0], [1.0]",
                "f(2), [-1.0, 0.0], [1.0, 1.0], 1",
            )
        ]
        + [f"{CHANNELS}(tf.linspace(-1.0, 1.0, 511)[:, None], [-0.9], [0.8], {bits})" for bits in (2, 8)]
        + [f"{VARS}(tf.linspace(-1.0, 1.0, 511), -0.9, 0.8, {bits})" for bits in (2, 8)]
        + [f"{ARGS}(tf.linspace(-1.0, 1.0, 511), -0.9, 0.8, {bits})" for bits in (2, 8)]
        + [
            f"{ARGS}_gradient({a})"
            for a in (f"f(11), {X}", f"f(11), {X}, -1.0, 0.5, 4, True", f"f(3), {X}", "f(3), f(3), 1.0, 0.0")
        ]
        + [
            f"{VARS}_gradient({a})"
            for a in (
                f"f(11), {X}, -1.0, 0.5",
                f"f(11), {X}, 0.0, 0.0",
                f"f(11), {X}, 0.5, 1.5, 4, True",
                f"f(3), {X}, 0.0, 1.0",
                "f(3), f(3), [0.0], 1.0",
            )
        ]
        + [
            f"{CHANNELS}_gradient({a})"
            for a in (
                "f(4, 2), f(4, 2), [-1.0, 0.0], [1.0, 1.5]",
                "f(4, 2), f(4, 2), [0.0, 0.0], [0.0, 1.5], 3, True",
                "f(2), f(2), [-1.0, 0.0], [1.0, 1.5]",
                "f(2), f(4, 2), [-1.0, 0.0], [1.0, 1.5]",
                "f(2), f(2), 0.0, 1.0",
            )
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_in_a_function() -> None:
    def step(x, low, high):
        with tf.GradientTape() as tape:
            tape.watch([x, low, high])
            y = tf.quantization.fake_quant_with_min_max_vars(x, low, high, num_bits=4)
        return y, tape.gradient(y, [x, low, high])

    args = tf.linspace(-3.0, 3.0, 41), tf.constant(-1.0), tf.constant(2.0)
    for got, want in zip(tf.nest.flatten(tf.function(step)(*args)), tf.nest.flatten(step(*args)), strict=True):
        np.testing.assert_array_equal(got, want)
