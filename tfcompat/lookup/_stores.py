"""What tables hold: the keys, and a row of one numpy array for each, which all lookups of a call are gathered from."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid
from tfcompat.strings.hashing import hash64

_NUMBERS = ("int32", "float32", "float64")
_WORDS = ("bool", "int64", *_NUMBERS)
# The dtypes of values that TensorFlow has tables for, by the dtype of the keys.
STATIC = {"int32": (*_NUMBERS, "string"), "int64": (*_NUMBERS, "int64", "string"), "string": (*_WORDS, "string")}
MUTABLE = {"int32": _NUMBERS, "int64": (*_NUMBERS, "int64", "string"), "string": _WORDS}
DENSE = {"int32": _NUMBERS, "int64": _WORDS, "string": _WORDS}


def check_dtypes(kernel: str, allowed: dict[str, tuple[str, ...]], key: dtypes.DType, value: dtypes.DType) -> None:
    """NotFoundError where there are no tables of these keys and values."""
    if value.name not in allowed.get(key.name, ()):
        pairs = "; ".join(f"{k} -> {', '.join(values)}" for k, values in allowed.items())
        text = f"{kernel} has no table with `key_dtype` {key.name} and `value_dtype` {value.name}. There are: {pairs}"
        raise errors.NotFoundError(None, None, text)


def _text(shape: Sequence[int]) -> str:
    return f"[{','.join(map(str, shape))}]"


class Store:
    """Keys and values that may be added, changed and removed, by one thread at a time.

    key, value: their dtypes. value_shape: that of one value. key_shape: that of one key, () or (n,).
    """

    def __init__(
        self, key: dtypes.DType, value: dtypes.DType, value_shape: Sequence[int] = (), key_shape: Sequence[int] = ()
    ) -> None:
        self.key, self.value, self.value_shape, self.key_shape = key, value, tuple(value_shape), tuple(key_shape)
        self.filled = False  # whether an initializer has been here
        self._lock = threading.RLock()
        self._rows: dict[Any, int] = {}
        self._values = self._blank(1)  # row 0 stands for what is missing
        self._next = 1
        self._ordered: tuple[np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def _blank(self, count: int) -> np.ndarray:
        fill: Any = b"" if self.value is dtypes.string else 0
        return np.full((count, *self.value_shape), fill, dtype=self.value.as_numpy_dtype)

    def _names(self, keys: np.ndarray) -> list[Any]:
        """The keys as Python's values, which dicts take."""
        if not self.key_shape:
            return keys.reshape(-1).tolist()
        return [*map(tuple, keys.reshape(-1, *self.key_shape).tolist())]

    def outer(self, shape: Sequence[Any]) -> tuple[Any, ...]:
        """The shape of the keys' places: that of keys, without that of one key."""
        rank = len(self.key_shape)
        cut = len(shape) - rank
        if cut < 0 or any(isinstance(d, int) and d != e for d, e in zip(shape[cut:], self.key_shape, strict=True)):
            raise Invalid(f"Expected key shape {_text((*shape[:1], *self.key_shape))} got {_text(shape)}")
        return tuple(shape[:cut])

    # ---- reading ----

    def _rows_of(self, keys: np.ndarray) -> np.ndarray:
        if self.key is dtypes.string or self.key_shape or (self._ordered is None and 8 * keys.size < len(self)):
            found = map(self._rows.get, self._names(keys), itertools.repeat(0))
            return np.fromiter(found, np.int64)
        if not self._rows:
            return np.zeros(keys.size, np.int64)
        if self._ordered is None:
            known = np.fromiter(self._rows, np.int64, len(self))
            order = np.argsort(known)
            self._ordered = known[order], np.fromiter(self._rows.values(), np.int64, len(self))[order]
        known, rows = self._ordered
        flat = keys.reshape(-1)
        at = np.searchsorted(known, flat).clip(max=len(known) - 1)
        return np.where(known[at] == flat, rows[at], 0)

    def find(self, keys: np.ndarray, default: np.ndarray) -> np.ndarray:
        """The values of keys, `default` where there are none: one value, or one for each key."""
        outer = self.outer(keys.shape)
        each = (*outer, *self.value_shape)
        if default.shape not in (self.value_shape, each):
            text = f"Expected shape {_text(self.value_shape)} or {_text(each)} for default value, got "
            raise Invalid(text + _text(default.shape))
        with self._lock:
            rows = self._rows_of(keys)
            found = self._values[rows]
        missing = rows == 0
        found[missing] = default if default.shape == self.value_shape else default.reshape(found.shape)[missing]
        return found.reshape(each)

    def find_or_hash(self, keys: np.ndarray, buckets: int, hash_of: Callable[[bytes], int]) -> np.ndarray:
        """The numbers of keys; those of unknown ones come after as many as there are keys, in `buckets` by a hash."""
        found = self.find(keys, np.array(-1, np.int64))
        unknown = found == -1
        new, places = np.unique(keys[unknown], return_inverse=True)
        texts = new.tolist() if self.key is dtypes.string else [b"%d" % k for k in new.tolist()]
        hashed = np.fromiter((len(self) + hash_of(t) % buckets for t in texts), np.int64, len(texts))
        found[unknown] = hashed[places.reshape(-1)]
        return found

    def _array(self, names: Iterable[Any]) -> np.ndarray:
        """Keys as an array."""
        if self.key is not dtypes.string:
            return np.array([*names], self.key.as_numpy_dtype).reshape(-1, *self.key_shape)
        listed = [*names]
        out = np.empty((len(listed), *self.key_shape), object)
        out.reshape(-1)[:] = listed if not self.key_shape else [*itertools.chain.from_iterable(listed)]
        return out

    def export(self) -> list[np.ndarray]:
        """All keys and all values, in the order in which the keys came."""
        with self._lock:
            return [self._array(self._rows), self._values[[*self._rows.values()]]]

    # ---- writing ----

    def _check(self, keys: np.ndarray, values: np.ndarray) -> None:
        wanted = (*self.outer(keys.shape), *self.value_shape)
        if values.shape != wanted:
            raise Invalid(f"Expected shape {_text(wanted)} for value, got {_text(values.shape)}")

    def _make_room(self, count: int) -> None:
        if self._next + count <= len(self._values):
            return
        rows = [*self._rows.values()]  # what was removed goes now
        values = self._blank(1 + 2 * (len(rows) + count))
        values[1 : len(rows) + 1] = self._values[rows]
        self._rows = dict(zip(self._rows, range(1, len(rows) + 1), strict=True))
        self._values, self._next = values, len(rows) + 1

    def _add(self, names: Sequence[Any]) -> list[int]:
        """The rows of keys, new ones where they are not there yet."""
        new = dict.fromkeys(n for n in names if n not in self._rows)
        if new:
            self._make_room(len(new))
            self._rows.update(zip(new, range(self._next, self._next + len(new)), strict=True))
            self._next += len(new)
            self._ordered = None
        return [*map(self._rows.__getitem__, names)]

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Gives keys these values, of several for a key the last."""
        self._check(keys, values)
        with self._lock:
            rows = self._add(self._names(keys))
            self._values[rows] = values.reshape(-1, *self.value_shape)

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """As `insert`, the first time only; FailedPreconditionError where a key has several values."""
        self._check(keys, values)
        with self._lock:
            if self.filled:
                return
            names, flat = self._names(keys), values.reshape(-1)
            rows = self._add(names)
            self._values[rows[::-1]] = flat[::-1]  # the first of several is the one that is there
            differ = np.flatnonzero(self._values[rows] != flat)
            if len(differ):
                i = differ[0]
                key, had, value = (_shown(x) for x in (names[i], self._values[rows[i]], flat[i]))
                text = (
                    f"HashTable has different value for same key. Key {key} has {had} and trying to add value {value}"
                )
                raise Invalid(text, errors.FailedPreconditionError)
            self.filled = True

    def remove(self, keys: np.ndarray) -> None:
        """Removes keys, where they are there."""
        self.outer(keys.shape)
        with self._lock:
            for name in self._names(keys):
                self._rows.pop(name, None)
            self._ordered = None

    def replace(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Has these keys and values instead of all others."""
        with self._lock:
            self._rows, self._values, self._next, self._ordered = {}, self._blank(1), 1, None
            self.insert(keys, values)


class LatestFirst(Store):
    """A store that exports the keys that came last first, as TensorFlow's small ones do."""

    def export(self) -> list[np.ndarray]:
        """All keys and all values, the latest first."""
        return [each[::-1].copy() for each in super().export()]


class DenseStore(Store):
    """A store that exports TensorFlow's buckets: keys at places their hashes give, and others that stand for none.

    empty, deleted: the keys in buckets that never had one, and that have none any more. buckets: how many there are
    at first; they double where more than 4/5 would be in use.
    """

    def __init__(
        self,
        key: dtypes.DType,
        value: dtypes.DType,
        value_shape: Sequence[int],
        empty: np.ndarray,
        deleted: np.ndarray,
        buckets: int,
    ) -> None:
        super().__init__(key, value, value_shape, empty.shape)
        self._empty, self._deleted = self._names(empty)[0], self._names(deleted)[0]
        if self._empty == self._deleted:
            raise Invalid("Empty and deleted keys cannot be equal")
        _check_buckets(buckets)
        self._buckets, self._used = [self._empty] * buckets, 0
        # What has changed since the buckets were last asked for: keys that came, by how many at once, or that went.
        self._journal: list[tuple[list[Any], int]] = []

    def outer(self, shape: Sequence[Any]) -> tuple[Any, ...]:
        """The shape of the keys' places. There is one key for each row."""
        found = super().outer(shape)
        many = len(found) > 1 and any(d != 1 for d in found[1:] if isinstance(d, int))
        if many or (self.key_shape and not found):
            raise Invalid(f"Expected key shape {_text((*shape[:1], *self.key_shape))} got {_text(shape)}")
        return found

    def _names(self, keys: np.ndarray) -> list[Any]:
        names = super()._names(keys)
        for what in ("empty", "deleted"):
            if self.__dict__.get("_buckets") and self.__dict__[f"_{what}"] in names:
                raise Invalid(f"Using the {what}_key as a table key is not allowed")
        return names

    def _add(self, names: Sequence[Any]) -> list[int]:
        new = [*dict.fromkeys(n for n in names if n not in self._rows)]
        self._journal.append((new, len(names)))
        return super()._add(names)

    def remove(self, keys: np.ndarray) -> None:
        """Removes keys, where they are there."""
        with self._lock:
            self._journal.append(([n for n in dict.fromkeys(self._names(keys)) if n in self._rows], -1))
            super().remove(keys)

    def export(self) -> list[np.ndarray]:
        """The keys in all buckets as (buckets, size of a key), and the values as (buckets, size of a value)."""
        with self._lock:
            self._settle()
            rows = np.fromiter(map(self._rows.get, self._buckets, itertools.repeat(0)), np.int64)
            keys, values = self._array(self._buckets), self._values[rows]
        return [each.reshape(len(rows), -1) for each in (keys, values)]

    def replace(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Has the keys and values of another's buckets instead of all others."""
        names = super()._names(keys)
        _check_buckets(len(names))
        live = [i for i, name in enumerate(names) if name != self._empty and name != self._deleted]
        shape = (len(names), *self.key_shape), (len(names), *self.value_shape)
        with self._lock:
            super().replace(keys.reshape(shape[0])[live], values.reshape(shape[1])[live])
            self._buckets, self._used, self._journal = names, len(live), []

    # ---- where a key is ----

    def _settle(self) -> None:
        """Puts keys where TensorFlow has them, as they came and went."""
        for names, count in self._journal:
            if count < 0:
                for name in names:
                    self._buckets[self._place(name, {name})] = self._deleted
                self._used -= len(names)
                continue
            size = len(self._buckets)
            while self._used + count > size * 0.8:
                size *= 2
            if size != len(self._buckets):
                before, self._buckets = self._buckets, [self._empty] * size
                self._put([n for n in before if n != self._empty and n != self._deleted])
            self._put(names)
            self._used += len(names)
        self._journal = []

    def _put(self, names: Iterable[Any]) -> None:
        free = {self._empty, self._deleted}
        for name in names:
            self._buckets[self._place(name, free)] = name

    def _place(self, name: Any, wanted: set[Any]) -> int:
        """The first bucket on a key's way that holds one of some keys."""
        mask = len(self._buckets) - 1
        at, step = _hash(name) & mask, 0
        while self._buckets[at] not in wanted:
            step += 1
            at = (at + step) & mask
        return at


def _check_buckets(count: int) -> None:
    if count < 4 or count & (count - 1):
        raise Invalid(f"Number of buckets must be at least 4 and a power of 2, got: {count}")


def _hash(name: Any) -> int:
    if isinstance(name, tuple) and len(name) != 1:
        mixed = 0
        for each in name:
            mixed ^= (_hash(each) + 0x9E3779B97F4A7800 + (mixed << 10) + (mixed >> 4)) & 0xFFFFFFFFFFFFFFFF
        return mixed
    if isinstance(name, tuple):
        return _hash(name[0])
    return hash64(name) if isinstance(name, bytes) else name & 0xFFFFFFFFFFFFFFFF


def _shown(value: Any) -> str:
    return (
        value.decode(errors="replace") if isinstance(value, bytes) else f"{value:g}" if _is_float(value) else str(value)
    )


def _is_float(value: Any) -> bool:
    return isinstance(value, (float, np.floating))
