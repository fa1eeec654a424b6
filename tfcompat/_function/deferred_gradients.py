"""tf.gradients in graphs that sessions run: computed anew whenever a session runs them.

What is known of a gradient before that is its shape, and whether it is tf.IndexedSlices: where rows of a tensor are
looked up and nothing else is done with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable
from tfcompat._function.recipes import Recipe
from tfcompat._function.recorder import is_fake
from tfcompat._function.row_gradients import of_one_dtype
from tfcompat._function.symbolic import Operation, SymbolicTensor


def gradients(graph: Any, ys: Any, xs: Sequence[Any], weights: Any, stops: Any, zeros: bool) -> list[Any]:
    """The gradient of the sum of `ys` for each of `xs`; None where there is none, unless `zeros`."""
    reached = _reached(graph, ys)
    wanted = [zeros or _matters(x, reached) for x in xs]
    found = [_lookups(graph, x, reached, ys) if w else None for x, w in zip(xs, wanted, strict=True)]

    def run(ys: Any, xs: Any, weights: Any, stops: Any) -> list[Any]:
        given = state.graph.gradients(ys, xs, weights, stops, True)
        return [t for g, f in zip(given, found, strict=True) for t in (_rows(g) if f else [_tensor(g)])]

    made = [t for x, f in zip(xs, found, strict=True) for t in (_examples(f) if f else [_like(graph, x)])]
    symbols = graph.named(made, "gradients", "Gradient")
    for op in {s.op for s in symbols}:
        graph.recipes[op] = Recipe(run, [ys, list(xs), list(weights), list(stops)])
    parts = iter(symbols)
    results = [IndexedSlices(next(parts), next(parts), _shape(x)) if f else next(parts) for x, f in zip(xs, found)]
    return [r if w else None for r, w in zip(results, wanted, strict=True)]


def _tensor(gradient: Any) -> Any:
    return gradient if isinstance(gradient, Tensor) else convert_to_tensor(gradient)


def _rows(gradient: Any) -> list[Any]:
    """The values and indices of a gradient: all rows where it turned out to be dense."""
    if isinstance(gradient, IndexedSlices):
        return [gradient.values, gradient.indices]
    return [_tensor(gradient), state.graph.named(torch.arange(gradient.shape[0]), "range")]


def _like(graph: Any, x: Any) -> torch.Tensor:
    """What the gradient of a tensor or variable is like."""
    t = x._read() if isinstance(x, Variable) else graph.captured(x)
    return torch.zeros_like(t) if is_fake(t) else _open(graph, t)


def _open(graph: Any, t: torch.Tensor) -> torch.Tensor:
    """A tensor whose values the graph does not know."""
    return t if is_fake(t) else graph.recorder.input(t, "constant")


def _shape(x: Any) -> Any:
    """The shape of a tensor or variable, as a tensor; None where it is not known."""
    return EagerTensor(torch.tensor(x.shape.as_list(), dtype=torch.int32)) if x.shape.is_fully_defined() else None


def _reached(graph: Any, ys: Sequence[Any]) -> set[int]:
    """The ids of the symbolic tensors and variables that `ys` are computed from."""
    found: set[int] = set()
    todo = list(ys)
    while todo:
        x = todo.pop()
        if id(x) in found:
            continue
        found.add(id(x))
        if isinstance(x, SymbolicTensor):
            todo += [y for y in graph.needs(x.op) if isinstance(y, (SymbolicTensor, Variable))]
    return found


def _matters(x: Any, reached: set[int]) -> bool:
    kind = x.dtype
    return id(x) in reached and (kind.is_floating or kind.is_complex)


def _lookups(graph: Any, x: Any, reached: set[int], ys: Sequence[Any]) -> list[tuple[Any, Any]] | None:
    """The results of the lookups in `x` that `ys` are made of, and their indices; None where `x` has other uses.

    graph: one that sessions run. reached: the ids of what `ys` are made of.
    """
    if any(y is x for y in ys):
        return None
    found: list[tuple[Any, Any]] = []
    for op in graph.get_operations():
        if not any(id(t) in reached and _is_followed(t) for t in op._outputs):
            continue
        if not any(_same(x, n) for n in graph.needs(op)):
            continue
        args = graph.recipe(op).args
        if op.type in ("Identity", "ReadVariableOp") and _same(x, args[0]):
            more = _lookups(graph, op._outputs[0], reached, ys)
        elif _same(x, args[0]) and not any(_same(x, a) for a in args[1:]):
            more = _looked_up(op, args)
        else:
            more = None
        if more is None:
            return None
        found += more
    return found or None


def _same(x: Any, y: Any) -> bool:
    return x is y or (isinstance(x, Variable) and isinstance(y, Variable) and x._storage is y._storage)


def _is_followed(t: Any) -> bool:
    return t.dtype.is_floating or t.dtype.is_complex


def _looked_up(op: Operation, args: Sequence[Any]) -> list[tuple[Any, Any]] | None:
    """The result and the indices of an operation that takes rows of its first argument."""
    if op.type == "GatherV2":
        _, indices, _, axis, batch, *_ = args
        plain = axis in (None, 0) and type(batch) is int and batch == 0
        return [(op._outputs[0], convert_to_tensor(indices))] if plain else None
    if op.type == "ResourceGather":
        return [(op._outputs[0], convert_to_tensor(args[1]))]
    if op.type == "ResourceGatherNd" or (op.type == "GatherNd" and args[2:4] == [0, False]):
        indices = convert_to_tensor(args[1])
        return [(op._outputs[0], indices[:, 0])] if indices.shape.rank == 2 and indices.shape[1] == 1 else None
    return None


def _examples(found: Sequence[tuple[Any, Any]]) -> list[torch.Tensor]:
    """What the values and the row numbers of some lookups' gradients are like."""
    graph = found[0][0].graph
    values = [graph.captured(y) for y, _ in found]
    indices = of_one_dtype([_open(graph, graph.captured(i)) for _, i in found])
    rest = values[0].shape[indices[0].ndim :]
    return [
        torch.cat([torch.zeros_like(v).reshape(-1, *rest) for v in values]),
        torch.cat([torch.zeros_like(i).reshape(-1) for i in indices]),
    ]
