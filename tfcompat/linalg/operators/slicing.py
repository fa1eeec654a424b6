"""Slices of the batch of an operator: operator[i, :, ...]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf


def batch_slice(operator: Any, slices: Any) -> Any:
    """The operator of the part of the batch that `slices`, the argument of `__getitem__`, picks."""
    slices = tuple(slices) if isinstance(slices, Sequence) else (slices,)
    changed = {}
    if not (len(slices) == 1 and slices[0] is Ellipsis):
        batch = operator.batch_shape_tensor()
        for name, matrix_rank in operator._experimental_parameter_ndims_to_matrix_ndims.items():
            value = getattr(operator, name)
            if value is not None:
                changed[name] = _mapped(lambda v, rank: _sliced(v, rank, slices, batch), value, matrix_rank)
    return type(operator)(**{**operator.parameters, **changed})


def _mapped(function: Any, value: Any, matrix_rank: Any) -> Any:
    """`function(value, rank)` on the parts of an argument, which may be a list, even of lists."""
    if isinstance(matrix_rank, (list, tuple)):
        return [_mapped(function, v, rank) for v, rank in zip(value, matrix_rank, strict=True)]
    return function(value, matrix_rank)


def _sliced(value: Any, matrix_rank: int, slices: tuple[Any, ...], batch: Any) -> Any:
    """The part of one argument; along a dimension where it has one element for all of the batch it keeps that one."""
    value = _of_rank(value, matrix_rank, tf.ones_like(batch))
    is_operator = hasattr(value, "batch_shape_tensor")
    shape = value.batch_shape_tensor() if is_operator else tf.shape(value)[: tf.rank(value) - matrix_rank]
    if batch.shape[0] and not shape.shape[0]:
        return value
    parts = _fitted(slices, batch, shape)
    if matrix_rank:
        parts += [] if any(part is Ellipsis for part in slices) else [Ellipsis]
        parts += [slice(None)] * matrix_rank
    return value[tuple(parts)]


def _of_rank(value: Any, matrix_rank: int, ones: Any) -> Any:
    """`value` with as many batch dimensions as there are `ones`, new ones of size 1 put before its own."""
    if hasattr(value, "batch_shape_tensor"):
        ranks = value._experimental_parameter_ndims_to_matrix_ndims
        changed = {
            name: _mapped(lambda v, rank: _of_rank(v, rank, ones), getattr(value, name), rank)
            for name, rank in ranks.items()
            if getattr(value, name) is not None
        }
        return type(value)(**{**value.parameters, **changed})
    base = tf.concat([ones, tf.ones([matrix_rank], tf.int32)], 0)
    return tf.broadcast_to(value, tf.broadcast_dynamic_shape(base, tf.shape(value)))


def _fitted(slices: tuple[Any, ...], batch: Any, shape: Any) -> list[Any]:
    """`slices` of a batch of shape `batch`, for an argument whose `shape` has 1 where it is the same for all."""
    fitted, at = [], 0
    for i, part in enumerate(slices):
        if part is Ellipsis:
            if at < 0:
                raise ValueError(f"Found multiple `...` in slices {slices}")
            at = -sum(later is not None for later in slices[i + 1 :])
        elif part is not None:
            one = batch[at] > shape[at]
            if isinstance(part, slice):
                bounds = ((part.start, 0), (part.stop, 1), (part.step, 1))
                part = slice(*(None if bound is None else _where(one, other, bound) for bound, other in bounds))
            else:
                part = _where(one, 0, part)
            at += 1
        fitted.append(part)
    return fitted


def _where(condition: Any, x: int, y: Any) -> Any:
    """`x` or `y`, an int where both the condition and `y` are known."""
    known = [tf.get_static_value(condition), tf.get_static_value(y)]
    if None in [k if k is None else True for k in known]:
        return tf.where(condition, x, y)
    return x if known[0] else y
