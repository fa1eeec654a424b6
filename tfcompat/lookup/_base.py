"""What all tables and initializers are, and the ops on a table's store: run at once, or a node of a graph."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import SYMBOLIC_STRING
from tfcompat._core.ops import Invalid, Value, is_symbolic, op, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.storage import to_numpy
from tfcompat._core.tensor import EagerTensor
from tfcompat._function.scopes import init_scope
from tfcompat.lookup._stores import Store

_uids = itertools.count(1)


class Handle:
    """What stands for a table where TensorFlow has a resource tensor."""

    dtype, shape = dtypes.resource, TensorShape(())
    device = "/job:localhost/replica:0/task:0/device:CPU:0"

    def __init__(self, name: str, store: Store) -> None:
        self._name, self.store = name, store

    def __repr__(self) -> str:
        return (
            f'<tf.Tensor: shape=(), dtype=resource, value=<ResourceHandle(name="{self._name}", '
            f'device="{self.device}", container="localhost", type="tensorflow::lookup::LookupInterface", '
            'dtype and shapes : "[ ]")>>'
        )


class LookupInterface:
    """A table: keys of `key_dtype`, each with a value of `value_dtype`."""

    __module__ = "tensorflow.python.ops.lookup_ops"
    _handle: Handle | None = None

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype, self._value_dtype = dtypes.as_dtype(key_dtype), dtypes.as_dtype(value_dtype)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def _hold(self, store: Store, name: str | None = None) -> None:
        self._store = store
        self._handle = Handle(name or f"table_{next(_uids)}", store)

    @property
    def key_dtype(self) -> dtypes.DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._value_dtype

    @property
    def name(self) -> str | None:
        """The name of the op that makes the table in a graph: None, as tables are made eagerly."""
        return None

    @property
    def resource_handle(self) -> Any:
        """What stands for the table as a tensor of dtype tf.resource would; None where there is no table."""
        return self._handle

    def size(self, name: str | None = None) -> Any:
        """How many keys there are, an int64 scalar."""
        return run(_size, [], self._store, [((), dtypes.int64)])

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of `keys`."""
        raise NotImplementedError(f"{type(self).__name__}.lookup")

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _check_keys(self, keys: Any) -> None:
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}")


class TableInitializerBase:
    """What fills a table: keys of `key_dtype` and values of `value_dtype`."""

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype, self._value_dtype = dtypes.as_dtype(key_dtype), dtypes.as_dtype(value_dtype)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    @property
    def key_dtype(self) -> dtypes.DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._value_dtype

    @property
    def _shared_name(self) -> str:
        return str(next(_uids))

    def initialize(self, table: Any) -> None:
        """Fills `table`, where nothing has filled it before."""
        raise NotImplementedError(f"{type(self).__name__}.initialize")

    def _check(self, table: Any) -> None:
        for what in ("key", "value"):
            wanted, got = (getattr(x, f"{what}_dtype") for x in (table, self))
            if wanted != got:
                raise TypeError(f"Invalid {what} dtype for table, expected {wanted} but got {got}.")


def constant(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """The tensor of a value; an eager one, also while a function is captured, where the value is known."""
    try:
        held = to_storage(value, None if dtype is None else dtypes.as_dtype(dtype))
    except ValueError as e:
        raise ValueError(f"{name}: {e}" if name else str(e)) from None
    if state.graph is not None and not is_symbolic(held):
        with init_scope():
            return wrap(held)
    return wrap(held)


def attempt(kernel: str, function: Callable[[], Any], name: str = "") -> Any:
    """What a function gives, whose failures are those of TensorFlow's op `kernel`, called `name`."""
    try:
        return function()
    except Invalid as e:
        text = op(kernel)(lambda: None).op.full_message(str(e))  # type: ignore[attr-defined]
        raise e.error(None, None, text + name) from None


# ---- the ops ----


def _held(found: np.ndarray, like: Any = None) -> Any:
    """What holds an array: on the device of what was asked with, the CPU for strings."""
    if found.dtype == object:
        return found
    t = torch.from_numpy(np.ascontiguousarray(found).reshape(found.shape))
    return t.to(like.device) if isinstance(like, torch.Tensor) else t


@op("LookupTableFindV2")
def _find(keys: Value, default: Value, store: Any, name: str | None = None) -> Any:
    return _held(store.find(to_numpy(keys), to_numpy(default)), keys)


@op("LookupTableFindV2")
def _find_or_hash(keys: Value, store: Any, buckets: int, hash_of: Any, name: str | None = None) -> Any:
    return _held(store.find_or_hash(to_numpy(keys), buckets, hash_of), keys)


@op("LookupTableInsertV2")
def _insert(keys: Value, values: Value, store: Any, name: str | None = None) -> None:
    store.insert(to_numpy(keys), to_numpy(values))


@op("LookupTableImportV2")
def _fill(keys: Value, values: Value, store: Any, name: str | None = None) -> None:
    store.fill(to_numpy(keys), to_numpy(values))


@op("LookupTableImportV2")
def _replace(keys: Value, values: Value, store: Any, name: str | None = None) -> None:
    store.replace(to_numpy(keys), to_numpy(values))


@op("LookupTableRemoveV2")
def _remove(keys: Value, store: Any, name: str | None = None) -> None:
    store.remove(to_numpy(keys))


@op("LookupTableSizeV2")
def _size(store: Any, name: str | None = None) -> torch.Tensor:
    return torch.tensor(len(store), dtype=torch.int64)


@op("LookupTableExportV2")
def _export(store: Any, name: str | None = None) -> Any:
    return tuple(map(_held, store.export()))


Kind = tuple[Sequence[Any], dtypes.DType]


def run(function: Callable[..., Any], tensors: Sequence[Any], store: Store, results: Sequence[Kind], *more: Any) -> Any:
    """What an op above gives for tensors and a store; in a graph a node, so that it is done whenever the graph runs.

    results: the shapes and dtypes of what it gives, None for sizes that are not known; none where it changes the store.
    """
    graph = state.graph
    if graph is None:
        return function(*tensors, store, *more)
    from tfcompat._function import opaque
    from tfcompat._function.sources import Input, Source

    body, kernel = function.op.body, function.op.kernel  # type: ignore[attr-defined]
    held = [to_storage(t) for t in tensors]
    device = next((t.device for t in held if isinstance(t, torch.Tensor)), "cpu")
    likes = []
    for shape, dtype in results:
        where = "cpu" if dtype.torch is None else device
        empty = graph.recorder.empty_of if None in shape else graph.recorder.empty
        likes.append(empty(tuple(shape), dtype.torch or SYMBOLIC_STRING, where))

    def node(*values: Any) -> Sequence[Any]:
        given = body(*values, store, *more)
        return [] if given is None else [*given] if isinstance(given, tuple) else [given]

    made = opaque.Node(node, likes, effect=not results)
    made.source = Source(function, [*map(Input, range(len(held))), store, *more])
    with torch.no_grad():
        found = opaque.record(graph, made, held)
    if not results:
        return None
    return graph.named(found[0] if len(found) == 1 else tuple(found), kernel)


def find(keys: Any, default: Any, store: Store) -> Any:
    """The values of a tensor of keys."""
    shape: tuple[Any, ...] = ()
    if state.graph is not None:
        shape = (*attempt("LookupTableFindV2", lambda: store.outer(_sizes(keys))), *store.value_shape)
    return run(_find, [keys, default], store, [(shape, store.value)])


def find_or_hash(keys: Any, store: Store, buckets: int, hash_of: Callable[[bytes], int]) -> Any:
    """The numbers of a tensor of keys, those of unknown ones by a hash."""
    return run(_find_or_hash, [keys], store, [(_sizes(keys), dtypes.int64)], buckets, hash_of)


def _sizes(keys: Any) -> tuple[Any, ...]:
    return tuple(to_storage(keys).shape)


def insert(keys: Any, values: Any, store: Store) -> None:
    """Gives keys these values."""
    run(_insert, [keys, values], store, [])


def fill(keys: Any, values: Any, store: Store) -> Any:
    """Gives the keys of a table that nothing was in these values.

    The operation that does, in a graph that sessions run and for what it computes; else None.
    """
    if all(type(t) is EagerTensor for t in (keys, values)):
        with init_scope():
            run(_fill, [keys, values], store, [])
    elif state.graph is not None and state.graph.deferred:
        return state.graph.call(lambda *given: _fill(*given, store), [keys, values])
    else:
        run(_fill, [keys, values], store, [])
    return None


def replace(keys: Any, values: Any, store: Store) -> None:
    """Has these keys and values instead of all others."""
    run(_replace, [keys, values], store, [])


def remove(keys: Any, store: Store) -> None:
    """Removes keys."""
    run(_remove, [keys], store, [])


def export(store: Store, key_shape: Sequence[Any], value_shape: Sequence[Any]) -> Any:
    """All keys and all values, tensors of these shapes."""
    return run(_export, [], store, [(key_shape, store.key), (value_shape, store.value)])


def tensor_of(value: Any, dtype: dtypes.DType, name: str) -> Any:
    """A value as a tensor of this dtype."""
    try:
        return convert_to_tensor(value, dtype)
    except ValueError as e:
        raise ValueError(f"{name}: {e}") from None
