"""keras.backend: Keras 2's arithmetic, reductions, products and shapes, over TensorFlow's functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras._state import settings
from tfcompat.keras.backend._drawing import draws

# ---- elementwise ----


@draws
def abs(x: Any) -> Any:
    """The absolute value."""
    return tf.abs(x)


@draws
def square(x: Any) -> Any:
    """x * x."""
    return tf.square(x)


@draws
def sqrt(x: Any) -> Any:
    """The square root, 0 for negative numbers."""
    return tf.sqrt(tf.maximum(x, tf.convert_to_tensor(0.0, x.dtype)))


@draws
def exp(x: Any) -> Any:
    """e to the power x."""
    return tf.exp(x)


@draws
def log(x: Any) -> Any:
    """The natural logarithm."""
    return tf.math.log(x)


@draws
def round(x: Any) -> Any:
    """x rounded, halves to even."""
    return tf.round(x)


@draws
def sign(x: Any) -> Any:
    """-1, 0 or 1."""
    return tf.sign(x)


@draws
def sin(x: Any) -> Any:
    """The sine."""
    return tf.sin(x)


@draws
def cos(x: Any) -> Any:
    """The cosine."""
    return tf.cos(x)


@draws
def pow(x: Any, a: Any) -> Any:
    """x to the power a."""
    return tf.pow(x, a)


@draws
def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """x with what lies outside of the bounds moved to them; None is no bound."""
    numbers = isinstance(min_value, (int, float)) and isinstance(max_value, (int, float))
    if numbers and max_value < min_value:
        max_value = min_value
    low = float("-inf") if min_value is None else min_value
    return tf.clip_by_value(x, low, float("inf") if max_value is None else max_value)


@draws
def maximum(x: Any, y: Any) -> Any:
    """The larger of x and y."""
    return tf.maximum(x, y)


@draws
def minimum(x: Any, y: Any) -> Any:
    """The smaller of x and y."""
    return tf.minimum(x, y)


@draws
def equal(x: Any, y: Any) -> Any:
    """x == y."""
    return tf.equal(x, y)


@draws
def not_equal(x: Any, y: Any) -> Any:
    """x != y."""
    return tf.not_equal(x, y)


@draws
def greater(x: Any, y: Any) -> Any:
    """x > y."""
    return tf.greater(x, y)


@draws
def greater_equal(x: Any, y: Any) -> Any:
    """x >= y."""
    return tf.greater_equal(x, y)


@draws
def less(x: Any, y: Any) -> Any:
    """x < y."""
    return tf.less(x, y)


@draws
def less_equal(x: Any, y: Any) -> Any:
    """x <= y."""
    return tf.less_equal(x, y)


# ---- reductions ----


def _number(x: Any) -> Any:
    """x, booleans as floatx()."""
    return tf.cast(x, settings.floatx) if x.dtype.base_dtype is tf.bool else x


@draws
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum over `axis`."""
    return tf.reduce_sum(x, axis, keepdims)


@draws
def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product over `axis`."""
    return tf.reduce_prod(x, axis, keepdims)


@draws
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean over `axis`; of booleans, the share of true ones."""
    return tf.reduce_mean(_number(x), axis, keepdims)


@draws
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance over `axis`."""
    return tf.math.reduce_variance(_number(x), axis=axis, keepdims=keepdims)


@draws
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation over `axis`."""
    return tf.math.reduce_std(_number(x), axis=axis, keepdims=keepdims)


@draws
def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The maximum over `axis`."""
    return tf.reduce_max(x, axis, keepdims)


@draws
def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The minimum over `axis`."""
    return tf.reduce_min(x, axis, keepdims)


@draws
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over `axis` is true."""
    return tf.reduce_any(tf.cast(x, tf.bool), axis, keepdims)


@draws
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements over `axis` are true."""
    return tf.reduce_all(tf.cast(x, tf.bool), axis, keepdims)


@draws
def argmax(x: Any, axis: int = -1) -> Any:
    """The index of the largest element along `axis`, as int64."""
    return tf.argmax(x, axis)


@draws
def argmin(x: Any, axis: int = -1) -> Any:
    """The index of the smallest element along `axis`, as int64."""
    return tf.argmin(x, axis)


@draws
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of the exponentials over `axis`."""
    return tf.reduce_logsumexp(x, axis, keepdims)


@draws
def cumsum(x: Any, axis: int = 0) -> Any:
    """The running sum along `axis`."""
    return tf.cumsum(x, axis=axis)


@draws
def cumprod(x: Any, axis: int = 0) -> Any:
    """The running product along `axis`."""
    return tf.math.cumprod(x, axis=axis)


# ---- products ----


@draws
def dot(x: Any, y: Any) -> Any:
    """The sum over the last axis of x and the last but one of y; x may be a tf.SparseTensor matrix."""
    if isinstance(x, tf.SparseTensor):
        return tf.sparse.sparse_dense_matmul(x, y)
    if x.shape.rank is not None and (x.shape.rank > 2 or y.shape.rank > 2):
        return tf.tensordot(x, y, [[x.shape.rank - 1], [y.shape.rank - 2]])
    return tf.matmul(x, y)


def _batch_axes(x: Any, y: Any, axes: Any) -> tuple[int, int]:
    """The axes of `batch_dot`, counted from the front."""
    ranks = x.shape.rank, y.shape.rank
    if axes is None:
        axes = ranks[0] - 1, ranks[1] - (1 if ranks[1] == 2 else 2)
    elif isinstance(axes, int):
        axes = axes, axes
    if [a for a in axes if isinstance(a, (list, tuple))]:
        raise ValueError(
            f"Multiple target dimensions are not supported. Expected: None, int, (int, int), Provided: {axes}"
        )
    first, second = (a + rank if a < 0 else a for a, rank in zip(axes, ranks))
    if 0 in (first, second):
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy batch dimension with "
            "K.expand_dims(x, 0)"
        )
    sizes = x.shape[first], y.shape[second]
    if None not in sizes and sizes[0] != sizes[1]:
        raise ValueError(
            f"Cannot do batch_dot on inputs with shapes {x.shape} and {y.shape} with axes={axes}: sizes {sizes}."
        )
    return first, second


@draws
def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The sums of products over one axis of x and one of y, sample by sample.

    axes: an int, or one for each; by default x's last one and y's last but one. ValueError for axis 0, tensors of rank
    1 and sizes that differ.
    """
    x, y = (v if hasattr(v.shape, "rank") else tf.convert_to_tensor(v) for v in (x, y))  # numpy's are tuples
    if x.shape.rank < 2 or y.shape.rank < 2:
        raise ValueError(
            f"Cannot do batch_dot on inputs with rank < 2. Received inputs with shapes {x.shape} and {y.shape}."
        )
    if None not in (x.shape[0], y.shape[0]) and x.shape[0] != y.shape[0]:
        raise ValueError(
            f"Cannot do batch_dot on inputs with different batch sizes. Received shapes {x.shape} and {y.shape}."
        )
    first, second = _batch_axes(x, y, axes)
    names = "abcdefghijklmnopqrstuvw"
    left = "z" + names[: x.shape.rank - 1]
    right = "z" + names[x.shape.rank - 1 : x.shape.rank + y.shape.rank - 2]
    right = right[:second] + left[first] + right[second + 1 :]
    kept = left.replace(left[first], "") + "".join(c for c in right if c not in left)
    found = tf.einsum(f"{left},{right}->{kept}", x, y)
    return found[:, tf.newaxis] if found.shape.rank == 1 else found


# ---- shapes ----


@draws
def reshape(x: Any, shape: Any) -> Any:
    """x in another shape."""
    return tf.reshape(x, shape)


@draws
def flatten(x: Any) -> Any:
    """x as a vector."""
    return tf.reshape(x, [-1])


@draws
def batch_flatten(x: Any) -> Any:
    """x as a matrix: one row a sample."""
    return tf.reshape(x, tf.stack([-1, tf.reduce_prod(tf.shape(x)[1:])]))


@draws
def expand_dims(x: Any, axis: int = -1) -> Any:
    """x with a new axis of size 1."""
    return tf.expand_dims(x, axis)


@draws
def squeeze(x: Any, axis: int) -> Any:
    """x without an axis of size 1."""
    return tf.squeeze(x, [axis])


@draws
def transpose(x: Any) -> Any:
    """x with its axes reversed."""
    return tf.transpose(x)


@draws
def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """x with its axes in another order."""
    return tf.transpose(x, perm=pattern)


@draws
def reverse(x: Any, axes: Any) -> Any:
    """x with the elements along some axes in reverse order."""
    return tf.reverse(x, [axes] if isinstance(axes, int) else axes)


@draws
def tile(x: Any, n: Any) -> Any:
    """x repeated n times along each axis."""
    return tf.tile(x, [n] if isinstance(n, int) else n)


@draws
def repeat(x: Any, n: int) -> Any:
    """A matrix repeated n times along a new second axis; ValueError for other ranks."""
    if x.shape.rank != 2:
        raise ValueError(f"Expected input `x` to have rank 2. Received: rank(x)={x.shape.rank}")
    return tf.tile(tf.expand_dims(x, 1), tf.stack([1, n, 1]))


@draws
def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """x with each element along `axis` repeated."""
    return tf.repeat(x, rep, axis=axis)


@draws
def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """The tensors joined along a new axis."""
    return tf.stack(x, axis=axis)


@draws
def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """The tensors joined along `axis`; sparse ones stay sparse among themselves."""
    sparse = [t for t in tensors if isinstance(t, tf.SparseTensor)]
    if len(sparse) == len(tensors):
        return tf.sparse.concat(axis, tensors)
    rank = tensors[0].shape.rank
    dense = [tf.sparse.to_dense(t) if isinstance(t, tf.SparseTensor) else t for t in tensors]
    return tf.concat(dense, axis % rank if rank else 0)


@draws
def gather(reference: Any, indices: Any) -> Any:
    """The rows of a tensor at `indices`."""
    return tf.gather(reference, indices)


@draws
def one_hot(indices: Any, num_classes: int) -> Any:
    """Ones at the class numbers along a new last axis."""
    return tf.one_hot(indices, depth=num_classes, axis=-1)


@draws
def cast(x: Any, dtype: Any) -> Any:
    """x as another dtype."""
    return tf.cast(x, dtype)


@draws
def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of x."""
    return tf.ones_like(x, dtype=dtype, name=name)


@draws
def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of x."""
    return tf.zeros_like(x, dtype=dtype, name=name)
