"""tf.io.parse_example and parse_single_example: serialized tf.train.Example messages as tensors."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._arrays.captures import graph_method, replayable
from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor, from_numpy
from tfcompat._core.dtypes import string
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._formats.sstable import encode_varint
from tfcompat.io._feature_parts import Dense, Merged, Padded, ParseError, Part, Ragged, Sparse
from tfcompat.io._paths import failure
from tfcompat.io.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
    unwritten,
    written,
)
from tfcompat.io.files import to_string_tensor

_PARTS: dict[type, type[Part]] = {
    VarLenFeature: Sparse,
    FixedLenFeature: Dense,
    FixedLenSequenceFeature: Padded,
    RaggedFeature: Ragged,
    SparseFeature: Merged,
}
_ORDER = (Sparse, Dense, Padded, Ragged, Merged)


def parse_example(
    serialized: Any, features: Mapping[str, Any], example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of a vector of serialized Examples, as a dict of tensors (tf.io.parse_example).

    features: {name: FixedLenFeature (dense), FixedLenSequenceFeature (padded), VarLenFeature or SparseFeature (sparse)
    or RaggedFeature (ragged)}. A scalar is parsed as `parse_single_example` does. example_names: what messages call
    the examples. InvalidArgumentError for a string that is no Example, and for features that are missing or do not fit.
    """
    return _parse(serialized, features, example_names, None)


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of one serialized Example, a scalar string, without a batch (tf.io.parse_single_example)."""
    return _parse(serialized, features, example_names, True)


def _parse(serialized: Any, features: Mapping[str, Any], example_names: Any, single: bool | None) -> dict[str, Any]:
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    kernel = "ParseExampleV2"
    serialized = to_string_tensor(serialized)
    rank = serialized.shape.rank
    if rank is not None and (rank > 1 or (single and rank)):
        what = "scalar" if single else "scalar or vector"
        raise failure(
            kernel, f"Expected serialized to be a {what}, got shape: {str(serialized.shape.as_list()).replace(' ', '')}"
        )
    alone = rank == 0
    parts = told(kernel, lambda: parts_of(features, _PARTS, _ORDER))
    _check_keys(parts.values())
    names = None if example_names is None else to_string_tensor(example_names)
    if state.graph is None:
        tensors = _tensors(serialized, names, parts, alone)
    else:
        given = [serialized, names, {key: written(features[key]) for key in features}, alone]
        flat_specs = [spec for part in parts.values() for spec in part.specs(alone)]
        tensors = graph_method("whole", "tf.io.parse_example")(parsed, given, {}, kernel, specs=flat_specs)
    return _results(parts, tensors, alone)


@replayable
def parsed(serialized: Any, names: Any, features: Mapping[str, Any], alone: bool) -> list[Any]:
    """The tensors of all features, one after the other. features: as `written` gives them; alone: without a batch."""
    made = {key: unwritten(each) for key, each in features.items()}
    return _tensors(serialized, names, parts_of(made, _PARTS, _ORDER), alone)


def _tensors(serialized: Any, names: Any, parts: Mapping[str, Part], alone: bool) -> list[Any]:
    def read(texts: np.ndarray, given: Sequence[str]) -> list[np.ndarray]:
        examples = [example(text) for text in texts.reshape(-1)]
        return [a for part in parts.values() for a in part.arrays(examples, given, alone)]

    specs = [spec for part in parts.values() for spec in part.specs(alone)]
    arrays = _read("ParseExampleV2", read, serialized._t, None if names is None else names._t)
    return [wrap(from_numpy(array, spec.dtype)) for array, spec in zip(arrays, specs)]


def _check_keys(parts: Iterable[Part]) -> None:
    """ValueError where one feature of the examples is to be read in two ways."""
    dense: list[str] = []
    sparse: list[str] = []
    ragged: list[str] = []
    for part in parts:
        if isinstance(part, Sparse):
            sparse += [*(part.indices if isinstance(part, Merged) else ()), part.key]
        elif isinstance(part, Ragged):
            ragged += [key for key in (part.key, *part.named()) if key not in ragged]
        else:
            dense.append(part.key)
    for first, a, second, b in (
        ("Dense", dense, "sparse", sparse),
        ("Dense", dense, "ragged", ragged),
        ("Ragged", ragged, "sparse", sparse),
    ):
        if both := set(a) & set(b):
            raise ValueError(
                f"{first} and {second} keys must not intersect; {first.lower()}_keys: {a}, {second}_keys: {b}, "
                f"intersection: {both}"
            )


def parts_of(features: Mapping[str, Any], kinds: Mapping[type, type[Part]], order: Sequence[type]) -> dict[str, Part]:
    """How each feature is read, in the order in which TensorFlow gives them."""
    parts = {}
    for key in sorted(features):
        feature = features[key]
        kind = kinds.get(type(feature))
        if kind is None:
            raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
        parts[key] = kind(key, feature)
    groups = {kind: order.index(kind) for kind in order}
    if Padded in groups and Dense in groups:
        groups[Padded] = groups[Dense]
    return dict(sorted(parts.items(), key=lambda item: groups[type(item[1])]))


def example(text: bytes) -> Mapping[str, Any]:
    """The features of a serialized Example; ParseError where it is none."""
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message

    try:
        return message("Example").FromString(text).features.feature
    except DecodeError:
        raise ParseError(f"Could not parse example input, value: '{text.decode('latin-1')}'") from None


def told(kernel: str, function: Callable[[], Any]) -> Any:
    """What `function` returns; a ParseError becomes the op's InvalidArgumentError."""
    try:
        return function()
    except ParseError as error:
        raise failure(kernel, str(error)) from None


def run(
    kernel: str,
    read: Callable[[np.ndarray, Sequence[str]], list[np.ndarray]],
    serialized: Any,
    names: Any,
    parts: Mapping[str, Part],
    specs: Sequence[Sequence[Any]],
    single: bool,
) -> dict[str, Any]:
    """The parts' results: read at once, or in a captured function by a node of its graph."""
    flat_specs = structure.flatten(list(map(list, specs)))
    if state.graph is None:
        arrays = _read(kernel, read, serialized._t, None if names is None else names._t)
        tensors = [wrap(from_numpy(array, spec.dtype)) for array, spec in zip(arrays, flat_specs)]
    else:
        from tfcompat._arrays.calling import py_function

        inputs = [serialized] if names is None else [serialized, names]
        tensors = py_function(
            lambda texts, called=None: [
                convert_to_tensor(array, spec.dtype)
                for array, spec in zip(
                    _read(kernel, read, _objects(texts), None if called is None else _objects(called)), flat_specs
                )
            ],
            inputs,
            flat_specs,
        )
    return _results(parts, tensors, single)


def _read(
    kernel: str,
    read: Callable[[np.ndarray, Sequence[str]], list[np.ndarray]],
    texts: np.ndarray,
    called: np.ndarray | None,
) -> list[np.ndarray]:
    """The arrays that `read` gives for serialized messages, which are called so in errors."""
    given = [] if called is None else [name.decode(errors="replace") for name in called.reshape(-1)]
    if given and len(given) != texts.size:
        raise failure(kernel, f"Expected len(names) == len(serialized), got {len(given)} vs. {texts.size}")
    return told(kernel, lambda: read(texts, given or ["<unknown>"] * texts.size))


def _results(parts: Mapping[str, Part], tensors: Sequence[Any], single: bool) -> dict[str, Any]:
    found, at = {}, 0
    for key, part in parts.items():
        count = len(part.specs(single))
        found[key] = part.result(tensors[at : at + count], single)
        at += count
    return found


def _objects(tensor: Any) -> np.ndarray:
    array = np.empty(tuple(tensor.shape), object)
    array[...] = tensor.numpy()
    return array


def decode_json_example(json_examples: Any, name: str | None = None) -> Any:
    """JSON texts of Examples as serialized Examples, strings of the same shape (tf.io.decode_json_example).

    InvalidArgumentError for a text that is no Example.
    """
    from google.protobuf import json_format

    from tfcompat._formats.protos import message

    texts = to_string_tensor(json_examples)._t
    found = np.empty(texts.shape, object)
    for at in np.ndindex(texts.shape):
        try:
            found[at] = _streamed(json_format.Parse(texts[at], message("Example")()), json.loads(texts[at]))
        except (json_format.ParseError, UnicodeDecodeError) as error:
            raise failure("DecodeJSONExample", f"Error while parsing JSON: {error}") from None
    return wrap(from_numpy(found, string))


def _streamed(example: Any, text: Any) -> bytes:
    """The bytes that TensorFlow streams from JSON: features as in the text, and numbers each with a tag of its own."""
    if not example.HasField("features"):
        return b""
    entries = []
    for key in text["features"].get("feature", ()):
        feature = example.features.feature[key]
        kind = feature.WhichOneof("kind")
        numbers = getattr(feature, kind).value if kind in ("float_list", "int64_list") else ()
        if kind == "float_list":
            value = _field(2, b"".join(b"\x0d" + struct.pack("<f", v) for v in numbers))
        elif kind == "int64_list":
            value = _field(3, b"".join(b"\x08" + encode_varint(v & (2**64 - 1)) for v in numbers))
        else:
            value = feature.SerializeToString()
        entries.append(_field(1, _field(1, key.encode()) + _field(2, value)))
    return _field(1, b"".join(entries))


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2]) + encode_varint(len(data)) + data
