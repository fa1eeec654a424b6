"""TypeSpec: the type of a value made of tensors (`tf.TypeSpec`), and which spec a value has."""

import abc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import logging
from tfcompat._core import structure as nest
from tfcompat._core.dtypes import DType
from tfcompat._core.shapes import TensorShape
from tfcompat._core.structure_paths import map_structure_up_to
from tfcompat._core.trace_type import CastContext, PlaceholderContext, Serializable, TraceType


class TypeSpec(Serializable, TraceType):
    """The type of a tensor or composite tensor (`tf.TypeSpec`), as `tf.function` and `tf.data` describe values by.

    A subclass has `value_type`, the class of the values; `_serialize`, a tuple of what `__init__` takes;
    `_component_specs`, a structure of specs; and `_to_components` and `_from_components`, which turn a value into a
    structure of tensors like it and back. Specs are immutable, and equal where their `_serialize` is.
    """

    __slots__ = ("_cached_cmp_key",)

    @property
    @abc.abstractmethod
    def value_type(self) -> type:
        """The class of the values that this spec describes."""

    @abc.abstractmethod
    def _serialize(self) -> tuple:
        """A tuple of what `__init__` takes: numbers, strings, None, dtypes, shapes, arrays, specs, structures."""

    @property
    @abc.abstractmethod
    def _component_specs(self) -> Any:
        """A structure of the specs of a value's components."""

    @abc.abstractmethod
    def _to_components(self, value: Any) -> Any:
        """The components of `value`, in a structure like `_component_specs`."""

    @abc.abstractmethod
    def _from_components(self, components: Any) -> Any:
        """The value that has these components."""

    @classmethod
    def _deserialize(cls, serialization: tuple) -> Any:
        return cls(*serialization)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is a spec of the same class whose every part equals or generalises this one's."""
        if type(self) is not type(other):
            return False
        try:
            parts = nest.map_structure(_part_is_subtype, self._serialize(), other._serialize())
        except (ValueError, TypeError):
            return False
        return all(nest.flatten(parts))

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The most specific spec that this one and `others` are subtypes of, or None where there is none."""
        others = list(others)
        if any(type(self) is not type(other) for other in others):
            return None
        try:
            parts = nest.map_structure(_part_supertype, self._serialize(), *[other._serialize() for other in others])
        except (ValueError, TypeError, _NoSupertype):
            return None
        return self._deserialize(parts)

    def most_specific_compatible_type(self, other: "TypeSpec") -> Any:
        """As `most_specific_common_supertype([other])` (deprecated); ValueError where there is none."""
        logging.deprecated(
            "TypeSpec.most_specific_compatible_type is deprecated. Use most_specific_common_supertype instead.", first=1
        )
        result = self.most_specific_common_supertype([other])
        if result is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return result

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether some value fits both this spec and the other one (or the spec of the value given)."""
        if not isinstance(spec_or_value, TypeSpec):
            spec_or_value = type_spec_from_value(spec_or_value)
        if type(self) is not type(spec_or_value):
            return False
        return _parts_are_compatible(self._serialize(), spec_or_value._serialize())

    @staticmethod
    def __is_compatible(a: Any, b: Any) -> bool:  # by this name subclasses in libraries call it
        return _parts_are_compatible(a, b)

    def placeholder_value(self, placeholder_context: PlaceholderContext) -> Any:
        """A value of symbolic tensors, for capturing a function."""
        if placeholder_context.unnest_only:
            return self
        return self._from_components(
            nest.map_structure(lambda spec: spec.placeholder_value(placeholder_context), self._component_specs)
        )

    def to_tensors(self, value: Any) -> list:
        """The tensors that `value` is made of, in the order of `flatten()`."""
        tensors: list = []
        nest.map_structure(
            lambda spec, component: tensors.extend(spec.to_tensors(component)),
            self._component_specs,
            self._to_components(value),
        )
        return tensors

    def from_tensors(self, tensors: Iterator) -> Any:
        """The value made of the next tensors of the iterator."""
        return self._from_components(nest.map_structure(lambda spec: spec.from_tensors(tensors), self._component_specs))

    def flatten(self) -> list:
        """The TensorSpecs of the tensors that values are made of."""
        return [leaf for spec in nest.flatten(self._component_specs) for leaf in spec.flatten()]

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value` with its components cast to this spec's; AssertionError or TypeError where they can't be."""
        if cast_context.allow_specs and isinstance(value, TypeSpec):
            if not value.is_subtype_of(self):
                raise AssertionError(f"Can not cast {value!r} to {self!r}")
            return self
        components = self._to_components(value)
        cast = nest.map_structure(lambda spec, v: spec.cast(v, cast_context), self._component_specs, components)
        unchanged = all(new is old for new, old in zip(nest.flatten(cast), nest.flatten(components), strict=True))
        return value if unchanged else self._from_components(cast)

    def __tf_tracing_type__(self, context: Any) -> TraceType:
        return self

    def _with_tensor_ranks_only(self) -> Any:
        """This spec with the sizes of all shapes, but not their ranks, forgotten."""

        def relax(part: Any) -> Any:
            if isinstance(part, TypeSpec):
                return part._with_tensor_ranks_only()
            if isinstance(part, TensorShape) and part.rank is not None:
                return TensorShape([None] * part.rank)
            return part

        return self._deserialize(nest.map_structure(relax, self._serialize()))

    def _without_tensor_names(self) -> Any:
        """This spec with the names of all TensorSpecs dropped."""

        def rename(part: Any) -> Any:
            return part._without_tensor_names() if isinstance(part, TypeSpec) else part

        return self._deserialize(nest.map_structure(rename, self._serialize()))

    @property
    def _flat_tensor_specs(self) -> list:
        return nest.flatten(self._component_specs, expand_composites=True)

    def _to_tensor_list(self, value: Any) -> list:
        return nest.flatten(self._to_components(value), expand_composites=True)

    def _from_tensor_list(self, tensor_list: Sequence[Any]) -> Any:
        """The value made of these tensors; ValueError unless they fit `_flat_tensor_specs`."""
        expected = self._flat_tensor_specs
        prefix = f"Cannot create a {self.value_type.__name__} from the tensor list because"
        if len(tensor_list) != len(expected):
            raise ValueError(
                f"{prefix} the TypeSpec expects {len(expected)} items, but the provided tensor list has "
                f"{len(tensor_list)} items."
            )
        for i, (tensor, spec) in enumerate(zip(tensor_list, expected, strict=True)):
            if not type_spec_from_value(tensor).is_compatible_with(spec):
                raise ValueError(f"{prefix} item {i} ({tensor!r}) is incompatible with the expected TypeSpec {spec}.")
        return self._from_compatible_tensor_list(tensor_list)

    def _from_compatible_tensor_list(self, tensor_list: Sequence[Any]) -> Any:
        return self._from_components(nest.pack_sequence_as(self._component_specs, tensor_list, expand_composites=True))

    def _to_legacy_output_types(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._to_legacy_output_types()")

    def _to_legacy_output_shapes(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._to_legacy_output_shapes()")

    def _to_legacy_output_classes(self) -> Any:
        return self.value_type

    def _cmp_key(self) -> Any:
        try:
            return self._cached_cmp_key
        except AttributeError:
            self._cached_cmp_key = (type(self), _hashable(self._serialize(), self))
            return self._cached_cmp_key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeSpec) and type(other) is type(self) and self._cmp_key() == other._cmp_key()

    def __hash__(self) -> int:
        return hash(self._cmp_key())

    def __reduce__(self):
        return type(self), self._serialize()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()!r}"


class _NoSupertype(Exception):
    """Parts of specs have no common supertype."""


def _part_is_subtype(part: Any, other: Any) -> bool:
    return bool(part.is_subtype_of(other) if isinstance(part, TraceType) else part == other)


def _part_supertype(part: Any, *others: Any) -> Any:
    if isinstance(part, TraceType):
        supertype = part.most_specific_common_supertype(others)
        if supertype is None:
            raise _NoSupertype
        return supertype
    if not all(part == other for other in others):
        raise _NoSupertype
    return part


def _parts_are_compatible(a: Any, b: Any) -> bool:
    if isinstance(a, TypeSpec):
        return a.is_compatible_with(b)
    if nest.is_namedtuple(a) and nest.is_namedtuple(b):
        if not nest.same_namedtuples(a, b):
            return False
    elif type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(_parts_are_compatible(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_parts_are_compatible(a[key], b[key]) for key in a)
    if isinstance(a, (TensorShape, DType)):
        return a.is_compatible_with(b)
    return a == b


def _hashable(part: Any, spec: TypeSpec) -> Any:
    """A hashable stand-in for a part of what `spec._serialize` returns; lists and tuples stay apart."""
    if part is None or isinstance(part, (int, float, str, bytes, np.generic, DType, TypeSpec, TensorShape)):
        return part
    if isinstance(part, dict):
        return tuple([(key, _hashable(part[key], spec)) for key in sorted(part)])
    if isinstance(part, tuple):
        return tuple([_hashable(each, spec) for each in part])
    if isinstance(part, list):
        return list, tuple([_hashable(each, spec) for each in part])
    if isinstance(part, np.ndarray):
        return np.ndarray, part.shape, tuple(part.ravel().tolist())
    raise ValueError(
        f"Cannot generate a hashable key for {spec} because the _serialize() method returned an unsupported value of "
        f"type {type(part)}"
    )


class TypeSpecBatchEncoder(abc.ABC):
    """How `tf.data` and the like batch values of a spec: each value is encoded to tensors that can be stacked."""

    @abc.abstractmethod
    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of `batch_size` values of `spec` batched together."""

    @abc.abstractmethod
    def unbatch(self, spec: Any) -> Any:
        """The spec of one element of the batches that `spec` describes."""

    @abc.abstractmethod
    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """A structure of tensors, each of at least `minimum_rank`, that represents `value`."""

    @abc.abstractmethod
    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The value that `encode` encoded so."""

    @abc.abstractmethod
    def encoding_specs(self, spec: Any) -> Any:
        """The specs of the tensors that `encode` returns, in the same structure."""


class LegacyTypeSpecBatchEncoder(TypeSpecBatchEncoder):
    """Batches with the methods `_batch`, `_unbatch` and `_to_batched_tensor_list` of the spec."""

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec's own `_batch(batch_size)`."""
        return spec._batch(batch_size)

    def unbatch(self, spec: Any) -> Any:
        """The spec's own `_unbatch()`."""
        return spec._unbatch()

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> list:
        """The value's tensors; with `minimum_rank` 1, such as can be split into elements. ValueError beyond that."""
        if minimum_rank == 0:
            return spec._to_tensor_list(value)
        if minimum_rank == 1 and isinstance(spec, BatchableTypeSpec):
            return spec._to_batched_tensor_list(value)
        raise ValueError(f"{type(spec).__name__}.encode does not support minimum_rank={minimum_rank}.")

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The value made of these tensors."""
        return spec._from_tensor_list(encoded_value)

    def encoding_specs(self, spec: Any) -> list:
        """The specs of the value's tensors."""
        return spec._flat_tensor_specs


class BatchableTypeSpec(TypeSpec):
    """A TypeSpec whose values can be batched and unbatched: has `_batch(batch_size)` and `_unbatch()`."""

    __slots__ = ()
    __batch_encoder__: TypeSpecBatchEncoder = LegacyTypeSpecBatchEncoder()

    @abc.abstractmethod
    def _batch(self, batch_size: int | None) -> Any:
        """The spec of `batch_size` values batched together."""

    @abc.abstractmethod
    def _unbatch(self) -> Any:
        """The spec of one element of the batches that this spec describes."""

    @property
    def _flat_tensor_specs(self) -> list:
        return nest.flatten(nest.map_structure(encoding_specs_of, self._component_specs))

    def _to_tensor_list(self, value: Any) -> list:
        return nest.flatten(nest.map_structure(encoded_tensors, self._component_specs, self._to_components(value)))

    def _to_batched_tensor_list(self, value: Any) -> list:
        """The tensors of a batch of values, each with the batch as its first dimension."""

        def encode(spec: Any, component: Any) -> list:
            return encoded_tensors(spec, component, 1 if isinstance(spec, BatchableTypeSpec) else 0)

        tensors = nest.flatten(nest.map_structure(encode, self._component_specs, self._to_components(value)))
        if any(tensor.shape.rank == 0 for tensor in tensors):
            raise ValueError(
                f"While converting {value} to a list of tensors for batching, found a scalar item which cannot be "
                "batched."
            )
        return tensors

    def _batch_size(self, value: Any) -> int:
        """How many values are in `value`, a batch of values of which at least one part tells."""
        encoder = self.__batch_encoder__
        encoded = nest.flatten(encoder.encode(self, value, minimum_rank=1))
        return nest.flatten(encoder.encoding_specs(self))[0]._batch_size(encoded[0])

    def _element(self, value: Any, i: Any) -> Any:
        """Element number `i` of `value`, a batch of values."""
        encoder = self.__batch_encoder__
        encoded = encoder.encode(self, value, minimum_rank=1)
        parts = nest.map_structure(lambda spec, part: spec._element(part, i), encoder.encoding_specs(self), encoded)
        return encoder.decode(encoder.unbatch(self), parts)

    def _stacked(self, values: Sequence[Any]) -> Any:
        """The batch of `values`, each of which is of this spec."""
        encoder = self.__batch_encoder__
        encoded = [encoder.encode(self, value) for value in values]
        parts = nest.map_structure(lambda spec, *p: spec._stacked(p), encoder.encoding_specs(self), *encoded)
        return encoder.decode(encoder.batch(self, len(values)), parts)

    def _from_compatible_tensor_list(self, tensor_list: Sequence[Any]) -> Any:
        specs = self._component_specs
        encoded = nest.pack_sequence_as(nest.map_structure(encoding_specs_of, specs), tensor_list)
        return self._from_components(map_structure_up_to(specs, decoded_value, specs, encoded))


def _is_tensor_spec(spec: Any) -> bool:
    return getattr(type(spec), "_nest_leaf", False)


def encoding_specs_of(spec: Any) -> list:
    """The TensorSpecs of what `encoded_tensors` returns."""
    if _is_tensor_spec(spec):
        return [spec]
    if hasattr(spec, "__batch_encoder__"):
        return nest.flatten(nest.map_structure(encoding_specs_of, spec.__batch_encoder__.encoding_specs(spec)))
    return spec._flat_tensor_specs


def encoded_tensors(spec: Any, value: Any, minimum_rank: int = 0) -> list:
    """The tensors that the batch encoder of `spec` makes of `value`; the value itself for a TensorSpec."""
    if _is_tensor_spec(spec):
        return [value]
    if not hasattr(spec, "__batch_encoder__"):
        return spec._to_tensor_list(value)
    encoder = spec.__batch_encoder__
    encoded = encoder.encode(spec, value, minimum_rank)
    return nest.flatten(
        nest.map_structure(
            lambda inner, part: encoded_tensors(inner, part, minimum_rank), encoder.encoding_specs(spec), encoded
        )
    )


def decoded_value(spec: Any, tensors: Sequence[Any]) -> Any:
    """The value of `spec` that `encoded_tensors` made these of."""
    if _is_tensor_spec(spec):
        (tensor,) = tensors
        return tensor
    if not hasattr(spec, "__batch_encoder__"):
        return spec._from_compatible_tensor_list(tensors)
    encoder = spec.__batch_encoder__
    inner = encoder.encoding_specs(spec)
    encoded = nest.pack_sequence_as(nest.map_structure(encoding_specs_of, inner), tensors)
    return encoder.decode(spec, map_structure_up_to(inner, decoded_value, inner, encoded))


_converters: list[tuple[type, Callable[[Any], TypeSpec], bool]] = []


def register_type_spec_from_value_converter(
    type_object: type, converter_fn: Callable[[Any], TypeSpec], allow_subclass: bool = False
) -> None:
    """Makes `type_spec_from_value` call `converter_fn` for values of class `type_object`.

    With `allow_subclass`, for instances of its subclasses, too. The last one registered is asked first.
    """
    _converters.append((type_object, converter_fn, allow_subclass))


def type_spec_from_value(value: Any) -> TypeSpec:
    """Returns the TypeSpec of a tensor, composite tensor, variable, dataset or the like (`tf.type_spec_from_value`).

    A value that converts to a tensor has the TensorSpec of that; TypeError for any other.
    """
    # Imported here, not above, as these modules need this one; the first registers the converter of variables.
    from tfcompat._core import variable_spec  # noqa: F401
    from tfcompat._core.convert import convert_to_tensor

    spec = _known_spec(value)
    if spec is not None:
        return spec
    try:
        spec = _known_spec(convert_to_tensor(value))
    except (ValueError, TypeError):
        spec = None
    if spec is None:
        raise TypeError(f"Could not build a TypeSpec for {value} of unsupported type {type(value)}.")
    return spec


def _known_spec(value: Any) -> TypeSpec | None:
    if hasattr(type(value), "_type_spec"):
        return value._type_spec
    if isinstance(value, list) and value:
        specs = [_known_spec(each) for each in value]
        if isinstance(specs[0], BatchableTypeSpec):
            merged = specs[0].most_specific_common_supertype(specs[1:])
            if merged is not None:
                return merged._batch(len(specs))
    for type_object, converter_fn, allow_subclass in reversed(_converters):
        if type(value) is type_object or (allow_subclass and isinstance(value, type_object)):
            return converter_fn(value)
    return None
