"""tf.signal's cosine transforms, as TensorFlow computes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.signal.{name}(f(2, {n}, dtype='{dtype}'), {kind}, norm={norm})"
            for name in ("dct", "idct")
            for n in (1, 2, 5, 6)
            for dtype in ("float32", "float64")
            for kind in (1, 2, 3, 4)
            for norm in (None, "'ortho'")
        ]
        + [
            f"tf.signal.{name}(f(2, 4), {kind}, {n})"
            for name in ("dct", "idct")
            for kind in (1, 2, 3, 4)
            for n in (2, 6)
        ]
        + [
            f"tf.signal.dct(f(3), {arguments})"
            for arguments in ("5", "2, 0", "2, axis=0", "2, norm='x'", "1, norm='ortho'", "2, None, -1, None, 'name'")
        ]
        + [
            f"tf.signal.dct({x})"
            for x in (
                "[1.0, 2.0, 3.0]",
                "np.array([1.0, 2.0])",
                "x([1, 2], 'int32')",
                "x([1, 2], 'float16')",
                "tf.zeros([0])",
                "tf.zeros([3, 0])",
            )
        ]
        + [
            f"tf.signal.mfccs_from_log_mel_spectrograms({x})"
            for x in ("f(2, 3, 5)", "f(4, dtype='float64')", "tf.zeros([2, 0])", "x([1, 2], 'int32')")
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@given(st.integers(2, 4), st.integers(1, 30))
def test_the_orthonormal_transforms_undo_each_other_and_keep_the_norm(kind: int, n: int) -> None:
    x = np.sin(np.arange(n) * 1.7)
    y = tf.signal.dct(x, kind, norm="ortho")
    np.testing.assert_allclose(tf.signal.idct(y, kind, norm="ortho"), x, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(y), np.linalg.norm(x), atol=1e-12)
