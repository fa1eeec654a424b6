"""tf.keras.mixed_precision: policies for computing in float16 or bfloat16, and loss scaling."""

from tfcompat import _names
from tfcompat.keras.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy
from tfcompat.keras.optimizers import LossScaleOptimizer

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]

__getattr__ = _names.module_getattr("tf.keras.mixed_precision", globals())
