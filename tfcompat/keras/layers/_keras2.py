"""What layers had in Keras 2 and no longer have in Keras 3."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tfcompat._core import structure
from tfcompat._core.module import Module, is_module
from tfcompat._core.specs import TensorSpec
from tfcompat.keras import _version, tree
from tfcompat.keras._building import is_building
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import thread
from tfcompat.keras.layers._call import get_mask


class derived:
    """A property that gives way to an attribute of the same name: programs for Keras 3 may have one."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else self._function(instance)


UNNAMED_METRIC = (
    "Please provide a name for your metric like `self.add_metric(tf.reduce_sum(inputs), name='mean_activation')`"
)
_KEYWORDS = frozenset(
    "input_dim input_shape batch_input_shape batch_size weights activity_regularizer autocast implementation dynamic "
    "experimental_autocast".split()
)


def refuse_keyword(keywords: dict[str, Any]) -> None:
    """TypeError for a keyword that no layer of Keras 2 has; those without an effect are taken out."""
    for name in keywords:
        if name not in _KEYWORDS:
            raise TypeError("Keyword argument not understood:", name)
    keywords.pop("implementation", None)
    keywords.pop("experimental_autocast", None)


def check_masking(layer: Any, mask: Any) -> None:
    """TypeError for a mask that a layer without masking is asked to pass on."""
    if not layer.supports_masking and any(part is not None for part in tree.flatten(mask)):
        raise TypeError(f"Layer {layer.name} does not support masking, but was passed an input_mask: {mask!s}")


class Keras2Layer:
    """The attributes and methods that Layer had in Keras 2."""

    _flatten_layers: Any
    _layers: list[Any]
    _metrics: list[Any]
    _tracker: Any
    _inbound_nodes: list[Any]
    _non_trainable_variables: list[Any]
    _outbound_nodes: list[Any]
    _trainable_variables: list[Any]
    compute_dtype: str
    input: Any
    output: Any
    compute_output_spec: Any
    name: str

    dynamic = False
    stateful = False

    def _dedup_weights(self, weights: Iterable[Any]) -> list[Any]:
        """Each weight once, where it comes first."""
        return list({id(weight): weight for weight in weights}.values())

    @derived
    def inbound_nodes(self) -> list[Any]:
        """The layer's calls in graphs."""
        return self._inbound_nodes

    @derived
    def outbound_nodes(self) -> list[Any]:
        """The calls that take the layer's outputs."""
        return self._outbound_nodes

    @derived
    def submodules(self) -> tuple[Any, ...]:
        """The layers below this one; as Keras 2, in the order of tf.Module's."""
        if not _version.is_legacy():
            return tuple(self._flatten_layers(include_self=False))
        return tuple(self._flatten(predicate=is_module))

    _flatten = Module._flatten

    def _module_attributes(self) -> dict[str, Any] | None:
        """What tf.Module looks through to find variables and modules; None as Keras 3, whose layers are no modules."""
        if not _version.is_legacy():
            return None
        return {
            **{name: value for name, value in vars(self).items() if not name.startswith("_")},
            "_non_trainable_weights": self._non_trainable_variables,
            "_self_tracked_trackables": self._layers,
            "_trainable_weights": self._trainable_variables,
        }

    def _at(self, index: int, attribute: str, what: str) -> Any:
        """What a call has of a kind: one by itself, several as a list."""
        nodes = self._inbound_nodes
        if not nodes:
            raise RuntimeError(f"The layer {self.name} has never been called and thus has no defined {what}.")
        if not -len(nodes) <= index < len(nodes):
            raise ValueError(f"Asked to get {what} at node {index}, but the layer has only {len(nodes)} inbound nodes.")
        found = getattr(nodes[index], attribute) or nodes[index].output_tensors
        return found[0] if len(found) == 1 else found

    def get_input_at(self, node_index: int) -> Any:
        """The input of the layer's call `node_index`, or a list of inputs."""
        return self._at(node_index, "input_tensors", "input")

    def get_output_at(self, node_index: int) -> Any:
        """The output of the layer's call `node_index`, or a list of outputs."""
        return self._at(node_index, "output_tensors", "output")

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape, or shapes, of `get_input_at`."""
        return _shapes(self._at(node_index, "input_tensors", "input shape"))

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape, or shapes, of `get_output_at`."""
        return _shapes(self._at(node_index, "output_tensors", "output shape"))

    def get_input_mask_at(self, node_index: int) -> Any:
        """The mask, or masks, of `get_input_at`."""
        return _masks(self.get_input_at(node_index))

    def get_output_mask_at(self, node_index: int) -> Any:
        """The mask, or masks, of `get_output_at`."""
        return _masks(self.get_output_at(node_index))

    @derived
    def input_mask(self) -> Any:
        """The mask, or a list of masks, of the input."""
        return _masks(self.input)

    @derived
    def output_mask(self) -> Any:
        """The mask, or a list of masks, of the output."""
        return _masks(self.output)

    @derived
    def input_shape(self) -> Any:
        """The shape, or a list of shapes, of the input. AttributeError where calls had inputs of several shapes."""
        return self._only("input_tensors", "input shape")

    @derived
    def output_shape(self) -> Any:
        """The shape, or a list of shapes, of the output. AttributeError where calls had outputs of several shapes."""
        return self._only("output_tensors", "output shape")

    def _only(self, attribute: str, what: str) -> Any:
        if not self._inbound_nodes and _version.is_legacy():
            note = " Note that the `input_shape` property is only available for Functional and Sequential models."
            raise AttributeError(
                f'The layer "{self.name}" has never been called and thus has no defined {what}.'
                f"{note if what == 'input shape' else ''}"
            )
        if not self._inbound_nodes:
            raise AttributeError(f'The layer "{self.name}" has never been called and thus has no defined {what}.')
        shapes = [self._shapes_at(i, attribute, what) for i in range(len(self._inbound_nodes))]
        if any(shape != shapes[0] for shape in shapes):
            raise AttributeError(
                f'The layer "{self.name}" has multiple inbound nodes, with different {what}s. Hence the notion of '
                f'"{what}" is ill-defined for the layer. Use `get_{what.replace(" ", "_")}_at(node_index)` instead.'
            )
        return shapes[0]

    def _shapes_at(self, index: int, attribute: str, what: str) -> Any:
        """The shapes of a call's inputs or outputs; in Keras 2 in the nest that the call has them in."""
        node = self._inbound_nodes[index]
        if not _version.is_legacy():
            return _shapes(self._at(index, attribute, what))
        if node.is_input:
            return [_shapes(x) for x in node.output_tensors]
        given = (*node.arguments.args, *node.arguments.kwargs.values())
        nest = node.outputs_struct if attribute == "output_tensors" else given[0]
        return tree.map_structure(lambda x: tuple(x.shape), nest)

    @derived
    def updates(self) -> list[Any]:
        """The operations that are to run beside a step, in graphs for sessions; else none, they are done already."""
        own = self.__dict__.get("_graph_updates", [])
        return [*own, *(update for layer in getattr(self, "_layers", ()) for update in layer.updates)]

    def add_update(self, updates: Any) -> None:
        """Calls those of `updates`, one or a list, that are functions; others are done already."""
        for update in tree.flatten(updates):
            if is_building():
                self.__dict__.setdefault("_graph_updates", []).append(update() if callable(update) else update)
            elif callable(update):
                update()

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Updates the mean of `value`, or a metric object, that is reported as `name`; within `call` (Keras 2's).

        ValueError for another aggregation, and for a tensor without a name.
        """
        from tfcompat.keras.metrics import Metric

        if aggregation not in (None, "mean"):
            raise ValueError(f"We currently support only `mean` sample-wise metric aggregation. Got: {aggregation}.")
        value = getattr(value, "_metric_obj", value)
        if isinstance(value, Metric):
            if not any(metric is value for metric in self._metrics):
                self._tracker.track(value)
            return
        if name is None:
            raise ValueError(UNNAMED_METRIC)
        metric = self._metric_named(name)
        if not thread.symbolic:
            metric.update_state(value)

    def _metric_named(self, name: str) -> Any:
        from tfcompat.keras.metrics import Mean, MeanMetricWrapper

        for metric in self._metrics:
            if metric.name == name and not isinstance(metric, MeanMetricWrapper):  # those take labels, too
                return metric
        locked, self._tracker.locked = self._tracker.locked, False
        metric = self._tracker.track(Mean(name=name))
        self._tracker.locked = locked
        return metric

    @derived
    def _compute_dtype(self) -> str:
        """The dtype that the layer computes in, by name."""
        return self.compute_dtype

    @derived
    def _trainable_weights(self) -> list[Any]:
        """The trainable variables that are the layer's own, of no layer below it."""
        return self._trainable_variables

    @derived
    def _non_trainable_weights(self) -> list[Any]:
        """The other variables that are the layer's own."""
        return self._non_trainable_variables

    def compute_output_signature(self, input_signature: Any) -> Any:
        """The tf.TensorSpecs of the outputs for inputs of the given tf.TensorSpecs; TypeError for anything else."""

        def symbolic(spec: Any) -> KerasTensor:
            if not isinstance(spec, TensorSpec):
                raise TypeError(f"Only TensorSpec signature types are supported. Received: {spec!r}.")
            return KerasTensor(spec.shape, spec.dtype.name)

        found = self.compute_output_spec(structure.map_structure(symbolic, input_signature))
        return tree.map_structure(lambda x: TensorSpec(x.shape, x.dtype), found)


# What the last operation of layers is called in TensorFlow's graphs, after which Keras 2 names their outputs.
_LAST = {
    **dict.fromkeys("Dense Conv1D Conv2D Conv3D Conv2DTranspose DepthwiseConv2D SeparableConv2D".split(), "BiasAdd"),
    **dict.fromkeys("Flatten Reshape".split(), "Reshape"), "Add": "add", "Multiply": "mul", "Subtract": "sub",
    "Average": "truediv", "Concatenate": "concat", "Dot": "Squeeze", "Maximum": "Maximum", "Minimum": "Minimum",
    "MaxPooling2D": "MaxPool", "AveragePooling2D": "AvgPool", "MaxPooling1D": "Squeeze", "AveragePooling1D": "Squeeze",
    "GlobalAveragePooling1D": "Mean", "GlobalAveragePooling2D": "Mean", "GlobalMaxPooling1D": "Max",
    "GlobalMaxPooling2D": "Max", "BatchNormalization": "batchnorm/add_1", "LayerNormalization": "add",
    "LSTM": "PartitionedCall", "GRU": "PartitionedCall", "SimpleRNN": "strided_slice_3", "Bidirectional": "concat",
    "TimeDistributed": "Reshape_1", "Embedding": "embedding_lookup/Identity", "ZeroPadding2D": "Pad",
    "Rescaling": "add",
    "UpSampling2D": "resize/ResizeNearestNeighbor", "Permute": "transpose", "RepeatVector": "Tile", "ReLU": "Relu",
    "Cropping2D": "strided_slice", "LeakyReLU": "LeakyRelu", "Softmax": "Softmax", "Attention": "MatMul_1",
}  # fmt: skip


def name_outputs(layer: Any, outputs: list[Any]) -> None:
    """Names the KerasTensors that a layer gives, where this is Keras 2: after the last operation of its graph."""
    if not _version.is_legacy():
        return
    kind = type(layer).__name__
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    last = _LAST.get(kind, "Identity")
    if kind == "BatchNormalization" and len(outputs[0].shape) == 4:
        last = "FusedBatchNormV3"
    elif activation != "linear" and (last == "BiasAdd" or kind == "Activation"):
        last = activation.capitalize()
    elif last == "BiasAdd" and not layer.use_bias:
        last = {"Dense": "MatMul"}.get(kind, kind)
    inner = getattr(getattr(layer, "_functional", layer), "outputs", None)
    for number, x in enumerate(outputs):
        known = inner is not None and len(inner) == len(outputs) and ":" in inner[number].name
        x.name = f"{layer.name}/{inner[number].name if known and inner else f'{last}:{number}'}"


def _shapes(tensors: Any) -> Any:
    return [tuple(x.shape) for x in tensors] if isinstance(tensors, list) else tuple(tensors.shape)


def _masks(tensors: Any) -> Any:
    return [get_mask(x) for x in tensors] if isinstance(tensors, list) else get_mask(tensors)
