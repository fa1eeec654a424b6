"""Raw ops that multiply quantized matrices and add a bias in one.

The numbers are TensorFlow 2.21's with oneDNN. It has them wrong where min_a is not 0: closed forms stand for those.
"""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

A = np.array([[1.0, 2.5, 0.5], [3.0, 0.0, 4.0]], "float32")
B = np.array([[-3.0, 1.0], [-1.0, 2.0], [0.5, 6.0]], "float32")
BIAS = np.array([1.0, -2.0], "float32")
FROZEN = {"min_freezed_output": -40.0, "max_freezed_output": 40.0}


def given(low: float = 0.0, **more: Any) -> dict[str, Any]:
    a = tf.quantization.quantize(A, low, 5.0, tf.quint8)[0]
    b = tf.quantization.quantize(B, -8.0, 8.0, tf.qint8, "SCALED")[0]
    return {"a": a, "b": b, "bias": BIAS, "min_a": low, "max_a": 5.0, "min_b": -8.0, "max_b": 8.0, **more}


def plain(found: Any) -> tuple[Any, float, float]:
    q, low, high = found
    return tf.cast(q, tf.int32).numpy().tolist(), float(low), float(high)


def test_products_are_tensorflows() -> None:
    most = pytest.approx(2652442.5)
    ops = tf.raw_ops
    found = plain(ops.QuantizedMatMulWithBias(**given()))
    assert (found[0], found[2]) == ([[-3478, 5763], [-4902, 20209]], most)
    found = plain(ops.QuantizedMatMulWithBiasAndRelu(**given()))
    assert (found[0], -found[1]) == ([[0, 5763], [0, 20209]], most)
    for op in (ops.QuantizedMatMulWithBiasAndRequantize, ops.QuantizedMatMulWithBiasAndReluAndRequantize):
        assert plain(op(**given(), **FROZEN)) == ([[0, 45], [0, 159]], -40.0, 40.0)
    floats = ops.QuantizedMatMulWithBiasAndDequantize(Toutput=tf.float32, **given(), **FROZEN)
    np.testing.assert_allclose(floats, [[-4.2962794, 7.1178017], [-6.0551186, 24.9606304]], rtol=1e-6)


@pytest.mark.parametrize("low", [0.0, -1.0, -3.0])
def test_products_are_those_of_the_floats(low: float) -> None:
    floats = tf.raw_ops.QuantizedMatMulWithBiasAndDequantize(Toutput=tf.float32, **given(low), **FROZEN)
    np.testing.assert_allclose(floats, A @ B + BIAS, atol=0.3)
    q, _, high = plain(tf.raw_ops.QuantizedMatMulWithBias(**given(low)))
    np.testing.assert_allclose(np.array(q) * high / 2**31, floats, atol=2e-3)


def test_what_does_not_fit_is_refused() -> None:
    for wrong, what in (({"transpose_b": True}, "size-incompatible"), ({"bias": [1.0]}, "bias must be a vector of 2")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=what):
            tf.raw_ops.QuantizedMatMulWithBias(**given(**wrong))
