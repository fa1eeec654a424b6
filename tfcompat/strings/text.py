"""Length, case, blanks and parts of strings."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import wrong_dtype
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Alike, Invalid, Value
from tfcompat.strings.elements import array, as_strings, choice, each, filled, string_op

_UNITS = ("BYTE", "UTF8_CHAR")


def _starts(text: bytes) -> list[int]:
    """Where the characters of UTF-8 text begin, and its end."""
    return [i for i, b in enumerate(text) if b & 0xC0 != 0x80] + [len(text)]


@string_op("StringLength")
def _length(input: Value, unit: str, name: str | None = None) -> torch.Tensor:
    x, by_byte = array(input), choice(unit, "unit", _UNITS) == "BYTE"
    sizes = [len(v) if by_byte else len(_starts(v)) - 1 for v in x.reshape(-1)]
    return torch.tensor(sizes, dtype=torch.int32).reshape(x.shape)


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Any:
    """How many bytes, or with unit "UTF8_CHAR" characters, each string has, int32 (tf.strings.length)."""
    return _length(as_strings(input), unit, name)


def _case(x: np.ndarray, encoding: str, change: str) -> np.ndarray:
    if encoding not in ("", "utf-8"):
        raise Invalid(f"only utf-8 or '' (no encoding) is supported, received {encoding}")
    if not encoding:
        return each(lambda v: getattr(v, change)(), x)
    return each(lambda v: getattr(v.decode("utf-8", "replace"), change)().encode(), x)


@string_op("StringLower")
def _lower(input: Value, encoding: str, name: str | None = None) -> Any:
    return _case(array(input), encoding, "lower")


@string_op("StringUpper")
def _upper(input: Value, encoding: str, name: str | None = None) -> Any:
    return _case(array(input), encoding, "upper")


def lower(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """The strings in lower case: ASCII letters only, or with encoding "utf-8" all (tf.strings.lower).

    Raises InvalidArgumentError for another encoding.
    """
    return _lower(as_strings(input), encoding, name)


def upper(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """The strings in upper case; as `lower` (tf.strings.upper)."""
    return _upper(as_strings(input), encoding, name)


@string_op("StringStrip")
def _strip(input: Value, name: str | None = None) -> Any:
    return each(bytes.strip, array(input))


def strip(input: Any, name: str | None = None) -> Any:
    """The strings without white space at either end (tf.strings.strip)."""
    return _strip(as_strings(input), name)


@string_op("Substr")
def _substr(input: Value, pos: Alike, len: Alike, unit: str, name: str | None = None) -> Any:
    x, by_byte = array(input), choice(unit, "unit", _UNITS) == "BYTE"
    for t in (pos, len):
        if t.dtype not in (torch.int32, torch.int64):
            raise wrong_dtype(t, "T")
    if pos.shape != len.shape:
        raise Invalid(f"pos and len should have the same shape, got: {_dims(pos.shape)} vs. {_dims(len.shape)}")
    try:
        arrays = np.broadcast_arrays(x, pos.cpu().numpy(), len.cpu().numpy())
    except ValueError:
        raise Invalid(f"Incompatible shapes: {_dims(x.shape)} vs. {_dims(pos.shape)}") from None
    found = []
    for i, (v, first, count) in enumerate(zip(*(a.reshape(-1) for a in arrays))):
        starts = range(v.__len__() + 1) if by_byte else _starts(v)
        size = starts.__len__() - 1
        if not -size <= first <= size:
            raise Invalid(f"pos {first} out of range for string {v!r} at index {i}")
        begin = int(first + size if first < 0 else first)
        end = size if count < 0 else min(begin + int(count), size)
        found.append(v[starts[begin] : starts[end]])
    return filled(found, arrays[0].shape)


def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None) -> Any:
    """The part of each string that begins at `pos`, from the end where negative, and is up to `len` long.

    pos, len: of one shape, int32 or int64; they broadcast with `input`. A negative `len` means up to the end. unit:
    "BYTE" or "UTF8_CHAR". InvalidArgumentError where `pos` is beyond the string. (tf.strings.substr)
    """
    return _substr(as_strings(input), pos, len, unit, name)
