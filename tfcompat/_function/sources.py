"""What a node of a graph calls, where that is an op of tfcompat: enough to make the node again without its graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import structure
from tfcompat._core.substitutes import ids_of, strings_of
from tfcompat._core.tensor import EagerTensor, Tensor


class Input:
    """Stands for an input of a node among the arguments of its op; `wrapped`: for a tensor that is made of it."""

    def __init__(self, number: int, wrapped: bool = False) -> None:
        self.number, self.wrapped = number, wrapped


class Source(NamedTuple):
    """An op, a function that is one node, or one of this file, and its arguments.

    They are nests with an `Input` for each of the node's.
    """

    function: Callable[..., Any]
    args: Sequence[Any]
    kwargs: Mapping[str, Any] = {}


def strings(array: np.ndarray) -> list[np.ndarray]:
    """Constant strings."""
    return [array]


def to_ids(*arrays: np.ndarray) -> list[Any]:
    """The strings that ids stand for, and the ids of each of the arrays."""
    pool, ids = ids_of(list(arrays))
    return [pool, *ids]


def from_ids(pool: Any, ids: torch.Tensor) -> list[Any]:
    """The strings of ids."""
    return [strings_of(pool, ids)]


def with_row(buffer: Any, i: torch.Tensor, row: Any) -> list[Any]:
    """`buffer` with row number `i` replaced, and grown with zeros or empty strings where it has no such row."""
    missing = int(i) + 1 - buffer.shape[0]
    if isinstance(buffer, np.ndarray):
        # The first row tells the shape of rows: an empty buffer of strings is a constant of the capture.
        shape = buffer.shape[1:] if len(buffer) else row.shape
        grown = np.full((len(buffer) + max(missing, 0), *shape), b"", dtype=object)
        if len(buffer):
            grown[: len(buffer)] = buffer
        grown[int(i)] = row[()] if not row.ndim else row
        return [grown]
    if missing > 0:
        buffer = torch.cat([buffer, buffer.new_zeros((missing, *buffer.shape[1:]))])
    return [buffer.index_copy(0, i, row.unsqueeze(0))]


FUNCTIONS: dict[str, Callable[..., Any]] = {f.__name__: f for f in (strings, to_ids, from_ids, with_row)}


def runner(source: Source) -> Callable[..., Sequence[Any]]:
    """What a node with this source does: takes values for its inputs, gives a list of its results."""
    op = getattr(source.function, "op", None)

    def run(*values: Any) -> Sequence[Any]:
        args = _filled(list(source.args), values)
        named = _filled(dict(source.kwargs), values)
        found = source.function(*args, **named) if op is None else op.run(args)
        return flat(found)

    return run


def flat(result: Any) -> list[Any]:
    """The torch tensors and numpy arrays in what a function gives."""
    leaves = [] if result is None else structure.flatten(result, expand_composites=True)
    return [x._t if isinstance(x, Tensor) else x for x in leaves]


def _filled(x: Any, values: Sequence[Any]) -> Any:
    if isinstance(x, Input):
        return EagerTensor(values[x.number]) if x.wrapped else values[x.number]
    if isinstance(x, (list, tuple)):
        return type(x)([_filled(v, values) for v in x])
    if isinstance(x, dict):
        return {k: _filled(v, values) for k, v in x.items()}
    return x
