"""How workers share a dataset: ShardingPolicy, and the cache of what other trainers have read."""

from __future__ import annotations

import enum
from typing import Any

_MODULE = "tensorflow.python.data.experimental.ops.data_service_ops"


class ShardingPolicy(enum.IntEnum):
    """How a dataset is split among workers (tf.data.experimental.service.ShardingPolicy).

    OFF: each worker gives all elements. DYNAMIC: each element of the sources goes to the worker that asks first. The
    others need the workers' addresses in the dispatcher's config; FILE: each worker reads its share of the files, DATA:
    it leaves out the other workers' elements, FILE_OR_DATA: the first of both that is possible, HINT: `shard` with
    tf.data.experimental.SHARD_HINT takes the workers' number and the worker's index.
    """

    OFF = 0
    DYNAMIC = 1
    FILE = 2
    DATA = 3
    FILE_OR_DATA = 4
    HINT = 5


ShardingPolicy.__module__ = _MODULE

_NAMED = {"parallel_epochs": ShardingPolicy.OFF, "distributed_epoch": ShardingPolicy.DYNAMIC}


def sharding_policy(processing_mode: Any) -> ShardingPolicy:
    """The policy that is meant; ValueError for others."""
    if isinstance(processing_mode, ShardingPolicy):
        return processing_mode
    found = _NAMED.get(processing_mode) if isinstance(processing_mode, str) else None
    if found is None:
        raise ValueError(
            "tf.data service processing mode should be a `tf.data.experimental.service.ShardingPolicy`, "
            f'`"parallel_epochs"`, or `"distributed_epoch"`. Got {processing_mode!r}.'
        )
    return found


class CrossTrainerCache:
    """Elements that one trainer has read are there for others (tf.data.experimental.service.CrossTrainerCache).

    trainer_id: tells the trainers apart, who each read all elements that are kept. ValueError where it is empty.
    """

    __module__ = _MODULE

    def __init__(self, trainer_id: Any) -> None:
        if not trainer_id:
            raise ValueError("tf.data service cross-trainer cache requires a non-empty trainer ID.")
        self.trainer_id = trainer_id
