"""The arguments of a concrete function's call, as the tensors that its signature's plans ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import kernel_dtype
from tfcompat._core.tensor import Tensor
from tfcompat._function import describe
from tfcompat._function.signature import Composite, Leaf, encode_all


def given_for(plan: Any, name: str, arguments: Mapping[str, Any]) -> list[Tensor]:
    """The tensors of an argument of a call, which may be left out where its plan has none; else TypeError."""
    if name in arguments:
        return _matched(plan, arguments[name])
    leaves: list[Leaf] = []
    _collect(plan, leaves)
    if leaves:
        raise TypeError(f"missing a required argument: {name!r}")
    return []


def _matched(plan: Any, value: Any) -> list[Tensor]:
    """The tensors of an argument of a call, which fits its plan; TypeError where it does not."""
    if isinstance(plan, Leaf):
        return [fitted(plan, value)]
    tensors: list[Any] = []
    encode_all([value], tensors, [])
    leaves: list[Leaf] = []
    _collect(plan, leaves)
    if len(leaves) != len(tensors):
        raise TypeError(f"Can not cast {value!r} to {describe.type_of(plan)}")
    if not leaves and not isinstance(plan, (list, tuple, dict)) and plan is not value and plan != value:
        raise TypeError(f"Can not cast {value!r} to {describe.type_of(plan)}")
    return [fitted(leaf, t) for leaf, t in zip(leaves, tensors, strict=True)]


def _collect(plan: Any, leaves: list[Leaf]) -> None:
    if isinstance(plan, Leaf):
        leaves.append(plan)
    elif isinstance(plan, Composite):
        for part in plan.parts:
            _collect(part, leaves)
    else:
        node = structure.node_of(type(plan))
        for child in node.children(plan) if node is not None else ():
            _collect(child, leaves)


def fitted(leaf: Leaf, value: Any) -> Tensor:
    """`value` as a tensor for a leaf; InvalidArgumentError for another dtype."""
    held = isinstance(value, Tensor) or leaf.spec.dtype in (dtypes.variant, dtypes.resource)
    tensor = value if held else convert_to_tensor(value, leaf.spec.dtype)
    if tensor.dtype is not leaf.spec.dtype:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"cannot compute the function as input #{leaf.number}(zero-based) was expected to be a "
            f"{kernel_dtype(leaf.spec.dtype)} tensor but is a {kernel_dtype(tensor.dtype)} tensor",
        )
    return tensor
