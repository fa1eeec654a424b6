"""The arguments that layers are made with in Keras 2: their order, their defaults, and those that came with Keras 3."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

from tfcompat.keras import _version

_ADAPTERS = "-lora_rank -lora_alpha -quantization_config"
_CONV_LSTM = "~seed recurrent_activation='hard_sigmoid' dropout recurrent_dropout"
_FIRST_FORMAT = "data_format='channels_last'"
# How the arguments of Keras 3's classes become those of Keras 2's, one after the other. "-a": there is no a; "~a": a is
# only taken by its name; "a=1": a has the default 1, one that is new comes last; "a": a comes last; "a<b": before b.
_CHANGES = {
    "Dense": _ADAPTERS,
    "EinsumDense": f"{_ADAPTERS} -gptq_unpacked_column_size activity_regularizer=None<kernel_constraint",
    "Embedding": (
        f"{_ADAPTERS} ~weights activity_regularizer=None<embeddings_constraint input_length=None sparse=False"
    ),
    "Attention": "~dropout ~seed",
    "AdditiveAttention": "~dropout",
    "MultiHeadAttention": "-sliding_window -flash_attention -use_gate ~seed softmax_robust_masking=False",
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), "~seed ~name ~dtype"),
    "Conv1D": _FIRST_FORMAT,
    **dict.fromkeys(("MaxPooling1D", "AveragePooling1D"), f"pool_size=2 {_FIRST_FORMAT} ~name"),
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D"), "pool_size=(2,2) ~name"),
    **dict.fromkeys(("MaxPooling3D", "AveragePooling3D"), "pool_size=(2,2,2) ~name"),
    "Conv3DTranspose": "output_padding<data_format",
    "GlobalMaxPooling1D": _FIRST_FORMAT,
    "GlobalAveragePooling1D": f"{_FIRST_FORMAT} ~keepdims",
    "ZeroPadding1D": "-data_format",
    "ZeroPadding3D": "padding=(1,1,1)",
    "LocallyConnected2D": "strides=(1,1)",
    "ConvLSTM1D": _CONV_LSTM,
    "ConvLSTM2D": f"{_CONV_LSTM} strides=(1,1) dilation_rate=(1,1)",
    "ConvLSTM3D": f"{_CONV_LSTM} strides=(1,1,1) dilation_rate=(1,1,1)",
    "BatchNormalization": "~renorm ~renorm_clipping ~renorm_momentum",
    "LeakyReLU": "-negative_slope alpha=0.3",
    "Softmax": "robust_masking=False",
    "LSTM": "~seed -use_cudnn time_major=False<unroll",
    "GRU": "~seed -use_cudnn time_major=False<reset_after",
    "SimpleRNN": "-seed",
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell"), "~seed"),
    "RNN": "~zero_output_for_mask time_major=False",
    **dict.fromkeys(("CenterCrop", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"), "-data_format"),
    **dict.fromkeys(("Discretization", "HashedCrossing"), "~dtype ~name"),
    "StringLookup": "-salt ~name encoding<invert pad_to_max_tokens",
    "IntegerLookup": "-oov_method -salt ~name",
    "TextVectorization": "~name",
    "Resizing": "-pad_to_aspect_ratio -fill_mode -fill_value -antialias -data_format",
    "RandomContrast": "-value_range",
    "RandomCrop": "-data_format ~name",
    "DenseFeatures": "~partitioner",
}
_RENAMED = {"negative_slope"}  # what Keras 2's configs are read with


class Arguments:
    """What a class takes in Keras 2, made of what its `__init__` takes and the class's changes.

    signature: as `inspect.signature` tells it. The rest is by name: defaults, those that differ from Keras 3's;
    refused, those that Keras 2 does not know.
    """

    def __init__(self, name: str, init: Callable[..., Any]) -> None:
        self._name = name
        self._parameters = dict(list(inspect.signature(init).parameters.items())[1:])
        self.defaults: dict[str, Any] = {}
        self.refused: set[str] = set()
        for change in _CHANGES[name].split():
            self._change(change)
        plain = [p.replace(annotation=p.empty) for p in self._parameters.values()]
        self.signature = inspect.Signature(plain)
        self._positional = [p.name for p in plain if p.kind is p.POSITIONAL_OR_KEYWORD]
        self._required = sum(p.default is p.empty for p in plain) - 1  # but for **kwargs

    def _change(self, change: str) -> None:
        target, _, later = change.partition("<")
        target, told, default = target.partition("=")
        name = target.lstrip("-~")
        old = self._parameters.get(name)
        if target != name:
            del self._parameters[name]
            if target[0] == "-" and name not in _RENAMED:
                self.refused.add(name)
            return
        parameter = old or inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        if told:
            parameter = parameter.replace(default=ast.literal_eval(default))
        if told and old is not None:
            self.defaults[name] = parameter.default
            self._parameters[name] = parameter
            return
        self._parameters.pop(name, None)
        names = list(self._parameters)
        place = names.index(later or "kwargs")
        rest = {key: self._parameters.pop(key) for key in names[place:]}
        self._parameters |= {name: parameter, **rest}

    def named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name; TypeError for too many, for one that is given twice, and for one of Keras 3's."""
        called = f"{self._name}.__init__()"
        most = len(self._positional) + 1
        if len(args) >= most:
            least = self._required + 1
            count = f"from {least} to {most}" if least < most else f"{most}"
            plural = "s" if most > 1 else ""
            raise TypeError(f"{called} takes {count} positional argument{plural} but {len(args) + 1} were given")
        named = dict(zip(self._positional, args))
        for name in named:
            if name in kwargs:
                raise TypeError(f"{called} got multiple values for argument '{name}'")
        for name in self.refused:
            if name in kwargs:
                raise TypeError("Keyword argument not understood:", name)
        return {**self.defaults, **named, **kwargs}


def taking_keras2(cls: type) -> None:
    """Lets a class of Keras's take Keras 2's arguments where programs are told that this is Keras 2."""
    if cls.__name__ not in _CHANGES:
        return
    init: Callable[..., Any] = cls.__init__

    @functools.cache
    def keras2_arguments() -> Arguments:
        return Arguments(cls.__name__, init)

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if _version.is_legacy():
            args, kwargs = (), keras2_arguments().named(args, kwargs)
        init(self, *args, **kwargs)

    __init__.keras2_arguments = keras2_arguments  # type: ignore[attr-defined]
    cls.__init__ = __init__  # type: ignore[misc]


class ShownSignature:
    """`__signature__` of layers' classes, which `inspect.signature` asks for: Keras 2's where this is Keras 2."""

    def __get__(self, instance: Any, owner: Any = None) -> inspect.Signature | None:
        found = getattr(owner.__init__, "keras2_arguments", None)
        return found().signature if instance is None and found is not None and _version.is_legacy() else None
