"""Spectra over time: the short-time Fourier transform and the modified cosine transform, with their inverses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.ops import Value, op
from tfcompat.signal.cosine import dct
from tfcompat.signal.fourier import irfft, rfft
from tfcompat.signal.frames import frame, overlap_and_add, size
from tfcompat.signal.windows import hann_window, vorbis_window

_Window = Callable[..., Any] | None


def _enclosing_power_of_two(n: Any) -> Any:
    """The length of a Fourier transform for frames of `n` samples."""
    if isinstance(n, int):
        if n < 1:
            raise ValueError(f"Argument `frame_length` must be >= 1 where `fft_length` is None, got {n}.")
        return 1 << (n - 1).bit_length()
    power: Any = torch.exp2(torch.ceil(torch.log2(torch.scalar_tensor(n, dtype=torch.float32)))).to(torch.int32)
    return power.item()


def _as_tensor(length: Any) -> Any:
    """A length as window functions get it: an int32 tensor."""
    return convert_to_tensor(length, dtypes.int32)


@dispatchable
def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: _Window = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Any:
    """The spectrum of each frame of the signals: [..., frames, fft_length // 2 + 1] of [..., samples] (tf.signal.stft).

    fft_length: to what length frames are filled up with zeros; the next power of two where None. window_fn: called
    with the frame length and dtype, returns the weights of the samples of a frame; None for equal ones. pad_end:
    whether frames may reach beyond the end. ValueError for dtypes other than float32 and float64.
    """
    x = convert_to_tensor(signals)
    x.shape.with_rank_at_least(1)
    length = size(frame_length, "frame_length")
    sizes = [_enclosing_power_of_two(length) if fft_length is None else fft_length]
    frames = frame(x, length, frame_step, pad_end=pad_end)
    if window_fn is not None:
        frames = frames * window_fn(_as_tensor(length), dtype=frames.dtype)
    return rfft(frames, sizes, name)


@op("InverseSTFTWindow")
def _inverse_window(window: Value, step: Any, name: str | None = None) -> torch.Tensor:
    length = window.shape[0]
    overlaps = -(-length // step)
    squares = torch.nn.functional.pad(torch.square(window), (0, overlaps * step - length))
    total = squares.reshape(overlaps, step).sum(0).repeat(overlaps)[:length]
    nothing = total == 0
    return torch.where(nothing, torch.zeros_like(window), window / torch.where(nothing, torch.ones_like(total), total))


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Callable[..., Any] = hann_window, name: str | None = None
) -> Callable[..., Any]:
    """The window function with which `inverse_stft` undoes `stft` exactly, where frames overlap enough.

    frame_step, forward_window_fn: those of `stft`. Returns a function of the frame length and the dtype.
    (tf.signal.inverse_stft_window_fn)
    """

    def window_fn(frame_length: Any, dtype: Any) -> Any:
        """The weights of a frame of that length."""
        length, step = size(frame_length, "frame_length"), size(frame_step, "frame_step")
        return _inverse_window(forward_window_fn(_as_tensor(length), dtype=dtype), step, name)

    return window_fn


@op("FitFrames")
def _fitted(frames: Value, length: Any, name: str | None = None) -> torch.Tensor:
    """Frames cut or filled up with zeros to a length."""
    extent = frames.shape[-1]
    return frames[..., :length] if length <= extent else torch.nn.functional.pad(frames, (0, length - extent))


@dispatchable
def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: _Window = hann_window,
    name: str | None = None,
) -> Any:
    """The signals, [..., samples], of which `stft` made the spectra `stfts`, [..., frames, fft_length // 2 + 1].

    The arguments are those of `stft`, with window_fn made by `inverse_stft_window_fn` to get the same signal back.
    ValueError for dtypes other than complex64 and complex128. (tf.signal.inverse_stft)
    """
    x = convert_to_tensor(stfts)
    x.shape.with_rank_at_least(2)
    length = size(frame_length, "frame_length")
    frames = irfft(x, [_enclosing_power_of_two(length) if fft_length is None else fft_length])
    frames = _fitted(frames, length)
    if window_fn is not None:
        frames = frames * window_fn(_as_tensor(length), dtype=frames.dtype)
    return overlap_and_add(frames, frame_step, name)


@op("FoldFrames")
def _folded(frames: Value, name: str | None = None) -> torch.Tensor:
    """Quarters a, b, c, d of a frame become -c' - d, a - b', where ' turns the order round."""
    a, b, c, d = frames.tensor_split(4, -1)
    return torch.cat([-c.flip(-1) - d, a - b.flip(-1)], -1)


@op("UnfoldFrames")
def _unfolded(folded: Value, name: str | None = None) -> torch.Tensor:
    """Halves e, f become f, -f', -e', -e: of what `_folded` makes of a frame, the frame with its alias."""
    e, f = folded.tensor_split(2, -1)
    return torch.cat([f, -f.flip(-1), -e.flip(-1), -e], -1)


@dispatchable
def mdct(
    signals: Any,
    frame_length: Any,
    window_fn: _Window = vorbis_window,
    pad_end: bool = False,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The modified discrete cosine transform: [..., frames, frame_length // 2] of [..., samples] (tf.signal.mdct).

    frame_length: a multiple of 4, else ValueError; frames begin half of it apart. window_fn: as in `stft`. norm: None
    or "ortho". float32 or float64.
    """
    x = convert_to_tensor(signals)
    x.shape.with_rank_at_least(1)
    length = size(frame_length, "frame_length")
    if isinstance(length, int) and length % 4:
        raise ValueError("The frame length must be a multiple of 4.")
    frames = frame(x, length, length // 2, pad_end=pad_end)
    frames = frames * (1 / math.sqrt(2) if window_fn is None else window_fn(_as_tensor(length), dtype=frames.dtype))
    return dct(_folded(frames), type=4, norm=norm, name=name)


@dispatchable
def inverse_mdct(
    mdcts: Any, window_fn: _Window = vorbis_window, norm: str | None = None, name: str | None = None
) -> Any:
    """The signals of which `mdct` made [..., frames, frame_length // 2], but for the first and last half frame.

    The arguments are those of `mdct`. Returns [..., (frames + 1) * frame_length // 2]. (tf.signal.inverse_mdct)
    """
    x = convert_to_tensor(mdcts)
    x.shape.with_rank_at_least(2)
    half = tuple(x._t.shape)[-1]
    folded = dct(x, type=4, norm=norm)
    if norm is None:
        folded = folded * (0.5 / half)
    frames = _unfolded(folded)
    window = 1 / math.sqrt(2) if window_fn is None else window_fn(_as_tensor(2 * half), dtype=x.dtype)
    return overlap_and_add(frames * window, half, name)
