"""Nested structures of TypeSpecs, dtypes, shapes and Python values as StructuredValue messages, and back.

TensorFlow writes them into saved datasets and models.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

from tfcompat._core import dtypes, errors, type_spec_registry
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import BoundedTensorSpec, NoneTensorSpec, TensorSpec
from tfcompat._core.structure import flatten
from tfcompat._core.type_spec import TypeSpec
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import make_ndarray, make_tensor_proto

# The numbers of TypeSpecProto.TypeSpecClass; classes that were registered by name have one together.
_SPARSE, _RAGGED, _DATASET, _VARIABLE, _REGISTERED = 1, 3, 5, 9, 12
_KINDS = {"SparseTensorSpec": _SPARSE, "RaggedTensorSpec": _RAGGED, "DatasetSpec": _DATASET, "VariableSpec": _VARIABLE}
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


def shape_proto(shape: TensorShape) -> Any:
    """A shape as a message."""
    proto = message("TensorShapeProto")()
    _encode_shape(shape, proto)
    return proto


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
    name, held = type(spec).__name__, proto.type_spec_value
    held.type_spec_class = _KINDS.get(name, _REGISTERED)
    if name in _KINDS:
        held.type_spec_class_name = name
    elif isinstance(spec, NoneTensorSpec):
        held.type_spec_class_name = f"tf.{name}"
    elif type(spec) in type_spec_registry._TYPE_SPEC_TO_NAME:
        held.type_spec_class_name = type_spec_registry.get_name(type(spec))
    else:
        raise TypeError(f"A {name} can't be written to a file.")
    held.num_flat_components = len(flatten(spec, expand_composites=True))
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
        return structure_of(message("StructuredValue").FromString(data))
    except (DecodeError, ValueError, TypeError, KeyError) as e:
        raise errors.DataLossError(None, None, f"The structure of a dataset's elements can't be read: {e}") from None


def structure_of(proto: Any, unknown: Callable[[str], Any] | None = None) -> Any:
    """The structure that a StructuredValue tells.

    unknown: what stands for a spec of a class that is not known here, by the class's name; KeyError where it is None.
    ValueError for a message that says nothing, but where `unknown` is given.
    """
    return _Decoder(unknown).decode(proto, 0)


class _Decoder:
    """Reads StructuredValues."""

    def __init__(self, unknown: Callable[[str], Any] | None) -> None:
        self._unknown = unknown

    def decode(self, proto: Any, depth: int) -> Any:
        """The structure; ValueError for a message that says nothing, or has too many levels."""
        kind = proto.WhichOneof("kind")
        if depth > _DEEPEST or (kind is None and self._unknown is None):
            raise ValueError("no kind of value that is known here")
        if kind in (None, "none_value"):
            return None
        value, below = getattr(proto, kind), depth + 1
        if kind == "dict_value":
            return {key: self.decode(value.fields[key], below) for key in sorted(value.fields)}
        if kind == "named_tuple_value":
            fields = [pair.key for pair in value.values]
            return collections.namedtuple(value.name, fields)(*(self.decode(p.value, below) for p in value.values))
        if kind in ("list_value", "tuple_value"):
            children = [self.decode(child, below) for child in value.values]
            return children if kind == "list_value" else tuple(children)
        if kind == "type_spec_value":
            return self._spec(value, below)
        return _LEAVES[kind](value) if kind in _LEAVES else value

    def _spec(self, proto: Any, depth: int) -> Any:
        from tfcompat._ragged import RaggedTensorSpec
        from tfcompat._sparse import SparseTensorSpec

        number, name = proto.type_spec_class, proto.type_spec_class_name
        kinds: dict[int, Any] = {_SPARSE: SparseTensorSpec, _RAGGED: RaggedTensorSpec}
        if number == _DATASET:
            from tfcompat.data._spec import DatasetSpec

            kinds[_DATASET] = DatasetSpec
        if number in kinds:
            return kinds[number](*self.decode(proto.type_state, depth))
        if number == _REGISTERED and name.endswith("NoneTensorSpec"):
            return NoneTensorSpec()
        if number == _REGISTERED and name in type_spec_registry._NAME_TO_TYPE_SPEC:
            return type_spec_registry.lookup(name)._deserialize(self.decode(proto.type_state, depth))  # type: ignore[attr-defined]
        if self._unknown is None:
            raise KeyError(name)
        return self._unknown(name)


def shape_of(proto: Any) -> TensorShape:
    """The shape of a message."""
    return TensorShape(None if proto.unknown_rank else [None if d.size < 0 else d.size for d in proto.dim])


def _tensor_spec(proto: Any) -> TensorSpec:
    return TensorSpec(shape_of(proto.shape), dtypes.as_dtype(proto.dtype), proto.name or None)


def _bounded_spec(proto: Any) -> BoundedTensorSpec:
    bounds = make_ndarray(proto.minimum), make_ndarray(proto.maximum)
    return BoundedTensorSpec(shape_of(proto.shape), dtypes.as_dtype(proto.dtype), *bounds, name=proto.name or None)


_LEAVES: dict[str, Callable[[Any], Any]] = {
    "tensor_shape_value": shape_of,
    "tensor_dtype_value": dtypes.as_dtype,
    "tensor_spec_value": _tensor_spec,
    "bounded_tensor_spec_value": _bounded_spec,
    "tensor_value": make_ndarray,
    "numpy_value": make_ndarray,
}
