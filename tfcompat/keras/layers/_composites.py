"""What layers do with inputs that are sparse or ragged."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tfcompat._core.composite import CompositeTensor
from tfcompat._ragged.tensor import RaggedTensor
from tfcompat._sparse.tensor import SparseTensor


def is_composite(x: Any) -> bool:
    """Whether `x` is a sparse or ragged tensor."""
    return isinstance(x, (SparseTensor, RaggedTensor))


def is_sparse(x: Any) -> bool:
    """Whether `x` is a sparse tensor."""
    return isinstance(x, SparseTensor)


def dense_of(x: Any) -> Any:
    """A sparse tensor with its zeros, anything else as it is."""
    import tfcompat

    return tfcompat.sparse.to_dense(x) if is_sparse(x) else x


def on_values(function: Callable[[Any], Any], x: RaggedTensor) -> RaggedTensor:
    """A ragged tensor with `function` of its flat values."""
    return x.with_flat_values(function(x.flat_values))


def product(x: CompositeTensor, kernel: Any, dense: Callable[[Any], Any]) -> Any:
    """x @ kernel over the last axis; `dense` computes it for a dense tensor."""
    import tfcompat

    if isinstance(x, RaggedTensor):
        return on_values(dense, x)
    if len(x.shape) == 2:  # type: ignore[attr-defined]
        return tfcompat.sparse.sparse_dense_matmul(x, kernel)
    return dense(dense_of(x))


def merged(name: str, inputs: Any, axis: int) -> Any:
    """The sparse result of merging tensors, some of them sparse, as the layer `name` does; None for a dense one."""
    import tfcompat

    sparse = [x for x in inputs if is_sparse(x)]
    if name == "Multiply":
        others = [x for x in inputs if not is_sparse(x)]
        if len(sparse) == 1:
            return functools.reduce(lambda a, b: a * b, others, sparse[0])
    elif len(sparse) == len(inputs):
        if name == "Add":
            return functools.reduce(tfcompat.sparse.add, inputs)
        if name == "Concatenate":
            return tfcompat.sparse.concat(axis, list(inputs))
    return None
