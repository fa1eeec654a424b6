"""What checkpoints see of Keras objects: their parts, under the names that TensorFlow's checkpoints have for them."""

from __future__ import annotations

from typing import Any

from tfcompat._core.trackable import children, is_trackable, node
from tfcompat.keras._graph import Saveable
from tfcompat.keras._version import is_legacy

# The machinery's own attributes, which lead to what other attributes lead to as well, or to nothing that is saved.
_MACHINERY = frozenset(
    (
        "_deferred _tracker _trainable_variables _non_trainable_variables _metrics _layers _seed_generators _foreign "
        "_inbound_nodes _outbound_nodes _losses _loss_ids _losses_override _build_shapes_dict _compile_config "
        "_compile_loss _compile_metrics _loss_tracker _auto_config _variables _slots _averages _accumulators _index "
        "_nodes _nodes_by_depth _operations _operations_by_depth _inputs _outputs _inputs_struct _outputs_struct "
        "optimizer history _functional"
    ).split()
)

# What Keras's optimizers call the lists of their slots, where it is not the slot's name in the plural.
_SLOTS = {
    ("SGD", "momentum"): "momentums",
    ("Adamax", "momentum"): "_m",
    ("Adamax", "norm"): "_u",
    ("Adafactor", "row"): "_r",
    ("Adafactor", "column"): "_c",
    ("Adafactor", "velocity"): "_v",
}


def children_of(value: Saveable) -> dict[str, Any]:
    """The parts of a layer, model, optimizer or metric, by name."""
    from tfcompat.keras.models.functional import Functional
    from tfcompat.keras.models.model import Model
    from tfcompat.keras.models.sequential import Sequential
    from tfcompat.keras.optimizers.base import Optimizer

    if isinstance(value, Optimizer):
        return _optimizer(value)
    parts: dict[str, Any] = {}
    if isinstance(value, Sequential):
        if value._functional is not None:
            parts["_functional"] = value._functional
        else:
            parts["_layers"] = tuple(value._layers)
    elif isinstance(value, Functional):
        parts["_operations"] = value._operations
    parts.update(_attributes(value))
    optimizer = vars(value).get("optimizer") if isinstance(value, Model) else None
    if optimizer is not None:
        parts["optimizer"] = optimizer
    return parts


def _attributes(value: Any) -> dict[str, Any]:
    found = {}
    for name, part in vars(value).items():
        if name not in _MACHINERY and is_trackable(part) and _leads_somewhere(part, 8):
            found[name] = part
    return found


def with_keras2_names(value: Any) -> dict[str, Any]:
    """The parts of an object under Keras 2's names too, so that it reads the checkpoint.

    An optimizer's variables have other numbers there, and so only go by what they are for.
    """
    from tfcompat.keras.optimizers.base import Optimizer

    below = children(value)
    owner = getattr(value, "_root", None) or value
    tell = getattr(owner, "_trackable_aliases", None)
    more = {} if tell is None else {name: node(part) for name, part in tell().items()}
    if isinstance(value, Optimizer):
        below = {name: part for name, part in below.items() if name not in ("_variables", "_trainable_variables")}
    return {**below, **{name: part for name, part in more.items() if name not in below}}


def names_restored(value: Any, names: dict[str, int]) -> dict[str, int]:
    """Those of the names of a checkpoint's node that mean the same parts of an object here.

    Keras 2's optimizers do not count the learning rate among their variables, which so have other numbers.
    """
    from tfcompat.keras.optimizers.base import Optimizer

    if isinstance(value, Optimizer) and "_variables" in names and "_trainable_variables" not in names:
        return {name: number for name, number in names.items() if name not in ("_variables", "_index_dict")}
    return names


def _leads_somewhere(part: Any, depth: int) -> bool:
    """Whether a list, tuple or dict holds something with state, at whatever depth; other objects may."""
    if isinstance(part, dict):
        part = [item for key, item in part.items() if isinstance(key, str)]
    elif not isinstance(part, (list, tuple)):
        return True
    return depth > 0 and any(is_trackable(item) and _leads_somewhere(item, depth - 1) for item in part)


def _optimizer(value: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"_variables": tuple(value._told_variables())}
    if not is_legacy():
        parts["_trainable_variables"] = tuple(value._trainable_variables)
    own = _attributes(value)
    parts.update({name: own.pop(name) for name in ("_iterations", "_learning_rate") if name in own})
    parts.update(own)
    for slot, variables in value._slots.items():
        plural = f"_{slot[:-1]}ies" if slot.endswith("y") else f"_{slot}s"
        parts[_SLOTS.get((type(value).__name__, slot), plural)] = tuple(variables)
    parts["_model_variables_moving_average"] = tuple(value._averages)
    parts["_accumulated_gradients"] = tuple(value._accumulators)
    return {name: part for name, part in parts.items() if _leads_somewhere(part, 8)}


def aliases_of(value: Saveable) -> dict[str, Any]:
    """The parts under Keras 2's names: "layer-0", "layer_with_weights-0" and "kernel" for "_kernel"."""
    from tfcompat.keras.layers import Embedding
    from tfcompat.keras.layers.depthwise import _Depthwise
    from tfcompat.keras.models.model import Model
    from tfcompat.keras.optimizers.base import Optimizer

    found = {
        name[1:]: part
        for name, part in vars(value).items()
        if name.startswith("_") and getattr(part, "_tf_variable", None) is not None
    }
    for kind, ours, theirs in ((Embedding, "_kernel", "embeddings"), (_Depthwise, "kernel", "depthwise_kernel")):
        if isinstance(value, kind) and ours in vars(value):
            found[theirs] = vars(value)[ours]
    if isinstance(value, Optimizer):
        found["iter"] = value._iterations
        if "_u_product" in vars(value):
            found["momentum_cache"] = vars(value)["_u_product"]
    if isinstance(value, Model):
        weighted = 0
        for number, layer in enumerate(value.layers):
            found[f"layer-{number}"] = layer
            if layer.weights:
                found[f"layer_with_weights-{weighted}"] = layer
                weighted += 1
    return found
