"""tensorflow.python.ops.rnn_cell_impl's helpers, which recurrent layers outside TensorFlow take from it."""

from __future__ import annotations

from typing import Any

import tfcompat as tf

__all__ = ["assert_like_rnncell", "concat"]


def concat(prefix: Any, suffix: Any, static: bool = False) -> Any:
    """Two shapes one after the other, each a number, a shape or a tensor of sizes.

    A tensor of int32; where `static`, the list of the sizes, those that are not known None. ValueError where the tensor
    would have a size that is not known, or where a rank is not.
    """
    parts = [_sizes(name, shape) for name, shape in (("prefix", prefix), ("suffix", suffix))]
    if static:
        return [size for sizes, _ in parts for size in sizes]
    return tf.concat([tensor if tensor is not None else _tensor(sizes) for sizes, tensor in parts], 0)


def _sizes(name: str, shape: Any) -> tuple[list[int | None], Any]:
    if not tf.is_tensor(shape):
        known = tf.TensorShape([shape] if shape is None or isinstance(shape, int) else shape)
        if known.rank is None:
            raise ValueError(f"{name} cannot be fully unknown: {shape}")
        return known.as_list(), None
    tensor = tf.reshape(shape, [-1])
    value = tf.get_static_value(tensor)
    return ([None] * (tensor.shape[0] or 0) if value is None else [int(n) for n in value]), tf.cast(tensor, tf.int32)


def _tensor(sizes: list[int | None]) -> Any:
    if None in sizes:
        raise ValueError(f"a shape with sizes that are not known, {sizes}, is no tensor")
    return tf.constant(sizes, tf.int32, [len(sizes)])


def assert_like_rnncell(cell_name: str, cell: Any) -> None:
    """TypeError, which tells what is missing, for what has not the attributes and the call of a recurrent cell."""
    has = {
        "'output_size' property is missing": hasattr(cell, "output_size"),
        "'state_size' property is missing": hasattr(cell, "state_size"),
        "either 'zero_state' or 'get_initial_state' method is required": hasattr(cell, "zero_state")
        or hasattr(cell, "get_initial_state"),
        "is not callable": callable(cell),
    }
    if missing := [what for what, there in has.items() if not there]:
        raise TypeError(f"The argument {cell_name!r} ({cell}) is not an RNNCell: {', '.join(missing)}.")
