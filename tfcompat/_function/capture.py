"""What was captured of a function for one signature, and the programs made of it: forward, and gradients to any order.

A capture keeps its recorder. Where a tape is open around a call, the gradient of the outputs is recorded after them,
through the same autograd graph of fake tensors, and so is the gradient of that: `Part.gradient()` of a part of the
graph with inputs x and outputs y is the part with inputs (x, dy) and outputs dx.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from tfcompat._core.autograd import products, sum_gradients
from tfcompat._function.program import Program
from tfcompat._function.recorder import NotCapturable, is_fake
from tfcompat._function.writer import Wiring, stream_of


class Part:
    """A differentiable part of a graph: fake tensors that are given, and tensors made of them.

    inputs: for each input the leaves that stand for it (several for a variable that is written and read again).
    outputs: fake tensors, constants and None. plain: the numbers of those outputs that have no gradient.
    """

    def __init__(
        self,
        graph: Any,
        inputs: Sequence[Sequence[Any]],
        outputs: Sequence[Any],
        name: str,
        plain: frozenset[int] = frozenset(),
    ) -> None:
        self.graph, self.name = graph, name
        recorder = graph.recorder
        self.leaves = [list(leaves) for leaves in inputs]
        self.outputs = list(outputs)
        self.input_nodes = [recorder.node(leaves[0]) for leaves in self.leaves]
        self.output_nodes = [recorder.node(o) for o in self.outputs]
        self.nodes = list(recorder.graph.nodes)
        self.differentiable = [is_fake(o) and o.requires_grad and i not in plain for i, o in enumerate(self.outputs)]
        self._original, self.mark = self, ""
        self._draws: bool | None = None
        self._forget()

    def _forget(self) -> None:
        self._gradients: dict[tuple[bool, ...], Part] = {}
        self._splits: dict[tuple[bool, ...], tuple[Callable[..., Any], Callable[..., Any]]] = {}
        self._given: dict[tuple[bool, ...], tuple[Part, list[Any]]] = {}
        self._backwards: dict[Any, Callable[..., Any]] = {}
        self._done: dict[tuple[bool, ...], frozenset[Any]] = {}
        self._whole: Callable[..., Any] | None = None

    def redrawn(self, mark: str) -> Part:
        """The same with streams of random numbers of its own, whose names end in `mark`; itself where it has none."""
        if self._draws is None:
            inner = (p for n in self.nodes for p in getattr(n.target, "parts", ()))
            self._draws = any(stream_of(n) is not None for n in self.nodes) or any(
                p.redrawn("?") is not p for p in inner
            )
        if not self._draws:
            return self
        other = copy.copy(self)
        other.mark += mark
        other._forget()
        return other

    def program(self, followed: bool = False) -> Program:
        """The program that gives the outputs from the inputs, without gradients unless autograd follows it."""
        return Program(self.nodes, self.input_nodes, self.output_nodes, followed=followed, mark=self.mark)

    def compile(self, wiring: Wiring | None = None, inline: bool = False) -> Callable[..., Any]:
        """The outputs as a function of the inputs, without gradients; `inline` for values alone, no capture."""
        return self.program().compile(self.graph.recorder.tracer.root, self.name, wiring, inline)

    def whole(self) -> Callable[..., Any]:
        """`compile()`, once."""
        if self._whole is None:
            self._whole = self.compile()
        return self._whole

    def gradient(self, wanted: tuple[bool, ...]) -> Part:
        """The part that gives the gradients of the `wanted` inputs, from the inputs and the outputs' gradients."""
        found = self._gradients.get(wanted)
        if found is None:
            first = self._original
            found = self._record_gradient(wanted) if first is self else first.gradient(wanted).redrawn(self.mark)
            self._gradients[wanted] = found
        return found

    def _record_gradient(self, wanted: tuple[bool, ...]) -> Part:
        recorder = self.graph.recorder
        with self.graph.as_default():
            ys = [o for o, d in zip(self.outputs, self.differentiable, strict=True) if d]
            dys = [recorder.seed(y, f"d_{i}") for i, y in enumerate(ys)]
            sources = [leaf for leaves, w in zip(self.leaves, wanted, strict=True) if w for leaf in leaves]
            found: Iterator[Any] = iter([None] * len(sources))
            if ys and sources:
                found = iter(products(ys, sources, dys, keep=True, differentiable=True))
            grads = [
                sum_gradients([next(found) for _ in leaves]) if w else None
                for leaves, w in zip(self.leaves, wanted, strict=True)
            ]
            return Part(self.graph, [*self.leaves, *([dy] for dy in dys)], grads, f"{self.name}_gradient")

    def split(self, wanted: tuple[bool, ...]) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Two functions: the outputs and what the gradient needs of the way to them, and the gradient from those.

        The first returns the outputs followed by the kept values; the second takes the inputs, the kept values and
        the gradients of the outputs that have one.
        """
        found = self._splits.get(wanted)
        if found is None:
            root = self.graph.recorder.tracer.root
            nodes, kept, gradient, done = self.halves(wanted)
            first = Program(nodes, self.input_nodes, [*self.output_nodes, *kept], mark=self.mark)
            given = [*self.input_nodes, *kept, *gradient.input_nodes[len(self.leaves) :]]
            second = Program(gradient.nodes, given, gradient.output_nodes, done, mark=self.mark)
            self._done[wanted] = done
            found = first.compile(root, f"{self.name}_forward"), second.compile(root, f"{self.name}_backward")
            self._splits[wanted], self._given[wanted] = found, (gradient, given)
        return found

    def halves(self, wanted: tuple[bool, ...]) -> tuple[list[Any], list[Any], Part, frozenset[Any]]:
        """What `split` is made of: the nodes of the way there, those that are kept of it, the gradient, the nodes that
        are not run again on the way back.
        """
        gradient = self.gradient(wanted)
        ahead = frozenset(self.nodes)
        nodes = [*self.nodes, *self._checks(gradient, ahead)]
        done = frozenset(nodes)
        behind = Program(gradient.nodes, gradient.input_nodes, gradient.output_nodes, done, mark=self.mark)
        kept = list(dict.fromkeys(n for n in behind.needed_of(done) if n.op != "get_attr"))
        return nodes, kept, gradient, done

    def _checks(self, gradient: Part, ahead: frozenset[Any]) -> list[Any]:
        """The nodes that check what the gradient takes for granted of sizes: it is too late for that on the way back.

        NotCapturable where the part has an effect on anything before it gets there.
        """
        if not self.graph.recorder.takes_for_granted:
            return []
        from tfcompat._function.sizes import checks_of, lasts

        found = checks_of([n for n in gradient.nodes if n not in ahead])
        if found and any(map(lasts, self.nodes)):
            raise NotCapturable("its gradient depends on a size that is only known when the graph has run")
        return found

    def backward(self, wanted: tuple[bool, ...], needed: frozenset[int]) -> Callable[..., Any]:
        """As the second function of `split`, for the gradients of those inputs that are `needed`."""
        found = self._backwards.get((wanted, needed))
        if found is None:
            self.split(wanted)
            gradient, given = self._given[wanted]
            outputs = [o if i in needed else None for i, o in enumerate(gradient.output_nodes)]
            part = Program(gradient.nodes, given, outputs, self._done[wanted], mark=self.mark)
            found = part.compile(self.graph.recorder.tracer.root, f"{self.name}_backward")
            self._backwards[wanted, needed] = found
        return found

    def __call__(self, inputs: Sequence[torch.Tensor]) -> Sequence[Any]:
        """The outputs for these inputs, differentiable where they are."""
        if torch.is_grad_enabled() and any(isinstance(t, torch.Tensor) and t.requires_grad for t in inputs):
            return _Call.apply(self, *inputs)
        with torch.no_grad():
            return self.whole()(*inputs)


class _Call(torch.autograd.Function):
    """One call of a part, as one node of torch's autograd."""

    @staticmethod
    def forward(ctx: Any, part: Part, *inputs: torch.Tensor) -> Any:  # type: ignore[override]
        """The outputs."""
        wanted = tuple(ctx.needs_input_grad[1:])
        forward, _ = part.split(wanted)
        results = forward(*inputs)
        count = len(part.outputs)
        # Outputs among the kept values would hold on to themselves through the graph, if not detached.
        ctx.kept = [t.detach() if isinstance(t, torch.Tensor) else t for t in results[count:]]
        ctx.part, ctx.wanted = part, wanted
        ctx.strings = [None if isinstance(t, torch.Tensor) else t for t in inputs]
        ctx.save_for_backward(*(t if isinstance(t, torch.Tensor) else None for t in inputs))
        outputs = results[:count]
        fixed = [t for t, d in zip(outputs, part.differentiable, strict=True) if not d and isinstance(t, torch.Tensor)]
        ctx.mark_non_differentiable(*fixed)
        return outputs

    @staticmethod
    def backward(ctx: Any, *dys: Any) -> Any:  # type: ignore[override]
        """The gradients of the inputs; differentiable where torch asks for that."""
        part = ctx.part
        inputs = [t if s is None else s for t, s in zip(ctx.saved_tensors, ctx.strings, strict=True)]
        seeds = [dy for dy, d in zip(dys, part.differentiable, strict=True) if d]
        if torch.is_grad_enabled():
            return None, *part.gradient(ctx.wanted)([*inputs, *seeds])
        _, backward = part.split(ctx.wanted)
        return None, *backward(*inputs, *ctx.kept, *seeds)
