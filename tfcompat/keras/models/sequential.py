"""keras.Sequential: layers one after the other."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable
from typing import Any

from tfcompat.keras import _naming, _version, tree
from tfcompat.keras._state import thread
from tfcompat.keras.backend import standardize_shape
from tfcompat.keras.layers._call import get_mask
from tfcompat.keras.layers._keras2 import derived
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.embedding import Embedding
from tfcompat.keras.layers.input_layer import InputLayer
from tfcompat.keras.models.functional import Functional
from tfcompat.keras.models.model import Model


class Sequential(Model):
    """A model of layers that each take what the one before gives (tf.keras.Sequential).

    It is built at once where the first layer is an Input (or knows its `input_shape`), else when it is first called.
    ValueError for what is no layer and for two layers of one name.
    """

    _layers: Any
    _tracker: Any

    _api_name = "keras.Sequential"
    _untracked = Model._untracked | {"_functional", "_input_was_given"}

    def __init__(self, layers: Iterable[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self._functional: Functional | None = None
        self._input_was_given = True  # else it is what the model was built for
        if _version.is_legacy():
            self.supports_masking = True
        if isinstance(layers, Layer) and _version.is_legacy():
            layers = [layers]
        for layer in layers or ():
            self.add(layer, rebuild=False)
        if self._layers:
            self._maybe_rebuild()

    def _module_attributes(self) -> dict[str, Any] | None:
        attributes = super()._module_attributes()
        if attributes is None or self._functional is None:
            return attributes
        return {**attributes, **self._functional._ends()}

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Adds a layer at the end; `rebuild=False` leaves building the model for later."""
        if not self._layers:
            self._input_was_given = True
            if getattr(layer, "_input_shape_arg", None) is not None:
                self.add(InputLayer(shape=layer._input_shape_arg, name=_name_of_input(layer)))
            elif getattr(layer, "_batch_shape_arg", None) is not None:
                self.add(InputLayer(batch_shape=layer._batch_shape_arg, name=_name_of_input(layer)))
        history = getattr(layer, "_keras_history", None)
        if history is not None and isinstance(history[0], InputLayer):
            layer = history[0]
        if not isinstance(layer, Layer) and _version.is_legacy():
            raise TypeError(
                f"The added layer must be an instance of class Layer. Received: layer={layer} of type {type(layer)}."
            )
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer!r} (of type "
                f"{type(layer)})"
            )
        if any(other.name == layer.name and other is not layer for other in self._layers):
            quote = '"' if _version.is_legacy() else "'"
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f"{quote}{layer.name}{quote} is already the name of a layer in this model. Update the `name` argument "
                "to pass a unique name."
            )
        if isinstance(layer, InputLayer) and self._layers and isinstance(self._layers[0], InputLayer):
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self._layers[0].batch_shape}. You cannot add a different Input layer to it."
            )
        self._tracker.unlock()
        self._layers.append(layer)
        if rebuild:
            self._maybe_rebuild()
        else:
            self.built = False
            self._functional = None

    def pop(self, rebuild: bool = True) -> Any:
        """Removes and returns the last layer; in Keras 2 it returns None, and TypeError where there is none."""
        legacy = _version.is_legacy()
        if legacy and not self.layers:
            raise TypeError("There are no layers in the model.")
        layer = self._layers.pop()
        self.built = False
        self._functional = None
        if rebuild and self._layers:
            self._maybe_rebuild()
        return None if legacy else layer

    def _maybe_rebuild(self) -> None:
        self.built = False
        self._functional = None
        first = self._layers[0]
        if len(self._layers) > 1:
            if isinstance(first, InputLayer):
                self.build(first.batch_shape)
            elif isinstance(first, (Functional, Sequential)) and first.built:
                self.build(first.input_shape)

    def _lock_state(self) -> None:
        """Layers may be added at any time."""

    def build(self, input_shape: Any = None) -> None:
        """Builds the layers for inputs of the given shape, the batch included."""
        try:
            input_shape = standardize_shape(input_shape)
        except ValueError:
            return  # a structure of shapes: the layers are built when they are called
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. Call `model.add(layer)`."
            )
        if isinstance(self._layers[0], InputLayer):
            if self._layers[0].batch_shape != input_shape and not _version.is_legacy():
                raise ValueError(
                    f"Sequential model '{self.name}' has already been configured to use input shape "
                    f"{self._layers[0].batch_shape}. You cannot build it with input_shape {input_shape}"
                )
        else:
            first = self._layers[0]
            name = _name_of_input(first)
            if _version.is_legacy():  # which then calls a layer that was added several times once
                self._layers[:] = self._distinct()
            self._layers.insert(0, InputLayer(batch_shape=input_shape, dtype=first.compute_dtype, name=name))
            self._input_was_given = False
        lenient = _version.is_legacy() and not self._input_was_given  # what is wrong shows when it is called on data
        inputs = x = self._layers[0].output
        for layer in self._layers[1:]:
            try:
                with _naming.outside():
                    x = layer(x)
            except NotImplementedError:
                return  # the layer can't be called on stand-ins: it builds itself when it is called on data
            except TypeError:
                if lenient:
                    return
                if not _version.is_legacy():
                    _check_single_argument(layer)
                raise
            except Exception:
                if lenient:
                    return
                raise
        name = self.name if _version.is_legacy() else None  # Keras 3 counts it among the functional models
        self._functional = Functional(inputs=inputs, outputs=x, name=name)

    def call(self, inputs: Any, training: Any = None, mask: Any = None, **kwargs: Any) -> Any:
        """The last layer's outputs."""
        if self._functional is not None:
            return self._functional.call(inputs, training=training, mask=mask, **kwargs)
        outputs = inputs
        for layer in self.layers:
            layer_kwargs = {"mask": mask} if layer._call_has_mask_arg else {}
            if layer._call_has_training_arg and training is not None:
                layer_kwargs["training"] = training
            outputs = layer(outputs, **layer_kwargs)
            mask = tree.map_structure(get_mask, outputs)
        return outputs

    @property
    def layers(self) -> list[Any]:
        """The layers, without the input layer; in Keras 2 each once."""
        own = self._distinct() if _version.is_legacy() else list(self._layers)
        return own[1:] if own and isinstance(own[0], InputLayer) else own

    def _distinct(self) -> list[Any]:
        """The layers, each once."""
        return list({id(layer): layer for layer in self._layers}.values())

    @layers.setter
    def layers(self, _: Any) -> None:
        raise AttributeError(
            "`Sequential.layers` is reserved. Use `add()` and `pop()` to change the layers of the model."
        )

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None, **kwargs: Any) -> Any:
        """The KerasTensors that the model gives for KerasTensors."""
        if self._functional is not None:
            return self._functional.compute_output_spec(inputs, training=training, mask=mask)
        outputs = inputs
        for layer in self.layers:
            outputs = layer.compute_output_spec(outputs)
        return outputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for inputs of the given shape."""
        if self._functional is not None:
            return self._functional.compute_output_shape(input_shape)
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def _build_by_first_layer(self) -> None:
        """Builds a model that begins with an Embedding, as Keras 2 did at once; for what needs a built model."""
        if self.built or not self._layers or not isinstance(self._layers[0], Embedding):
            return
        length = self._layers[0].input_length
        self.build((None, *(length if isinstance(length, (list, tuple)) else (length,))))

    def set_weights(self, weights: Any) -> None:
        """Assigns values to the weights; ValueError where their number or a shape differs."""
        self._build_by_first_layer()
        super().set_weights(weights)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> Any:
        """Loads weights from a file (keras.Model.load_weights)."""
        self._build_by_first_layer()
        return super().load_weights(filepath, skip_mismatch=skip_mismatch, **kwargs)

    @property
    def weights(self) -> list[Any]:
        """All variables; in Keras 2 ValueError before the model is built."""
        if _version.is_legacy() and not self.built:
            raise ValueError(
                f"Weights for model '{self.name}' have not yet been created. Weights are created when the model is "
                "first called on inputs or `build()` is called with an `input_shape`."
            )
        return super().weights

    def _of_functional(self, what: str) -> Any:
        self._build_by_first_layer()
        if self._functional is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined {what.replace('_', ' ')} yet.")
        return getattr(self._functional, what)

    def _ends_of(self, what: str) -> Any:
        """The inputs or outputs; in Keras 2 None before the model is built."""
        self._build_by_first_layer()
        return None if self._functional is None and _version.is_legacy() else self._of_functional(what)

    @property
    def input_spec(self) -> Any:
        """What inputs must be; in Keras 2 what the Input that the model begins with says."""
        if _version.is_legacy() and self._functional is not None and self._input_was_given:
            return self._functional.input_spec
        return super().input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        self._input_spec = value

    input_names = derived(lambda self: self._of_functional("input_names"))
    output_names = derived(lambda self: self._of_functional("output_names"))
    input_shape = derived(lambda self: self._of_functional("input_shape"))
    output_shape = derived(lambda self: self._of_functional("output_shape"))
    _input_layers = derived(lambda self: self._of_functional("_input_layers"))
    _output_layers = derived(lambda self: self._of_functional("_output_layers"))
    inputs = property(lambda self: self._ends_of("inputs"), doc="The KerasTensors at the beginning, as a list.")
    outputs = property(lambda self: self._ends_of("outputs"), doc="The KerasTensors at the end, as a list.")
    input = property(lambda self: self._of_functional("input"), doc="The KerasTensor at the beginning.")
    output = property(lambda self: self._of_functional("output"), doc="The KerasTensor at the end.")

    @property
    def input_dtype(self) -> str:
        """The dtype that float inputs are cast to."""
        own = self._layers
        return own[0].dtype if own and isinstance(own[0], InputLayer) else super().input_dtype

    def _obj_type(self) -> str:
        return "Sequential"

    def get_config(self) -> dict[str, Any]:
        """The layers' configs and the input shape."""
        from tfcompat.keras.saving.legacy import legacy_serialize
        from tfcompat.keras.saving.serialization import serialize_keras_object

        serialize = legacy_serialize if thread.legacy_config else serialize_keras_object
        config = super().get_config()
        config["name"] = self.name
        config["layers"] = copy.deepcopy([serialize(layer) for layer in self._distinct()])
        if self._functional is not None:
            config["build_input_shape"] = self._layers[0].batch_shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The model that `get_config` described; also one written by Keras 2."""
        from tfcompat.keras.saving.legacy import layer_from_config
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        if "name" not in config or "layers" not in config:
            raise ValueError(f"A Sequential model's config must have 'name' and 'layers'. Received: config={config}")
        model = cls(name=config["name"])
        for layer_config in config["layers"]:
            load = deserialize_keras_object if "module" in layer_config else layer_from_config
            model.add(load(layer_config, custom_objects=custom_objects))
        shape = config.get("build_input_shape")
        if model._functional is None and isinstance(shape, (tuple, list)) and shape:
            model.build(shape)
        return model


def _name_of_input(first: Any) -> str | None:
    """What Keras 2 calls the input of a model's first layer; in Keras 3 it is counted among the others."""
    return f"{first.name}_input" if _version.is_legacy() else None


def _check_single_argument(layer: Any) -> None:
    """ValueError where a layer's `call` can't be given just the inputs."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [p for p in inspect.signature(layer.call).parameters.values() if p.kind in kinds]
    required = [p.name for p in positional if p.default is inspect.Parameter.empty]
    if not positional or len(required) > 1:
        raise ValueError(
            "Layers added to a Sequential model take a single positional argument, the input tensor. Layer "
            f"{type(layer).__name__} has these required ones: {required}"
        )
