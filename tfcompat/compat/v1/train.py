"""tf.compat.v1.train: optimizers, savers, rates that decay, the variable that counts steps, and tf.train's names."""

from tfcompat.compat.v1._eager import create_global_step, get_global_step, get_or_create_global_step
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1.saver import Saver, checkpoint_exists, init_from_checkpoint

__all__ = [
    "Saver",
    "checkpoint_exists",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "init_from_checkpoint",
]

_OPTIMIZERS = (
    "AdadeltaOptimizer AdagradOptimizer AdamOptimizer GradientDescentOptimizer MomentumOptimizer Optimizer "
    "RMSPropOptimizer"
)

_DECAYS = (
    "cosine_decay exponential_decay inverse_time_decay natural_exp_decay piecewise_constant piecewise_constant_decay "
    "polynomial_decay"
)

__getattr__ = _module_getattr(
    "tf.compat.v1.train",
    globals(),
    lazy={
        **{name: f"tfcompat.compat.v1._optimizers:{name}" for name in _OPTIMIZERS.split()},
        **{name: f"tfcompat.compat.v1._decays:{name}" for name in _DECAYS.split()},
    },
)
