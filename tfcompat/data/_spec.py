"""tf.data.DatasetSpec: the type of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.dtypes import string
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.trace_type import CastContext
from tfcompat._core.type_spec import TypeSpec


class DatasetSpec(TypeSpec):
    """The type of a tf.data.Dataset (tf.data.DatasetSpec): `element_spec`, the specs of its elements.

    dataset_shape: of a tensor of datasets; () for one dataset, which is all that a value here can be.
    """

    __slots__ = ("_batched", "_dataset_shape", "_element_spec")
    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self._element_spec = element_spec
        self._dataset_shape = as_shape(dataset_shape)
        self._batched = False  # whether its datasets give batches, as far as is known

    @property
    def value_type(self) -> type:
        """tf.data.Dataset."""
        from tfcompat.data.dataset import Dataset

        return Dataset

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._element_spec

    @staticmethod
    def from_value(value: Any) -> DatasetSpec:
        """The spec of a dataset."""
        spec = DatasetSpec(value.element_spec)
        spec._batched = value._is_batched()
        return spec

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is a DatasetSpec whose elements take in this one's."""
        if type(self) is not type(other):
            return False
        try:
            structure.assert_same_structure(self._element_spec, other._element_spec)
        except (TypeError, ValueError):
            return False
        own, others = structure.flatten(self._element_spec), structure.flatten(other._element_spec)
        return self._dataset_shape.is_subtype_of(other._dataset_shape) and all(
            a.is_subtype_of(b) for a, b in zip(own, others, strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> DatasetSpec | None:
        """The spec that takes in the elements of all; None where there is none."""
        others = list(others)
        if any(type(self) is not type(other) for other in others):
            return None
        try:
            spec = structure.map_structure(
                lambda *s: s[0].most_specific_common_supertype(s[1:]),
                self._element_spec,
                *(o._element_spec for o in others),
            )
        except (TypeError, ValueError):
            return None
        if any(s is None for s in structure.flatten(spec)):
            return None
        return DatasetSpec(spec, self._dataset_shape)

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value`, a dataset of such elements; TypeError for any other."""
        if not isinstance(value, self.value_type) or not self.is_compatible_with(value):
            raise TypeError(f"Can not cast {value!r} to {self!r}")
        return value

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a dataset, or the datasets of a spec, may have elements that fit."""
        other = spec_or_value if isinstance(spec_or_value, TypeSpec) else getattr(spec_or_value, "_type_spec", None)
        if not isinstance(other, DatasetSpec):
            return False
        try:
            structure.assert_same_structure(self._element_spec, other._element_spec)
        except (TypeError, ValueError):
            return False
        pairs = zip(structure.flatten(self._element_spec), structure.flatten(other._element_spec), strict=True)
        return all(a.is_compatible_with(b) for a, b in pairs)

    def _serialize(self) -> tuple:
        return self._element_spec, self._dataset_shape

    @property
    def _component_specs(self) -> list[Any]:
        return [TensorSpec((), string)]  # which holds the object

    def _to_components(self, value: Any) -> list[Any]:
        from tfcompat.data._captured import as_tensor
        from tfcompat.data._iterators import _refuse_capture

        if state.graph is not None and not hasattr(value, "_handle") and value._has_symbols():
            _refuse_capture("hands on a dataset of tensors that are only known when it runs")
        return [value._handle if hasattr(value, "_handle") else as_tensor(value)]

    def _from_components(self, components: Sequence[Any]) -> Any:
        from tfcompat.data._captured import GraphDataset, held

        return held(components[0], lambda handle: GraphDataset(handle, self._element_spec, self._batched))

    def _batch(self, batch_size: int | None) -> DatasetSpec:
        return DatasetSpec(self._element_spec, TensorShape([batch_size]).concatenate(self._dataset_shape))

    def _unbatch(self) -> DatasetSpec:
        if self._dataset_shape.rank == 0:
            raise ValueError("Slicing dataset elements is not supported for rank 0.")
        return DatasetSpec(self._element_spec, self._dataset_shape[1:])

    def _to_legacy_output_types(self) -> DatasetSpec:
        return self

    _to_legacy_output_shapes = _to_legacy_output_types
    _to_legacy_output_classes = _to_legacy_output_types

    def __hash__(self) -> int:
        return hash(DatasetSpec)
