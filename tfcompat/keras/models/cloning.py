"""keras.models.clone_model: a model like another, with layers and weights of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat.keras import tree
from tfcompat.keras._building import is_building
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers.input_layer import Input, InputLayer
from tfcompat.keras.layers.wrapping import Lambda
from tfcompat.keras.models.functional import Functional, constructor_is_functional
from tfcompat.keras.models.model import Model
from tfcompat.keras.models.sequential import Sequential


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model like `model`, with new weights (tf.keras.models.clone_model).

    input_tensors: KerasTensors to build it on. clone_function: gives the layer that takes a layer's place, by default
    one made from its config. call_function: called with a new layer and its arguments instead of the layer, in
    functional models. recursive: whether nested models are cloned layer by layer, too. ValueError for arguments that do
    not go with the kind of model.
    """
    cache = kwargs.pop("cache", None)
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {tuple(kwargs)}")
    kind = type(model).__name__
    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(
                "`call_function` argument is not supported with Sequential models.  In a Sequential model, layers "
                "aren't called at model-construction time (they're merely listed). Use `call_function` with Functional "
                f"models only. Received model of type '{kind}', with call_function={call_function}"
            )
        return _clone_sequential(model, _cloner(clone_function, None, recursive, cache), input_tensors)
    if isinstance(model, Functional):
        own_config = type(model).get_config not in (Functional.get_config, Model.get_config)
        if not own_config or clone_function or input_tensors is not None:
            cloner = _cloner(clone_function, call_function, recursive, cache)
            return _clone_functional(model, cloner, input_tensors, call_function)
    if clone_function or input_tensors is not None:
        raise ValueError(
            "Arguments `clone_function` and `input_tensors` are only supported for Sequential models or Functional "
            f"models. Received model of type '{kind}', with clone_function={clone_function} and "
            f"input_tensors={input_tensors}"
        )
    if call_function is not None:
        raise ValueError(
            f"Argument `call_function` is only supported for Functional models. Received model of type '{kind}', with "
            f"call_function={clone_function}"
        )
    from tfcompat.keras.saving.serialization import deserialize_keras_object, serialize_keras_object

    return deserialize_keras_object(serialize_keras_object(model), custom_objects={kind: type(model)})


def _cloner(
    clone_function: Any, call_function: Any, recursive: bool, cache: dict[int, Any] | None
) -> Callable[[Any], Any]:
    """`clone_function`, once for each layer, and for the layers of nested models where `recursive`."""
    clone = clone_function or _alike
    made: dict[int, Any] = {} if cache is None else cache

    def cloned(layer: Any) -> Any:
        if id(layer) not in made:
            if recursive and isinstance(layer, (Sequential, Functional)):
                call = None if isinstance(layer, Sequential) else call_function
                made[id(layer)] = clone_model(layer, None, clone, call, recursive=True, cache=made)
            else:
                made[id(layer)] = clone(layer)
        return made[id(layer)]

    return cloned


def _alike(layer: Any) -> Any:
    """A layer of the same config; of the same functions, too, which a config may not hold."""
    if type(layer) is Lambda:
        return layer._alike()
    return type(layer).from_config(layer.get_config())


def _compiled_alike(model: Any, new: Any) -> Any:
    if model.compiled and not is_building():  # what is compiled elsewhere does not belong to a graph for sessions
        new.compile_from_config(model.get_compile_config())
    return new


def _clone_sequential(model: Sequential, clone: Callable[[Any], Any], input_tensors: Any) -> Any:
    if not callable(clone):
        raise ValueError(f"Expected `clone_function` argument to be a callable. Received: clone_function={clone}")
    layers = [clone(layer) for layer in model.layers]
    first = model._layers[0] if model._layers else None
    start = first if isinstance(first, InputLayer) else None
    options = {} if start is None else {"name": start.name, "optional": start.optional}
    if input_tensors is not None:
        given = list(input_tensors) if isinstance(input_tensors, (list, tuple)) else [input_tensors]
        if len(given) != 1:
            raise ValueError("Argument `input_tensors` must contain a single tensor.")
        if not isinstance(given[0], KerasTensor):
            raise ValueError(
                f"Argument `input_tensors` must be a KerasTensor. Received invalid value: input_tensors={input_tensors}"
            )
        layers.insert(0, Input(tensor=given[0], **options))
    elif start is not None:
        layers.insert(0, Input(batch_shape=start.batch_shape, dtype=start.dtype, **options))
    return _compiled_alike(model, Sequential(layers, name=model.name, trainable=model.trainable))


def _clone_functional(model: Any, clone: Callable[[Any], Any], input_tensors: Any, call_function: Any) -> Any:
    if input_tensors is None:
        input_tensors = tree.map_structure(
            lambda x: Input(batch_shape=x.shape, dtype=x.dtype, name=x.name), model.input
        )
    else:
        if not all(isinstance(x, KerasTensor) for x in tree.flatten(input_tensors)):
            raise ValueError(
                "All entries in `input_tensors` must be KerasTensors. Received invalid values: "
                f"inputs_tensors={input_tensors}"
            )
        try:
            tree.assert_same_structure(input_tensors, model.input)
        except ValueError as error:
            raise ValueError(
                "`input_tensors` must have the same structure as model.input\n"
                f"Reference structure: {model.input}\nReceived structure: {input_tensors}"
            ) from error
    outputs = model._run_through_graph(input_tensors, operation_fn=clone, call_fn=call_function)
    cls = type(model) if constructor_is_functional(type(model)) else Functional
    return _compiled_alike(model, cls(input_tensors, outputs, name=model.name))
