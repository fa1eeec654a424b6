"""What loss functions of (y_true, y_pred) share: both become torch tensors of the predictions' dtype."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._keras_tensor import SymbolicArgument
from tfcompat.keras.losses.base import squeeze_or_expand, told_shapes
from tfcompat.keras.ops._operation import float_of


def tensors(y_true: Any, y_pred: Any, align: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Labels and predictions as torch tensors of the predictions' dtype, brought to one rank where `align`."""
    pred = float_of(y_pred)
    true = to_storage(y_true)
    true = true if true.dtype is pred.dtype and true.device == pred.device else true.to(pred.device, pred.dtype)
    return squeeze_or_expand(true, pred) if align else (true, pred)


def drawn(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function so that it draws the model's graph when KerasTensors are among its arguments."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except SymbolicArgument:
            from tfcompat.keras._drawn import draw

            return draw(call, args, kwargs)

    return call


def loss_function(align: bool = True) -> Callable[[Callable[..., torch.Tensor]], Callable[..., Any]]:
    """Decorates a function over torch tensors as one of (y_true, y_pred, ...) over anything that makes tensors."""

    def decorate(body: Callable[..., torch.Tensor]) -> Callable[..., Any]:
        @drawn
        @functools.wraps(body)
        def call(y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
            true, pred = tensors(y_true, y_pred, align)
            try:
                return wrap(body(true, pred, *args, **kwargs))
            except (RuntimeError, IndexError) as error:
                raise told_shapes(error, true, pred) from None

        return call

    return decorate
