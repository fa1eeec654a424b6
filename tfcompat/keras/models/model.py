"""keras.Model: a layer that can be compiled, trained, summarized and saved."""

from __future__ import annotations

import copy
import inspect
import json
import os
import warnings
from collections.abc import Callable
from typing import Any

from tfcompat._core import structure
from tfcompat._core.specs import TensorSpec
from tfcompat._core.type_spec import TypeSpec, type_spec_from_value
from tfcompat.keras import _graph, _naming, _version, tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._session_values import with_values
from tfcompat.keras._symbolic import compute_output_spec
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.models._keras2 import check_shape_to_build
from tfcompat.keras.models.state_tree import get_state_tree, set_state_tree
from tfcompat.keras.trainers.trainer import Trainer


def is_functional_call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the arguments of `Model(...)` are those of a functional model."""
    return len(args) == 2 or (len(args) == 1 and "outputs" in kwargs) or ("inputs" in kwargs and "outputs" in kwargs)


class Model(Trainer, Layer):
    """A layer with training, evaluation, prediction and saving (tf.keras.Model).

    `Model(inputs, outputs)` is the model between KerasTensors. A subclass makes layers in `__init__` and calls them in
    `call(inputs, training=None)`.
    """

    _api_name = "keras.Model"
    _untracked = Layer._untracked | Trainer._untracked
    _save_spec: Any = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and is_functional_call(args, kwargs):
            from tfcompat.keras.models.functional import Functional

            return Functional.__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from tfcompat.keras.models.functional import Functional, become_functional

        self._ensure_tracker()
        Trainer.__init__(self)
        if is_functional_call(args, kwargs):
            become_functional(type(self))
            Functional.__init__(self, *args, **kwargs)  # type: ignore[arg-type]
        else:
            Layer.__init__(self, *args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the model computes; subclasses override it."""
        if _version.is_legacy():
            raise NotImplementedError(
                "Unimplemented `tf.keras.Model.call()`: if you intend to create a `Model` with the Functional API, "
                "please provide `inputs` and `outputs` arguments. Otherwise, subclass `Model` with an overridden "
                "`call()` method."
            )
        raise NotImplementedError(f"Model {type(self).__name__} does not have a `call()` method implemented.")

    @property
    def layers(self) -> list[Any]:
        """The model's layers, but not those within them."""
        return self._flatten_layers(include_self=False, recursive=False)

    @layers.setter
    def layers(self, _: Any) -> None:
        raise AttributeError("`Model.layers` is reserved for the list of the model's layers. Use another name.")

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer with a name, or at an index; ValueError where there is none, or unless one of the two is given."""
        layers = self.layers
        if index is None and name is None:
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        if index is not None and name is not None:
            raise ValueError(f"Provide only a layer name or a layer index. Received: index={index}, name={name}.")
        if index is not None:
            if index >= len(layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has {len(layers)} layers."
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}.")

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Prints the layers, their output shapes and numbers of parameters, as Keras does.

        line_length: the table's width. positions: where its columns end, as shares of it. print_fn: called with the
        text (in Keras 2 with each line) instead of printing it. layer_range: patterns for the names of the first and
        last layers to show. In Keras 2 ValueError for a model that is not built.
        """
        from tfcompat.keras.utils import _summary_keras2, summary

        module = _summary_keras2 if _version.is_legacy() else summary
        module.print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def __reduce_ex__(self, protocol: Any) -> Any:
        from tfcompat.keras.saving.archive import from_bytes, to_bytes

        return from_bytes, (to_bytes(self),)

    def __copy__(self) -> Any:
        return self._copied(lambda state: state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self._copied(lambda state: copy.deepcopy(state, memo), memo)

    def _copied(self, copied: Callable[[Any], Any], memo: dict[int, Any] | None = None) -> Any:
        """A copy, attribute by attribute: no config needs to tell of them all, as one has to for pickle."""
        reduced: Any = object.__reduce_ex__(self, 4)
        make, arguments, state, *_ = reduced
        made = make(*arguments)
        if memo is not None:
            memo[id(self)] = made
        made.__dict__.update(copied(state))
        return made

    @with_values
    def save(
        self, filepath: str | os.PathLike[str], overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Saves architecture, weights, and how it was compiled: a ".keras" archive or a ".h5" file (HDF5)."""
        from tfcompat.keras.saving.api import save_model

        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    @with_values
    def save_weights(
        self,
        filepath: str | os.PathLike[str],
        overwrite: bool = True,
        max_shard_size: float | None = None,
        **kwargs: Any,
    ) -> None:
        """Saves the weights: ".weights.h5", ".safetensors" or ".h5", else the files of a checkpoint of that prefix."""
        from tfcompat.keras.saving.api import save_weights

        save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size, **kwargs)

    @with_values
    def load_weights(self, filepath: str | os.PathLike[str], skip_mismatch: bool = False, **kwargs: Any) -> Any:
        """Loads weights from a ".weights.h5", ".h5", ".keras" or ".safetensors" file, or a checkpoint's prefix.

        skip_mismatch: whether layers that the file does not fit are left as they are. ValueError where it does not fit.
        A prefix gives the status of restoring it (tf.train.Checkpoint.restore).
        """
        from tfcompat.keras.saving.api import load_weights

        return load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def export(
        self,
        filepath: str | os.PathLike[str],
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Writes the model for inference: a SavedModel, which tf.saved_model.load reads, with the endpoint `serve`.

        verbose: whether its signature is printed (None: yes). input_signature: specs of the inputs, instead of those
        that the model is built for. ValueError for a model that is not built; NotImplementedError for other formats.
        """
        from tfcompat.keras.saving.export import export

        export(self, filepath, format, verbose, input_signature, **kwargs)

    def _set_save_spec(self, inputs: Any, args: Any = None, kwargs: Any = None) -> None:
        """What the model is called with, before it is: tensors or specs; the first that are set stay (Keras 2)."""
        if self._save_spec is None:
            given = ([inputs, *(args or [])], kwargs or {})
            spec = structure.map_structure(lambda x: x if isinstance(x, TypeSpec) else type_spec_from_value(x), given)
            object.__setattr__(self, "_save_spec", spec)

    def save_spec(self, dynamic_batch: bool = True) -> tuple[list[Any], dict[str, Any]] | None:
        """The specs of the call's arguments and keyword arguments, with batches of any size or as they were; None
        where they are not known yet (Keras 2).
        """
        from tfcompat.keras.saving.export import input_signature

        if self._save_spec is None and not self.built:
            return None
        given = ([*input_signature(self)], {}) if self._save_spec is None else self._save_spec

        def of_any_batch(x: Any) -> Any:
            known = isinstance(x, TensorSpec) and x.shape.rank
            return TensorSpec([None, *x.shape[1:]], x.dtype, x.name) if known else x

        return structure.map_structure(of_any_batch, given) if dynamic_batch else given

    def _saved_functions(self) -> dict[str, Any]:
        """The functions that tf.saved_model.save writes for the model."""
        from tfcompat.keras.saving.export import call_function

        return {"__call__": call_function(self)} if self.built else {}

    def to_json(self, **kwargs: Any) -> str:
        """The model's config as JSON, for `keras.models.model_from_json`; `kwargs` go to json.dumps."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        if _version.is_legacy():
            config = serialize_keras_object(self)
            told = {"keras_version": _version.told_of_keras(), "backend": "tensorflow"}
            return json.dumps({"class_name": config["class_name"], "config": config["config"], **told}, **kwargs)
        return json.dumps(serialize_keras_object(self), **kwargs)

    def quantize(self, mode: Any = None, config: Any = None, filters: Any = None, **kwargs: Any) -> None:
        """Holds the weights of the layers in few bits, where they can; warns of those that can't.

        mode, config: as of `Layer.quantize`. filters: of the layers' names a pattern or a list of them, or a function
        of a layer; by default all. ValueError for a model that is not built, and for filters of another kind.
        """
        from tfcompat.keras.models.quantizing import quantize_layers

        quantize_layers(self, mode, config, filters, **kwargs)

    def get_quantization_layer_structure(self, mode: str | None = None) -> Any:
        """None: which layers are quantized together, for "gptq" and "awq"; subclasses tell."""
        return None

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The variables in nested dicts by their paths: "trainable_variables", "non_trainable_variables",
        "optimizer_variables" and "metrics_variables"; as arrays for "numpy_array".
        """
        return get_state_tree(self, value_format)

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Assigns the values that `get_state_tree` gave."""
        set_state_tree(self, state_tree)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The model that `get_config` described; TypeError where `__init__` does not take the config."""
        from tfcompat.keras.models.functional import Functional, functional_from_config

        is_functional = all(key in config for key in ("name", "layers", "input_layers", "output_layers"))
        spec = inspect.getfullargspec(cls.__init__)
        functional_args = inspect.getfullargspec(Functional.__init__).args[1:]
        revivable = cls in (Functional, Model) or spec.args[1:] == functional_args or (spec.varargs and spec.varkw)
        if is_functional and revivable:
            return functional_from_config(cls, config, custom_objects=custom_objects)
        if isinstance(config.get("dtype"), dict):
            return super().from_config(config)
        try:
            return cls(**config)
        except TypeError as error:
            if _version.is_legacy():
                raise TypeError(
                    "Unable to revive model from config. When overriding the `get_config()` method, make sure that the "
                    f"returned config contains all items used as arguments in the  constructor to {cls}, which is the "
                    "default behavior. You can override this default behavior by defining a `from_config(cls, config)` "
                    f"class method to specify how to create an instance of {cls.__name__} from its config.\n\n"
                    f"Received config={config}\n\nError encountered during deserialization: {error}"
                ) from error
            raise TypeError(
                f"Unable to revive model from config: {cls} does not take it. `get_config()` must return all arguments "
                f"of `__init__`, or the class needs a `from_config(cls, config)`.\n\nconfig={config}\n\n{error}"
            ) from error

    @property
    def _is_graph_network(self) -> bool:
        """Whether it is drawn between KerasTensors, as libraries on Keras 2 ask."""
        from tfcompat.keras.models.functional import Functional

        return isinstance(self, Functional) or getattr(self, "_functional", None) is not None

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a model like this one; in Keras 2 none where a subclass adds its own to them, and
        where they are not plain values.
        """
        if not _version.is_legacy():
            return super().get_config()
        if type(self).get_config is not Model.get_config:
            return {}
        try:
            config = super().get_config()
        except NotImplementedError:
            return {}
        spec = inspect.getfullargspec(type(self).__init__)
        unknown = {"name", "trainable", "dtype"} - set(spec.args) if spec.varkw != "kwargs" else set()
        return {name: value for name, value in config.items() if name not in unknown}

    def _build_layers(self, input_shape: Any) -> None:
        if _version.is_legacy():  # Keras 2 calls the model
            check_shape_to_build(input_shape)
            with _naming.outside():
                self._build_by_dry_run({"input_shape": input_shape}, single=True)

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the model as `get_build_config` says it was built; warns where it can't."""
        if not config:
            return
        shapes = config["shapes_dict"] if "shapes_dict" in config else {"input_shape": config.get("input_shape")}
        try:
            if type(self).build is not Layer.build:
                self.build(**shapes) if "shapes_dict" in config else self.build(shapes["input_shape"])
            else:
                self._build_by_dry_run(shapes, single="shapes_dict" not in config)
        except Exception as error:
            warnings.warn(
                f"Model '{self.name}' could not be built from its build config, {config}. Implement "
                f"`build_from_config(self, config)` and `get_build_config(self)`. The error was: {error}",
                stacklevel=2,
            )
            return
        self._build_shapes_dict = shapes

    def _build_by_dry_run(self, shapes: dict[str, Any], single: bool) -> None:
        if single:
            inputs = tree.map_shape_structure(KerasTensor, shapes["input_shape"])
            compute_output_spec(self.call, inputs)
        else:
            compute_output_spec(self.call, **{k.removesuffix("_shape"): KerasTensor(s) for k, s in shapes.items()})
        self.built = True


_graph._default_configs.append(Model.get_config)


def model_from_yaml(yaml_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """Gone from Keras since 2.6: RuntimeError."""
    raise RuntimeError(
        "Method `model_from_yaml()` has been removed due to security risk of arbitrary code execution. Please use "
        "`Model.to_json()` and `model_from_json()` instead."
    )


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model whose `to_json` this is, Keras 2's too (tf.keras.models.model_from_json)."""
    from tfcompat.keras.saving import keras2, legacy
    from tfcompat.keras.saving.serialization import deserialize_keras_object

    config = json.loads(json_string)
    if isinstance(config, dict) and keras2.wrote(config.get("keras_version")):
        return legacy.layer_from_config(keras2.modernized(config), custom_objects)
    if isinstance(config, dict) and "keras_version" in config and "module" not in config:
        return legacy.layer_from_config(config, custom_objects=custom_objects)
    return deserialize_keras_object(config, custom_objects=custom_objects)
