"""Input for replicas: how it is divided, and what functions that make input are told."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple


class InputReplicationMode(enum.Enum):
    """How often an input function is called (tf.distribute.InputReplicationMode)."""

    PER_WORKER = "PER_WORKER"
    PER_REPLICA = "PER_REPLICA"


class InputOptions(NamedTuple):
    """How a dataset is distributed (tf.distribute.InputOptions)."""

    experimental_fetch_to_device: bool = True
    experimental_replication_mode: InputReplicationMode = InputReplicationMode.PER_WORKER
    experimental_place_dataset_on_device: bool = False
    experimental_per_replica_buffer_size: int = 1


class RunOptions(NamedTuple):
    """How `strategy.run` runs a function (tf.distribute.RunOptions); the options concern TPUs."""

    experimental_enable_dynamic_batch_size: bool = True
    experimental_bucketizing_dynamic_shape: bool = False
    experimental_xla_options: Any = None


class InputContext:
    """Which part of the input a pipeline makes (tf.distribute.InputContext), what input functions get."""

    __module__ = "tensorflow.python.distribute.distribute_lib"

    def __init__(self, num_input_pipelines: int = 1, input_pipeline_id: int = 0, num_replicas_in_sync: int = 1) -> None:
        self._pipelines, self._id, self._replicas = num_input_pipelines, input_pipeline_id, num_replicas_in_sync

    @property
    def num_input_pipelines(self) -> int:
        """How many pipelines there are."""
        return self._pipelines

    @property
    def input_pipeline_id(self) -> int:
        """Which of them this is."""
        return self._id

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas take part."""
        return self._replicas

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The batch size of a replica; ValueError where the global one can't be divided evenly."""
        if global_batch_size % self._replicas:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size} is not divisible by `num_replicas_in_sync` "
                f"{self._replicas} "
            )
        return global_batch_size // self._replicas

    def __str__(self) -> str:
        return f"tf.distribute.InputContext(input pipeline id {self._id}, total: {self._pipelines})"


class ValueContext:
    """For which replica a value is made (tf.distribute.experimental.ValueContext)."""

    __module__ = "tensorflow.python.distribute.distribute_lib"

    def __init__(self, replica_id_in_sync_group: int = 0, num_replicas_in_sync: int = 1) -> None:
        self._id, self._replicas = replica_id_in_sync_group, num_replicas_in_sync

    @property
    def replica_id_in_sync_group(self) -> int:
        """The replica's number."""
        return self._id

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas take part."""
        return self._replicas

    def __str__(self) -> str:
        return f"tf.distribute.ValueContext(replica id {self._id},  total replicas in sync: {self._replicas})"
