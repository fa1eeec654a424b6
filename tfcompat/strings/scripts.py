"""The scripts of Unicode's characters: tf.strings.unicode_script, and the ranges that regular expressions name."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype, op

_INVALID, _UNKNOWN = -1, 103  # ICU's numbers for what is no character, and for one of no known script
_LAST = 0x10FFFF

Ranges = list[tuple[int, int]]


@functools.cache
def _table() -> Mapping[str, tuple[int, Ranges]]:
    """Each script's number and characters, first and last of each range."""
    text = (pathlib.Path(__file__).parent.parent / "_script_ranges.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines()[1:]:
        number, name, *ranges = line.split()
        ends = [r.partition("-") for r in ranges]
        found[name] = int(number), [(int(first, 16), int(last or first, 16)) for first, _, last in ends]
    return found


def characters(name: str) -> Ranges | None:
    """The characters of the script `name` ("Greek"); None where there is no such script."""
    found = _table().get(name)
    return None if found is None else found[1]


@functools.cache
def _changes() -> tuple[torch.Tensor, torch.Tensor]:
    """Where in Unicode another script begins, and its number."""
    ranges = sorted((first, last, number) for number, rs in _table().values() for first, last in rs)
    starts, numbers, at = [0], [_UNKNOWN], 0
    for first, last, number in ranges:
        if first > at:
            starts.append(at)
            numbers.append(_UNKNOWN)
        starts.append(first)
        numbers.append(number)
        at = last + 1
    return torch.tensor([*starts, at]), torch.tensor([*numbers, _UNKNOWN], dtype=torch.int32)


def expect_code_points(x: Any) -> None:
    """InvalidArgumentError for another dtype than int32."""
    kind = dtypes.string if isinstance(x, np.ndarray) else BY_STORAGE[x.dtype]
    if kind is not dtypes.int32:
        raise Invalid(f"input #0(zero-based) was expected to be a int32 tensor but is a {kernel_dtype(kind)} tensor")


@op("UnicodeScript")
def _unicode_script(input: Value, name: str | None = None) -> torch.Tensor:
    expect_code_points(input)
    starts, numbers = (t.to(input.device) for t in _changes())
    at = torch.searchsorted(starts, input.long().contiguous(), right=True) - 1
    found = numbers[at.clamp_min(0)]
    return torch.where((input < 0) | (input > _LAST), _INVALID, found).to(torch.int32)


def unicode_script(input: Any, name: str | None = None) -> Any:
    """ICU's number for the script of each code point, an int32 tensor (tf.strings.unicode_script).

    0 is for characters of many scripts, 103 for those of none that Unicode 13 knows, -1 for what is no code point.
    InvalidArgumentError for other dtypes than int32.
    """
    x = input if hasattr(input, "dtype") else convert_to_tensor(input, dtypes.int32)
    return _unicode_script(x, name)
