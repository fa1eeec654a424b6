"""Strings in a graph: fake tensors of a dtype that nothing else uses, `SYMBOLIC_STRING`, stand for them.

When the graph runs their values are numpy arrays of bytes, which only opaque nodes compute with. What merely moves,
compares or orders elements is recorded as torch ops on float64 ids that stand for the strings and order as they do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core.dtypes import SYMBOLIC_STRING
from tfcompat._core.substitutes import map_results, mapped
from tfcompat._function import opaque, sources
from tfcompat._function.recorder import NotCapturable, is_fake
from tfcompat._function.sources import Input, Source

aten = torch.ops.aten
# Ops that give what they are given, which a graph's programs leave out.
_SAME = frozenset({aten.detach.default, aten.alias.default, aten.lift_fresh.default})


def is_string(t: Any) -> bool:
    """Whether a torch tensor stands for strings."""
    return isinstance(t, torch.Tensor) and t.dtype is SYMBOLIC_STRING


def lifted(graph: Any, array: np.ndarray) -> torch.Tensor:
    """What stands in the graph for constant strings."""
    if array.dtype != object:
        raise NotCapturable(f"a branch or loop on a tensor's value gives numbers of numpy's dtype {array.dtype}")
    like = graph.recorder.empty(array.shape, SYMBOLIC_STRING, "cpu")
    return _node(graph, Source(sources.strings, [array]), [like], [])[0]


def to_ids(graph: Any, strings: Sequence[Any]) -> tuple[Any, list[torch.Tensor]]:
    """The strings that ids stand for, and the ids of several tensors, of which some may be constants."""
    recorder = graph.recorder
    numbers = itertools.count()
    args = [Input(next(numbers)) if is_fake(t) else t for t in strings]
    # The pool is passed on as it is: nothing asks for its size.
    likes = [recorder.empty((), SYMBOLIC_STRING, "cpu")]
    likes += [recorder.empty(tuple(t.shape), torch.float64, "cpu") for t in strings]
    pool, *ids = _node(graph, Source(sources.to_ids, args), likes, [t for t in strings if is_fake(t)])
    return pool, ids


def _node(graph: Any, source: Source, likes: Sequence[torch.Tensor], args: Sequence[Any]) -> list[Any]:
    """The results, like `likes`, of a node that calls what `source` says."""
    node = opaque.Node(sources.runner(source), likes, effect=False)
    node.source = source
    return opaque.record(graph, node, args)


def from_ids(graph: Any, pool: Any, result: Any) -> Any:
    """A nest of results with strings in the place of ids, which are what is float64."""

    def of(r: torch.Tensor) -> torch.Tensor:
        if r.dtype is not torch.float64 or is_string(r):
            return r
        like = graph.recorder.empty(tuple(r.shape), SYMBOLIC_STRING, "cpu")
        return _node(graph, Source(sources.from_ids, [Input(0), Input(1)]), [like], [pool, r])[0]

    return map_results(result, of)


def on_ids(graph: Any, run: Callable[[Callable[[Any], Any]], Any], strings: Sequence[Any]) -> Any:
    """What `run` gives for ids of the strings; it is called with a function that tells a tensor's ids."""
    pool, ids = to_ids(graph, strings)
    found = {id(t): i for t, i in zip(strings, ids, strict=True)}
    return from_ids(graph, pool, run(lambda t: found.get(id(t), t)))


def record_on_ids(graph: Any, op: Any, args: list[Any]) -> Any:
    """The result of an op that moves, compares or orders elements, of which some are strings."""
    kinds = op.kinds
    given: list[Any] = []
    mapped(args, kinds, lambda t: given.append(t) if is_string(t) or isinstance(t, np.ndarray) else None)
    return on_ids(graph, lambda ids: op.run(mapped(args, kinds, ids)), given)


def dispatched(graph: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """The result of a torch op of which an argument stands for strings; NotCapturable where that makes no sense."""
    if func in _SAME:
        return func(*args, **kwargs)
    if func._schema.is_mutable:
        raise NotCapturable("strings are changed in place")
    strings = list({id(t): t for t in _strings((args, kwargs))}.values())
    return on_ids(graph, lambda ids: func(*_mapped(args, ids), **_mapped(kwargs, ids)), strings)


def _strings(nest: Any) -> Iterator[torch.Tensor]:
    if isinstance(nest, (list, tuple)):
        for x in nest:
            yield from _strings(x)
    elif isinstance(nest, dict):
        yield from _strings(list(nest.values()))
    elif is_string(nest):
        yield nest


def _mapped(nest: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(nest, dict):
        return {k: _mapped(v, change) for k, v in nest.items()}
    if isinstance(nest, (list, tuple)):
        return type(nest)([_mapped(x, change) for x in nest])
    return change(nest)


def as_example(value: Any) -> torch.Tensor:
    """A torch tensor like a value, as an example for a graph's input."""
    if isinstance(value, torch.Tensor):
        return value
    if value.dtype != object:
        raise NotCapturable(f"a tensor has the dtype {value.dtype}, which torch does not have")
    with _disable_current_modes(), torch.no_grad():
        return torch.empty(value.shape, dtype=SYMBOLIC_STRING)
