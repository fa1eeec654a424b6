"""tensorflow.python.saved_model.nested_structure_coder, and the messages of tensorflow.core.protobuf.struct_pb2."""

from __future__ import annotations

from typing import Any

from tfcompat._formats import structures
from tfcompat._formats.protos import message

__all__ = ["decode_proto", "encode_structure"]

_MESSAGES = {"DictValue", "ListValue", "NoneValue", "PairValue", "StructuredValue", "TupleValue", "TypeSpecProto"}


def encode_structure(nested_structure: Any) -> Any:
    """The StructuredValue of a structure of specs, dtypes, shapes and Python values; TypeError for others."""
    return structures.encoded(nested_structure)


def decode_proto(proto: Any) -> Any:
    """The structure that `encode_structure` gave the message for; DataLossError for what is no such message."""
    return structures.decoded(proto.SerializeToString())


def __getattr__(name: str) -> Any:
    if name in _MESSAGES:
        return message(name)
    raise AttributeError(f"tensorflow.core.protobuf.struct_pb2 has no {name} in tfcompat", name=name)
