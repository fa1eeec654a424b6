"""Elements of datasets: nests of tensors, where lists are tensors, too; their specs, and batches of them.

A leaf is a tensor, a composite tensor, a dataset or None. Everything lives in the CPU's memory, as in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch

from tfcompat._core import device, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import is_symbolic
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import NoneTensorSpec, TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.type_spec import TypeSpec, type_spec_from_value
from tfcompat._core.variable import Variable


class Steps:
    """The results of a function, called again and again until it raises StopIteration; other errors do not end it."""

    __slots__ = ("_step",)

    def __init__(self, step: Callable[[], Any]) -> None:
        self._step = step

    def __iter__(self) -> Steps:
        return self

    def __next__(self) -> Any:
        return self._step()


def on_host() -> AbstractContextManager[Any]:
    """Makes tensors in the CPU's memory within."""
    return nullcontext() if device.default().type == "cpu" else device.device("/CPU:0")


def normalized(value: Any) -> Any:
    """A value that a program gives, as an element: lists, arrays and numbers become tensors.

    TypeError or ValueError for what no tensor can be made of.
    """
    kind = type(value)
    if kind is EagerTensor:
        t = value._t
        return value if isinstance(t, np.ndarray) or t.is_cpu else value.cpu()
    if value is None or isinstance(value, (Tensor, TypeSpec)):
        return value
    if hasattr(kind, "_type_spec") and not isinstance(value, Variable):
        return value
    if kind is not list and not isinstance(value, (np.ndarray, str, bytes)):
        node = structure.node_of(kind)
        if node is not None:
            return node.rebuild(value, [normalized(child) for child in node.children(value)])
    with on_host():
        tensor = convert_to_tensor(value)
    return normalized(tensor) if type(tensor) is EagerTensor else tensor


def has_symbols(value: Any) -> bool:
    """Whether there are tensors of a function that is being captured among a value's."""
    return any(is_symbolic(getattr(x, "_t", None)) for x in structure.flatten(value, expand_composites=True))


def source(value: Any) -> Any:
    """What a dataset is made of, as `normalized`; without tensors of a function that is captured, outside of it."""
    if state.graph is None or has_symbols(value):
        return normalized(value)
    from tfcompat._function.scopes import outside_of_graphs

    with outside_of_graphs():
        return normalized(value)


def spec_of(element: Any) -> Any:
    """The specs of an element, in its structure."""
    return structure.map_structure(_leaf_spec, element)


def _leaf_spec(leaf: Any) -> Any:
    if leaf is None:
        return NoneTensorSpec()
    spec = type_spec_from_value(leaf)
    return spec._without_tensor_names() if isinstance(spec, TensorSpec) else spec


def check_not_empty(spec: Any, kernel: str) -> None:
    """InvalidArgumentError for elements without tensors."""
    if all(isinstance(s, NoneTensorSpec) for s in structure.flatten(spec)):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Length for attr 'output_types' of 0 must be at least minimum 1: an element has no tensors. [Op:{kernel}] "
            "name: ",
        )


def map_specs(function: Callable[..., Any], *specs: Any) -> Any:
    """`function` of each spec of a nest of them."""
    return structure.map_structure(function, *specs)


def batched_spec(spec: Any, size: int | None) -> Any:
    """The specs of batches of `size` elements, None where that may differ."""
    return map_specs(lambda s: s._batch(size), spec)


def unbatched_spec(spec: Any) -> Any:
    """The specs of the rows of elements. ValueError for scalars."""
    return map_specs(lambda s: s._unbatch(), spec)


def leading_size(spec: Any) -> int | None:
    """The first dimension that all leaves agree in, None where it is not known; ValueError where they differ."""
    size: int | None = None
    for leaf in structure.flatten(spec):
        shape = getattr(leaf, "shape", None)
        if shape is None or shape.rank is None or not shape.rank:
            continue
        own = shape.as_list()[0]
        if size is not None and own is not None and own != size:
            raise ValueError(f"Dimensions {size} and {own} are not compatible")
        size = own if size is None else size
    return size


def fits(element: Any, spec: Any) -> bool:
    """Whether an element is of a structure, dtypes and shapes as `spec` says."""
    try:
        structure.assert_same_structure(element, spec, check_types=False)
    except (TypeError, ValueError):
        return False
    pairs = zip(structure.flatten(spec), structure.flatten(element), strict=True)
    return all(leaf is None or s.is_compatible_with(leaf) for s, leaf in pairs)


# ---- batches ----


def stack(elements: Sequence[Any], component: int = 0) -> Any:
    """One element of several: their leaves stacked along a new first axis. InvalidArgumentError where shapes differ.

    component: the number of the first leaf, for the error's words.
    """
    first = elements[0]
    kind = type(first)
    if kind is EagerTensor:
        return _stack_tensors(elements, component)
    if first is None:
        return None
    node = structure.node_of(kind)
    if node is not None:
        columns = zip(*(node.children(e) for e in elements), strict=True)
        children = []
        for column in columns:
            children.append(stack(column, component))
            component += len(structure.flatten(column[0]))
        return node.rebuild(first, children)
    spec: Any = type_spec_from_value(first)
    if not hasattr(spec, "_stacked"):
        raise TypeError(f"Dataset.batch: elements of type {kind.__name__} can't be batched.")
    return spec._stacked(list(elements))


def _stack_tensors(elements: Sequence[Any], component: int) -> EagerTensor:
    values = [e._t for e in elements]
    first = values[0]
    shape = first.shape
    for i, value in enumerate(values):
        if value.shape != shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Cannot batch tensors with different shapes in component {component}. First element had shape "
                f"{_dims(shape)} and element {i} had shape {_dims(value.shape)}. [Op:IteratorGetNext] name: ",
            )
    if isinstance(first, np.ndarray):
        return EagerTensor(np.stack(values))
    return EagerTensor(torch.stack(values))


def _dims(shape: Any) -> str:
    return f"[{','.join(map(str, shape))}]"


def batch_size(element: Any) -> int | None:
    """The first dimension of an element's leaves; None where it has none. InvalidArgumentError where they differ."""
    specs: list[tuple[Any, Any]] = [(type_spec_from_value(x), x) for x in structure.flatten(element) if x is not None]
    sizes = [spec._batch_size(x) for spec, x in specs]
    if not sizes:
        return None
    if any(n != sizes[0] for n in sizes):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Input element must have the same batch size in each component. Component 0 had size {sizes[0]} but "
            f"component {next(i for i, n in enumerate(sizes) if n != sizes[0])} had size "
            f"{next(n for n in sizes if n != sizes[0])}. [Op:IteratorGetNext] name: ",
        )
    return sizes[0]


def row(element: Any, i: int) -> Any:
    """Row number `i` of an element's leaves."""
    return structure.map_structure(lambda x: _row(x, i), element)


def _row(x: Any, i: int) -> Any:
    if type(x) is EagerTensor:
        t = x._t[i]
        return EagerTensor(t if isinstance(x._t, torch.Tensor) or isinstance(t, np.ndarray) else _scalar(t, x._t))
    spec: Any = None if x is None else type_spec_from_value(x)
    return None if x is None else spec._element(x, i)


def _scalar(value: Any, like: np.ndarray) -> np.ndarray:
    scalar = np.empty((), like.dtype)
    scalar[()] = value
    return scalar


def rows(element: Any) -> list[Any]:
    """The rows of an element's leaves."""
    count = batch_size(element)
    leaves = structure.flatten(element)
    if len(leaves) == 1 and leaves[0] is element and type(element) is EagerTensor:
        return unbound(element)
    columns = [unbound(x) if type(x) is EagerTensor else [_row(x, i) for i in range(count or 0)] for x in leaves]
    return [structure.pack_sequence_as(element, list(each)) for each in zip(*columns, strict=True)]


def unbound(tensor: EagerTensor) -> list[Any]:
    """The rows of a tensor."""
    t = tensor._t
    if isinstance(t, torch.Tensor):
        return [EagerTensor(r) for r in t.unbind(0)]
    return [EagerTensor(r if isinstance(r, np.ndarray) else _scalar(r, t)) for r in t]


def sliced(element: Any, start: int, stop: int) -> Any:
    """Rows `start` to `stop` of an element's leaves, as one element."""
    return structure.map_structure(lambda x: None if x is None else x[start:stop], element)


def joined(elements: Sequence[Any]) -> Any:
    """Elements joined along their first axis."""
    import tfcompat

    if len(elements) == 1:
        return elements[0]
    return structure.map_structure(
        lambda *leaves: None if leaves[0] is None else tfcompat.concat(list(leaves), axis=0), *elements
    )


# ---- the classes that tf.compat.v1 tells elements by ----


def merged_spec(first: Any, second: Any) -> Any:
    """The specs that elements of both fit; TypeError in tf.data's words where there are none."""

    def merge(a: Any, b: Any) -> Any:
        common = a.most_specific_common_supertype([b])
        if common is None:
            raise TypeError
        return common

    try:
        structure.assert_same_structure(first, second)
        return map_specs(merge, first, second)
    except (TypeError, ValueError):
        raise TypeError(f"Incompatible dataset elements:\n  {first} vs.   {second}") from None


def legacy(spec: Any, what: str) -> Any:
    """The shapes, types or classes of specs, as tf.compat.v1.data tells them."""
    return map_specs(lambda s: getattr(s, f"_to_legacy_output_{what}")(), spec)


def from_legacy(types: Any, shapes: Any) -> Any:
    """TensorSpecs of a nest of dtypes, and one of shapes like it, or None for unknown ones."""
    from tfcompat._core import dtypes

    def make(kind: Any, shape: Any = None) -> Any:
        return TensorSpec(shape, dtypes.as_dtype(kind))

    types = structure.map_structure(dtypes.as_dtype, _without_lists(types))
    if shapes is None:
        return structure.map_structure(make, types)
    if structure.is_nested(types):
        found = _shapes_like(types, shapes)
        return structure.map_structure(make, types, structure.pack_sequence_as(types, found))
    return make(types, shapes)


def _without_lists(nest: Any) -> Any:
    return tuple(_without_lists(n) for n in nest) if isinstance(nest, list) else nest


def _shapes_like(types: Any, shapes: Any) -> list[Any]:
    """The shapes of a nest that has one wherever `types` has a leaf: a list there is a shape."""
    node = structure.node_of(type(types))
    if node is None:
        return [TensorShape(shapes)]
    other = structure.node_of(type(shapes))
    if other is None or isinstance(shapes, TensorShape):
        raise TypeError(f"`output_shapes` must have the structure of `output_types`, got {shapes!r} for {types!r}")
    children, own = list(node.children(types)), list(other.children(shapes))
    if len(children) != len(own):
        raise ValueError(f"`output_shapes` must have the structure of `output_types`, got {shapes!r} for {types!r}")
    return [s for t, shape in zip(children, own, strict=True) for s in _shapes_like(t, shape)]
