"""Gradients of branches and loops without torch's autograd: each part's program keeps what its gradient's needs.

A node that runs for a gradient runs the programs that `Part.split` makes, and its token is what these kept. The
gradient's node goes through that backwards. For gradients of gradients both run again, followed by autograd.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.state import state
from tfcompat._function import opaque, rounds
from tfcompat._function.capture import Part


def _floats(values: Sequence[Any]) -> tuple[bool, ...]:
    return tuple([isinstance(v, torch.Tensor) and (v.is_floating_point() or v.is_complex()) for v in values])


def _sum(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a + b


class _Run:
    """One run of a part: its inputs, what it kept, and how to get the gradients of the inputs from those."""

    __slots__ = ("inputs", "kept", "part", "wanted")

    def __init__(self, part: Part, inputs: Sequence[Any]) -> None:
        self.part, self.inputs, self.wanted, self.kept = part, inputs, _floats(inputs), ()

    def forward(self) -> Sequence[Any]:
        """The part's outputs."""
        results = self.part.split(self.wanted)[0](*self.inputs)
        count = len(self.part.outputs)
        self.kept = results[count:]
        return results[:count]

    def backward(self, dys: Sequence[Any], needed: frozenset[int]) -> Sequence[Any]:
        """The gradients of the inputs that are `needed`, None for the others, from those of the outputs."""
        seeds = [
            _zeros(y) if dy is None else dy
            for y, dy, d in zip(self.part.outputs, dys, self.part.differentiable, strict=True)
            if d
        ]
        return self.part.backward(self.wanted, needed)(*self.inputs, *self.kept, *seeds)


def _zeros(like: torch.Tensor) -> torch.Tensor:
    return torch.zeros([int(d) for d in like.shape], dtype=like.dtype, device=like.device)


class Replayed(opaque.Node):
    """A branch or loop. Subclasses say how it runs for a gradient, and how that goes back through the runs."""

    parts: Sequence[Part]
    writer: Callable[[Sequence[Part]], Any]  # what writes the node, with these parts, as lines of a program

    def redrawn(self, mark: str) -> Replayed:
        """The same with streams of random numbers of its own, whose names end in `mark`."""
        parts = [p.redrawn(mark) for p in self.parts]
        if all(p is q for p, q in zip(parts, self.parts, strict=True)):
            return self
        other = copy.copy(self)
        other.parts, other.function = parts, getattr(other, self.function.__name__)
        other.inline = self.writer(parts)
        return other

    def forward(self, args: Sequence[Any]) -> tuple[Sequence[Any], Any]:
        """The results, and what the way back needs."""
        raise NotImplementedError

    def backward(self, record: Any, args: Sequence[Any], dys: list[Any], needed: frozenset[int]) -> Sequence[Any]:
        """The gradients of the arguments, at least of those that are `needed`."""
        raise NotImplementedError

    def followed(self, *args: Any) -> Sequence[Any]:
        """The results, and a token of how they came about."""
        if state.graph is not None:
            return self._noted(args)
        tapes, state.tapes = state.tapes, ()
        try:
            with torch.no_grad():
                results, record = self.forward(args)
        finally:
            state.tapes = tapes
        return [*results, record]

    def gradient(self, wanted: Sequence[bool], inputs: Sequence[Any]) -> opaque.Node:
        """The node that takes this one's token, its arguments and the gradients of its results."""
        return _Backward(self, wanted, [x for x, w in zip(inputs, wanted, strict=True) if w])


class _Backward(opaque.Gradient):
    """The gradient of a branch or loop."""

    def __init__(self, node: Replayed, wanted: Sequence[bool], likes: Sequence[torch.Tensor]) -> None:
        super().__init__(wanted, likes, node.count)
        self.node = node

    def for_results(self, used: frozenset[int]) -> Callable[..., Sequence[Any]]:
        """The node's function where only some of its results are used; the others are None."""
        places = [i for i, w in enumerate(self.wanted) if w]
        needed = frozenset(places[i] for i in used if i < len(places))

        def run(*args: Any) -> Sequence[Any]:
            if state.graph is not None:
                return self.plain(*args)
            with torch.no_grad():
                return self._gradients(args, needed)

        return run

    def _run(self, *args: Any) -> Sequence[Any]:
        return self._gradients(args, frozenset(i for i, w in enumerate(self.wanted) if w))

    def _gradients(self, args: Sequence[Any], needed: frozenset[int]) -> Sequence[Any]:
        record, inputs, dys = self._parts(args)
        found = self.node.backward(record, inputs, list(dys), needed)
        pairs = [(i, x, g) for i, (x, g, w) in enumerate(zip(inputs, found, self.wanted, strict=True)) if w]
        return [g if i not in needed or g is not None else torch.zeros_like(x) for i, x, g in pairs]

    def followed(self, *args: Any) -> Sequence[Any]:
        """The gradients, and a token of how they came about: by autograd, through a run of its own."""
        if state.graph is not None:
            return self._noted(args)
        _, inputs, dys = self._parts(args)
        tapes, state.tapes = state.tapes, ()
        try:
            with torch.enable_grad():
                leaves = [opaque.leaf(a) for a in inputs]
                token = opaque.Token(self.node.function(*leaves), leaves)
        finally:
            state.tapes = tapes
        return super().followed(token, *inputs, *dys)


class Choice(Replayed):
    """A branch: takes a selector, then the inputs of all parts, which begin at `starts`."""

    def __init__(
        self,
        parts: Sequence[Part],
        starts: Sequence[int],
        pick: Callable[[torch.Tensor], int],
        results: Sequence[torch.Tensor],
        effect: bool,
    ) -> None:
        super().__init__(self._choose, results, effect)
        self.parts, self.starts, self.pick = parts, starts, pick

    def _chosen(self, args: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        i = self.pick(args[0])
        return i, args[1 + self.starts[i] : 1 + self.starts[i + 1]]

    def _choose(self, *args: Any) -> Sequence[Any]:
        i, inputs = self._chosen(args)
        return self.parts[i](inputs)

    def forward(self, args: Sequence[Any]) -> tuple[Sequence[Any], Any]:
        """The results of the part that is chosen, and its run."""
        i, inputs = self._chosen(args)
        run = _Run(self.parts[i], inputs)
        return run.forward(), (i, run)

    def backward(self, record: Any, args: Sequence[Any], dys: list[Any], needed: frozenset[int]) -> Sequence[Any]:
        """The gradients of the inputs of the part that was chosen."""
        i, run = record
        first, last = 1 + self.starts[i], 1 + self.starts[i + 1]
        inner = frozenset(n - first for n in needed if first <= n < last)
        found: list[Any] = [None] * len(args)
        found[first:last] = run.backward(dys, inner)
        return found


class Loop(Replayed):
    """A loop: takes the most rounds, what goes round, what `test` needs besides, and what `step` needs.

    places: where the variables that go round are among the inputs of `test` and of `step`.
    """

    def __init__(
        self,
        test: Part,
        step: Part,
        carried: int,
        places: Sequence[Sequence[int | None]],
        results: Sequence[torch.Tensor],
        effect: bool,
    ) -> None:
        super().__init__(self._repeat, results, effect)
        self.parts, self.carried, self.places = (test, step), carried, places
        self.split = len(test.leaves)
        self._written: dict[Any, Any] = {}  # programs for gradients

    @property
    def test(self) -> Part:
        """What tells whether there is another round."""
        return self.parts[0]

    @property
    def step(self) -> Part:
        """A round."""
        return self.parts[1]

    def _repeat(self, *args: Any) -> Sequence[Any]:
        return self._rounds(self.step).run(*args)

    def _rounds(self, step: Callable[[list[Any]], Sequence[Any]]) -> Rounds:
        return Rounds(self.test.whole(), lambda *a: step(list(a)), self.carried, self.split, self.places)

    def forward(self, args: Sequence[Any]) -> tuple[Sequence[Any], Any]:
        """What is left after the last round; of all rounds the inputs, and what they kept."""
        wanted = _floats([*args[1 : 1 + self.carried], *args[1 + self.split :]])
        limited = args[0] is not None
        run = self._written.get((self.parts, wanted, limited))
        if run is None:
            kept = self._kept(wanted)
            run = rounds.forward(self.test, kept, self.carried, self.split, self.places, limited)
            self._written[self.parts, wanted, limited] = run
        left, record = run(*args)
        return left, (wanted, record)

    def _kept(self, wanted: tuple[bool, ...]) -> rounds.Kept:
        found = self._written.get((self.parts, wanted))
        if found is None:
            moving = [*range(self.carried), *(p for p in self.places[1] if p is not None)]
            found = self._written[self.parts, wanted] = rounds.Kept(self.step, wanted, moving)
        return found

    def backward(self, record: Any, args: Sequence[Any], dys: list[Any], needed: frozenset[int]) -> Sequence[Any]:
        """The gradients of what goes round, and of what each round needs besides, summed over them."""
        carried, places = self.carried, [p for p in self.places[1] if p is not None]
        rest = 1 + self.split - carried  # an input of `step` that does not go round is this much further on in `args`
        fixed = [i for i in range(carried, len(self.step.leaves)) if i not in places and i + rest in needed]
        wanted, kept = record
        key = (self.parts, wanted, tuple(fixed))
        run = self._written.get(key)
        if run is None:
            run = self._written[key] = rounds.backward(self._kept(wanted), carried, places, fixed)
        dys, sums = run(kept, *args[1 : 1 + carried], *args[1 + self.split :], *dys)
        found: list[Any] = [None] * len(args)
        found[1 : 1 + carried] = dys[:carried]
        for place, dy in zip(places, dys[carried:], strict=True):
            found[place + rest] = dy
        for i, total in zip(fixed, sums, strict=True):
            found[i + rest] = total
        return found


class Rounds:
    """A loop over two functions of tensors, with the arguments of `Loop`.

    split: how many of them, after the most rounds, `test` takes; `step` takes what goes round, and the others.
    """

    def __init__(
        self, test: Callable[..., Any], step: Callable[..., Any], carried: int, split: int, places: Sequence[Any]
    ) -> None:
        self.test, self.step, self.carried, self.split, self.places = test, step, carried, split, places

    def run(self, most: Any, *args: Any) -> list[Any]:
        """What is left after the last round."""
        limit = None if most is None else int(most)
        carried, places = self.carried, self.places
        test_args, step_args = list(args[: self.split]), [*args[:carried], *args[self.split :]]
        going = [*args[:carried], *(step_args[p] for p in places[1] if p is not None)]
        count = 0
        while limit is None or count < limit:
            fill(test_args, going, carried, places[0])
            if not bool(self.test(*test_args)[0]):
                break
            fill(step_args, going, carried, places[1])
            going = list(self.step(*step_args))
            count += 1
        return going


def fill(args: list[Any], going: Sequence[Any], carried: int, places: Sequence[int | None]) -> None:
    """Puts what goes round among the arguments of a part of a loop: the first `carried`, then variables at `places`."""
    args[:carried] = going[:carried]
    for place, value in zip(places, going[carried:], strict=True):
        if place is not None:
            args[place] = value
