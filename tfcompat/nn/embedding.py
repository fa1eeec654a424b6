"""tf.nn.embedding_lookup: rows of a matrix, or of several that make up one."""

from __future__ import annotations

from typing import Any

from tfcompat._arrays.joining import concat
from tfcompat._clipping import clip_by_norm
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import gather


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Any:
    """The rows `ids` of `params`, of shape ids.shape + params.shape[1:] (tf.nn.embedding_lookup).

    params: a tensor or variable, or a list of them, whose rows are numbered one after another. max_norm: scales a row
    down whose L2 norm is larger. Raises ValueError where params is None or empty, InvalidArgumentError for an id that
    there is not.
    """
    if params is None:
        raise ValueError("params must be specified")
    parts = list(params) if isinstance(params, (list, tuple)) else [params]
    if not parts:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    table = parts[0] if len(parts) == 1 else concat([convert_to_tensor(p) for p in parts], 0)
    rows = gather(table, ids, name=name)
    if max_norm is None:
        return rows
    rank = convert_to_tensor(ids).shape.rank
    return clip_by_norm(rows, max_norm, axes=list(range(rank, rows.shape.rank)))
