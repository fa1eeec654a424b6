"""keras.utils.tf_utils of Keras 2: what layers ask about tensors and shapes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core.variable import Variable
from tfcompat.keras import tree
from tfcompat.keras._keras_tensor import is_keras_tensor

__all__ = [
    "are_all_symbolic_tensors",
    "convert_shapes",
    "dataset_is_infinite",
    "get_shapes",
    "is_ragged",
    "is_sparse",
    "is_tensor_or_tensor_list",
    "is_tensor_or_variable",
    "shape_type_conversion",
    "smart_cond",
    "sync_to_numpy_or_python_type",
    "validate_axis",
]


def smart_cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """tf.cond for a tensor, and the branch itself for a Python value or a tensor whose value is known."""
    known = pred if isinstance(pred, (bool, int)) else tf.get_static_value(pred)
    if known is None:
        return tf.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()


def convert_shapes(input_shape: Any, to_tuples: bool = True) -> Any:
    """Shapes, in nested lists and dicts, as tuples, or as TensorShapes."""

    def converted(shape: Any) -> Any:
        found = tf.TensorShape(shape)
        return tuple(found.as_list()) if to_tuples else found

    if input_shape is None:
        return None
    if isinstance(input_shape, tf.TensorShape) or _is_shape(input_shape):
        return converted(input_shape)
    if isinstance(input_shape, dict):
        return {key: convert_shapes(value, to_tuples) for key, value in input_shape.items()}
    return type(input_shape)(convert_shapes(value, to_tuples) for value in input_shape)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(size is None or isinstance(size, int) for size in value)


def shape_type_conversion(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A layer's method of a shape, which gets shapes as tuples and gives TensorShapes."""

    @functools.wraps(fn)
    def wrapped(instance: Any, input_shape: Any) -> Any:
        shape = fn(instance, convert_shapes(input_shape, to_tuples=True))
        return convert_shapes(shape, to_tuples=False)

    return wrapped


def get_shapes(tensors: Any) -> Any:
    """The shapes of tensors in nested lists and dicts."""
    return tree.map_structure(lambda x: x.shape, tensors)


def validate_axis(axis: Any, input_shape: Any) -> list[int]:
    """`axis`, an integer or several, as numbers from 0; ValueError for one out of range or given twice."""
    rank = len(tf.TensorShape(input_shape))
    axes = [axis] if isinstance(axis, int) else list(axis)
    axes = [a + rank if a < 0 else a for a in axes]
    for a in axes:
        if not 0 <= a < rank:
            raise ValueError(
                f"Invalid value for `axis` argument. Expected 0 <= axis < inputs.rank (with inputs.rank={rank}). "
                f"Received: axis={tuple(axes)}"
            )
    if len(axes) != len(set(axes)):
        raise ValueError(f"Duplicate axis: {tuple(axes)}")
    return axes


def is_ragged(tensor: Any) -> bool:
    """Whether it is a RaggedTensor."""
    return isinstance(tensor, tf.RaggedTensor)


def is_sparse(tensor: Any) -> bool:
    """Whether it is a SparseTensor."""
    return isinstance(tensor, tf.SparseTensor)


def is_tensor_or_variable(x: Any) -> bool:
    """Whether it is a tensor, a KerasTensor or a variable."""
    return tf.is_tensor(x) or is_keras_tensor(x) or isinstance(x, Variable)


def is_tensor_or_tensor_list(v: Any) -> bool:
    """Whether it is a tensor, or all elements of a list are."""
    return all(is_tensor_or_variable(x) for x in v) if isinstance(v, (list, tuple)) and v else is_tensor_or_variable(v)


def are_all_symbolic_tensors(tensors: Any) -> bool:
    """Whether all are KerasTensors, or tensors of a function that is being captured."""
    return all(is_keras_tensor(x) or tf.is_symbolic_tensor(x) for x in tensors)


def dataset_is_infinite(dataset: Any) -> Any:
    """Whether a tf.data.Dataset never ends, a tensor."""
    return tf.equal(tf.data.experimental.cardinality(dataset), tf.data.experimental.INFINITE_CARDINALITY)


def sync_to_numpy_or_python_type(tensors: Any) -> Any:
    """Tensors, in nested lists and dicts, as arrays, or as Python numbers where they are scalars."""

    def plain(x: Any) -> Any:
        if not tf.is_tensor(x) or not hasattr(x, "numpy"):
            return x
        value = x.numpy()
        return value.item() if getattr(value, "ndim", 1) == 0 and hasattr(value, "item") else value

    return tree.map_structure(plain, tensors)
