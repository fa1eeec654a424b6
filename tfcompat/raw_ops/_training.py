"""Raw ops that apply an optimizer's step to variables: ResourceApplyAdam and its like, dense and by rows.

A rule takes the values of the variable and its slots, then the op's other arguments, and gives the new values. It
serves the dense op and the sparse one, which applies it to the rows that `indices` names, one gradient after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid
from tfcompat.raw_ops._calling import HINTS
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._resources import value_of

Rule = Callable[..., Sequence[torch.Tensor]]
_NO_SCALARS = {"grad", "delta", "indices"}


def _checked(variables: list[Any], given: dict[str, Any], gradient: str, rows: int | None) -> list[torch.Tensor]:
    """The values of the variables, whose shapes must agree with the gradient's."""
    values = [value_of(v) for v in variables]
    grad = given[gradient]
    for t in values:
        if t.dtype != grad.dtype:
            have, got = BY_STORAGE[t.dtype].name, BY_STORAGE[grad.dtype].name
            raise Invalid(f"Trying to update a variable of dtype {have} with a gradient of {got}")
        if t.shape != values[0].shape:
            raise Invalid(f"var and its slots must have the same shape: {list(values[0].shape)} {list(t.shape)}")
    shape = tuple(values[0].shape)
    wanted = shape if rows is None else (rows, *shape[1:])
    if rows is not None and not shape:
        raise Invalid("var must be at least 1 dimensional")
    if tuple(grad.shape) != wanted:
        raise Invalid(f"var and {gradient} do not have the same shape: {list(shape)} {list(grad.shape)}")
    for name, t in given.items():
        if isinstance(t, torch.Tensor) and t.ndim and name not in _NO_SCALARS:
            raise Invalid(f"{name} is not a scalar: {list(t.shape)}")
    return [t.detach() for t in values]


def _waves(indices: torch.Tensor) -> Iterator[torch.Tensor]:
    """The positions of the indices, split so that none of them occurs twice in a part: mostly one part."""
    order = torch.argsort(indices, stable=True)
    ranked = indices[order]
    places = torch.arange(len(ranked), device=indices.device)
    starts = torch.where(torch.cat([places[:1] == 0, ranked[1:] != ranked[:-1]]), places, 0)
    turn = torch.empty_like(places)
    turn[order] = places - torch.cummax(starts, 0).values
    for i in range(int(turn.max()) + 1 if len(turn) else 0):
        yield torch.nonzero(turn == i).reshape(-1)


def _apply(name: str, slots: str, rule: Rule, sparse: bool = True, gradient: str = "grad") -> None:
    """Registers ResourceApply`name`, and ResourceSparseApply`name`, whose variables are `slots`."""
    variables = slots.split()

    def dense(**given: Any) -> None:
        held = [given.pop(v) for v in variables]
        rest = {k: v.detach() if isinstance(v, torch.Tensor) else v for k, v in given.items() if k not in HINTS}
        values = _checked(held, rest, gradient, None)
        for variable, new in zip(held, rule(*values, **rest), strict=True):
            variable._write(new)

    def by_rows(**given: Any) -> None:
        held = [given.pop(v) for v in variables]
        rest = {k: v.detach() if isinstance(v, torch.Tensor) else v for k, v in given.items() if k not in HINTS}
        indices, grad = rest.pop("indices"), rest.pop(gradient)
        if indices.ndim != 1:
            raise Invalid("indices must be one-dimensional")
        values = _checked(held, {**rest, gradient: grad}, gradient, len(indices))
        rows = indices.long()
        if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= len(values[0])):
            bad = next(i for i, r in enumerate(rows.tolist()) if not 0 <= r < len(values[0]))
            raise Invalid(f"Index {int(rows[bad])} at offset {bad} in indices is out of range [0, {len(values[0])})")
        for places in _waves(rows):
            at = rows[places]
            new = rule(*(t[at] for t in values), **{gradient: grad[places]}, **rest)
            values = [t.index_copy(0, at, n) for t, n in zip(values, new, strict=True)]
        for variable, value in zip(held, values, strict=True):
            variable._write(value)

    dense.__doc__ = f"A step of {name} on whole variables."
    by_rows.__doc__ = f"A step of {name} on rows of variables."
    raw(f"ResourceApply{name}")(dense)
    if sparse:
        raw(f"ResourceSparseApply{name}")(by_rows)


def _shrunk(x: torch.Tensor, by: Any) -> torch.Tensor:
    """`x` moved towards 0 by `by`, and no further."""
    return torch.sign(x) * torch.clamp_min(torch.abs(x) - by, 0)


def _gradient_descent(var: Any, alpha: Any, delta: Any) -> Any:
    return (var - alpha * delta,)


def _proximal_gradient_descent(var: Any, alpha: Any, l1: Any, l2: Any, **gradient: Any) -> Any:
    (delta,) = gradient.values()
    return (_shrunk(var - alpha * delta, alpha * l1) / (1 + l2 * alpha),)


def _momentum(var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool) -> Any:
    accum = accum * momentum + grad
    return var - (grad * lr + accum * momentum * lr if use_nesterov else accum * lr), accum


def _keras_momentum(var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool) -> Any:
    accum = accum * momentum - grad * lr
    return var + (accum * momentum - grad * lr if use_nesterov else accum), accum


def _adagrad(var: Any, accum: Any, lr: Any, grad: Any, update_slots: bool) -> Any:
    accum = accum + grad * grad if update_slots else accum
    return var - lr * grad * torch.rsqrt(accum), accum


def _adagrad_v2(var: Any, accum: Any, lr: Any, epsilon: Any, grad: Any, update_slots: bool) -> Any:
    accum = accum + grad * grad if update_slots else accum
    return var - lr * grad / (torch.sqrt(accum) + epsilon), accum


def _adagrad_da(var: Any, total: Any, squares: Any, grad: Any, lr: Any, l1: Any, l2: Any, global_step: Any) -> Any:
    step = global_step.to(grad.dtype)
    total, squares = total + grad, squares + grad * grad
    return -lr * _shrunk(total, l1 * step) / (l2 * step * lr + torch.sqrt(squares)), total, squares


def _proximal_adagrad(var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any) -> Any:
    accum = accum + grad * grad
    rate = lr * torch.rsqrt(accum)
    return _shrunk(var - grad * rate, rate * l1) / (1 + l2 * rate), accum


def _adadelta(var: Any, accum: Any, updates: Any, lr: Any, rho: Any, epsilon: Any, grad: Any) -> Any:
    accum = accum * rho + grad * grad * (1 - rho)
    update = torch.sqrt(updates + epsilon) * torch.rsqrt(accum + epsilon) * grad
    return var - update * lr, accum, updates * rho + update * update * (1 - rho)


def _rms_prop(
    var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, Any, Any]:
    ms = ms + (grad * grad - ms) * (1 - rho)
    mom = mom * momentum + grad * lr * torch.rsqrt(ms + epsilon)
    return var - mom, ms, mom


def _centered_rms_prop(
    var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, Any, Any, Any]:
    ms = ms + (grad * grad - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + grad * lr * torch.rsqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


def _moments(m: Any, v: Any, grad: Any, beta1: Any, beta2: Any) -> Any:
    return m + (grad - m) * (1 - beta1), v + (grad * grad - v) * (1 - beta2)


def _adam(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    use_nesterov: bool,
) -> Any:
    rate = lr * torch.sqrt(1 - beta2_power) / (1 - beta1_power)
    m, v = _moments(m, v, grad, beta1, beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    return var - ahead * rate / (torch.sqrt(v) + epsilon), m, v


def _amsgrad(
    var: Any,
    m: Any,
    v: Any,
    vhat: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
) -> Any:
    rate = lr * torch.sqrt(1 - beta2_power) / (1 - beta1_power)
    m, v = _moments(m, v, grad, beta1, beta2)
    vhat = torch.maximum(vhat, v)
    return var - m * rate / (torch.sqrt(vhat) + epsilon), m, v, vhat


def _ada_max(
    var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any, epsilon: Any, grad: Any
) -> Any:
    m = m + (grad - m) * (1 - beta1)
    v = torch.maximum(v * beta2, torch.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


def _add_sign(var: Any, m: Any, lr: Any, alpha: Any, sign_decay: Any, beta: Any, grad: Any) -> Any:
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * torch.sign(grad) * torch.sign(m)) * grad, m


def _power_sign(var: Any, m: Any, lr: Any, logbase: Any, sign_decay: Any, beta: Any, grad: Any) -> Any:
    m = m * beta + grad * (1 - beta)
    return var - lr * torch.exp(logbase * sign_decay * torch.sign(grad) * torch.sign(m)) * grad, m


def _ftrl(
    var: Any,
    accum: Any,
    linear: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    lr_power: Any,
    multiply_linear_by_lr: bool,
    l2_shrinkage: Any = 0,
) -> Any:
    """`linear` is kept times the learning rate where multiply_linear_by_lr says so."""
    total = accum + grad * grad
    now, before = torch.pow(total, -lr_power), torch.pow(accum, -lr_power)
    scale = lr if multiply_linear_by_lr else torch.ones_like(lr)
    linear = linear + (grad + 2 * l2_shrinkage * var) * scale - (now - before) / lr * scale * var
    pull = torch.sign(linear) * l1 * scale - linear
    return torch.where(torch.abs(linear) > l1 * scale, pull / (now / lr * scale + 2 * l2 * scale), 0), total, linear


_apply("GradientDescent", "var", _gradient_descent, sparse=False, gradient="delta")
_apply("Momentum", "var accum", _momentum)
_apply("KerasMomentum", "var accum", _keras_momentum)
_apply("Adagrad", "var accum", _adagrad)
_apply("AdagradV2", "var accum", _adagrad_v2)
_apply("AdagradDA", "var gradient_accumulator gradient_squared_accumulator", _adagrad_da)
_apply("ProximalAdagrad", "var accum", _proximal_adagrad)
_apply("Adadelta", "var accum accum_update", _adadelta)
_apply("RMSProp", "var ms mom", _rms_prop)
_apply("CenteredRMSProp", "var mg ms mom", _centered_rms_prop)
_apply("Adam", "var m v", _adam, sparse=False)
_apply("AdamWithAmsgrad", "var m v vhat", _amsgrad, sparse=False)
_apply("AdaMax", "var m v", _ada_max, sparse=False)
_apply("AddSign", "var m", _add_sign, sparse=False)
_apply("PowerSign", "var m", _power_sign, sparse=False)
_apply("Ftrl", "var accum linear", _ftrl)
_apply("FtrlV2", "var accum linear", _ftrl)
# The sparse op calls its gradient by another name than the dense one.
_apply("ProximalGradientDescent", "var", _proximal_gradient_descent, gradient="grad")
_apply("ProximalGradientDescent", "var", _proximal_gradient_descent, sparse=False, gradient="delta")
