"""keras.layers.Bidirectional: a recurrent layer along time in both directions."""

from __future__ import annotations

import copy
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _naming, _version
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.recurrent.rnn import several
from tfcompat.keras.ops._operation import torch_dtype

_MERGES = ("sum", "mul", "ave", "concat", None)


def _copy(layer: Any, prefix: str, **changes: Any) -> Any:
    """A new layer of the same config, named `prefix` and the layer's name."""
    from tfcompat.keras.saving.serialization import deserialize_keras_object, serialize_keras_object

    config = serialize_keras_object(layer)
    config["config"] |= {**changes, "name": f"{prefix}_{layer.name.removeprefix(f'{prefix}_')}"}
    cells = [cell := getattr(layer, "cell", None), *getattr(cell, "cells", ())]
    made = deserialize_keras_object(config, custom_objects={type(c).__name__: type(c) for c in cells if c is not None})
    if hasattr(layer, "use_cudnn"):  # no part of the config
        made.use_cudnn = layer.use_cudnn
    return made


def _check(layer: Any, backward_layer: Any, merge_mode: Any) -> None:
    if not isinstance(layer, Layer):
        raise ValueError(
            f"Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: {layer}"
        )
    if backward_layer is not None and not isinstance(backward_layer, Layer):
        raise ValueError(f"`backward_layer` need to be a `keras.layers.Layer` instance. Received: {backward_layer}")
    if merge_mode not in _MERGES:
        raise ValueError(
            f"Invalid merge mode. Received: {merge_mode}. Merge mode should be one of "
            '{"sum", "mul", "ave", "concat", None}'
        )


class Bidirectional(Layer):
    """A recurrent layer in both directions of time, each with weights of its own (tf.keras.layers.Bidirectional).

    layer: an RNN, or another layer with its attributes; the layers used are copies of it. merge_mode: what becomes of
    the two outputs: "concat", "sum", "mul", "ave", or None for both. weights: values for the weights of the two
    layers. backward_layer: the layer for the way back, instead of a copy. States follow the outputs where the layer
    returns them, forward ones first. ValueError for objects that are no layers, another merge_mode, and layers that do
    not match.
    """

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **kwargs: Any,
    ) -> None:
        _check(layer, backward_layer, merge_mode)
        super().__init__(**kwargs)
        self._given_name, self._given_backward = layer.name, backward_layer is not None
        self.forward_layer = _copy(layer, "forward")
        if backward_layer is None:
            self.backward_layer = _copy(layer, "backward", go_backwards=True)
        else:
            self.backward_layer = backward_layer
            if hasattr(layer, "use_cudnn"):
                backward_layer.use_cudnn = layer.use_cudnn
        self._check_match()
        for part in (self.forward_layer, self.backward_layer):
            if getattr(part, "zero_output_for_mask", None) is not None:
                part.zero_output_for_mask = part.return_sequences
        self.merge_mode = merge_mode
        self._given_weights = list(weights or [])
        self.stateful, self.return_sequences = layer.stateful, layer.return_sequences
        self.return_state = layer.return_state
        self.supports_masking = True
        self.input_spec = layer.input_spec

    def _check_match(self) -> None:
        ahead, back = self.forward_layer, self.backward_layer
        if ahead.go_backwards == back.go_backwards:
            raise ValueError(
                "The forward and the backward layer need different values of `go_backwards`. Received: "
                f"{ahead.go_backwards} and {back.go_backwards}"
            )
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(ahead, name) != getattr(back, name):
                raise ValueError(
                    f"The forward and the backward layer need the same value of `{name}`. Received: "
                    f"{getattr(ahead, name)} and {getattr(back, name)}"
                )

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Builds the two layers."""
        for part in (self.forward_layer, self.backward_layer):
            if not part.built:
                with _naming.of_part(part):
                    part.build(sequences_shape)
        if self._given_weights:
            half = len(self._given_weights) // 2
            self.forward_layer.set_weights(self._given_weights[:half])
            self.backward_layer.set_weights(self._given_weights[half:])

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None) -> Any:
        """The merged outputs, followed by the states where the layers return them."""
        kwargs: dict[str, Any] = {}
        if self.forward_layer._call_has_training_arg:
            kwargs["training"] = training
        if self.forward_layer._call_has_mask_arg:
            kwargs["mask"] = mask
        starts: tuple[Any, Any] = (None, None)
        if initial_state is not None:
            half = len(initial_state) // 2
            starts = initial_state[:half], initial_state[half:]
        ahead = self.forward_layer(sequences, initial_state=starts[0], **kwargs)
        back = self.backward_layer(sequences, initial_state=starts[1], **kwargs)
        states: tuple[Any, ...] = ()
        if self.return_state:
            states = (*ahead[1:], *back[1:])
            ahead, back = ahead[0], back[0]
        dtype = torch_dtype(self.compute_dtype)
        y, y_back = (to_storage(x).to(dtype) for x in (ahead, back))
        if self.return_sequences:
            y_back = y_back.flip(1)
        output = self._merged(y, y_back)
        if not self.return_state:
            return several(output) if self.merge_mode is None else output
        return several((*output, *states) if self.merge_mode is None else (output, *states))

    def _merged(self, a: torch.Tensor, b: torch.Tensor) -> Any:
        if self.merge_mode is None:
            return wrap(a), wrap(b)
        if self.merge_mode == "concat":
            return wrap(torch.cat([a, b], -1))
        if self.merge_mode == "mul":
            return wrap(a * b)
        return wrap(a + b if self.merge_mode == "sum" else (a + b) / 2)

    @property
    def states(self) -> Any:
        """The states of the two layers, where they are stateful; else None."""
        ahead, back = self.forward_layer.states, self.backward_layer.states
        return (*ahead, *back) if ahead and back else None

    def reset_state(self) -> None:
        """Sets the states to zero; AttributeError for a layer that is not stateful."""
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def reset_states(self) -> None:
        """`reset_state` under its older name."""
        self.reset_state()

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The shape of the merged outputs; with `return_state` a tuple with those of the states."""
        shape = self.forward_layer.compute_output_shape(sequences_shape)
        states: tuple[Any, ...] = ()
        if self.return_state:
            shape, states = shape[0], shape[1:]
        if self.merge_mode is None:
            return several((shape, shape, *states, *states))
        if self.merge_mode == "concat":
            shape = (*shape[:-1], shape[-1] * 2)
        return several((tuple(shape), *states, *states)) if self.return_state else tuple(shape)

    def compute_mask(self, _: Any, mask: Any) -> Any:
        """The mask of the sequences, for layers that return sequences."""
        mask = mask[0] if isinstance(mask, list) else mask
        mask = mask if self.return_sequences else None
        return mask if self.merge_mode else (mask, mask)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        layers = {"layer": self.forward_layer, "backward_layer": self.backward_layer}
        config = {name: serialize_keras_object(layer) for name, layer in layers.items()}
        if _version.is_legacy():  # which keeps the layer that it was given
            config["layer"]["config"]["name"] = self._given_name
            config["layer"].pop("build_config", None)  # it was never built
            if not self._given_backward:
                del config["backward_layer"]
        return {**super().get_config(), "merge_mode": self.merge_mode, **config}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        config = copy.deepcopy(config)
        for name in ("layer", "backward_layer"):
            if config.get(name) is not None:
                config[name] = deserialize_keras_object(config[name], custom_objects=custom_objects)
        return cls(**config)
