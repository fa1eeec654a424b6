"""tf.compat.v1.lookup: tables that tell the operation that fills them."""

from __future__ import annotations

from typing import Any

from tfcompat._core.state import state
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.lookup import _static


class _Initialized:
    """A table with an `initializer`, that does nothing where the table has its entries since it was made."""

    _init_op: Any = None

    def _note_initializer(self) -> None:
        if state.graph is None or not state.graph.deferred:
            return
        if self._init_op is None:
            self._init_op = state.graph.group((), "table_init")
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, self._init_op)

    @property
    def initializer(self) -> Any:
        """The operation of a graph after which the table has its entries; None where ops run when they are called."""
        return self._init_op


class StaticHashTable(_Initialized, _static.StaticHashTable):
    """tf.lookup.StaticHashTable with an `initializer` (tf.compat.v1.lookup.StaticHashTable)."""

    __module__ = "tensorflow.python.ops.lookup_ops"
    __qualname__ = "StaticHashTableV1"

    def __init__(
        self, initializer: Any, default_value: Any, name: str | None = None, experimental_is_anonymous: bool = False
    ) -> None:
        super().__init__(initializer, default_value, name, experimental_is_anonymous)
        self._note_initializer()


class StaticVocabularyTable(_Initialized, _static.StaticVocabularyTable):
    """tf.lookup.StaticVocabularyTable with an `initializer` (tf.compat.v1.lookup.StaticVocabularyTable)."""

    __module__ = "tensorflow.python.ops.lookup_ops"
    __qualname__ = "StaticVocabularyTableV1"

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(initializer, num_oov_buckets, lookup_key_dtype, name, experimental_is_anonymous)
        if self._table is not None:
            self._init_op = self._table._init_op
            self._note_initializer()


__getattr__ = module_getattr("tf.compat.v1.lookup", globals(), {})
