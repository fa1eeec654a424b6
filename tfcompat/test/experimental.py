"""tf.test.experimental."""

from __future__ import annotations

import torch

from tfcompat import _names
from tfcompat._core.context import context as _context


def sync_devices() -> None:
    """Waits until every device has done what it was given, for timings (tf.test.experimental.sync_devices)."""
    for placement in _context.placements().values():
        if placement.torch.type != "cpu":
            torch.accelerator.synchronize(placement.torch)


__getattr__ = _names.module_getattr("tf.test.experimental", globals())
