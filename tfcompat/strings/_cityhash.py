"""CityHash's 128 bits of a string, FarmHash's Fingerprint128."""

from __future__ import annotations

from tfcompat.strings.hashing import _K0, _K1, _MASK, _farm_block, _farm_short, _mix, _rotate, _shift_mix, _word

_MUL = 0x9DDFEA08EB382D69
Pair = tuple[int, int]


def fingerprint128(s: bytes) -> Pair:
    """The lower and the higher 64 bits."""
    if len(s) < 16:
        return _seeded(s, (_K0, _K1))
    return _seeded(s[16:], (_word(s, 0), _word(s, 8) + _K0 & _MASK))


def _seeded(s: bytes, seed: Pair) -> Pair:
    return _short(s, seed) if len(s) < 128 else _long(s, seed)


def _short(s: bytes, seed: Pair) -> Pair:
    """Up to 127 bytes, 16 at a time."""
    (a, b), n = seed, len(s)
    if n <= 16:
        a = _shift_mix(a * _K1) * _K1 & _MASK
        c = b * _K1 + _farm_short(s) & _MASK
        d = _shift_mix(a + (_word(s, 0) if n >= 8 else c))
    else:
        c = _mix(_word(s, n - 8) + _K1 & _MASK, a, _MUL)
        d = _mix(b + n & _MASK, c + _word(s, n - 16) & _MASK, _MUL)
        a = a + d & _MASK
        for at in range(0, n - 16, 16):
            a = (a ^ _shift_mix(_word(s, at) * _K1) * _K1) * _K1 & _MASK
            b ^= a
            c = (c ^ _shift_mix(_word(s, at + 8) * _K1) * _K1) * _K1 & _MASK
            d ^= c
    a, b = _mix(a, c, _MUL), _mix(d, b, _MUL)
    return a ^ b, _mix(b, a, _MUL)


def _long(s: bytes, seed: Pair) -> Pair:
    """128 bytes and more: 64 at a time, then up to 127 in parts of 32 from the end."""
    (x, y), n = seed, len(s)
    z = n * _K1 & _MASK
    first = _rotate(y ^ _K1, 49) * _K1 + _word(s, 0) & _MASK
    v = first, _rotate(first, 42) * _K1 + _word(s, 8) & _MASK
    w = _rotate(y + z, 35) * _K1 + x & _MASK, _rotate(x + _word(s, 88), 53) * _K1 & _MASK
    whole = n // 128 * 128
    for at in range(0, whole, 64):
        x = _rotate(x + y + v[0] + _word(s, at + 8), 37) * _K1 & _MASK
        y = _rotate(y + v[1] + _word(s, at + 48), 42) * _K1 & _MASK
        x ^= w[1]
        y = y + v[0] + _word(s, at + 40) & _MASK
        z = _rotate(z + w[0], 33) * _K1 & _MASK
        v = _farm_block(s, at, v[1] * _K1 & _MASK, x + w[0] & _MASK)
        w = _farm_block(s, at + 32, z + w[1] & _MASK, y + _word(s, at + 16) & _MASK)
        z, x = x, z
    x = x + _rotate(v[0] + z, 49) * _K0 & _MASK
    y = y * _K0 + _rotate(w[1], 37) & _MASK
    z = z * _K0 + _rotate(w[0], 27) & _MASK
    v, w = (v[0] * _K0 & _MASK, v[1]), (w[0] * 9 & _MASK, w[1])
    for at in range(n - 32, whole - 32, -32):
        y = _rotate(x + y, 42) * _K0 + v[1] & _MASK
        w = w[0] + _word(s, at + 16) & _MASK, w[1]
        x = x * _K0 + w[0] & _MASK
        z = z + w[1] + _word(s, at) & _MASK
        w = w[0], w[1] + v[0] & _MASK
        v = _farm_block(s, at, v[0] + z & _MASK, v[1])
        v = v[0] * _K0 & _MASK, v[1]
    x, y = _mix(x, v[0], _MUL), _mix(y + z & _MASK, w[0], _MUL)
    return _mix(x + v[1] & _MASK, w[1], _MUL) + y & _MASK, _mix(x + w[1] & _MASK, y + v[1] & _MASK, _MUL)
