"""Nested structures of TypeSpecs, dtypes, shapes and Python values as StructuredValue messages, and back.

TensorFlow writes them into saved datasets and models.
"""

from __future__ import annotations

import collections
from typing import Any

from tfcompat._core import dtypes, errors
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import BoundedTensorSpec, NoneTensorSpec, TensorSpec
from tfcompat._core.type_spec import TypeSpec
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import make_ndarray, make_tensor_proto

# The numbers of TypeSpecProto.TypeSpecClass, and where their classes are.
_SPARSE, _RAGGED, _DATASET, _REGISTERED = 1, 3, 5, 12
_DEEPEST = 100


def encoded(value: Any) -> Any:
    """The StructuredValue of a structure; TypeError for what it can't hold."""
    proto = message("StructuredValue")()
    _encode(value, proto)
    return proto


def _encode(value: Any, proto: Any) -> None:
    if value is None:
        proto.none_value.SetInParent()
    elif isinstance(value, bool):
        proto.bool_value = value
    elif isinstance(value, int):
        proto.int64_value = value
    elif isinstance(value, float):
        proto.float64_value = value
    elif isinstance(value, str):
        proto.string_value = value
    elif isinstance(value, TensorShape):
        _encode_shape(value, proto.tensor_shape_value)
    elif isinstance(value, dtypes.DType):
        proto.tensor_dtype_value = value.as_datatype_enum
    elif isinstance(value, TypeSpec):
        _encode_spec(value, proto)
    else:
        _encode_nest(value, proto)


def _encode_shape(shape: TensorShape, proto: Any) -> None:
    proto.SetInParent()
    if shape.rank is None:
        proto.unknown_rank = True
        return
    for size in shape.as_list():
        proto.dim.add(size=-1 if size is None else size)


def _encode_spec(spec: TypeSpec, proto: Any) -> None:
    if type(spec) is TensorSpec:
        _encode_shape(spec.shape, proto.tensor_spec_value.shape)
        proto.tensor_spec_value.dtype = spec.dtype.as_datatype_enum
        proto.tensor_spec_value.name = spec.name or ""
        return
    if type(spec) is BoundedTensorSpec:
        bounded = proto.bounded_tensor_spec_value
        _encode_shape(spec.shape, bounded.shape)
        bounded.dtype, bounded.name = spec.dtype.as_datatype_enum, spec.name or ""
        bounded.minimum.CopyFrom(make_tensor_proto(spec.minimum))
        bounded.maximum.CopyFrom(make_tensor_proto(spec.maximum))
        return
    kinds = {"SparseTensorSpec": _SPARSE, "RaggedTensorSpec": _RAGGED, "DatasetSpec": _DATASET}
    name = type(spec).__name__
    if name not in kinds and not isinstance(spec, NoneTensorSpec):
        raise TypeError(f"A {name} can't be written to a file.")
    held = proto.type_spec_value
    held.type_spec_class = kinds.get(name, _REGISTERED)
    held.type_spec_class_name = name if name in kinds else f"tf.{name}"
    held.num_flat_components = len(spec.flatten())
    _encode(spec._serialize(), held.type_state)


def _encode_nest(value: Any, proto: Any) -> None:
    if isinstance(value, dict):
        proto.dict_value.SetInParent()
        for key, child in value.items():
            if not isinstance(key, str):
                raise TypeError(f"Only dicts with strings for keys can be written to a file, got the key {key!r}.")
            _encode(child, proto.dict_value.fields[key])
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        proto.named_tuple_value.name = type(value).__name__
        fields: Any = value._fields  # type: ignore[attr-defined]
        for key, child in zip(fields, value, strict=True):
            pair = proto.named_tuple_value.values.add(key=key)
            _encode(child, pair.value)
    elif isinstance(value, (list, tuple)):
        held = proto.list_value if isinstance(value, list) else proto.tuple_value
        held.SetInParent()
        for child in value:
            _encode(child, held.values.add())
    else:
        raise TypeError(f"A {type(value).__name__} can't be written to a file, in a structure.")


def decoded(data: bytes) -> Any:
    """The structure in the bytes of a StructuredValue. DataLossError for others."""
    from google.protobuf.message import DecodeError

    try:
        return _decode(message("StructuredValue").FromString(data), 0)
    except (DecodeError, ValueError, TypeError, KeyError) as e:
        raise errors.DataLossError(None, None, f"The structure of a dataset's elements can't be read: {e}") from None


def _decode(proto: Any, depth: int) -> Any:
    kind = proto.WhichOneof("kind")
    if kind is None or depth > _DEEPEST:
        raise ValueError("no kind of value that is known here")
    value = getattr(proto, kind)
    below = depth + 1
    if kind == "none_value":
        return None
    if kind == "tensor_shape_value":
        return _decode_shape(value)
    if kind == "tensor_dtype_value":
        return dtypes.as_dtype(value)
    if kind == "tensor_spec_value":
        return TensorSpec(_decode_shape(value.shape), dtypes.as_dtype(value.dtype), value.name or None)
    if kind == "bounded_tensor_spec_value":
        bounds = make_ndarray(value.minimum), make_ndarray(value.maximum)
        return BoundedTensorSpec(
            _decode_shape(value.shape), dtypes.as_dtype(value.dtype), *bounds, name=value.name or None
        )
    if kind == "type_spec_value":
        return _decode_spec(value, below)
    if kind == "dict_value":
        return {key: _decode(value.fields[key], below) for key in sorted(value.fields)}
    if kind == "named_tuple_value":
        fields = [pair.key for pair in value.values]
        return collections.namedtuple(value.name, fields)(*(_decode(pair.value, below) for pair in value.values))
    if kind in ("list_value", "tuple_value"):
        children = [_decode(child, below) for child in value.values]
        return children if kind == "list_value" else tuple(children)
    return value


def _decode_shape(proto: Any) -> TensorShape:
    return TensorShape(None if proto.unknown_rank else [None if d.size < 0 else d.size for d in proto.dim])


def _decode_spec(proto: Any, depth: int) -> TypeSpec:
    from tfcompat._ragged import RaggedTensorSpec
    from tfcompat._sparse import SparseTensorSpec

    state = _decode(proto.type_state, depth)
    if proto.type_spec_class == _REGISTERED and proto.type_spec_class_name.endswith("NoneTensorSpec"):
        return NoneTensorSpec()
    kinds: dict[int, Any] = {_SPARSE: SparseTensorSpec, _RAGGED: RaggedTensorSpec}
    if proto.type_spec_class == _DATASET:
        from tfcompat.data._spec import DatasetSpec

        kinds[_DATASET] = DatasetSpec
    return kinds[proto.type_spec_class](*state)
