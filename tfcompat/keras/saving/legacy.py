"""Whole models in HDF5, as Keras 2 and 3 write them: the config and the training's in attributes, weights in groups."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from logging import getLogger
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._core import logging
from tfcompat._core.dtypes import DType
from tfcompat._core.shapes import TensorShape
from tfcompat._formats import hdf5
from tfcompat._formats.files import telling_damage
from tfcompat.keras import _version
from tfcompat.keras._state import thread
from tfcompat.keras._version import told_of_keras
from tfcompat.keras.saving import keras2, optimizer_state, registration, weights
from tfcompat.keras.saving.serialization import SafeModeScope

if TYPE_CHECKING:
    import h5py

_logger = getLogger("absl")
_TOP_LEVEL = "top_level_model_weights"
# What Keras 2's optimizers had in their configs and Keras 3's do not know.
_DROPPED = ("decay", "is_legacy_optimizer", "jit_compile")


class _LegacyConfigs:
    """Within it, models describe their layers as HDF5 files do."""

    def __enter__(self) -> None:
        self._outer, thread.legacy_config = thread.legacy_config, True

    def __exit__(self, *exc: Any) -> None:
        thread.legacy_config = self._outer


# ---- configs ----


def legacy_serialize(obj: Any) -> Any:
    """{"class_name", "config"} of a Keras object; the name of a function."""
    if obj is None:
        return None
    if hasattr(obj, "get_config"):
        return {"class_name": registration.get_registered_name(type(obj)), "config": obj.get_config()}
    if hasattr(obj, "__name__"):
        return registration.get_registered_name(obj)
    raise ValueError(f"Cannot serialize {obj!r}: it has no `get_config()`.")


def _json_default(obj: Any) -> Any:
    """What JSON has for an object that it does not know."""
    if hasattr(obj, "get_config"):
        return {**legacy_serialize(obj), "__passive_serialization__": True}
    if isinstance(obj, np.ndarray):
        return obj.tolist()
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, TensorShape):
        return obj.as_list()
    if isinstance(obj, DType):
        return obj.name
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "value": obj.decode("utf-8")}
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__"}
    if callable(obj):
        return registration.get_registered_name(obj)
    raise TypeError(f"Unable to serialize {obj!r} to JSON. Unrecognized type {type(obj)}.")


def decode(text: Any, what: str, path: Any) -> Any:
    """A description in JSON, with tuples where Keras 2 had them; ValueError, which names the file, if damaged."""

    def revive(obj: dict[str, Any]) -> Any:
        name = obj.get("class_name")
        if name == "__tuple__":
            return tuple(obj["items"])
        if name == "TensorShape":
            return None if obj["items"] is None else tuple(obj["items"])
        if name == "__ellipsis__":
            return Ellipsis
        if name == "__bytes__":
            return obj["value"].encode("utf-8")
        return obj

    try:
        return json.loads(hdf5.text(text), object_hook=revive)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"The {what} in {path!r} can't be read: {error}") from error


_MODELS = ("Functional", "Model", "Sequential")


def layer_from_config(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer or model of a {"class_name", "config"} dict, of Keras 2 or 3; ValueError where the class is unknown."""
    from tfcompat.keras import _drawn, layers, models

    if not isinstance(config, dict) or "class_name" not in config or not isinstance(config.get("config"), (dict, list)):
        raise ValueError(f"Not a Keras config, which has a 'class_name' and a 'config': {config!r}")
    name, inner = config["class_name"], config["config"]
    if isinstance(inner, list):  # the Sequential models of Keras 1
        inner = {"name": "sequential", "layers": inner}
    kinds = {"Functional": models.Functional, "Model": models.Model, "Sequential": models.Sequential}
    table = {**kinds, **_drawn.classes()}
    cls = registration.get_registered_object(name, custom_objects) or table.get(name) or keras2.named(layers, name)
    if not isinstance(cls, type):
        raise ValueError(
            f"Unknown layer: '{name}'. Register it with `@keras.saving.register_keras_serializable()`, or pass it in "
            "`custom_objects`."
        )
    inner = _modern(name, dict(inner))
    with registration.CustomObjectScope({**(custom_objects or {}), **thread.custom_objects}):
        if issubclass(cls, models.Model):
            return cls.from_config(inner, custom_objects=custom_objects)
        return cls.from_config(inner)


def _modern(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """A Keras 2 layer's config as Keras 3's `__init__` takes it."""
    if "batch_input_shape" in config and name == "InputLayer":
        config["batch_shape"] = config.pop("batch_input_shape")
    if isinstance(config.get("axis"), list) and len(config["axis"]) == 1:
        config["axis"] = int(config["axis"][0])
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") == "Policy":
        config["dtype"] = dtype["config"]["name"]
    for key, value in config.items():
        if key.endswith("_initializer") and isinstance(value, dict) and isinstance(value.get("config"), dict):
            value["config"].pop("dtype", None)
    return config


# ---- saving ----


def save(model: Any, path: str | os.PathLike[str], include_optimizer: bool = True) -> None:
    """Writes a model's config, weights and, where it is compiled, training config and optimizer state to `path`.

    In Keras 2 NotImplementedError for a model of the program's own.
    """
    from tfcompat.keras.optimizers._tf1 import TFOptimizer

    if _version.is_legacy():
        _warn_of_format()
        if not model._is_graph_network and model._obj_type() != "Sequential":
            raise NotImplementedError(
                "Saving the model to HDF5 format requires the model to be a Functional model or a Sequential model. It "
                "does not work for subclassed models, because such models are defined via the body of a Python method, "
                "which isn't safely serializable. Consider saving to the Tensorflow SavedModel format (by setting "
                'save_format="tf") or using `save_weights`.'
            )
    if include_optimizer and isinstance(model.optimizer, TFOptimizer):
        logging.warning(
            "TensorFlow optimizers do not make it possible to access optimizer attributes or optimizer state after "
            "instantiation. As a result, we cannot save the optimizer as part of the model save file. You will have to "
            "compile your model again after loading it. Prefer using a TF-Keras optimizer instead (see "
            "keras.io/optimizers)."
        )
        include_optimizer = False
    with _LegacyConfigs():
        metadata = {
            "keras_version": told_of_keras(),
            "backend": "tensorflow",
            "model_config": {"class_name": type(model).__name__, "config": model.get_config()},
        }
        if include_optimizer and model.optimizer is not None and model.compiled:
            metadata["training_config"] = _training_config(model)
        texts = {
            key: value if isinstance(value, str) else json.dumps(value, default=_json_default)
            for key, value in metadata.items()
        }
    with hdf5.writing(path) as file:
        for key, text in texts.items():
            file.attrs[key] = text
        write_weights(file.create_group("model_weights"), model)
        if include_optimizer and model.optimizer is not None:
            _write_optimizer(file, model.optimizer)


def _warn_of_format() -> None:
    warnings.warn(
        "You are saving your model as an HDF5 file via `model.save()`. This file format is considered legacy. We "
        "recommend using instead the native TF-Keras format, e.g. `model.save('my_model.keras')`.",
        stacklevel=5,
    )


def save_weights(model: Any, path: str | os.PathLike[str]) -> None:
    """Writes the weights of a model as Keras 2 does: there none of a subclassed one that is not built yet."""
    if _version.is_legacy():
        assert model.weights is not None  # ValueError of a Sequential model that is not built
    else:
        weights._check_built(model, "saving")
    with hdf5.writing(path) as file:
        write_weights(file, model)


def _training_config(model: Any) -> dict[str, Any]:
    def serialize(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: serialize(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [serialize(item) for item in value]
        return legacy_serialize(value) if callable(value) or hasattr(value, "get_config") else value

    given = {key: value for key, value in model._compile_config.items() if key != "optimizer"}
    if _version.is_legacy():
        metrics, weighted = model._compile_metrics.given
        loss, factors = given["loss"], given["loss_weights"]
        given = {"loss": loss, "metrics": metrics, "weighted_metrics": weighted, "loss_weights": factors}
    config = {key: serialize(value) for key, value in given.items()}
    config["optimizer_config"] = {
        "class_name": registration.get_registered_name(type(model.optimizer)),
        "config": model.optimizer.get_config(),
    }
    return config


def _legacy_weights(layer: Any) -> list[Any]:
    return layer.trainable_weights + layer.non_trainable_weights


def _top_level_weights(model: Any) -> list[Any]:
    known = {id(v) for v in model.weights}
    return [v for v in model._own_weights() if id(v) in known]


def write_weights(group: h5py.Group, model: Any) -> None:
    """Puts the weights of a model's layers into a group."""
    hdf5.write_names(group, "layer_names", [layer.name for layer in model.layers])
    group.attrs["backend"] = "tensorflow"
    group.attrs["keras_version"] = told_of_keras()
    for layer in sorted(model.layers, key=lambda layer: layer.name):
        _write_variables(group.create_group(layer.name), _legacy_weights(layer))
    _write_variables(group.create_group(_TOP_LEVEL), _top_level_weights(model))


def _write_variables(group: h5py.Group, variables: Sequence[Any]) -> None:
    names = [variable.name if _version.is_legacy() else str(variable.path) for variable in variables]
    hdf5.write_names(group, "weight_names", names)
    for name, variable in zip(names, variables):
        hdf5.write(group, name, variable.numpy())


def _write_optimizer(file: h5py.File, optimizer: Any) -> None:
    if optimizer.variables:
        _write_variables(file.create_group("optimizer_weights"), optimizer.variables)


# ---- loading ----


def load(
    path: str | os.PathLike[str],
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model in an HDF5 file, compiled as it was where `compile`.

    Losses and metrics saved as names ("mse") are what compile() makes of the names.
    """
    custom = {**(custom_objects or {}), **registration.get_custom_objects(), **thread.custom_objects}
    with hdf5.reading(path) as file:
        config = file.attrs.get("model_config")
        if config is None:
            raise ValueError(f"No model config found in {os.fspath(path)!r}: it holds weights only, or no Keras model.")
        old = keras2.wrote(_text(file.attrs.get("keras_version")))
    safe_mode = safe_mode and not _version.is_legacy()  # Keras 2 asks for it of ".keras" archives alone
    with _LegacyConfigs(), SafeModeScope(safe_mode), telling_damage(os.fspath(path), keeping=(TypeError,)):
        described = decode(config, "model config", path)
        model = layer_from_config(keras2.modernized(described) if old else described, custom_objects=custom)
    with hdf5.reading(path) as file:
        with _LegacyConfigs(), SafeModeScope(safe_mode):
            read_weights(hdf5.group(file, "model_weights"), model)
        if compile:
            training = file.attrs.get("training_config")
            if training is None:
                _logger.warning(
                    "No training configuration found in the save file, so the model was *not* compiled. Compile it "
                    "manually."
                )
                return model
            with registration.CustomObjectScope(custom):
                told = decode(training, "training config", path)
                model.compile(**_compile_arguments(keras2.modernized(told) if old else told))
                model._build_compiled()
            if model.optimizer is not None and "optimizer_weights" in file and model.built:
                _read_optimizer(hdf5.group(file, "optimizer_weights"), model)
    return model


def _text(value: Any) -> Any:
    return value if value is None else hdf5.text(value)


def _compile_arguments(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of compile() in a training config."""
    from tfcompat.keras import losses, metrics

    return {
        "optimizer": _optimizer(config["optimizer_config"]),
        "loss": _revived(config.get("loss"), losses.deserialize),
        "metrics": _flat_single(_revived(config.get("metrics"), metrics.deserialize)),
        "weighted_metrics": _flat_single(_revived(config.get("weighted_metrics"), metrics.deserialize)),
        "loss_weights": config.get("loss_weights"),
    }


def _optimizer(config: dict[str, Any]) -> Any:
    """The optimizer of a training config: one of Keras 2's first ones where it has their `decay`."""
    from tfcompat.keras import optimizers

    name, own = str(config["class_name"]).rpartition(">")[2], dict(config.get("config") or {})
    if "lr" in own:
        own["learning_rate"] = own.pop("lr")
    first = keras2.named(optimizers.legacy, name) if "decay" in own and "jit_compile" not in own else None
    if first is not None:
        return first.from_config(own)
    return optimizers.deserialize({**config, "class_name": name, "config": without(own, _DROPPED)})


def without(config: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A dict without some of its keys."""
    return {key: value for key, value in config.items() if key not in names}


def _flat_single(value: Any) -> Any:
    """Keras 2 wrapped the metrics of a single output in a list of their own."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) else value


def _revived(value: Any, deserialize: Any) -> Any:
    """Names as they are, unless they are custom objects'; descriptions as the objects that they describe."""
    if isinstance(value, str):
        return registration.get_registered_object(value) or value
    if isinstance(value, dict):
        if "class_name" not in value:
            return {key: _revived(item, deserialize) for key, item in value.items()}
        config = value.get("config")
        if isinstance(config, dict) and isinstance(config.get("fn"), str):
            name = config["fn"]
            found = registration.get_registered_object(name)
            function = found if found is not None else _function_named(name)
            value = {**value, "config": {**config, "fn": function}}
            return _wrapped(value["config"], deserialize)
        return deserialize(value)
    if isinstance(value, (list, tuple)):
        return [_revived(item, deserialize) for item in value]
    return value


def _function_named(name: str) -> Any:
    from tfcompat.keras import losses, metrics

    for table in (vars(losses), vars(metrics)):
        found = table.get(name)
        if callable(found) and not isinstance(found, type):
            return found
    raise ValueError(f"Unknown loss or metric function: '{name}'. Pass it in `custom_objects`.")


def _wrapped(config: dict[str, Any], deserialize: Any) -> Any:
    from tfcompat.keras import losses, metrics

    cls: Any = losses.LossFunctionWrapper if deserialize is losses.deserialize else metrics.MeanMetricWrapper
    if cls is losses.LossFunctionWrapper and config.get("reduction") == "auto":
        config = {**config, "reduction": "sum_over_batch_size"}
    return cls(**config)


def _read_optimizer(group: h5py.Group, model: Any) -> None:
    values = [hdf5.dataset(group, name) for name in hdf5.read_names(group, "weight_names")]
    model.optimizer.build(model.trainable_variables)
    try:
        optimizer_state.assign(model.optimizer, values)
    except ValueError as error:
        _logger.warning(
            "The saved optimizer state does not fit, so the model is starting with a freshly initialized optimizer: %s",
            error,
        )


def read_weights(group: h5py.Group, model: Any, skip_mismatch: bool = False) -> None:
    """Takes the weights of a model's layers from a group, in the order of the layers that have weights."""
    layers = [layer for layer in model.layers if _legacy_weights(layer)]
    saved = [(name, hdf5.group(group, name)) for name in hdf5.read_names(group, "layer_names")]
    saved = [(name, own) for name, own in saved if hdf5.read_names(own, "weight_names")]
    if len(saved) != len(layers):  # Keras 2's files have a summary where layers have none among their weights
        layers = [layer for layer in model.layers if _legacy_weights(layer) or _has_summary(layer)]
    if len(saved) != len(layers):
        told = "" if _version.is_legacy() else f": {[name for name, _ in saved]}. The file: {group.file.filename!r}"
        raise ValueError(
            f"Layer count mismatch when loading weights from file. Model expected {len(layers)} layers, found "
            f"{len(saved)} saved layers{told or '.'}"
        )
    for index, (layer, (name, own)) in enumerate(zip(layers, saved)):
        what = f"layer #{index} (named {layer.name} in the current model, {name} in the save file)"
        _assign_to(layer, own, what, skip_mismatch)
    _read_top_level(group, model, skip_mismatch)


def read_weights_by_name(group: h5py.Group, model: Any, skip_mismatch: bool = False) -> None:
    """Takes the weights of those of a model's layers that have the names of saved ones."""
    saved = set(hdf5.read_names(group, "layer_names"))
    for index, layer in enumerate(model.layers):
        if layer.name in saved:
            own = hdf5.group(group, layer.name)
            _assign_to(layer, own, f"layer #{index} (named {layer.name})", skip_mismatch)
    _read_top_level(group, model, skip_mismatch)


def _has_summary(layer: Any) -> bool:
    """Whether a layer makes its boundaries of a summary, which Keras 2's files hold as a weight."""
    from tfcompat.keras.layers import Discretization

    return isinstance(layer, Discretization) and layer.num_bins is not None


def _assign_to(layer: Any, group: h5py.Group, what: str, skip_mismatch: bool) -> None:
    names = hdf5.read_names(group, "weight_names")
    if _has_summary(layer) and len(names) == 1:
        layer.load_own_variables({"0": hdf5.dataset(group, names[0])})
        return
    _assign(_legacy_weights(layer), group, what, skip_mismatch)
    use_statistics(layer)


def use_statistics(layer: Any) -> None:
    """Has a layer that was adapted to data use the statistics that it was given."""
    from tfcompat.keras.layers import Normalization

    if isinstance(layer, Normalization):
        layer.finalize_state()


def _read_top_level(group: h5py.Group, model: Any, skip_mismatch: bool) -> None:
    if _TOP_LEVEL in group:
        _assign(_top_level_weights(model), hdf5.group(group, _TOP_LEVEL), "the model's own weights", skip_mismatch)


def _assign(variables: list[Any], group: h5py.Group, what: str, skip_mismatch: bool) -> None:
    values = [hdf5.dataset(group, name) for name in hdf5.read_names(group, "weight_names")]
    problem = None
    if len(variables) != len(values):
        problem = f"Weight count mismatch for {what}: it expects {len(variables)} weight(s), {len(values)} are saved."
    else:
        for variable, value in zip(variables, values):
            if tuple(variable.shape) != value.shape:
                problem = (
                    f"Shape mismatch in {what} for weight {variable.path}: it has shape {tuple(variable.shape)}, the "
                    f"saved weight {value.shape}."
                )
    if problem is None:
        for variable, value in zip(variables, values):
            variable.assign(value)
    elif skip_mismatch:
        warnings.warn(f"Skipping weights. {problem}", stacklevel=4)
    else:
        raise ValueError(f"{problem} The file: {group.file.filename!r}")
