"""Python functions as nodes of a graph: what runs at each call, and what autograd follows when it runs.

A branch, a loop, tf.print and tf.py_function are such nodes. How a node's gradient comes about is only known when it
runs, so the node hands over a *token*, the autograd graph of that run, to the node of its gradient; and that, being a
node like any other, to the gradient of the gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import fx

from tfcompat._core.autograd import products
from tfcompat._core.ops import Invalid
from tfcompat._core.state import state
from tfcompat._function.sources import Source


class Token:
    """The autograd graph of one run of a node: its results, and the leaves that stood for its arguments."""

    __slots__ = ("leaves", "results")

    def __init__(self, results: Sequence[Any], leaves: Sequence[Any]) -> None:
        self.results, self.leaves = list(results), list(leaves)


class Node:
    """A Python function of torch tensors, as a node of a graph.

    function: takes torch tensors, returns a list of them. results: fake tensors like those. effect: whether it must run
    even where nobody needs its results. What it computes with torch is differentiable.
    """

    def __init__(self, function: Callable[..., Sequence[Any]], results: Sequence[torch.Tensor], effect: bool) -> None:
        self.function, self.effect = function, effect
        self.kinds = [(tuple(r.shape), r.dtype, r.device) for r in results]
        self.source: Source | None = None  # by which the node can be saved

    __name__ = "python"
    undoable = False  # whether its effect is noted in `undo`, and undone where the run is given up, or there is none
    # Writes the node as lines of a program: takes the writer, the name of the result and those of the arguments.
    inline: Callable[[Any, str, list[str]], dict[int, str]] | None = None

    def __call__(self, *args: Any) -> Sequence[Any]:
        return self.plain(*args)

    @property
    def count(self) -> int:
        """The number of results."""
        return len(self.kinds)

    def redrawn(self, mark: str) -> Node:
        """The same with streams of random numbers of its own, whose names end in `mark`."""
        return self

    # ---- when the graph runs ----

    def plain(self, *args: Any) -> Sequence[Any]:
        """The results, with no gradient."""
        if state.graph is not None:  # the graph that has this node is a part of one that is being captured
            return record(state.graph, self, args)
        tapes, state.tapes = state.tapes, ()
        try:
            with torch.no_grad():
                return self._results(args)
        finally:
            state.tapes = tapes

    def _results(self, args: Sequence[Any]) -> Sequence[Any]:
        try:
            return self.function(*args)
        except Invalid as e:  # an op's body says so, whose op was recorded
            raise e.error(None, None, str(e)) from None

    def followed(self, *args: Any) -> Sequence[Any]:
        """The results, and a token of how they came about."""
        if state.graph is not None:
            return self._noted(args)
        tapes, state.tapes = state.tapes, ()
        try:
            with torch.enable_grad():
                leaves = [leaf(a) for a in args]
                results = self._results(leaves)
        finally:
            state.tapes = tapes
        return [*map(_detached, results), Token(results, leaves)]

    def _noted(self, args: Sequence[Any]) -> Sequence[Any]:
        results, token = _note(state.graph, self, args)
        return [*results, token]

    # ---- when the graph is made ----

    def fakes(self, graph: Any) -> list[torch.Tensor]:
        """Fake tensors for the results."""
        return [graph.recorder.empty_like_of(*kind) for kind in self.kinds]

    def gradient(self, wanted: Sequence[bool], inputs: Sequence[Any]) -> Node:
        """The node that takes this one's token, its arguments and the gradients of its results."""
        return Gradient(wanted, [x for x, w in zip(inputs, wanted, strict=True) if w], self.count)


class Gradient(Node):
    """The gradient of a node: takes the token of its run, its arguments, and the gradients of its results."""

    def __init__(self, wanted: Sequence[bool], likes: Sequence[torch.Tensor], count: int) -> None:
        super().__init__(self._run, likes, effect=False)
        self.wanted, self.of = list(wanted), count

    def _parts(self, args: Sequence[Any]) -> tuple[Token, list[Any], list[Any]]:
        token, rest = args[0], args[1:]
        return token, list(rest[: len(rest) - self.of]), list(rest[len(rest) - self.of :])

    def _run(self, *args: Any) -> Sequence[Any]:
        token, _, dys = self._parts(args)
        return self._product(token, dys, create_graph=False)

    def _product(self, token: Token, dys: Sequence[Any], create_graph: bool) -> list[Any]:
        sources = [leaf for leaf, w in zip(token.leaves, self.wanted, strict=True) if w]
        pairs = [
            (y, dy) for y, dy in zip(token.results, dys, strict=True) if isinstance(y, torch.Tensor) and y.requires_grad
        ]
        if not pairs:
            return [torch.zeros_like(s) for s in sources]
        with torch.enable_grad():
            ys, seeds = zip(*pairs)
            found = products(ys, sources, seeds, keep=True, differentiable=create_graph)
        return [torch.zeros_like(s) if g is None else g for g, s in zip(found, sources, strict=True)]

    def followed(self, *args: Any) -> Sequence[Any]:
        """The gradients, and a token of how they came about."""
        if state.graph is not None:
            return self._noted(args)
        token, _, dys = self._parts(args)
        leaves = [leaf(dy) for dy in dys]
        results = self._product(token, leaves, create_graph=True)
        return [*(r.detach() for r in results), Token(results, [*token.leaves, *leaves])]


def _detached(r: Any) -> Any:
    return r.detach() if isinstance(r, torch.Tensor) else r


def leaf(a: Any) -> Any:
    """What stands for an argument where autograd follows what is made of it."""
    if not isinstance(a, torch.Tensor):
        return a
    return a.detach().requires_grad_() if a.is_floating_point() or a.is_complex() else a.detach()


class _Followed(torch.autograd.Function):
    """A node in the autograd graph of the fake tensors."""

    @staticmethod
    def forward(ctx: Any, graph: Any, node: Node, token: Any, *inputs: Any) -> Any:  # type: ignore[override]
        """Records the node; its results are fake."""
        ctx.graph, ctx.node = graph, node
        results, ctx.token = _note(graph, node, inputs if token is None else [token, *inputs])
        ctx.save_for_backward(*[x for x in inputs if isinstance(x, torch.Tensor)])
        ctx.where = [isinstance(x, torch.Tensor) for x in inputs]
        ctx.mark_non_differentiable(*[r for r in results if not (r.is_floating_point() or r.is_complex())])
        ctx.set_materialize_grads(False)  # there are no zeros of strings
        return tuple(results)

    @staticmethod
    def backward(ctx: Any, *dys: Any) -> Any:  # type: ignore[override]
        """Records the node of the gradient."""
        saved = iter(ctx.saved_tensors)
        inputs = [next(saved) if is_tensor else None for is_tensor in ctx.where]
        wanted = list(ctx.needs_input_grad[3:])
        node = ctx.node.gradient(wanted, inputs)
        filled = [_zeros(kind) if dy is None else dy for dy, kind in zip(dys, ctx.node.kinds, strict=True)]
        grads = iter(_Followed.apply(ctx.graph, node, ctx.token, *inputs, *filled))
        return None, None, None, *(next(grads) if w else None for w in wanted)


def _zeros(kind: tuple[Any, torch.dtype, Any]) -> Any:
    shape, dtype, device = kind
    return torch.zeros(shape, dtype=dtype, device=device) if dtype.is_floating_point or dtype.is_complex else None


def _note(graph: Any, node: Node, args: Sequence[Any]) -> tuple[list[torch.Tensor], fx.Proxy]:
    """Adds a node to the graph: its fake results, and what stands for its token."""
    results = node.fakes(graph)
    token = graph.recorder.call(node, args, results)
    return results, token


def record(graph: Any, node: Node, args: Sequence[Any]) -> list[Any]:
    """Adds a node to the graph that is being captured; returns its results, which are differentiable.

    args: fake tensors, constant tensors and Python values, the first perhaps a token.
    """
    args = [graph.lift(a) if isinstance(a, np.ndarray) else a for a in args]
    if torch.is_grad_enabled() and any(isinstance(a, torch.Tensor) and a.requires_grad for a in args):
        return [*_Followed.apply(graph, node, None, *args)]
    return _note(graph, node, args)[0]
