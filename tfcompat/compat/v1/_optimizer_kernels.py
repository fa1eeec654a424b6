"""How TensorFlow 1's optimizers change variables: each rule once, for whole variables and for rows of them.

A rule takes a gradient, a variable's value, its slots' values and numbers, and gives the new values. Where torch has a
fused kernel for a rule, whole variables are changed by that, in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.variable import Variable, writable

Tensors = list[torch.Tensor]
Rule = Callable[..., tuple[torch.Tensor, ...]]
_FUSED = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def number(x: Any, like: torch.Tensor) -> Any:
    """A hyperparameter as TensorFlow's kernels have it, in a variable's dtype: a Python number, or a scalar tensor."""
    if isinstance(x, (int, float)):
        return float(np.float32(x)) if like.dtype is not torch.float64 else float(x)
    t = to_storage(x)
    return t if t.dtype is like.dtype and t.device == like.device else t.to(like.device, like.dtype)


def _dense(gradient: Any, like: torch.Tensor) -> torch.Tensor:
    t = to_storage(gradient)
    t = t.detach() if t.requires_grad else t
    t = t if t.dtype is like.dtype and t.device == like.device else t.to(like.device, like.dtype)
    return t if t.is_contiguous() else t.contiguous()


class Updates:
    """Updates by one rule with the same numbers. Those that follow one another are made at once.

    fused: changes lists of tensors in place, the gradients and for each the variable and its slots; tells whether it
    does. numbers: what the updates were made with.
    """

    def __init__(self, rule: Rule, fused: Callable[..., bool] | None, numbers: Sequence[Any]) -> None:
        self.rule, self.fused, self.numbers = rule, fused, list(numbers)
        self.several = self._several  # the same object each time

    def one(self, gradient: Any, variable: Variable, slots: Sequence[Variable], numbers: Sequence[Any]) -> None:
        """Changes a variable and its slots."""
        self._several([[gradient, variable, slots, numbers]])

    def _several(self, calls: list[list[Any]]) -> None:
        """As `one`, for each of the calls' arguments."""
        alike: dict[Any, list[list[Any]]] = {}
        met: set[int] = set()
        later: list[list[Any]] = []
        for call in calls:
            variable = call[1]
            if later or id(variable._storage) in met:  # it changes for the second time
                later.append(call)
                continue
            met.add(id(variable._storage))
            value = variable._read()
            fits = value.device.type == "cpu" and value.dtype in _FUSED and value.is_contiguous()
            alike.setdefault(value.dtype if fits and self.fused is not None else id(call), []).append(call)
        for group in alike.values():
            self._change(group)
        if later:
            self._several(later)

    def _change(self, calls: list[list[Any]]) -> None:
        like = calls[0][1]._read()
        given = [number(n, like) for n in calls[0][3]]
        gradients = [_dense(gradient, variable._read()) for gradient, variable, _, _ in calls]
        groups = [[variable, *slots] for _, variable, slots, _ in calls]
        if self.fused is not None and like.device.type == "cpu" and like.dtype in _FUSED:
            columns = ([writable(v) for v in column] for column in zip(*groups, strict=True))
            if self.fused(gradients, *columns, *given):
                return
        for g, variables in zip(gradients, groups, strict=True):
            with torch.no_grad():
                new = self.rule(g, *(v._read().detach() for v in variables), *given)
            for v, t in zip(variables, new, strict=True):
                v.assign(wrap(t))


def update_rows(
    rule: Rule, values: Any, indices: Any, variable: Variable, slots: Sequence[Variable], numbers: Sequence[Any]
) -> None:
    """Changes rows of a variable and of its slots by a rule; no index may be there twice."""
    variables = [variable, *slots]
    whole = [writable(v) for v in variables]
    rows = to_storage(indices).to(whole[0].device, torch.int64)
    given = [number(n, whole[0]) for n in numbers]
    with torch.no_grad():
        new = rule(_dense(values, whole[0]), *(t.index_select(0, rows) for t in whole), *given)
        for t, part in zip(whole, new, strict=True):
            t.index_copy_(0, rows, part)


def descend_rows(values: Any, indices: Any, variable: Variable, rate: Any) -> None:
    """Takes gradients of rows times the rate off a variable; a row that is named twice changes twice."""
    whole = writable(variable)
    rows, scale = to_storage(indices).to(whole.device), number(rate, whole)
    if isinstance(scale, float):
        whole.index_add_(0, rows, _dense(values, whole), alpha=-scale)
    else:
        whole.index_add_(0, rows, _dense(values, whole) * -scale)


def shrunk(x: torch.Tensor, by: Any) -> torch.Tensor:
    """Numbers nearer to 0 by so much, and 0 where they are that near."""
    return x.sign() * (x.abs() - by).clamp_min(0)


# ---- rules ----


def descent(g: Any, w: Any, rate: Any) -> Any:
    """Gradient descent."""
    return (w - g * rate,)


def momentum(g: Any, w: Any, total: Any, rate: Any, kept: Any) -> Any:
    """Steps along the sum of gradients."""
    total = total * kept + g
    return w - total * rate, total


def nesterov(g: Any, w: Any, total: Any, rate: Any, kept: Any) -> Any:
    """Momentum, with the next step foreseen."""
    total = total * kept + g
    return w - (g * rate + total * kept * rate), total


def adam(g: Any, w: Any, m: Any, v: Any, power1: Any, power2: Any, rate: Any, b1: Any, b2: Any, epsilon: Any) -> Any:
    """Adam, with an epsilon that no bias is corrected of."""
    m = m + (g - m) * (1 - b1)
    v = v + (g * g - v) * (1 - b2)
    step = rate * (1 - power2) ** 0.5 / (1 - power1)
    return w - m * step / (v.sqrt() + epsilon), m, v


def adagrad(g: Any, w: Any, total: Any, rate: Any) -> Any:
    """Adagrad."""
    total = total + g * g
    return w - g * rate * total.rsqrt(), total


def adadelta(g: Any, w: Any, total: Any, updates: Any, rate: Any, rho: Any, epsilon: Any) -> Any:
    """Adadelta."""
    total = total * rho + g * g * (1 - rho)
    step = (updates + epsilon).sqrt() * (total + epsilon).rsqrt() * g
    return w - step * rate, total, updates * rho + step * step * (1 - rho)


def rmsprop(g: Any, w: Any, rms: Any, mom: Any, rate: Any, decay: Any, kept: Any, epsilon: Any) -> Any:
    """RMSProp."""
    rms = rms + (g * g - rms) * (1 - decay)
    mom = mom * kept + g * rate / (rms + epsilon).sqrt()
    return w - mom, rms, mom


def centered_rmsprop(
    g: Any, w: Any, rms: Any, mean: Any, mom: Any, rate: Any, decay: Any, kept: Any, epsilon: Any
) -> Any:
    """RMSProp with the mean's square taken off the mean square."""
    rms = rms + (g * g - rms) * (1 - decay)
    mean = mean + (g - mean) * (1 - decay)
    mom = mom * kept + g * rate / (rms - mean * mean + epsilon).sqrt()
    return w - mom, rms, mean, mom


def ftrl(g: Any, w: Any, accum: Any, linear: Any, rate: Any, l1: Any, l2: Any, shrinkage: Any, power: Any) -> Any:
    """Follow the regularized leader; `l2` with what beta adds."""
    new = accum + g * g
    slope = g + w * (2 * shrinkage)
    sigma = (new**-power - accum**-power) / rate
    linear = linear + slope - sigma * w
    return -shrunk(linear, l1) / (new**-power / rate + 2 * l2), new, linear


def proximal(g: Any, w: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """Gradient descent with regularization."""
    return (shrunk(w - g * rate, rate * l1) / (1 + l2 * rate),)


def proximal_adagrad(g: Any, w: Any, total: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """Adagrad with regularization."""
    total = total + g * g
    step = rate * total.rsqrt()
    return shrunk(w - g * step, step * l1) / (1 + l2 * step), total


def dual_averaging(g: Any, w: Any, total: Any, squares: Any, rate: Any, l1: Any, l2: Any, count: Any) -> Any:
    """Adagrad with dual averaging; count: of the steps."""
    total, squares = total + g, squares + g * g
    pull = shrunk(total, l1 * count) * rate
    return -pull / (squares.sqrt() + l2 * count * rate), total, squares


# ---- the same in place, for several variables at once; False where that can't be ----


def fused_descent(g: Tensors, w: Tensors, rate: Any) -> bool:
    """Gradient descent."""
    torch._fused_sgd_(w, g, [], momentum=0.0, nesterov=False, lr=rate, **_PLAIN)
    return True


def fused_momentum(g: Tensors, w: Tensors, total: Tensors, rate: Any, kept: Any, ahead: bool = False) -> bool:
    """Momentum, where how much is kept is a number."""
    if not isinstance(kept, float):
        return False
    torch._fused_sgd_(w, g, total, momentum=kept, nesterov=ahead, lr=rate, **_PLAIN)
    return True


def fused_nesterov(g: Tensors, w: Tensors, total: Tensors, rate: Any, kept: Any) -> bool:
    """Momentum with the next step foreseen, where how much is kept is a number."""
    return fused_momentum(g, w, total, rate, kept, ahead=True)


_PLAIN: dict[str, Any] = {"weight_decay": 0.0, "dampening": 0.0, "maximize": False, "is_first_step": False}


def fused_adam(
    g: Tensors, w: Tensors, m: Tensors, v: Tensors, power1: Any, power2: Any, rate: Any, b1: Any, b2: Any, epsilon: Any
) -> bool:
    """Adam, where the decays are numbers: as if after infinitely many steps, so that torch corrects no bias."""
    if not all(isinstance(x, float) for x in (b1, b2, epsilon)):
        return False
    steps = [torch.full((), torch.inf)] * len(w)
    lr = (rate * (1 - power2) ** 0.5 / (1 - power1)).float()
    means: Any = {"beta1": b1, "beta2": b2, "weight_decay": 0.0, "eps": epsilon, "amsgrad": False, "maximize": False}
    torch._fused_adam_(w, g, m, v, [], steps, lr=lr, **means)
    return True


def fused_adagrad(g: Tensors, w: Tensors, total: Tensors, rate: Any) -> bool:
    """Adagrad."""
    steps = [torch.full((), 1.0)] * len(w)
    torch._fused_adagrad_(w, g, total, steps, lr=rate, lr_decay=0.0, weight_decay=0.0, eps=0.0, maximize=False)
    return True


def fused_rmsprop(
    g: Tensors, w: Tensors, rms: Tensors, mom: Tensors, rate: Any, decay: Any, kept: Any, epsilon: Any
) -> bool:
    """RMSProp, where its numbers are such."""
    if not all(isinstance(x, float) for x in (rate, decay, kept, epsilon)):
        return False
    torch._foreach_mul_(rms, decay)
    torch._foreach_addcmul_(rms, g, g, 1 - decay)
    size = torch._foreach_add(rms, epsilon)
    torch._foreach_sqrt_(size)
    torch._foreach_mul_(mom, kept)
    torch._foreach_addcdiv_(mom, g, size, rate)
    torch._foreach_sub_(w, mom)
    return True
