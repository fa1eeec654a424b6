"""keras.utils.get_source_inputs."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import tree


def get_source_inputs(tensor: Any) -> Any:
    """The keras.Inputs that a KerasTensor is computed from, as a list (tf.keras.utils.get_source_inputs).

    A tensor that no model's graph has made comes back as it is.
    """
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return tensor
    operation, index = history[0], history[1]
    if not operation or not operation._inbound_nodes:
        return [tensor]
    node = operation._inbound_nodes[index]
    if node.is_input:
        return tree.flatten(node.output_tensors)
    found: list[Any] = []
    for each in node.input_tensors:
        for source in get_source_inputs(each):
            if all(source is not other for other in found):
                found.append(source)
    return found
