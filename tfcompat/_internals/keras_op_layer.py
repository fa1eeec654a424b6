"""keras.engine.base_layer.TensorFlowOpLayer of Keras 2: one operation of TensorFlow's as a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format

import tfcompat as tf
from tfcompat.keras.layers.base import Layer
from tfcompat.saved_model._graph_functions import GraphBody

_PREFIX = "tf_op_layer_"


class TensorFlowOpLayer(Layer):
    """The operation that a NodeDef describes, of the tensors that the layer is called on.

    node_def: serialized, or as JSON's dict. constants: {index: value} of the operation's inputs that are not the
    layer's. One result, or the list of several.
    """

    def __init__(
        self,
        node_def: Any,
        name: str,
        constants: Mapping[Any, Any] | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_PREFIX + name, trainable=trainable, dtype=dtype, autocast=False)
        if isinstance(node_def, dict):
            self.node_def = json_format.ParseDict(node_def, tf.compat.v1.NodeDef())
        else:
            serialized = node_def.encode() if isinstance(node_def, str) else node_def
            self.node_def = tf.compat.v1.NodeDef.FromString(serialized)
        self.constants = {int(index): value for index, value in (constants or {}).items()}
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The operation's result."""
        values = tf.nest.flatten(inputs)
        for index, constant in sorted(self.constants.items()):
            values.insert(index, tf.constant(constant))
        graph = tf.compat.v1.GraphDef()
        for i, value in enumerate(values):
            graph.node.add(name=f"input_{i}", op="Placeholder").attr["dtype"].type = value.dtype.as_datatype_enum
        node = graph.node.add()
        node.CopyFrom(self.node_def)
        node.input[:] = [f"input_{i}" for i in range(len(values))]
        body = GraphBody(graph, list(node.input), [node.name])
        found = [x for outputs in body._run(body.nodes[node.name], values).values() for x in outputs]
        return found[0] if len(found) == 1 else found

    def get_config(self) -> dict[str, Any]:
        """The arguments that the layer was made with."""
        return {
            **super().get_config(),
            "name": self.name.removeprefix(_PREFIX),
            "node_def": json_format.MessageToDict(self.node_def),
            "constants": dict(self.constants),
        }
