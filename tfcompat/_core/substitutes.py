"""The other ways to run an op's body: on ids in place of strings, on dtypes that torch has kernels for.

Where a body fails on tf.string, on small unsigned integers or on quantized ones, it gets stand-ins for its tensors, and
its results are made what they stand for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tfcompat._core.storage import to_numpy

if TYPE_CHECKING:
    from tfcompat._core.ops import Op

_TORCH = torch.Tensor
WIDER = {torch.uint16: torch.int32, torch.uint32: torch.int64, torch.uint64: torch.int64}


def each(x: Any, kind: str) -> Sequence[Any]:
    """The tensors in an argument of one of an op's kinds: itself, or those of a sequence."""
    return () if x is None else x if kind.endswith("s") else (x,)


def mapped(args: list[Any], kinds: list[tuple[int, str]], change: Callable[[Any], Any]) -> list[Any]:
    """A body's arguments with `change` applied to the tensors."""
    out = list(args)
    for i, kind in kinds:
        if i < len(out) and out[i] is not None:
            out[i] = [change(t) for t in out[i]] if kind.endswith("s") else change(out[i])
    return out


def map_results(result: Any, change: Callable[[Any], Any]) -> Any:
    """`change` applied to every tensor of a body's result."""
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return type(result)(*(map_results(r, change) for r in result))
    if isinstance(result, (tuple, list)):
        return type(result)(map_results(r, change) for r in result)
    return change(result) if isinstance(result, _TORCH) else result


def run_wider(op: Op, args: list[Any], narrow: torch.dtype) -> Any:
    """Runs on the signed dtype that holds `narrow`, for the unsigned dtypes that torch has few kernels for."""
    wide = WIDER[narrow]
    result = op.run(mapped(args, op.kinds, lambda t: t.to(wide) if t.dtype == narrow else t))
    try:  # which results have the arguments' dtype, and which are positions, is seen with another dtype
        other = op.body(*mapped(args, op.kinds, lambda t: t.to(torch.float64) if t.dtype == narrow else t))
    except Exception:
        other = None
    positions = {i for i, r in enumerate(_results(other)) if r.dtype in (torch.int32, torch.int64)}
    numbers = itertools.count()
    return map_results(result, lambda r: r.to(narrow) if next(numbers) not in positions and r.dtype == wide else r)


def _results(result: Any) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []
    map_results(result, found.append)
    return found


def run_on_ids(op: Op, args: list[Any]) -> Any:
    """Runs the body on ids that stand for the strings and order as they do, and looks float64 results up again."""
    arrays = [t for i, kind in op.kinds if i < len(args) for t in each(args[i], kind) if isinstance(t, np.ndarray)]
    if arrays[0].dtype != object:
        return _run_on_numbers(op, args, arrays[0].dtype)
    pool, numbers = ids_of(arrays)
    ids = {id(a): n for a, n in zip(arrays, numbers, strict=True)}
    result = op.run(mapped(args, op.kinds, lambda t: ids.get(id(t), t)))
    return map_results(result, lambda r: strings_of(pool, r) if r.dtype == torch.float64 else r)


def ids_of(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, list[torch.Tensor]]:
    """The strings in all arrays (and the empty one) in order, and each array as their numbers, float64."""
    pool, flat = np.unique(np.concatenate([[b""], *(a.ravel() for a in arrays)]).astype(object), return_inverse=True)
    ids, start = [], 1
    for a in arrays:
        ids.append(torch.from_numpy(flat[start : start + a.size].reshape(a.shape)).to(torch.float64))
        start += a.size
    return pool, ids


def strings_of(pool: np.ndarray, ids: torch.Tensor) -> np.ndarray:
    """The strings that have these numbers."""
    return np.asarray(pool[ids.long().cpu().numpy()], dtype=object)


def _run_on_numbers(op: Op, args: list[Any], kind: np.dtype) -> Any:
    """As `run_on_ids`, for the numbers that torch has no dtype for: those of quantized tensors and the smallest ones.

    Each of them is a float64.
    """

    def wide(t: Any) -> Any:
        return torch.from_numpy(to_numpy(t).astype(np.float64)) if isinstance(t, np.ndarray) else t

    def narrow(r: torch.Tensor) -> Any:
        return r.numpy().astype(kind[0] if kind.names else kind).view(kind) if r.dtype == torch.float64 else r

    return map_results(op.run(mapped(args, op.kinds, wide)), narrow)
