"""tensorflow.python.ops.weights_broadcast_ops: weights that stretch over values of the same rank."""

from typing import Any

from tfcompat import broadcast_to, convert_to_tensor
from tfcompat import shape as shape_of


def assert_broadcastable(weights: Any, values: Any) -> None:
    """Raises ValueError unless `weights` are a scalar or of the rank of `values`, of each size either theirs or 1."""
    weights, values = convert_to_tensor(weights), convert_to_tensor(values)
    if weights.shape.rank in (0, None) or values.shape.rank is None:
        return
    received = f"Received weights={_shown(weights)}, values={_shown(values)}"
    if weights.shape.rank != values.shape.rank:
        raise ValueError(
            f"weights can not be broadcast to values. values.rank={values.shape.rank}. "
            f"weights.rank={weights.shape.rank}. values.shape={values.shape}. weights.shape={weights.shape}. {received}"
        )
    for i, (weight, value) in enumerate(zip(weights.shape.as_list(), values.shape.as_list(), strict=True)):
        if None not in (weight, value) and weight not in (1, value):
            raise ValueError(
                f"weights can not be broadcast to values. Mismatch at dim {i}. values.shape={values.shape}, "
                f"weights.shape={weights.shape}. {received}"
            )


def broadcast_weights(weights: Any, values: Any) -> Any:
    """`weights` in the shape of `values`; ValueError as `assert_broadcastable`'s."""
    values = convert_to_tensor(values)
    weights = convert_to_tensor(weights, dtype_hint=values.dtype)
    assert_broadcastable(weights, values)
    return broadcast_to(weights, shape_of(values))


def _shown(tensor: Any) -> Any:
    return tensor.numpy() if hasattr(tensor, "numpy") else tensor
