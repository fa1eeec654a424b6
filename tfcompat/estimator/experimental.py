"""tf.estimator.experimental: hooks that stop or evaluate, and receivers of models that are trained on."""

from tfcompat import _names
from tfcompat.estimator._hooks import InMemoryEvaluatorHook, make_stop_at_checkpoint_step_hook
from tfcompat.estimator._receivers import build_raw_supervised_input_receiver_fn
from tfcompat.estimator._spec import call_logit_fn
from tfcompat.estimator._stopping import (
    make_early_stopping_hook,
    stop_if_higher_hook,
    stop_if_lower_hook,
    stop_if_no_decrease_hook,
    stop_if_no_increase_hook,
)

__all__ = [
    "InMemoryEvaluatorHook",
    "build_raw_supervised_input_receiver_fn",
    "call_logit_fn",
    "make_early_stopping_hook",
    "make_stop_at_checkpoint_step_hook",
    "stop_if_higher_hook",
    "stop_if_lower_hook",
    "stop_if_no_decrease_hook",
    "stop_if_no_increase_hook",
]

__getattr__ = _names.module_getattr("tf.estimator.experimental", globals())
