"""tf.config.threading: how many threads ops use."""

from __future__ import annotations

import torch

from tfcompat import _names
from tfcompat._core.context import context as _context
from tfcompat._core.flags import flags as _flags

_system_choice: int | None = None


def get_intra_op_parallelism_threads() -> int:
    """The threads that one op may use, 0 where the system chooses (tf.config.threading)."""
    return _flags.intra_op_threads


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Lets one op use `num_threads` threads, 0 for what the system chooses; torch's global number of threads.

    ValueError for a negative number; RuntimeError once devices are in use.
    """
    global _system_choice
    if _checked(num_threads) < 0:
        raise ValueError(f"num_threads must not be negative, got {num_threads}")
    if num_threads == _flags.intra_op_threads:
        return
    _context.require_uninitialized("Intra op parallelism cannot be modified after initialization.")
    if _system_choice is None:
        _system_choice = torch.get_num_threads()
    torch.set_num_threads(num_threads or _system_choice)
    _flags.intra_op_threads = num_threads


def get_inter_op_parallelism_threads() -> int:
    """The number that `set_inter_op_parallelism_threads` was given, 0 at first (tf.config.threading)."""
    return _flags.inter_op_threads


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """How many independent ops may run at once; torch runs one after the other, so the number is only kept.

    RuntimeError once devices are in use.
    """
    if _checked(num_threads) != _flags.inter_op_threads:
        _context.require_uninitialized("Inter op parallelism cannot be modified after initialization.")
        _flags.inter_op_threads = num_threads


def _checked(num_threads: int) -> int:
    if isinstance(num_threads, bool) or not hasattr(num_threads, "__index__"):
        raise TypeError(f"num_threads must be an integer, got {num_threads!r} of {type(num_threads)}")
    return num_threads


__getattr__ = _names.module_getattr("tf.config.threading", globals())
