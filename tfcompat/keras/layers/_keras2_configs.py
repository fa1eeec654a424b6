"""The configs of layers as Keras 2 has them: other arguments, in another order, and a dtype by its name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tfcompat._keras_modules import home
from tfcompat.keras import _version, initializers, regularizers

_WEIGHTS = (
    "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "bias_constraint"
)
_WINDOW = "kernel_size strides padding data_format"
_CONVOLUTION = f"{_WINDOW} dilation_rate groups activation use_bias"
_TRANSPOSED = f"filters {_CONVOLUTION} {_WEIGHTS} output_padding"
_DEPTHWISE = (
    f"{_CONVOLUTION} bias_initializer bias_regularizer activity_regularizer bias_constraint depth_multiplier "
    "depthwise_initializer depthwise_regularizer depthwise_constraint"
)
_SEPARABLE = (
    f"filters {_CONVOLUTION} {_WEIGHTS} depth_multiplier depthwise_initializer pointwise_initializer "
    "depthwise_regularizer pointwise_regularizer depthwise_constraint pointwise_constraint"
)
_LOCAL = f"filters {_WINDOW} activation use_bias {_WEIGHTS} implementation"
_LOOPS = "return_sequences return_state go_backwards stateful unroll time_major"


def _cell(gates: bool, forget: bool = False, activity: bool = False) -> str:
    """The arguments of a recurrent cell, and of the layer made of it."""
    names = "units activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer"
    names += f"{' unit_forget_bias' if forget else ''} kernel_regularizer recurrent_regularizer bias_regularizer"
    names += f"{' activity_regularizer' if activity else ''} kernel_constraint recurrent_constraint bias_constraint"
    names += f" dropout recurrent_dropout{' implementation' if gates else ''}"
    return names if gates else names.replace("recurrent_activation ", "")


_CONV_LSTM = _cell(True, forget=True, activity=True).replace("units", f"filters {_WINDOW} dilation_rate")
_LOOKUP = "invert max_tokens num_oov_indices oov_token mask_token output_mode sparse pad_to_max_tokens"
_NORMALIZED = "beta_initializer gamma_initializer"
_SCALED = "beta_regularizer gamma_regularizer beta_constraint gamma_constraint"

# What the configs of the classes have that differ from Keras 3's, after name, trainable and dtype.
_KEYS = {
    "Dense": f"units activation use_bias {_WEIGHTS}",
    "LeakyReLU": "alpha",
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose"), _TRANSPOSED),
    "Conv3DTranspose": _TRANSPOSED.replace("dilation_rate ", ""),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _DEPTHWISE),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _SEPARABLE),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), _LOCAL),
    **dict.fromkeys(("MaxPooling1D", "AveragePooling1D"), "strides pool_size padding data_format"),
    "ZeroPadding1D": "padding",
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), "rate noise_shape seed"),
    **dict.fromkeys(
        ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), f"{_LOOPS} {_CONV_LSTM.replace(' implementation', '')}"
    ),
    "BatchNormalization": (
        f"axis momentum epsilon center scale {_NORMALIZED} moving_mean_initializer moving_variance_initializer "
        f"{_SCALED}"
    ),
    "LayerNormalization": f"axis epsilon center scale {_NORMALIZED} {_SCALED}",
    "Embedding": (
        "input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
        "embeddings_constraint mask_zero input_length"
    ),
    "EinsumDense": f"output_shape equation activation bias_axes {_WEIGHTS}",
    "Attention": "dropout use_scale score_mode",
    "AdditiveAttention": "dropout use_scale",
    "MultiHeadAttention": (
        f"num_heads key_dim value_dim dropout use_bias output_shape attention_axes {_WEIGHTS} query_shape key_shape "
        "value_shape softmax_robust_masking"
    ),
    "RNN": f"{_LOOPS} cell",
    "LSTM": f"{_LOOPS} {_cell(True, forget=True, activity=True)}",
    "LSTMCell": _cell(True, forget=True),
    "GRU": f"{_LOOPS} {_cell(True, activity=True)} reset_after",
    "GRUCell": f"{_cell(True)} reset_after",
    "SimpleRNN": f"{_LOOPS} {_cell(False, activity=True)}",
    "SimpleRNNCell": _cell(False),
    "Bidirectional": "layer merge_mode",
    "CategoryEncoding": "num_tokens output_mode sparse",
    "Discretization": "bin_boundaries num_bins epsilon output_mode sparse",
    "HashedCrossing": "num_bins output_mode sparse",
    "IntegerLookup": f"{_LOOKUP} vocabulary_dtype idf_weights vocabulary vocabulary_size",
    "StringLookup": f"{_LOOKUP} idf_weights vocabulary vocabulary_size encoding",
    "RandomBrightness": "rng_type factor value_range seed",
    "RandomContrast": "rng_type factor seed",
    "RandomCrop": "rng_type height width seed",
    "RandomFlip": "rng_type mode seed",
    **dict.fromkeys(("RandomHeight", "RandomWidth"), "rng_type factor interpolation seed"),
    "RandomRotation": "rng_type factor fill_mode fill_value interpolation seed",
    **dict.fromkeys(
        ("RandomTranslation", "RandomZoom"),
        "rng_type height_factor width_factor fill_mode fill_value interpolation seed",
    ),
    "CenterCrop": "height width",
    "Resizing": "height width interpolation crop_to_aspect_ratio",
}
# What the configs of models do not have.
_MODELS = {"Sequential": ("trainable", "dtype", "build_input_shape"), "Functional": (), "Model": ()}
_OF_LAYERS = ("activity_regularizer", "autocast", "dtype", "trainable")  # among the arguments of Layer itself
_RENAMED = {"alpha": "negative_slope"}
# What is told where neither the config nor the layer has the argument.
_ABSENT = {
    "groups": 1,
    "time_major": False,
    "implementation": 2,
    "rng_type": "stateful",
    "sparse": False,
    "softmax_robust_masking": False,
}
# What such classes have that makes a difference where it is set, and so is told then.
_WHERE_SET = ("renorm", "renorm_clipping", "renorm_momentum", "backward_layer")
_WHERE_TRUE = ("num_constants", "zero_output_for_mask")


def in_keras2(get_config: Callable[[Any], dict[str, Any]], owner: type) -> Callable[[Any], dict[str, Any]]:
    """`get_config` of a class of Keras's, whose config is Keras 2's where programs are told that this is Keras 2."""

    @functools.wraps(get_config)
    def told(self: Any) -> dict[str, Any]:
        config = get_config(self)
        if not _version.is_legacy():
            return config
        if next(c for c in _ours(type(self)) if "get_config" in c.__dict__) is not owner:
            return config  # a class below has more to say
        name = keras_name(type(self))
        if name in _MODELS:
            return {key: value for key, value in config.items() if key not in _MODELS[name]}
        if name == "InputLayer":
            shape = {"batch_input_shape": config.pop("batch_shape")}
            return {**shape, **{key: config[key] for key in ("dtype", "sparse", "ragged", "name", "optional")}}
        return _rewritten(self, config, _KEYS.get(name))

    return told


def of_keras2(from_config: Callable[..., Any]) -> Callable[..., Any]:
    """`from_config` of a class of Keras's, which takes Keras 2's configs where programs are told that this is it."""

    @functools.wraps(from_config)
    def taking(cls: type, config: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if _version.is_legacy():
            from tfcompat.keras.saving import keras2

            config = keras2.configuration(keras_name(cls), cls, config)
        return from_config(cls, config, *args, **kwargs)

    return taking


def _ours(cls: type) -> list[type]:
    return [c for c in cls.__mro__ if home(c).startswith("tfcompat.")]


def keras_name(cls: type) -> str:
    """The name of the class of Keras's that a class is, or is made of."""
    return next((c.__name__ for c in _ours(cls) if not c.__name__.startswith("_")), "")


def _rewritten(layer: Any, config: dict[str, Any], keys: str | None) -> dict[str, Any]:
    made = base_config(layer)
    if keys is None:
        return {**{key: config.get(key, value) for key, value in made.items()}, **config, "dtype": made["dtype"]}
    for key in keys.split():
        if key in config or _RENAMED.get(key) in config:
            made[key] = config[key if key in config else _RENAMED[key]]
        elif key == "kernel_initializer":
            made[key] = initializers.serialize(initializers.get("glorot_uniform"))
        else:
            found = getattr(layer, key, None)
            found = regularizers.serialize(found) if key == "activity_regularizer" else found
            made[key] = _ABSENT.get(key) if found is None else found
    if config.get("renorm") or "backward_layer" in config:
        made |= {key: config[key] for key in _WHERE_SET if key in config}
    return made | {key: config[key] for key in _WHERE_TRUE if config.get(key)}


def base_config(layer: Any) -> dict[str, Any]:
    """What every layer's config has in Keras 2."""
    config = {"name": layer.name, "trainable": layer.trainable, "dtype": _told_policy(layer)}
    if batch_input_shape(layer) is not None:
        config["batch_input_shape"] = batch_input_shape(layer)
    return config


def keras2_config(layer: Any, config: dict[str, Any], automatic: bool) -> dict[str, Any]:
    """What Layer.get_config tells in Keras 2, where it adds `config` to what every layer's has.

    automatic: whether the class tells nothing itself; a program's own then has the arguments that it was given.
    """
    made = base_config(layer)
    if not automatic or home(type(layer)).startswith("tfcompat."):
        return {**made, **{key: value for key, value in config.items() if key not in _OF_LAYERS}}
    takes = inspect.getfullargspec(type(layer).__init__)
    kept = made if takes.varkw == "kwargs" else {key: made[key] for key in made if key in takes.args}
    return {**kept, **layer._auto_config}


def _told_policy(layer: Any) -> Any:
    """A layer's policy as configs have it: the name of a dtype, or a description."""
    policy = layer._dtype_policy
    if policy.compute_dtype == policy.variable_dtype:
        return layer.variable_dtype
    return {
        "module": "keras.mixed_precision",
        "class_name": "Policy",
        "config": {"name": policy.name},
        "registered_name": None,
    }


def batch_input_shape(layer: Any) -> tuple[Any, ...] | None:
    """The shape that a layer was told of its input, the batch included; None where it was told none."""
    found = layer.__dict__.get("_batch_shape_arg")
    own = layer.__dict__.get("_input_shape_arg")
    if found is not None:
        return tuple(found)
    if own is None:
        return None
    return (None, *own) if isinstance(own, (list, tuple)) else (None, own)
