"""TensorFlow's functions as layers: what Keras 2 makes of them where they are called on KerasTensors."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.keras import _naming
from tfcompat.keras._drawn import Drawn
from tfcompat.keras._graph import Operation
from tfcompat.keras.layers.base import Layer


class TFOpLambda(Drawn, Layer):
    """A function of TensorFlow as a layer of a functional model, which has no weights (Keras 2's TFOpLambda).

    function: it, or its name below `tf`, as configs have it; ValueError for a name that is none. symbol: that name,
    where the function does not tell it.
    """

    _api_name = "keras.src.layers.core.tf_op_layer.TFOpLambda"

    def __init__(self, function: Any, symbol: str | None = None, name: str | None = None, **kwargs: Any) -> None:
        own = self._take_function(function, symbol)
        super().__init__(name=_naming.uniquify(own) if name is None else name, autocast=False, **kwargs)
        self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Operation.__call__(self, *args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors that the function gives, recorded as a node."""
        return Operation.symbolic_call(self, *args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The layer's arguments and the function's name."""
        return {**Layer.get_config(self), "function": self._described_function()}


class SlicingOpLambda(TFOpLambda):
    """A part of a tensor, `tensor[...]`, as a layer (Keras 2's SlicingOpLambda)."""

    _api_name = "keras.src.layers.core.tf_op_layer.SlicingOpLambda"


def layer_of(function: Any, symbol: str | None) -> TFOpLambda:
    """A layer of a function, which may be named by what is `symbol` below `tf`."""
    if isinstance(function, str) and function == "__operators__.getitem":
        return SlicingOpLambda(function)
    return TFOpLambda(function, symbol)


class AddLoss(Layer):
    """The place of a loss in the graph of a model to which it was added (Keras 2's AddLoss)."""

    def call(self, inputs: Any) -> Any:
        """The value, as it is."""
        return inputs


class AddMetric(AddLoss):
    """The place of a metric in the graph of a model to which it was added (Keras 2's AddMetric)."""


# What Keras's own functions are called, where it is not what TensorFlow's functions of their names are.
_OF_KERAS = {
    **{name: f"math.reduce_{name}" for name in ("sum", "mean", "max", "min", "prod", "any", "all", "std")},
    "var": "math.reduce_variance", "concatenate": "concat", "clip": "clip_by_value", "dot": "linalg.matmul",
    "repeat": "tile", "repeat_elements": "concat", "flatten": "reshape", "permute_dimensions": "transpose",
    "switch": "where", "dropout": "nn.dropout", "hard_sigmoid": "clip_by_value", "absolute": "math.abs",
    "true_divide": "math.truediv", "floor_divide": "math.floordiv", "power": "math.pow", "mod": "math.floormod",
    "batch_dot": "squeeze", "rectified": "nn.relu",
}  # fmt: skip
_SPACES = ("math", "nn", "", "linalg", "image")


def symbol_of(name: str) -> str:
    """The name below `tf` that a function of Keras's has in Keras 2: that of the function it calls."""
    if name in _OF_KERAS:
        return _OF_KERAS[name]
    for space in _SPACES:
        if callable(getattr(getattr(tf, space) if space else tf, name, None)):
            return f"{space}.{name}".lstrip(".")
    return f"keras.backend.{name}"
