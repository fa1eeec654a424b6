"""Tables made of datasets, for tf.lookup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._function.scopes import init_scope
from tfcompat.data.dataset import Dataset
from tfcompat.lookup import KeyValueTensorInitializer, StaticHashTable, StaticVocabularyTable
from tfcompat.strings.hashing import fingerprint64, hash64, siphash


class DatasetInitializer(KeyValueTensorInitializer):
    """The pairs of keys and values in a dataset, for a tf.lookup table (tf.data.experimental.DatasetInitializer)."""

    __module__ = "tensorflow.python.data.experimental.ops.lookup_ops"

    def __init__(self, dataset: Any) -> None:
        kinds = _pair_dtypes(dataset, "DatasetInitializer")
        with init_scope():
            pairs = list(dataset.as_numpy_iterator())
        keys, values = ([p[i] for p in pairs] for i in (0, 1))
        super().__init__(keys, values, *kinds)


def _pair_dtypes(dataset: Dataset, what: str) -> tuple[Any, Any]:
    spec = dataset.element_spec
    if not (isinstance(spec, tuple) and len(spec) == 2 and all(isinstance(s, TensorSpec) for s in spec)):
        raise ValueError(f"{what} takes a dataset of pairs (key, value), but its elements are {spec}.")
    return spec[0].dtype, spec[1].dtype


def _hash_of(spec: Any) -> Callable[[bytes], int]:
    """The hash that a spec asks for, by its `hasher`: "fasthash", where None, "legacy" or "stronghash" with a `key`."""
    if spec is None:
        return fingerprint64
    kind = getattr(spec, "hasher", None)
    if kind not in ("fasthash", "legacy", "stronghash"):
        raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {type(spec)}.")
    if kind == "stronghash":
        key = int(spec.key[0]), int(spec.key[1])
        return lambda text: siphash(text, key)
    return fingerprint64 if kind == "fasthash" else hash64


def table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: Any = None,
    hasher_spec: Any = None,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """The tf.lookup table of the pairs (key, value) in `dataset` (tf.data.experimental.table_from_dataset).

    num_oov_buckets: how many numbers unknown keys are hashed to, where values are numbers; else they get
    `default_value`. hasher_spec: the hash, FarmHash where None. vocab_size: how many pairs there are at most.
    key_dtype: that of the keys, string or integer.
    """
    keys, values = _pair_dtypes(dataset, "table_from_dataset")
    kind = dtypes.as_dtype(key_dtype)
    if kind is not dtypes.string and not kind.is_integer:
        raise TypeError(f"`key_dtype` must be either an integer or string type, but got {kind}.")
    if keys is not kind and not (keys.is_integer and kind.is_integer):
        raise TypeError(f"The keys of the dataset are {keys.name}, `key_dtype` is {kind.name}.")
    if vocab_size is not None:
        if int(vocab_size) < 1:
            raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
        dataset = dataset.take(vocab_size)
    initializer = DatasetInitializer(dataset)
    if num_oov_buckets:
        table = StaticVocabularyTable(initializer, num_oov_buckets, lookup_key_dtype=kind)
        table._hash_of = _hash_of(hasher_spec)
        return table
    if default_value is None:
        default_value = "" if values is dtypes.string else -1
    return StaticHashTable(initializer, convert_to_tensor(default_value, values))


def index_table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: Any = -1,
    hasher_spec: Any = None,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """The tf.lookup table of the numbers of the keys in `dataset` (tf.data.experimental.index_table_from_dataset).

    The arguments are those of table_from_dataset.
    """
    numbered = dataset.enumerate().map(lambda number, key: (key, number))
    return table_from_dataset(numbered, num_oov_buckets, vocab_size, default_value, hasher_spec, key_dtype, name)
