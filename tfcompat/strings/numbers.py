"""Strings to numbers and numbers to strings."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import BY_STORAGE, Invalid, Value
from tfcompat._core.storage import to_numpy
from tfcompat.strings.elements import array, as_strings, filled, string_op

_TO = (torch.float32, torch.float64, torch.int32, torch.int64, torch.uint32, torch.uint64)
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_HEX = re.compile(rb"[+-]?0[xX][0-9a-fA-F]")


def _parsed(text: bytes, dtype: dtypes.DType) -> Any:
    body = text.strip()
    try:
        if dtype.is_floating:
            if b"_" in body:
                raise ValueError
            return float.fromhex(body.decode()) if _HEX.match(body) else float(body)
        if _INTEGER.fullmatch(body) and dtype.min <= int(body) <= dtype.max:
            return int(body)
    except ValueError:
        pass
    raise Invalid(f"StringToNumberOp could not correctly convert string: {text.decode('utf-8', 'replace')}")


@string_op("StringToNumber")
def _to_number(input: Value, out_type: Any, name: str | None = None) -> torch.Tensor:
    dtype = dtypes.as_dtype(out_type)
    if dtype.torch not in _TO:
        raise Invalid(
            f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: float, double, int32, "
            "int64, uint32, uint64"
        )
    x = array(input)
    with np.errstate(over="ignore"):
        values = np.array([_parsed(v, dtype) for v in x.reshape(-1)], dtype=dtype.as_numpy_dtype)
    return torch.from_numpy(values.reshape(x.shape))


def to_number(input: Any, out_type: Any = dtypes.float32, name: str | None = None) -> Any:
    """The numbers that strings spell, as float32, float64, int32, int64, uint32 or uint64 (tf.strings.to_number).

    White space around them is skipped. InvalidArgumentError for a string that is no such number or out of range.
    """
    return _to_number(as_strings(input), out_type, name)


_FILLS = ("", " ", "0", "+", "-")


def _form(dtype: dtypes.DType, precision: int, scientific: bool, shortest: bool, width: int, fill: str) -> str:
    """C's format of one number."""
    start = f"%{fill}" + (str(width) if width > -1 else "")
    real = dtype.is_floating or dtype.is_complex
    if precision > -1:
        if not real:
            raise Invalid(f"precision not supported for datatype {dtype.name}")
        start += f".{precision}"
    if not real:
        for flag, what in ((scientific, "scientific"), (shortest, "shortest")):
            if flag:
                raise Invalid(f"{what} format not supported for datatype {dtype.name}")
        return f"{start}d" if dtype.is_integer else start.replace("%0", "%") + "s"
    return start + ("e" if scientific else "g" if shortest else "f")


@string_op("AsString")
def as_string(
    input: Value,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Any:
    """Numbers and booleans as text (tf.strings.as_string); strings are only padded.

    precision: digits after the point of floats, 6 where -1. scientific, shortest: C's %e and %g instead of %f. width:
    the least number of characters; fill: what pads them, " ", "0", or "+" and "-" as C's flags. InvalidArgumentError
    for options that do not go together.
    """
    if len(fill) > 1:
        raise Invalid("Fill string must be one or fewer characters")
    if fill not in _FILLS:
        raise Invalid(f'Fill argument not supported: "{fill}"')
    if scientific and shortest:
        raise Invalid("Cannot select both scientific and shortest notation")
    dtype = BY_STORAGE[input.dtype]
    form = _form(dtype, precision, scientific, shortest, width, fill)
    if isinstance(input, np.ndarray):
        return filled([(form.encode() % v) for v in input.reshape(-1)], input.shape)
    values = to_numpy(input).reshape(-1).tolist()
    if dtype.is_complex:
        texts = [f"({form},{form})" % (v.real, v.imag) for v in values]
    else:
        texts = [str(v).lower() if dtype.is_bool else form % v for v in values]
    return filled([t.encode() for t in texts], tuple(input.shape))
