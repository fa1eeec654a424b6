"""tf.quantization.quantize_and_dequantize, as TensorFlow computes and differentiates it."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

V1, V2 = "tf.quantization.quantize_and_dequantize", "tf.quantization.quantize_and_dequantize_v2"
Y = "x([-7.0, -6.01, -1.3, -0.5, 0.0, 0.2, 0.7, 6.0, 6.5])"

facts = Facts(
    __file__,
    "\n".join(
        [
            f"{name}({Y}, x({low}), x({high}), signed_input={signed}, range_given={given}, narrow_range={narrow})"
            for name in (V1, V2)
            for low, high in ((-1.0, 0.5), (1.0, 2.0), (-2.0, -1.0), (0.0, 0.0))
            for signed in (True, False)
            for given in (True, False)
            for narrow in (True, False)
        ]
        + [
            f"{V2}({Y}, -1.0, 2.0, num_bits={bits}, signed_input={signed}, range_given=True)"
            for bits in (0, 1, 2, 4, 16, 62, 63, 64)
            for signed in (True, False)
        ]
        + [
            f"{V2}({Y}, -1.0, 2.0, num_bits=4, range_given=True, round_mode='{mode}')"
            for mode in ("HALF_UP", "HALF_TO_EVEN", "X")
        ]
        + [f"{V2}({a}, -1.0, 1.0)" for a in ("tf.zeros([3])", "tf.zeros([0])", "i(3)", "[1.0, 2.0]", "[1, 2]")]
        + [f"{V2}(f(5, dtype='float64'), x(-1.0, 'float64'), x(1.0, 'float64'), range_given=True)"]
        + [f"{V2}(f(5), {a}, range_given=True)" for a in ("1.0, -1.0", "[-1.0], [1.0]", "-1, 1")]
        + [
            f"{V2}(f(2, 3), x([0.0] * {n}), x([1.0] * {n}), axis={axis})"
            for axis, n in ((0, 2), (1, 3), (-1, 3), (-2, 2))
        ]
        + [f"{V2}(f(2, 3), -1.0, 1.0, range_given=True, axis={axis})" for axis in (1, 2)]
        + [f"{V1}(f(2, 3), -1.0, 1.0, axis=0)"]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_each_slice_has_the_range_that_it_is_given() -> None:
    # TensorFlow's kernel for the CPU refuses vectors of bounds, which its documentation has.
    x = tf.reshape(tf.linspace(-4.0, 4.0, 12), [3, 4])
    low, high = tf.constant([-1.0, -2.0, -3.0]), tf.constant([1.0, 3.0, 2.0])
    got = tf.quantization.quantize_and_dequantize_v2(x, low, high, range_given=True, axis=0)
    for k in range(3):
        want = tf.quantization.quantize_and_dequantize_v2(x[k], low[k], high[k], range_given=True)
        np.testing.assert_array_equal(got[k], want)
