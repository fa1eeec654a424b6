"""tf.quantization.quantize, dequantize and quantized_concat, and quantized tensors, as TensorFlow has them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

Q = "tf.quantization"
X = "x([-1.3, -0.5, -0.1, 0.0, 0.2, 0.7, 1.1, 2.6])"
M = f"tf.reshape({X}, [2, 4])"
KINDS = ["qint8", "quint8", "qint16", "quint16", "qint32"]
MODES = ["MIN_COMBINED", "MIN_FIRST", "SCALED"]
DONE = f"{Q}.quantize({X}, -1.0, 1.0, tf.{{0}}).output"
SMALL, BYTES = DONE.format("qint8"), DONE.format("quint8")
MATRIX = f"tf.reshape({BYTES}, [2, 4])"

facts = Facts(
    __file__,
    "\n".join(
        [
            f"{Q}.quantize({X}, {r}, tf.{kind}, '{mode}')"
            for kind in KINDS
            for mode in MODES
            for r in ("-1.0, 1.0", "-0.3, 2.0")
            if (kind, mode) != ("qint16", "MIN_FIRST") and (kind, mode) != ("quint16", "MIN_FIRST")
        ]
        + [
            f"{Q}.quantize({X}, {r}, tf.quint8)"
            for r in ("0.5, 1.0", "-1.0, -0.5", "0.0, 0.0", "1.0, 0.0", "[-1.0], [1.0]", "[-1.0, 1.0], [1.0, 1.0]")
        ]
        + [f"{Q}.quantize({X}, 0.0, 0.0, tf.quint8, ensure_minimum_range={e})" for e in (0.5, 0.0)]
        + [
            f"{Q}.quantize({X}, -1.0, 1.0, tf.{kind}, 'SCALED', '{mode}', narrow_range={n})"
            for kind in ("qint8", "quint8")
            for mode in ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN")
            for n in (True, False)
        ]
        + [
            f"{Q}.quantize({X}, -1.0, 1.0, {a})"
            for a in (
                "tf.int8",
                "tf.float32",
                "tf.qint8, 'X'",
                "tf.qint8, round_mode='X'",
                "tf.qint8, round_mode='HALF_TO_EVEN'",
                "'quint8'",
            )
        ]
        + [
            f"{Q}.quantize({M}, {r}, tf.qint8, '{mode}', axis={axis})"
            for mode in MODES
            for r, axis in (
                ("[-1.0, -2.0], [1.0, 3.0]", 0),
                ("[-1.0, -2.0, -3.0, 0.0], [1.0, 3.0, 2.0, 1.0]", -1),
                ("[-1.0, -2.0], [1.0, 3.0]", 1),
            )
        ]
        + [f"{Q}.quantize({M}, [-1.0], [1.0], tf.qint8, axis=2)"]
        + [
            f"{Q}.quantize({v}, -1.0, 1.0, tf.qint8)"
            for v in ("tf.zeros([0])", "i(2)", "f(2, dtype='float64')", "[nan, inf, -inf]", "0.3")
        ]
        + [
            f"{Q}.dequantize({DONE.format(kind)}, {r}, '{mode}')"
            for kind in KINDS
            for mode in MODES
            for r in ("-1.0, 1.0", "-1.0, 3.0")
            if mode != "MIN_FIRST" or kind in ("qint8", "quint8", "qint32")
        ]
        + [
            f"{Q}.dequantize({SMALL}, {r}, '{mode}')"
            for mode in MODES
            for r in ("1.0, -1.0", "1.0, 1.0", "[-1.0], [1.0]", "[-1.0, 1.0], [1.0, 1.0]")
        ]
        + [
            f"{Q}.dequantize({SMALL}, -1.0, 1.0, '{mode}', dtype=tf.{kind})"
            for mode in MODES
            for kind in ("bfloat16", "float64")
        ]
        + [f"{Q}.dequantize({SMALL}, -1.0, 1.0, 'SCALED', narrow_range=True)"]
        + [
            f"{Q}.dequantize({MATRIX}, [-1.0, -2.0], [1.0, 3.0], '{mode}', axis={axis})"
            for mode in MODES[::2]
            for axis in (0, -1, -2)
        ]
        + [f"{Q}.dequantize({v}, -1.0, 1.0)" for v in ("i(2)", "f(2)")]
        + [
            f"{Q}.quantized_concat({a})"
            for a in (
                f"0, [{BYTES}, {BYTES}], [-1.0, -2.0], [1.0, 3.0]",
                f"0, [{BYTES}, {BYTES}], [-1.0, -1.0], [1.0, 1.0]",
                f"1, [{MATRIX}] * 2, [-1.0, -2.0], [1.0, 3.0]",
                f"0, [{BYTES}] * 2, [0.5, 0.2], [1.0, 3.0]",
                f"0, [{DONE.format('qint32')}] * 2, [-1.0, -2.0], [1.0, 3.0]",
                f"-1, [{MATRIX}] * 2, [-1.0, -2.0], [1.0, 3.0]",
                f"0, [{BYTES}] * 2, [-1.0], [1.0, 3.0]",
                f"0, [{BYTES}], [-1.0], [1.0]",
                f"0, [{SMALL}] * 2, [-1.0] * 2, [1.0] * 2",
                f"0, [{BYTES}, {SMALL}], [-1.0] * 2, [1.0] * 2",
                f"1, [{BYTES}] * 2, [-1.0] * 2, [1.0] * 2",
                f"0, [{BYTES}, {MATRIX}], [-1.0] * 2, [1.0] * 2",
                "0, [[1], [2]], [-1.0] * 2, [1.0] * 2",
            )
        ]
        + [
            f"tf.cast({v}, tf.{kind})"
            for kind in KINDS
            for v in (
                "[0.0, 1.9, -2.7, 127.0, 300.0, -1.0]",
                "[1, -1, 300, 70000]",
                "[True, False]",
                "tf.cast([1, -1, 300], tf.qint16)",
                "1.5",
            )
        ]
        + [
            f"tf.cast(tf.cast([1, -1, 300, 70000], tf.{kind}), tf.{to})"
            for kind in KINDS
            for to in ("int64", "float32", "float16", "bool", "complex64", "uint8")
        ]
        + [
            f"tf.bitcast({v})"
            for v in (
                f"{SMALL}, tf.int8",
                f"{BYTES}, tf.int8",
                "x([1, -2], 'int8'), tf.qint8",
                "x([1, -2], 'int8'), tf.quint8",
                "x([1, -2], 'int32'), tf.qint8",
                f"{SMALL}, tf.float32",
            )
        ]
        + [
            f"tf.{call}"
            for call in (
                "constant([1, 2], tf.qint8)",
                "zeros([2], tf.qint8)",
                "ones([2], tf.quint8)",
                f"identity({SMALL})",
                f"reshape({SMALL}, [2, 4])",
                f"gather({SMALL}, [0, 1])",
                f"concat([{SMALL}, {SMALL}], 0)",
                f"stack([{SMALL}, {SMALL}])",
                f"equal({SMALL}, {SMALL})",
                f"expand_dims({SMALL}, 0)",
                f"squeeze({SMALL}[None])",
                f"shape({SMALL})",
                f"add({SMALL}, {SMALL})",
                f"Variable({SMALL})",
            )
        ]
        + [f"{SMALL}[1:3]", f"{SMALL}[0]"]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_printing() -> None:
    q = tf.quantization.quantize([-1.0, 0.0, 1.0], -1.0, 1.0, tf.qint8)
    assert repr(q.output) == "<tf.Tensor: shape=(3,), dtype=qint8, numpy=array([-128,   -1,  127], dtype=int8)>"
    assert str(q.output) == "tf.Tensor([-128   -1  127], shape=(3,), dtype=qint8)"
    assert q.output.numpy().dtype == np.int8


@given(
    st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=20),
    st.sampled_from(["MIN_COMBINED", "MIN_FIRST", "SCALED"]),
)
def test_what_comes_back_is_close(numbers: list[float], mode: str) -> None:
    q = tf.quantization.quantize(numbers, -5.0, 5.0, tf.qint8, mode)
    back = tf.quantization.dequantize(q.output, q.output_min, q.output_max, mode)
    step = float(q.output_max - q.output_min) / 255
    assert np.abs(back.numpy() - np.array(numbers, np.float32)).max() <= step * (1.6 if mode == "MIN_FIRST" else 0.51)
