"""Descriptions of models that Keras 2 wrote, put into Keras 3's words before anything is made of them.

The two disagree on names ("batch_input_shape", "alpha"), on arguments that only one has, and on one activation: Keras
2's hard sigmoid has another slope, so that it stays a function of its own here.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from tfcompat.keras.saving.serialization import public_name

_ANY = object()
# Arguments that Keras 3's classes do not take, and the values that make no difference. A class that has such an
# argument keeps it, and any other value stays for the class to refuse.
_WITHOUT_EFFECT: Mapping[str, Any] = {
    **dict.fromkeys(("implementation", "rng_type", "input_length", "fused", "vocabulary_size"), _ANY),
    **dict.fromkeys(("batch_input_shape", "query_shape", "key_shape", "value_shape", "softmax_robust_masking"), _ANY),
    **dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"), _ANY),
    **dict.fromkeys(("jit_compile", "is_legacy_optimizer", "has_input_vocabulary", "autocast"), _ANY),
    "groups": 1, "time_major": False, "renorm": False, "virtual_batch_size": None, "adjustment": None,
    "noise_shape": None,
    "trainable": True, "ragged": False, "sparse": False, "fn": _ANY,
}  # fmt: skip
_RENAMED = {("LeakyReLU", "alpha"): "negative_slope", ("InputLayer", "batch_input_shape"): "batch_shape"}
_OPERATIONS = ("TFOpLambda", "SlicingOpLambda")  # calls of TensorFlow's functions
HARD_SIGMOID = "keras2>hard_sigmoid"


def wrote(version: Any) -> bool:
    """Whether a file's `keras_version` is of Keras 1 or 2."""
    return isinstance(version, str) and version.partition(".")[0] in ("1", "2")


def modernized(value: Any) -> Any:
    """A description, or a nest of them, as Keras 3 has them."""
    if isinstance(value, list):
        return [modernized(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: modernized(item) for key, item in value.items()}
    if isinstance(made.get("compile_config"), dict):
        made["compile_config"] = {key: item for key, item in made["compile_config"].items() if item is not None}
    name, config = made.get("class_name"), made.get("config")
    if name in _OPERATIONS:
        made.pop("build_config", None)
        return {**made, "module": "keras.src.layers.core.tf_op_layer"}
    if isinstance(name, str) and isinstance(config, dict):
        cls = _public_class(name, made)
        if cls is not None:
            made["config"] = configuration(cls.__name__, cls, config)
            made.pop("build_config", None)
            made["module"], _, made["class_name"] = (public_name(cls) or "").replace("._legacy", "").rpartition(".")
            made["registered_name"] = None
    return made


def _public_class(name: str, description: Mapping[str, Any]) -> type | None:
    """The class of Keras's that a description is of; None for what is the user's."""
    from tfcompat.keras import constraints, initializers, layers, losses, metrics, models, optimizers, regularizers

    module = description.get("module")
    known = not isinstance(module, str) or module.partition(".")[0] in ("keras", "tf_keras")
    if isinstance(module, str) and module.startswith("keras.src.ops."):
        return None  # an operation, not the layer of its name
    if not known or (">" in name and not name.startswith("Custom>")):
        return None
    name = name.rpartition(">")[2]
    if isinstance(module, str) and module.endswith("optimizers.legacy"):
        return named(optimizers.legacy, name)
    schedules = optimizers.schedules
    for namespace in (models, layers, optimizers, schedules, losses, metrics, initializers, regularizers, constraints):
        found = named(namespace, name)
        if found is not None:
            return found
    return None


def named(namespace: Any, name: str) -> type | None:
    """The class that a namespace has under a name."""
    if name.startswith("_"):
        return None
    try:
        found = getattr(namespace, name)
    except AttributeError:
        return None
    return found if isinstance(found, type) else None


def configuration(name: str, cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as the class, which Keras 2 knew by `name`, takes it."""
    config = {_RENAMED.get((name, key), key): value for key, value in config.items()}
    taken = _parameters(cls)
    for key, value in list(config.items()):
        harmless = _WITHOUT_EFFECT.get(key, config)
        if key not in taken and harmless is not config and (harmless is _ANY or value == harmless):
            del config[key]
        elif key.endswith("activation") and value == "hard_sigmoid":
            config[key] = HARD_SIGMOID
        elif key == "axis" and isinstance(value, list) and len(value) == 1:
            config[key] = value[0]
        elif key == "reduction" and value == "auto":
            config[key] = "sum_over_batch_size"
        elif key.endswith("_initializer") and isinstance(value, dict) and isinstance(value.get("config"), dict):
            config[key] = {**value, "config": {k: v for k, v in value["config"].items() if k != "dtype"}}
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") == "Policy":
        config["dtype"] = dtype["config"]["name"]
    return config


def _parameters(cls: type) -> set[str]:
    """The names of the arguments that a class's `__init__`, or those it hands on to, take."""
    found: set[str] = set()
    for base in cls.__mro__:
        own = base.__dict__.get("__init__")
        if own is None:
            continue
        parameters = inspect.signature(own).parameters.values()
        found.update(p.name for p in parameters)
        if base.__name__ == "Layer":
            found.add("batch_input_shape")  # among its keywords: how a Sequential model's first layer tells its input
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
    return found
