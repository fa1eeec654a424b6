"""Functions that took other names for their arguments in TensorFlow 1: reduction_indices, keep_dims, dimension."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.state import state


def one_of(function: str, new: str, value: Any, old: str, older: Any) -> Any:
    """The value of an argument that has two names; ValueError where both are given."""
    if older is None:
        return value
    if value is not None:
        raise ValueError(f"{function}: cannot specify both '{old}' and '{new}'.")
    return older


def _reduction(name: str) -> Callable[..., Any]:
    plain = getattr(tf, name)

    def reduce(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Any:
        axis = one_of(reduce.__name__, "axis", axis, "reduction_indices", reduction_indices)
        kept = one_of(reduce.__name__, "keepdims", keepdims, "keep_dims", keep_dims)
        return plain(input_tensor, axis=axis, keepdims=bool(kept), name=name)

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = (
        f"tf.{name}, also with `axis` as reduction_indices and `keepdims` as keep_dims (tf.compat.v1.{name}).\n\n"
        "    ValueError where both names of one are given."
    )
    return reduce


reduce_all, reduce_any, reduce_logsumexp = map(_reduction, ("reduce_all", "reduce_any", "reduce_logsumexp"))
reduce_max, reduce_mean, reduce_min = map(_reduction, ("reduce_max", "reduce_mean", "reduce_min"))
reduce_prod, reduce_sum = map(_reduction, ("reduce_prod", "reduce_sum"))


def argmax(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = tf.int64
) -> Any:
    """tf.argmax, also with `axis` as dimension (tf.compat.v1.argmax); ValueError where both are given."""
    return tf.argmax(input, one_of("argmax", "axis", axis, "dimension", dimension) or 0, output_type, name=name)


def argmin(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = tf.int64
) -> Any:
    """tf.argmin, also with `axis` as dimension (tf.compat.v1.argmin); ValueError where both are given."""
    return tf.argmin(input, one_of("argmin", "axis", axis, "dimension", dimension) or 0, output_type, name=name)


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Any:
    """tf.squeeze, also with `axis` as squeeze_dims (tf.compat.v1.squeeze); ValueError where both are given."""
    return tf.squeeze(input, one_of("squeeze", "axis", axis, "squeeze_dims", squeeze_dims), name=name)


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """tf.expand_dims, also with `axis` as dim (tf.compat.v1.expand_dims); ValueError where both or none are given."""
    axis = one_of("expand_dims", "axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("expand_dims: must specify an axis argument.")
    return tf.expand_dims(input, axis, name=name)


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Any:
    """tf.norm, also with `keepdims` as keep_dims (tf.compat.v1.norm); ValueError where both are given."""
    kept = one_of("norm", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.norm(tensor, ord=ord, axis=axis, keepdims=bool(kept), name=name)


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Any:
    """tf.transpose with TensorFlow 1's order of arguments (tf.compat.v1.transpose)."""
    return tf.transpose(a, perm, conjugate=conjugate, name=name)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Any:
    """tf.zeros_like (tf.compat.v1.zeros_like); `optimize` is a hint to TensorFlow's graphs."""
    return tf.zeros_like(tensor, dtype=dtype, name=name)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Any:
    """tf.ones_like (tf.compat.v1.ones_like); `optimize` is a hint to TensorFlow's graphs."""
    return tf.ones_like(tensor, dtype=dtype, name=name)


def shape(input: Any, name: str | None = None, out_type: Any = None) -> Any:
    """tf.shape with TensorFlow 1's order of arguments (tf.compat.v1.shape); int32 where `out_type` is None."""
    return tf.shape(input, tf.int32 if out_type is None else out_type, name=name)


def size(input: Any, name: str | None = None, out_type: Any = None) -> Any:
    """tf.size with TensorFlow 1's order of arguments (tf.compat.v1.size); int32 where `out_type` is None."""
    return tf.size(input, tf.int32 if out_type is None else out_type, name=name)


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Any:
    """tf.gather with TensorFlow 1's order of arguments (tf.compat.v1.gather); indices are always validated."""
    return tf.gather(params, indices, axis=axis, batch_dims=batch_dims, name=name)


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None, constant_values: Any = 0) -> Any:
    """tf.pad with TensorFlow 1's order of arguments (tf.compat.v1.pad)."""
    return tf.pad(tensor, paddings, mode, constant_values, name=name)


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: Any = None) -> Any:
    """tf.boolean_mask with TensorFlow 1's order of arguments (tf.compat.v1.boolean_mask)."""
    return tf.boolean_mask(tensor, mask, axis=axis, name=name)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const", verify_shape: bool = False) -> Any:
    """tf.constant (tf.compat.v1.constant); in a graph the last of too few values fills `shape`.

    TypeError where the value has not `shape`, if `verify_shape`; ValueError for more values than `shape` has places.
    """
    if shape is None or (state.graph is None and not verify_shape):
        return tf.constant(value, dtype, shape, name)
    t = to_storage(value, None if dtype is None else dtypes.as_dtype(dtype))
    sizes = cast("tuple[int, ...]", tuple(tf.TensorShape(shape).as_list()))
    if verify_shape and tuple(t.shape) != sizes:
        raise TypeError(f"Expected Tensor's shape: {sizes}, but got {tuple(t.shape)}.")
    count, given = math.prod(sizes), math.prod(t.shape)
    if state.graph is None:
        return tf.constant(value, dtype, shape, name)
    if given > count:
        raise ValueError(f"Too many elements provided. Takes at most {count}, but got {given}")
    if 1 < given < count:
        flat = t.reshape(-1)
        places = np.minimum(np.arange(count), given - 1)
        t = (flat[places] if isinstance(flat, np.ndarray) else flat[torch.from_numpy(places)]).reshape(sizes)
        return state.graph.wrap_constant(t, name)
    return tf.constant(value, dtype, shape, name)


def convert_to_tensor(
    value: Any, dtype: Any = None, name: str | None = None, preferred_dtype: Any = None, dtype_hint: Any = None
) -> Any:
    """tf.convert_to_tensor, also with `dtype_hint` as preferred_dtype (tf.compat.v1.convert_to_tensor)."""
    hint = one_of("convert_to_tensor", "dtype_hint", dtype_hint, "preferred_dtype", preferred_dtype)
    return tf.convert_to_tensor(value, dtype, hint, name=name)


def cond(
    pred: Any,
    true_fn: Any = None,
    false_fn: Any = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Any = None,
    fn2: Any = None,
) -> Any:
    """tf.cond, also with its functions as fn1 and fn2 (tf.compat.v1.cond); TypeError where one is missing.

    strict: whether a list of one result stays a list.
    """
    true_fn = one_of("cond", "true_fn", true_fn, "fn1", fn1)
    false_fn = one_of("cond", "false_fn", false_fn, "fn2", fn2)
    if true_fn is None or false_fn is None:
        raise TypeError(f"cond: '{'true_fn' if true_fn is None else 'false_fn'}' argument required")
    result = tf.cond(pred, true_fn, false_fn, name=name)
    return result[0] if not strict and type(result) in (list, tuple) and len(result) == 1 else result


def while_loop(
    cond: Any,
    body: Any,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """tf.while_loop (tf.compat.v1.while_loop); a single loop variable is returned as itself.

    return_same_structure: then it is returned in its list. back_prop: without it no gradient flows back.
    """
    result = tf.while_loop(
        cond, body, loop_vars, shape_invariants, parallel_iterations, back_prop, swap_memory, maximum_iterations, name
    )
    return result if return_same_structure or len(result) != 1 else result[0]


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = tf.UnconnectedGradients.NONE,
) -> list[Any]:
    """tf.gradients (tf.compat.v1.gradients); colocate_gradients_with_ops is a hint to TensorFlow's graphs."""
    return tf.gradients(
        ys, xs, grad_ys, name, gate_gradients, aggregation_method, stop_gradients, unconnected_gradients
    )


def confusion_matrix(
    labels: Any, predictions: Any, num_classes: Any = None, dtype: Any = tf.int32, name: Any = None, weights: Any = None
) -> Any:
    """tf.math.confusion_matrix with TensorFlow 1's order of arguments (tf.compat.v1.confusion_matrix)."""
    return tf.math.confusion_matrix(labels, predictions, num_classes, weights, dtype, name)
