"""tf.compat.v1.saved_model.utils: tensors of a graph as TensorInfos, and back."""

from __future__ import annotations

from typing import Any

from tfcompat._core import structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.dtypes import as_dtype
from tfcompat._core.state import state
from tfcompat._core.variable import Variable
from tfcompat._formats.protos import message
from tfcompat._formats.structures import shape_proto
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.compat.v1._meta_graphs import building
from tfcompat.saved_model._structures import decode, encode


def build_tensor_info(tensor: Any) -> Any:
    """A graph's tensor, SparseTensor or other composite as a TensorInfo: names, dtype and shape (build_tensor_info).

    RuntimeError where ops run when they are called.
    """
    if state.graph is None:
        raise RuntimeError("`build_tensor_info` is not supported in eager execution.")
    if isinstance(tensor, CompositeTensor) and not isinstance(tensor, (SparseTensor, Variable)):
        info = message("TensorInfo")()
        info.composite_tensor.type_spec.CopyFrom(encode(tensor._type_spec).type_spec_value)
        for part in structure.flatten(tensor, expand_composites=True):
            info.composite_tensor.components.add().CopyFrom(build_tensor_info(part))
        return info
    info = message("TensorInfo")(dtype=as_dtype(tensor.dtype).base_dtype.as_datatype_enum)
    info.tensor_shape.CopyFrom(shape_proto(tensor.get_shape()))
    if isinstance(tensor, SparseTensor):
        info.coo_sparse.values_tensor_name = tensor.values.name
        info.coo_sparse.indices_tensor_name = tensor.indices.name
        info.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    else:
        info.name = tensor.name
    return info


def info_of_element(element: Any) -> Any:
    """An operation or tensor as a TensorInfo that tells its name alone."""
    info = message("TensorInfo")(name=element.name)
    info.tensor_shape.unknown_rank = True
    return info


def get_tensor_from_tensor_info(tensor_info: Any, graph: Any = None, import_scope: str | None = None) -> Any:
    """The tensor, SparseTensor or other composite of a graph that a TensorInfo tells (get_tensor_from_tensor_info).

    graph: the one that is built where None. import_scope: comes before the names. KeyError for a name that the graph
    has not, ValueError for a TensorInfo that tells nothing.
    """
    scope = f"{import_scope.rstrip('/')}/" if import_scope else ""
    where = building(graph)

    def tensor(name: str) -> Any:
        return where.get_tensor_by_name(f"{scope}{name}")

    encoding = tensor_info.WhichOneof("encoding")
    if encoding == "name":
        return tensor(tensor_info.name)
    if encoding == "coo_sparse":
        names = tensor_info.coo_sparse
        parts = names.indices_tensor_name, names.values_tensor_name, names.dense_shape_tensor_name
        return SparseTensor(*map(tensor, parts))
    if encoding == "composite_tensor":
        composite = tensor_info.composite_tensor
        spec = decode(message("StructuredValue")(type_spec_value=composite.type_spec))
        parts = [tensor(component.name) for component in composite.components]
        return structure.pack_sequence_as(spec, parts, expand_composites=True)
    raise ValueError(
        f"Invalid TensorInfo.encoding: {encoding}. Expected `coo_sparse`, `composite_tensor`, or `name` for a dense "
        "tensor."
    )


__all__ = ["build_tensor_info", "get_tensor_from_tensor_info"]
