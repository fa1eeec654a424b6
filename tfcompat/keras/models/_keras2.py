"""What models refuse in Keras 2, in its words."""

from __future__ import annotations

from typing import Any

from tfcompat._core.shapes import TensorShape
from tfcompat.keras import tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers._keras2 import refuse_keyword


def check_ends(inputs: Any, outputs: Any, keywords: dict[str, Any]) -> None:
    """ValueError for ends of a functional model that are no KerasTensors, or inputs that are there twice; TypeError
    for other keywords than those of any layer.
    """
    refuse_keyword({name: value for name, value in keywords.items() if name != "dtype"})
    for x in tree.flatten(inputs):
        if not isinstance(x, KerasTensor):
            raise ValueError(
                "Found unexpected instance while processing input tensors for keras functional model. Expecting "
                f"KerasTensor which is from tf.keras.Input() or output from keras layer call(). Got: {x}"
            )
    for x in tree.flatten(outputs):
        if not isinstance(x, KerasTensor):
            raise ValueError(
                "Output tensors of a Functional model must be the output of a TensorFlow `Layer` (thus holding past "
                f"layer metadata). Found: {x}"
            )
    flat = tree.flatten(inputs)
    if len({id(x) for x in flat}) != len(flat):
        raise ValueError(
            "The list of inputs passed to the model contains the same input multiple times. All inputs should only "
            f"appear once.Received inputs={flat}"
        )


def check_shape_to_build(input_shape: Any) -> None:
    """ValueError for what is no shape, or nest of shapes, that a model of the program's own can be built for."""
    if input_shape is None:
        raise ValueError("Input shape must be defined when calling `build()` on a `Model` subclass.")
    if not isinstance(input_shape, (tuple, list, TensorShape, dict)):
        raise ValueError(
            "Specified input shape is not one of the valid types. Please specify a batch input shape of type tuple or "
            f"list of input shapes. User provided input type: {type(input_shape)}."
        )
