"""Kernels that have no translator, as torch itself puts them together from others."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import fx
from torch.fx.node import map_arg
from torch.utils._python_dispatch import _disable_current_modes


@functools.cache
def _table() -> Mapping[Any, Any]:
    from torch._decomp import core_aten_decompositions

    return core_aten_decompositions()


def decomposed(target: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[fx.Graph, list[Any]] | None:
    """A graph of other kernels that gives what a kernel gives, and the nodes that stand for its inputs, in order.

    args, kwargs: with nodes in them, of which the fake tensors are known. None where torch has no such graph.
    """
    from torch.fx.experimental.proxy_tensor import make_fx

    if target not in _table():
        return None
    inputs: list[fx.Node] = []
    map_arg((args, kwargs), lambda node: inputs.append(node) if node not in inputs else None)
    fakes = [node.meta.get("val") for node in inputs]
    if not all(isinstance(fake, (torch.Tensor, torch.SymInt)) for fake in fakes):
        return None

    def run(*given: Any) -> Any:
        found = dict(zip(inputs, given))
        return target(*map_arg(tuple(args), found.__getitem__), **map_arg(dict(kwargs), found.__getitem__))

    with _disable_current_modes(), torch.no_grad():
        made = make_fx(run, decomposition_table=dict(_table()))(*(_detached(fake) for fake in fakes))
    return made.graph, inputs


def _detached(fake: Any) -> Any:
    return fake.detach() if isinstance(fake, torch.Tensor) else fake
