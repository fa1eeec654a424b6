"""tf.gradients: derivatives of symbolic tensors, recorded in the graph after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.autograd import products, sum_gradients
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._function.recorder import ConstantMatters, is_fake
from tfcompat._function.row_gradients import slices_of
from tfcompat._function.symbolic import size_of


def gradients(graph: Any, ys: Sequence[Any], xs: Sequence[Any], weights: Any, stops: Any, zeros: bool) -> list[Any]:
    """The gradient of the sum of `ys` for each of `xs`, tensors or variables; None, or zeros, where there is none.

    They are tf.IndexedSlices for what rows are taken of, and nothing else done with.
    ConstantMatters where one of `xs` is a constant, of which the graph does not know what came of it.
    """
    targets = [graph.captured(y) for y in ys]
    xs = [x if isinstance(x, (Variable, Tensor)) else convert_to_tensor(x) for x in xs]
    if not graph.lifts_constants and any(_is_constant(graph, x) for x in xs):
        raise ConstantMatters("tf.gradients of a constant of the function itself")
    seeds = [None if w is None else to_storage(w) for w in weights]
    stopped = [_leaves(graph, s) for s in stops]
    found = []
    named = lambda t: graph.named(t, "gradients", "Gradient")  # noqa: E731
    leaves_of = [_leaves(graph, x) for x in xs]
    if stopped:
        each = []
        for leaves in leaves_of:
            others = [s for leaf in stopped for s in leaf if all(s is not own for own in leaves)]
            each += _gradients(targets, [leaves], seeds, others)
    else:  # in one way back, which a loop on it would otherwise go once for each
        each = _gradients(targets, leaves_of, seeds, ())
    for leaves, gradient in zip(leaves_of, each, strict=True):
        if gradient is None and zeros:
            gradient = torch.zeros_like(leaves[-1])
        rows = None if gradient is None else slices_of(graph, gradient, named)
        found.append(rows if rows is not None or gradient is None else named(gradient))
    return found


def _is_constant(graph: Any, x: Any) -> bool:
    """Whether a tensor that could have a gradient depends on no input of the graph."""
    if isinstance(x, Variable):
        return False
    t = graph.captured(x)
    return isinstance(t, torch.Tensor) and not t.requires_grad and (t.is_floating_point() or t.is_complex())


def hessians(graph: Any, ys: Sequence[Any], xs: Sequence[Any]) -> list[Any]:
    """The second derivatives of the sum of `ys` for each of `xs`, of which the sizes must be known."""
    firsts = gradients(graph, ys, xs, [None] * len(ys), (), False)
    found = []
    for x, first in zip(xs, firsts, strict=True):
        if first is None:
            raise ValueError(f"tf.hessians: {x!r} has no gradient: nothing of it is in `ys`.")
        t, leaves = graph.captured(first), _leaves(graph, x)
        if any(size_of(n) is None for n in t.shape):
            raise NotImplementedError(f"tf.hessians takes tensors of known sizes, got shape {x.shape} for {x!r}.")
        rows = [_gradients([g], [leaves], [None], ())[0] for g in t.reshape(-1).unbind()]
        rows = [torch.zeros_like(leaves[-1]) if r is None else r for r in rows]
        matrix = torch.stack(rows).reshape(*t.shape, *t.shape) if rows else t.new_zeros((*t.shape, *t.shape))
        found.append(graph.named(matrix, "hessians", "Hessian"))
    return found


def _leaves(graph: Any, x: Any) -> list[torch.Tensor]:
    """What stands for a tensor, or for a variable as it was read and written."""
    return graph.slot(x).leaves if isinstance(x, Variable) else [graph.captured(x)]


def _gradients(
    targets: Sequence[Any], leaves_of: Sequence[Sequence[Any]], seeds: Sequence[Any], stops: Sequence[Any]
) -> list[Any]:
    """The gradients of the sum of `targets` for several tensors or variables, of each of which there are leaves."""
    pairs = [(y, seed) for y, seed in zip(targets, seeds, strict=True) if is_fake(y) and y.requires_grad]
    sources = [[t for t in leaves if isinstance(t, torch.Tensor) and t.requires_grad] for leaves in leaves_of]
    if not pairs or not any(sources):
        return [None] * len(sources)
    hooks = [s.register_hook(torch.zeros_like) for s in stops if isinstance(s, torch.Tensor) and s.requires_grad]
    try:
        ones = [torch.ones_like(y) if seed is None else seed for y, seed in pairs]
        flat = [t for leaves in sources for t in leaves]
        found = iter(products([y for y, _ in pairs], flat, ones, keep=True, differentiable=True))
    finally:
        for hook in hooks:
            hook.remove()
    return [sum_gradients([next(found) for _ in leaves]) if leaves else None for leaves in sources]
