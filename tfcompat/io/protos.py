"""tf.io.decode_proto and encode_proto: the fields of any protocol buffer message as tensors."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor, from_numpy, to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.storage import to_numpy
from tfcompat.io import _paths
from tfcompat.io._paths import failure
from tfcompat.io.files import to_string_tensor

DecodeProtoV2 = collections.namedtuple("DecodeProtoV2", ["sizes", "values"])

_TEXTS = "string bytes message group".split()
_SIGNED = "int32 sint32 sfixed32".split()
# The dtypes that the values of a field of each kind may have.
_KINDS: dict[str, tuple[dtypes.DType, ...]] = {
    "double": (dtypes.float64,),
    "float": (dtypes.float32, dtypes.float64),
    "bool": (dtypes.bool,),
    "enum": (dtypes.int32,),
    **dict.fromkeys(_TEXTS, (dtypes.string,)),
    **dict.fromkeys(_SIGNED, (dtypes.int32, dtypes.int64)),
    **dict.fromkeys("int64 sint64 sfixed64".split(), (dtypes.int64,)),
    **dict.fromkeys("uint32 fixed32".split(), (dtypes.uint32, dtypes.uint64)),
    **dict.fromkeys("uint64 fixed64".split(), (dtypes.uint64,)),
}


# ---- messages ----


@functools.lru_cache(maxsize=32)
def _pool(source: bytes) -> Any:
    """The descriptors that a descriptor_source has; None for those that are loaded."""
    from google.protobuf import descriptor_pb2, descriptor_pool
    from google.protobuf.message import DecodeError

    if source in (b"", b"local://"):
        return None
    if source.startswith(b"bytes://"):
        content = source.removeprefix(b"bytes://")
    else:
        try:
            with open(_paths.local(source), "rb") as file:
                content = file.read()
        except OSError as e:
            raise errors.InvalidArgumentError(None, None, f"descriptor_source {source!r} can't be read: {e}") from None
    try:
        files = descriptor_pb2.FileDescriptorSet.FromString(content)
    except DecodeError:
        text = f"descriptor_source is no serialized FileDescriptorSet: {source[:40]!r}"
        raise errors.InvalidArgumentError(None, None, text) from None
    pool = descriptor_pool.DescriptorPool()
    for each in files.file:
        pool.Add(each)
    return pool


def _message(kernel: str, message_type: str, source: Any) -> Any:
    """The class of a message; InvalidArgumentError where there is no such."""
    from google.protobuf import descriptor_pool, message_factory

    from tfcompat._formats import protos

    given = _pool(source.encode("utf-8", "surrogateescape") if isinstance(source, str) else bytes(source))
    for pool in (given,) if given is not None else (descriptor_pool.Default(), protos._pool()):
        try:
            return message_factory.GetMessageClass(pool.FindMessageTypeByName(message_type))
        except KeyError:
            continue
    raise failure(kernel, f"No descriptor found for message type {message_type}")


def _fields(kernel: str, made: Any, names: Sequence[str]) -> list[Any]:
    """The descriptors of a message's fields by their names."""
    known = made.DESCRIPTOR.fields_by_name
    for name in names:
        if name not in known:
            raise failure(kernel, f"Unknown field: {name} in message type {made.DESCRIPTOR.full_name}")
    return [known[name] for name in names]


def _kind(field: Any) -> str:
    """The name of a field's type: "int32", "message"..."""
    names = {getattr(field, key): key[5:].lower() for key in dir(type(field)) if key.startswith("TYPE_")}
    return names[field.type]


def _is_repeated(field: Any) -> bool:
    repeated = getattr(field, "is_repeated", None)  # which older releases of protobuf lack
    return field.label == field.LABEL_REPEATED if repeated is None else repeated


def _check_kinds(kernel: str, fields: Sequence[Any], kinds: Sequence[dtypes.DType]) -> None:
    for field, dtype in zip(fields, kinds, strict=True):
        if dtype not in _KINDS[_kind(field)]:
            raise failure(kernel, f"Unexpected output type for {field.full_name}: {_kind(field)} to {dtype.name}")


# ---- decoding ----


def decode_proto(
    bytes: Any,
    message_type: str,
    field_names: Sequence[str],
    output_types: Sequence[Any],
    descriptor_source: str = "local://",
    message_format: str = "binary",
    sanitize: bool = False,
    name: str | None = None,
) -> Any:
    """The fields of serialized messages as the named tuple (sizes, values) (tf.io.decode_proto).

    bytes: strings of any shape. message_type: the message's full name. sizes: int32, [..., fields], how often a field
    is in a message; values: a tensor of its dtype of output_types for each field, [..., most], filled up with zeros or
    the field's default. descriptor_source: "local://" for messages that are loaded, a file with a FileDescriptorSet,
    or "bytes://" and one. message_format: "binary" or "text". InvalidArgumentError for fields and types that do not
    fit, DataLossError for bytes that are no such message.
    """
    kernel = "DecodeProtoV2"
    kinds = [dtypes.as_dtype(t) for t in output_types]
    if len(field_names) != len(kinds):
        text = f"field_names and output_types attributes must have the same length: {len(field_names)}, {len(kinds)}"
        raise failure(kernel, text)
    if message_format not in ("binary", "text"):
        raise failure(kernel, f"format must be one of binary or text, got {message_format}")
    made = _message(kernel, message_type, descriptor_source)
    fields = _fields(kernel, made, field_names)
    _check_kinds(kernel, fields, kinds)
    texts = to_storage(to_string_tensor(bytes))
    messages = [_parsed(kernel, made, text, message_format) for text in texts.reshape(-1)]
    held = [[_held(message, field) for message in messages] for field in fields]
    sizes = np.array([[len(v) for v in column] for column in held], np.int32).reshape(len(fields), len(messages)).T
    shape = texts.shape
    values = [_filled(column, field, dtype, shape) for column, field, dtype in zip(held, fields, kinds, strict=True)]
    return DecodeProtoV2(wrap(from_numpy(sizes.reshape(*shape, len(fields)), dtypes.int32)), values)


def _parsed(kernel: str, made: Any, text: bytes, form: str) -> Any:
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError

    try:
        return made.FromString(text) if form == "binary" else text_format.Parse(text, made())
    except (DecodeError, text_format.ParseError, UnicodeDecodeError):
        raise failure(kernel, f"Unable to parse {form} protobuf: {text[:80]!r}", errors.DataLossError) from None


def _held(message: Any, field: Any) -> list[Any]:
    """The values of a field that are in a message."""
    if _is_repeated(field):
        found = list(getattr(message, field.name))
    elif field.has_presence:
        found = [getattr(message, field.name)] if message.HasField(field.name) else []
    else:
        value = getattr(message, field.name)
        found = [value] if value != field.default_value else []
    kind = _kind(field)
    if kind in ("message", "group"):
        return [v.SerializeToString() for v in found]
    return [v.encode() for v in found] if kind == "string" else found


def _default(field: Any) -> Any:
    kind = _kind(field)
    if kind in ("message", "group"):
        return b""
    value = field.default_value if not _is_repeated(field) else b"" if kind in _TEXTS else 0
    return value.encode() if isinstance(value, str) else value


def _filled(column: Sequence[Sequence[Any]], field: Any, dtype: dtypes.DType, shape: Sequence[int]) -> Any:
    """The values of a field, [..., most], filled up."""
    most = max(map(len, column), default=0) if _is_repeated(field) else 1
    rest = _default(field)
    array = np.empty((len(column), most), object)
    for row, values in zip(array, column, strict=True):
        row[:] = [*values, *[rest] * (most - len(values))]
    if dtype is not dtypes.string:
        array = array.astype(dtype.as_numpy_dtype)
    return wrap(from_numpy(array.reshape(*shape, most), dtype))


# ---- encoding ----


def encode_proto(
    sizes: Any,
    values: Sequence[Any],
    field_names: Sequence[str],
    message_type: str,
    descriptor_source: str = "local://",
    name: str | None = None,
) -> Any:
    """Serialized messages of fields' values, strings of the shape [...] (tf.io.encode_proto).

    sizes: int32, [..., fields], how many of its values a field has in a message; values: a tensor [..., most] for each
    field. The others as for `decode_proto`. InvalidArgumentError for what does not fit.
    """
    kernel = "EncodeProto"
    made = _message(kernel, message_type, descriptor_source)
    fields = _fields(kernel, made, field_names)
    counts = to_numpy(to_storage(convert_to_tensor(sizes, dtypes.int32)))
    arrays = [to_numpy(to_storage(convert_to_tensor(v))) for v in values]
    if len(arrays) != len(fields) or not counts.ndim or counts.shape[-1] != len(fields):
        text = (
            f"sizes {list(counts.shape)}, values ({len(arrays)}) and field_names ({len(fields)}) do not fit each other"
        )
        raise failure(kernel, text)
    shape = counts.shape[:-1]
    for i, (field, array) in enumerate(zip(fields, arrays, strict=True)):
        _check_values(kernel, field, array, counts[..., i])
    rows = [array.reshape(-1, array.shape[-1]) for array in arrays]
    found = np.empty(int(np.prod(shape, dtype=np.int64)), object)
    for at, lengths in enumerate(counts.reshape(-1, len(fields)).tolist()):
        parts = zip(fields, rows, lengths, strict=True)
        ordered = sorted(parts, key=lambda part: part[0].number)
        found[at] = b"".join(_written(made, field, row[at, :length].tolist()) for field, row, length in ordered)
    return wrap(from_numpy(found.reshape(shape), dtypes.string))


def _check_values(kernel: str, field: Any, array: np.ndarray, counts: np.ndarray) -> None:
    dtype = dtypes.string if array.dtype == object else dtypes.as_dtype(array.dtype)
    if dtype not in _KINDS[_kind(field)]:
        raise failure(kernel, f"Incompatible type for field {field.name}: {_kind(field)} of {dtype.name}")
    if array.ndim < 2:
        raise failure(kernel, f"Values for field {field.name} must have at least two dimensions: {list(array.shape)}")
    if array.shape[:-1] != counts.shape:
        text = f"Values for field {field.name} have shape {list(array.shape)}, sizes {list(counts.shape)}"
        raise failure(kernel, text)
    if counts.size and (counts.min() < 0 or counts.max() > array.shape[-1]):
        text = f"Size to write must not be larger than value tensor; but saw: {counts.max()} for field {field.name}"
        raise failure(kernel, text)


def _written(made: Any, field: Any, values: list[Any]) -> bytes:
    """A field's values; several of one that is not repeated come one after the other."""
    if _is_repeated(field):
        message = made()
        _set(message, field, values)
        return message.SerializePartialToString(deterministic=True)
    found = b""
    for value in values:
        message = made()
        _set(message, field, [value])
        found += message.SerializePartialToString(deterministic=True)
    return found


def _set(message: Any, field: Any, values: list[Any]) -> None:
    kind = _kind(field)
    change: Callable[[Any], Any] = bytes.decode if kind == "string" else lambda v: v
    if kind in ("message", "group"):
        for value in values:
            part = getattr(message, field.name)
            (part.add() if _is_repeated(field) else part).MergeFromString(value)
    elif _is_repeated(field):
        getattr(message, field.name).extend(map(change, values))
    elif values:
        setattr(message, field.name, change(values[0]))
