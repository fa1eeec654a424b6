"""Raw ops on tables of keys and values: those of tf.lookup, by their handles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat.lookup import _base, _initializers, _stores
from tfcompat.lookup._base import Handle
from tfcompat.raw_ops._registry import raw

_numbers = itertools.count(1)


def _store(handle: Any) -> _stores.Store:
    if not isinstance(handle, Handle):
        raise Invalid(f"table_handle is no table: {handle!r}")
    return handle.store


def _typed(store: _stores.Store, key: dtypes.DType, value: dtypes.DType) -> None:
    """InvalidArgumentError where a table has other dtypes."""
    if (key, value) != (store.key, store.value):
        have, want = (", ".join(d.name for d in pair) for pair in ((key, value), (store.key, store.value)))
        raise Invalid(f"Signature mismatch, the table's keys and values are {want}, got {have}")


def _kinds(*tensors: Any) -> list[dtypes.DType]:
    return [dtypes.BY_STORAGE[t.dtype] for t in tensors]


def _sizes(shape: TensorShape, what: str) -> list[int]:
    sizes = [-1 if d is None else d for d in shape.as_list()]
    if len(sizes) > 1 or -1 in sizes:
        raise Invalid(f"{what} must be a scalar or a vector of a known size, got shape {shape}")
    return sizes


def _new(kernel: str, allowed: Any, store: _stores.Store) -> Handle:
    _stores.check_dtypes(kernel, allowed, store.key, store.value)
    return Handle(f"table_raw_{next(_numbers)}", store)


@raw("HashTableV2")
def hash_table(key_dtype: dtypes.DType, value_dtype: dtypes.DType, use_node_name_sharing: bool) -> Handle:
    """A table that is filled once; it is not found by a name, so what shares names changes nothing."""
    return _new("HashTableV2", _stores.STATIC, _stores.Store(key_dtype, value_dtype))


@raw("AnonymousHashTable")
def anonymous_hash_table(key_dtype: dtypes.DType, value_dtype: dtypes.DType) -> Handle:
    """As HashTableV2."""
    return hash_table(key_dtype, value_dtype, False)


@raw("MutableHashTableOfTensorsV2")
def mutable_hash_table_of_tensors(
    key_dtype: dtypes.DType, value_dtype: dtypes.DType, use_node_name_sharing: bool, value_shape: TensorShape
) -> Handle:
    """A table that keys are put in and taken out of, whose values are scalars or vectors."""
    store = _stores.LatestFirst(key_dtype, value_dtype, _sizes(value_shape, "value_shape"))
    return _new("MutableHashTableOfTensorsV2", _stores.MUTABLE, store)


@raw("AnonymousMutableHashTableOfTensors")
def anonymous_mutable_hash_table_of_tensors(
    key_dtype: dtypes.DType, value_dtype: dtypes.DType, value_shape: TensorShape
) -> Handle:
    """As MutableHashTableOfTensorsV2."""
    return mutable_hash_table_of_tensors(key_dtype, value_dtype, False, value_shape)


@raw("MutableHashTableV2")
def mutable_hash_table(key_dtype: dtypes.DType, value_dtype: dtypes.DType, use_node_name_sharing: bool) -> Handle:
    """As MutableHashTableOfTensorsV2, of scalars."""
    return mutable_hash_table_of_tensors(key_dtype, value_dtype, use_node_name_sharing, TensorShape(()))


@raw("AnonymousMutableHashTable")
def anonymous_mutable_hash_table(key_dtype: dtypes.DType, value_dtype: dtypes.DType) -> Handle:
    """As MutableHashTableOfTensorsV2, of scalars."""
    return mutable_hash_table_of_tensors(key_dtype, value_dtype, False, TensorShape(()))


@raw("AnonymousMutableDenseHashTable")
def anonymous_mutable_dense_hash_table(
    empty_key: Value,
    deleted_key: Value,
    value_dtype: dtypes.DType,
    value_shape: TensorShape,
    initial_num_buckets: int,
    max_load_factor: float,
) -> Handle:
    """A table that exports its buckets; only TensorFlow's usual max_load_factor is there."""
    if max_load_factor != 0.8 and abs(max_load_factor - 0.8) > 1e-6:
        raise Invalid(
            f"MutableDenseHashTableV2 takes max_load_factor 0.8 only, got {max_load_factor}", errors.UnimplementedError
        )
    if empty_key.shape != deleted_key.shape:
        pair = f"{list(empty_key.shape)} and {list(deleted_key.shape)}"
        raise Invalid(f"Empty and deleted keys must have same shape, got shapes: {pair}")
    keys = to_numpy(empty_key), to_numpy(deleted_key)
    sizes = _sizes(value_shape, "value_shape")
    store = _stores.DenseStore(_kinds(empty_key)[0], value_dtype, sizes, *keys, initial_num_buckets)
    return _new("MutableDenseHashTableV2", _stores.DENSE, store)


@raw("MutableDenseHashTableV2")
def mutable_dense_hash_table(
    empty_key: Value,
    deleted_key: Value,
    value_dtype: dtypes.DType,
    use_node_name_sharing: bool,
    value_shape: TensorShape,
    initial_num_buckets: int,
    max_load_factor: float,
) -> Handle:
    """As AnonymousMutableDenseHashTable."""
    return anonymous_mutable_dense_hash_table(
        empty_key, deleted_key, value_dtype, value_shape, initial_num_buckets, max_load_factor
    )


@raw("InitializeTableV2")
def initialize_table(table_handle: Any, keys: Value, values: Value) -> None:
    """Fills a table, where nothing has filled it before."""
    _typed(_store(table_handle), *_kinds(keys, values))
    if keys.ndim > 1 or keys.shape != values.shape:
        raise Invalid(f"Keys and values must be vectors of one length, got {list(keys.shape)}, {list(values.shape)}")
    _base.fill(wrap(keys), wrap(values), _store(table_handle))


class _Table:
    """What an initializer asks a table for."""

    def __init__(self, handle: Handle) -> None:
        self.resource_handle, self.key_dtype, self.value_dtype = handle, handle.store.key, handle.store.value


@raw("InitializeTableFromTextFileV2")
def initialize_table_from_text_file(
    table_handle: Any, filename: Value, key_index: int, value_index: int, vocab_size: int, delimiter: str, offset: int
) -> None:
    """Fills a table from the lines of a text file."""
    store = _store(table_handle)
    made = _initializers.TextFileInitializer(
        wrap(filename),
        store.key,
        key_index,
        store.value,
        value_index,
        None if vocab_size == -1 else vocab_size,
        delimiter,
        value_index_offset=offset,
    )
    made.initialize(_Table(table_handle))


@raw("LookupTableFindV2")
def lookup_table_find(table_handle: Any, keys: Value, default_value: Value) -> Any:
    """The values of keys, `default_value` where there are none."""
    store = _store(table_handle)
    _typed(store, *_kinds(keys, default_value))
    return to_storage(_base.find(wrap(keys), wrap(default_value), store))


def _changeable(handle: Any) -> _stores.Store:
    store = _store(handle)
    if type(store) is _stores.Store:
        raise Invalid("Table is read-only: it is a HashTable, filled once", errors.UnimplementedError)
    return store


@raw("LookupTableInsertV2")
def lookup_table_insert(table_handle: Any, keys: Value, values: Value) -> None:
    """Gives keys these values."""
    store = _changeable(table_handle)
    _typed(store, *_kinds(keys, values))
    _base.insert(wrap(keys), wrap(values), store)


@raw("LookupTableRemoveV2")
def lookup_table_remove(table_handle: Any, keys: Value) -> None:
    """Removes keys."""
    store = _changeable(table_handle)
    _typed(store, dtypes.BY_STORAGE[keys.dtype], store.value)
    _base.remove(wrap(keys), store)


@raw("LookupTableImportV2")
def lookup_table_import(table_handle: Any, keys: Value, values: Value) -> None:
    """Has these keys and values instead of all others; fills a table that is filled once."""
    store = _store(table_handle)
    _typed(store, *_kinds(keys, values))
    if type(store) is _stores.Store and not store.filled:
        _base.fill(wrap(keys), wrap(values), store)
        return
    if type(store) is _stores.Store:
        raise Invalid("Table already initialized: it is a HashTable, filled once", errors.FailedPreconditionError)
    _base.replace(wrap(keys), wrap(values), store)


@raw("LookupTableSizeV2")
def lookup_table_size(table_handle: Any) -> torch.Tensor:
    """How many keys there are."""
    return to_storage(_base.run(_base._size, [], _store(table_handle), [((), dtypes.int64)]))


@raw("LookupTableExportV2")
def lookup_table_export(table_handle: Any, Tkeys: dtypes.DType, Tvalues: dtypes.DType) -> Sequence[Any]:
    """All keys and all values."""
    store = _store(table_handle)
    _typed(store, Tkeys, Tvalues)
    found = _base.export(store, [None, *store.key_shape], [None, *store.value_shape])
    return tuple(map(to_storage, found))
