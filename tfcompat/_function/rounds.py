"""Loops that run for a gradient, as straight-line Python: forward, which keeps what the gradient needs, and back.

What is the same in all rounds is computed once. Gradients that are summed over the rounds are added to in place, and
products of matrices straight into the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx

from tfcompat._function import inline, numbers
from tfcompat._function.capture import Part
from tfcompat._function.program import Program
from tfcompat._function.writer import Wiring, Writer, nodes_in

aten = torch.ops.aten


class Kept:
    """What a round of a loop leaves for its gradient: of its inputs, by number, and of what it computes.

    moving: the numbers of the inputs that change from round to round. Lists of both kinds hold what differs by round;
    `fixed` holds the nodes that do not.
    """

    def __init__(self, step: Part, wanted: tuple[bool, ...], moving: Sequence[int]) -> None:
        self.step, self.moving = step, list(moving)
        self.nodes, kept, self.gradient, self.done = step.halves(wanted)
        inputs = step.input_nodes
        self.forward = Program(self.nodes, inputs, [*step.output_nodes, *kept], mark=step.mark)
        going = [inputs[i] for i in self.moving]
        still = {*inline.invariant(self.forward, going), *(n for n in inputs if n not in going)}
        self.fixed = [n for n in kept if self.forward.resolve(n) in still]
        self.computed = [n for n in kept if self.forward.resolve(n) not in still]
        whole = self.program(self.gradient.output_nodes)
        used = {n for node in whole.nodes for n in nodes_in(whole.arguments(node))}
        used.update(n for n in map(whole.resolve, whole.outputs) if isinstance(n, fx.Node))
        self.inputs = [i for i in self.moving if inputs[i] in used]

    @property
    def seeds(self) -> list[fx.Node]:
        """The gradients of the step's outputs that have one."""
        return self.gradient.input_nodes[len(self.step.leaves) :]

    def program(self, outputs: Sequence[Any]) -> Program:
        """The gradient's, from the step's inputs, all that is kept, and the gradients of the outputs."""
        given = [*self.step.input_nodes, *self.fixed, *self.computed, *self.seeds]
        return Program(self.gradient.nodes, given, outputs, self.done, mark=self.step.mark)


def _finished(writer: Writer, arguments: str, name: str) -> Callable[..., Any]:
    source = "\n".join([f"def program({arguments}):", *writer.lines])
    exec(compile(source, f"<tf.function {name}>", "exec"), writer.scope)
    program = writer.scope["program"]
    program.__source__ = source
    return program


def forward(test: Part, kept: Kept, carried: int, split: int, places: Sequence[Any], limited: bool) -> Any:
    """A function of the loop's arguments: what is left, and what was kept: what is fixed, and a list of the rounds.

    limited: whether the first argument is the most rounds, else None.
    """
    step = kept.step
    writer = Writer(step.graph.recorder.tracer.root, Wiring(), inline=True)
    graph, given = fx.Graph(), []
    for like in [*test.input_nodes, *step.input_nodes[carried:]]:
        node = graph.placeholder(f"a{len(given)}")
        node.meta["val"] = like.meta.get("val")
        writer.names[node] = f"a{len(given)}"
        if len(given) >= carried and numbers.is_number(node.meta["val"]):
            writer.numbers[node] = f"n{len(given)}"
            writer.emit(f"n{len(given)} = a{len(given)}.item()")
        given.append(node)
    most = graph.placeholder("most")
    writer.names[most] = "most"
    write = inline.loop(test, step, carried, split, places, kept)
    counted = write(writer, "left", [most if limited else None, *given])
    likes = [step.leaves[i][0] for i in [*range(carried), *(p for p in places[1] if p is not None)]]
    scalar = writer.bind(torch.scalar_tensor, "scalar")
    left = [
        f"{scalar}({counted[i]}, dtype={writer.value(like.dtype)})" if i in counted else f"left[{i}]"
        for i, like in enumerate(likes)
    ]
    writer.emit(f"return [{', '.join(left)}], (fixed, rounds)")
    arguments = ", ".join(["most", *(f"a{i}" for i in range(len(given)))])
    return _finished(writer, arguments, f"{step.name}_forward")


def backward(kept: Kept, carried: int, places: Sequence[int], summed: Sequence[int]) -> Any:
    """A function of what was kept, the step's inputs and the gradients of what is left: those of its start, and sums.

    places: the numbers of the step's inputs that are variables which go round. summed: those of the inputs whose
    gradients are summed over the rounds.
    """
    step, gradient = kept.step, kept.gradient
    writer = Writer(step.graph.recorder.tracer.root, Wiring(), inline=True)
    back = [*range(carried), *places]
    outputs: list[Any] = [gradient.output_nodes[i] for i in back]
    whole = kept.program([gradient.output_nodes[i] for i in [*back, *summed]])
    uses: dict[Any, int] = {}
    for node in whole.nodes:
        for n in nodes_in(whole.arguments(node)):
            uses[n] = uses.get(n, 0) + 1
    for o in map(whole.resolve, whole.outputs):
        uses[o] = uses.get(o, 0) + 1
    products: dict[int, tuple[Any, Any]] = {}
    for i in summed:
        node = whole.resolve(gradient.output_nodes[i])
        if isinstance(node, fx.Node) and node.target is aten.mm.default and uses[node] == 1:
            products[i] = whole.arguments(node)[0]
            outputs.extend(products[i])
        else:
            outputs.append(node)
    program = kept.program(outputs)
    # Names: the step's inputs, as those that move are kept, then what was kept, then the gradients.
    inputs = [f"a{i}" for i in range(len(step.input_nodes))]
    fixed = [f"k{i}" for i in range(len(kept.fixed))]
    round_ = [*(inputs[i] for i in kept.inputs), *(f"r{i}" for i in range(len(kept.computed)))]
    seeded = [i for i, d in enumerate(step.differentiable) if d]
    seeds = [f"d{i}" for i in seeded]
    names = [*inputs, *fixed, *round_[len(kept.inputs) :], *seeds]
    moving = [*(step.input_nodes[i] for i in kept.moving), *kept.computed, *kept.seeds]
    writer.emit(f"({''.join(f'{k}, ' for k in fixed)}), rounds = kept")
    for i in seeded:
        zeros = writer.bind(_zeros_of(step.outputs[i]), ("zeros", i))
        writer.emit(f"z{i} = None")
        writer.emit(f"if d{i} is None: d{i} = {zeros}()")
    sums = [f"s{i}" for i in summed]
    for s in sums:
        writer.emit(f"{s} = None")
    named = [(n, None) for n in names]
    known = inline.ahead(writer, program, step, named, moving)
    writer.emit("count = 0")
    writer.emit(f"for {''.join(f'{r}, ' for r in round_) or '_'} in reversed(rounds):")
    with writer.indented():
        found = inline.each(writer, program, step, named, known, frozenset())
        rest = iter(found[len(back) :])
        parts = [(s, (next(rest), next(rest)) if i in products else next(rest)) for i, s in zip(summed, sums)]
        _add(writer, [(s, g) for s, g in parts if g != "None"])
        new = {i: f"z{i}" if found[i] == "None" else found[i] for i in seeded}
        for i in seeded:
            if found[i] == "None":
                writer.emit(f"if z{i} is None: z{i} = {writer.bind(_zeros_of(step.outputs[i]), ('zeros', i))}()")
        if new:
            writer.emit(f"{''.join(f'd{i}, ' for i in new)} = {''.join(f'{g}, ' for g in new.values())}")
    given = [f"d{i}" if i in seeded else "None" for i in range(len(back))]
    writer.emit(f"return [{', '.join(given)}], [{', '.join(sums)}]")
    arguments = ", ".join(["kept", *inputs, *(f"d{i}" for i in range(len(step.outputs)))])
    return _finished(writer, arguments, f"{step.name}_backward")


def _zeros_of(like: torch.Tensor) -> Callable[[], torch.Tensor]:
    def zeros() -> torch.Tensor:
        return torch.zeros([int(d) for d in like.shape], dtype=like.dtype, device=like.device)

    return zeros


def _add(writer: Writer, parts: Sequence[tuple[str, Any]]) -> None:
    """Adds gradients to sums: of the second round to a sum that is new, as a first gradient may be another's memory."""
    if not parts:
        return
    mm, t = writer.bind(torch.mm, "mm"), "    "
    writer.emit("if count > 1:")
    for s, g in parts:
        writer.emit(f"{t}{s}.addmm_({g[0]}, {g[1]})" if isinstance(g, tuple) else f"{t}{s}.add_({g})")
    writer.emit("elif count:")
    for s, g in parts:
        writer.emit(f"{t}{s}.addmm_({g[0]}, {g[1]})" if isinstance(g, tuple) else f"{t}{s} = {s} + {g}")
    writer.emit("else:")
    for s, g in parts:
        writer.emit(f"{t}{s} = {mm}({g[0]}, {g[1]})" if isinstance(g, tuple) else f"{t}{s} = {g}")
    writer.emit("count += 1")
