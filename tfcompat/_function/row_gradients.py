"""Gradients that are rows of a tensor, tf.IndexedSlices, in graphs: of what is only ever looked up in.

Sparse tensors can't be captured: a lookup's gradient is dense in a graph, and known to be the sum of its rows. Where
nobody asks for the dense one it is not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core.autograd import slices
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.tensor import EagerTensor

Rows = tuple[torch.Tensor, torch.Tensor]
_VIEWS = frozenset({torch.ops.aten.view.default, torch.ops.aten.detach.default, torch.ops.aten.alias.default})


def rows_of(graph: Any, gradient: Any) -> Rows | None:
    """The values and row numbers that a gradient in a graph is the sum of; None where it is no sum of rows alone."""
    found = slices.get(gradient)
    if found is not None or not graph.summed_rows or not graph.recorder.knows(gradient):
        return found
    node_of = graph.recorder.node
    known = {node_of(t): slices[t] for t in graph.summed_rows if graph.recorder.knows(t)}
    parts = list(_parts(node_of(gradient), known))
    if any(p is None for p in parts):
        return None
    both = [p for p in reversed(parts) if p is not None]  # torch goes from the last lookup to the first
    return torch.cat([v for v, _ in both]), torch.cat(of_one_dtype([i for _, i in both]))


def slices_of(graph: Any, gradient: Any, made: Callable[[Any], Any]) -> IndexedSlices | None:
    """The rows that a gradient in a graph is the sum of, of whose tensors `made` makes symbolic ones; None for none."""
    rows = rows_of(graph, gradient)
    if rows is None:
        return None
    if all(type(n) is int for n in gradient.shape):
        with _disable_current_modes():  # the shape is known, and no part of the graph
            shape: Any = EagerTensor(torch.tensor(gradient.shape, dtype=torch.int32))
    else:
        shape = made(torch.stack([torch.scalar_tensor(n, dtype=torch.int32) for n in gradient.shape]))
    values, indices = map(made, rows)
    return IndexedSlices(values, indices, shape)


def _parts(node: Any, known: dict[Any, Rows]) -> Iterator[Rows | None]:
    """The rows of the lookups that a node adds up, None for what is something else."""
    if node in known:
        yield known[node]
    elif node.target is torch.ops.aten.add.Tensor and not node.kwargs:
        for part in node.args:
            yield from _parts(part, known)
    elif node.target in _VIEWS and node.meta["val"].shape == node.args[0].meta["val"].shape:
        yield from _parts(node.args[0], known)
    else:
        yield None


def of_one_dtype(indices: list[torch.Tensor]) -> list[torch.Tensor]:
    """Row numbers that are to be put together: int64 where they differ."""
    alike = all(i.dtype is indices[0].dtype for i in indices)
    return indices if alike else [i.long() for i in indices]
