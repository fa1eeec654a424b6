"""TensorFlow's protocol buffer messages, built from the table below when the first of them is used.

A line is a message and its fields: number, name, type; "*" before a type means repeated, "?" that it is known whether
the field is set, "map" a map from strings, "map<uint32>" one from numbers, and "kind/" before a name makes it part of
the oneof "kind". "enum" before a name starts an enumeration, whose values follow; those that have no such line are
numbers (int32). The messages live in a descriptor pool of their own, so a real TensorFlow's messages may be loaded
beside them, and their bytes are the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tfcompat._formats.messages import CHECKPOINTS, EVENTS, GRAPHS, QUANTIZATION, SAVED_MODELS

_SCHEMA = """
TensorShapeProto.Dim: 1 size int64, 2 name string
TensorShapeProto: 2 dim *TensorShapeProto.Dim, 3 unknown_rank bool
ResourceHandleProto.DtypeAndShape: 1 dtype DataType, 2 shape TensorShapeProto
ResourceHandleProto: 1 device string, 2 container string, 3 name string, 4 hash_code uint64, 5 maybe_type_name string, \
6 dtypes_and_shapes *ResourceHandleProto.DtypeAndShape
VariantTensorDataProto: 1 type_name string, 2 metadata bytes, 3 tensors *TensorProto
TensorProto: 1 dtype DataType, 2 tensor_shape TensorShapeProto, 3 version_number int32, 4 tensor_content bytes, \
13 half_val *int32, 5 float_val *float, 6 double_val *double, 7 int_val *int32, 8 string_val *bytes, \
9 scomplex_val *float, 10 int64_val *int64, 11 bool_val *bool, 12 dcomplex_val *double, \
14 resource_handle_val *ResourceHandleProto, 15 variant_val *VariantTensorDataProto, 16 uint32_val *uint32, \
17 uint64_val *uint64, 18 float8_val bytes
BytesList: 1 value *bytes
FloatList: 1 value *float
Int64List: 1 value *int64
Feature: 1 kind/bytes_list BytesList, 2 kind/float_list FloatList, 3 kind/int64_list Int64List
Features: 1 feature map Feature
FeatureList: 1 feature *Feature
FeatureLists: 1 feature_list map FeatureList
Example: 1 features Features
SequenceExample: 1 context Features, 2 feature_lists FeatureLists
SnapshotMetadataRecord: 1 graph_hash string, 2 run_id string, 3 creation_timestamp int64, 4 version int64, \
5 dtype *DataType, 6 num_elements int64, 1000 finalized bool
DistributedSnapshotMetadata: 1 element_spec bytes, 2 compression string
ProcessingModeDef: 1 sharding_policy int32
CrossTrainerCacheOptions: 1 trainer_id string
"""
_PACKAGE = "tensorflow"


@functools.cache
def message(name: str) -> Any:
    """The class of the message tensorflow.`name`, such as "TensorProto"."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@functools.cache
def enumeration(name: str) -> Any:
    """The enumeration tensorflow.`name` that is part of no message: names and values, as attributes, too."""
    from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

    return EnumTypeWrapper(_pool().FindEnumTypeByName(f"{_PACKAGE}.{name}"))


@functools.cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    pool = descriptor_pool.DescriptorPool()
    file: Any = descriptor_pb2.FileDescriptorProto(name="tfcompat.proto", package=_PACKAGE, syntax="proto3")
    _add_data_types(file.enum_type.add(name="DataType"))
    _declare(file, _SCHEMA + GRAPHS + CHECKPOINTS + SAVED_MODELS + EVENTS)
    pool.Add(file)
    own = descriptor_pb2.FileDescriptorProto(name="quantization.proto", package=f"{_PACKAGE}.quantization")
    own.syntax = "proto3"
    own.dependency.append(file.name)
    _declare(own, QUANTIZATION)
    pool.Add(own)
    return pool


def _declare(file: Any, schema: str) -> None:
    """Adds the messages and enumerations of a schema to a file."""
    messages: dict[str, Any] = {}

    def declared(full_name: str) -> Any:
        if full_name not in messages:
            outer, _, inner = full_name.rpartition(".")
            siblings = declared(outer).nested_type if outer else file.message_type
            messages[full_name] = siblings.add(name=inner)
        return messages[full_name]

    def of_type(field: Any, kind: str) -> None:
        field.type = field.TYPE_ENUM if f"enum {kind}" in lines or kind == "DataType" else field.TYPE_MESSAGE
        here = kind in lines or f"enum {kind}" in lines
        field.type_name = f".{file.package if here else _PACKAGE}.{kind}"

    lines = dict(line.split(":", 1) for line in schema.split("\n") if line)
    for full_name, fields in lines.items():
        if full_name.startswith("enum "):
            outer, _, inner = full_name.removeprefix("enum ").rpartition(".")
            enum = (declared(outer) if outer else file).enum_type.add(name=inner)
            for number, value in enumerate(fields.split()):
                enum.value.add(name=value, number=number)
        else:
            target = declared(full_name)
            for field in filter(None, fields.strip().split(", ")):
                _add_field(target, f"{file.package}.{full_name}", of_type, *field.split(" ", 2))
            for field in target.field:
                if field.proto3_optional:  # each in a oneof of its own, after those that the message has
                    field.oneof_index = len(target.oneof_decl)
                    target.oneof_decl.add(name=f"_{field.name}")


def _add_data_types(enum: Any) -> None:
    from tfcompat._core import dtypes

    special = {"float32": "FLOAT", "float64": "DOUBLE", "float16": "HALF"}
    enum.value.add(name="DT_INVALID", number=0)
    for number, dtype in sorted(dtypes._BY_ENUM.items()):
        base = dtype.base_dtype.name
        suffix = "_REF" if dtype.name.endswith("_ref") else ""
        enum.value.add(name=f"DT_{special.get(base, base.upper())}{suffix}", number=number)


def _add_field(target: Any, owner: str, of_type: Callable[[Any, str], None], number: str, name: str, kind: str) -> None:
    oneof, _, name = name.rpartition("/")
    field = target.field.add(name=name, number=int(number), label=1)
    if kind.startswith("map"):
        key, _, kind = kind.partition(" ")
        entry = target.nested_type.add(name="".join(p.capitalize() for p in name.split("_")) + "Entry")
        entry.options.map_entry = True
        _add_field(entry, "", of_type, "1", "key", key[4:-1] or "string")
        _add_field(entry, "", of_type, "2", "value", kind)
        field.label, field.type, field.type_name = 3, field.TYPE_MESSAGE, f".{owner}.{entry.name}"
        return
    if kind.startswith("*"):
        field.label, kind = 3, kind[1:]
    if kind.startswith("?"):
        field.proto3_optional, kind = True, kind[1:]
    if kind[0].islower():
        field.type = getattr(field, f"TYPE_{kind.upper()}")
    else:
        of_type(field, kind)
    if oneof:
        if oneof not in [o.name for o in target.oneof_decl]:
            target.oneof_decl.add(name=oneof)
        field.oneof_index = [o.name for o in target.oneof_decl].index(oneof)
