"""keras.initializers.STFT."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.signal

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._state import settings
from tfcompat.keras.initializers.base import Initializer
from tfcompat.keras.ops._operation import torch_dtype

_WINDOWS = ("bartlett", "blackman", "cosine", "hamming", "hann", "nuttall")


def _window(window: Any, length: int, periodic: bool) -> torch.Tensor:
    if window is None or window in ("boxcar", "rectangular", "ones"):
        return torch.ones(length, dtype=torch.float64)
    if not isinstance(window, str):
        found = to_storage(window).to(torch.float64)
        if tuple(found.shape) != (length,):
            raise ValueError(f"`window` must have {length} elements. Received: shape={tuple(found.shape)}")
        return found
    return getattr(torch.signal.windows, window)(length, sym=not periodic, dtype=torch.float64)


class STFT(Initializer):
    """Waves under a window, as a convolution's kernel (tf.keras.initializers.STFT), for shapes [time, 1, frequencies].

    side: "real" for cosines, "imag" for sines. window: a name, an array or None; periodic: whether one period of it.
    scaling: "density" or "spectrum", which divides by the window's L2 or L1 norm, or None.
    """

    def __init__(
        self, side: str = "real", window: Any = "hann", scaling: str | None = "density", periodic: bool = False
    ) -> None:
        if side not in ("real", "imag"):
            raise ValueError(f"side should be 'real' or 'imag', not {side}")
        if isinstance(window, str) and window not in (*_WINDOWS, "boxcar", "rectangular", "ones"):
            raise ValueError(
                f"Unknown window {window!r}: keras.initializers.STFT in tfcompat knows {', '.join(_WINDOWS)} and "
                "boxcar; pass others as arrays."
            )
        if scaling not in (None, "density", "spectrum"):
            raise ValueError(
                f"Scaling is invalid, it must be `None`, 'density' or 'spectrum'. Received scaling={scaling}"
            )
        self.side, self.window, self.scaling, self.periodic = side, window, scaling, periodic

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The kernel, of a float dtype."""
        frames, _, frequencies = shape
        window = _window(self.window, frames, self.periodic)
        if self.scaling == "density":
            window = window / window.square().sum().sqrt()
        elif self.scaling == "spectrum":
            window = window / window.abs().sum()
        turn = torch.arange(frequencies, dtype=torch.float64) / ((frequencies - 1) * 2)
        angle = -2 * math.pi * torch.arange(frames, dtype=torch.float64).reshape(-1, 1, 1) * turn
        wave = torch.cos(angle) if self.side == "real" else torch.sin(angle)
        kernel = wave * window.reshape(-1, 1, 1)
        return wrap(kernel.to(torch_dtype(settings.floatx if dtype is None else dtype)))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {"side": self.side, "window": self.window, "periodic": self.periodic, "scaling": self.scaling}
