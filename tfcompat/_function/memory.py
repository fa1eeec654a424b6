"""Which nodes of a program share memory, which of it is written to, and which variables may be written to in place."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import fx
from torch.fx.node import map_arg
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._function.writer import Wiring, nodes_in

if TYPE_CHECKING:
    from tfcompat._function.program import Program

aten = torch.ops.aten

_LIKE = frozenset({aten.ones_like.default, aten.zeros_like.default, aten.full_like.default})
# Kernels that share memory though their schemas don't tell.
_SHARING = frozenset({aten._unsafe_view.default})
# Kernels with several results, each in memory of its own.
SEPARATE = frozenset(
    getattr(aten, name).default
    for name in (
        "native_layer_norm native_layer_norm_backward native_batch_norm native_batch_norm_backward "
        "_native_batch_norm_legit native_group_norm native_group_norm_backward max_pool2d_with_indices "
        "convolution_backward"
    ).split()
)
_RANDOM = torch.Tag.nondeterministic_seeded
_LARGEST_CONSTANT = 1 << 14


class Memory:
    """Groups of nodes that share memory, as the schemas of their kernels tell.

    arguments: gives the arguments of a node.
    """

    def __init__(self, nodes: Iterable[fx.Node], arguments: Callable[[fx.Node], tuple[Any, Any]]) -> None:
        self._groups: dict[fx.Node, fx.Node] = {}
        self.writes: list[tuple[int, fx.Node]] = []
        for i, node in enumerate(nodes):
            args, kwargs = arguments(node)
            schema = getattr(node.target, "_schema", None)
            if schema is None or node.target in _SHARING:  # a Python function may return what it got
                if node.target is operator.getitem and getattr(args[0], "target", None) in SEPARATE:
                    continue
                for other in nodes_in((args, kwargs)):
                    self._join(node, other)
                continue
            returned = {name for r in schema.returns if r.alias_info for name in r.alias_info.before_set}
            for declared, given in _declared(schema, args, kwargs):
                alias = declared.alias_info
                if alias is None:
                    continue
                for other in nodes_in(given):
                    if alias.is_write:
                        self.writes.append((i, other))
                    if returned & set(alias.before_set):
                        self._join(node, other)
        self._written = {self.group(node) for _, node in self.writes}

    def group(self, node: fx.Node) -> fx.Node:
        """What stands for all nodes that share the node's memory."""
        while (other := self._groups.get(node, node)) is not node:
            node = other
        return node

    def _join(self, a: fx.Node, b: fx.Node) -> None:
        self._groups[self.group(a)] = self.group(b)

    def is_written(self, node: fx.Node) -> bool:
        """Whether a kernel writes to the node's memory once it has a value."""
        return self.group(node) in self._written

    def first_write(self, node: fx.Node) -> int | None:
        """The number of the node that writes first to this one's memory."""
        group = self.group(node)
        return next((i for i, other in self.writes if self.group(other) is group), None)


def _declared(schema: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> list[tuple[Any, Any]]:
    named = {a.name: a for a in schema.arguments}
    return [*zip(schema.arguments, args), *((named[k], v) for k, v in kwargs.items() if k in named)]


def constants(program: Program) -> dict[fx.Node, torch.Tensor]:
    """The values of the nodes that depend on no input, where neither outputs nor writes can reach them."""
    memory = Memory(program.nodes, program.arguments)
    seen = {memory.group(n) for n in map(program.resolve, program.outputs) if isinstance(n, fx.Node)}
    found: dict[fx.Node, torch.Tensor] = {}
    for node in program.nodes:
        val, schema = node.meta.get("val"), getattr(node.target, "_schema", None)
        if schema is None or schema.is_mutable or _RANDOM in node.target.tags or not _is_small(val):  # type: ignore
            continue
        if memory.group(node) in seen or memory.is_written(node):
            continue
        args, kwargs = program.arguments(node)
        if node.target in _LIKE and isinstance(args[0], fx.Node) and _is_small(args[0].meta.get("val")):
            like = args[0].meta["val"]
            with _disable_current_modes():
                plain = torch.empty_strided(like.shape, like.stride(), dtype=like.dtype, device=like.device)
            args = (plain, *args[1:])
        if any(n not in found for n in nodes_in((args, kwargs))):
            continue
        args, kwargs = (map_arg(part, found.__getitem__) for part in (args, kwargs))
        with _disable_current_modes(), torch.no_grad():
            found[node] = node.target(*args, **kwargs)  # type: ignore[operator]
    return found


def _is_small(val: Any) -> bool:
    if not isinstance(val, torch.Tensor) or any(type(n) is not int for n in (*val.shape, *val.stride())):
        return False
    return val.layout is torch.strided and val.numel() <= _LARGEST_CONSTANT


def kept_in_place(program: Program, wiring: Wiring) -> frozenset[fx.Node]:
    """The copies of variables that need not be made where nobody else sees the variable's memory.

    Such a copy is written to and then becomes the variable's value, when nothing reads the old value any more.
    """
    if not program.written:
        return frozenset()
    memory = Memory(program.nodes, program.arguments)
    last_read: dict[fx.Node, tuple[int, fx.Node]] = {}
    opaque = -1
    for i, node in enumerate(program.nodes):
        if getattr(node.target, "_schema", None) is None and node.target is not operator.getitem:
            opaque = i  # what may give the run up: nothing that lasts has happened until then
        for other in nodes_in(program.arguments(node)):
            last_read[memory.group(other)] = i, node
    outputs = [program.resolve(o) for o in program.outputs]
    returned = {memory.group(o) for o in outputs if isinstance(o, fx.Node)}
    numbers = {node: i for i, node in enumerate(program.inputs)}
    found = set()
    for node in program.nodes:
        if node.target is not aten.clone.default:
            continue
        source = program.arguments(node)[0][0]
        i, first = numbers.get(source), memory.first_write(node)
        if i is None or i not in wiring.found or first is None or first <= opaque:
            continue
        stored = [j for j, o in enumerate(outputs) if isinstance(o, fx.Node) and memory.group(o) is memory.group(node)]
        places = [wiring.stored.get(j) for j in stored]
        if places != [wiring.found[i]] or not _same_place(outputs[stored[0]], source):
            continue
        group = memory.group(source)
        if group not in returned and not memory.is_written(source) and last_read[group][0] < first:
            found.add(node)
    return frozenset(found)


def _same_place(node: fx.Node, source: fx.Node) -> bool:
    a, b = node.meta.get("val"), source.meta.get("val")
    if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
        return False
    return a.shape == b.shape and a.stride() == b.stride() and a.storage_offset() == 0
