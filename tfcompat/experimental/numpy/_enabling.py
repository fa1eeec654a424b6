"""experimental_enable_numpy_behavior."""


def experimental_enable_numpy_behavior(prefer_float32=False, dtype_conversion_mode="legacy"):
    from tfcompat.experimental.numpy._behavior import behavior

    behavior.mode = dtype_conversion_mode
    behavior.prefer_float32 = prefer_float32
