"""keras.ops: conversion, casting and control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable as TFVariable
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._naming import name_scope
from tfcompat.keras.ops._operation import keras_op, number_of, operation, torch_dtype

__all__ = [
    "cast",
    "cond",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "is_tensor",
    "name_scope",
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
    for flag, method in ((sparse, "_to_dense_tensor"), (ragged, "to_tensor")):
        if flag is False and hasattr(x, method):
            x = getattr(x, method)()
    if dtype is None:
        return wrap(to_storage(x))
    wanted = dtypes.as_dtype(standardize_dtype(dtype))
    if isinstance(x, (bool, int, float)) and wanted.torch is not None:
        return wrap(number_of(x, wanted.torch))
    t = to_storage(x, wanted) if wanted.torch is None else to_storage(x)
    if isinstance(t, torch.Tensor) and t.dtype is not wanted.torch:
        t = t.to(wanted.torch)
    elif isinstance(x, EagerTensor):
        return x
    return wrap(t)


def convert_to_numpy(x: Any) -> np.ndarray:
    """The value as a numpy array."""
    return np.array(x if isinstance(x, np.ndarray) else convert_to_tensor(x, sparse=False, ragged=False))


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor or a tf.Variable (a keras.Variable too, as in TensorFlow), not a KerasTensor."""
    from tfcompat.keras._variable import Variable

    return isinstance(x, (Tensor, TFVariable, Variable))


@keras_op("x")
def cast(x: Any, dtype: Any) -> Any:
    """`x` as a tensor of another dtype."""
    return x.to(torch_dtype(standardize_dtype(dtype)))


def shape(x: Any) -> tuple[Any, ...]:
    """The shape as a tuple; a KerasTensor's has None for sizes not known."""
    if isinstance(x, KerasTensor):
        return x.shape
    return tuple(to_storage(x).shape)


def dtype(x: Any) -> str:
    """The dtype's name."""
    return standardize_dtype(getattr(x, "dtype", None) or dtypes.BY_STORAGE[to_storage(x).dtype])


@keras_op("variable")
def stop_gradient(variable: Any) -> Any:
    """The value, through which no gradient flows."""
    return variable.detach()


@keras_op("x")
def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """The slices along `axis`, as a list; ValueError where `num` is given and is not their number."""
    if num is not None and x.shape[axis] != num:
        raise ValueError(f"`num` is {num}, but axis {axis} of x has size {x.shape[axis]}.")
    return list(x.unbind(axis))


@operation("pred")
def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What `true_fn()` returns where `pred` holds, else what `false_fn()` returns; tf.cond in a tf.function."""
    if isinstance(pred, (bool, int)):
        return true_fn() if pred else false_fn()
    from tfcompat._core.state import state

    if state.graph is None:
        return true_fn() if bool(convert_to_tensor(pred)) else false_fn()
    import tfcompat

    return tfcompat.cond(pred, true_fn, false_fn)
