"""tf.raw_ops of picked segments and of Fourier transforms, as TensorFlow computes them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

SEGMENTS = ("Sum", "Mean", "SqrtN")

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.raw_ops.SparseSegment{n}(data=f(4, 2), indices=[3, 0, 3], segment_ids=[0, 0, 2])" for n in SEGMENTS]
        + [
            f"tf.raw_ops.SparseSegment{n}WithNumSegments(data=f(4), indices=[3, 0], segment_ids=[0, 1], "
            f"num_segments={k})"
            for n in SEGMENTS
            for k in (3, 1)
        ]
        + [
            f"tf.raw_ops.SparseSegment{n}Grad(grad=f(3, 2), indices=[3, 0, 3], segment_ids=[0, 0, 2], output_dim0=4)"
            for n in SEGMENTS
        ]
        + [
            f"tf.raw_ops.SparseSegment{n}GradV2(grad=f(3, 2), indices=[3, 0, 3], segment_ids=[0, 0, 2], "
            f"dense_output_dim0=4)"
            for n in SEGMENTS
        ]
        + [
            f"tf.raw_ops.SparseSegmentSum(data=f(4), indices={i}, segment_ids={s})"
            for i, s in (([4], [0]), ([0, 1], [1, 0]), ([0], [0, 1]), ([0], [-1]))
        ]
        + [f"tf.raw_ops.{n}(input=c(2, 2, 4))" for n in ("FFT", "IFFT", "FFT2D", "IFFT2D", "FFT3D", "IFFT3D")]
        + [
            "tf.raw_ops.FFT(input=f(3))",
            "tf.raw_ops.FFT2D(input=c(3))",
            "tf.raw_ops.FFT(input=c(3, dtype='complex128'))",
        ]
        + [
            f"tf.raw_ops.RFFT{s}(input=f(2, 2, 4), fft_length={n})"
            for s, n in (("", [4]), ("", [6]), ("", [3]), ("2D", [2, 4]), ("3D", [2, 2, 4]), ("", [4, 4]))
        ]
        + [
            f"tf.raw_ops.IRFFT{s}(input=c(2, 2, 3), fft_length={n})"
            for s, n in (("", [4]), ("", [5]), ("", [3]), ("", [9]), ("2D", [2, 4]), ("3D", [2, 2, 4]), ("", []))
        ]
        + []
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_transforms_over_axes_are_numpys() -> None:
    """TensorFlow has kernels for these on a GPU alone."""
    x = (np.arange(12) % 5).reshape(3, 4).astype("float32")
    both = {"fft_length": [3, 4], "axes": [0, 1]}
    z = tf.raw_ops.FFTND(input=x.astype("complex64"), **both)
    np.testing.assert_allclose(z, np.fft.fft2(x), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(tf.raw_ops.IFFTND(input=z, **both), x, rtol=1e-5, atol=1e-5)
    half = tf.raw_ops.RFFTND(input=x, **both)
    np.testing.assert_allclose(half, np.fft.rfft2(x), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(tf.raw_ops.IRFFTND(input=half, **both), x, rtol=1e-5, atol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Axes must be unique"):
        tf.raw_ops.FFTND(input=z, fft_length=[3, 3], axes=[0, 0])
