"""tf.signal's windows, as TensorFlow computes them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

COSINES = ["hann_window", "hamming_window"]
BESSELS = ["kaiser_window", "kaiser_bessel_derived_window"]
DTYPES = ["float16", "bfloat16", "float32", "float64"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.signal.{name}({n}, {p})" for name in COSINES for n in (0, 1, 2, 5, 8) for p in (True, False)]
        + [f"tf.signal.{name}({n})" for name in (*BESSELS, "vorbis_window") for n in (1, 2, 3, 8)]
        + [
            f"tf.signal.{name}(6, dtype=tf.{dtype})"
            for name in (*COSINES, *BESSELS, "vorbis_window")
            for dtype in DTYPES
            if name not in BESSELS or dtype != "bfloat16"  # for which TensorFlow has no kernel
        ]
        + [
            f"tf.signal.{name}({n})"
            for name in (*COSINES, *BESSELS, "vorbis_window")
            for n in (-1, 4.0, "[4]", "tf.constant(4)", "tf.constant(4, tf.int64)")
        ]
        + [f"tf.signal.{name}(4, dtype=tf.int32)" for name in (*COSINES, *BESSELS, "vorbis_window")]
        + [f"tf.signal.{name}(5, {beta})" for name in BESSELS for beta in (0, 3, "f()", "[1.0, 2.0]")]
        + ["tf.signal.kaiser_window(0)", "tf.signal.kaiser_bessel_derived_window(0)", "tf.signal.vorbis_window(0)"]
        + ["tf.signal.hann_window(4, 'x')", "tf.signal.hann_window(4, 1)", "tf.signal.hann_window(4, [True])"]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("name", ["vorbis_window", "kaiser_bessel_derived_window"])
def test_squares_half_a_window_apart_sum_to_one(name: str) -> None:
    window = getattr(tf.signal, name)(16, dtype=tf.float64).numpy()
    np.testing.assert_allclose(window[:8] ** 2 + window[8:] ** 2, np.ones(8), atol=1e-7)
