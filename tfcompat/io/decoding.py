"""Strings decoded and encoded: raw bytes, base64, compressed data."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import from_numpy
from tfcompat._core.ops import Value, kernel_dtype, op
from tfcompat.io._paths import failure
from tfcompat.io.files import strings, to_string_tensor

_RAW = "float16 float32 float64 int32 uint16 uint8 int16 int8 int64 complex64 complex128 bool bfloat16".split()
_BASE64 = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


def _each(array: np.ndarray, change: Callable[[bytes], bytes]) -> np.ndarray:
    """`change` of every string."""
    result = np.empty(array.shape, dtype=object)
    flat = result.ravel()
    flat[:] = [change(s) for s in array.ravel()]
    return flat.reshape(array.shape)


# ---- raw bytes ----


@op("DecodeRaw")
def _decode_raw(
    input_bytes: Value, dtype: dtypes.DType, little_endian: bool, fixed_length: int | None, name: str | None = None
) -> Any:
    kernel = "DecodeRaw" if fixed_length is None else "DecodePaddedRaw"
    if dtype.name not in _RAW:
        allowed = ", ".join(kernel_dtype(dtypes.as_dtype(d)) for d in _RAW)
        message = f"Value for attr 'out_type' of {kernel_dtype(dtype)} is not in the list of allowed values: {allowed}"
        raise failure(kernel, message)
    array, size = strings(input_bytes), dtype.size
    rows = list(array.ravel())
    if fixed_length is None:
        length = len(rows[0]) if rows else 0
        for i, row in enumerate(rows):
            if len(row) != length:
                raise failure(
                    kernel,
                    "DecodeRaw requires input strings to all be the same size, but element "
                    f"{i} has size {length} != {len(row)}",
                )
        if length % size:
            raise failure(
                kernel,
                f"Input to DecodeRaw has length {length} that is not a multiple of {size}, the size of "
                f"{kernel_dtype(dtype)}",
            )
    else:
        length = fixed_length
        if length <= 0:
            raise failure(kernel, f"fixed_length ({length}) must be greater than zero.")
        if length % size:
            raise failure(kernel, f"fixed_length ({length}) must be a multiple of the size of out_type ({size})")
        rows = [row[:length].ljust(length, b"\0") for row in rows]
    part = size // 2 if dtype.is_complex else size  # the two halves of a complex number are swapped apart
    data = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(-1, part)
    if not little_endian:
        data = data[:, ::-1]
    values = np.ascontiguousarray(data).reshape(-1).view(np.dtype(dtype.as_numpy_dtype))
    if dtype is dtypes.bool:
        values = np.ascontiguousarray(data).reshape(-1) != 0
    return from_numpy(values.reshape(*array.shape, length // size))


def decode_raw(
    input_bytes: Any, out_type: Any, little_endian: bool = True, fixed_length: Any = None, name: str | None = None
) -> Any:
    """The bytes of strings as numbers of `out_type` (tf.io.decode_raw): shape input_bytes.shape + [count].

    fixed_length: how many bytes of each string are taken, zeros where it is shorter; without it all strings are equally
    long. InvalidArgumentError where a length does not fit.
    """
    length = None if fixed_length is None else int(fixed_length)
    return _decode_raw(to_string_tensor(input_bytes), dtypes.as_dtype(out_type), bool(little_endian), length, name)


# ---- base64 ----


@op("EncodeBase64")
def _encode_base64(input: Value, pad: bool, name: str | None = None) -> Any:
    def encoded(text: bytes) -> bytes:
        result = base64.urlsafe_b64encode(text)
        return result if pad else result.rstrip(b"=")

    return _each(strings(input), encoded)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Any:
    """Strings in web-safe base64, which has - and _ (tf.io.encode_base64). pad: whether "=" fills up the last four."""
    return _encode_base64(to_string_tensor(input), bool(pad), name)


def _base64_decoded(text: bytes) -> bytes:
    if not _BASE64.fullmatch(text) or (text.endswith(b"=") and len(text) % 4):
        raise failure("DecodeBase64", "Invalid character found in base64.")
    if len(text) % 4 == 1:
        raise failure("DecodeBase64", "Base64 string length cannot be 1 modulo 4.")
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


@op("DecodeBase64")
def _decode_base64(input: Value, name: str | None = None) -> Any:
    return _each(strings(input), _base64_decoded)


def decode_base64(input: Any, name: str | None = None) -> Any:
    """The strings that web-safe base64 stands for, padded or not (tf.io.decode_base64).

    InvalidArgumentError for other characters and for lengths that no string gives.
    """
    return _decode_base64(to_string_tensor(input), name)


# ---- compression ----

_WINDOWS = {"ZLIB": zlib.MAX_WBITS, "GZIP": zlib.MAX_WBITS | 16}


@op("DecodeCompressed")
def _decode_compressed(bytes: Value, compression_type: str, name: str | None = None) -> Any:
    if not compression_type:
        return strings(bytes).copy()
    window = _WINDOWS.get(compression_type)
    if window is None:
        raise failure("DecodeCompressed", "Only ZLIB, GZIP or NONE are supported compressions")

    def decompressed(data: Any) -> Any:
        try:
            return zlib.decompressobj(window).decompress(data)
        except zlib.error as e:
            raise failure("DecodeCompressed", f"inflate() failed: {e}", errors.DataLossError) from None

    return _each(strings(bytes), decompressed)


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Any:
    """Strings decompressed (tf.io.decode_compressed). compression_type: "ZLIB", "GZIP" or "", which changes nothing.

    DataLossError for data that is damaged, InvalidArgumentError for another type.
    """
    return _decode_compressed(to_string_tensor(bytes), compression_type, name)
