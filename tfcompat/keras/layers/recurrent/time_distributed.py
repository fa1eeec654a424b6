"""keras.layers.TimeDistributed: a layer at each step of a sequence."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._keras_modules import home
from tfcompat.keras import ops
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.recurrent._loop import rnn
from tfcompat.keras.layers.recurrent.rnn import RNN
from tfcompat.keras.layers.wrapping import Wrapper

# Starts of the names of layers that treat each sample by itself, so that time can be folded into the batch.
_SAMPLEWISE = (
    *("Dense", "EinsumDense", "Embedding", "Conv", "DepthwiseConv", "SeparableConv", "MaxPooling", "AveragePooling"),
    *("GlobalMaxPooling", "GlobalAveragePooling", "Flatten", "Reshape", "Permute", "RepeatVector", "Activation"),
    *("ReLU", "LeakyReLU", "ELU", "PReLU", "Identity", "UpSampling", "ZeroPadding", "Cropping", "LayerNormalization"),
    *("GroupNormalization", "RMSNormalization", "UnitNormalization", "Rescaling", "InputLayer", "Bidirectional"),
    *("Add", "Multiply", "Concatenate", "Average", "Maximum"),
)


def _folds(layer: Any, training: Any) -> bool:
    """Whether a layer gives the same for all steps at once as for one after the other."""
    kind = type(layer)
    if home(kind).startswith("tfcompat.keras.models."):
        return all(_folds(part, training) for part in layer._flatten_layers(include_self=False, recursive=False))
    if not home(kind).startswith("tfcompat.keras.layers."):
        return False
    name = kind.__name__
    if name == "BatchNormalization":
        return not training
    if name == "Dropout":
        return not training or layer.rate == 0 or (layer.noise_shape is None and layer.seed_generator.is_free)
    if name == "Bidirectional":
        return _folds(layer.forward_layer, training) and _folds(layer.backward_layer, training)
    if isinstance(layer, RNN):
        cell = layer.cell
        drops = getattr(cell, "dropout", 0.0) or getattr(cell, "recurrent_dropout", 0.0)
        return name in ("LSTM", "GRU", "SimpleRNN") and not layer.stateful and not (training and drops)
    return name.startswith(_SAMPLEWISE)


class TimeDistributed(Wrapper):
    """A layer at each step of [batch, time, ...], with the same weights (tf.keras.layers.TimeDistributed).

    A mask [batch, time, ...] goes to a layer that takes one, step by step. ValueError for fewer than three dimensions,
    and for a mask that does not fit.
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. Received: {layer}"
            )
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def _step_shape(self, input_shape: Any) -> tuple[Any, ...]:
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) < 3:
            raise ValueError(
                "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, "
                f"received: {input_shape}"
            )
        return (input_shape[0], *input_shape[2:])

    def build(self, input_shape: Any) -> None:
        """Builds the layer for one step's inputs."""
        super().build(self._step_shape(input_shape))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The layer's output shape, with time as the second axis."""
        batch, *rest = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (batch, input_shape[1], *rest)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The layer's outputs of all steps."""
        if mask is not None:
            self._check_mask(inputs.shape, mask.shape)
        takes_mask = self.layer._call_has_mask_arg and mask is not None
        kwargs = {"training": training} if self.layer._call_has_training_arg else {}
        t = to_storage(inputs)
        if not takes_mask and _folds(self.layer, training):
            y = to_storage(self.layer.call(wrap(t.flatten(0, 1)), **kwargs))
            return wrap(y.unflatten(0, t.shape[:2]))

        def step(x: Any, states: Any) -> tuple[Any, list[Any]]:
            if not takes_mask:
                return self.layer.call(wrap(to_storage(x).squeeze(1)), **kwargs), []
            x, valid = x
            return self.layer.call(ops.squeeze(x, 1), mask=ops.squeeze(valid, 1), **kwargs), []

        sources = [wrap(t.unsqueeze(2))]  # at least three dimensions, as the loop asks for
        if takes_mask:
            sources.append(wrap(to_storage(mask).unsqueeze(2)))
        _, outputs, _ = rnn(step, sources if takes_mask else sources[0], [])
        return outputs

    def _check_mask(self, shape: Any, mask_shape: Any) -> None:
        pairs = zip(tuple(shape)[:2], tuple(mask_shape)[:2])
        if len(mask_shape) < 2 or any(None not in (a, b) and a != b for a, b in pairs):
            raise ValueError(
                "The `mask` of TimeDistributed must be [batch, time, ...], with the inputs' sizes. Received: "
                f"mask.shape={mask_shape}, inputs.shape={shape}"
            )
