"""tf.tpu.experimental.embedding.TPUEmbedding and its kin: the variables of tables and their slots, off TPUs."""

from __future__ import annotations

import functools
from typing import Any

import tfcompat as tf
from tfcompat._core.trackable import AutoTrackable, attached
from tfcompat.tpu.experimental.embedding.lookups import serving_embedding_lookup
from tfcompat.tpu.experimental.embedding.optimizers import Optimizer


class _Tables(AutoTrackable):
    """The variables of the tables that `feature_config` names; ValueError for what can't be a table's optimizer."""

    def __init__(self, feature_config: Any, optimizer: Any) -> None:
        self._feature_config = feature_config
        tables = [feature.table for feature in tf.nest.flatten(feature_config)]
        self._table_config = list(dict.fromkeys(tables))
        names = set()
        for i, table in enumerate(self._table_config):
            table.optimizer = optimizer if table.optimizer is None else table.optimizer
            if table.optimizer is not None and not isinstance(table.optimizer, Optimizer):
                raise ValueError(
                    f"{type(table.optimizer)} is an unsupported optimizer class. Please pass an instance of one of the "
                    "optimizer classes under tf.tpu.experimental.embedding."
                )
            table.name = f"table_{i}" if table.name is None else table.name
            if table.name in names:
                raise ValueError(f"Tables must have a unique name. Multiple tables with name {table.name} found.")
            names.add(table.name)
        self._built = False

    def build(self) -> None:
        """Makes the variables, where that was not done yet."""
        if not self._built:
            with tf.init_scope():
                self._variables = {table.name: self._variables_of(table) for table in self._table_config}
            self._built = True

    def _variables_of(self, table: Any) -> dict[str, Any]:
        parameters = self._variable(table, table.name, table.initializer, trainable=True)
        slots = {}
        if table.optimizer is not None:
            slots = table.optimizer._create_slots(
                parameters, lambda name, value: self._variable(table, f"{table.name}/{name}", value, trainable=False)
            )
        return {**slots, "parameters": parameters}

    def _variable(self, table: Any, name: str, initializer: Any, trainable: bool) -> Any:
        shape = (table.vocabulary_size, table.dim)
        made = functools.partial(initializer, shape, dtype=tf.float32)
        variable = tf.Variable(made, trainable=trainable, name=name, dtype=tf.float32, shape=shape)
        self._track_trackable(variable, name)
        if "_deferred" in vars(self):
            attached(self, name, variable)
        return variable

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        """The variables by the tables' names and those of the slots; the tables themselves are "parameters"."""
        self.build()
        return self._variables

    @property
    def embedding_tables(self) -> dict[Any, Any]:
        """The tables' variables by their TableConfigs."""
        self.build()
        return {table: self._variables[table.name]["parameters"] for table in self._table_config}


class TPUEmbeddingForServing(_Tables):
    """Embedding tables on this machine's devices; `embedding(features, weights=None)` looks features up.

    feature_config: nested FeatureConfigs. optimizer: of the tables that have none; its slots become variables, too, so
    that checkpoints that were written on a TPU restore them. Tables without a name get one, in the order in which
    features have them. ValueError for another optimizer and for two tables of one name.
    """

    __module__ = "tensorflow.python.tpu.tpu_embedding_for_serving"

    def __init__(
        self, feature_config: Any, optimizer: Any, experimental_sparsecore_restore_info: dict[str, Any] | None = None
    ) -> None:
        if experimental_sparsecore_restore_info is not None:
            raise NotImplementedError(
                "tf.tpu.experimental.embedding.TPUEmbeddingForServing: experimental_sparsecore_restore_info tells of "
                "SparseCores, whose checkpoints tfcompat does not read."
            )
        super().__init__(feature_config, optimizer)

    def embedding_lookup(self, features: Any, weights: Any = None) -> Any:
        """What `serving_embedding_lookup` finds in these tables."""
        return serving_embedding_lookup(features, weights, self.embedding_tables, self._feature_config)

    def __call__(self, features: Any, weights: Any = None) -> Any:
        return self.embedding_lookup(features, weights)


class TPUEmbedding(_Tables):
    """Embedding tables to be trained on a TPU: off it their variables can be read, saved and restored, and no more.

    feature_config, optimizer: as TPUEmbeddingForServing's. pipeline_execution_with_tensor_core: kept for the TPU.
    RuntimeError from what needs a TPUStrategy, as in TensorFlow where there is no TPU.
    """

    __module__ = "tensorflow.python.tpu.tpu_embedding_v2"

    def __init__(self, feature_config: Any, optimizer: Any, pipeline_execution_with_tensor_core: bool = False) -> None:
        super().__init__(feature_config, optimizer)
        self._pipeline_execution_with_tensor_core = pipeline_execution_with_tensor_core

    def build(self, per_replica_input_shapes: Any = None, per_replica_batch_size: int | None = None) -> None:
        """Makes the variables, where that was not done yet; the shapes and the size are a TPU's matter."""
        super().build()

    def enqueue(
        self,
        features: Any,
        weights: Any = None,
        training: bool = True,
        name: str | None = None,
        device: str | None = None,
    ) -> None:
        """Hands features to a TPU: RuntimeError."""
        raise _needs_tpu("enqueue")

    def dequeue(self, name: str | None = None) -> Any:
        """Gets embeddings from a TPU: RuntimeError."""
        raise _needs_tpu("dequeue")

    def apply_gradients(self, gradients: Any, name: str | None = None) -> None:
        """Hands gradients to a TPU: RuntimeError."""
        raise _needs_tpu("apply_gradients")


def _needs_tpu(method: str) -> RuntimeError:
    return RuntimeError(f"{method} is not valid when TPUEmbedding object is not created under a TPUStrategy.")


class TPUEmbeddingV0(_Tables):
    """Embedding tables for TPUs without an accelerator of lookups: RuntimeError where there is no TPUStrategy."""

    __module__ = "tensorflow.python.tpu.tpu_embedding_v1"

    def __init__(self, feature_config: Any, optimizer: Any) -> None:
        super().__init__(feature_config, optimizer)
        raise RuntimeError(
            f"TPUEmbeddingV0 should be created under TPUStrategy but found {tf.distribute.get_strategy()}."
        )
