"""Raw ops that parse serialized tf.train.Examples and SequenceExamples: those of tf.io, with lists for dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat import io
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, wrap
from tfcompat.io.sparse import _deserialize_many
from tfcompat.raw_ops._datasets import Given, dataset_op
from tfcompat.raw_ops._registry import raw, same

same(io.decode_json_example, "DecodeJSONExample")
same(io.decode_proto, "DecodeProtoV2")
same(io.encode_proto, "EncodeProto")


@raw("DeserializeSparse")
def deserialize_sparse(serialized_sparse: Value, dtype: dtypes.DType) -> tuple[Any, ...]:
    """The sparse tensor in three strings or, of a tensor of more, in each three along its last dimension."""
    return tuple(to_storage(t) for t in _deserialize_many(wrap(serialized_sparse), dtype))


def _names(keys: Any) -> list[str]:
    """Keys in a tensor, a list of tensors or a list of Python strings."""
    if isinstance(keys, np.ndarray):
        return [k.decode() for k in keys.reshape(-1).tolist()]
    return [k if isinstance(k, str) else (k.item() if isinstance(k, np.ndarray) else k).decode() for k in keys]


def _sparse(keys: Any, kinds: Sequence[Any]) -> dict[str, Any]:
    names = _names(keys)
    if len(names) != len(kinds):
        raise Invalid(f"There are {len(names)} sparse keys and {len(kinds)} sparse types")
    return {name: io.VarLenFeature(kind) for name, kind in zip(names, kinds)}


def _dense(keys: Any, shapes: Sequence[Any], defaults: Sequence[Any]) -> dict[str, Any]:
    names = _names(keys)
    if not len(names) == len(shapes) == len(defaults):
        raise Invalid(f"There are {len(names)} dense keys, {len(shapes)} dense shapes, {len(defaults)} dense defaults")
    return {name: _filled(shape, default) for name, shape, default in zip(names, shapes, defaults)}


def _filled(shape: Any, default: Any) -> Any:
    """A dense feature; an empty default stands for none."""
    kind, empty = BY_STORAGE[default.dtype], not np.prod(default.shape, dtype=np.int64)
    sizes = shape.as_list()
    if sizes and sizes[0] is None:
        return io.FixedLenSequenceFeature(sizes[1:], kind, True, None if empty else default.reshape(-1)[0].item())
    return io.FixedLenFeature(sizes, kind, None if empty and 0 not in sizes else wrap(default.reshape(sizes)))


def _ragged(keys: Any, kinds: Sequence[Any], splits: Sequence[Any]) -> dict[str, Any]:
    triples = zip(_names(keys), kinds, splits, strict=True)
    return {name: io.RaggedFeature(kind, row_splits_dtype=split) for name, kind, split in triples}


def _parts(found: Mapping[str, Any], names: Sequence[str]) -> tuple[list[Any], list[Any], list[Any]]:
    """The indices, values and shapes of sparse tensors."""
    tensors = [found[name] for name in names]
    return tuple([to_storage(getattr(t, part)) for t in tensors] for part in ("indices", "values", "dense_shape"))  # type: ignore[return-value]


def _plain(found: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [to_storage(found[name]) for name in names]


def _called(names: Any) -> Any:
    return wrap(names) if names is not None and names.size else None


def _features(a: Given) -> dict[str, Any]:
    """The features of an op on Examples."""
    v = a.values
    found = _sparse(v["sparse_keys"], v["sparse_types"])
    found |= _dense(v["dense_keys"], v["dense_shapes"], v["dense_defaults"])
    if "ragged_keys" in v:
        found |= _ragged(v["ragged_keys"], v["ragged_value_types"], v["ragged_split_types"])
    return found


def _examples(**values: Any) -> Any:
    """The features of Examples: the parts of sparse ones, dense ones and, where there are such, ragged ones."""
    a = Given(values)
    features, texts = _features(a), wrap(values["serialized"])
    if "names" in values:
        if texts.shape.rank != 1 and "ragged_keys" not in values:
            raise Invalid(f"Expected serialized to be a vector, got shape: {texts.shape}")
        found = io.parse_example(texts, features, _called(values["names"])) if features else {}
    else:
        found = io.parse_single_example(texts, features) if features else {}
    results = *_parts(found, _names(values["sparse_keys"])), _plain(found, _names(values["dense_keys"]))
    if "ragged_keys" not in values:
        return results
    ragged = [found[name] for name in _names(values["ragged_keys"])]
    return *results, [to_storage(t.values) for t in ragged], [to_storage(t.row_splits) for t in ragged]


for _kernel in ("ParseExample", "ParseExampleV2", "ParseSingleExample"):
    raw(_kernel)(_examples)


def _dataset(a: Given) -> Any:
    """A dataset of Examples' features, by the order of their names."""
    features = _features(a)
    names = sorted(features)
    parsed = a.dataset.map(lambda texts: tuple(io.parse_example(texts, features)[name] for name in names))
    return parsed


dataset_op("ParseExampleDataset ExperimentalParseExampleDataset ParseExampleDatasetV2", _dataset)


# ---- SequenceExamples ----


def _sequence_features(v: Mapping[str, Any], missing: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    context = _sparse(v["context_sparse_keys"], v["context_sparse_types"])
    context |= _dense(v["context_dense_keys"], v["context_dense_shapes"], v["context_dense_defaults"])
    sequences = _sparse(v["feature_list_sparse_keys"], v["feature_list_sparse_types"])
    dense = _names(v["feature_list_dense_keys"])
    triples = zip(dense, v["feature_list_dense_shapes"], v["feature_list_dense_types"], strict=True)
    sequences |= {
        name: io.FixedLenSequenceFeature(shape.as_list(), kind, name in missing) for name, shape, kind in triples
    }
    for found, prefix in ((context, "context"), (sequences, "feature_list")):
        if f"{prefix}_ragged_keys" in v:
            parts = (v[f"{prefix}_ragged_{part}"] for part in ("keys", "value_types", "split_types"))
            found |= _ragged(*parts)
    return context, sequences


def _context_and_lists(v: Mapping[str, Any], context: Any, sequences: Any) -> tuple[Any, Any]:
    first = *_parts(context, _names(v["context_sparse_keys"])), _plain(context, _names(v["context_dense_keys"]))
    sparse, dense = _names(v["feature_list_sparse_keys"]), _names(v["feature_list_dense_keys"])
    return first, (*_parts(sequences, sparse), _plain(sequences, dense))


def _lengths(v: Mapping[str, Any], lengths: Mapping[str, Any]) -> list[Any]:
    return _plain(lengths, _names(v["feature_list_dense_keys"]))


@raw("ParseSequenceExample")
def parse_sequence_example(**values: Any) -> Any:
    """The features of SequenceExamples, and the lengths of dense sequences."""
    context, sequences = _sequence_features(values, set(values["feature_list_dense_missing_assumed_empty"]))
    texts = wrap(values["serialized"])
    found = io.parse_sequence_example(texts, context, sequences, _called(values["debug_name"]))
    first, lists = _context_and_lists(values, *found[:2])
    return *first, *lists, _lengths(values, found[2])


@raw("ParseSequenceExampleV2")
def parse_sequence_example_v2(**values: Any) -> Any:
    """As ParseSequenceExample, and ragged features."""
    dense, empty = _names(values["feature_list_dense_keys"]), values["feature_list_dense_missing_assumed_empty"]
    missing = {name for name, may in zip(dense, empty.reshape(-1).tolist()) if may}
    context, sequences = _sequence_features(values, missing)
    texts = wrap(values["serialized"])
    if not texts.shape.rank:
        return _single_sequence(values, *io.parse_single_sequence_example(texts, context, sequences))
    found = io.parse_sequence_example(texts, context, sequences, _called(values["debug_name"]))
    first, lists = _context_and_lists(values, *found[:2])
    ragged = [found[0][name] for name in _names(values["context_ragged_keys"])]
    nested = [found[1][name] for name in _names(values["feature_list_ragged_keys"])]
    own = [to_storage(t.values) for t in ragged], [to_storage(t.row_splits) for t in ragged]
    inner = [to_storage(t.values.values) for t in nested]
    outer = [to_storage(t.row_splits) for t in nested]
    return (
        *first,
        *own,
        *lists,
        _lengths(values, found[2]),
        inner,
        outer,
        [to_storage(t.values.row_splits) for t in nested],
    )


def _single_sequence(values: Mapping[str, Any], context: Any, sequences: Any) -> Any:
    """What ParseSequenceExampleV2 gives for one example: ragged features are vectors, and rows of such."""
    first, lists = _context_and_lists(values, context, sequences)
    own = [to_storage(context[name]) for name in _names(values["context_ragged_keys"])]
    nested = [sequences[name] for name in _names(values["feature_list_ragged_keys"])]
    none = [torch.zeros((), dtype=kind.torch) for kind in values["context_ragged_split_types"]]
    outer = [torch.zeros((), dtype=kind.torch) for kind in values["feature_list_ragged_split_types"]]
    lengths = [torch.tensor(len(dense), dtype=torch.int64) for dense in lists[3]]
    inner = [to_storage(t.values) for t in nested], [to_storage(t.row_splits) for t in nested]
    return *first, own, none, *lists, lengths, inner[0], outer, inner[1]


@raw("ParseSingleSequenceExample")
def parse_single_sequence_example(**values: Any) -> Any:
    """The features of one SequenceExample."""
    missing = set(_names(values["feature_list_dense_missing_assumed_empty"]))
    context, sequences = _sequence_features(values, missing)
    found = io.parse_single_sequence_example(wrap(values["serialized"]), context, sequences)
    first, lists = _context_and_lists(values, *found)
    return *first, *lists
