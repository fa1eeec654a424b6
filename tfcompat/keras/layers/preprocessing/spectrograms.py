"""Sound in time and frequency: keras.layers.MelSpectrogram and keras.layers.STFTSpectrogram."""

from __future__ import annotations

import math
import warnings
from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import initializers
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer

_TORCH = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}


def _mels(hertz: torch.Tensor) -> torch.Tensor:
    return 1127.0 * torch.log1p(hertz / 700.0)


def _window(window: Any, length: int, like: torch.Tensor) -> torch.Tensor:
    """A window by name, periodic, or as given; ones for None."""
    if window is None:
        return torch.ones(length, dtype=like.dtype, device=like.device)
    if not isinstance(window, str):
        found = to_storage(window).to(like)
        if tuple(found.shape) != (length,):
            raise ValueError(f"The shape of `window` must be ({length},). Received: window shape={tuple(found.shape)}")
        return found
    make = {"hann": torch.hann_window, "hamming": torch.hamming_window}.get(window)
    if make is None:
        raise ValueError(
            f"If a string is passed to `window`, it must be one of `'hann'`, `'hamming'`. Received: window={window}"
        )
    return make(length, periodic=True, dtype=like.dtype, device=like.device)


class MelSpectrogram(DataLayer):
    """How strong each of `num_mel_bins` bands of pitch is over time (tf.keras.layers.MelSpectrogram).

    [samples] or [batch, samples] to [..., num_mel_bins, frames]. fft_length, sequence_length, sequence_stride: of the
    Fourier transforms, in samples, under a `window`: "hann", "hamming", an array or None. min_freq, max_freq: where the
    bands lie, in hertz. mag_exp: the power of the magnitudes. power_to_db: whether it is told in decibels over
    `ref_power`, at least `min_power` and at most `top_db` below the loudest.
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length, self.sequence_stride = fft_length, sequence_stride
        self.sequence_length = sequence_length or fft_length
        if fft_length < self.sequence_length:
            raise ValueError(
                "`fft_length` must be greater than or equal to `sequence_length`. "
                f"Received: `sequence_length`={self.sequence_length}, `fft_length`={fft_length}."
            )
        self.window, self.sampling_rate, self.num_mel_bins = window, sampling_rate, num_mel_bins
        self.min_freq, self.max_freq = min_freq, max_freq or int(sampling_rate / 2)
        self.power_to_db, self.top_db = power_to_db, top_db
        self.mag_exp, self.min_power, self.ref_power = mag_exp, min_power, ref_power

    def call(self, inputs: Any) -> Any:
        """The spectrogram of sound."""
        wide = self.compute_dtype if self.compute_dtype in ("float32", "float64") else "float32"
        x = to_storage(inputs).to(_TORCH[wide])
        spectrum = torch.stft(
            x.reshape(-1, x.shape[-1]),
            self.fft_length,
            hop_length=self.sequence_stride,
            win_length=self.sequence_length,
            window=_window(self.window, self.sequence_length, x),
            center=True,
            pad_mode="reflect",
            return_complex=True,
        )
        power = spectrum.abs() ** self.mag_exp
        mel = self._matrix(self.num_mel_bins, power.shape[-2], self.sampling_rate, self.min_freq, self.max_freq, x)
        found = (mel.T @ power).reshape(*x.shape[:-1], self.num_mel_bins, power.shape[-1])
        if self.power_to_db:
            found = self._decibels(found)
        return wrap(found.to(_TORCH[self.compute_dtype]))

    def _decibels(self, power: torch.Tensor) -> torch.Tensor:
        loud = 10.0 * torch.log10(power.clamp_min(self.min_power))
        loud = loud - 10.0 * math.log10(max(abs(float(self.ref_power)), self.min_power))
        return torch.maximum(loud, loud.max() - self.top_db)

    def _matrix(
        self, bins: int, frequencies: int, rate: float, low: float, high: float, like: torch.Tensor
    ) -> torch.Tensor:
        """How much each frequency counts in each band: triangles between neighbouring bands, [frequencies, bins]."""
        kind: dict[str, Any] = {"dtype": like.dtype, "device": like.device}
        places = _mels(torch.linspace(0, rate / 2, frequencies, **kind)[1:]).unsqueeze(1)
        ends = _mels(torch.tensor([float(low), float(high)], **kind)).tolist()
        edges = torch.linspace(ends[0], ends[1], bins + 2, **kind)
        rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
        falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
        return F.pad(torch.minimum(rising, falling).clamp_min(0), (0, 0, 1, 0))

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: float = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
        dtype: Any = "float32",
    ) -> Any:
        """How much each of `num_spectrogram_bins` frequencies counts in each of `num_mel_bins` bands."""
        like = torch.empty(0, dtype=_TORCH[standardize_dtype(dtype)])
        ends = (lower_edge_hertz, upper_edge_hertz)
        return wrap(self._matrix(num_mel_bins, num_spectrogram_bins, sampling_rate, *ends, like))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[..., num_mel_bins, frames]."""
        *outer, samples = input_shape
        frames = None if samples is None else (samples + self.sequence_stride + 1) // self.sequence_stride
        return (*outer, self.num_mel_bins, frames)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        names = (
            "fft_length sequence_stride sequence_length window sampling_rate num_mel_bins min_freq max_freq "
            "power_to_db top_db mag_exp min_power ref_power"
        )
        return {**super().get_config(), **{name: _checks.plain(getattr(self, name)) for name in names.split()}}


_STFT_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """Spectrograms by convolution with waves, which training may change (tf.keras.layers.STFTSpectrogram).

    [batch, samples, channels] (or channels before samples) to [batch, frames, frequencies * channels],
    or with a dimension for each where `expand_dims`. mode: "log", "magnitude", "psd", "real", "imag", "angle", "stft"
    (real and imaginary parts). frame_length, frame_step, fft_length: in samples. window, periodic, scaling: as
    keras.initializers.STFT's. padding: "valid" or "same".
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        if frame_step is not None and not 1 <= frame_step <= frame_length:
            raise ValueError(
                "`frame_step` should be a positive integer not greater than `frame_length`. "
                f"Received frame_step={frame_step}, frame_length={frame_length}"
            )
        if fft_length is not None and fft_length < frame_length:
            raise ValueError(
                "`fft_length` should be not less than `frame_length`. "
                f"Received fft_length={fft_length}, frame_length={frame_length}"
            )
        if fft_length is not None and fft_length & (fft_length - 1):
            warnings.warn(
                f"`fft_length` is recommended to be a power of two. Received fft_length={fft_length}", stacklevel=2
            )
        super().__init__(**kwargs)
        self.mode = _checks.one_of(mode, _STFT_MODES, self, "mode")
        self.scaling = _checks.one_of(scaling, ("density", "spectrum"), self, "scaling", none=True)
        self.padding = _checks.one_of(padding, ("valid", "same"), self, "padding")
        formats = ("channels_last", "channels_first")
        chosen = settings.image_data_format if data_format is None else data_format
        self.data_format = _checks.one_of(chosen, formats, self, "data_format")
        initializers.STFT("real", window, scaling, periodic)  # says what is wrong with the window
        self.frame_length, self.frame_step, self.fft_length = frame_length, frame_step, fft_length
        self._frame_step = frame_step or frame_length // 2
        self._fft_length = fft_length or 2 ** math.ceil(math.log2(frame_length))
        self.window, self.periodic, self.expand_dims = window, periodic, expand_dims
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Makes the waves: cosines for the real part, sines for the imaginary one."""
        shape = (self.frame_length, 1, self._fft_length // 2 + 1)
        for side in ("real", "imag"):
            if self.mode not in ("real", "imag") or self.mode == side:
                start = initializers.STFT(side, self.window, self.scaling, self.periodic)
                setattr(self, f"{side}_kernel", self.add_weight(name=f"{side}_kernel", shape=shape, initializer=start))

    def _part(self, x: torch.Tensor, kernel: Any) -> torch.Tensor:
        """[batch, channels, samples] to [batch, channels, frequencies, frames]."""
        batch, channels, samples = x.shape
        waves = to_storage(kernel).to(x.dtype).permute(2, 1, 0)
        flat = x.reshape(batch * channels, 1, samples)
        if self.padding == "same":
            missing = max((-(-samples // self._frame_step) - 1) * self._frame_step + self.frame_length - samples, 0)
            flat = F.pad(flat, (missing // 2, missing - missing // 2))
        found = F.conv1d(flat, waves, stride=self._frame_step)
        return found.reshape(batch, channels, *found.shape[1:])

    def call(self, inputs: Any) -> Any:
        """The spectrogram of sound; TypeError for inputs that are no floats of 16, 32 or 64 bits."""
        x = to_storage(inputs)
        if x.dtype not in (torch.float16, torch.float32, torch.float64):
            raise TypeError(
                "Invalid input type. Expected `float16`, `float32` or `float64`. "
                f"Received: input type={standardize_dtype(inputs.dtype)}"
            )
        x = x.transpose(1, 2) if self.data_format == "channels_last" else x
        parts = [
            self._part(x, getattr(self, f"{side}_kernel"))
            for side in ("real", "imag")
            if self.mode not in ("real", "imag") or self.mode == side
        ]
        return wrap(self._arranged(self._result(parts)))

    def _result(self, parts: list[torch.Tensor]) -> torch.Tensor:
        if self.mode in ("real", "imag"):
            return parts[0]
        real, imag = parts
        if self.mode == "angle":
            return torch.atan2(imag, real)
        if self.mode == "stft":
            return torch.cat([real, imag], 2)
        power = real.square() + imag.square()
        if self.mode == "psd":  # one side's frequencies count for both but at the ends
            return power + F.pad(power[:, :, 1:-1], (0, 0, 1, 1))
        magnitude = power.clamp_min(1e-7).sqrt()
        return magnitude if self.mode == "magnitude" else magnitude.clamp_min(1e-7).log()

    def _arranged(self, found: torch.Tensor) -> torch.Tensor:
        last = self.data_format == "channels_last"
        if self.expand_dims:
            return found.permute(0, 3, 2, 1) if last else found.permute(0, 1, 3, 2)
        flat = found.flatten(1, 2)
        return flat.transpose(1, 2) if last else flat

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the spectrogram."""
        last = self.data_format == "channels_last"
        batch, samples, channels = input_shape if last else (input_shape[0], input_shape[2], input_shape[1])
        frequencies = (self._fft_length // 2 + 1) * (2 if self.mode == "stft" else 1)
        frames = None
        if samples is not None:
            length = samples if self.padding == "same" else samples - self.frame_length + 1
            frames = -(-length // self._frame_step)
        if self.expand_dims:
            return (batch, frames, frequencies, channels) if last else (batch, channels, frames, frequencies)
        width = None if channels is None else frequencies * channels
        return (batch, frames, width) if last else (batch, width, frames)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        names = "mode frame_length frame_step fft_length window periodic scaling padding data_format expand_dims"
        return {**super().get_config(), **{name: _checks.plain(getattr(self, name)) for name in names.split()}}
