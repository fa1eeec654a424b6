"""keras.layers.STFTSpectrogram against numpy's Fourier transform of the frames."""

import numpy as np
import pytest

import tfcompat as tf


def frames(sound: np.ndarray, length: int, step: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(sound, length)[::step]


def expected(sound: np.ndarray, length: int, step: int, fft: int) -> np.ndarray:
    window = np.hanning(length)
    return np.fft.rfft(frames(sound, length, step) * (window / np.sqrt(np.sum(window**2))), fft)


@pytest.fixture
def sound() -> np.ndarray:
    return np.sin(np.arange(100) * 0.3) + 0.2 * np.cos(np.arange(100))


@pytest.mark.parametrize(
    ("mode", "function"),
    [
        ("real", np.real),
        ("imag", np.imag),
        ("magnitude", np.abs),
        ("log", lambda z: np.log(np.abs(z))),
        ("stft", lambda z: np.concatenate([z.real, z.imag], -1)),
        ("psd", lambda z: np.abs(z) ** 2 * np.r_[1, np.full(z.shape[-1] - 2, 2), 1]),
    ],
)
def test_modes_are_of_the_fourier_transform(sound: np.ndarray, mode: str, function) -> None:
    layer = tf.keras.layers.STFTSpectrogram(mode=mode, frame_length=20, frame_step=7, fft_length=32)
    got = layer(sound.astype("float32")[None, :, None]).numpy()[0]
    want = function(expected(sound, 20, 7, 32))
    assert got.shape == want.shape == tuple(layer.compute_output_shape((1, 100, 1)))[1:]
    loud = np.abs(want) < 5  # the logarithm of next to nothing is not what is compared
    np.testing.assert_allclose(got[loud], want[loud], atol=2e-3)


def test_channels_stay_apart(sound: np.ndarray) -> None:
    both = np.stack([sound, 2 * sound], -1).astype("float32")[None]
    layer = tf.keras.layers.STFTSpectrogram(mode="real", frame_length=16, expand_dims=True, padding="same")
    got = layer(both)
    assert got.shape == (1, 13, 9, 2) == layer.compute_output_shape(both.shape)
    np.testing.assert_allclose(got[..., 1], 2 * got[..., 0], atol=1e-5)
    first = tf.keras.layers.STFTSpectrogram(
        mode="real", frame_length=16, expand_dims=True, padding="same", data_format="channels_first"
    )
    np.testing.assert_allclose(first(both.transpose(0, 2, 1)).numpy().transpose(0, 2, 3, 1), got, atol=1e-6)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="frame_step=300"):
        tf.keras.layers.STFTSpectrogram(frame_step=300)
    with pytest.raises(ValueError, match="window 'gong'"):
        tf.keras.layers.STFTSpectrogram(window="gong")
    with pytest.raises(TypeError, match="int32"):
        tf.keras.layers.STFTSpectrogram(frame_length=4)(tf.zeros([1, 8, 1], tf.int32))
