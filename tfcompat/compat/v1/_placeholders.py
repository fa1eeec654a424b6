"""tf.compat.v1.placeholder: an input of a graph that is captured by hand."""

from __future__ import annotations

from typing import Any

from tfcompat._core.dtypes import as_dtype
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._function import placeholders


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """An input of the graph that is being captured, of this dtype and shape (tf.compat.v1.placeholder).

    shape: with None for each dimension that is not known. RuntimeError where nothing is being captured, as in eager
    TensorFlow; NotImplementedError for an unknown rank and for strings within a tf.function.
    """
    graph = state.graph
    if graph is None or not hasattr(graph, "argument"):
        raise RuntimeError("tf.placeholder() is not compatible with eager execution.")
    kind, sizes = as_dtype(dtype), TensorShape(shape)
    if graph.deferred:
        return graph.placeholder(kind, sizes, name)
    if sizes.rank is None or kind.torch is None:
        raise NotImplementedError(
            f"tf.compat.v1.placeholder of shape {sizes} and dtype {kind.name} is not in tfcompat."
        )
    return placeholders.placeholder(graph, TensorSpec(sizes, kind), name or "Placeholder")


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A SparseTensor that is fed, with a SparseTensorValue or a tuple (tf.compat.v1.sparse_placeholder).

    shape: where it is known. RuntimeError where ops run when they are called.
    """
    from tfcompat._core.convert import convert_to_tensor
    from tfcompat._sparse.tensor import SparseTensor

    if state.graph is None:
        raise RuntimeError("`sparse_placeholder` is not compatible with eager execution.")
    known = None if shape is None else TensorShape(shape)
    rank = None if known is None else known.rank
    before = "" if name is None else f"{name}/"
    if known is not None and known.is_fully_defined():
        sizes = convert_to_tensor(known.as_list(), "int64")
    else:
        sizes = placeholder("int64", [rank], f"{before}shape")
    indices = placeholder("int64", [None, rank], f"{before}indices")
    return SparseTensor(indices, placeholder(dtype, [None], f"{before}values"), sizes)
