"""What a tape needs of torch.autograd: which nodes it recorded, and vector-Jacobian products over just those."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

import torch
from torch.autograd.graph import _engine_run_backward  # type: ignore[attr-defined]
from torch.utils.weak import WeakIdKeyDictionary

_sequence_number = torch._C._autograd._get_sequence_nr  # type: ignore[attr-defined]


class _Empty(dict[torch.dtype, torch.Tensor]):
    def get(self, dtype: torch.dtype) -> torch.Tensor:  # type: ignore[override]
        """An empty tensor of `dtype`, always the same."""
        found = super().get(dtype)
        if found is None:
            found = self[dtype] = torch.empty(0, dtype=dtype)
        return found


EMPTY = _Empty()


class Graph:
    """The autograd nodes created while a tape was recording, known by torch's sequence numbers."""

    __slots__ = ("adopted", "restore_grad_mode", "spans")

    def __init__(self) -> None:
        self.spans: list[tuple[int, float]] = []
        self.adopted: set[Any] = set()
        self.restore_grad_mode = False

    def open(self) -> None:
        """Recording starts: nodes made from here on belong to the graph."""
        self.spans.append((_sequence_number(), float("inf")))

    def close(self) -> None:
        """Recording stops."""
        self.spans[-1] = (self.spans[-1][0], _sequence_number())

    def holds(self, node: Any) -> bool:
        """Whether an autograd node was made while recording."""
        number = node._sequence_nr()
        return any(start <= number < end for start, end in self.spans) or node in self.adopted

    def adopt(self, t: torch.Tensor) -> None:
        """Counts a tensor as recorded: a derivative of recorded ones, computed later."""
        self.adopted.add(t.grad_fn)

    def recorded(self, t: torch.Tensor) -> bool:
        """Whether a tensor was computed while recording."""
        return t.grad_fn is not None and self.holds(t.grad_fn)

    def gaps(self) -> bool:
        """Whether recording paused in between."""
        return len(self.spans) > 1

    def reaches(self, t: torch.Tensor, handles: Sequence[torch.Tensor]) -> bool:
        """Whether `t` was computed from one of `handles` by recorded nodes alone."""
        ends = {_node_of(h) for h in handles}
        seen, todo = set(), [t.grad_fn]
        while todo:
            node = todo.pop()
            if node is None or node in seen:
                continue
            seen.add(node)
            if node in ends:
                return True
            if self.holds(node) or self.adopted:
                todo.extend(n for n, _ in node.next_functions)
        return False

    def strangers(self, outputs: Sequence[torch.Tensor]) -> list[Any]:
        """The nodes between `outputs` and the graph's beginning that were made while recording paused."""
        found, seen, todo = [], set(), [t.grad_fn for t in outputs]
        while todo:
            node = todo.pop()
            if node is None or node in seen or node.name().endswith("AccumulateGrad"):
                continue
            seen.add(node)
            if self.holds(node):
                todo.extend(n for n, _ in node.next_functions)
            elif node._sequence_nr() >= self.spans[0][0]:
                found.append(node)
        return found


def is_transformed() -> bool:
    """Whether torch.func or forward-mode differentiation is at work, of which kernels of our own know nothing."""
    stack = torch._C._functorch.peek_interpreter_stack()  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
    return stack is not None or torch.autograd.forward_ad._current_level >= 0


def _node_of(t: torch.Tensor) -> Any:
    if t.grad_fn is not None:
        return t.grad_fn
    return torch.autograd.graph.get_gradient_edge(t).node


def vjp(
    outputs: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
    seeds: Sequence[torch.Tensor],
    keep: bool,
    differentiable: bool,
    graph: Graph,
    batched: bool = False,
) -> list[torch.Tensor | None]:
    """The gradients of `outputs`, weighted with `seeds`, by `inputs`; None where no recorded node connects them.

    keep: the graph is needed again. differentiable: the result is recorded by the open tapes.
    batched: the seeds have a leading dimension, as then have the results.
    """
    if not outputs or not inputs:
        return [None] * len(inputs)
    strangers = graph.strangers(outputs) if graph.gaps() else []
    hooks = [node.register_prehook(_nothing) for node in strangers]
    try:
        found = products(outputs, inputs, seeds, keep or differentiable, differentiable, batched)
    finally:
        for hook in hooks:
            hook.remove()
    if strangers:
        linked = [any(o is x or graph.reaches(o, [x]) for o in outputs) for x in inputs]
        found = [g if ok else None for g, ok in zip(found, linked, strict=True)]
    # Where torch knows that all of it is zero it may give a tensor without storage.
    found = [torch.zeros_like(g) if g is not None and g._is_zerotensor() else g for g in found]
    if differentiable:
        # A view made by this thread: its number tells the open tapes that they recorded it.
        found = [_view(g) if g is not None and g.requires_grad and not g.is_sparse else g for g in found]
    return found


def products(
    outputs: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
    seeds: Sequence[torch.Tensor],
    keep: bool,
    differentiable: bool,
    batched: bool = False,
) -> list[torch.Tensor | None]:
    """The vector-Jacobian products by torch's engine, None for inputs that no output is made of.

    torch.autograd.grad checks the seeds, for which torch loads sympy, in half a second, at the first call.
    """
    if batched or any(y._has_symbolic_sizes_strides or y.shape != s.shape for y, s in zip(outputs, seeds, strict=True)):
        return list(
            torch.autograd.grad(
                outputs,
                inputs,
                seeds,
                retain_graph=keep,
                create_graph=differentiable,
                allow_unused=True,
                is_grads_batched=batched,
            )
        )
    return list(
        _engine_run_backward(
            tuple(outputs), tuple(seeds), keep, differentiable, tuple(inputs), True, accumulate_grad=False
        )
    )


def _view(g: torch.Tensor) -> torch.Tensor:
    view = g.view_as(g)
    if g in slices:
        slices[view] = slices[g]
    return view


# Gradients in a graph that rows add up to: their values and row numbers. Sparse tensors can't be captured.
slices: MutableMapping[torch.Tensor, tuple[torch.Tensor, torch.Tensor]] = WeakIdKeyDictionary()


def _nothing(grads: Sequence[torch.Tensor | None]) -> tuple[torch.Tensor | None, ...]:
    return tuple(None if g is None else g * 0 for g in grads)


def sum_gradients(gradients: Sequence[torch.Tensor | None]) -> torch.Tensor | None:
    """The sum of those that are not None; None where none is left."""
    present = [g for g in gradients if g is not None]
    if not present:
        return None
    total = present[0]
    for g in present[1:]:
        total = total + g
    return total
