"""What optimizers do with gradients and weights as torch tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.state import state
from tfcompat._core.variable import Variable as TFVariable
from tfcompat._core.variable import writable
from tfcompat.keras._variable import Variable
from tfcompat.keras._version import is_legacy

Tensors = list[torch.Tensor]


def tf_variable(variable: Any) -> TFVariable:
    """The tf.Variable behind a Keras variable, or the tf.Variable itself."""
    return variable._value if isinstance(variable, Variable) else variable


def number(t: torch.Tensor) -> Any:
    """A scalar as a Python number, where reading it costs nothing and no function is being captured; else itself."""
    if type(t) is torch.Tensor and t.is_cpu and state.graph is None:
        return t.item()
    return t


def dense(gradient: Any, variable: Any) -> torch.Tensor:
    """A gradient as a torch tensor of its variable's shape, dtype and device; IndexedSlices are added up.

    Keras squares IndexedSlices before it adds them up, so `squares` and `magnitudes` need the slices: the tensor
    carries them.
    """
    own = tf_variable(variable)._storage.t
    if isinstance(gradient, IndexedSlices):
        rows = to_storage(gradient.indices).long().to(own.device)
        values = to_storage(gradient.values).to(own.device, own.dtype)
        t = torch.zeros(own.shape, dtype=own.dtype, device=own.device).index_add_(0, rows, values)
        t._slices = (rows, values)  # pyright: ignore[reportAttributeAccessIssue]
        return t
    t = to_storage(gradient)
    t = t.to_dense() if t.layout is not torch.strided else t
    t = t.detach() if t.requires_grad else t
    t = t if t.dtype is own.dtype and t.device == own.device else t.to(own.device, own.dtype)
    if t.shape != own.shape:
        t = _spread(t, own)
    # Gradients of convolutions have other strides; fused kernels take elements in the order that memory has them.
    return t if t.is_contiguous() else t.contiguous()


def _spread(t: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """A gradient broadcast to its variable's shape; InvalidArgumentError where it does not fit."""
    try:
        return t.expand(own.shape)
    except RuntimeError:
        shapes = (f"[{','.join(map(str, x.shape))}]" for x in (t, own))
        raise InvalidArgumentError(None, None, f"Incompatible shapes: {' vs. '.join(shapes)}") from None


def as_cast(value: float, like: torch.Tensor) -> float:
    """A number as Keras casts it to a variable's dtype: by way of float32."""
    return float(np.float32(value)) if like.dtype is torch.float64 else value


def has_slices(grads: Tensors) -> bool:
    """Whether one of the gradients was made of slices."""
    return any(hasattr(g, "_slices") for g in grads)


def _each(grads: Tensors, function: Callable[[torch.Tensor], torch.Tensor]) -> Tensors:
    found = []
    for g in grads:
        if hasattr(g, "_slices"):
            rows, values = g._slices  # pyright: ignore[reportAttributeAccessIssue]
            found.append(torch.zeros_like(g).index_add_(0, rows, function(values)))
        else:
            found.append(function(g))
    return found


def squares(grads: Tensors) -> Tensors:
    """The gradients squared; slices one by one."""
    return _each(grads, torch.square)


def magnitudes(grads: Tensors) -> Tensors:
    """The gradients' absolute values; slices one by one."""
    return _each(grads, torch.abs) if has_slices(grads) else list(torch._foreach_abs(grads))


def add_squares(totals: Tensors, grads: Tensors, scale: float = 1.0) -> None:
    """Adds `scale` times the squares of the gradients to `totals`, in place."""
    if has_slices(grads):
        torch._foreach_add_(totals, squares(grads), alpha=scale)
    else:
        torch._foreach_addcmul_(totals, grads, grads, scale)


def foresee_squares(totals: Tensors, grads: Tensors, decay: float) -> None:
    """Changes `totals` so that `decay * total + (1 - decay) * gradient ** 2` has the squares of the slices in it.

    Only the rows of the slices change: what a kernel that squares the whole gradient gets wrong is added beforehand.
    """
    for total, g in zip(totals, grads):
        if hasattr(g, "_slices"):
            rows, values = g._slices  # pyright: ignore[reportAttributeAccessIssue]
            once = torch.ones_like(rows, dtype=g.dtype)
            count = torch.zeros(g.shape[:1], dtype=g.dtype, device=g.device).index_add_(0, rows, once)
            # Of the rows that the slices are of alone: the others may be many more.
            share = g.index_select(0, rows).square().div(count.index_select(0, rows).view(-1, *[1] * (g.ndim - 1)))
            # The kernel's own `alpha` takes three times as long.
            total.index_add_(0, rows, (values.square() - share) * ((1 - decay) / decay))


def where_true(flag: torch.Tensor, variables: list[TFVariable], update: Callable[[], object]) -> None:
    """Runs `update`, and takes back what it did to `variables` where `flag`, which is not known yet, is false."""
    before = [v._read().detach().clone() for v in variables]
    update()
    for variable, old in zip(variables, before):
        t = writable(variable)
        t.copy_(torch.where(flag.to(t.device), t, old))


def _changed(g: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """The function of a gradient, or of its slices, one by one."""
    if not hasattr(g, "_slices"):
        return function(g)
    rows, values = g._slices  # pyright: ignore[reportAttributeAccessIssue]
    values = function(values)
    t = torch.zeros_like(g).index_add_(0, rows, values)
    t._slices = (rows, values)  # pyright: ignore[reportAttributeAccessIssue]
    return t


def clipped(grads: Tensors, norm: float | None, value: float | None, global_norm: float | None) -> Tensors:
    """The gradients, each scaled to a norm of at most `norm`, or cut off at `value`, or all scaled to `global_norm`."""
    if norm or global_norm:  # Keras squares slices one by one for the norm
        norms = torch._foreach_norm([g._slices[1] if hasattr(g, "_slices") else g for g in grads])  # type: ignore[attr-defined]
    if norm:
        shares = [norm / torch.clamp(n, min=norm) for n in norms]
        return [_changed(g, functools.partial(torch.mul, share)) for g, share in zip(grads, shares)]
    if global_norm:
        total = torch.stack([n.float() for n in norms]).norm()
        scale = global_norm * torch.clamp(1.0 / total, max=1.0 / global_norm)
        # A norm that is not finite makes the gradients NaN, as in TensorFlow, rather than hiding it.
        scale = scale + (total - total)
        if is_legacy():  # whose scaled slices are slices still
            return [_changed(g, functools.partial(torch.mul, scale.to(g.dtype))) for g in grads]
        return [g * scale.to(g.dtype) for g in grads]
    if value:
        return [_changed(g, functools.partial(torch.clamp, min=-value, max=value)) for g in grads]
    return grads


def update_averages(averages: Tensors, variables: list[Any], momentum: float, step: Any) -> None:
    """Moves the averages towards the variables' values, in place; at step 0 they become the values."""
    for average, variable in zip(averages, variables):
        value = variable._read().detach()
        if isinstance(step, torch.Tensor):
            keep = torch.where(step > 0, momentum, 0.0).to(average.device, average.dtype)
        else:
            keep = momentum if step > 0 else 0.0
        average.mul_(keep).add_(value * (1 - keep))
