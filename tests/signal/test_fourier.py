"""tf.signal's Fourier transforms, as TensorFlow computes them; over any axes, for which it has no kernel, as numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

COMPLEX = ["fft", "ifft", "fft2d", "ifft2d", "fft3d", "ifft3d"]
SIZES = {"": "[n]", "2d": "[3, n]", "3d": "[2, 3, n]"}

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.signal.{name}(c(2, 3, 4, dtype='{dtype}'))" for name in COMPLEX for dtype in ("complex64", "complex128")]
        + [f"tf.signal.{name}(c(3, 5, 1))" for name in COMPLEX]
        + [f"tf.signal.{name}(tf.zeros({s}, tf.complex64))" for name in COMPLEX for s in ("[2, 0, 3]", "[2, 3, 0]")]
        + [
            f"tf.signal.{name}({x})"
            for name in COMPLEX
            for x in ("[[[1.0, 2.0]]]", "[[[1, 2]]]", "[[[1j, 2.0]]]", "1j")
        ]
        + [f"tf.signal.{name}({x})" for name in ("fft", "fft2d") for x in ("f(2, 3)", "['a']", "np.ones([2, 2])")]
        + [
            f"tf.signal.rfft{rank}(f(2, 3, {n}, dtype='{dtype}'))"
            for rank in SIZES
            for n in (1, 4, 5)
            for dtype in ("float32", "float64")
        ]
        + [
            f"tf.signal.irfft{rank}(c(2, 3, {n}, dtype='{dtype}'))"
            for rank in SIZES
            for n in (2, 3, 4)
            for dtype in ("complex64", "complex128")
        ]
        + [
            f"tf.signal.rfft{rank}(f(2, 3, 4), {size.replace('n', str(n))})"
            for rank, size in SIZES.items()
            for n in (3, 4, 5, 8)
        ]
        + [
            f"tf.signal.irfft{rank}(c(2, 3, 4), {size.replace('n', str(n))})"
            for rank, size in SIZES.items()
            for n in (4, 5, 6, 7, 9)
        ]
        + [
            "tf.signal.rfft([1, 2, 3])",
            "tf.signal.rfft(np.arange(6.0))",
            "tf.signal.fft([tf.constant(2.0)])",
            "tf.signal.fft(tf.Variable([2.0]))",
            "tf.signal.irfft(np.zeros(2))",
            "tf.signal.irfft([1j, 2.0, 3.0])",
            "tf.signal.irfft(c(3), [6])",
            "tf.signal.irfft([1.0, 2.0])",
            "tf.signal.rfft(tf.zeros([0]))",
            "tf.signal.rfft(tf.zeros([2, 0, 3]))",
            "tf.signal.rfft(tf.zeros([0, 3]), [4])",
            "tf.signal.irfft(tf.zeros([0, 3], tf.complex64))",
            "tf.signal.rfft2d(f(2, 3), [1, 1])",
            "tf.signal.rfft(f(3), 3)",
            "tf.signal.rfft(f(3), [3, 3])",
            "tf.signal.rfft(f(3), [-1])",
            "tf.signal.rfft(f(3), [2.5])",
            "tf.signal.rfft(f(3), tf.constant([4], tf.int64))",
            "tf.signal.rfft(x([1, 2], 'int32'))",
            "tf.signal.rfft(x([1, 2], 'float16'))",
            "tf.signal.rfft(c(3))",
            "tf.signal.irfft(f(3))",
            "tf.signal.rfft2d(f(3))",
            "tf.signal.irfft3d(c(3, 3))",
            "tf.signal.rfft2d(f(3, 3), [3])",
            "tf.signal.rfftnd(x([1, 2], 'int32'))",
            "tf.signal.irfftnd(f(3))",
            "tf.signal.fftnd(f(3))",
        ]
        + [
            f"tf.signal.{name}({x}, {axes})"
            for name in ("fftshift", "ifftshift")
            for x in ("f(4)", "f(5, 4)")
            for axes in (None, 0, -1, [0], [-1], (0,), 3, [5], [], "tf.constant(0)", "tf.constant([0])")
        ]
        + [
            f"tf.signal.{name}({x})"
            for name in ("fftshift", "ifftshift")
            for x in ("f(5, 4, 3)", "c(3)", "['a', 'b', 'c']", "[True, False, False]", "1.0", "tf.zeros([0, 2])")
        ]
        + [f"tf.signal.fftshift(f(5, 4), {axes})" for axes in ([0, 1], [1, -2], (0, 1))]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("axes", [None, [0], [-1], [1, 2], [2, 0]])
@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
@pytest.mark.parametrize("name", ["fftnd", "ifftnd", "rfftnd", "irfftnd"])
def test_over_axes_as_numpy(name: str, norm: str, axes: list[int] | None) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32" if name == "rfftnd" else "complex64")
    want = getattr(np.fft, name.removesuffix("d"))(x, axes=axes, norm=norm)
    got = getattr(tf.signal, name)(x, axes=axes, norm=norm)
    assert got.dtype == {"rfftnd": tf.complex64, "irfftnd": tf.float32}.get(name, tf.complex64)
    np.testing.assert_allclose(got, want, atol=2e-5, rtol=2e-5)


@pytest.mark.parametrize("sizes", [[3, 7], [2, 4], [6, 2]])
@pytest.mark.parametrize("name", ["fftnd", "ifftnd", "rfftnd", "irfftnd"])
def test_lengths_cut_and_fill_up(name: str, sizes: list[int]) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float64" if name == "rfftnd" else "complex128")
    want = getattr(np.fft, name.removesuffix("d"))(x, sizes, axes=[0, 2])
    np.testing.assert_allclose(getattr(tf.signal, name)(tf.constant(x), sizes, [0, 2]), want, atol=1e-12)
    kind = {"rfftnd": [tf.complex128], "irfftnd": [tf.float64]}.get(name, [])
    np.testing.assert_allclose(getattr(tf, name)(tf.constant(x), sizes, [0, 2], *kind), want, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"axes": [3]}, tf.errors.InvalidArgumentError),
        ({"axes": [0, -2]}, tf.errors.InvalidArgumentError),
        ({"axes": [0], "fft_length": [2, 3]}, tf.errors.InvalidArgumentError),
        ({"axes": [0], "fft_length": [0]}, tf.errors.InvalidArgumentError),
        ({"norm": "other"}, ValueError),
    ],
)
def test_wrong_arguments_over_axes(arguments: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.signal.fftnd(tf.zeros([2, 3], tf.complex64), **arguments)


def test_the_dtype_of_the_result_is_that_of_the_precision() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="Tcomplex"):
        tf.rfftnd(tf.zeros([4], tf.float64), [4], [0])
    assert tf.irfftnd(tf.zeros([3], tf.complex64), [4], [0]).dtype == tf.float32


def test_no_axes_leave_complex_numbers_and_are_wrong_for_real_ones() -> None:
    x = tf.constant([[1j, 2.0]])
    np.testing.assert_array_equal(tf.signal.fftnd(x, axes=[]), x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="at least one of axes"):
        tf.signal.rfftnd([1.0, 2.0], axes=[])


@given(st.integers(1, 40), st.integers(1, 50))
def test_real_transforms_undo_each_other(n: int, length: int) -> None:
    x = np.sin(np.arange(n) * 1.7)
    back = tf.signal.irfft(tf.signal.rfft(tf.constant(x), [length]), [length])
    want = np.zeros(length)
    want[: min(n, length)] = x[:length]
    np.testing.assert_allclose(back, want, atol=1e-12)


def test_in_a_function_of_unknown_length() -> None:
    spectrum = tf.function(
        lambda x: tf.signal.irfft(tf.signal.rfft(x, [64])), input_signature=[tf.TensorSpec([None, None])]
    )
    for n in (10, 80):
        x = tf.ones([2, n])
        np.testing.assert_allclose(spectrum(x), np.pad(np.ones([2, n]), [(0, 0), (0, 64)])[:, :64], atol=1e-6)
