"""Kernels that change several lists of tensors at once: torch's fused optimizers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.registry import NotTranslatable


def _adam(
    g: Body, weights: Sequence[Ref], gradients: Sequence[Ref], means: Sequence[Ref], squares: Sequence[Ref],
    largest: Sequence[Ref], steps: Sequence[Ref], *, lr: Any, beta1: float, beta2: float, weight_decay: float,
    eps: float, amsgrad: bool, maximize: bool, grad_scale: Any = None, found_inf: Any = None,
) -> dict[int, list[Ref]]:  # fmt: skip
    """The new weights, means, squares and largest squares, by the places of the lists among the arguments."""
    if grad_scale is not None or found_inf is not None or maximize or weight_decay:
        raise NotTranslatable("Adam with a scale, with decay or upwards")
    found: dict[int, list[Ref]] = {0: [], 2: [], 3: [], 4: []}
    for i, weight in enumerate(weights):
        kind, gradient = weight.dtype, gradients[i]
        mean = _mixed(g, means[i], gradient, beta1)
        square = _mixed(g, squares[i], g.op("Square", gradient), beta2)
        first, second = (_correction(g, beta, steps[i], kind) for beta in (beta1, beta2))
        used = square
        if amsgrad:
            used = g.op("Maximum", largest[i], square)
            found[4].append(used)
        root = g.op("RealDiv", g.op("Sqrt", used), g.op("Sqrt", second))
        rate = g.op("RealDiv", g.tensor(lr, kind), first)
        step = g.op("RealDiv", g.op("Mul", rate, mean), g.op("AddV2", root, g.const(eps, kind)))
        found[0].append(g.op("Sub", weight, step))
        found[2].append(mean)
        found[3].append(square)
    return found if amsgrad else {place: found[place] for place in (0, 2, 3)}


def _mixed(g: Body, old: Ref, new: Ref, beta: float) -> Ref:
    """The old value with the part `beta`, and the new one with the rest."""
    kept = g.op("Mul", old, g.const(beta, old.dtype))
    return g.op("AddV2", kept, g.op("Mul", new, g.const(1 - beta, old.dtype)))


def _correction(g: Body, beta: float, step: Ref, kind: dtypes.DType) -> Ref:
    """What a mean that began with zeros is divided by."""
    power = g.op("Pow", g.const(beta, dtypes.float64), g.cast(step, dtypes.float64))
    return g.cast(g.op("Sub", g.const(1, dtypes.float64), power), kind)


# Take a body and the kernel's arguments; give the new tensors of the lists that are changed, by their places.
CHANGING: dict[str, Callable[..., dict[int, list[Ref]]]] = {
    "aten._fused_adam_.default": _adam,
    "aten._fused_adam_.tensor_lr": _adam,
}
