"""tf.compat.v1.math: functions with TensorFlow 1's arguments, and the rest of tf.math."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

_REDUCTIONS = (
    "argmax argmin confusion_matrix reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min "
    "reduce_prod reduce_sum"
)

__getattr__ = _module_getattr(
    "tf.compat.v1.math",
    globals(),
    lazy={
        **{name: f"tfcompat.compat.v1._reductions:{name}" for name in _REDUCTIONS.split()},
        "bincount": "tfcompat.compat.v1._aliases:bincount",
        "count_nonzero": "tfcompat.compat.v1._old_names:count_nonzero",
        "in_top_k": "tfcompat.compat.v1._nn_names:in_top_k",
        "log_softmax": "tfcompat.compat.v1.nn:log_softmax",
        "softmax": "tfcompat.compat.v1.nn:softmax",
    },
)
