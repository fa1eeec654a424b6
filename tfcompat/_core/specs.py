"""TensorSpec and the specs of other built-in values: bounded tensors, IndexedSlices, TensorArrays, None."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.dtypes import DType, as_dtype, float32, int64, variant
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.trace_type import CastContext, PlaceholderContext
from tfcompat._core.type_spec import (
    BatchableTypeSpec,
    TypeSpec,
    register_type_spec_from_value_converter,
    type_spec_from_value,
)


class DenseSpec(TypeSpec):
    """The base of specs that are a shape, a dtype and a name: TensorSpec and VariableSpec.

    Values of such specs have no components: `tf.nest` takes value and spec for leaves.
    """

    __slots__ = ("_dtype", "_name", "_shape")

    _nest_leaf = True

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> TensorShape:
        """The shape, perhaps partly or wholly unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name of the described value, or None."""
        return self._name

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether the dtype is this one and the shape fits; False for what is neither such a spec nor such a value."""
        return (
            isinstance(spec_or_value, (DenseSpec, self.value_type))
            and self._dtype.is_compatible_with(spec_or_value.dtype)
            and self._shape.is_compatible_with(spec_or_value.shape)
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DenseSpec)
            and type(self) is type(other)
            and self._shape == other._shape
            and self._dtype == other._dtype
            and self._name == other._name
        )

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype))

    def _serialize(self) -> tuple:
        return self._shape, self._dtype, self._name

    @property
    def _component_specs(self) -> Any:
        return self

    def _to_components(self, value: Any) -> Any:
        if not isinstance(value, self.value_type):
            raise AssertionError(f"Expected a {self.value_type.__name__} for {self!r}, got {value!r}")
        return value

    def _from_components(self, components: Any) -> Any:
        return components

    @property
    def _flat_tensor_specs(self) -> list:
        return [self]

    def flatten(self) -> list:
        """A list of this spec alone."""
        return [self]

    def from_tensors(self, tensors: Iterator) -> Any:
        """The iterator's next item."""
        return next(tensors)

    def _to_legacy_output_types(self) -> DType:
        return self._dtype

    def _to_legacy_output_shapes(self) -> TensorShape:
        return self._shape


class TensorSpec(DenseSpec, BatchableTypeSpec):
    """The type of a tensor (`tf.TensorSpec`): its shape, which may be partly unknown, its dtype, and a name or None.

    Used in a tf.function's `input_signature` and a dataset's `element_spec`. ValueError or TypeError for what is no
    shape, TypeError for what is no dtype.
    """

    __slots__ = ()

    @property
    def value_type(self) -> type:
        """tf.Tensor."""
        return Tensor

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> "TensorSpec":
        """The TensorSpec with the shape and dtype of `spec`, and with `name`, or the name of `spec` if that is None."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> "TensorSpec":
        """The TensorSpec of a tensor; a symbolic tensor gives its name where `name` is None.

        ValueError for what is no tensor.
        """
        if not isinstance(tensor, Tensor):
            raise ValueError(f"`tensor` should be a tf.Tensor, but got type {type(tensor)}.")
        if name is None and not isinstance(tensor, EagerTensor):
            name = tensor.op.name
        return TensorSpec(tensor.shape, tensor.dtype, name)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is a TensorSpec of this dtype and, if any, name, whose shape takes in this one's."""
        return (
            isinstance(other, TensorSpec)
            and (not self._name or self._name == other._name)
            and self._shape.is_subtype_of(other._shape)
            and self._dtype == other._dtype
        )

    def placeholder_value(self, placeholder_context: PlaceholderContext) -> Any:
        """A symbolic tensor of the graph that is captured."""
        return self if placeholder_context.unnest_only else placeholder_context.make_placeholder(self)

    def to_tensors(self, value: Any) -> list:
        """`value` as a list of one tensor; TypeError where its dtype or shape does not fit."""
        value = self.cast(value, CastContext())
        if not value.shape.is_subtype_of(self._shape):
            raise TypeError(f"Received tensor of shape {value.shape} instead of {self._shape}")
        return [value]

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value` as a tensor of this spec; TypeError where its dtype or shape does not fit."""
        if cast_context.allow_specs and isinstance(value, TensorSpec):
            if not value.is_subtype_of(self):
                raise AssertionError(f"Can not cast {value!r} to {self!r}")
            return self
        if not isinstance(value, Tensor):
            from tfcompat._core.convert import convert_to_tensor

            value = convert_to_tensor(value, self._dtype)
        actual = TensorSpec(value.shape, value.dtype, self._name)
        if not actual.is_subtype_of(self):
            if not self.is_subtype_of(actual):
                raise TypeError(f"Can not cast {actual!r} to {self!r}")
            value.set_shape(self._shape)
        return value

    def _batch(self, batch_size: int | None) -> "TensorSpec":
        return TensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> "TensorSpec":
        if self._shape.rank == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return TensorSpec(self._shape[1:], self._dtype)

    def _to_tensor_list(self, value: Any) -> list:
        return [self._to_components(value)]

    _to_batched_tensor_list = _to_tensor_list

    def _batch_size(self, value: Any) -> int:
        if value.shape.rank == 0:
            raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
        return int(value.shape[0])

    def _element(self, value: Any, i: Any) -> Any:
        return value[i]

    def _stacked(self, values: Sequence[Any]) -> Any:
        from tfcompat._core.convert import convert_to_tensor
        from tfcompat._core.joining import stack_tensors

        if values:
            return stack_tensors([convert_to_tensor(v, self._dtype) for v in values], 0)
        sizes = [0, *(size or 0 for size in self._shape.as_list())] if self._shape.rank is not None else [0]
        return convert_to_tensor(np.zeros(sizes, self._dtype.as_numpy_dtype))

    def _from_compatible_tensor_list(self, tensor_list: Sequence[Any]) -> Any:
        (tensor,) = tensor_list
        tensor.set_shape(self._shape)
        return tensor

    def _without_tensor_names(self) -> "TensorSpec":
        return self if self._name is None else TensorSpec(self._shape, self._dtype)


class BoundedTensorSpec(TensorSpec):
    """A TensorSpec with the least and greatest value of the elements, both inclusive.

    `minimum` and `maximum` are numbers or arrays that broadcast with `shape`; ValueError where they don't, or are None.
    """

    __slots__ = ("_maximum", "_minimum")

    def __init__(self, shape: Any, dtype: Any, minimum: Any, maximum: Any, name: str | None = None):
        super().__init__(shape, dtype, name)
        self._minimum = self._bound("minimum", minimum)
        self._maximum = self._bound("maximum", maximum)

    def _bound(self, name: str, value: Any) -> np.ndarray:
        if value is None:
            raise ValueError(f"`{name}` can not be None.")
        if self._shape.rank is not None:
            sizes = zip(reversed(np.shape(value)), reversed(self._shape.as_list()))
            if any(size not in (1, own) and own not in (1, None) for size, own in sizes):
                raise ValueError(f"`{name}` {value} is not compatible with shape {self._shape}.")
        bound = np.array(value, dtype=self._dtype.as_numpy_dtype)
        bound.setflags(write=False)
        return bound

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> "BoundedTensorSpec":
        """The BoundedTensorSpec of `spec`'s shape and dtype, with its bounds or, where it has none, the dtype's."""
        dtype = as_dtype(spec.dtype)
        minimum = spec.minimum if hasattr(spec, "minimum") else dtype.min
        maximum = spec.maximum if hasattr(spec, "maximum") else dtype.max
        return cls(spec.shape, dtype, minimum, maximum, name or spec.name)

    @property
    def minimum(self) -> np.ndarray:
        """The least value of the elements, a read-only array."""
        return self._minimum

    @property
    def maximum(self) -> np.ndarray:
        """The greatest value of the elements, a read-only array."""
        return self._maximum

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value` as a tensor of this shape and dtype (the bounds are not checked); TypeError where it does not fit."""
        if cast_context.allow_specs and isinstance(value, BoundedTensorSpec):
            return super().cast(value, cast_context)
        return TensorSpec(self._shape, self._dtype, self._name).cast(value, cast_context)

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, minimum={self._minimum!r}, maximum={self._maximum!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, BoundedTensorSpec)
            and super().__eq__(other)
            and np.allclose(self._minimum, other._minimum)
            and np.allclose(self._maximum, other._maximum)
        )

    __hash__ = DenseSpec.__hash__

    def _serialize(self) -> tuple:
        return self._shape, self._dtype, self._minimum, self._maximum, self._name


class IndexedSlicesSpec(TypeSpec):
    """The type of tf.IndexedSlices (`tf.IndexedSlicesSpec`).

    `shape` is that of the dense tensor, `dtype` that of the values; `dense_shape_dtype` is None where values have no
    `dense_shape`; `indices_shape` has rank 1, or ValueError.
    """

    __slots__ = ("_dense_shape_dtype", "_indices_dtype", "_indices_shape", "_shape", "_values_dtype")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = float32,
        indices_dtype: Any = int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ):
        self._shape = as_shape(shape)
        self._values_dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = as_shape(indices_shape).with_rank(1)

    @property
    def value_type(self) -> type:
        """tf.IndexedSlices."""
        from tfcompat._core.indexed_slices import IndexedSlices

        return IndexedSlices

    def _serialize(self) -> tuple:
        return self._shape, self._values_dtype, self._indices_dtype, self._dense_shape_dtype, self._indices_shape

    @property
    def _component_specs(self) -> tuple:
        values = TensorSpec(self._indices_shape.concatenate(self._shape[1:]), self._values_dtype)
        indices = TensorSpec(self._indices_shape, self._indices_dtype)
        if self._dense_shape_dtype is None:
            return values, indices
        return values, indices, TensorSpec([self._shape.rank], self._dense_shape_dtype)

    def _to_components(self, value: Any) -> tuple:
        components = value.values, value.indices
        return components if value.dense_shape is None else (*components, value.dense_shape)

    def _from_components(self, components: Sequence[Any]) -> Any:
        return self.value_type(*components)


class TensorArraySpec(TypeSpec):
    """The type of a tf.TensorArray (`tf.TensorArraySpec`): its elements' shape and dtype, and how it was made."""

    __slots__ = ("_dtype", "_dynamic_size", "_element_shape", "_infer_shape")

    def __init__(
        self, element_shape: Any = None, dtype: Any = float32, dynamic_size: bool = False, infer_shape: bool = True
    ):
        self._element_shape = as_shape(element_shape)
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size
        self._infer_shape = infer_shape

    @property
    def value_type(self) -> type:
        """tf.TensorArray."""
        from tfcompat._core.tensor_array import TensorArray

        return TensorArray

    @classmethod
    def from_value(cls, value: Any) -> "TensorArraySpec":
        """The spec of a tf.TensorArray; TypeError for anything else."""
        spec = cls(None)
        if not isinstance(value, spec.value_type):
            raise TypeError(f"Expected value to be a TensorArray, but got: `{type(value)}`")
        return cls(value.element_shape, value.dtype, value.dynamic_size, value._infer_shape)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is a TensorArraySpec of the same dtype and `dynamic_size`; element shapes do not count."""
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype == other._dtype
            and self._dynamic_size == other._dynamic_size
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> "TensorArraySpec | None":
        """The spec with the element shapes' common supertype; None where dtypes or `dynamic_size` differ."""
        others = list(others)
        if not all(self.is_subtype_of(other) for other in others):
            return None
        shape = self._element_shape.most_specific_common_supertype([other._element_shape for other in others])
        infer_shape = self._infer_shape and all(other._infer_shape for other in others)
        return TensorArraySpec(shape, self._dtype, self._dynamic_size, infer_shape)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether dtype and `dynamic_size` are the same and the element shapes compatible."""
        other = spec_or_value if isinstance(spec_or_value, TypeSpec) else type_spec_from_value(spec_or_value)
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype.is_compatible_with(other._dtype)
            and self._element_shape.is_compatible_with(other._element_shape)
            and self._dynamic_size == other._dynamic_size
        )

    def _serialize(self) -> tuple:
        return self._element_shape, self._dtype, self._dynamic_size, self._infer_shape

    @property
    def _component_specs(self) -> list:
        return [TensorSpec([], variant)]

    def _to_components(self, value: Any) -> list:
        if not isinstance(value, self.value_type):
            raise TypeError(f"Expected value to be a TensorArray, but got: `{type(value)}`")
        return [value.flow]

    def _from_components(self, components: Sequence[Any]) -> Any:
        return self.value_type(
            dtype=self._dtype,
            flow=components[0],
            dynamic_size=self._dynamic_size,
            infer_shape=self._infer_shape,
            element_shape=self._element_shape,
        )

    def _to_legacy_output_types(self) -> DType:
        return self._dtype

    def _to_legacy_output_shapes(self) -> TensorShape:
        return TensorShape([self._dynamic_size, self._infer_shape]).concatenate(self._element_shape)


class NoneTensor(CompositeTensor):
    """What stands for None where a value has to be a tensor or composite tensor, as in a dataset's elements."""

    @property
    def _type_spec(self) -> "NoneTensorSpec":
        return NoneTensorSpec()


class NoneTensorSpec(BatchableTypeSpec):
    """The type of None (`tf.NoneTensorSpec`): it has no components, and batches of None are None."""

    @property
    def value_type(self) -> type:
        """The class that stands for None."""
        return NoneTensor

    @staticmethod
    def from_value(value: Any) -> "NoneTensorSpec":
        """The spec of `value`; TypeError unless that is None."""
        if value is not None and not isinstance(value, NoneTensor):
            raise TypeError(f"NoneTensorSpec.from_value takes None as its value, got {value!r}")
        return NoneTensorSpec()

    def _serialize(self) -> tuple:
        return ()

    @property
    def _component_specs(self) -> list:
        return []

    def _to_components(self, value: Any) -> list:
        return []

    def _from_components(self, components: Any) -> None:
        return None

    def _batch(self, batch_size: int | None) -> "NoneTensorSpec":
        return self

    def _unbatch(self) -> "NoneTensorSpec":
        return self

    def most_specific_compatible_shape(self, other: Any) -> "NoneTensorSpec":
        """This spec; ValueError if `other` is of another class."""
        if type(self) is not type(other):
            raise ValueError(f"No `TypeSpec` is compatible with both {self} and {other}")
        return self

    def _to_legacy_output_types(self) -> "NoneTensorSpec":
        return self

    _to_legacy_output_shapes = _to_legacy_output_types
    _to_legacy_output_classes = _to_legacy_output_types


def _spec_of_array(array: Any) -> TensorSpec:
    return TensorSpec(array.shape, array.dtype)


register_type_spec_from_value_converter(Tensor, _spec_of_array, allow_subclass=True)
register_type_spec_from_value_converter(np.ndarray, _spec_of_array)
register_type_spec_from_value_converter(type(None), NoneTensorSpec.from_value)
