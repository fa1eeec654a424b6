"""tf.keras.dtype_policies: which dtype a layer computes in, and which its variables have."""

from tfcompat import _names
from tfcompat.keras.dtype_policies.policy import (
    DTypePolicy,
    FloatDTypePolicy,
    deserialize,
    dtype_policy,
    get,
    serialize,
    set_dtype_policy,
)

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
    "set_dtype_policy",
]

_LAZY = {
    "tfcompat.keras.dtype_policies.policy_map": "DTypePolicyMap",
    "tfcompat.keras.dtype_policies.quantized": (
        "AWQDTypePolicy GPTQDTypePolicy Int4DTypePolicy QUANTIZATION_MODES QuantizedDTypePolicy "
        "QuantizedFloat8DTypePolicy"
    ),
}

__getattr__ = _names.module_getattr("tf.keras.dtype_policies", globals(), lazy=_names.lazy_names(_LAZY))
