"""Programs: the part of an fx graph that runs, with nothing in it but torch's kernels.

Nodes that only exist for autograd's sake (detach, alias, views that change nothing) are left out, and equal pure nodes
are computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import fx
from torch.fx.node import map_arg

from tfcompat._function.memory import Memory, constants, kept_in_place
from tfcompat._function.narrow import narrow_product
from tfcompat._function.reuse import reused
from tfcompat._function.writer import Wiring, Writer, nodes_in

aten = torch.ops.aten

_PASS_ON = frozenset({aten.detach.default, aten.alias.default, aten.lift_fresh.default, aten.lift_fresh_copy.default})
_SAME_IF_SAME_SHAPE = frozenset({aten.view.default, aten.expand.default, aten._unsafe_view.default})
_RANDOM = torch.Tag.nondeterministic_seeded


class Program:
    """A function of torch tensors made of the nodes that lead to `outputs`.

    inputs: the nodes that are given, in the order of the function's arguments. outputs: nodes or constants.
    nodes: the part of the graph to take from; those with effects are run even where no output needs them, unless they
    are among `done`. followed: whether autograd may follow the program as it runs, which then stops where they said so.
    mark: what the names of the streams of random ops end in.
    """

    def __init__(
        self,
        nodes: Iterable[fx.Node],
        inputs: Sequence[fx.Node],
        outputs: Sequence[Any],
        done: frozenset[fx.Node] = frozenset(),
        followed: bool = False,
        mark: str = "",
    ) -> None:
        self.inputs, self.outputs, self._done, self._followed = list(inputs), list(outputs), done, followed
        self.mark = mark
        self._replaced: dict[fx.Node, Any] = {}
        self._rewritten: dict[fx.Node, tuple[Any, Any]] = {}
        self._all = list(nodes)
        self.nodes = self._needed(self._all)
        self._simplify()
        self.nodes = self._needed(self.nodes)
        memory = Memory(self.nodes, self.arguments)
        # The nodes whose memory others write to.
        self.written = frozenset(n for n in (*self.inputs, *self.nodes) if memory.is_written(n))

    def rest(self, given: Sequence[fx.Node], outputs: Sequence[Any], effects: bool = True) -> Program:
        """The program with other outputs, where more nodes are given. effects: whether those are run that it has."""
        done = self._done if effects else frozenset(self._all)
        return Program(self._all, [*self.inputs, *given], outputs, done, mark=self.mark)

    # ---- which nodes ----

    def resolve(self, x: Any) -> Any:
        """The node or constant that a node was found to equal."""
        while isinstance(x, fx.Node) and x in self._replaced:
            x = self._replaced[x]
        return x

    def arguments(self, node: fx.Node) -> tuple[Any, Any]:
        """The arguments of a node, resolved."""
        args, kwargs = self._rewritten[node][1] if node in self._rewritten else (node.args, node.kwargs)
        return map_arg(args, self.resolve), map_arg(kwargs, self.resolve)

    def target(self, node: fx.Node) -> Any:
        """What a node calls."""
        target: Any = self._rewritten[node][0] if node in self._rewritten else node.target
        return target.redrawn(self.mark) if self.mark and node.meta.get("opaque") else target

    def needed_of(self, others: frozenset[fx.Node]) -> list[fx.Node]:
        """The nodes among `others` that the rest of the program, or its outputs, use directly."""
        given = set(self.inputs)
        used = [n for node in self.nodes if node not in others for n in nodes_in(self.arguments(node))]
        used += [n for n in map(self.resolve, self.outputs) if isinstance(n, fx.Node)]
        return [n for n in used if n in others and n not in given]

    def _needed(self, nodes: list[fx.Node]) -> list[fx.Node]:
        given = set(self.inputs)
        wanted = {n for n in map(self.resolve, self.outputs) if isinstance(n, fx.Node)}
        kept = []
        for node in reversed(nodes):
            if node in given or node in self._replaced:
                continue
            if node not in wanted and (node in self._done or not has_effect(node)):
                continue
            kept.append(node)
            args, kwargs = self.arguments(node)
            for other in nodes_in((args, kwargs)):
                wanted.add(other)
        kept.reverse()
        return kept

    def _simplify(self) -> None:
        memory = Memory(self.nodes, lambda node: (node.args, node.kwargs))
        seen: dict[Any, fx.Node] = {}
        for node in self.inputs:
            key = None if node.op == "placeholder" or memory.is_written(node) else _key(node, *self.arguments(node))
            if key is not None:
                seen.setdefault(key, node)
        for node in self.nodes:
            args, kwargs = self.arguments(node)
            stops = self._followed and node.target is aten.detach.default
            if (node.target in _PASS_ON and not stops) or (
                node.target in _SAME_IF_SAME_SHAPE and _same_layout(node, args[0])
            ):
                self._replaced[node] = args[0]
                continue
            if node.target is aten.t.default and isinstance(args[0], fx.Node) and args[0].target is aten.t.default:
                self._replaced[node] = self.arguments(args[0])[0][0]
                continue
            if has_effect(node) or _is_random(node) or any(map(memory.is_written, (node, *nodes_in((args, kwargs))))):
                continue
            key = _key(node, args, kwargs)
            if key is None:
                continue
            if (first := seen.setdefault(key, node)) is not node:
                self._replaced[node] = first

    def _shorten(self) -> None:
        """Computes what depends on no input, sums to the shape that sums are viewed as, and counts truths at once.

        Products with narrow matrices are turned round.
        """
        self._replaced.update(constants(self))
        self.nodes = self._needed(self.nodes)
        for node in self.nodes:
            if (quicker := narrow_product(self, node)) is not None:
                self._rewritten[node] = quicker, self.arguments(node)
        used = Counter(n for node in self.nodes for n in nodes_in(self.arguments(node)))
        used.update(o for o in map(self.resolve, self.outputs) if isinstance(o, fx.Node))
        for node in self.nodes:
            if node.target not in (aten.view.default, aten.sum.default):
                continue
            source = self.arguments(node)[0][0]
            if not isinstance(source, fx.Node) or used[source] > 1 or self.arguments(node)[1]:
                continue
            args, kwargs = self.arguments(source)
            is_sum = node.target is aten.view.default and source.target is aten.sum.dim_IntList and args[2:] == (True,)
            is_count = node.target is aten.sum.default and source.target is aten._to_copy.default
            if is_sum and _is_without(source.meta.get("val"), args[1], node.meta.get("val")):
                self._rewritten[node] = aten.sum.dim_IntList, (args[:2], kwargs)
            elif is_count and kwargs == {"dtype": torch.float32} and _is_countable(args[0]):
                self._rewritten[node] = aten.sum.default, (args, kwargs)
        self.nodes = self._needed(self.nodes)

    # ---- to Python ----

    def compile(self, root: Any, name: str, wiring: Wiring | None = None, inline: bool = False) -> Callable[..., Any]:
        """The function: takes the inputs as arguments and returns the outputs as a tuple.

        root: the module that holds the graph's constants. wiring: where inputs are found and outputs are put instead.
        inline: whether it is only for values, not for a capture to run through, nor for gradients.
        """
        if not inline:
            return Writer(root, wiring or Wiring(), inline).function(self, name)
        self._shorten()
        wiring = wiring or Wiring()
        in_place = kept_in_place(self, wiring)
        writer = Writer(root, wiring, inline, in_place, self.written, reused(self, in_place))
        return writer.function(self, name)

    def module(self, root: Any) -> fx.GraphModule:
        """The program as an fx module that takes the inputs and returns the outputs, for torch's compilers."""
        graph, copies = fx.Graph(), {}
        for i, node in enumerate(self.inputs):
            copies[node] = graph.placeholder(f"a{i}")
        for node in self.nodes:
            args, kwargs = (map_arg(part, copies.__getitem__) for part in self.arguments(node))
            copies[node] = graph.create_node(node.op, node.target, args, kwargs)
        outputs = [self.resolve(o) for o in self.outputs]
        graph.output(tuple([copies[o] if isinstance(o, fx.Node) else o for o in outputs]))
        return fx.GraphModule(root, graph)


def has_effect(node: fx.Node) -> bool:
    """Whether a node must run though nothing uses it."""
    return bool(node.meta.get("effect")) or _mutates(node)


def _mutates(node: fx.Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and schema.is_mutable


def _is_random(node: fx.Node) -> bool:
    return bool(node.meta.get("opaque")) or _RANDOM in getattr(node.target, "tags", ())


def _same_layout(node: fx.Node, source: Any) -> bool:
    """Whether a view has the sizes and strides of what it views."""
    if not isinstance(source, fx.Node):
        return False
    a, b = node.meta.get("val"), source.meta.get("val")
    if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
        return False
    known = all(type(d) is int for t in (a, b) for d in (*t.shape, *t.stride()))
    return known and a.shape == b.shape and a.stride() == b.stride()


def _is_without(kept: Any, dims: Sequence[int], val: Any) -> bool:
    """Whether `val` has the sizes of `kept`, the result of a sum over `dims`, without those dimensions."""
    if not isinstance(kept, torch.Tensor) or not isinstance(val, torch.Tensor) or not dims:
        return False
    left = [n for i, n in enumerate(kept.shape) if i not in dims and i - kept.ndim not in dims]
    static = all(type(n) is int for t in (kept, val) for n in (*t.shape, *t.stride()))
    return static and left == list(val.shape) and kept.is_contiguous() and val.is_contiguous()


def _is_countable(x: Any) -> bool:
    """Whether `x` is a node of truths, so few of them that float32 counts them exactly in any order."""
    val = x.meta.get("val") if isinstance(x, fx.Node) else None
    if not isinstance(val, torch.Tensor) or any(type(n) is not int for n in val.shape):
        return False
    return val.dtype is torch.bool and val.numel() < 1 << 24


def _key(node: fx.Node, args: Any, kwargs: Any) -> Any:
    def freeze(x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return tuple([freeze(v) for v in x])
        if isinstance(x, dict):
            return tuple([(k, freeze(v)) for k, v in x.items()])
        return type(x), x

    key = node.op, node.target, freeze(args), freeze(kwargs)
    try:
        hash(key)
    except TypeError:
        return None
    return key
