"""tf.signal: Fourier and cosine transforms, frames, windows and spectra of signals."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.signal.cosine import dct, idct, mfccs_from_log_mel_spectrograms
from tfcompat.signal.fourier import (
    fft,
    fft2d,
    fft3d,
    fftnd,
    fftshift,
    ifft,
    ifft2d,
    ifft3d,
    ifftnd,
    ifftshift,
    irfft,
    irfft2d,
    irfft3d,
    irfftnd,
    rfft,
    rfft2d,
    rfft3d,
    rfftnd,
)
from tfcompat.signal.frames import frame, overlap_and_add
from tfcompat.signal.mel import linear_to_mel_weight_matrix
from tfcompat.signal.spectral import inverse_mdct, inverse_stft, inverse_stft_window_fn, mdct, stft
from tfcompat.signal.windows import (
    hamming_window,
    hann_window,
    kaiser_bessel_derived_window,
    kaiser_window,
    vorbis_window,
)

__getattr__ = _names.module_getattr("tf.signal", globals())
