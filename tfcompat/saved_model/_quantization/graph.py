"""A frozen graph that is changed: what its nodes take and give, which of them are constants, and who takes what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._formats.tensor_proto import make_ndarray
from tfcompat.saved_model import _sessions
from tfcompat.saved_model._graph_functions import GraphBody
from tfcompat.saved_model._quantization.freezing import node_name, tensor_name
from tfcompat.saved_model._translation.body import STATEFUL, Body, Library, Ref

_PASSING = ("Identity", "StopGradient", "PreventGradient", "CheckNumerics")


class Graph:
    """The nodes of a GraphDef by their names, and a body that adds new ones.

    ends: the tensors that signatures give. `stands` has what takes the place of tensors, when the graph is written.
    """

    def __init__(self, graph_def: Any, ends: Iterable[str]) -> None:
        self._graph_def = graph_def
        self.ends = [tensor_name(end) for end in ends]
        self.body = Body(Library(), "", main=True)
        self.nodes: dict[str, Any] = {}
        for node in graph_def.node:
            self.nodes[self.body.unique(node.name)] = node
        self.body.nodes = dict(self.nodes)
        self.stands: dict[str, Ref] = {}
        self.session = _sessions.Session(graph_def, {}, "the SavedModel")
        self._constants: dict[str, np.ndarray | None] = {}
        self._uses = Counter(name for node in graph_def.node for name in node.input)
        self._uses.update(self.ends)
        self._takers: dict[str, Any] = {}
        for node in graph_def.node:
            for name in node.input:
                self._takers.setdefault(name, node)

    def ordered(self) -> list[Any]:
        """The nodes, each after those that it takes tensors from."""
        names = [node.name for node in self._graph_def.node]
        return [self.nodes[node.name] for node in GraphBody(self._graph_def, [], names).order]

    def leading_to(self, names: Iterable[str]) -> set[str]:
        """The nodes that tensors are made by."""
        todo, found = [node_name(name) for name in names], set()
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += [node_name(taken) for taken in self.nodes[name].input]
        return found

    def source(self, name: str) -> str:
        """The tensor that nodes pass on as the one of this name."""
        while True:
            node = self.nodes[node_name(name)]
            if node.op == "IdentityN":
                name = node.input[int(name.partition(":")[2] or 0)]
            elif node.op in _PASSING:
                name = node.input[0]
            else:
                return name

    def only_taker(self, name: str) -> Any:
        """The node that takes a tensor, where it is a single one and no signature gives the tensor; else None."""
        taker = self._takers.get(name) if self._uses[name] == 1 and name not in self.ends else None
        while taker is not None and taker.op in _PASSING:
            taker = self.only_taker(taker.name)
        return taker

    def is_taken(self, name: str) -> bool:
        """Whether a node takes the tensor, or a signature gives it."""
        return self._uses[name] > 0

    def constant(self, name: str) -> np.ndarray | None:
        """The value of a tensor that is always the same; None for one that is not."""
        if name not in self._constants:
            self._constants[name] = self._computed(name)
        return self._constants[name]

    def _computed(self, name: str) -> np.ndarray | None:
        node = self.nodes[node_name(name)]
        if node.op == "Const":
            return make_ndarray(node.attr["value"].tensor)
        takes = [i for i in node.input if not i.startswith("^")]
        calls = any(attr.func.name or attr.list.func for attr in node.attr.values())
        if not takes or calls or len(takes) < len(node.input) or node.op in STATEFUL or "Random" in node.op:
            return None
        if any(self.constant(i) is None for i in takes):
            return None
        return self.session.run([name], {})[0].numpy()

    def values(self, names: Iterable[str], feeds: Mapping[str, Any]) -> list[np.ndarray]:
        """What tensors are for these inputs."""
        return [np.asarray(x.numpy()) for x in self.session.run(list(names), feeds)]

    # ---- changing it ----

    def ref(self, name: str, dtype: dtypes.DType = dtypes.float32) -> Ref:
        """A tensor, or what stands for it."""
        return self.stands.get(name) or Ref(name, dtype)

    def copied(self, node: Any, inputs: Iterable[Ref], at: str, dtype: dtypes.DType, **types: Any) -> Ref:
        """A node like this one, of other tensors and dtypes; its result. types: the attributes that are dtypes."""
        made = type(node)()
        made.CopyFrom(node)
        made.name = self.body.unique(at)
        del made.input[:]
        made.input.extend([*(ref.name for ref in inputs), *(i for i in node.input if i.startswith("^"))])
        for key, kind in (types or {"T": dtype}).items():
            made.attr[key].type = kind.as_datatype_enum
        for key in [key for key in made.attr if key.startswith("_")]:
            del made.attr[key]
        self.body.nodes[made.name] = made
        return Ref(made.name, dtype)

    def graph_def(self) -> Any:
        """The graph with what stands for tensors in their places, and without what no signature needs."""
        made = type(self._graph_def)()
        for name, node in self.body.nodes.items():
            kept = made.node.add()
            kept.CopyFrom(node)
            if name in self.nodes:
                for i, taken in enumerate(kept.input):
                    if taken in self.stands:
                        kept.input[i] = self.stands[taken].name
        made.library.CopyFrom(self._graph_def.library)
        made.versions.CopyFrom(self._graph_def.versions)
        return made
