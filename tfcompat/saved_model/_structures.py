"""Nests of tensors' specs as StructuredValue messages: what functions take and return."""

from __future__ import annotations

import collections
from typing import Any

from tfcompat._core import dtypes, type_spec_registry
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.structure import flatten
from tfcompat._core.type_spec import TypeSpec
from tfcompat._formats.protos import message

# The numbers of classes of specs in a TypeSpecProto; those that were registered by name have one together.
_REGISTERED = 12
_SPECS = {1: "SparseTensorSpec", 3: "RaggedTensorSpec", 9: "VariableSpec"}


def encode(value: Any) -> Any:
    """The message of a nest; TypeError for what it can't hold."""
    proto = message("StructuredValue")()
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
    elif isinstance(value, TensorSpec):
        spec = proto.tensor_spec_value
        spec.name, spec.dtype = value.name or "", value.dtype.as_datatype_enum
        spec.shape.CopyFrom(shape_proto(value.shape))
    elif isinstance(value, TensorShape):
        proto.tensor_shape_value.CopyFrom(shape_proto(value))
    elif isinstance(value, dtypes.DType):
        proto.tensor_dtype_value = value.as_datatype_enum
    elif isinstance(value, TypeSpec) and type(value).__name__ in _SPECS.values():
        spec = proto.type_spec_value
        spec.type_spec_class_name = type(value).__name__
        spec.type_spec_class = next(n for n, name in _SPECS.items() if name == type(value).__name__)
        spec.type_state.CopyFrom(encode(value._serialize()))
    elif isinstance(value, TypeSpec) and type(value) in type_spec_registry._TYPE_SPEC_TO_NAME:
        spec = proto.type_spec_value
        spec.type_spec_class, spec.type_spec_class_name = _REGISTERED, type_spec_registry.get_name(type(value))
        spec.type_state.CopyFrom(encode(value._serialize()))
        spec.num_flat_components = len(flatten(value, expand_composites=True))
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        proto.named_tuple_value.name = type(value).__name__
        for key, child in zip(value._fields, value):  # type: ignore[attr-defined]
            proto.named_tuple_value.values.add(key=key).value.CopyFrom(encode(child))
    elif isinstance(value, tuple):
        proto.tuple_value.SetInParent()
        proto.tuple_value.values.extend(map(encode, value))
    elif isinstance(value, list):
        proto.list_value.SetInParent()
        proto.list_value.values.extend(map(encode, value))
    elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
        proto.dict_value.SetInParent()
        for key, child in value.items():
            proto.dict_value.fields[key].CopyFrom(encode(child))
    else:
        raise TypeError(f"A SavedModel in tfcompat can't hold a function that takes or returns {value!r}")
    return proto


def decode(proto: Any) -> Any:
    """The nest of a message, with an `UnknownSpec` for what tfcompat has not."""
    kind = proto.WhichOneof("kind")
    if kind in (None, "none_value"):
        return None
    value = getattr(proto, kind)
    if kind == "list_value":
        return [decode(child) for child in value.values]
    if kind == "tuple_value":
        return tuple([decode(child) for child in value.values])
    if kind == "dict_value":
        return {key: decode(value.fields[key]) for key in sorted(value.fields)}
    if kind == "named_tuple_value":
        names = [pair.key for pair in value.values]
        return collections.namedtuple(value.name, names)(*[decode(pair.value) for pair in value.values])
    if kind in ("tensor_spec_value", "bounded_tensor_spec_value"):
        return TensorSpec(shape_of(value.shape), dtypes.as_dtype(value.dtype), value.name or None)
    if kind == "tensor_shape_value":
        return shape_of(value)
    if kind == "tensor_dtype_value":
        return dtypes.as_dtype(value)
    if kind == "type_spec_value":
        return _type_spec(value)
    if kind in ("tensor_value", "numpy_value"):
        from tfcompat._formats.tensor_proto import make_ndarray

        return make_ndarray(value)
    return value


class UnknownSpec:
    """The spec of something that tfcompat has not, such as a dataset's iterator: no argument fits it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


def _type_spec(proto: Any) -> Any:
    from tfcompat._ragged import RaggedTensorSpec
    from tfcompat._sparse import SparseTensorSpec

    name = _SPECS.get(proto.type_spec_class, proto.type_spec_class_name)
    state = decode(proto.type_state)
    if proto.type_spec_class == _REGISTERED and name in type_spec_registry._NAME_TO_TYPE_SPEC:
        return type_spec_registry.lookup(name)._deserialize(state)  # type: ignore[attr-defined]
    if name == "RaggedTensorSpec":
        shape, dtype, rank, splits = state
        return RaggedTensorSpec(shape, dtype, rank, splits)
    if name == "SparseTensorSpec":
        return SparseTensorSpec(*state)
    return UnknownSpec(str(name))


def shape_proto(shape: Any) -> Any:
    """A shape as a message."""
    proto = message("TensorShapeProto")()
    if shape.rank is None:
        proto.unknown_rank = True
    else:
        for size in shape.as_list():
            proto.dim.add(size=-1 if size is None else size)
    return proto


def shape_of(proto: Any) -> TensorShape:
    """The shape of a message."""
    if proto.unknown_rank:
        return TensorShape(None)
    return TensorShape([None if dim.size < 0 else dim.size for dim in proto.dim])
