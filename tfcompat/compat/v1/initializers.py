"""tf.compat.v1.initializers."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1._initializers import Constant as constant
from tfcompat.compat.v1._initializers import GlorotNormal as glorot_normal
from tfcompat.compat.v1._initializers import GlorotUniform as glorot_uniform
from tfcompat.compat.v1._initializers import Identity as identity
from tfcompat.compat.v1._initializers import Ones as ones
from tfcompat.compat.v1._initializers import Orthogonal as orthogonal
from tfcompat.compat.v1._initializers import RandomNormal as random_normal
from tfcompat.compat.v1._initializers import RandomUniform as random_uniform
from tfcompat.compat.v1._initializers import TruncatedNormal as truncated_normal
from tfcompat.compat.v1._initializers import UniformUnitScaling as uniform_unit_scaling
from tfcompat.compat.v1._initializers import VarianceScaling as variance_scaling
from tfcompat.compat.v1._initializers import Zeros as zeros
from tfcompat.compat.v1._initializers import he_normal, he_uniform, lecun_normal, lecun_uniform

__all__ = [
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "uniform_unit_scaling",
    "variance_scaling",
    "zeros",
]

__getattr__ = _module_getattr(
    "tf.compat.v1.initializers",
    globals(),
    lazy={
        "global_variables": "tfcompat.compat.v1:global_variables_initializer",
        "local_variables": "tfcompat.compat.v1:local_variables_initializer",
        "tables_initializer": "tfcompat.compat.v1:tables_initializer",
        "variables": "tfcompat.compat.v1:variables_initializer",
    },
)
