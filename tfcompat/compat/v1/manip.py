"""tf.compat.v1.manip: names for parts of tensors that TensorFlow 1 had in a namespace of their own."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

__getattr__ = _module_getattr(
    "tf.compat.v1.manip",
    globals(),
    lazy={
        "batch_to_space_nd": "tfcompat.compat.v1._aliases:batch_to_space_nd",
        "gather_nd": "tfcompat.compat.v1._aliases:gather_nd",
        "reshape": "tfcompat:reshape",
    },
)
