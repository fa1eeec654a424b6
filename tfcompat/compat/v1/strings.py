"""tf.compat.v1.strings: functions on strings with TensorFlow 1's arguments, and the rest of tf.strings."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

__getattr__ = _module_getattr(
    "tf.compat.v1.strings",
    globals(),
    lazy={
        "length": "tfcompat.compat.v1._aliases:length",
        "reduce_join": "tfcompat.compat.v1._aliases:reduce_join",
        "split": "tfcompat.compat.v1._aliases:split",
        "substr": "tfcompat.compat.v1._aliases:substr",
        "to_hash_bucket": "tfcompat.compat.v1._aliases:string_to_hash_bucket",
        "to_number": "tfcompat.compat.v1._aliases:string_to_number",
    },
)
