"""tf.signal's transforms over time, as TensorFlow computes them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

INVERSE = "tf.signal.inverse_stft_window_fn"

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.signal.stft(f(2, 20), {n}, {step}, pad_end={end})"
            for n in (1, 5, 8)
            for step in (3, 8)
            for end in (True, False)
        ]
        + [
            f"tf.signal.stft(f(20), 8, 4, {options})"
            for options in (
                "16",
                "6",
                "window_fn=None",
                "window_fn=tf.signal.hamming_window",
                "tf.constant(8)",
                "window_fn=lambda n, dtype: tf.cast(tf.range(n), dtype)",
            )
        ]
        + [
            f"tf.signal.stft({x}, 8, 4)"
            for x in ("f(20, dtype='float64')", "f(3)", "c(20)", "i(20)", "1.0", "tf.zeros([0])", "tf.zeros([0, 16])")
        ]
        + [f"tf.signal.stft(f(20), {a})" for a in ("[8], 4", "8, 0", "8.0, 4", "-8, 4", "8, 4, [8]")]
        + [
            f"tf.signal.inverse_stft(c(2, 4, 9), {n}, {step}, {options})"
            for n in (5, 16)
            for step in (3, 8)
            for options in (
                "window_fn=None",
                "16",
                f"16, {INVERSE}({step})",
                f"16, {INVERSE}({step}, tf.signal.hamming_window)",
            )
        ]
        + [f"tf.signal.inverse_stft({x}, 8, 4)" for x in ("c(3, 5, dtype='complex128')", "f(3, 5)", "c(5)", "c(3, 4)")]
        + [
            f"{INVERSE}({step})({n}, tf.{dtype})"
            for step in (2, 3, 8)
            for n in (5, 8)
            for dtype in ("float32", "float64")
        ]
        + [f"{INVERSE}([2])(4, tf.float32)", f"{INVERSE}(2)(4, tf.int32)"]
        + [
            f"tf.signal.mdct(f(2, 30), 8, {options})"
            for options in ("pad_end=True", "norm='ortho'", "None", "tf.signal.kaiser_bessel_derived_window")
        ]
        + [
            f"tf.signal.mdct({a})"
            for a in (
                "f(20, dtype='float64'), 4",
                "f(20), 6",
                "f(20), 8, norm='x'",
                "1.0, 4",
                "i(20), 4",
                "f(20), [8]",
            )
        ]
        + [
            f"tf.signal.inverse_mdct(f(2, 3, 4), {options})"
            for options in ("", "None", "norm='ortho'", "tf.signal.kaiser_bessel_derived_window")
        ]
        + [f"tf.signal.inverse_mdct({a})" for a in ("f(3, 4, dtype='float64')", "f(4)", "i(3, 4)", "f(1, 6)")]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_the_inverse_gives_the_signal_back() -> None:
    x = tf.sin(tf.range(1000, dtype=tf.float64))
    spectrum = tf.signal.stft(x, 64, 16)
    back = tf.signal.inverse_stft(spectrum, 64, 16, window_fn=tf.signal.inverse_stft_window_fn(16))
    np.testing.assert_allclose(back[64:900], x[64:900], atol=1e-12)
    back = tf.signal.inverse_mdct(tf.signal.mdct(x, 64, norm="ortho"), norm="ortho")
    np.testing.assert_allclose(back[32:900], x[32:900], atol=1e-12)


def test_a_function_of_unknown_length_and_its_gradient() -> None:
    def energy(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(tf.abs(tf.signal.stft(x, 16, 4, pad_end=True)) ** 2)
        return total, tape.gradient(total, x)

    captured = tf.function(energy, input_signature=[tf.TensorSpec([None])])
    for n in (7, 40):
        for got, want in zip(captured(tf.ones([n])), energy(tf.ones([n])), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-5)
