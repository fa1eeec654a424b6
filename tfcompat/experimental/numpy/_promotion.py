"""The dtype that values of several dtypes meet in: numpy's rules, and those of weak tensors."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.dtypes import DType
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._weak_tensor import WeakTensor
from tfcompat.nest import flatten

Weak = tuple[DType, bool]  # a dtype, and whether it gives way to others

# Row and column are in the order of the first line; a trailing w is weak, a trailing ! is refused in mode "safe".
_TABLE = """
b     u8    u16   u32   u64   i8    i16   i32   i64   bf16  f16   f32   f64   c64   c128  i32w  i64w  f32w  f64w  c128w
b
u8    u8
u16   u16   u16
u32   u32   u32   u32
u64   u64   u64   u64   u64
i8    i16!  i32!  i64!  f64w! i8
i16   i16   i32!  i64!  f64w! i16   i16
i32   i32   i32   i64!  f64w! i32   i32   i32
i64   i64   i64   i64   f64w! i64   i64   i64   i64
bf16  bf16  bf16! bf16! bf16! bf16  bf16! bf16! bf16! bf16
f16   f16   f16!  f16!  f16!  f16   f16!  f16!  f16!  f32!  f16
f32   f32   f32   f32!  f32!  f32   f32   f32!  f32!  f32   f32   f32
f64   f64   f64   f64   f64!  f64   f64   f64   f64!  f64   f64   f64   f64
c64   c64   c64   c64!  c64!  c64   c64   c64!  c64!  c64   c64   c64   c128! c64
c128  c128  c128  c128  c128! c128  c128  c128  c128! c128  c128  c128  c128  c128  c128
i32w  u8    u16   u32   u64   i8    i16   i32   i64   bf16  f16   f32   f64   c64   c128  i32w
i64w  u8    u16   u32   u64   i8    i16   i32   i64   bf16  f16   f32   f64   c64   c128  i64w  i64w
f32w  f64w! f64w! f64w! f64w! f64w! f64w! f64w! f64w! bf16  f16   f32   f64   c64   c128  f32w  f32w  f32w
f64w  f64w  f64w  f64w  f64w! f64w  f64w  f64w  f64w! bf16  f16   f32   f64   c64   c128  f64w  f64w  f64w  f64w
c128w c128w c128w c128w c128w! c128w c128w c128w c128w! c64! c64!  c64!  c128  c64   c128  c128w c128w c128w c128w c128w
"""
_FAMILY = {"b": "bool", "u": "uint", "i": "int", "bf": "bfloat", "f": "float", "c": "complex"}


def _parsed(text: str) -> dict[tuple[Weak, Weak], tuple[Weak, bool]]:
    """The table: for every pair what it meets in, and whether that is refused in mode "safe"."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    order = [_decoded(code)[0] for code in head]
    cells = {}
    for a, row in zip(order, rows, strict=True):
        for b, code in zip(order, row, strict=False):
            cells[a, b] = cells[b, a] = _decoded(code)
    return cells


def _decoded(code: str) -> tuple[Weak, bool]:
    name = code.rstrip("!").removesuffix("w")
    family = name.rstrip("0123456789")
    return (getattr(dtypes, _FAMILY[family] + name[len(family) :]), "w" in code), code.endswith("!")


_MEET = _parsed(_TABLE)
_STRING: Weak = (dtypes.string, False)
_MEET[_STRING, _STRING] = _STRING, False
_TEXT = (str, bytes)


def default_float() -> Any:
    """The numpy class of a Python float: float64, or float32 where the program prefers that."""
    return np.float32 if behavior.prefer_float32 else np.float64


# ---- the rules of weak tensors ----


def weak_result_type(*values: Any) -> Weak:
    """What tensors, arrays, Python numbers and dtypes meet in, in the modes "safe" and "all".

    Python numbers and weak tensors give way. Raises TypeError where mode "safe" refuses a pair, OverflowError for an
    int over 32 bits, NotImplementedError for what has no place in these rules (ragged tensors, quantized dtypes).
    """
    present = [v for v in values if v is not None]
    for v in present:
        if isinstance(v, CompositeTensor) and not isinstance(v, WeakTensor):
            raise NotImplementedError(f"Auto dtype conversion semantics does not support {type(v)} type.")
    found = [_weakness(v) for v in _leaves(present)] or [(dtypes.float32, True)]
    result = found[0]
    for other in found[1:]:
        pair = (result[0].base_dtype, result[1]), (other[0].base_dtype, other[1])
        if pair not in _MEET:
            raise NotImplementedError(
                f"Implicit Conversion between {pair[0][0]} and {pair[1][0]} is not allowed. Please convert the input "
                "manually if you need to."
            )
        meeting, risky = _MEET[pair]
        if risky and behavior.mode == "safe":
            (a, weak_a), (b, weak_b) = pair
            raise TypeError(
                f"In promotion mode PromoMode.SAFE, implicit dtype promotion between ({a}, weak={weak_a}) and "
                f"({b}, weak={weak_b}) is disallowed. You need to explicitly specify the dtype in your op, or relax "
                "your dtype promotion rules (such as from SAFE mode to ALL mode)."
            )
        result = meeting
    return result


def _weakness(x: Any) -> Weak:
    if isinstance(x, WeakTensor):
        return x.dtype, True
    if isinstance(x, DType):
        return x, False
    own = getattr(x, "dtype", None)
    if isinstance(own, DType):
        return own, False
    if isinstance(own, np.dtype):
        return dtypes.as_dtype(own), False
    if isinstance(x, _TEXT):
        return _STRING
    if isinstance(x, (type, np.dtype)) and x in _PYTHON_TYPES:
        return _PYTHON_TYPES[x]
    if isinstance(x, bool):
        return dtypes.bool, False
    if isinstance(x, int):
        if not -(2**31) <= x < 2**31:
            raise OverflowError(f"Python int {x} too large to convert to np.int32")
        return _INT
    if isinstance(x, float):
        return _FLOAT
    if isinstance(x, complex):
        return _COMPLEX
    if isinstance(x, TensorShape):
        return dtypes.int32, False
    if isinstance(x, (type, np.dtype)):
        try:
            return dtypes.as_dtype(x), False
        except TypeError:
            pass
    raise NotImplementedError(f"Auto dtype conversion semantics does not support {type(x)} type.")


_INT, _FLOAT, _COMPLEX = (dtypes.int32, True), (dtypes.float32, True), (dtypes.complex128, True)
_PYTHON_TYPES: dict[Any, Weak] = {bool: (dtypes.bool, False), int: _INT, float: _FLOAT, complex: _COMPLEX}
# The numpy dtype of a Python type is equal to it, and TensorFlow takes it for that.
_PYTHON_TYPES.update({np.dtype(kind): weak for kind, weak in _PYTHON_TYPES.items()})


# ---- numpy's rules ----


def numpy_result_type(*values: Any) -> DType:
    """What tensors, arrays, Python numbers and dtypes meet in by numpy's rules; TypeError where they do not."""
    return dtypes.as_dtype(np.result_type(*map(_for_numpy, values)))


def _for_numpy(x: Any) -> Any:
    """What np.result_type takes in the place of `x`."""
    if isinstance(x, (Tensor, Variable, IndexedSlices, WeakTensor)):
        return np.dtype(x.dtype.as_numpy_dtype)
    if isinstance(x, DType):
        return x.as_numpy_dtype
    if isinstance(getattr(x, "dtype", None), str):  # a Keras variable tells the name of its dtype
        return dtypes.as_dtype(x.dtype).as_numpy_dtype
    if behavior.prefer_float32:
        if isinstance(x, float):
            return np.float32(x)
        if isinstance(x, complex):
            return np.complex64(x)
    return x


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype that arrays, tensors, Python numbers and dtypes meet in (numpy.result_type), as a tf.DType.

    Sequences count as their elements. By numpy's rules, or those of weak tensors where these are enabled; TypeError
    where there is no such dtype.
    """
    if behavior.weak:
        return weak_result_type(*arrays_and_dtypes)[0]
    found = list(_leaves(arrays_and_dtypes))
    return numpy_result_type(*(found or [np.asarray([])]))


def result_type_of(value: Any, dtype: Any = None) -> DType:
    """The dtype of the tensor made of `value`: `dtype` where it is given; a str is text here, not the name of one."""
    if dtype is not None:
        return result_type(dtype)
    return dtypes.string if isinstance(value, _TEXT) else result_type(value)


def promote_types(type1: Any, type2: Any) -> np.dtype:
    """The numpy dtype that holds both dtypes (numpy.promote_types); TypeError where there is none."""
    return np.promote_types(numpy_dtype(type1), numpy_dtype(type2))


def numpy_dtype(dtype: Any) -> np.dtype:
    """The numpy dtype of a DType, a numpy or a Python type."""
    return np.dtype(dtype.as_numpy_dtype if isinstance(dtype, DType) else dtype)


def finfo(dtype: Any) -> np.finfo:
    """The limits of a floating dtype (numpy.finfo)."""
    return np.finfo(numpy_dtype(dtype))


def _leaves(values: Iterable[Any]) -> Iterator[Any]:
    """The elements of nested sequences; of Python numbers of one type only those that decide the dtype."""
    for value in values:
        if isinstance(value, (list, tuple)) and all(map(_PYTHON.__contains__, map(type, value))):
            yield from _deciding(value)
        elif isinstance(value, (list, tuple)) and not hasattr(value, "dtype"):
            yield from (np.str_ if isinstance(leaf, _TEXT) else leaf for leaf in _leaves(value))
        elif isinstance(value, dict):
            yield from flatten(value)
        else:
            yield value


_PYTHON = frozenset({bool, int, float, complex})


def _deciding(numbers: Iterable[Any]) -> Iterator[Any]:
    ints = [n for n in numbers if type(n) is int]
    if ints:
        yield from (builtins.min(ints), builtins.max(ints))
    yield from {type(n): n for n in numbers if type(n) is not int}.values()
