"""tf.keras.quantizers: tensors in few bits, and what tells how."""

from __future__ import annotations

import inspect
from typing import Any

from tfcompat import _names
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras.quantizers.classes import (
    AbsMaxQuantizer,
    AWQConfig,
    Float8QuantizationConfig,
    GPTQConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
    QuantizationConfig,
    Quantizer,
)
from tfcompat.keras.quantizers.numbers import (
    abs_max_quantize,
    abs_max_quantize_grouped_with_zero_point,
    compute_float8_amax_history,
    compute_float8_scale,
    fake_quant_with_min_max_vars,
    pack_int4,
    quantize_and_dequantize,
    unpack_int4,
)

__all__ = [
    "AWQConfig",
    "AbsMaxQuantizer",
    "Float8QuantizationConfig",
    "GPTQConfig",
    "Int4QuantizationConfig",
    "Int8QuantizationConfig",
    "QuantizationConfig",
    "Quantizer",
    "abs_max_quantize",
    "abs_max_quantize_grouped_with_zero_point",
    "compute_float8_amax_history",
    "compute_float8_scale",
    "deserialize",
    "fake_quant_with_min_max_vars",
    "get",
    "pack_int4",
    "quantize_and_dequantize",
    "serialize",
    "unpack_int4",
]

_CLASSES = (
    Quantizer, AbsMaxQuantizer, QuantizationConfig, Int8QuantizationConfig, Int4QuantizationConfig,
    Float8QuantizationConfig, AWQConfig, GPTQConfig,
)  # fmt: skip
ALL_OBJECTS_DICT = {name: c for c in _CLASSES for name in (c.__name__, to_snake_case(c.__name__))}


def serialize(initializer: Any) -> Any:
    """The serialized form of a quantizer or config."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    return serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The quantizer or config of a serialized form."""
    from tfcompat.keras.saving.serialization import deserialize_named

    return deserialize_named(config, ALL_OBJECTS_DICT, custom_objects)


def get(identifier: Any, **kwargs: Any) -> Any:
    """The quantizer of a name, a class, a serialized form or a quantizer; None for None. ValueError for anything else.

    kwargs: the arguments for a class.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    else:
        found = ALL_OBJECTS_DICT.get(identifier) if isinstance(identifier, str) else identifier
    if not callable(found):
        raise ValueError(f"Could not interpret quantizer identifier: {identifier}")
    return found(**kwargs) if inspect.isclass(found) else found


__getattr__ = _names.module_getattr("tf.keras.quantizers", globals())
