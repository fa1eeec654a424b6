"""tf.raw_ops: TensorFlow's kernels, each a function of keyword arguments with the kernel's own parameters.

They are the functions that the public ops are made of, called by TensorFlow's signatures (`_signatures`), and plain
functions over torch tensors for the kernels that no public op has. A function is made when its name is first read.
"""

from __future__ import annotations

import collections.abc as _abc
import importlib as _importlib
import sys as _sys
import typing as _typing

from tfcompat import _names
from tfcompat.raw_ops._calling import is_refused, keywords_only, make, refused
from tfcompat.raw_ops._registry import BODIES
from tfcompat.raw_ops._signatures import names

_FAMILIES = (
    "public elementwise arrays ordering segments matrices convolutions pooling normalization recurrent "
    "random candidates resources training images scaling boxes fourier sequences quantized ragged strings lists "
    "tables queues control variables debugging datasets dataset_functions dataset_orders readers parsing collectives "
    "sound uniform_quantized ragged_variants channel_quantized vocabularies fused_products "
    "quantized_arithmetic savers csr summaries arrays_of_tensors quantized_images uniform_convolutions clustering sdca "
    "batching unavailable sparse_cholesky record_input session_tensors snapshot_files minimum_degree rendezvous "
    "data_service"
)
for _family in _FAMILIES.split():
    _importlib.import_module(f"{__name__}._{_family}")


def _positional(name: str) -> _abc.Callable[..., _typing.Any] | None:
    """The function of the raw op `name` that takes positional arguments too; None where there is none."""
    entry = BODIES.get(name)
    if entry is not None:
        return make(name, *entry)
    return refused(name) if name in names() and is_refused(name) else None


def __getattr__(name: str) -> _typing.Any:
    function = _positional(name)
    if function is None:
        _names.raise_from(_names.error("tf.raw_ops", name), __name__, name, _sys._getframe(1))
    globals()[name] = found = keywords_only(function)
    return found


def __dir__() -> list[str]:
    return sorted(name for name in names() if name in BODIES or is_refused(name))
