"""tf.keras.backend: the float type and fuzz factor, dtype rules and names; Keras 2's functions of tensors."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import Any

from tfcompat import _names
from tfcompat.keras import _naming
from tfcompat.keras._dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from tfcompat.keras._keras_tensor import is_keras_tensor
from tfcompat.keras._state import settings, thread

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]


def backend() -> str:
    """The name of the backend whose semantics hold: "tensorflow"."""
    return "tensorflow"


def floatx() -> str:
    """The default float dtype, as a string ("float32")."""
    return settings.floatx


def set_floatx(value: str) -> None:
    """Sets the default float dtype: "bfloat16", "float16", "float32" or "float64"."""
    allowed = {"bfloat16", "float16", "float32", "float64"}
    if value not in allowed:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected one of {sorted(allowed)}")
    settings.floatx = str(value)


def epsilon() -> float:
    """The fuzz factor that losses and metrics add to keep divisions and logarithms finite (1e-07)."""
    return settings.epsilon


def set_epsilon(value: float) -> None:
    """Sets the fuzz factor."""
    settings.epsilon = value


def image_data_format() -> str:
    """The default layout of images: "channels_last" or "channels_first"."""
    return settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Sets the default layout of images."""
    settings.image_data_format = standardize_data_format(data_format)


def standardize_data_format(data_format: str | None) -> str:
    """`data_format` in lower case, the default one where it is None; ValueError where it is neither of the two."""
    if data_format is None:
        return settings.image_data_format
    text = str(data_format).lower()
    if text not in ("channels_first", "channels_last"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return text


def get_uid(prefix: str = "") -> int:
    """Counts `prefix` up by one and returns the count."""
    thread.uids[prefix] += 1
    return thread.uids[prefix]


def reset_uids() -> None:
    """Starts names from the beginning again."""
    thread.uids.clear()


def clear_session(free_memory: bool = True) -> None:
    """Forgets the names given so far, open scopes and the seed generator; collects garbage if `free_memory`."""
    thread.clear()
    if free_memory:
        gc.collect()


def standardize_shape(shape: Any) -> tuple[int | None, ...]:
    """`shape` as a tuple of ints and None; ValueError where it is no shape."""
    as_list = getattr(shape, "as_list", None)
    if as_list is not None:
        shape = as_list()
    if shape is None:
        raise ValueError("Undefined shapes are not supported.")
    if not isinstance(shape, Iterable) or isinstance(shape, str):
        raise ValueError(f"Cannot convert '{shape}' to a shape.")
    return tuple(None if d is None else _dimension(d, shape) for d in shape)


def _dimension(value: Any, shape: Any) -> int:
    if isinstance(value, (str, float)):
        raise ValueError(f"Cannot convert {shape!r} to a shape: {value!r} (of type {type(value)}) is no dimension.")
    try:
        number = int(value)
    except Exception as error:
        raise ValueError(f"Cannot convert {shape!r} to a shape: {value!r} is no dimension.") from error
    if number < 0:
        raise ValueError(f"Cannot convert {shape!r} to a shape: negative dimensions are not allowed.")
    return number


to_snake_case = _naming.to_snake_case

# Keras 2's functions, which load on first use.
_LAZY = {
    "tfcompat.keras.backend._math": (
        "abs square sqrt exp log round sign sin cos pow clip maximum minimum equal not_equal greater "
        "greater_equal less less_equal sum prod mean var std max min any all argmax argmin logsumexp cumsum "
        "cumprod dot batch_dot reshape flatten batch_flatten expand_dims squeeze transpose permute_dimensions "
        "reverse tile repeat repeat_elements stack concatenate gather one_hot cast ones_like zeros_like"
    ),
    "tfcompat.keras.backend._values": (
        "variable zeros ones eye constant arange get_value set_value batch_get_value batch_set_value update "
        "update_add update_sub moving_average_update eval to_dense is_sparse cast_to_floatx stop_gradient shape "
        "int_shape ndim dtype count_params name_scope random_normal random_uniform random_bernoulli "
        "random_binomial truncated_normal random_normal_variable random_uniform_variable dropout print_tensor "
        "slice_arrays"
    ),
    "tfcompat.keras.backend._nn": (
        "relu elu softmax softplus softsign sigmoid hard_sigmoid tanh l2_normalize in_top_k batch_normalization "
        "normalize_batch_in_training bias_add binary_crossentropy binary_focal_crossentropy "
        "categorical_crossentropy categorical_focal_crossentropy sparse_categorical_crossentropy conv1d conv2d "
        "conv3d conv2d_transpose depthwise_conv2d separable_conv2d pool2d pool3d temporal_padding "
        "spatial_2d_padding spatial_3d_padding resize_images resize_volumes ctc_label_dense_to_sparse "
        "ctc_batch_cost ctc_decode"
    ),
    "tfcompat.keras.backend._control": (
        "map_fn foldl foldr switch gradients learning_phase set_learning_phase learning_phase_scope "
        "in_train_phase in_test_phase function placeholder is_placeholder get_session set_session get_graph "
        "manual_variable_initialization"
    ),
    "tfcompat.keras.layers._call": "get_keras_mask set_keras_mask",
    "tfcompat.keras.layers.recurrent._loop": "rnn",
}

__getattr__ = _names.module_getattr("tf.keras.backend", globals(), lazy=_names.lazy_names(_LAZY))
