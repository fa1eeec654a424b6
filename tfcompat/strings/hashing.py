"""Strings to hash buckets, with the hashes that TensorFlow uses: FarmHash, its own Murmur variant and SipHash."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.strings.elements import array, as_strings, string_op

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _rotate(x: int, by: int) -> int:
    """A 64-bit number rotated to the right."""
    x &= _MASK
    return ((x >> by) | (x << (64 - by))) & _MASK


def _shift_mix(x: int) -> int:
    x &= _MASK
    return x ^ (x >> 47)


def _mix(u: int, v: int, mul: int) -> int:
    a = _shift_mix((u ^ v) * mul)
    b = _shift_mix((v ^ a) * mul)
    return b * mul & _MASK


def _word(s: bytes, at: int) -> int:
    return struct.unpack_from("<Q", s, at)[0]


def _half(s: bytes, at: int) -> int:
    return struct.unpack_from("<I", s, at)[0]


def _farm_short(s: bytes) -> int:
    """FarmHash of up to 16 bytes."""
    n = len(s)
    mul = _K2 + n * 2
    if n >= 8:
        a, b = _word(s, 0) + _K2, _word(s, n - 8)
        c, d = _rotate(b, 37) * mul + a, (_rotate(a, 25) + b) * mul
        return _mix(c & _MASK, d & _MASK, mul)
    if n >= 4:
        return _mix(n + (_half(s, 0) << 3), _half(s, n - 4), mul)
    if n:
        y, z = s[0] + (s[n >> 1] << 8), n + (s[-1] << 2)
        return _shift_mix(y * _K2 ^ z * _K0) * _K2 & _MASK
    return _K2


def _farm_middle(s: bytes) -> int:
    """FarmHash of 17 to 64 bytes."""
    n = len(s)
    mul = _K2 + n * 2
    long = n > 32
    a, b = _word(s, 0) * (_K2 if long else _K1) & _MASK, _word(s, 8)
    c, d = _word(s, n - 8) * mul & _MASK, _word(s, n - 16) * _K2 & _MASK
    y = (_rotate(a + b, 43) + _rotate(c, 30) + d) & _MASK
    z = _mix(y, (a + _rotate(b + _K2, 18) + c) & _MASK, mul)
    if not long:
        return z
    e, f = _word(s, 16) * mul & _MASK, _word(s, 24)
    g, h = (y + _word(s, n - 32)) * mul & _MASK, (z + _word(s, n - 24)) * mul & _MASK
    return _mix((_rotate(e + f, 43) + _rotate(g, 30) + h) & _MASK, (e + _rotate(f + a, 18) + g) & _MASK, mul)


def _farm_block(s: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """32 bytes brought into a pair of seeds."""
    w, x, y, z = struct.unpack_from("<4Q", s, at)
    a = (a + w) & _MASK
    b = _rotate(b + a + z, 21)
    c = a
    a = (a + x + y) & _MASK
    b = (b + _rotate(a, 44)) & _MASK
    return (a + z) & _MASK, (b + c) & _MASK


def fingerprint64(s: bytes) -> int:
    """FarmHash's Fingerprint64 of a string, an unsigned 64-bit number."""
    n = len(s)
    if n <= 16:
        return _farm_short(s)
    if n <= 64:
        return _farm_middle(s)
    x, y = 81, 81 * _K1 + 113 & _MASK
    z = _shift_mix(y * _K2 + 113) * _K2 & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(s, 0)) & _MASK
    mul = _K1
    tail = (n - 1) & 63
    for at in [*range(0, (n - 1) // 64 * 64, 64), n - 64]:
        times = 1
        if at == n - 64 and at >= (n - 1) // 64 * 64 - 63 + tail:
            # The last 64 bytes, which may overlap those before.
            mul, times = _K1 + ((z & 0xFF) << 1), 9
            w = ((w[0] + tail) & _MASK, w[1])
            v = ((v[0] + w[0]) & _MASK, v[1])
            w = ((w[0] + v[0]) & _MASK, w[1])
        x = _rotate(x + y + v[0] + _word(s, at + 8), 37) * mul & _MASK
        y = _rotate(y + v[1] + _word(s, at + 48), 42) * mul & _MASK
        x ^= w[1] * times & _MASK
        y = (y + v[0] * times + _word(s, at + 40)) & _MASK
        z = _rotate(z + w[0], 33) * mul & _MASK
        v = _farm_block(s, at, v[1] * mul & _MASK, (x + w[0]) & _MASK)
        w = _farm_block(s, at + 32, (z + w[1]) & _MASK, (y + _word(s, at + 16)) & _MASK)
        z, x = x, z
    first = (_mix(v[0], w[0], mul) + _shift_mix(y) * _K0 + z) & _MASK
    return _mix(first, (_mix(v[1], w[1], mul) + x) & _MASK, mul)


def hash64(s: bytes) -> int:
    """TensorFlow's Hash64 of a string, Murmur with a seed of its own, an unsigned 64-bit number."""
    m = 0xC6A4A7935BD1E995
    n = len(s)
    h = 0xDECAFCAFFE ^ (n * m & _MASK)
    whole = n // 8 * 8
    for (k,) in struct.iter_unpack("<Q", s[:whole]):
        k = k * m & _MASK
        k = (k ^ (k >> 47)) * m & _MASK
        h = (h ^ k) * m & _MASK
    if n > whole:
        h = (h ^ int.from_bytes(s[whole:], "little")) * m & _MASK
    h = (h ^ (h >> 47)) * m & _MASK
    return h ^ (h >> 47)


def siphash(s: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 of a string under a key of two numbers, an unsigned 64-bit number."""
    v = [
        key[0] ^ 0x736F6D6570736575,
        key[1] ^ 0x646F72616E646F6D,
        key[0] ^ 0x6C7967656E657261,
        key[1] ^ 0x7465646279746573,
    ]

    def rounds(count: int) -> None:
        for _ in range(count):
            v[0] = (v[0] + v[1]) & _MASK
            v[2] = (v[2] + v[3]) & _MASK
            v[1], v[3] = _rotate(v[1], 51) ^ v[0], _rotate(v[3], 48) ^ v[2]
            v[0] = _rotate(v[0], 32)
            v[2] = (v[2] + v[1]) & _MASK
            v[0] = (v[0] + v[3]) & _MASK
            v[1], v[3] = _rotate(v[1], 47) ^ v[2], _rotate(v[3], 43) ^ v[0]
            v[2] = _rotate(v[2], 32)

    whole = len(s) // 8 * 8
    last = s[whole:].ljust(7, b"\0") + bytes([len(s) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", s[:whole] + last):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _buckets(x: np.ndarray, num_buckets: int, function: Callable[[bytes], int]) -> torch.Tensor:
    if num_buckets < 1:
        raise Invalid(f"Value for attr 'num_buckets' of {num_buckets} must be at least minimum 1")
    found = [function(v) % num_buckets for v in x.reshape(-1)]
    return torch.tensor(found, dtype=torch.int64).reshape(x.shape)


@string_op("StringToHashBucketFast")
def _fast(input: Value, num_buckets: int, name: str | None = None) -> torch.Tensor:
    return _buckets(array(input), num_buckets, fingerprint64)


@string_op("StringToHashBucket")
def _plain(input: Value, num_buckets: int, name: str | None = None) -> torch.Tensor:
    return _buckets(array(input), num_buckets, hash64)


@string_op("StringToHashBucketStrong")
def _strong(input: Value, num_buckets: int, key: Any, name: str | None = None) -> torch.Tensor:
    if len(key) != 2:
        raise Invalid("Key must have 2 elements")
    pair = (int(key[0]) & _MASK, int(key[1]) & _MASK)
    return _buckets(array(input), num_buckets, lambda v: siphash(v, pair))


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A number in [0, num_buckets) for each string, int64, by FarmHash (tf.strings.to_hash_bucket_fast)."""
    return _fast(as_strings(input), num_buckets, name)


def to_hash_bucket(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A number in [0, num_buckets) for each string, int64, by TensorFlow's older hash (tf.strings.to_hash_bucket)."""
    return _plain(as_strings(input), num_buckets, name)


def to_hash_bucket_strong(input: Any, num_buckets: int, key: Sequence[int], name: str | None = None) -> Any:
    """A number in [0, num_buckets) for each string, int64, by SipHash under `key`, two integers.

    Who does not know the key can't make strings that collide. (tf.strings.to_hash_bucket_strong)
    """
    return _strong(as_strings(input), num_buckets, key, name)


def _row_bytes(row: Any) -> bytes:
    if isinstance(row, np.ndarray) and row.dtype == object:
        flat = row.reshape(-1)
        return flat[0] if flat.size == 1 else b"".join(struct.pack("<Q", fingerprint64(v)) for v in flat)
    return row.tobytes()


@string_op("Fingerprint")
def fingerprint(data: Value, method: Any = "farmhash64", name: str | None = None) -> torch.Tensor:
    """The FarmHash of each row of `data` along its first dimension, eight bytes: uint8 of shape [rows, 8].

    Raises InvalidArgumentError for a scalar and for a `method` other than "farmhash64". (tf.fingerprint)
    """
    if method not in ("farmhash64", b"farmhash64"):
        raise Invalid(f"Unsupported fingerprint method: {method}")
    if not data.ndim:
        raise Invalid("input must be at least one-dimensional, got shape []")
    if isinstance(data, np.ndarray):
        rows = list(data.reshape(data.shape[0], -1))
    else:
        rows = list(data.detach().cpu().contiguous().reshape(data.shape[0], -1).view(torch.uint8).numpy())
    codes = b"".join(struct.pack("<Q", fingerprint64(_row_bytes(row))) for row in rows)
    return torch.frombuffer(bytearray(codes), dtype=torch.uint8).reshape(-1, 8) if rows else torch.zeros((0, 8)).byte()
