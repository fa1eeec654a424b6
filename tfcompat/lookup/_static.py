"""Tables that are filled once: StaticHashTable, and StaticVocabularyTable with numbers for unknown keys as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape
from tfcompat._ragged import RaggedTensor
from tfcompat._sparse import SparseTensor
from tfcompat.dtypes.casting import cast
from tfcompat.lookup import _base, _stores
from tfcompat.strings.hashing import fingerprint64


def _on_values(function: Callable[[Any], Any], keys: Any) -> Any:
    """What a function of tensors makes of keys, in the places they have in a sparse or ragged tensor."""
    if isinstance(keys, SparseTensor):
        return SparseTensor(keys.indices, function(keys.values), keys.dense_shape)
    if isinstance(keys, RaggedTensor):
        return keys.with_flat_values(function(keys.flat_values))
    return function(keys)


class StaticHashTable(_base.LookupInterface):
    """A table that an initializer fills, once (tf.lookup.StaticHashTable).

    initializer: tells the keys and values, int32, int64 or strings to numbers, strings or booleans. default_value: a
    scalar, what keys that are not there have. name and experimental_is_anonymous change nothing: a table lives as long
    as something refers to it, and is not found by name. NotFoundError for dtypes there are no tables for, and what the
    initializer raises.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self, initializer: Any, default_value: Any, name: str | None = None, experimental_is_anonymous: bool = False
    ) -> None:
        shared = None if experimental_is_anonymous else initializer._shared_name
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = _base.constant(default_value, self._value_dtype)
        self._default_value.shape.merge_with(TensorShape([]))
        _stores.check_dtypes("HashTableV2", _stores.STATIC, self._key_dtype, self._value_dtype)
        self._initializer, self._name = initializer, name or "hash_table"
        self._hold(_stores.Store(self._key_dtype, self._value_dtype), shared)
        self._init_op = initializer.initialize(self)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {"_initializer": self._initializer}

    @property
    def default_value(self) -> Any:
        """What keys that are not there have."""
        return self._default_value

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of `keys`, a tensor, SparseTensor or RaggedTensor; what comes back is of the same kind.

        TypeError where the keys' dtype is not the table's.
        """
        self._check_keys(keys)
        return _on_values(lambda k: _base.find(k, self._default_value, self._store), keys)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and their values, two vectors."""
        return _base.export(self._store, [None], [None])


_VOCABULARY_KEYS = (dtypes.int64, dtypes.string)


class StaticVocabularyTable(_base.LookupInterface):
    """A table of the numbers of words, with numbers for unknown words too (tf.lookup.StaticVocabularyTable).

    initializer: tells the words, strings or int64, and their numbers, int64; None for no words. num_oov_buckets: how
    many numbers, from that of the words on, FarmHash gives unknown words. lookup_key_dtype: that of the keys that are
    looked up. ValueError or TypeError where an argument is of another kind. For the rest see StaticHashTable.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        key = dtypes.string  # as in TensorFlow whatever it was told, where there is no initializer
        self._table = None
        if initializer:
            key = initializer.key_dtype if lookup_key_dtype is None else dtypes.as_dtype(lookup_key_dtype)
            self._check(initializer, key)
            self._table = StaticHashTable(initializer, -1, experimental_is_anonymous=experimental_is_anonymous)
        if not key.is_integer and key is not dtypes.string:
            raise TypeError(f"Invalid `key_dtype`, expected integer or string, got {key}")
        super().__init__(key, dtypes.int64)
        self._num_oov_buckets = num_oov_buckets
        self._hash_of: Callable[[bytes], int] = fingerprint64
        name = name.rstrip("/") if name else None
        self._table_name = (name or ("hash_bucket" if self._table is None else "")).split("/")[-1] or None
        self._store = _stores.Store(key, dtypes.int64) if self._table is None else self._table._store
        self._handle = None if self._table is None else self._table.resource_handle

    @staticmethod
    def _check(initializer: Any, key: dtypes.DType) -> None:
        if initializer.key_dtype not in _VOCABULARY_KEYS:
            raise TypeError(
                f"Invalid `key_dtype`, expected one of {_VOCABULARY_KEYS}, but got {initializer.key_dtype}."
            )
        if initializer.key_dtype.is_integer != key.is_integer:
            kind = "integer" if key.is_integer else "non-integer"
            raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {initializer.key_dtype}.")
        if initializer.value_dtype is not dtypes.int64:
            raise TypeError(f"Invalid `value_dtype`, expected {dtypes.int64} but got {initializer.value_dtype}.")

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {} if self._table is None else self._table._trackable_children()

    @property
    def name(self) -> str | None:
        """The name that was given, "hash_bucket" for a table without words."""
        return self._table_name

    def size(self, name: str | None = None) -> Any:
        """How many words and buckets there are, an int64 scalar."""
        words = convert_to_tensor(0, dtypes.int64) if self._table is None else self._table.size()
        return words + self._num_oov_buckets

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The numbers of `keys`, a tensor, SparseTensor or RaggedTensor; what comes back is of the same kind.

        TypeError where the keys' dtype is not `lookup_key_dtype`.
        """
        self._check_keys(keys)
        return _on_values(self._numbers, keys)

    def _numbers(self, keys: Any) -> Any:
        words = cast(keys, dtypes.int64) if self._store.key is dtypes.int64 else keys
        return _base.find_or_hash(words, self._store, self._num_oov_buckets, self._hash_of)
