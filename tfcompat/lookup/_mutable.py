"""Tables that change: MutableHashTable and DenseHashTable."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import errors
from tfcompat._core.ops import Invalid
from tfcompat._core.storage import to_numpy
from tfcompat.lookup import _base, _stores


class _Mutable(_base.LookupInterface):
    """What both have in common. Checkpoints hold their keys and values."""

    _default_value: Any

    def _start(self, key_dtype: Any, value_dtype: Any, default_value: Any) -> None:
        super().__init__(key_dtype, value_dtype)
        self._default_value = _base.constant(default_value, self._value_dtype)

    def _lookup(self, keys: Any, default: Any) -> Any:
        return _base.find(_base.tensor_of(keys, self._key_dtype, "keys"), default, self._store)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Gives `keys` these `values`: one for each, of several for the same key the last.

        InvalidArgumentError where the shapes do not fit, ValueError or TypeError where the dtypes do not.
        """
        held = _base.tensor_of(keys, self._key_dtype, "keys"), _base.tensor_of(values, self._value_dtype, "values")
        _base.insert(*held, self._store)

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Removes a tensor of `keys`, where they are there; TypeError where they have another dtype."""
        self._check_keys(keys)
        _base.remove(keys, self._store)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        keys, values = self.export()
        return {"table-keys": keys, "table-values": values}

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        _base.replace(tensors["table-keys"], tensors["table-values"], self._store)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and all values."""
        raise NotImplementedError(f"{type(self).__name__}.export")


class MutableHashTable(_Mutable):
    """A table that keys are put in and taken out of (tf.lookup.experimental.MutableHashTable).

    key_dtype: int32, int64 or string. value_dtype: a number's, string or bool. default_value: what keys that are not
    there have, a scalar, or a vector, which all values then are. name, checkpoint and experimental_is_anonymous count
    in TensorFlow's graphs; a tf.train.Checkpoint holds the table in any case. NotFoundError for dtypes there are no
    tables for, InvalidArgumentError for a default value of higher rank.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        self._start(key_dtype, value_dtype, default_value)
        shape = self._default_value.shape.as_list()
        kernel = "MutableHashTableOfTensorsV2" if shape else "MutableHashTableV2"
        _stores.check_dtypes(kernel, _stores.MUTABLE, self._key_dtype, self._value_dtype)
        self._name, self._checkpoint, self._is_anonymous = name, checkpoint, experimental_is_anonymous
        self._hold(_base.attempt(kernel, lambda: self._made(shape), name))

    def _made(self, shape: list[int]) -> _stores.Store:
        if len(shape) > 1:
            raise Invalid(f"Default value must be a vector, got shape {str(shape).replace(' ', '')}")
        return _stores.LatestFirst(self._key_dtype, self._value_dtype, shape)

    def lookup(self, keys: Any, dynamic_default_values: Any = None, name: str | None = None) -> Any:
        """The values of `keys`, of shape keys.shape + that of a value.

        dynamic_default_values: what keys that are not there have instead of the table's default, one value or one for
        each key. ValueError or TypeError where the keys' dtype is not the table's.
        """
        default = self._default_value
        if dynamic_default_values is not None:
            default = _base.constant(dynamic_default_values)
            if default.dtype is not self._value_dtype:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Signature mismatch: `dynamic_default_values` must be {self._value_dtype.name}, as the table's "
                    f"values are, got {default.dtype.name} [Op:LookupTableFindV2]",
                )
        return self._lookup(keys, default)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys, a vector, and their values in the same order."""
        return _base.export(self._store, [None], [None, *self._store.value_shape])


class DenseHashTable(_Mutable):
    """A table that keys are put in and taken out of (tf.lookup.experimental.DenseHashTable).

    default_value: as MutableHashTable's. empty_key, deleted_key: two keys that stand for none, which may not be used;
    scalars, or vectors, which all keys then are. initial_num_buckets: a power of 2, how many keys `export` gives at
    first; 2**17 where None. For the rest see MutableHashTable.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        self._start(key_dtype, value_dtype, default_value)
        empty, deleted = (
            to_numpy(_base.constant(key, self._key_dtype, what)._t)
            for key, what in ((empty_key, "empty_key"), (deleted_key, "deleted_key"))
        )
        _stores.check_dtypes("MutableDenseHashTableV2", _stores.DENSE, self._key_dtype, self._value_dtype)
        buckets = 2**17 if initial_num_buckets is None else initial_num_buckets
        self._hold(_base.attempt("MutableDenseHashTableV2", lambda: self._made(empty, deleted, buckets), name))
        self._name, self._checkpoint, self._is_anonymous = name, checkpoint, experimental_is_anonymous

    def _made(self, empty: np.ndarray, deleted: np.ndarray, buckets: int) -> _stores.DenseStore:
        shape = self._default_value.shape.as_list()
        for what, each in (("key", list(empty.shape)), ("value", shape)):
            if len(each) > 1:
                raise Invalid(f"Empty {what} must be a scalar or a vector, got shape {str(each).replace(' ', '')}")
        if empty.shape != deleted.shape:
            pair = f"{list(empty.shape)} and {list(deleted.shape)}"
            raise Invalid(f"Empty and deleted keys must have same shape, got shapes: {pair}")
        return _stores.DenseStore(self._key_dtype, self._value_dtype, shape, empty, deleted, buckets)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of `keys`, the table's default where they are not there.

        InvalidArgumentError for `empty_key` and `deleted_key`, ValueError or TypeError for keys of another dtype.
        """
        return self._lookup(keys, self._default_value)

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> None:
        """As `insert`."""
        self.insert(keys, values, name)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """As `remove`."""
        self.remove(keys, name)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """The keys in all buckets, `empty_key` and `deleted_key` among them, and values: two matrices."""
        sizes = [int(np.prod(s)) for s in (self._store.key_shape, self._store.value_shape)]
        return _base.export(self._store, [None, sizes[0]], [None, sizes[1]])
