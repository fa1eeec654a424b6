"""Functional models: the graph between inputs and outputs, as a model."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core.tensor import Tensor
from tfcompat.keras import _version, ops, tree
from tfcompat.keras._function import Function
from tfcompat.keras._graph import KerasHistory, Node, Operation, node_key, nodes_between
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import thread
from tfcompat.keras.layers._call import get_mask, set_mask
from tfcompat.keras.layers._keras2 import UNNAMED_METRIC, derived
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_layer import Input, InputLayer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.models._keras2 import check_ends
from tfcompat.keras.models._keras2_nodes import node_data, takes_states
from tfcompat.keras.models.endpoints import Endpoints
from tfcompat.keras.models.model import Model


class Functional(Function, Model):
    """What `Model(inputs, outputs)` makes: `inputs` and `outputs` are KerasTensors or nests of them.

    ValueError where they hold something else, or where an output does not come from the inputs.
    """

    _tracker: Any

    _api_name = "keras.src.models.functional.Functional"
    _untracked = Model._untracked | {
        "_inputs_struct", "_outputs_struct", "_inputs", "_outputs", "_nodes", "_nodes_by_depth", "_operations",
        "_operations_by_depth", "_endpoints", "_input_specs", "_loss_functions",
    }  # fmt: skip

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        if isinstance(inputs, dict):
            for key, x in inputs.items():
                if isinstance(x, KerasTensor) and key != x.name:
                    warnings.warn(
                        f"The keys of a dict of `inputs` must be the names of the tensors: key '{key}' has a tensor "
                        "named "
                        f"'{x.name}'. Name it '{key}' in `Input(..., name='{key}')`.",
                        stacklevel=3,
                    )
        trainable = kwargs.pop("trainable", None)
        if _version.is_legacy():
            check_ends(inputs, outputs, kwargs)
        for what, struct in (("inputs", inputs), ("outputs", outputs)):
            for x in tree.flatten(struct):
                if not isinstance(x, KerasTensor):
                    raise ValueError(f"All `{what}` values must be KerasTensors. Received: {what}={struct} with {x!r}")
        if not all(_is_input(x) for x in tree.flatten(inputs)):
            inputs, outputs = _clone_graph(inputs, outputs)
        Function.__init__(self, inputs, outputs, name=name)
        if trainable is not None:
            self.trainable = trainable
        self._tracker.unlock()
        for layer in self.layers:
            self._tracker.track(layer)
        self._endpoints: Any = None
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.built = True
        self.output_names = [x._keras_history[0].name for x in self.outputs]
        if _version.is_legacy():
            self.output_names = _each_once(self.output_names)

    def _lock_state(self) -> None:
        """The graph decides what the model holds."""

    def _obj_type(self) -> str:
        return "Functional"

    def _module_attributes(self) -> dict[str, Any] | None:
        attributes = super()._module_attributes()
        return None if attributes is None else {**attributes, **self._ends()}

    def _ends(self) -> dict[str, list[Any]]:
        """The first and the last layers, under Keras 2's names of the attributes that hold them."""
        ends = {"_input_layers": self.inputs, "_output_layers": self.outputs}
        return {name: [x._keras_history[0] for x in tensors] for name, tensors in ends.items()}

    @derived
    def _input_layers(self) -> list[Any]:
        """The layers of the inputs, as Keras 2 calls them."""
        return self._ends()["_input_layers"]

    @derived
    def _output_layers(self) -> list[Any]:
        """The layers of the outputs, as Keras 2 calls them."""
        return self._ends()["_output_layers"]

    def build(self, input_shape: Any = None) -> None:
        """Nothing: the layers were built when they were called."""
        self.built = True

    @property
    def layers(self) -> list[Any]:
        """The layers of the graph, in the order in which they run."""
        found = [operation for operation in self._operations if isinstance(operation, Layer)]
        shown = self.__dict__.get("_endpoints")  # of losses and metrics, in Keras 2
        return found if shown is None else [*found, *shown.layers]

    @layers.setter
    def layers(self, _: Any) -> None:
        raise AttributeError("`Model.layers` is reserved for the list of the model's layers. Use another name.")

    def call(self, inputs: Any, training: Any = None, mask: Any = None, **kwargs: Any) -> Any:
        """The outputs."""
        values = self._standardize_inputs(inputs)
        if mask is not None:
            for x, m in zip(values, tree.flatten(mask)):
                if m is not None:
                    set_mask(x, m)

        def with_training(operation: Any) -> Callable[..., Any]:
            if training is None or not (isinstance(operation, Layer) and operation._call_has_training_arg):
                return operation
            # As in Keras, it overrides the flag that the graph was drawn with.
            return lambda *args, **own: operation(*args, **{**own, "training": training})

        if self._endpoints is not None:
            outputs = self._endpoints.run(values, with_training)
        else:
            outputs = self._run_through_graph(values, operation_fn=with_training)
        return outputs[0] if isinstance(outputs, (list, tuple)) and len(outputs) == 1 else outputs

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The KerasTensors that the model gives for KerasTensors."""
        return Function.compute_output_spec(self, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for inputs of the given shapes."""
        return Function.compute_output_shape(self, input_shape)

    @derived
    def input_names(self) -> list[str]:
        """The names of the inputs' layers."""
        return [x._keras_history[0].name for x in self.inputs]

    @derived
    def input_shape(self) -> Any:
        """The shape of the input, or a list of the inputs' shapes; in Keras 2 in the nest that the inputs are in."""
        if _version.is_legacy():
            return _shapes_in(self._inputs_struct)
        shapes = [x.shape for x in self.inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @derived
    def output_shape(self) -> Any:
        """The shape of the output, or a list of the outputs' shapes; in Keras 2 in the nest that the outputs are in."""
        if _version.is_legacy():
            return _shapes_in(self._outputs_struct)
        shapes = [x.shape for x in self.outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    input = property(lambda self: self._inputs_struct, doc="The inputs, as they were given.")
    output = property(lambda self: self._outputs_struct, doc="The outputs, as they were given.")

    @property
    def input_spec(self) -> Any:
        """What the inputs must be: their shapes but for the batch."""
        if "_manual_input_spec" in self.__dict__:
            return self._manual_input_spec

        def spec(x: Any, name: str | None = None) -> InputSpec:
            layer = x._keras_history[0]
            shape = (None, *x.shape[1:]) if x.shape else ()
            optional = isinstance(layer, InputLayer) and layer.optional
            return InputSpec(shape=shape, allow_last_axis_squeeze=True, name=name or layer.name, optional=optional)

        struct = self._inputs_struct
        if isinstance(struct, dict):
            if not all(isinstance(x, KerasTensor) for x in struct.values()):
                return None
            return [spec(struct[name], name) for name in sorted(struct)]
        # The specs of lone inputs are kept for as long as their layers have the same names.
        names = [x._keras_history[0].name for x in self.inputs]
        known = self.__dict__.get("_input_specs")
        if known is None or known[0] != names:
            known = names, [spec(x) for x in self.inputs]
            object.__setattr__(self, "_input_specs", known)
        return known[1]

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        self._manual_input_spec = value

    def _assert_input_compatibility(self, *args: Any) -> None:
        for x, own in zip(tree.flatten(args[0]), self._inputs):
            self._check_optional(x, own)
        Layer._assert_input_compatibility(self, *args)

    def _check_optional(self, x: Any, own: Any) -> None:
        layer = own._keras_history.operation
        if x is None and isinstance(layer, InputLayer) and not layer.optional:
            raise ValueError(
                f"The input '{own.name}' is not optional, but None was passed. Please provide a valid tensor."
            )

    def _standardize_inputs(self, inputs: Any) -> list[Any]:
        """The inputs as a flat list of tensors of the dtypes and ranks that the graph expects."""
        struct = self._inputs_struct
        matched = True
        if isinstance(struct, list) and len(struct) == 1 and not tree.is_nested(inputs):
            inputs = [inputs]
        elif isinstance(inputs, dict) and not isinstance(struct, dict):
            expected = [x.name for x in tree.flatten(struct)]
            matched = set(expected) <= set(inputs)
            if matched:
                inputs = [inputs[name] for name in expected]
                inputs = inputs[0] if isinstance(struct, KerasTensor) else inputs
        elif isinstance(struct, dict) and not isinstance(inputs, dict):
            matched = list(struct) == sorted(struct)
        if not (isinstance(struct, KerasTensor) and isinstance(inputs, Tensor)):
            self._check_structure(inputs, strict=not matched)
        flat = tree.flatten(inputs)
        converted = []
        for x, own in zip(flat, self._inputs):
            self._check_optional(x, own)
            y = None if x is None else ops.convert_to_tensor(x, dtype=own.dtype)
            converted.append(y if y is None else self._fit_rank(x, y, own))
        return converted

    def _check_structure(self, inputs: Any, strict: bool) -> None:
        try:
            tree.assert_same_structure(tree.lists_to_tuples(inputs), tree.lists_to_tuples(self._inputs_struct))
        except ValueError:
            expected = tree.map_structure(lambda x: x.name, self._inputs_struct)
            received = tree.map_structure(lambda x: f"Tensor(shape={getattr(x, 'shape', None)})", inputs)
            message = (
                "The structure of `inputs` doesn't match the expected structure.\n"
                f"Expected: {expected}\nReceived: inputs={received}"
            )
            if strict or len(tree.flatten(inputs)) < len(self._inputs):
                raise ValueError(message) from None
            warnings.warn(message, stacklevel=4)

    def _fit_rank(self, given: Any, x: Any, own: Any) -> Any:
        rank, wanted = len(x.shape), len(own.shape)
        y = x
        if rank == wanted + 1 and x.shape[-1] == 1:
            y = tf.squeeze(x, -1) if x.dtype == "string" else ops.squeeze(x, axis=-1)
        elif rank == wanted - 1 and own.shape[-1] == 1:
            y = tf.expand_dims(x, -1) if x.dtype == "string" else ops.expand_dims(x, axis=-1)
        elif rank != wanted and not (_version.is_legacy() and _begin_alike(own.shape, x.shape)):
            paths = (path for path, known in tree.flatten_with_path(self._inputs_struct) if known is own)
            path = ".".join(map(str, next(paths)))
            raise ValueError(
                f"Invalid input shape for input {x} with name '{own.name}' and path '{path}'. "
                f"Expected shape {own.shape}, but input has incompatible shape {tuple(x.shape)}"
            )
        if y is not given:
            if hasattr(given, "_keras_history"):
                y._keras_history = given._keras_history
            mask = get_mask(given)
            if mask is not None:
                set_mask(y, mask)
        return y

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Adds a loss: a KerasTensor of the graph (or a list of them), or a function without arguments.

        Keras 2's method, `inputs` being no longer needed; ValueError for a tensor that the inputs don't lead to.
        """
        for value in tree.flatten(loss):
            if isinstance(value, KerasTensor):
                self._add_endpoint(value, "AddLoss", lambda found: Model.add_loss(self, found))
            elif callable(value):
                self._loss_functions.append(value)
            else:
                Model.add_loss(self, value)

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Adds the mean of a KerasTensor of the graph to the metrics (Keras 2's method)."""
        if isinstance(value, KerasTensor):
            if name is None:
                raise ValueError(UNNAMED_METRIC)
            self._add_endpoint(value, "AddMetric", lambda found: Model.add_metric(self, found, name, aggregation))
            self._metric_named(name)
        else:
            Model.add_metric(self, value, name, aggregation)

    def _add_endpoint(self, tensor: Any, kind: str, taker: Callable[[Any], Any]) -> None:
        if self._endpoints is None:
            self._endpoints = Endpoints(self._inputs_struct, self._outputs_struct)
        self._endpoints.add(tensor, taker)
        if _version.is_legacy():
            from tfcompat.keras.layers import op_layers

            self._endpoints.show(tensor, getattr(op_layers, kind)(), self._operations)
        self._tracker.unlock()
        for operation in self._endpoints.function.operations:
            self._tracker.track(operation)

    def get_build_config(self) -> dict[str, Any]:
        """What Keras writes of a model whose graph tells all shapes."""
        return {"input_shape": None}

    def get_config(self) -> dict[str, Any]:
        """The layers' configs and how they are connected."""
        from tfcompat.keras.saving.legacy import legacy_serialize
        from tfcompat.keras.saving.serialization import serialize_keras_object

        if not constructor_is_functional(type(self)):
            return Model.get_config(self)
        serialize = legacy_serialize if thread.legacy_config else serialize_keras_object
        keras2 = _version.is_legacy()
        kept = self._kept_calls(keras2)

        def locate(x: Any) -> list[Any]:
            operation, index, position = x._keras_history
            return [operation.name, kept.get(node_key(operation, index), 0), position]

        def ends(struct: Any) -> Any:
            return (
                [locate(struct)] if keras2 and isinstance(struct, KerasTensor) else tree.map_structure(locate, struct)
            )

        layer_configs = []
        for operation in self.operations:
            calls = [
                node_data(node, locate) if keras2 else _serialize_node(node, self._nodes)
                for index, node in enumerate(operation._inbound_nodes)
                if node.input_tensors and node_key(operation, index) in kept
            ]
            # Operations that are no layers are named in full: layers have the same names.
            config = serialize(operation) if isinstance(operation, Layer) else serialize_keras_object(operation)
            config["name"] = operation.name
            config["inbound_nodes"] = calls
            layer_configs.append(config)

        return copy.deepcopy(
            {
                "name": self.name,
                "trainable": self.trainable,
                "layers": layer_configs,
                "input_layers": ends(self._inputs_struct),
                "output_layers": ends(self._outputs_struct),
            }
        )

    def _kept_calls(self, keras2: bool) -> dict[str, int]:
        """The numbers that the model's calls have in its config."""
        from tfcompat.keras.models.sequential import Sequential

        kept = {}
        for operation in self.operations:
            # A nested functional model's node 0 is its own definition; in Keras 2 a Sequential model's is one, too.
            number = 1 if isinstance(operation, (Functional, Sequential) if keras2 else Functional) else 0
            for index in range(len(operation._inbound_nodes)):
                if node_key(operation, index) in self._nodes:
                    kept[node_key(operation, index)] = number
                    number += 1
        return kept


def become_functional(cls: type) -> type:
    """Puts Functional among the bases of a Model subclass that was made with `inputs` and `outputs`."""
    if cls is Model:
        return Functional
    if cls is object or cls is Functional:
        return cls
    if Model in cls.__mro__ and Functional not in cls.__mro__:
        cls.__bases__ = tuple(become_functional(base) for base in cls.__bases__)
    return cls


def constructor_is_functional(cls: type) -> bool:
    spec = inspect.getfullargspec(cls.__init__)
    same = spec.args[1:] == inspect.getfullargspec(Functional.__init__).args[1:]
    return same or (spec.varargs is not None and spec.varkw is not None)


def _each_once(names: list[str]) -> list[str]:
    """Names, with a number at those that were there before."""
    found: list[str] = []
    for name in names:
        count, told = 0, name
        while told in found:
            count += 1
            told = f"{name}_{count}"
        found.append(told)
    return found


def _shapes_in(struct: Any) -> Any:
    return tree.map_structure(lambda x: tuple(x.shape), struct)


def _is_input(x: Any) -> bool:
    operation, index, _ = x._keras_history
    return operation is not None and operation._inbound_nodes[index].is_input


# ---- cloning: a model that starts in the middle of a graph ----


def _clone_graph(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """New inputs in the place of intermediate tensors, and the calls from there on drawn again."""
    order, _ = nodes_between(tree.flatten(inputs), tree.flatten(outputs))
    tensors: dict[int, Any] = {}
    new_inputs = []
    for x in tree.flatten(inputs):
        if _is_input(x):
            new = x
        else:
            name = None if _version.is_legacy() else f"{x.name}CLONE"
            new = Input(batch_shape=x.shape, dtype=x.dtype, sparse=x.sparse, name=name)
        tensors[id(x)] = new
        new_inputs.append(new)

    def clone(x: Any) -> Any:
        if not isinstance(x, KerasTensor):
            return x
        if id(x) not in tensors:
            tensors[id(x)] = KerasTensor(x.shape, x.dtype, sparse=x.sparse, name=f"{x.name}_clone")
        return tensors[id(x)]

    for node in order:
        if isinstance(node.operation, InputLayer):
            for x in node.output_tensors:
                tensors.setdefault(id(x), x)
            continue
        Node(
            node.operation,
            tree.map_structure(clone, node.arguments.args),
            tree.map_structure(clone, node.arguments.kwargs),
            tree.map_structure(clone, node.output_tensors),
        )
    return tree.pack_sequence_as(inputs, new_inputs), tree.map_structure(clone, outputs)


# ---- configs ----


def _serialize_node(node: Node, own: set[str]) -> dict[str, Any]:
    from tfcompat.keras.saving.serialization import serialize_keras_object

    def serialize(x: Any) -> Any:
        if not isinstance(x, KerasTensor):
            return x
        operation, index, position = x._keras_history
        # Calls outside of the model are not saved, so they don't count.
        skipped = sum(node_key(operation, i) not in own for i in range(index))
        history = x._keras_history
        x._keras_history = KerasHistory(operation, index - skipped, position)
        try:
            return serialize_keras_object(x)
        finally:
            x._keras_history = history

    return {
        "args": serialize_keras_object(tree.map_structure(serialize, node.arguments.args)),
        "kwargs": serialize_keras_object(tree.map_structure(serialize, node.arguments.kwargs)),
    }


def functional_from_config(cls: Any, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that `Functional.get_config` described; also one written by Keras 2.

    ValueError where the calls can't be done in any order.
    """
    from tfcompat.keras.models.sequential import Sequential
    from tfcompat.keras.saving.legacy import layer_from_config
    from tfcompat.keras.saving.serialization import deserialize_keras_object

    rest = dict(config)
    layer_configs, input_layers, output_layers = (rest.pop(key) for key in ("layers", "input_layers", "output_layers"))
    name, trainable = rest.pop("name", None), rest.pop("trainable", None)
    created: dict[str, Any] = {}
    pending: dict[str, list[Any]] = {}
    old = any(
        isinstance(call, (list, tuple)) for layer_config in layer_configs for call in layer_config["inbound_nodes"]
    )
    for layer_config in layer_configs:
        load = deserialize_keras_object if "module" in layer_config else layer_from_config
        layer = load(layer_config, custom_objects=custom_objects)
        if not isinstance(layer, Operation):
            raise ValueError(f"Expected a layer in the config of a functional model, got {layer!r}")
        created[layer_config["name"]] = layer
        if layer_config["inbound_nodes"]:
            pending[layer_config["name"]] = list(layer_config["inbound_nodes"])
    while pending:
        progress = False
        for layer_name in list(pending):
            calls = pending[layer_name]
            while calls:
                try:
                    args, kwargs = _deserialize_node(calls[0], created)
                except IndexError:
                    break
                if old and takes_states(created[layer_name]) and isinstance(args[0], list):
                    args, kwargs = args[0][:1], {"initial_state": args[0][1:], **kwargs}
                created[layer_name](*args, **kwargs)
                calls.pop(0)
                progress = True
            if not calls:
                del pending[layer_name]
        if not progress:
            raise ValueError(
                f"Invalid functional model config: it has loops or missing calls. Not resolved: {list(pending)}"
            )

    nested = (Functional, Sequential) if old else (Functional,)

    def find(where: Any) -> Any:
        if isinstance(where, (list, tuple)) and len(where) == 3 and isinstance(where[0], str):
            layer = created[where[0]]
            index = where[1] - 1 if isinstance(layer, nested) else where[1]
            return layer._inbound_nodes[index].output_tensors[where[2]]
        if isinstance(where, dict):
            return {key: find(value) for key, value in where.items()}
        return type(where)(find(value) for value in where)

    return cls(inputs=find(input_layers), outputs=find(output_layers), name=name, trainable=trainable, **rest)


def _output_of(history: Any, created: dict[str, Any]) -> Any:
    name, index, position = history
    if name not in created:
        raise ValueError(f"Invalid functional model config: unknown layer '{name}'.")
    nodes = created[name]._inbound_nodes
    if len(nodes) <= index:
        raise IndexError(f"Call {index} of layer '{name}' was not done yet.")
    return nodes[index].output_tensors[position]


def _keras2_call(data: Any, created: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The arguments of a call in Keras 2's words: a nest of [layer, call, output, keyword arguments]."""
    kwargs: dict[str, Any] = {}

    def tensors(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tensors(item) for key, item in value.items()}
        if not isinstance(value, (list, tuple)):
            return value
        if len(value) >= 3 and isinstance(value[0], str) and type(value[1]) is int:
            name, index, position = value[:3]
            if name == "_CONSTANT_VALUE" or (name in created and type(position) is int):
                kwargs.update(value[3] if len(value) > 3 else {})
                return position if name == "_CONSTANT_VALUE" else _keras2_output(name, index, position, created)
        return [tensors(item) for item in value]

    found = tensors(data)
    single = isinstance(found, list) and len(found) == 1
    kwargs = {key: tensors(item) for key, item in kwargs.items()}
    return [found[0] if single else found], kwargs


def _begin_alike(wanted: Any, shape: Any) -> bool:
    """Whether the sizes agree as far as both shapes go, which is all that Keras 2 asks for."""
    return all(None in (a, b) or a == b for a, b in zip(wanted, shape))


def _keras2_output(name: str, index: int, position: int, created: dict[str, Any]) -> Any:
    """An output of a layer's call; to a model within a model, its own inputs count as the first call."""
    from tfcompat.keras.models.sequential import Sequential

    layer = created[name]
    return _output_of((name, index - 1 if isinstance(layer, (Functional, Sequential)) else index, position), created)


def _deserialize_node(data: Any, created: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    from tfcompat.keras.saving.serialization import deserialize_keras_object

    if isinstance(data, (list, tuple, dict)) and not (isinstance(data, dict) and data.keys() == {"args", "kwargs"}):
        return _keras2_call(data, created)

    def revive(x: Any) -> Any:
        history = getattr(x, "_pre_serialization_keras_history", None) if isinstance(x, KerasTensor) else None
        return x if history is None else _output_of(history, created)

    args, kwargs = (deserialize_keras_object(data[key]) for key in ("args", "kwargs"))
    return tree.map_structure(revive, args), tree.map_structure(revive, kwargs)
