"""The specs of extension types, and how values of batchable ones are stacked and split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.extension_type.fields import CACHED_SPEC, IN_CONSTRUCTOR, Field, Mode, convert_fields
from tfcompat._core.immutable_dict import ImmutableDict
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import (
    BatchableTypeSpec,
    TypeSpec,
    TypeSpecBatchEncoder,
    decoded_value,
    encoded_tensors,
    encoding_specs_of,
)


def made_of(cls: type, attributes: Any) -> Any:
    """An instance of `cls` with these attributes, past its constructor."""
    made = object.__new__(cls)
    made.__dict__.update(attributes)
    return made


class ExtensionTypeSpec(TypeSpec):
    """The base of the TypeSpecs of extension types (`tf.experimental.ExtensionTypeSpec`).

    Each extension type has one as its `Spec`: it takes and has the fields of the type, with TypeSpecs in the place of
    tensors. Immutable.
    """

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        return cls.value_type._tf_extension_type_fields()  # type: ignore[attr-defined]

    @classmethod
    def _tf_extension_type_has_field(cls, name: str) -> bool:
        return any(field.name == name for field in cls._tf_extension_type_fields())

    def _tf_extension_type_convert_fields(self) -> None:
        convert_fields(self._tf_extension_type_fields(), vars(self), Mode.SPEC)

    @classmethod
    def from_value(cls, value: Any) -> Any:
        """The spec of a value of the extension type."""
        known = getattr(value, CACHED_SPEC, None)
        if known is not None:
            return known
        fields = {name: v for name, v in value.__dict__.items() if not name.startswith("_tf_extension_type")}
        fields.pop("_keras_mask", None)
        return made_of(cls, structure.map_structure(_spec_of, fields))

    def __validate__(self) -> None:
        """Called when a spec was made; an extension type's own Spec may override it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_cached_cmp_key":
            object.__setattr__(self, name, value)
            return
        self._refuse_unless_constructing(name)
        vars(self)[name] = value

    def __delattr__(self, name: str) -> None:
        self._refuse_unless_constructing(name)
        del vars(self)[name]

    def _refuse_unless_constructing(self, name: str) -> None:
        if IN_CONSTRUCTOR not in self.__dict__ or not self._tf_extension_type_has_field(name):
            raise AttributeError(
                f"Cannot mutate attribute `{name}` outside the custom constructor of ExtensionTypeSpec."
            )

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in self._serialize())})"

    def __reduce__(self) -> Any:
        return _from_serialized, (self.value_type, self._serialize())

    # ---- as a TypeSpec ----

    def _serialize(self) -> tuple:
        names = [field.name for field in self._tf_extension_type_fields()]
        return tuple([(name, _with_mappings(self.__dict__[name], dict)) for name in names])

    @classmethod
    def _deserialize(cls, serialization: tuple) -> Any:
        return made_of(cls, _with_mappings(serialization, ImmutableDict))

    @property
    def _component_specs(self) -> tuple:
        parts = structure.flatten(tuple(self.__dict__.values()))
        return tuple([part for part in parts if isinstance(part, TypeSpec)])

    def _to_components(self, value: Any) -> tuple:
        parts = structure.flatten(tuple([value.__dict__[name] for name in self.__dict__]))
        return tuple([part for part in parts if isinstance(part, (Tensor, CompositeTensor))])

    def _from_components(self, components: Sequence[Any]) -> Any:
        parts = tuple(self.__dict__.values())
        given = iter(components)
        flat = [next(given) if isinstance(part, TypeSpec) else part for part in structure.flatten(parts)]
        if next(given, None) is not None:
            raise ValueError(
                "Cannot build an ExtensionType instance from components because more components are provided than the "
                "number expected by the type spec."
            )
        values = structure.pack_sequence_as(parts, flat)
        return made_of(self.value_type, zip(self.__dict__, values, strict=True))

    def _to_legacy_output_shapes(self) -> Any:
        try:
            return self.shape  # type: ignore[attr-defined]
        except AttributeError as e:
            raise NotImplementedError(
                f"{type(self).__qualname__} needs a property `shape` to be used with tf.data."
            ) from e


def _spec_of(part: Any) -> Any:
    if isinstance(part, Tensor):
        return TensorSpec(part.shape, part.dtype)
    return part._type_spec if hasattr(part, "_type_spec") else part


def _with_mappings(value: Any, kind: type) -> Any:
    """`value` with every mapping in it made a `kind`."""
    if isinstance(value, (dict, ImmutableDict)):
        return kind((key, _with_mappings(v, kind)) for key, v in value.items())
    return tuple([_with_mappings(v, kind) for v in value]) if isinstance(value, tuple) else value


def _from_serialized(value_type: Any, serialization: tuple) -> Any:
    return value_type.Spec._deserialize(serialization)


class ExtensionTypeBatchEncoder(TypeSpecBatchEncoder):
    """How values of an extension type are batched (`tf.experimental.ExtensionTypeBatchEncoder`).

    By default each tensor, composite tensor and TensorShape in the fields gains or loses its first dimension. A type
    that needs something else has an instance of a subclass as its `__batch_encoder__`.
    """

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of `batch_size` values of `spec`; None where that number is not known."""
        return _changed(
            spec,
            lambda inner: inner.__batch_encoder__.batch(inner, batch_size),
            lambda shape: TensorShape([batch_size]).concatenate(shape),
        )

    def unbatch(self, spec: Any) -> Any:
        """The spec of one element of the batches that `spec` describes."""
        return _changed(spec, lambda inner: inner.__batch_encoder__.unbatch(inner), lambda shape: shape[1:])

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """The tensors, composite tensors and extension types in the fields of `value`, as a flat tuple."""
        return spec._to_components(value)

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The value of `spec` that these are the encoded parts of."""
        return spec._from_components(encoded_value)

    def encoding_specs(self, spec: Any) -> Any:
        """The specs of what `encode` returns."""
        return spec._component_specs


def _changed(spec: Any, change_spec: Any, change_shape: Any) -> Any:
    """`spec` with its batchable specs and its shapes changed."""

    def change(part: Any) -> Any:
        if isinstance(part, BatchableTypeSpec):
            return change_spec(part)
        return change_shape(part) if isinstance(part, TensorShape) else part

    return made_of(type(spec), structure.map_structure(change, tuple(spec.__dict__.items())))


class BatchableExtensionTypeSpec(ExtensionTypeSpec, BatchableTypeSpec):
    """The base of the TypeSpecs of batchable extension types."""

    __batch_encoder__ = ExtensionTypeBatchEncoder()

    def _batch(self, batch_size: int | None) -> Any:
        return self.__batch_encoder__.batch(self, batch_size)

    def _unbatch(self) -> Any:
        return self.__batch_encoder__.unbatch(self)

    @property
    def _flat_tensor_specs(self) -> list:
        return encoding_specs_of(self)

    def _to_tensor_list(self, value: Any) -> list:
        return encoded_tensors(self, value)

    def _to_batched_tensor_list(self, value: Any) -> list:
        return encoded_tensors(self, value, minimum_rank=1)

    def _from_compatible_tensor_list(self, tensor_list: Sequence[Any]) -> Any:
        return decoded_value(self, tensor_list)
