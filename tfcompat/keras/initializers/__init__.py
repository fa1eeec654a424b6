"""tf.keras.initializers: starting values of variables, by name or as objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat import _keras_modules, _names
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras._version import is_legacy
from tfcompat.keras.initializers.base import Initializer
from tfcompat.keras.initializers.constants import Constant, Identity, Ones, Zeros
from tfcompat.keras.initializers.randoms import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from tfcompat.keras.initializers.waves import STFT

_CLASSES = [
    Initializer, Constant, Identity, Ones, Zeros, GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal,
    LecunUniform, Orthogonal, RandomNormal, RandomUniform, STFT, TruncatedNormal, VarianceScaling,
]  # fmt: skip
ALL_OBJECTS_DICT: dict[str, Any] = {cls.__name__: cls for cls in _CLASSES}
ALL_OBJECTS_DICT |= {to_snake_case(cls.__name__): cls for cls in _CLASSES}
ALL_OBJECTS_DICT |= {
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "STFTInitializer": STFT,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}

constant, identity, ones, zeros = Constant, Identity, Ones, Zeros
glorot_normal, glorot_uniform, he_normal, he_uniform = GlorotNormal, GlorotUniform, HeNormal, HeUniform
lecun_normal, lecun_uniform, orthogonal = LecunNormal, LecunUniform, Orthogonal
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling, IdentityInitializer, OrthogonalInitializer = VarianceScaling, Identity, Orthogonal
STFTInitializer = stft = STFT


def serialize(initializer: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of an initializer, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(initializer, use_legacy_format)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The initializer of a name or of what `serialize` returned."""
    from tfcompat.keras.saving.serialization import deserialize_as

    return deserialize_as(config, ALL_OBJECTS_DICT, custom_objects, use_legacy_format, "initializer")


def get(identifier: Any) -> Callable[..., Any] | None:
    """The initializer of a name, config, class, callable or array (which then is the value); None for None.

    ValueError for anything else.
    """
    if identifier is None:
        return None
    if isinstance(identifier, (dict, str)):
        found = deserialize(identifier)
    elif isinstance(identifier, (np.ndarray, np.generic)) or hasattr(identifier, "_read") or hasattr(identifier, "_t"):
        found = _constant_of(identifier)
    else:
        found = identifier() if isinstance(identifier, type) else identifier
    if not callable(found):
        if isinstance(identifier, (str, dict)) and is_legacy():
            from tfcompat.keras.saving.registration import unknown

            raise unknown("initializer", identifier if isinstance(identifier, str) else identifier["class_name"])
        raise ValueError(f"Could not interpret initializer identifier: {identifier}")
    return found


def _constant_of(value: Any) -> Callable[..., Any]:
    def initialize(shape: Any, dtype: Any = None) -> Any:
        from tfcompat.keras import ops

        if tuple(shape) != tuple(value.shape):
            raise ValueError(f"The array given as initializer has shape {value.shape}. Received: shape={tuple(shape)}")
        return ops.convert_to_tensor(value, dtype=dtype)

    return initialize


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.initializers", globals())
