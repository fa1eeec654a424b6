"""Tensors as strings: tf.io.serialize_tensor and tf.io.parse_tensor."""

from __future__ import annotations

import base64
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import from_numpy
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Value, kernel_dtype, op
from tfcompat._core.storage import to_numpy
from tfcompat.io._paths import failure
from tfcompat.io.files import scalar_string, strings, to_string_tensor


@op("SerializeTensor")
def serialize_tensor(tensor: Value, name: str | None = None) -> Any:
    """The tensor as the bytes of a TensorProto, a scalar string (tf.io.serialize_tensor); `parse_tensor` reads it."""
    from tfcompat._formats.tensor_proto import with_content

    return scalar_string(with_content(to_numpy(tensor), BY_STORAGE[tensor.dtype]).SerializeToString())


@op("ParseTensor")
def _parse_tensor(serialized: Value, dtype: dtypes.DType, name: str | None = None) -> Any:
    array = strings(serialized)
    if array.ndim:
        raise failure("ParseTensor", f"Expected `serialized` to be a scalar, got shape: {list(array.shape)}")
    return tensor_of_bytes(array[()], dtype, "ParseTensor")


def tensor_of_bytes(serialized: bytes, dtype: dtypes.DType, kernel: str) -> Any:
    """What holds the tensor in the bytes of a TensorProto; InvalidArgumentError of the op `kernel` for others."""
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message
    from tfcompat._formats.tensor_proto import make_ndarray, unpack_strings

    try:
        proto = message("TensorProto").FromString(serialized)
    except DecodeError:
        text = base64.b64encode(serialized).decode()
        raise failure(kernel, f"Could not parse `serialized` as TensorProto, base64: {text}") from None
    if proto.dtype and proto.dtype != dtype.as_datatype_enum:
        found = kernel_dtype(dtypes.as_dtype(proto.dtype))
        raise failure(kernel, f"Type mismatch between parsed tensor ({found}) and dtype ({kernel_dtype(dtype)})")
    try:
        unpack_strings(proto)
        return from_numpy(make_ndarray(proto), dtype)
    except (ValueError, TypeError) as e:
        raise failure(kernel, f"Cannot parse tensor from proto: {e}") from None


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """The tensor in the bytes of a TensorProto, a scalar string (tf.io.parse_tensor).

    out_type: its dtype. InvalidArgumentError where it has another, or where the bytes are no TensorProto.
    """
    return _parse_tensor(to_string_tensor(serialized), dtypes.as_dtype(out_type), name)
