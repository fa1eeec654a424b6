"""Lists of variables and losses by key (tf.compat.v1.get_collection and relatives)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tfcompat._core.state import state

_collections: dict[str, list[Any]] = {}


class GraphKeys:
    """The keys that TensorFlow itself uses (tf.compat.v1.GraphKeys)."""

    ACTIVATIONS = "activations"
    ASSET_FILEPATHS = "asset_filepaths"
    BIASES = "biases"
    CONCATENATED_VARIABLES = "concatenated_variables"
    COND_CONTEXT = "cond_context"
    EVAL_STEP = "eval_step"
    GLOBAL_STEP = "global_step"
    GLOBAL_VARIABLES = "variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    LOCAL_RESOURCES = "local_resources"
    LOCAL_VARIABLES = "local_variables"
    LOSSES = "losses"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    QUEUE_RUNNERS = "queue_runners"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    READY_OP = "ready_op"
    REGULARIZATION_LOSSES = "regularization_losses"
    RESOURCES = "resources"
    SAVEABLE_OBJECTS = "saveable_objects"
    SAVERS = "savers"
    SUMMARIES = "summaries"
    SUMMARY_OP = "summary_op"
    TABLE_INITIALIZERS = "table_initializer"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    TRAIN_OP = "train_op"
    UPDATE_OPS = "update_ops"
    VARIABLES = "variables"
    WEIGHTS = "weights"
    WHILE_CONTEXT = "while_context"


def add_to_collection(name: str, value: Any) -> None:
    """Appends `value` to the collection `name` (tf.compat.v1.add_to_collection)."""
    get_collection_ref(name).append(value)


def add_to_collections(names: str | Iterable[str], value: Any) -> None:
    """Appends `value` to each of the collections `names` (tf.compat.v1.add_to_collections)."""
    for name in {names} if isinstance(names, str) else set(names):
        add_to_collection(name, value)


def get_collection_ref(key: str) -> list[Any]:
    """The list that the collection `key` is; changing it changes the collection (tf.compat.v1.get_collection_ref)."""
    home = getattr(state.graph, "home", None)
    if home is not None:  # a graph that sessions run, which has collections of its own
        return home.get_collection_ref(key)
    return _collections.setdefault(key, [])


def get_collection(key: str, scope: str | None = None) -> list[Any]:
    """A list of what the collection `key` has (tf.compat.v1.get_collection).

    scope: only items with a `name` that the regular expression matches from its start.
    """
    deferred = getattr(state.graph, "home", None) is not None
    items = get_collection_ref(key) if deferred else _collections.get(key, [])
    if scope is None:
        return list(items)
    match = re.compile(scope).match
    return [item for item in items if hasattr(item, "name") and match(item.name)]


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables that a variable store has made (tf.compat.v1.global_variables); eager ones are in no collection."""
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def local_variables(scope: str | None = None) -> list[Any]:
    """The collection of local variables (tf.compat.v1.local_variables)."""
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Any]:
    """The collection of model variables (tf.compat.v1.model_variables)."""
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Any]:
    """The collection of variables that moving averages follow (tf.compat.v1.moving_average_variables)."""
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The trainable variables that a variable store has made (tf.compat.v1.trainable_variables)."""
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)
