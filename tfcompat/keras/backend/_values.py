"""keras.backend: Keras 2's variables, constants and random tensors, their values and what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat.keras._session_values import values_of
from tfcompat.keras._state import settings
from tfcompat.keras.backend._drawing import draws


def _dtype(dtype: Any) -> Any:
    return tf.as_dtype(settings.floatx if dtype is None else dtype)


def _seed(seed: int | None) -> int:
    return int(np.random.randint(10_000_000)) if seed is None else seed


# ---- variables ----


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A tf.Variable of floatx() or `dtype`; a tf.SparseTensor for a sparse scipy matrix."""
    if hasattr(value, "tocoo"):
        coo = value.tocoo()
        return tf.SparseTensor(np.stack([coo.row, coo.col], axis=1), coo.data, coo.shape)
    return tf.Variable(value, dtype=_dtype(dtype), name=name, constraint=constraint)


def _filled(make: Any, shape: Any, dtype: Any, name: str | None) -> Any:
    with tf.init_scope():
        value = make(shape=shape, dtype=_dtype(dtype), name=name)
        return variable(value, dtype=dtype, name=name) if all(value.shape.as_list()) else value


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return _filled(tf.zeros, shape, dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return _filled(tf.ones, shape, dtype, name)


def eye(size: int, dtype: Any = None, name: str | None = None) -> Any:
    """A variable that holds an identity matrix."""
    return variable(tf.eye(size, dtype=_dtype(dtype)), dtype, name)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A constant tensor of floatx() or `dtype`."""
    return tf.constant(value, dtype=_dtype(dtype), shape=shape, name=name or "Const")


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = "int32") -> Any:
    """The numbers from `start` (0 where only one bound is given) to below `stop`."""
    if stop is None and start < 0:
        start = 0
    result = tf.range(start, limit=stop, delta=step, name="arange")
    return result if dtype == "int32" else tf.cast(result, dtype)


def get_value(x: Any) -> Any:
    """The value of a tensor or variable as a numpy array; anything else as it is."""
    with values_of([x]):
        return x.numpy() if tf.is_tensor(x) or hasattr(x, "numpy") else x


def set_value(x: Any, value: Any) -> None:
    """Assigns a value to a variable, cast to its dtype."""
    with values_of([x]):
        x.assign(np.asarray(value, dtype=tf.as_dtype(x.dtype).as_numpy_dtype))


def batch_get_value(tensors: Iterable[Any]) -> list[Any]:
    """The values of several tensors or variables."""
    return list(map(get_value, tensors))


def batch_set_value(tuples: Iterable[tuple[Any, Any]]) -> None:
    """Assigns to several variables, given as (variable, value) pairs."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Any, new_x: Any) -> Any:
    """Assigns to a variable, which is returned."""
    return _assigned(x, x.assign(new_x))


def update_add(x: Any, increment: Any) -> Any:
    """Adds to a variable, which is returned."""
    return _assigned(x, x.assign_add(increment))


def update_sub(x: Any, decrement: Any) -> Any:
    """Subtracts from a variable, which is returned."""
    return _assigned(x, x.assign_sub(decrement))


def _assigned(x: Any, result: Any) -> Any:
    return x if result is None else result


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """Moves a variable towards `value`: `momentum` of it stays."""
    return x.assign_sub((x - tf.cast(value, x.dtype)) * (1 - tf.cast(momentum, x.dtype)))


@draws
def eval(x: Any) -> Any:
    """The value of a tensor or variable, dense, as a numpy array."""
    return get_value(to_dense(x))


@draws
def to_dense(tensor: Any) -> Any:
    """A tf.SparseTensor as a dense tensor; others as they are."""
    return tf.sparse.to_dense(tensor) if is_sparse(tensor) else tensor


def is_sparse(tensor: Any) -> bool:
    """Whether a tensor is a tf.SparseTensor."""
    return isinstance(tensor, tf.SparseTensor)


def cast_to_floatx(x: Any) -> Any:
    """x as floatx(): tensors and variables as tensors, anything else as a numpy array."""
    if isinstance(x, (tf.Tensor, tf.Variable, tf.SparseTensor)):
        return tf.cast(x, dtype=settings.floatx)
    return np.asarray(x, dtype=tf.as_dtype(settings.floatx).as_numpy_dtype)


@draws
def stop_gradient(variables: Any) -> Any:
    """A tensor, or each in a list, through which no gradient flows."""
    if isinstance(variables, (list, tuple)):
        return [tf.stop_gradient(v) for v in variables]
    return tf.stop_gradient(variables)


# ---- what they are ----


@draws
def shape(x: Any) -> Any:
    """The shape as an int32 tensor."""
    return tf.shape(x)


def int_shape(x: Any) -> tuple[Any, ...] | None:
    """The shape as a tuple, with None for sizes not known; None where not even the rank is."""
    try:
        return tuple(x.shape) if isinstance(x.shape, tuple) else tuple(x.shape.as_list())
    except ValueError:
        return None


def ndim(x: Any) -> int:
    """The number of dimensions."""
    return len(x.shape) if isinstance(x.shape, tuple) else x.shape.rank


def dtype(x: Any) -> str:
    """The dtype's name."""
    return x.dtype if isinstance(x.dtype, str) else x.dtype.base_dtype.name


def count_params(x: Any) -> int:
    """The number of elements."""
    return int(np.prod(x.shape, dtype=np.int64))


def name_scope(name: str) -> Any:
    """A context in which ops' names begin with `name` (tf.name_scope)."""
    return tf.name_scope(name)


# ---- random ----


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normally distributed numbers."""
    return tf.random.normal(shape, mean=mean, stddev=stddev, dtype=_dtype(dtype), seed=_seed(seed))


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Numbers evenly distributed in [minval, maxval)."""
    return tf.random.uniform(shape, minval=minval, maxval=maxval, dtype=_dtype(dtype), seed=_seed(seed))


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Ones with probability p, else zeros."""
    kind = _dtype(dtype)
    return tf.cast(tf.random.uniform(shape, dtype=kind, seed=_seed(seed)) <= p, kind)


def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Any:
    """Ones with probability p, else zeros: Keras 2's name of `random_bernoulli`."""
    return random_bernoulli(shape, p, dtype, seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normally distributed numbers within two standard deviations of the mean."""
    return tf.random.truncated_normal(shape, mean, stddev, dtype=_dtype(dtype), seed=_seed(seed))


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Any:
    """A variable of normally distributed numbers."""
    return variable(random_normal(shape, mean, scale, dtype, seed), dtype=dtype, name=name)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Any:
    """A variable of numbers evenly distributed in [low, high)."""
    return variable(random_uniform(shape, low, high, dtype, seed), dtype=dtype, name=name)


@draws
def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Any:
    """x with the share `level` of its elements 0, the others scaled up."""
    return tf.nn.dropout(x, rate=level, noise_shape=noise_shape, seed=_seed(seed))


@draws
def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Prints `message` and a tensor, which is returned."""
    tf.print(message, x, summarize=summarize)
    return x


def slice_arrays(arrays: Sequence[Any], start: Any = None, stop: int | None = None) -> list[Any]:
    """The rows from `start` to below `stop`, or those at the indices `start`, of each array."""
    rows = slice(start, stop) if not isinstance(start, (list, np.ndarray)) else start
    return [None if a is None else a[rows] for a in arrays]
