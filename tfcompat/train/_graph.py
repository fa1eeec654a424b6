"""The graph of objects that a checkpoint stores: who holds whom under what name, and which tensors are whose."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import DType
from tfcompat._core.storage import to_numpy
from tfcompat._core.trackable import children, node
from tfcompat._core.variable import Variable
from tfcompat._formats.checkpoints import Item
from tfcompat._formats.protos import message

VALUE = "VARIABLE_VALUE"


def identity(value: Any) -> int:
    """What tells objects of the graph apart: a variable and what its assignments return are one."""
    return id(value._storage) if isinstance(value, Variable) else id(value)


class Node(NamedTuple):
    """An object, its place in the graph, and the first path that leads to it."""

    value: Any
    path: tuple[str, ...]
    children: dict[str, Any]


def walk(root: Any, parts: Callable[[Any], dict[str, Any]] = children) -> list[Node]:
    """The objects that `root` leads to, itself first, breadth first; their places are their numbers in a checkpoint.

    parts: what tells those of an object.
    """
    root = node(root)
    found: list[Node] = []
    seen = {identity(root)}
    queue: collections.deque[tuple[Any, tuple[str, ...]]] = collections.deque([(root, ())])
    while queue:
        value, path = queue.popleft()
        below = parts(value)
        found.append(Node(value, path, below))
        for name, child in below.items():
            if identity(child) not in seen:
                seen.add(identity(child))
                queue.append((child, (*path, name)))
    return found


def key_of(path: tuple[str, ...], attribute: str) -> str:
    """The name of a tensor in a checkpoint."""
    return (
        "/".join([*map(_escaped, path), ".ATTRIBUTES", _escaped(attribute)])
        if path
        else (f"/.ATTRIBUTES/{_escaped(attribute)}")
    )


def _escaped(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


class State(NamedTuple):
    """A tensor of an object: the attribute's name, its name in the program, and its value: storage or a tensor."""

    attribute: str
    full_name: str
    dtype: DType
    value: Any

    def item(self, key: str, owner: Any) -> Item:
        """The tensor as a checkpoint takes it."""
        shape = tuple(self.value.shape)
        return Item(key, self.dtype, shape, lambda: to_numpy(self.value), self.value, owner)


def state_of(value: Any) -> Iterator[State]:
    """The tensors that an object itself has."""
    if isinstance(value, Variable):
        yield State(
            VALUE,
            value._shared_name.rstrip("/"),
            value.dtype,
            to_storage(value) if hasattr(value, "_copies") else value._storage.t,
        )
        return
    serialize = getattr(value, "_serialize_to_tensors", None)
    if serialize is None:
        return
    for attribute, tensor in serialize().items():
        tensor = convert_to_tensor(tensor)
        yield State(attribute, "", tensor.dtype, tensor._t)


def describe(root: Any, parts: Callable[[Any], dict[str, Any]] = children) -> tuple[bytes, list[Item]]:
    """The graph below `root` as the bytes of a TrackableObjectGraph, and the tensors of its objects."""
    graph = message("TrackableObjectGraph")()
    items: list[Item] = []
    nodes = walk(root, parts)
    number = {identity(each.value): i for i, each in enumerate(nodes)}
    filled: list[bool] = []
    for each in nodes:
        proto = graph.nodes.add()
        for name, child in each.children.items():
            proto.children.add(local_name=name, node_id=number[identity(child)])
        for state in state_of(each.value):
            key = key_of(each.path, state.attribute)
            proto.attributes.add(name=state.attribute, full_name=state.full_name, checkpoint_key=key)
            items.append(state.item(key, each.value))
        filled.append(bool(proto.attributes))
    _mark_nodes_that_lead_to_values(graph, nodes, number, filled)
    return graph.SerializeToString(deterministic=True), items


def _mark_nodes_that_lead_to_values(graph: Any, nodes: list[Node], number: dict[int, int], filled: list[bool]) -> None:
    parents: list[list[int]] = [[] for _ in nodes]
    for i, each in enumerate(nodes):
        for child in each.children.values():
            parents[number[identity(child)]].append(i)
    queue = [i for i, full in enumerate(filled) if full]
    while queue:
        for parent in parents[queue.pop()]:
            if not filled[parent]:
                filled[parent] = True
                queue.append(parent)
    for proto, full in zip(graph.nodes, filled):
        proto.has_checkpoint_values.value = full


def frozen(items: list[Item]) -> list[Item]:
    """The items with copies of their values, which later assignments do not change."""

    def copied(item: Item) -> Item:
        held = item.held.copy() if isinstance(item.held, np.ndarray) else item.held.detach().clone()
        return item._replace(values=lambda: to_numpy(held), held=held)

    return [copied(item) for item in items]
