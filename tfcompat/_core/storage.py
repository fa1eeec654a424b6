"""Numpy arrays on the memory that holds a tensor's value, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.dtypes import VIEW_AS, DType


def to_numpy(value: Any) -> np.ndarray:
    """A numpy array on the storage of `value`, copied only where it does not lie in the CPU's memory as numpy's do."""
    if isinstance(value, np.ndarray):
        fields = value.dtype.names
        return value[fields[0]] if fields else value
    if value.requires_grad:
        value = value.detach()
    if not value.is_cpu:
        value = value.cpu()
    if value.is_conj() or value.is_neg():
        value = value.resolve_conj().resolve_neg()
    shared = VIEW_AS.get(value.dtype)
    if shared is None:
        return value.numpy()
    return value.view(shared[0]).numpy().view(shared[1])


def is_plain(t: torch.Tensor) -> bool:
    """Whether a tensor's bytes lie in the CPU's memory one after the other, as those of a file."""
    return t.is_cpu and t.is_contiguous() and not t.is_conj() and not t.is_neg()


def from_numpy(array: np.ndarray, dtype: DType) -> Any:
    """What holds a copy of `array` as `dtype`, cast as numpy casts: a torch tensor, an array where torch has none."""
    with np.errstate(all="ignore"):
        copy = np.array(array, dtype=dtype.as_numpy_dtype, order="C", copy=True)
    if dtype.torch is None:
        return copy
    shared = VIEW_AS.get(dtype.torch)
    if shared is None:
        return torch.from_numpy(copy)
    return torch.from_numpy(copy.view(shared[2])).view(dtype.torch)


def on_numpy(array: np.ndarray, dtype: DType) -> Any:
    """What holds `array`, of `dtype`, on its own memory where that can be written to; else on a copy."""
    if dtype.torch is None:
        return array
    if not (array.flags.c_contiguous and array.flags.writeable):
        array = np.array(array, order="C")
    shared = VIEW_AS.get(dtype.torch)
    if shared is None:
        return torch.from_numpy(array)
    return torch.from_numpy(array.view(shared[2])).view(dtype.torch)


def plain_integers(array: np.ndarray) -> torch.Tensor:
    """The integers of an array that holds a quantized tensor, or one of 4 bits, as torch has them."""
    plain = to_numpy(array)
    return torch.from_numpy(np.asarray(plain if array.dtype.names else plain.astype(np.int8), order="C"))


def quantized_storage(integers: torch.Tensor, dtype: DType) -> np.ndarray:
    """What holds `integers` as a tensor of a quantized dtype; they lose the bits that it has not."""
    kind = np.dtype(dtype.as_numpy_dtype)
    return integers.detach().cpu().numpy().astype(kind[0]).view(kind)
