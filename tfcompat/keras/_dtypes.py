"""Keras's dtypes: names as strings, and the dtype that mixed operands give."""

from __future__ import annotations

import functools
from typing import Any

from tfcompat.keras._state import settings

SIZES = {
    **{f"float{bits}": bits for bits in (16, 32, 64)},
    **{f"{kind}{bits}": bits for kind in ("int", "uint") for bits in (8, 16, 32, 64)},
    "bfloat16": 16,
    "bool": 1,
    "complex64": 64,
    "complex128": 128,
    "float8_e4m3fn": 8,
    "float8_e5m2": 8,
}
ALLOWED = frozenset({*SIZES, "string"})
_PYTHON = {
    bool: "bool",
    int: "int64",
    float: "float32",
    str: "string",
    complex: "complex128",
    "int": "int64",
}


def standardize_dtype(dtype: Any) -> str:
    """The name of a dtype given by name, Python type, numpy, torch or tf dtype; floatx() for None.

    Raises ValueError where Keras has no such dtype.
    """
    if type(dtype) is str and dtype in ALLOWED:
        return dtype
    if dtype is None:
        return settings.floatx
    name = _PYTHON.get(dtype, dtype) if isinstance(dtype, (str, type)) else dtype
    if not isinstance(name, str):
        name = getattr(name, "name", None) or getattr(name, "__name__", None) or str(name).rpartition(".")[2]
    if name not in ALLOWED:
        raise ValueError(f"Invalid dtype: {name}")
    return name


def is_float_dtype(dtype: Any) -> bool:
    """Whether `dtype` is a floating point dtype, bfloat16 and float8 included."""
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Whether `dtype` is a signed or unsigned integer dtype."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


# Each dtype's next larger ones; "int" and "float" are Python's numbers, which take the other operand's precision.
_LARGER = {
    "bool": ("int",),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int": ("uint8", "int8", "complex64"),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}


@functools.cache
def _bounds(node: str) -> frozenset[str]:
    """`node` and every dtype that can hold it."""
    return frozenset({node}).union(*(_bounds(larger) for larger in _LARGER[node]))


@functools.lru_cache(512)
def _least_upper_bound(nodes: frozenset[str]) -> str:
    common = frozenset.intersection(*(_bounds(node) for node in nodes))
    least = [node for node in common if common <= _bounds(node)]
    if not least:
        raise ValueError(f"Dtypes {sorted(nodes)} have no implicit promotion path; cast one of them explicitly.")
    return least[0]


def result_type(*dtypes: Any) -> str:
    """The dtype that operands of these dtypes give together; `int` and `float` are Python numbers.

    ValueError for float8 dtypes, which need an explicit cast.
    """
    if not dtypes:
        return settings.floatx
    names, weak = [], []
    for dtype in dtypes:
        names.append(standardize_dtype(dtype))
        weak.append(dtype is int or dtype is float)
        if names[-1] not in _LARGER:
            raise ValueError(f"Dtype {names[-1]} has no implicit conversions; cast it explicitly. Received: {dtypes}")
    if len(set(names)) == 1 and not all(weak):
        bound = names[0]
    elif all(weak):
        bound = _least_upper_bound(frozenset(names))
    else:
        kinds = ((("float" if "float" in name else "int") if is_weak else name) for name, is_weak in zip(names, weak))
        bound = _least_upper_bound(frozenset(kinds))
    if all(weak) or bound in ("int", "float"):
        precision = settings.floatx[-2:]
        bound = bound if bound == "bool" else ("int" if bound.startswith("int") else "float") + precision
    return {"uint64": "uint32", "complex128": "complex64"}.get(bound, bound)
