"""keras.ops: conversion, casting and control."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable as TFVariable
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._naming import name_scope
from tfcompat.keras.ops._operation import number_of, tensor_op

__all__ = [
    "cast",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "is_tensor",
    "name_scope",
    "saturate_cast",
    "shape",
    "stop_gradient",
    "unstack",
]


def convert_to_tensor(x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Any:
    """The tensor of `x`, cast to `dtype` where one is given; `sparse=False` and `ragged=False` make it dense."""
    if type(x) is EagerTensor and dtype is None:
        return x
    if isinstance(x, KerasTensor):
        return x if dtype is None or x.dtype == standardize_dtype(dtype) else cast(x, dtype)
    if isinstance(x, tf.SparseTensor):
        if sparse is not False:
            return x if dtype is None else tf.cast(x, standardize_dtype(dtype))
        x = tf.sparse.to_dense(x)
    if ragged is False and isinstance(x, tf.RaggedTensor):
        x = x.to_tensor()
    if dtype is None:
        return x if isinstance(x, Tensor) else wrap(to_storage(x))
    wanted = dtypes.as_dtype(standardize_dtype(dtype))
    if isinstance(x, (bool, int, float)) and wanted.torch is not None:
        return wrap(number_of(x, wanted.torch))
    t = to_storage(x, wanted) if wanted.torch is None else to_storage(x)
    if isinstance(t, torch.Tensor) and t.dtype is not wanted.torch:
        t = t.to(wanted.torch)
    elif isinstance(x, Tensor):
        return x  # itself, with the mask and the logits that it may carry
    return wrap(t)


def convert_to_numpy(x: Any) -> np.ndarray:
    """The value as a numpy array."""
    return np.array(x if isinstance(x, np.ndarray) else convert_to_tensor(x, sparse=False, ragged=False))


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor or a tf.Variable (a keras.Variable too, as in TensorFlow), not a KerasTensor."""
    from tfcompat.keras._variable import Variable

    return isinstance(x, (Tensor, TFVariable, Variable))


@tensor_op("x")
def cast(x: Any, dtype: Any) -> Any:
    """`x` as a tensor of another dtype."""
    return tf.cast(x, standardize_dtype(dtype))


@tensor_op("x")
def saturate_cast(x: Any, dtype: Any) -> Any:
    """`x` as a tensor of another dtype; what lies outside of its range becomes its smallest or largest number."""
    wanted = standardize_dtype(dtype)
    if wanted == "bool" or x.dtype is tf.bool:
        return tf.cast(x, wanted)
    return tf.saturate_cast(x, wanted)


def shape(x: Any) -> tuple[Any, ...]:
    """The shape as a tuple; a KerasTensor's has None for sizes not known."""
    if isinstance(x, KerasTensor):
        return x.shape
    return tuple(x.shape) if isinstance(x, tf.SparseTensor) else tuple(to_storage(x).shape)


def dtype(x: Any) -> str:
    """The dtype's name."""
    return standardize_dtype(getattr(x, "dtype", None) or dtypes.BY_STORAGE[to_storage(x).dtype])


@tensor_op("variable")
def stop_gradient(variable: Any) -> Any:
    """The value, through which no gradient flows."""
    return tf.stop_gradient(variable)


def _unstack_spec(x: Any, num: int | None, axis: int) -> list[KerasTensor]:
    rank = len(x.shape)
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of bounds for a tensor of {rank} dimensions.")
    axis %= rank
    count = x.shape[axis] if num is None else num
    if count is None:
        raise ValueError(f"Cannot infer argument `num` from shape {x.shape}: tell it, or give x a known size there.")
    shape = [d for i, d in enumerate(x.shape) if i != axis]
    return [KerasTensor(shape, x.dtype) for _ in range(count)]


@tensor_op("x", spec=_unstack_spec)
def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """The slices along `axis`, as a list; ValueError where `num` is given and is not their number."""
    return tf.unstack(x, num=num, axis=axis)
