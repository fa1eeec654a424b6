"""Tensors as TensorProto messages, and back: tf.make_tensor_proto, tf.make_ndarray, tf.io.serialize_tensor."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.arguments import integers
from tfcompat._core.convert import to_storage
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat._formats.protos import message

# Which field holds the elements of a dtype one by one; two of them make a complex number.
_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "string": "string_val",
} | dict.fromkeys("int32 int16 int8 uint16 uint8 qint8 quint8 qint16 quint16 qint32".split(), "int_val")
# make_tensor_proto writes several elements of these as bytes, those of the others one by one.
_AS_CONTENT = frozenset(
    "float32 float64 int32 uint8 int16 int8 int64 qint8 quint8 qint16 quint16 qint32 uint32 uint64 float16 bfloat16 "
    "float8_e5m2 float8_e4m3fn float8_e5m2fnuz float8_e4m3fnuz float8_e4m3b11fnuz float4_e2m1fn".split()
)
_MOST_BYTES = 2**31


def with_content(array: np.ndarray, dtype: dtypes.DType) -> Any:
    """The TensorProto of `array` as TensorFlow's kernels write it: its bytes, or strings one by one."""
    proto = _empty(dtype, array.shape)
    if dtype is dtypes.string:
        proto.string_val.extend(array.ravel().tolist())
    else:
        proto.tensor_content = _bytes(array)
    return proto


def with_packed_content(array: np.ndarray, dtype: dtypes.DType) -> Any:
    """As `with_content`, where strings are bytes, too: their lengths, then all of them one after the other."""
    proto = _empty(dtype, array.shape)
    if dtype is dtypes.string:
        texts = array.ravel().tolist()
        proto.tensor_content = b"".join([_varint(len(text)) for text in texts] + texts)
    else:
        proto.tensor_content = _bytes(array)
    return proto


def _varint(n: int) -> bytes:
    """A number in protobuf's format of variable length, 7 bits a byte."""
    found = bytearray()
    while n > 127:
        found.append(n & 127 | 128)
        n >>= 7
    return bytes([*found, n])


def unpack_strings(proto: Any) -> None:
    """Puts strings that are in the bytes of a TensorProto where `make_ndarray` finds them; ValueError for bad bytes."""
    if proto.tensor_content and proto.dtype == dtypes.string.as_datatype_enum:
        count = math.prod(d.size for d in proto.tensor_shape.dim)
        proto.string_val.extend(_packed_strings(proto.tensor_content, count))
        proto.ClearField("tensor_content")


def _packed_strings(content: bytes, count: int) -> list[bytes]:
    """The strings in bytes that `with_packed_content` made; ValueError where there are more or fewer bytes."""
    lengths, at = [], 0
    for _ in range(count):
        n = shift = 0
        while True:
            byte = content[at] if at < len(content) else 0
            n, at, shift = n | (byte & 127) << shift, at + 1, shift + 7
            if byte < 128:
                break
        lengths.append(n)
    if at + sum(lengths) != len(content):
        raise ValueError("the bytes of strings do not fit their lengths")
    starts = itertools.accumulate([at, *lengths])
    return [content[start : start + n] for start, n in zip(starts, lengths)]


def _empty(dtype: dtypes.DType, shape: Any) -> Any:
    proto = message("TensorProto")(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


def _bytes(array: np.ndarray) -> bytes:
    """The elements in little-endian order."""
    swapped = array.dtype.newbyteorder("<") if array.dtype.isbuiltin == 1 else array.dtype
    return array.astype(swapped, copy=False).tobytes()


def make_tensor_proto(
    values: Any, dtype: Any = None, shape: Any = None, verify_shape: bool = False, allow_broadcast: bool = False
) -> Any:
    """The tensorflow.TensorProto of a number, string, nested list, array or tensor (tf.make_tensor_proto).

    shape: of the proto; fewer values stand for the rest too, as the last of them is repeated. verify_shape: the values
    must have that shape; allow_broadcast: or be a single one. TypeError where they do not, or do not fit `dtype`;
    ValueError for None and for too many values.
    """
    if allow_broadcast and verify_shape:
        raise ValueError("allow_broadcast and verify_shape are not both allowed.")
    if isinstance(values, message("TensorProto")):
        return values
    if values is None:
        raise ValueError("None values not supported.")
    array, kind = _as_array(values, None if dtype is None else dtypes.as_dtype(dtype))
    sizes = array.shape if shape is None else tuple(integers(TensorShape(shape).as_list(), "shape"))
    count = math.prod(sizes)
    single = allow_broadcast and array.shape in ((), (1,))
    if (verify_shape or allow_broadcast) and array.shape != sizes and not single:
        raise TypeError(f"Expected Tensor's shape: {sizes}, but got {array.shape}.")
    if array.size > count:
        raise ValueError(f"Too many elements provided. Takes at most {count}, but got {array.size}.")
    proto = _empty(kind, sizes)
    if array.size == count > 1 and kind.name in _AS_CONTENT:
        if array.nbytes >= _MOST_BYTES:
            raise ValueError("Cannot create a tensor proto whose content is larger than 2GB.")
        proto.tensor_content = _bytes(array)
    else:
        add_elements(proto, array, kind)
    return proto


def _as_array(values: Any, dtype: dtypes.DType | None) -> tuple[np.ndarray, dtypes.DType]:
    """The values as an array, and their dtype."""
    if isinstance(values, (np.ndarray, np.generic)) or hasattr(values, "__array__"):
        values = np.asarray(values)
    try:
        held = to_storage(values, dtype)
    except (TypeError, ValueError) as e:
        if isinstance(values, np.ndarray) or "rectangular" in str(e):
            raise
        if dtype is None:
            raise TypeError(f"Failed to convert elements of {values!r} to Tensor: {e}") from e
        raise TypeError(f"Expected {dtype.name}, but got {values!r} of type {type(values).__name__!r}.") from e
    return to_numpy(held), dtypes.BY_STORAGE[held.dtype]


def add_elements(proto: Any, array: np.ndarray, dtype: dtypes.DType) -> None:
    """Adds elements one by one to the field of a TensorProto that is for `dtype`; TypeError where there is none."""
    field = _FIELDS.get(dtype.name)
    if field is None:
        if dtype.name.startswith("float8"):
            proto.float8_val = array.tobytes()
            return
        raise TypeError(f"A TensorProto can't hold single elements of dtype {dtype.name}.")
    flat = array.ravel()
    if dtype.is_complex:
        flat = flat.view(np.float32 if dtype is dtypes.complex64 else np.float64)
    elif field == "half_val":
        flat = flat.view(np.uint16)
    getattr(proto, field).extend(flat.tolist())


def make_ndarray(tensor: Any) -> np.ndarray:
    """The numpy array that a TensorProto holds (tf.make_ndarray); strings as bytes in an array of objects.

    TypeError for dtypes without elements, ValueError for a shape or content that does not fit.
    """
    sizes = [d.size for d in tensor.tensor_shape.dim]
    if tensor.tensor_shape.unknown_rank or any(n < 0 for n in sizes):
        raise ValueError(f"A TensorProto needs a known shape, got {[d.size for d in tensor.tensor_shape.dim]}.")
    dtype = dtypes.as_dtype(tensor.dtype)
    if not dtype.is_numpy_compatible:
        raise TypeError(f"Unsupported tensor type: {dtype.name}")
    numpy_type, count = np.dtype(dtype.as_numpy_dtype), math.prod(sizes)
    if tensor.tensor_content:
        if dtype is dtypes.string or len(tensor.tensor_content) != count * numpy_type.itemsize:
            raise ValueError(
                f"The {len(tensor.tensor_content)} bytes of a TensorProto's content do not fill shape {sizes} with "
                f"{dtype.name}."
            )
        return np.frombuffer(tensor.tensor_content, dtype=numpy_type).copy().reshape(sizes)
    return _filled(_elements(tensor, dtype, numpy_type), count, sizes, dtype)


def with_elements(proto: Any, dtype: dtypes.DType, shape: Sequence[int]) -> np.ndarray:
    """The array of a shape whose elements are in a TensorProto that does not tell their dtype; ValueError for more."""
    flat = _elements(proto, dtype, np.dtype(dtype.as_numpy_dtype))
    if len(flat) != math.prod(shape):
        raise ValueError(f"there are {len(flat)} elements, which shape {list(shape)} does not hold")
    return flat.reshape(shape)


def _elements(tensor: Any, dtype: dtypes.DType, numpy_type: np.dtype) -> np.ndarray:
    """The elements that are given one by one."""
    field = _FIELDS.get(dtype.name)
    if field is None:
        return np.frombuffer(tensor.float8_val, dtype=numpy_type)
    values = getattr(tensor, field)
    if dtype is dtypes.string:
        flat = np.empty(len(values), dtype=object)
        flat[:] = list(values)
        return flat
    if dtype.is_complex:
        parts = np.array(values, dtype=np.float32 if dtype is dtypes.complex64 else np.float64)
        return parts[: len(parts) // 2 * 2].view(numpy_type)
    if field == "half_val":
        return np.array(values, dtype=np.int64).astype(np.uint16).view(numpy_type)
    if numpy_type.names:
        return np.array(values, dtype=np.int64).astype(numpy_type[0]).view(numpy_type)
    return np.array(values, dtype=np.int64 if field == "int_val" else numpy_type).astype(numpy_type)


def _filled(flat: np.ndarray, count: int, sizes: list[int], dtype: dtypes.DType) -> np.ndarray:
    """`count` elements, the last one given repeated; zeros or b"" where there is none."""
    if len(flat) > count:
        raise ValueError(f"A TensorProto has {len(flat)} elements, more than its shape {sizes} holds.")
    if len(flat) == count:
        return flat.reshape(sizes)
    try:
        result = np.empty(count, dtype=flat.dtype)
    except (MemoryError, ValueError) as e:
        raise errors.ResourceExhaustedError(None, None, f"OOM when allocating tensor with shape{sizes}") from e
    result[: len(flat)] = flat
    if len(flat):
        result[len(flat) :] = flat[-1]
    else:
        result[:] = b"" if dtype is dtypes.string else np.zeros((), flat.dtype)
    return result.reshape(sizes)
