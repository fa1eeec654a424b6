"""tf.experimental.Optional: a value that may be missing, and its TypeSpec."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import TypeSpec, type_spec_from_value


class Optional(CompositeTensor, abc.ABC):
    """A value, a nest of tensors and composite tensors, or none (`tf.experimental.Optional`).

    Made by `from_value` and `empty`; `tf.data` iterators give one where there may be no next element.
    """

    _is_tensor = False

    @abc.abstractmethod
    def has_value(self, name: str | None = None) -> Any:
        """A scalar bool tensor: whether there is a value."""

    @abc.abstractmethod
    def get_value(self, name: str | None = None) -> Any:
        """The value; InvalidArgumentError where there is none."""

    @property
    @abc.abstractmethod
    def element_spec(self) -> Any:
        """The specs of the value, in its structure."""

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """An Optional without a value, of the type that `element_spec`, a nest of TypeSpecs, says."""
        return _OptionalImpl(convert_to_tensor(False), None, element_spec)

    @staticmethod
    def from_value(value: Any) -> Optional:
        """An Optional that has `value`, where lists are tensors; TypeError for what no tensors can be made of."""
        value = _without_lists(value)
        spec = structure.map_structure(type_spec_from_value, value)
        held = structure.map_structure(lambda s, v: v if structure.is_spec_class(type(s)) else _dense(v), spec, value)
        return _OptionalImpl(convert_to_tensor(True), held, spec)


def _without_lists(value: Any) -> Any:
    """A nest with tensors in the place of lists, as tf.data's structures have it."""
    if isinstance(value, list):
        return convert_to_tensor(value)
    node = structure.node_of(type(value))
    return value if node is None else node.rebuild(value, [_without_lists(v) for v in node.children(value)])


def _dense(value: Any) -> Any:
    return value if isinstance(value, Tensor) else convert_to_tensor(value)


class _OptionalImpl(Optional):
    """What Optional's factories make. `held` is None where there is no value and never was one."""

    __module__ = "tensorflow.python.data.ops.optional_ops"

    def __init__(self, present: Any, held: Any, element_spec: Any) -> None:
        self._present, self._held, self._element_spec = present, held, element_spec

    def has_value(self, name: str | None = None) -> Any:
        """Whether there is a value."""
        return self._present

    def get_value(self, name: str | None = None) -> Any:
        """The value; InvalidArgumentError where there is none."""
        if state.graph is not None and is_symbolic(to_storage(self._present)):
            state.graph.check(_require, [self._present])
        else:
            _require(self._present)
        return self._held

    @property
    def element_spec(self) -> Any:
        """The specs of the value, in its structure."""
        return self._element_spec

    @property
    def _type_spec(self) -> OptionalSpec:
        return OptionalSpec(self._element_spec)


@op("OptionalGetValue")
def _require(present: Value, name: str | None = None) -> torch.Tensor:
    """InvalidArgumentError unless the scalar `present` is true."""
    if not bool(present):
        raise Invalid("The given optional does not have a value.")
    return present


class OptionalSpec(TypeSpec):
    """The type of a tf.experimental.Optional (`tf.OptionalSpec`): `element_spec` is a nest of the specs of its value.

    The components of such a value are whether it has one, and then the tensors of that.
    """

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    @property
    def value_type(self) -> type:
        """The class of the values."""
        return _OptionalImpl

    @staticmethod
    def from_value(value: Any) -> OptionalSpec:
        """The spec of an Optional."""
        return OptionalSpec(value.element_spec)

    def _serialize(self) -> tuple:
        return (self._element_spec,)

    @property
    def _component_specs(self) -> list:
        return [TensorSpec((), "bool"), *structure.flatten(self._element_spec)]

    def _to_components(self, value: Any) -> list:
        held = value._held
        if held is None:
            held = structure.map_structure(_zeros, self._element_spec)
        return [value._present, *structure.flatten(held)]

    def _from_components(self, components: Sequence[Any]) -> Any:
        held = structure.pack_sequence_as(self._element_spec, components[1:])
        return _OptionalImpl(components[0], held, self._element_spec)

    def _to_legacy_output_types(self) -> OptionalSpec:
        return self

    _to_legacy_output_shapes = _to_legacy_output_types
    _to_legacy_output_classes = _to_legacy_output_types


def _zeros(spec: Any) -> Any:
    """What stands for the missing value: a value of `spec` with zeros in it, or nothing where a size is not known."""
    return spec.from_tensors(iter([_zeros_of(s) for s in spec.flatten()]))


def _zeros_of(spec: TensorSpec) -> Any:
    sizes = [] if spec.shape.rank is None else [size or 0 for size in spec.shape.as_list()]
    if spec.dtype is dtypes.string:
        return convert_to_tensor(np.full(sizes, b"", dtype=object))
    return convert_to_tensor(np.zeros(sizes, spec.dtype.as_numpy_dtype))
