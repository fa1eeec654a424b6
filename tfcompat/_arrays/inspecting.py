"""What a value is: tf.is_tensor, tf.get_static_value and the like."""

from __future__ import annotations

from typing import Any

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import is_symbolic
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, variable or composite of tensors, such as tf.IndexedSlices (tf.is_tensor).

    False for the values of extension types and for tf.experimental.Optional.
    """
    if isinstance(x, CompositeTensor):
        return x._is_tensor
    return isinstance(x, (Tensor, Variable, IndexedSlices, CompositeTensor)) or hasattr(type(x), "__tf_tensor__")


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether `tensor` is one of a function's graph and has no value (tf.is_symbolic_tensor)."""
    return isinstance(tensor, Tensor) and not isinstance(tensor, EagerTensor)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as a numpy array, None where it is not known while a function is captured.

    Variables have no static value. partial: where TensorFlow knows some elements of a stacked tensor, it gives None for
    the others; here a value is known as a whole or not at all, so it is the same either way. (tf.get_static_value)
    """
    if isinstance(tensor, EagerTensor):
        return tensor.numpy()
    if isinstance(tensor, Tensor):
        t = tensor._t
        return None if is_symbolic(t) else EagerTensor(t).numpy()
    return None if isinstance(tensor, Variable) else tensor
